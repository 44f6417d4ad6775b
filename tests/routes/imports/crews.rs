//! Crews, and the mobilisation records that ask for them.

use std::path::Path;

use super::{World, upload};

const MOBILISATIONS: &[u8] = include_bytes!("../../fixtures/imports/lfb_mobilisations.csv");
const INCIDENTS: &[u8] = include_bytes!("../../fixtures/imports/lfb_incidents.csv");

async fn assign(browser: &mut crate::support::Client<'_>, call_sign: &str, person: &str, from: &str, to: &str) {
    browser.get("/crews").await.expect_status(200);
    let fields = [("call_sign", call_sign), ("person", person), ("job_role", "Driver"), ("from", from), ("to", to)];
    browser.post("/crews", &fields).await.expect_status(303);
}

#[actix_web::test]
async fn mobilisations_become_duties_of_the_crew_of_their_day_whatever_order_the_files_come_in() {
    let world = World::new();
    let _worker = world.worker();
    let mut browser = world.app.browser(&world.administrator).await;
    for call_sign in ["q111", "Q 112", "Q121", "Q122", "Q131", "Q132"] {
        assign(&mut browser, call_sign, "1001", "2026-01-01", "").await;
    }
    assign(&mut browser, "Q121", &world.members[1].email.to_uppercase(), "2026-05-04", "2026-05-04").await;
    let files: [(&str, &str, &[u8]); 2] =
        [("file", "incidents.csv", INCIDENTS), ("second", "mobilisations.csv", MOBILISATIONS)];
    upload(&world, &mut browser, "lfb", &files).await.expect_status(303);
    assert_eq!(world.settled(), "checked");
    let [ready, duplicate, rejected, records] = world.counts();
    assert_eq!((ready, duplicate, rejected), (16, 0, 2), "every row is accounted for");
    assert!(records > ready, "somebody else rode on Q121 for a day");
    let href = world.href();
    browser
        .get(&href)
        .await
        .expect_text("No crew is assigned to Z991 on")
        .expect_text("nothing to reckon the end from")
        .expect_text("with incidents.csv");
    browser.post(&format!("{href}/commit"), &[]).await.expect_status(303);
    assert_eq!(world.settled(), "committed");
    assert_eq!(world.app.rows("duties"), records);
    let first = world.app.database.superuser_texts(
        "select concat_ws(' ', d.call_sign, d.job_role, d.incident_number, d.turnout_seconds + d.travel_seconds = d.attendance_seconds, \
                          c.code, s.code) \
           from duties d join duty_kinds c on c.id = d.category_id join duty_kinds s on s.id = d.subcategory_id \
          where d.incident_number like '009002-%'",
    );
    assert_eq!(first, ["Q111 Driver 009002-04052026 t fire secondary"]);
    upload(&world, &mut browser, "lfb", &[("file", "mobilisations.csv", MOBILISATIONS)]).await.expect_status(303);
    assert_eq!(world.settled(), "checked");
    assert_eq!(world.counts(), [0, 16, 2, 0]);
}

#[actix_web::test]
async fn the_public_files_import_with_every_row_accounted_for() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/lfb");
    let (Ok(mobilisations), Ok(incidents)) =
        (std::fs::read(beside.join("mobilisations.csv")), std::fs::read(beside.join("incidents.csv")))
    else {
        println!("skipped: ../shared/data/lfb is not beside the project");
        return;
    };
    let world = World::new();
    let _worker = world.worker();
    let mut browser = world.app.browser(&world.administrator).await;
    let text = String::from_utf8(mobilisations.clone()).expect("UTF-8");
    let call_signs: std::collections::BTreeSet<&str> =
        text.lines().skip(1).filter_map(|line| line.split(',').nth(4)).collect();
    for (place, call_sign) in call_signs.iter().enumerate() {
        if place > 0 {
            assign(&mut browser, call_sign, if place % 2 == 0 { "1001" } else { "1002" }, "2009-01-01", "").await;
        }
    }
    let files: [(&str, &str, &[u8]); 2] = [("file", "m.csv", &mobilisations), ("second", "i.csv", &incidents)];
    upload(&world, &mut browser, "lfb", &files).await.expect_status(303);
    assert_eq!(world.settled(), "checked");
    let [ready, duplicate, rejected, records] = world.counts();
    assert_eq!((ready + duplicate + rejected, ready, records), (20, 19, 19), "one call sign has no crew");
    browser.post(&format!("{}/commit", world.href()), &[]).await.expect_status(303);
    assert_eq!(world.settled(), "committed");
    assert_eq!(world.app.rows("duties"), 19);
}

#[actix_web::test]
async fn crews_are_listed_changed_exported_and_removed() {
    let world = World::new();
    let mut browser = world.app.browser(&world.administrator).await;
    browser.get("/crews").await.expect_status(200).expect_text("No crews yet");
    assign(&mut browser, "h 271", "1001", "2026-01-01", "2026-06-30").await;
    browser.get("/crews?call_sign=H271").await.expect_text("Ada Tester").expect_text("30 Jun 2026");
    let wrong = [("call_sign", "H271"), ("person", "1001"), ("from", "2026-06-30"), ("to", "")];
    browser.post("/crews", &wrong).await.expect_status(422).expect_text("on some of these days already");
    let wrong = [("call_sign", ""), ("person", "1001"), ("from", "2026-07-01"), ("to", "")];
    browser.post("/crews", &wrong).await.expect_status(422).expect_text("Enter a call sign");
    let wrong = [("call_sign", "H271"), ("person", "nobody"), ("from", "2026-07-01"), ("to", "")];
    let kept = browser.post("/crews", &wrong).await.expect_status(422).expect_text("somebody who works here");
    assert!(kept.body.contains(r#"value="nobody""#), "what was typed is kept");
    let file = browser.get("/crews.csv").await.expect_status(200);
    assert!(file.body.contains("H271,1001,Ada Tester,Driver,2026-01-01,2026-06-30"), "{}", file.body);
    let id = world.app.database.superuser_texts("select id from crew_assignments").pop().expect("an assignment");
    browser.get(&format!("/crews/{id}")).await.expect_status(200).expect_text("Ada Tester on H271");
    let days = [("job_role", ""), ("from", "2026-01-02"), ("to", "2025-01-01")];
    browser.post(&format!("/crews/{id}"), &days).await.expect_status(422).expect_text("must not be before the first");
    browser
        .post(&format!("/crews/{id}"), &[("job_role", ""), ("from", "2026-01-02"), ("to", "")])
        .await
        .expect_status(303);
    browser.get("/crews").await.expect_text("Goes on").expect_text("2 Jan 2026");
    browser.get(&format!("/crews/{id}/remove")).await.expect_status(200).expect_text("Remove this assignment?");
    browser.post(&format!("/crews/{id}/remove"), &[]).await.expect_status(303);
    assert_eq!(world.app.rows("crew_assignments"), 0);
    assert_eq!(world.app.audited(), ["crew.assign", "crew.export", "crew.change", "crew.remove"]);
    let mut member = world.app.browser(&world.members[0]).await;
    member.get("/crews").await.expect_status(403);
    member.get("/crews.csv").await.expect_status(403);
}
