//! Corrections of duties whose hours are approved: proposed, taken back, accepted and refused, with both values kept.

use uuid::Uuid;

use super::timesheets::Hours;
use crate::support::Client;

/// Tables that a refusal must leave as they were.
const TABLES: &[&str] =
    &["duties", "duty_revisions", "duty_corrections", "timesheets", "timesheet_events", "duty_shared_notes"];

impl Hours {
    /// Proposes that a duty ended at another time.
    async fn propose(&self, member: &mut Client<'_>, duty: &str, end: &str) -> String {
        let path = format!("/duties/{duty}/correct");
        member.get(&path).await.expect_status(200).expect_no_text("Slept badly");
        let fields = [("revision", "1"), ("end", end), ("reason", "Relieved late")];
        let answer = self.world.post(member, &path, &fields).await.expect_status(303);
        answer.location.expect("the correction's page")
    }

    fn approved(&self, sheet: &str) -> String {
        let query = format!(
            "select concat_ws(' ', state, approved_minutes, approved_duties) from timesheets where id = '{sheet}'"
        );
        self.world.app.database.superuser_texts(&query)[0].clone()
    }
}

#[actix_web::test]
async fn a_correction_that_is_accepted_keeps_both_values_and_counts_the_hours_anew() {
    let hours = Hours::new();
    let world = &hours.world;
    let (duty, sheet) = hours.locked().await;
    let mut member = world.app.browser(&world.member).await;
    let edit = member.get(&format!("/duties/{duty}/edit")).await.expect_status(303);
    assert_eq!(edit.location, Some(format!("/duties/{duty}/correct")), "whoever comes to change it is led there");
    let path = format!("/duties/{duty}/correct");
    member.get(&path).await.expect_text("What it says now");
    let no_reason = [("revision", "1"), ("end", "20:00")];
    let again = world.post(&mut member, &path, &no_reason).await.expect_status(422).expect_text("Say why");
    assert_eq!(again.field("end"), "20:00");
    let other_week = [("revision", "1"), ("date", "2026-11-14"), ("reason", "Wrong day")];
    let refused = world.post(&mut member, &path, &other_week).await.expect_status(422);
    refused.expect_text("A correction stays within its period");
    let same = world.post(&mut member, &path, &[("revision", "1"), ("reason", "Same")]).await.expect_status(303);
    assert_eq!(same.location, Some(format!("/duties/{duty}")), "nothing to propose");
    let correction = hours.propose(&mut member, &duty, "20:00").await;
    let twice = world.post(&mut member, &path, &[("revision", "1"), ("end", "21:00"), ("reason", "More")]).await;
    twice.expect_status(409).expect_text("waits for a decision already");
    assert_eq!(hours.approved(&sheet), "approved 690 1", "nothing has changed yet");
    member.get(&correction).await.expect_text("Waits for a decision").expect_no_text("Accept");
    member.post(&format!("{correction}/accept"), &[]).await.expect_status(403);

    let mut manager = world.app.browser(&world.manager).await;
    manager.get("/approvals").await.expect_text("1 proposed correction waits");
    manager.get("/corrections").await.expect_text("Jo Tester: Change a duty of 21 Nov 2026, 07:00");
    let page = manager.get(&correction).await.expect_text("Relieved late").expect_no_text("Slept badly");
    page.expect_text("19:00").expect_text("20:00");
    // An incident number that stays the same is no part of the proposal: nothing more of the duty is shown than is at hand.
    manager.get(&correction).await.expect_no_text("045512");
    manager.post(&format!("{correction}/accept"), &[("answer", "")]).await.expect_status(303);
    manager.post(&format!("{correction}/accept"), &[("answer", "")]).await.expect_status(409);
    manager.post(&format!("{correction}/refuse"), &[("answer", "No")]).await.expect_status(409);

    assert_eq!(hours.approved(&sheet), "approved 750 1");
    let kept = world.app.database.superuser_texts(
        "select concat_ws(' ', act, revision, before ->> 'ended_at', after ->> 'ended_at', before ->> 'started_at') from duty_revisions",
    );
    assert!(kept.len() == 1 && kept[0].starts_with("corrected 2 2026-11-21T19:00:00"), "{kept:?}");
    assert!(kept[0].contains(" 2026-11-21T20:00:00") && !kept[0].contains("07:00:00"), "{kept:?}");
    let history = member.get(&format!("/duties/{duty}")).await.expect_text("12 h 30 min").expect_text("Relieved late");
    history.expect_text("Two pumps.").expect_text("Slept badly after.");
    member
        .get("/timesheets/period/2026-11-16")
        .await
        .expect_text("Approved: 12 h 30 min and 1 duty.")
        .expect_text("Corrected");
    let deeds = world.app.audited();
    assert!(deeds.contains(&"correction.propose".to_owned()) && deeds.contains(&"correction.accept".to_owned()));
    hours.do_jobs(1);
    assert_eq!(hours.told(), ["hours-approved Jo", "hours-decided Jo"]);
}

#[actix_web::test]
async fn a_refusal_needs_a_reason_and_whoever_proposed_may_take_it_back() {
    let hours = Hours::new();
    let world = &hours.world;
    let (duty, _sheet) = hours.locked().await;
    let mut member = world.app.browser(&world.member).await;
    let mut manager = world.app.browser(&world.manager).await;
    let first = hours.propose(&mut member, &duty, "20:00").await;
    member.get(&first).await;
    member.post(&format!("{first}/withdraw"), &[]).await.expect_status(303);
    member.post(&format!("{first}/withdraw"), &[]).await.expect_status(409);
    manager.get(&first).await.expect_text("Taken back");
    manager.post(&format!("{first}/accept"), &[]).await.expect_status(409);
    let second = hours.propose(&mut member, &duty, "20:00").await;
    manager.get(&second).await;
    let before = world.app.state_of(TABLES);
    manager.post(&format!("{second}/refuse"), &[("answer", " \n ")]).await.expect_status(422).expect_text("Say why");
    for (somebody, status) in [
        (&world.colleague, 404),
        (&world.other_manager, 404),
        (&world.stranger, 404),
        (&world.hr, 403),
        (&world.auditor, 403),
        (&world.administrator, 403),
    ] {
        let mut client = world.app.browser(somebody).await;
        client.get(&second).await.expect_status(status);
        for act in ["accept", "refuse", "withdraw"] {
            let answer = client.post(&format!("{second}/{act}"), &[("answer", "x")]).await;
            assert!([403, 404].contains(&answer.status), "{} {act}: {}", somebody.name, answer.status);
        }
        client.get(&format!("/duties/{duty}/correct")).await;
        let answer =
            world.post(&mut client, &format!("/duties/{duty}/correct"), &[("revision", "1"), ("reason", "x")]).await;
        assert!([403, 404].contains(&answer.status), "{}: {}", somebody.name, answer.status);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    manager.get(&second).await;
    manager.post(&format!("{second}/refuse"), &[("answer", "The log says seven")]).await.expect_status(303);
    member.get(&second).await.expect_text("Refused").expect_text("The log says seven");
    member.get("/corrections").await.expect_text("Refused").expect_text("Taken back");
    member.get(&format!("/duties/{duty}")).await.expect_text("11 h 30 min");
}

#[actix_web::test]
async fn a_missing_duty_is_added_and_one_that_was_none_removed_by_proposal() {
    let hours = Hours::new();
    let world = &hours.world;
    let (duty, sheet) = hours.locked().await;
    let mut member = world.app.browser(&world.member).await;
    let add = format!("/corrections/new?sheet={sheet}");
    let form = member.get(&add).await.expect_status(200);
    assert_eq!(form.field("date"), "2026-11-16");
    let outside = [("date", "2026-11-15"), ("reason", "Forgotten")];
    world.post(&mut member, &add, &outside).await.expect_status(422).expect_text("stays within its period");
    let fields = [("date", "2026-11-19"), ("reason", "Forgotten")];
    let added = world.post(&mut member, &add, &fields).await.expect_status(303).location.expect("a page");
    let removal = format!("/duties/{duty}/propose-removal");
    member.get(&removal).await.expect_text("your private note too");
    let removed = member.post(&removal, &[("revision", "1"), ("reason", "A colleague's")]).await.expect_status(303);
    let removed = removed.location.expect("a page");
    world.app.browser(&world.colleague).await.get(&add).await.expect_status(404);
    world.app.browser(&world.manager).await.get(&add).await.expect_status(403);

    let mut manager = world.app.browser(&world.manager).await;
    manager.get(&added).await.expect_text("This duty is missing from approved hours");
    manager.post(&format!("{added}/accept"), &[("answer", "Seen in the log")]).await.expect_status(303);
    assert_eq!(hours.approved(&sheet), "approved 1380 2");
    manager.get(&removed).await.expect_text("should not be among approved hours");
    manager.post(&format!("{removed}/accept"), &[]).await.expect_status(303);
    assert_eq!(hours.approved(&sheet), "approved 690 1");
    member.get(&format!("/duties/{duty}")).await.expect_status(404);
    member.get(&removed).await.expect_text("Accepted");
    assert_eq!([world.app.rows("duty_shared_notes"), world.app.rows("duty_private_notes")], [0, 0]);
    let deleted = "select act || ' ' || (before ->> 'call_sign') from duty_revisions";
    assert_eq!(world.app.database.superuser_texts(deleted), ["deleted N12P1"], "what it said stays on record");
    let new = "select created_by = person_id and source = 'manual' from duties where deleted_at is null";
    assert_eq!(world.app.database.superuser_texts(new), ["true"]);
}

#[actix_web::test]
async fn a_proposal_that_the_duty_has_overtaken_can_only_be_refused() {
    let hours = Hours::new();
    let world = &hours.world;
    let (duty, sheet) = hours.locked().await;
    let mut member = world.app.browser(&world.member).await;
    let correction = hours.propose(&mut member, &duty, "20:00").await;
    let mut manager = world.app.browser(&world.manager).await;
    let reopen = format!("/timesheets/{sheet}/reopen");
    manager.get(&reopen).await;
    manager.post(&reopen, &[("reason", "Put it right yourself")]).await.expect_status(303);
    let edit = [("revision", "1"), ("reason", "Pump log"), ("end", "18:00")];
    world.post(&mut member, &format!("/duties/{duty}/edit"), &edit).await.expect_status(303);
    let before = world.app.state_of(TABLES);
    manager.get(&correction).await;
    let answer = manager.post(&format!("{correction}/accept"), &[("answer", "As typed")]).await.expect_status(409);
    assert!(answer.expect_text("The duty has changed since this was proposed").body.contains("As typed"));
    assert_eq!(world.app.state_of(TABLES), before, "all of it was taken back");
    manager.post(&format!("{correction}/refuse"), &[("answer", "Overtaken")]).await.expect_status(303);
    let not_locked = member.get(&format!("/duties/{duty}/correct")).await.expect_status(303);
    assert_eq!(not_locked.location, Some(format!("/duties/{duty}/edit")));
}

#[actix_web::test]
async fn no_statement_writes_a_correction_that_nobody_accepted() {
    let hours = Hours::new();
    let world = &hours.world;
    let (duty, sheet) = hours.locked().await;
    let mut member = world.app.browser(&world.member).await;
    let correction = hours.propose(&mut member, &duty, "20:00").await;
    let id = correction.rsplit('/').next().expect("an id");
    let (org, me, manager) = (world.founded.organisation, world.member.id, world.manager.id);
    let accept = |by: &str| {
        format!(
            "update duty_corrections set state = 'accepted', decided_at = now(), decided_by = '{by}' where id = '{id}'"
        )
    };
    let apply = format!("select app_apply_correction('{id}')");
    for somebody in [&world.member, &world.manager, &world.colleague, &world.hr] {
        assert!(world.app.raw(somebody, &apply).is_err(), "{}: nobody has accepted it", somebody.name);
    }
    for (somebody, statement) in [
        (&world.member, accept(&me.to_string())),
        (&world.member, accept(&manager.to_string())),
        (&world.colleague, accept(&world.colleague.id.to_string())),
        (&world.other_manager, accept(&world.other_manager.id.to_string())),
        (&world.hr, accept(&world.hr.id.to_string())),
        // What was proposed is not changed on the way to being accepted.
        (&world.manager, format!("update duty_corrections set becomes = '{{}}' where id = '{id}'")),
        (&world.member, format!("update duty_corrections set reason = 'x' where id = '{id}'")),
        (&world.manager, format!("delete from duty_corrections where id = '{id}'")),
        (
            &world.colleague,
            format!(
                "insert into duty_corrections (organisation_id, id, person_id, unit_id, timesheet_id, duty_id, act, becomes, reason, \
                     state, proposed_at) values ('{org}', '{}', '{}', '{}', '{sheet}', '{duty}', 'remove', '{{}}', 'x', 'proposed', now())",
                Uuid::now_v7(),
                world.colleague.id,
                world.hillside
            ),
        ),
    ] {
        let done = world.app.raw_write(somebody, &statement);
        assert!(!matches!(done, Ok(changed) if changed > 0), "{}: {statement}", somebody.name);
    }
    // Accepted once, it is not written a second time by a later transaction.
    let mut browser = world.app.browser(&world.manager).await;
    browser.get(&correction).await;
    browser.post(&format!("{correction}/accept"), &[]).await.expect_status(303);
    assert!(world.app.raw(&world.manager, &apply).is_err());
    assert_eq!(hours.approved(&sheet), "approved 750 1");
}
