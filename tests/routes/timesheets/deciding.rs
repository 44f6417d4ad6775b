//! Who decides on whose hours, and that nobody decides on what they have not seen.

use uuid::Uuid;

use super::{Hours, TABLES, refused};
use crate::support::Somebody;

#[actix_web::test]
async fn what_was_not_seen_is_not_approved_one_by_one_or_together() {
    let hours = Hours::new();
    let world = &hours.world;
    let (mut member, mut colleague) =
        (world.app.browser(&world.member).await, world.app.browser(&world.colleague).await);
    hours.log(&mut member, "2026-11-21").await;
    hours.log(&mut colleague, "2026-11-21").await;
    let (first, second) =
        (hours.submit(&mut member, &world.member).await, hours.submit(&mut colleague, &world.colleague).await);
    let mut manager = world.app.browser(&world.manager).await;
    let mark = manager.get(&format!("/timesheets/{first}")).await.field("mark");
    let confirm = manager.get(&format!("/approvals/confirm?sheet={first}&sheet={second}&sheet=nonsense")).await;
    let confirm = confirm.expect_status(200).expect_text("2 timesheets with 23 h");
    let chosen: Vec<&str> = confirm.body.split(r#"name="sheet" value=""#).skip(1).collect();
    let chosen: Vec<(&str, &str)> =
        chosen.iter().map(|rest| ("sheet", rest.split('"').next().expect("a value"))).collect();
    assert_eq!(chosen.len(), 2);

    hours.log(&mut member, "2026-11-20").await;
    let stale = manager.post(&format!("/timesheets/{first}/approve"), &[("mark", &mark)]).await.expect_status(303);
    assert_eq!(stale.location, Some(format!("/timesheets/{first}")));
    let shown =
        manager.get(&format!("/timesheets/{first}")).await.expect_text("the hours changed while you had them open");
    shown.expect_text("1 duty was added after submission").expect_text("Added after submission");
    manager.post("/approvals/approve", &chosen).await.expect_status(303);
    manager.get("/approvals").await.expect_text("1 timesheet was approved; 1 was left, because it changed meanwhile");
    assert_eq!((hours.state(&first), hours.state(&second)), ("submitted".to_owned(), "approved".to_owned()));
    // The same list once more, and one that was made up: nothing happens.
    let before = world.app.state_of(TABLES);
    manager.post("/approvals/approve", &chosen).await.expect_status(303);
    let made_up = format!("{}.{mark}", Uuid::now_v7());
    manager.post("/approvals/approve", &[("sheet", &made_up)]).await.expect_status(303);
    manager.post("/approvals/approve", &[]).await.expect_status(303);
    manager.get("/approvals").await.expect_text("Nothing was chosen");
    assert_eq!(world.app.state_of(TABLES), before);
    // Another manager's people are not approved by a list that names them.
    let mut other = world.app.browser(&world.other_manager).await;
    other.get("/approvals").await.expect_text("Nothing waits for you");
    let fresh = manager.get(&format!("/timesheets/{first}")).await.field("mark");
    other.post("/approvals/approve", &[("sheet", &format!("{first}.{fresh}"))]).await;
    assert_eq!(world.app.state_of(TABLES), before);
}

#[actix_web::test]
async fn nobody_decides_on_their_own_hours_and_others_see_what_is_theirs_to_see() {
    let hours = Hours::new();
    let world = &hours.world;
    world.app.grant(&world.founded, &world.manager, "member", None);
    let mut manager = world.app.browser(&world.manager).await;
    let own = hours.submit(&mut manager, &world.manager).await;
    let mut member = world.app.browser(&world.member).await;
    hours.log(&mut member, "2026-11-21").await;
    let sheet = hours.submit(&mut member, &world.member).await;
    let before = world.app.state_of(TABLES);
    let page = manager.get(&format!("/timesheets/{own}")).await.expect_status(303);
    assert_eq!(page.location.as_deref(), Some("/timesheets/period/2026-11-16"));
    manager.get("/approvals").await.expect_text("1 timesheet, 11 h 30 min").expect_no_text("Max Tester, 16");
    manager.post(&format!("/timesheets/{own}/approve"), &[("mark", "x")]).await.expect_status(403);
    manager.post(&format!("/timesheets/{own}/return"), &[("reason", "x")]).await.expect_status(403);
    let approve = |sheet: &str, by: &Somebody| {
        format!(
            "update timesheets set state = 'approved', moved_by = '{}', moved_at = now() where id = '{sheet}'",
            by.id
        )
    };
    assert!(refused(&world.app.raw_write(&world.manager, &approve(&own, &world.manager))));
    assert!(
        refused(&world.app.raw_write(&world.manager, &approve(&sheet, &world.administrator))),
        "in nobody else's name"
    );

    let mut hr = world.app.browser(&world.hr).await;
    let seen = hr.get(&format!("/timesheets/{sheet}")).await.expect_text("11 h 30 min").expect_no_text("Approve");
    seen.expect_no_text("Slept badly").expect_no_text("Two pumps").expect_no_text("N12P1");
    for somebody in
        [&world.hr, &world.colleague, &world.other_manager, &world.auditor, &world.administrator, &world.stranger]
    {
        let mut client = world.app.browser(somebody).await;
        let answer = client.get(&format!("/timesheets/{sheet}")).await;
        assert_eq!(answer.status, if somebody.id == world.hr.id { 200 } else { 404 }, "{}", somebody.name);
        for act in ["approve", "return"] {
            let answer = client.post(&format!("/timesheets/{sheet}/{act}"), &[("mark", "x"), ("reason", "x")]).await;
            assert!([403, 404].contains(&answer.status), "{} {act}: {}", somebody.name, answer.status);
        }
        assert!(refused(&world.app.raw_write(somebody, &approve(&sheet, somebody))), "{}", somebody.name);
    }
    assert_eq!(world.app.state_of(TABLES), before);
}

#[actix_web::test]
async fn whoever_stands_in_decides_for_those_days_alone_and_hands_nothing_on() {
    let hours = Hours::new();
    let world = &hours.world;
    world.app.grant(&world.founded, &world.manager, "member", None);
    let mut member = world.app.browser(&world.member).await;
    hours.log(&mut member, "2026-11-21").await;
    let sheet = hours.submit(&mut member, &world.member).await;
    let mut colleague = world.app.browser(&world.colleague).await;
    let own = hours.submit(&mut colleague, &world.colleague).await;
    colleague.get("/approvals").await.expect_text("You approve nobody's hours").expect_no_text("Jo Tester");
    colleague.get(&format!("/timesheets/{sheet}")).await.expect_status(404);

    let mut manager = world.app.browser(&world.manager).await;
    let away = hours.submit(&mut manager, &world.manager).await;
    let found = manager.get("/approvals/delegations/new?find=Sam").await.expect_text("Sam Tester");
    found.expect_no_text("Ola Tester");
    let name =
        |from: &'static str, to: &'static str| [("find", "Sam"), ("from", from), ("to", to), ("reason", "Leave")];
    let sam = world.colleague.id.to_string();
    let named = [&name("2026-11-20", "2027-05-01")[..], &[("delegate", sam.as_str())]].concat();
    manager.post("/approvals/delegations/new", &named).await.expect_status(422).expect_text("today or later");
    let stranger = world.stranger.id.to_string();
    let not_theirs = [&name("2026-11-23", "2026-11-24")[..], &[("delegate", stranger.as_str())]].concat();
    manager.post("/approvals/delegations/new", &not_theirs).await.expect_status(422).expect_text("from the list");
    let named = [&name("2026-11-23", "2026-11-24")[..], &[("delegate", sam.as_str())]].concat();
    manager.post("/approvals/delegations/new", &named).await.expect_status(303);
    // The database goes by its own clock.
    let days = |from: &str, to: &str| {
        format!("update approval_delegations set from_day = now()::date {from}, to_day = now()::date {to}")
    };
    world.app.database.superuser(&days("- 3", "- 2"));
    colleague.get("/approvals").await.expect_text("You approve nobody's hours");
    colleague.get(&format!("/timesheets/{sheet}")).await.expect_status(404);
    world.app.database.superuser(&days("- 1", "+ 1"));

    colleague.get("/approvals").await.expect_text("Jo Tester").expect_no_text("Max Tester");
    colleague.get(&format!("/timesheets/{away}")).await.expect_status(404);
    colleague.post(&format!("/timesheets/{own}/approve"), &[("mark", "x")]).await.expect_status(403);
    colleague.get("/approvals/delegations/new").await.expect_status(403);
    colleague.get(&format!("/timesheets/{sheet}")).await.expect_text("You decide in the stead of Max Tester");
    hours.approve(&mut colleague, &sheet).await.expect_status(303);
    let kept = "select concat_ws(' ', state, moved_by_name, 'for', in_stead_of_name) from timesheet_events \
                where in_stead_of is not null";
    assert_eq!(world.app.database.superuser_texts(kept), ["approved Sam Tester for Max Tester"]);
    let entry = "select detail from audit_entries where action = 'timesheet.approve'";
    assert!(world.app.database.superuser_texts(entry)[0].contains(&world.manager.id.to_string()));
    let reopen = format!(
        "update timesheets set state = 'reopened', reason = 'x', moved_by = '{}', moved_at = now() where id = '{sheet}'",
        world.colleague.id
    );
    assert!(refused(&world.app.raw_write(&world.colleague, &reopen)), "what is over is none of theirs");
    let delegation = world.app.database.superuser_texts("select id from approval_delegations")[0].clone();
    colleague.post(&format!("/approvals/delegations/{delegation}/end"), &[]).await.expect_status(403);
    manager.get(&format!("/approvals/delegations/{delegation}/end")).await.expect_text("Sam Tester");
    manager.post(&format!("/approvals/delegations/{delegation}/end"), &[]).await.expect_status(303);
    colleague.get("/approvals").await.expect_text("You approve nobody's hours");
    let sees = format!("select count(*) from timesheets where id = '{sheet}'");
    assert_eq!(world.app.raw(&world.colleague, &sees), Ok(vec!["0".to_owned()]));
}

#[actix_web::test]
async fn hours_are_decided_where_they_were_submitted_though_people_move() {
    let hours = Hours::new();
    let world = &hours.world;
    let mut member = world.app.browser(&world.member).await;
    let sheet = hours.submit(&mut member, &world.member).await;
    world
        .app
        .database
        .superuser(&format!("update people set unit_id = '{}' where id = '{}'", world.harbour, world.member.id));
    let (mut old, mut new) = (world.app.browser(&world.manager).await, world.app.browser(&world.other_manager).await);
    let page = format!("/timesheets/{sheet}");
    new.get(&page).await.expect_status(404);
    old.get(&page).await.expect_status(200);
    old.post(&format!("{page}/return"), &[("reason", "Moved: the new station decides")]).await.expect_status(303);
    // A second tab that still offers to decide is told that it has moved on.
    old.post(&format!("{page}/approve"), &[("mark", "x")]).await.expect_status(409);
    hours.submit(&mut member, &world.member).await;
    old.get(&page).await.expect_status(404);
    // A manager whose role ended decides no more, whatever page they have open.
    let mark = new.get(&page).await.expect_status(200).field("mark");
    world.app.database.superuser(&format!("delete from role_grants where person_id = '{}'", world.other_manager.id));
    new.post(&format!("{page}/approve"), &[("mark", &mark)]).await.expect_status(404);
    assert_eq!(hours.state(&sheet), "submitted");
}
