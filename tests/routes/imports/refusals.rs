//! Who may not, and what is no file.

use watchroom::organisation::Service;

use super::{DUTIES, World, upload};
use crate::support::Context;

#[actix_web::test]
async fn a_member_a_manager_hr_and_an_auditor_may_not_import_duties() {
    let world = World::new();
    let mut administrator = world.app.browser(&world.administrator).await;
    upload(&world, &mut administrator, "duties", &[("file", "rota.csv", DUTIES)]).await.expect_status(303);
    let href = world.href();
    let before = world.app.state_of(&["imports", "jobs", "duties", "audit_entries"]);
    let unit = world.founded.unit;
    for role in ["manager", "hr", "auditor"] {
        let somebody = world.app.person(&world.founded, role, unit);
        let mut browser = world.app.browser(&somebody).await;
        // HR imports people, so it finds the list, and nothing of duties in it.
        if role == "hr" {
            browser.get("/imports").await.expect_status(200).expect_no_text("rota.csv");
            browser.get("/imports/new").await.expect_status(200).expect_no_text("value=\"duties\"");
            browser
                .upload("/imports/new", &[("what", "duties")], &[("file", "rota.csv", DUTIES)])
                .await
                .expect_status(403);
        } else {
            browser.get("/imports").await.expect_status(403);
            browser
                .upload("/imports/new", &[("what", "duties")], &[("file", "rota.csv", DUTIES)])
                .await
                .expect_status(403);
        }
        for (method, path) in [
            ("get", ""),
            ("get", "/columns"),
            ("get", "/progress"),
            ("get", "/rejected.csv"),
            ("post", "/commit"),
            ("post", "/discard"),
            ("post", "/check"),
        ] {
            let address = format!("{href}{path}");
            let answer = if method == "get" { browser.get(&address).await } else { browser.post(&address, &[]).await };
            assert!(matches!(answer.status, 403 | 404), "{role} {address}: {}", answer.status);
        }
        let see = world.app.raw(&somebody, "select count(*) from imports");
        assert_eq!(see, Ok(vec!["0".to_owned()]), "{role}");
    }
    let [member, _] = &world.members;
    let mut browser = world.app.browser(member).await;
    browser.get("/imports").await.expect_status(403);
    browser.get(&href).await.expect_status(403);
    let after = world.app.state_of(&["imports", "jobs", "duties"]);
    assert_eq!(after, before[..3]);
    let folders = std::fs::read_dir(world.app.parts.site.config.state.dir.join("imports")).expect("a folder").count();
    assert_eq!(folders, 1, "refused uploads leave no files");
}

#[actix_web::test]
async fn the_file_of_another_organisation_is_not_there() {
    let world = World::new();
    let mut browser = world.app.browser(&world.administrator).await;
    upload(&world, &mut browser, "duties", &[("file", "rota.csv", DUTIES)]).await.expect_status(303);
    let href = world.href();
    world.app.found("southmoor", Service::Fire);
    let mut stranger = world.app.signed_in("admin@southmoor.example").await;
    stranger.get("/imports").await.expect_status(200).expect_no_text("rota.csv");
    for path in ["", "/columns", "/progress", "/rejected.csv", "/discard"] {
        stranger.get(&format!("{href}{path}")).await.expect_status(404);
    }
    stranger.get("/imports/new").await;
    for path in ["/columns", "/check", "/commit", "/discard"] {
        stranger.post(&format!("{href}{path}"), &[]).await.expect_status(404);
    }
    assert_eq!(world.newest("state"), "uploaded");
}

#[actix_web::test]
async fn the_worker_writes_only_what_an_import_makes() {
    let world = World::new();
    let mut browser = world.app.browser(&world.administrator).await;
    upload(&world, &mut browser, "duties", &[("file", "rota.csv", DUTIES)]).await.expect_status(303);
    let organisation = world.founded.organisation;
    let [member, _] = &world.members;
    let import = world.newest("id");
    let insert = |source: &str, import: &str, key: &str| {
        format!(
            "insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, \
                                 source, import_id, source_key, created_at, created_by, changed_at) \
             select '{organisation}', gen_random_uuid(), '{person}', '{unit}', '2026-01-01 08:00Z', '2026-01-01 18:00Z', \
                    '2026-01-01', k.id, '{source}', {import}, {key}, now(), '{person}', now() \
               from duty_kinds k where k.code = 'shift'",
            person = member.id,
            unit = member.unit,
        )
    };
    let worker = || Context::System(organisation, "import");
    let named = format!("'{import}'");
    assert_eq!(world.app.raw_write(worker(), &insert("import", &named, "'a'")), Ok(1));
    for statement in
        [insert("manual", &named, "'a'"), insert("import", "null", "'a'"), insert("import", &named, "null")]
    {
        let refused = world.app.raw_write(worker(), &statement);
        assert!(refused.as_ref().is_err_and(|text| text.contains("row-level security")), "{refused:?}");
    }
    assert_eq!(world.app.raw_write(worker(), "update duties set break_minutes = 1").unwrap_or(0), 0);
    let foreign = Context::System(organisation, "jobs");
    assert!(world.app.raw_write(foreign, &insert("import", &named, "'a'")).is_err());
}

#[actix_web::test]
async fn what_is_no_file_of_rows_is_refused_beside_the_field() {
    let world = World::new();
    let mut browser = world.app.browser(&world.administrator).await;
    let cases: [(&str, &[u8], &str); 5] = [
        ("book.xlsx", b"PK\x03\x04 and so on", "CSV UTF-8"),
        ("empty.csv", b"", "The file is empty"),
        ("header.csv", b"a,b,c\n", "nothing below it"),
        ("program", b"a,b\n\0\0", "zero bytes"),
        ("wide.txt", b"\xFF\xFEa\0,\0", "UTF-16"),
    ];
    for (name, content, text) in cases {
        upload(&world, &mut browser, "duties", &[("file", name, content)]).await.expect_status(422).expect_text(text);
    }
    browser.upload("/imports/new", &[("what", "duties")], &[]).await.expect_status(422).expect_text("Choose a file");
    browser
        .upload("/imports/new", &[], &[("file", "rota.csv", DUTIES)])
        .await
        .expect_status(422)
        .expect_text("Choose what is in the file");
    upload(&world, &mut browser, "lfb", &[("file", "rota.csv", DUTIES)])
        .await
        .expect_status(422)
        .expect_text("ResourceMobilisationId");
    assert_eq!(world.app.rows("imports"), 0);
    let folder = world.app.parts.site.config.state.dir.join("imports");
    assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 0, "nothing is kept");
}
