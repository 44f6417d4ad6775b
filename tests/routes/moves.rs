//! Transfers and leavings that were planned: by whom, until when they are cancelled, and what happens on the day.

use uuid::Uuid;
use watchroom::jobs::{Job, JobError, Stopping};
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::JobId;

use super::duties::World;
use crate::support::Context;

/// Does every move whose time has come, as a worker would; how many there were.
fn work(world: &World) -> usize {
    let now = world.app.clock.now();
    let due = world.app.database.superuser_texts(&format!(
        "select id || ' ' || (payload ->> 'id') from jobs where kind = 'person.move' and run_at <= '{now}'"
    ));
    for job in &due {
        let (id, planned) = job.split_once(' ').expect("two ids");
        done(world, id, planned).expect("done");
        world.app.database.superuser(&format!("delete from jobs where id = '{id}'"));
    }
    due.len()
}

fn done(world: &World, id: &str, planned: &str) -> Result<(), JobError> {
    let job = Job {
        id: JobId(Uuid::parse_str(id).expect("an id")),
        organisation: world.founded.organisation,
        kind: "person.move".to_owned(),
        payload: serde_json::json!({ "id": planned }),
        attempts: 1,
    };
    let handlers = world.app.parts.handlers();
    let handler = &handlers["person.move"];
    // On a thread of its own: workers are outside any runtime.
    std::thread::scope(|scope| scope.spawn(|| handler(&job, &Stopping::default())).join().expect("no panic"))
}

/// Lets the clock stand at this moment.
fn at(world: &World, when: &str) {
    let when: jiff::Timestamp = when.parse().expect("a time");
    world.app.clock.advance(when.duration_since(world.app.clock.now()));
}

#[actix_web::test]
async fn a_transfer_happens_at_midnight_and_those_of_the_new_unit_see_the_person() {
    let world = World::new();
    let person = format!("/people/{}", world.member.id);
    let mut hr = world.app.browser(&world.hr).await;
    hr.get(&format!("{person}/transfer")).await.expect_status(200).expect_text("Roles that they have for a unit stay");
    let harbour = world.harbour.to_string();
    let early = [("day", "2026-11-22"), ("unit", world.hillside.to_string().leak())];
    let wrong = hr.post(&format!("{person}/transfer"), &early).await.expect_status(422);
    wrong.expect_text("must be tomorrow or later").expect_text("This is their unit already");
    let typed = [("day", "2026-12-01"), ("unit", harbour.as_str()), ("note", "A swap")];
    hr.post(&format!("{person}/transfer"), &typed).await.expect_status(303);
    hr.post(&format!("{person}/transfer"), &typed).await.expect_status(409);
    hr.get(&person).await.expect_text("Moves to Harbour").expect_text("A swap");
    hr.get("/people/moves").await.expect_text("Jo Tester").expect_text("1 December 2026");
    world.app.browser(&world.member).await.get(&person).await.expect_text("Moves to Harbour");
    at(&world, "2026-11-30T23:59:59Z");
    assert_eq!(work(&world), 0, "it is not midnight yet");
    at(&world, "2026-12-01T00:00:00Z");
    assert_eq!(work(&world), 1);
    let unit = format!("select unit_id from people where id = '{}'", world.member.id);
    assert_eq!(world.app.database.superuser_texts(&unit), [harbour]);
    world.app.browser(&world.manager).await.get(&person).await.expect_status(404);
    world.app.browser(&world.other_manager).await.get(&person).await.expect_status(200).expect_text("Done");
    assert!(world.app.audited().contains(&"move.done".to_owned()));
}

#[actix_web::test]
async fn whoever_leaves_is_shut_out_when_the_last_day_is_over_and_what_they_did_stays() {
    let world = World::new();
    let duty = world.logged().await;
    let person = format!("/people/{}", world.member.id);
    let mut hr = world.app.browser(&world.hr).await;
    hr.get(&format!("{person}/last-day")).await.expect_status(200);
    let typed = [("day", "2026-11-25"), ("things", "Pager\nLocker key")];
    hr.post(&format!("{person}/last-day"), &typed).await.expect_status(303);
    let page = hr.get(&person).await.expect_text("Last day: Wednesday 25 November 2026").expect_text("Pager: is out");
    assert!(page.body.contains("/returned"));
    let planned = world.app.database.superuser_texts("select id from planned_moves")[0].clone();
    hr.post(&format!("/people/moves/{planned}/returned"), &[("place", "1")]).await.expect_status(303);
    hr.post(&format!("/people/moves/{planned}/returned"), &[("place", "7")]).await.expect_status(409);
    hr.get(&person).await.expect_text("Locker key: is back").expect_text("Pager: is out");
    at(&world, "2026-11-25T23:59:59Z");
    assert_eq!(work(&world), 0);
    let mut member = world.app.browser(&world.member).await;
    member.get("/duties").await.expect_status(200);
    at(&world, "2026-11-26T00:00:00Z");
    assert_eq!(work(&world), 1);
    let asked = member.get("/duties").await.location.unwrap_or_default();
    assert!(asked.starts_with("/sign-in"), "{asked}");
    let mut again = world.app.visitor();
    again.sign_in(&world.member.email, crate::support::PASSWORD).await.expect_status(422);
    let of = format!("where person_id = '{}'", world.member.id);
    for table in ["sessions", "role_grants"] {
        let rows = world.app.database.superuser_texts(&format!("select count(*) from {table} {of}"));
        assert_eq!(rows, ["0"], "{table}");
    }
    let kept = world.app.database.superuser_texts(&format!("select count(*) from duties where id = '{duty}'"));
    assert_eq!(kept, ["1"]);
    // Done again, nothing happens.
    done(&world, &Uuid::now_v7().to_string(), &planned).expect("nothing to do");
    assert_eq!(world.app.audited().iter().filter(|action| *action == "move.done").count(), 1);
}

#[actix_web::test]
async fn what_is_cancelled_does_not_happen_and_nobody_else_cancels_or_plans_it() {
    let world = World::new();
    let person = format!("/people/{}", world.member.id);
    let mut hr = world.app.browser(&world.hr).await;
    hr.get(&person).await;
    hr.post(&format!("{person}/last-day"), &[("day", "2026-11-25")]).await.expect_status(303);
    let planned = world.app.database.superuser_texts("select id from planned_moves")[0].clone();
    for who in [&world.member, &world.colleague, &world.manager, &world.auditor, &world.stranger] {
        let mut client = world.app.browser(who).await;
        client.get("/account").await;
        for (path, fields) in [
            (format!("/people/moves/{planned}/cancel"), vec![]),
            (format!("{person}/last-day"), vec![("day", "2026-12-25")]),
            (format!("{person}/transfer"), vec![("day", "2026-12-25"), ("unit", "x")]),
        ] {
            let status = client.post(&path, &fields).await.status;
            assert!([403, 404].contains(&status), "{}: {path}: {status}", who.email);
        }
        let cancelled = "update planned_moves set state = 'cancelled', settled_at = now()";
        assert_ne!(world.app.raw_write(who, cancelled), Ok(1), "{}", who.email);
    }
    // Nobody says that it happened but the job, and nobody plans their own.
    let done = "update planned_moves set state = 'done', settled_at = now()";
    assert!(world.app.raw_write(&world.hr, done).is_err());
    let own = format!("/people/{}/last-day", world.hr.id);
    hr.post(&own, &[("day", "2026-12-25")]).await.expect_status(403);
    hr.post(&format!("/people/moves/{planned}/cancel"), &[]).await.expect_status(303);
    hr.post(&format!("/people/moves/{planned}/cancel"), &[]).await.expect_status(409);
    at(&world, "2026-11-26T00:00:00Z");
    work(&world);
    world.app.browser(&world.member).await.get("/duties").await.expect_status(200);
    assert!(!world.app.audited().contains(&"move.done".to_owned()));
}

#[actix_web::test]
async fn the_job_reaches_nobody_for_whom_nothing_is_planned_and_changes_nothing_else() {
    let world = World::new();
    let mut hr = world.app.browser(&world.hr).await;
    let person = format!("/people/{}", world.member.id);
    hr.get(&person).await;
    let typed = [("day", "2026-12-01"), ("unit", world.harbour.to_string().leak())];
    hr.post(&format!("{person}/transfer"), &typed).await.expect_status(303);
    let job = Context::System(world.founded.organisation, "moves");
    let change = |what: &str, who: &str| format!("update people set {what} where id = '{who}'");
    let (member, colleague) = (world.member.id.to_string(), world.colleague.id.to_string());
    let unit = format!("unit_id = '{}'", world.harbour);
    assert_eq!(world.app.raw_write(job, &change(&unit, &member)), Ok(1));
    assert_eq!(world.app.raw_write(job, &change(&unit, &colleague)), Ok(0));
    assert!(world.app.raw_write(job, &change("family_name = 'x'", &member)).is_err());
    let elsewhere = Context::System(world.stranger.organisation, "moves");
    assert_eq!(world.app.raw_write(elsewhere, &change(&unit, &member)), Ok(0));
    // A unit that was closed meanwhile takes nobody, and the list says so.
    world.app.database.superuser(&format!("update units set closed_at = now() where id = '{}'", world.harbour));
    at(&world, "2026-12-01T00:00:00Z");
    assert_eq!(work(&world), 1);
    let mut hr = world.app.browser(&world.hr).await;
    hr.get("/people/moves").await.expect_text("Not done").expect_text("The unit was closed meanwhile");
    let here = world.app.database.superuser_texts(&format!("select unit_id from people where id = '{member}'"));
    assert_eq!(here, [world.hillside.to_string()]);
}
