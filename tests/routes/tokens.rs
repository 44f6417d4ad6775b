//! `/account/tokens`, `/tokens`, and what a token opens.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use jiff::SignedDuration;
use serde_json::json;
use watchroom::http::session::COOKIE;
use watchroom::jobs::{Job, Stopping};
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::JobId;
use watchroom::tokens::{purge, usage};

use super::duties::World;
use crate::support::{Answer, Client, Context, Somebody};

const TABLES: &[&str] = &["api_tokens", "api_token_scopes", "duties"];

/// Makes a token in the console, as somebody; its text and the address of its page.
pub async fn make(client: &mut Client<'_>, fields: &[(&str, &str)]) -> (String, String) {
    let form = client.get("/account/tokens/new").await.expect_status(200);
    let id = form.field("id");
    let mut all = vec![("id", id.as_str()), ("name", "Rota export"), ("days", "90")];
    // A field that is given stands in place of the usual one; scopes may be several.
    all.retain(|(name, _usual)| fields.iter().all(|(given, _value)| given != name));
    all.extend_from_slice(fields);
    let shown = client.post("/account/tokens/new", &all).await.expect_status(200).expect_text("Copy it now");
    (text_in(&shown), format!("/tokens/{id}"))
}

fn text_in(shown: &Answer) -> String {
    let html = scraper::Html::parse_document(&shown.body);
    let area = scraper::Selector::parse("textarea[name=token]").expect("a selector");
    let text: String = html.select(&area).next().expect("the token").text().collect();
    text.trim().to_owned()
}

async fn with_token(world: &World, method: Method, path: &str, token: &str, body: Option<serde_json::Value>) -> Answer {
    let request =
        TestRequest::with_uri(path).method(method).insert_header(("authorization", format!("Bearer {token}")));
    let request = match body {
        Some(body) => request.set_json(body),
        None => request,
    };
    world.app.visitor().send(request).await
}

async fn ask(world: &World, path: &str, token: &str) -> Answer {
    with_token(world, Method::GET, path, token, None).await
}

fn duty(world: &World, day: u8) -> serde_json::Value {
    json!({
        "started_at": format!("2026-11-{day:02}T07:00:00Z"), "ended_at": format!("2026-11-{day:02}T19:00:00Z"),
        "kind_id": world.kind(&["training", "drill"]), "unit_id": world.hillside, "private_note": "Mine"
    })
}

fn flush(world: &World) {
    let site = &world.app.parts.site;
    usage::write_waiting(&site.db, &site.tokens.uses);
}

#[actix_web::test]
async fn a_token_does_what_its_scopes_say_for_its_person_and_nothing_else() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let (text, page) = make(&mut member, &[("scopes", "duty.read"), ("scopes", "duty.log")]).await;
    assert!(text.starts_with("wrp_") && text.len() == 76, "{text}");
    let made = with_token(&world, Method::POST, "/api/v1/duties", &text, Some(duty(&world, 20))).await;
    let path = made.expect_status(201).location.expect("a location");
    let read = ask(&world, &path, &text).await.expect_status(200).json();
    assert_eq!((&read["sees"], &read["private_note"]), (&json!("own"), &json!("Mine")));
    let me = ask(&world, "/api/v1/session", &text).await.expect_status(200).json();
    assert_eq!(me["permissions"], json!(["duty.log", "duty.read"]));
    assert!(me["csrf_token"].is_null());
    // Pages take no token, and a token takes no part in making tokens.
    for path in ["/duties", "/account", "/account/tokens"] {
        ask(&world, path, &text).await.expect_status(303);
    }
    let (reader, _page) = make(&mut member, &[("scopes", "duty.read")]).await;
    let refused = with_token(&world, Method::POST, "/api/v1/duties", &reader, Some(duty(&world, 19))).await;
    let refused = refused.expect_problem(403, "out-of-scope");
    let challenge = refused.headers.get("www-authenticate").and_then(|value| value.to_str().ok());
    assert!(challenge.is_some_and(|text| text.contains("insufficient_scope")), "{challenge:?}");
    assert_eq!(world.app.audited(), ["token.make", "duty.log", "token.make"]);
    let entries = world.app.database.superuser_texts("select detail from audit_entries where action = 'duty.log'");
    let id = page.rsplit('/').next().expect("an id");
    assert!(entries[0].contains(&format!("\"token\": \"{id}\"")), "{}", entries[0]);
    // The text is nowhere but with its holder.
    let kept = world.app.database.superuser_texts("select t::text from api_tokens t").join("");
    assert!(!kept.contains(&text) && !kept.contains(&text[4..68]));
}

#[actix_web::test]
async fn a_scope_that_is_not_held_cannot_be_chosen_and_one_that_is_lost_is_lost_to_the_token() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let before = world.app.state_of(TABLES);
    let forms: [&[(&str, &str)]; 4] = [
        &[("name", "x"), ("days", "90"), ("scopes", "hr.read")],
        &[("name", "x"), ("days", "90")],
        &[("name", "x"), ("days", "366"), ("scopes", "duty.read")],
        &[("name", "x"), ("days", "90"), ("scopes", "duty.read"), ("kind", "service")],
    ];
    member.get("/account/tokens/new").await;
    for form in forms {
        member.post("/account/tokens/new", form).await.expect_status(422);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    world.app.grant(&world.founded, &world.member, "manager", Some(world.hillside));
    let mut manager = world.app.browser(&world.member).await;
    // Whose duties they are is asked for too: people.read.
    let (text, _page) = make(&mut manager, &[("scopes", "duty.read"), ("scopes", "people.read")]).await;
    let other = format!("/api/v1/duties?person_id={}", world.colleague.id);
    ask(&world, &other, &text).await.expect_status(200);
    world.app.database.superuser(&format!(
        "delete from role_grants g using roles r where r.id = g.role_id and r.code = 'manager' and g.person_id = '{}'",
        world.member.id
    ));
    // At once: no cache outlives a change of what its person may do.
    ask(&world, &other, &text).await.expect_problem(404, "not-found");
    ask(&world, "/api/v1/duties", &text).await.expect_status(200);
    world.app.database.superuser(&format!("update people set left_at = now() where id = '{}'", world.member.id));
    ask(&world, "/api/v1/duties", &text).await.expect_status(401);
}

#[actix_web::test]
async fn the_database_holds_a_token_to_its_scopes_too() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    member.json(Method::POST, "/api/v1/duties", &duty(&world, 20)).await.expect_status(201);
    let manager = Context::from(&world.manager);
    let units = "select count(*) from app_units('duty.read')";
    let limited = |scopes: &str| {
        let units = "(select count(*) from app_units('duty.read'))";
        format!("select case when app_limit('{scopes}') is not null then {units} end")
    };
    assert_eq!(world.app.raw(manager, units), Ok(vec!["1".to_owned()]));
    assert_eq!(world.app.raw(manager, &limited("duty.read,duty.log")), Ok(vec!["1".to_owned()]));
    for scopes in ["people.read", "duty.rea", "uty.read", ""] {
        assert_eq!(world.app.raw(manager, &limited(scopes)), Ok(vec!["0".to_owned()]), "{scopes}");
    }
}

#[actix_web::test]
async fn a_service_token_acts_for_no_person() {
    let world = World::new();
    world.app.grant(&world.founded, &world.member, "administrator", None);
    world.app.grant(&world.founded, &world.member, "manager", Some(world.hillside));
    let mut member = world.app.browser(&world.member).await;
    let mine = member.json(Method::POST, "/api/v1/duties", &duty(&world, 20)).await.expect_status(201);
    let scopes = [("kind", "service"), ("scopes", "duty.read"), ("scopes", "duty.log"), ("scopes", "duty.note.read")];
    let (text, _page) = make(&mut member, &scopes).await;
    assert!(text.starts_with("wrs_"));
    // What reaches one's own records only is not a service's: no logging; and the private note stays private.
    let refused = with_token(&world, Method::POST, "/api/v1/duties", &text, Some(duty(&world, 19))).await;
    refused.expect_problem(403, "out-of-scope");
    let seen = ask(&world, &mine.location.expect("a location"), &text).await.expect_status(200).expect_no_text("Mine");
    assert_eq!(seen.json()["sees"], "record");
}

#[actix_web::test]
async fn a_token_ends_when_its_time_is_over_or_it_is_revoked() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let (short, _page) = make(&mut member, &[("scopes", "duty.read"), ("days", "1")]).await;
    let (text, page) = make(&mut member, &[("scopes", "duty.read")]).await;
    for good in [&short, &text] {
        ask(&world, "/api/v1/duties", good).await.expect_status(200);
    }
    member.get(&format!("{page}/revoke")).await.expect_status(200).expect_text("cannot be undone");
    member.post(&format!("{page}/revoke"), &[]).await.expect_status(303);
    ask(&world, "/api/v1/duties", &text).await.expect_problem(401, "bad-token");
    member.get(&page).await.expect_status(200).expect_text("Revoked");
    member.post(&format!("{page}/revoke"), &[]).await.expect_status(303);
    member.get(&page).await.expect_text("revoked already");
    world.app.clock.advance(SignedDuration::from_hours(24));
    ask(&world, "/api/v1/duties", &short).await.expect_problem(401, "bad-token");
    assert_eq!(world.app.audited(), ["token.make", "token.make", "token.revoke"]);
}

#[actix_web::test]
async fn rotation_lets_the_old_text_in_for_as_long_as_was_chosen() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let (first, page) = make(&mut member, &[("scopes", "duty.read")]).await;
    ask(&world, "/api/v1/duties", &first).await.expect_status(200);
    member.get(&format!("{page}/rotate")).await.expect_status(200);
    member.post(&format!("{page}/rotate"), &[("overlap", "nonsense")]).await.expect_status(422);
    let shown = member.post(&format!("{page}/rotate"), &[("overlap", "1")]).await.expect_status(200);
    let second = text_in(&shown);
    assert_ne!(first, second);
    for good in [&first, &second] {
        ask(&world, "/api/v1/duties", good).await.expect_status(200);
    }
    world.app.clock.advance(SignedDuration::from_mins(61));
    ask(&world, "/api/v1/duties", &first).await.expect_problem(401, "bad-token");
    ask(&world, "/api/v1/duties", &second).await.expect_status(200);
    let mut member = world.app.browser(&world.member).await;
    member.get(&page).await;
    let third = text_in(&member.post(&format!("{page}/rotate"), &[("overlap", "0")]).await.expect_status(200));
    ask(&world, "/api/v1/duties", &second).await.expect_problem(401, "bad-token");
    ask(&world, "/api/v1/duties", &third).await.expect_status(200);
    assert_eq!(world.app.rows("api_tokens"), 1);
}

#[actix_web::test]
async fn a_token_works_from_its_networks_only() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    // Tests come from 192.0.2.77.
    let (near, _page) = make(&mut member, &[("scopes", "duty.read"), ("networks", "10.0.0.0/8\n192.0.2.0/24")]).await;
    let (far, page) = make(&mut member, &[("scopes", "duty.read"), ("networks", "10.0.0.0/8")]).await;
    ask(&world, "/api/v1/duties", &near).await.expect_status(200);
    ask(&world, "/api/v1/duties", &far).await.expect_problem(403, "wrong-network");
    flush(&world);
    member.get(&page).await.expect_status(200).expect_text("403").expect_text("192.0.2.0");
}

#[actix_web::test]
async fn a_request_says_who_asks_in_one_way_only() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let (text, _page) = make(&mut member, &[("scopes", "duty.read")]).await;
    let bearer = |text: &str| {
        TestRequest::get().uri("/api/v1/duties").insert_header(("authorization", format!("Bearer {text}")))
    };
    member.send(bearer(&text)).await.expect_problem(400, "bad-request");
    let mut slipped = text.clone();
    slipped.replace_range(20..21, if &text[20..21] == "a" { "b" } else { "a" });
    let mistyped = world.app.visitor().send(bearer(&slipped)).await.expect_problem(401, "bad-token");
    assert!(mistyped.body.contains("checksum"), "{}", mistyped.body);
    for wrong in ["", "x", "wrp_", &text[..75], &text.to_uppercase()] {
        let answer = world.app.visitor().send(bearer(wrong)).await.expect_problem(401, "bad-token");
        assert!(answer.headers.contains_key("www-authenticate"));
    }
    let basic = TestRequest::get().uri("/api/v1/duties").insert_header(("authorization", "Basic YTpi"));
    world.app.visitor().send(basic).await.expect_problem(401, "bad-token");
    // Of another organisation, made up: as unknown as any other.
    let other =
        watchroom::crypto::ApiToken::random(watchroom::crypto::TokenKind::Personal, world.stranger.organisation);
    let other = other.expect("random").reveal().to_owned();
    world.app.visitor().send(bearer(&other)).await.expect_problem(401, "bad-token");
}

#[actix_web::test]
async fn uses_are_logged_in_batches_shown_exported_and_purged() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let (text, page) = make(&mut member, &[("scopes", "duty.read")]).await;
    for _ in 0..120 {
        ask(&world, "/api/v1/duties", &text).await.expect_status(200);
    }
    // The newest by a second: those of one instant stand in no order.
    world.app.clock.advance(SignedDuration::from_secs(1));
    ask(&world, "/api/v1/nothing", &text).await.expect_status(404);
    assert_eq!(world.app.rows("api_token_uses"), 0);
    flush(&world);
    assert_eq!(world.app.rows("api_token_uses"), 121);
    let last = world.app.database.superuser_texts("select last_used_from from api_tokens");
    assert_eq!(last, ["192.0.2.0"]);
    let shown = member.get(&page).await.expect_status(200).expect_text("api.duty.list").expect_text("404");
    let next = shown.link("Older uses").expect("more uses");
    let shown = member.get(&next).await.expect_status(200);
    let next = shown.link("Older uses").expect("more uses");
    assert!(member.get(&next).await.expect_status(200).link("Older uses").is_none());
    let csv = member.get(&format!("{page}/uses.csv")).await.expect_status(200);
    assert_eq!(csv.body.lines().count(), 122);
    // Purged by a job that was put into the queue with the token, and puts itself there again.
    let waiting = "select count(*) from jobs where kind = 'token.purge'";
    assert_eq!(world.app.database.superuser_texts(waiting), ["1"]);
    world.app.clock.advance(SignedDuration::from_hours(24 * 90) - SignedDuration::from_secs(1));
    let handler = world.app.parts.handlers()[purge::KIND].clone();
    let job = Job {
        id: JobId::new(world.app.clock.now()),
        organisation: world.founded.organisation,
        kind: purge::KIND.to_owned(),
        payload: json!({}),
        attempts: 1,
    };
    handler(&job, &Stopping::default()).expect("purged");
    assert_eq!(world.app.rows("api_token_uses"), 121, "exactly 90 days old: not older");
    for left in [1, 0] {
        world.app.clock.advance(SignedDuration::from_secs(1));
        handler(&job, &Stopping::default()).expect("purged");
        assert_eq!(world.app.rows("api_token_uses"), left);
    }
}

#[actix_web::test]
async fn tokens_are_seen_by_their_person_and_by_who_may_see_all_and_by_nobody_else() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let (text, page) = make(&mut member, &[("scopes", "duty.read")]).await;
    member.get("/account/tokens").await.expect_status(200).expect_text("Rota export");
    let before = world.app.state_of(TABLES);
    for (somebody, list, one, revoke, rotate) in [
        (&world.member, 403, 200, 200, 200),
        (&world.colleague, 403, 404, 404, 404),
        (&world.manager, 403, 404, 404, 404),
        (&world.hr, 403, 404, 404, 404),
        (&world.auditor, 403, 404, 404, 404),
        (&world.administrator, 200, 200, 200, 403),
        (&world.stranger, 403, 404, 404, 404),
    ] {
        let mut client = world.app.browser(somebody).await;
        let seen = [
            ("/tokens".to_owned(), list),
            (page.clone(), one),
            (format!("{page}/uses.csv"), one),
            (format!("{page}/revoke"), revoke),
            (format!("{page}/rotate"), rotate),
        ];
        for (path, status) in seen {
            let answer = client.get(&path).await.expect_status(status).expect_no_text(&text);
            assert!(!answer.body.contains(&text[10..60]), "{path}");
        }
        let status = if rotate == 200 { 422 } else { rotate };
        client.get("/account").await;
        client.post(&format!("{page}/rotate"), &[("overlap", "x")]).await.expect_status(status);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    let mut administrator = world.app.browser(&world.administrator).await;
    administrator.get("/tokens?kind=personal&state=good").await.expect_text("Rota export").expect_text("Jo Tester");
    administrator.get("/tokens?kind=service").await.expect_no_text("Rota export");
    administrator.get(&format!("{page}/revoke")).await;
    administrator.post(&format!("{page}/revoke"), &[]).await.expect_status(303);
    ask(&world, "/api/v1/duties", &text).await.expect_status(401);
}

#[actix_web::test]
async fn the_form_sent_twice_makes_one_token_and_never_shows_it_again() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let id = member.get("/account/tokens/new").await.field("id");
    let form = [("id", id.as_str()), ("name", "Rota"), ("days", "90"), ("scopes", "duty.read")];
    let text = text_in(&member.post("/account/tokens/new", &form).await.expect_status(200));
    member.post("/account/tokens/new", &form).await.expect_status(409).expect_no_text(&text);
    assert_eq!(world.app.rows("api_tokens"), 1);
    assert!(member.cookie(COOKIE).is_some());
}

#[actix_web::test]
async fn raw_sql_reaches_no_token_of_somebody_else() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let (text, _page) = make(&mut member, &[("scopes", "duty.read")]).await;
    ask(&world, "/api/v1/duties", &text).await.expect_status(200);
    flush(&world);
    let others: [&Somebody; 6] =
        [&world.colleague, &world.manager, &world.hr, &world.auditor, &world.stranger, &world.other_manager];
    for table in ["api_tokens", "api_token_scopes", "api_token_uses"] {
        let count = format!("select count(*) from {table}");
        for somebody in others {
            assert_eq!(world.app.raw(somebody, &count), Ok(vec!["0".to_owned()]), "{table} {}", somebody.name);
        }
        assert_eq!(world.app.raw(&world.member, &count), Ok(vec!["1".to_owned()]), "{table}");
        assert_ne!(world.app.raw(Context::None, &count), Ok(vec!["1".to_owned()]), "{table}");
    }
    for (somebody, statement) in [
        (&world.colleague, "update api_tokens set revoked_at = null, name = 'mine'"),
        (&world.stranger, "update api_tokens set name = 'mine'"),
        (&world.member, "delete from api_tokens"),
        (&world.member, "update api_token_scopes set permission = 'hr.read'"),
        (&world.member, "delete from api_token_uses"),
        (&world.member, "update api_token_uses set route = 'none'"),
    ] {
        let done = world.app.raw_write(somebody, statement).unwrap_or_default();
        assert_eq!(done, 0, "{}: {statement}", somebody.name);
    }
}

#[actix_web::test]
async fn tokens_end_when_their_person_leaves_and_do_not_come_back_with_them() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let (text, _page) = make(&mut member, &[("scopes", "duty.read")]).await;
    let mut hr = world.app.browser(&world.hr).await;
    let person = format!("/people/{}", world.member.id);
    hr.get(&format!("{person}/leave")).await.expect_status(200).expect_text("a token of theirs (1 token)");
    hr.post(&format!("{person}/leave"), &[]).await.expect_status(303);
    ask(&world, "/api/v1/duties", &text).await.expect_status(401);
    hr.post(&format!("{person}/reinstate"), &[]).await.expect_status(303);
    ask(&world, "/api/v1/duties", &text).await.expect_problem(401, "bad-token");
    let revoked = world.app.database.superuser_texts("select count(*) from api_tokens where revoked_at is not null");
    assert_eq!(revoked, ["1"]);
}

#[actix_web::test]
async fn the_list_is_downloaded_by_who_may_see_it_and_never_holds_a_token() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let (text, _page) = make(&mut member, &[("scopes", "duty.read"), ("days", "10")]).await;
    make(&mut member, &[("scopes", "duty.read")]).await;
    member.get("/tokens.csv").await.expect_status(403);
    let mut administrator = world.app.browser(&world.administrator).await;
    let all = administrator.get("/tokens.csv").await.expect_status(200);
    assert_eq!(all.body.lines().count(), 3);
    assert!(!all.body.contains(&text[4..60]), "{}", all.body);
    let ending = administrator.get("/tokens.csv?state=ending").await.expect_status(200);
    assert_eq!(ending.body.lines().count(), 2, "{}", ending.body);
    assert!(ending.body.contains(",ending,duty.read,"), "{}", ending.body);
    assert!(world.app.audited().contains(&"token.export-list".to_owned()));
}
