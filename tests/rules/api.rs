//! schemathesis against the API and its description: as a member, with a token of theirs, and as an administrator, who
//! may do nothing here.
//!
//! It sends what the description allows and what it forbids, and holds every answer to it: no 5xx, no status and no
//! shape that is not written down. `packaging/dev-setup --test` installs it; the seed is fixed.

use std::collections::BTreeMap;
use std::process::Stdio;

use actix_web::http::Method;
use serde_json::{Value, json};
use watchroom::http::session::COOKIE;

use crate::routes::duties::World;
use crate::routes::tokens::make;
use crate::support::{Client, Somebody};

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/schemathesis/bin/schemathesis");
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api");

/// The program on an address of its own, for as long as this lives.
struct Served {
    address: String,
    handle: actix_web::dev::ServerHandle,
}

impl Served {
    fn start(world: &World) -> Self {
        let parts = world.app.parts.clone();
        let server = actix_web::HttpServer::new(move || {
            let parts = parts.clone();
            actix_web::App::new().configure(move |service| parts.configure(service))
        })
        .workers(2)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .expect("an address");
        let address = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, handle }
    }
}

async fn a_duty(client: &mut Client<'_>, world: &World, day: u8) -> String {
    let body = json!({
        "started_at": format!("2025-01-{day:02}T07:00:00Z"), "ended_at": format!("2025-01-{day:02}T19:00:00Z"),
        "kind_id": world.kind(&["training", "drill"]), "unit_id": world.hillside, "private_note": "Mine"
    });
    let made = client.json(Method::POST, "/api/v1/duties", &body).await.expect_status(201);
    made.json()["id"].as_str().expect("an id").to_owned()
}

/// The headers of somebody who is signed in.
async fn session(world: &World, somebody: &Somebody) -> Vec<String> {
    let mut client = world.app.browser(somebody).await;
    let token = client.csrf_token().await.expect("a token");
    let cookie = client.cookie(COOKIE).expect("a session");
    vec![format!("Cookie: {COOKIE}={cookie}"), format!("X-CSRF-Token: {token}")]
}

/// Runs schemathesis with these headers; the statuses that the API answered with, by how often.
async fn try_with(
    world: &World,
    who: &str,
    headers: &[String],
    duties: &[String],
    examples: u32,
) -> BTreeMap<u16, usize> {
    let served = Served::start(world);
    let report = tempfile::tempdir().expect("a directory");
    let events = report.path().join("events.har");
    let ran = tokio::process::Command::new(PROGRAM)
        .args(["--config-file", &format!("{FOLDER}/schemathesis.toml"), "run"])
        .arg(format!("{}/api/openapi.json", served.address))
        .args(["--url", &served.address, "--max-examples", &examples.to_string(), "--workers", "1"])
        .args(headers.iter().flat_map(|header| ["--header", header]))
        .arg("--no-color")
        .args(["--report", "har", "--report-har-path"])
        .arg(&events)
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", FOLDER)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("API_KIND", world.kind(&["training", "drill"]))
        .env("API_UNIT", world.hillside.to_string())
        .env("API_DUTIES", duties.join(","))
        .current_dir(report.path())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap_or_else(|error| panic!("{PROGRAM} does not run ({error}): packaging/dev-setup --test installs it"));
    served.handle.stop(false).await;
    let text = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "as {who}: {text}");
    let har: Value = serde_json::from_slice(&std::fs::read(&events).expect("a report")).expect("JSON");
    let mut statuses = BTreeMap::new();
    for entry in har["log"]["entries"].as_array().expect("entries") {
        let status = entry["response"]["status"].as_u64().and_then(|status| u16::try_from(status).ok());
        *statuses.entry(status.expect("a status")).or_default() += 1;
    }
    println!("as {who}: {statuses:?}");
    statuses
}

#[actix_web::test]
async fn nothing_that_a_member_sends_is_answered_otherwise_than_described() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let mut duties = Vec::new();
    for day in 1..=20 {
        duties.push(a_duty(&mut client, &world, day).await);
    }
    let before = world.app.rows("duties");
    let headers = session(&world, &world.member).await;
    let statuses = try_with(&world, "a member", &headers, &duties, 50).await;
    for status in [200, 201, 400, 404, 405, 422] {
        assert!(statuses.contains_key(&status), "no {status}: the tries are too shallow ({statuses:?})");
    }
    assert!(world.app.rows("duties") > before);
}

#[actix_web::test]
async fn nothing_that_a_program_sends_with_a_token_is_answered_otherwise_than_described() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let duties = vec![a_duty(&mut client, &world, 1).await];
    let (text, _page) = make(&mut client, &[("scopes", "duty.read"), ("scopes", "duty.log")]).await;
    let headers = vec![format!("Authorization: Bearer {text}")];
    let statuses = try_with(&world, "a token", &headers, &duties, 10).await;
    // It may read and log, and neither change nor delete.
    for status in [200, 201, 403] {
        assert!(statuses.contains_key(&status), "no {status} ({statuses:?})");
    }
    assert_eq!(world.app.rows("duty_revisions"), 0);
}

#[actix_web::test]
async fn nothing_that_an_administrator_sends_gets_anywhere() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let duties = vec![a_duty(&mut client, &world, 1).await];
    let before = world.app.state_of(crate::routes::duties::TABLES);
    let headers = session(&world, &world.administrator).await;
    let statuses = try_with(&world, "an administrator", &headers, &duties, 10).await;
    assert!(statuses.contains_key(&403), "{statuses:?}");
    assert_eq!(world.app.state_of(crate::routes::duties::TABLES), before);
}
