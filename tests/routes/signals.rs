//! Signals of workload: switched on one by one, raised by what is logged, explained, snoozed, told to one person and taken
//! back; the rules in the console; and everybody who might learn of it.

use jiff::SignedDuration;
use watchroom::jobs::{Job, Stopping};
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::{JobId, OrganisationId};

use super::duties::World;
use crate::support::{Client, Context};

const TABLES: &[&str] = &["signal_choices", "signal_tellings", "signal_raisings"];

/// Does the look that is due, as a worker would; whether there was one.
fn look(world: &World) -> bool {
    let app = &world.app;
    let due = format!(
        "select json_build_object('id', id, 'organisation', organisation_id) from jobs \
         where kind = 'signals.look' and run_at <= '{}'",
        app.clock.now()
    );
    let Some(text) = app.database.superuser_texts(&due).into_iter().next() else { return false };
    let row: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let id = |name: &str| row[name].as_str().expect("an id").parse().expect("an id");
    let job = Job {
        id: JobId(id("id")),
        organisation: OrganisationId(id("organisation")),
        kind: "signals.look".to_owned(),
        payload: serde_json::json!({}),
        attempts: 1,
    };
    app.database
        .superuser(&format!("update jobs set leased_until = now() + interval '1 hour' where id = '{}'", job.id));
    let handlers = app.parts.handlers();
    let handler = &handlers["signals.look"];
    // Workers are outside any runtime.
    std::thread::scope(|scope| scope.spawn(|| handler(&job, &Stopping::default())).join())
        .expect("it ends")
        .expect("it is done");
    app.database.superuser(&format!("delete from jobs where id = '{}'", job.id));
    true
}

/// The look of the next morning.
fn next_look(world: &World) {
    world.app.clock.advance(SignedDuration::from_hours(24));
    assert!(look(world), "a look is due every day");
}

/// Logs jobs of the member's that may stay with them, on these days.
async fn hard_jobs(world: &World, client: &mut Client<'_>, days: &[&str]) {
    let kind = world.kind(&["fire-incident", "special-service", "suicide"]);
    for day in days {
        world.log(client, &[("kind", kind.as_str()), ("date", day)]).await.expect_status(303);
    }
}

async fn switch(client: &mut Client<'_>, kind: &str, on: &str) {
    client.get("/signals").await.expect_status(200);
    client.post(&format!("/signals/{kind}/switch"), &[("on", on)]).await.expect_status(303);
}

fn texts(world: &World, query: &str) -> Vec<String> {
    world.app.database.superuser_texts(query)
}

fn told(world: &World) -> Vec<String> {
    texts(
        world,
        "select p.given_name from notices n join people p on p.id = n.person_id where n.kind = 'to-look-at' \
         order by n.created_at, p.given_name",
    )
}

#[actix_web::test]
async fn a_signal_is_off_until_it_is_switched_on_and_then_says_why_it_is_raised() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let page = member.get("/signals").await.expect_status(200).expect_text("Hard jobs").expect_text("Missed breaks");
    page.expect_text("Switched off").expect_no_text("Switched on");
    hard_jobs(&world, &mut member, &["2026-11-21", "2026-11-19"]).await;
    member.get("/signals/traumatic-jobs").await.expect_text("nothing of it is looked at").expect_no_text("19 Nov 2026");
    switch(&mut member, "traumatic-jobs", "yes").await;
    let page = member.get("/signals/traumatic-jobs").await.expect_text("Not raised");
    page.expect_text("You did 2 potentially traumatic jobs in the last 28 days, on 19 Nov 2026 and 21 Nov 2026")
        .expect_text("The signal is raised at 3");
    hard_jobs(&world, &mut member, &["2026-11-10"]).await;
    let page = member.get("/signals/traumatic-jobs").await.expect_text("Raised").expect_text("10 Nov 2026");
    let duty = page.link("10 Nov 2026").expect("a link to the duty");
    member.get(&duty).await.expect_status(200).expect_text("10 November 2026");
    // What they say did not expose them does not count.
    let id = duty.rsplit('/').next().expect("an id");
    member.get("/exposures").await.expect_status(200);
    member.post("/exposures/deny", &[("duty", id), ("kind", "traumatic")]).await.expect_status(303);
    member.get("/signals/traumatic-jobs").await.expect_text("Not raised");
    switch(&mut member, "traumatic-jobs", "no").await;
    member.get("/signals").await.expect_no_text("Switched on");
    assert_eq!(world.app.rows("signal_choices"), 0);
}

#[actix_web::test]
async fn short_rests_and_breaks_are_those_of_working_time() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    for kind in ["short-rest", "missed-breaks", "long-hours", "no-leave", "nights"] {
        switch(&mut member, kind, "yes").await;
    }
    member.get("/signals/short-rest").await.expect_text("Cannot tell").expect_text("contract group");
    world.app.database.superuser(&format!(
        "insert into contract_groups (organisation_id, id, name, reference_weeks, civil_protection, standby, weekly_rest, \
             breaks_count, special_hazards, notice_days, action, for_all, created_at) \
         values ('{}', gen_random_uuid(), 'Wholetime', 26, true, 'turnout-only', 'weekly', false, false, 7, 'off', true, now())",
        world.founded.organisation
    ));
    // Two days without a break. Late work, and back at six: eight hours of rest, twice.
    for (date, start, end) in [
        ("2026-11-12", "09:00", "18:00"),
        ("2026-11-14", "09:00", "18:00"),
        ("2026-11-16", "12:00", "22:00"),
        ("2026-11-17", "06:00", "12:00"),
        ("2026-11-19", "12:00", "22:00"),
        ("2026-11-20", "06:00", "12:00"),
    ] {
        world
            .log(&mut member, &[("date", date), ("start", start), ("end", end), ("breaks", "0")])
            .await
            .expect_status(303);
    }
    let page = member.get("/signals/short-rest").await.expect_text("Raised");
    page.expect_text("You rested under 11 hours twice in the last 14 days")
        .expect_text("8 h before your work on 17 Nov 2026, 06:00");
    member.get("/signals/missed-breaks").await.expect_text("You missed the break that was due twice");
    member.get("/signals/long-hours").await.expect_text("of the limit of 48.00 hours");
    member.get("/signals/nights").await.expect_text("You worked no night");
    member.get("/signals/no-leave").await.expect_text("No leave of yours is on record since");
    member.get("/signals").await.expect_text("You rested under 11 hours twice");
}

#[actix_web::test]
async fn the_morning_look_tells_the_member_once_and_anew_when_it_is_raised_anew() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    switch(&mut member, "traumatic-jobs", "yes").await;
    hard_jobs(&world, &mut member, &["2026-11-21", "2026-11-19", "2026-11-10"]).await;
    assert!(!look(&world), "not before the morning");
    next_look(&world);
    assert_eq!(told(&world), ["Jo"]);
    let message = texts(
        &world,
        "select kind || ' ' || coalesce(about_id::text, 'nothing') from mail_outbox where kind = 'to-look-at'",
    );
    assert_eq!(message, ["to-look-at nothing"]);
    world.app.database.superuser("update accounts set welcomed_at = now()");
    let mut member = world.app.browser(&world.member).await;
    member.get("/").await.expect_text("signal of yours");
    next_look(&world);
    assert_eq!(told(&world).len(), 1, "the same raising is told once");
    world.app.database.superuser("update duties set deleted_at = now() where started_at < '2026-11-12'");
    next_look(&world);
    assert_eq!((world.app.rows("signal_raisings"), told(&world).len()), (0, 1), "it ends quietly");
    world.app.database.superuser("update duties set deleted_at = null");
    next_look(&world);
    assert_eq!(told(&world).len(), 2);
    switch(&mut world.app.browser(&world.member).await, "traumatic-jobs", "no").await;
    world.app.clock.advance(SignedDuration::from_hours(24));
    look(&world);
    world.app.clock.advance(SignedDuration::from_hours(24));
    assert!(!look(&world), "with no signal on, nothing is looked at");
}

#[actix_web::test]
async fn a_snoozed_signal_tells_nobody_until_it_wakes() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    switch(&mut member, "traumatic-jobs", "yes").await;
    hard_jobs(&world, &mut member, &["2026-11-21", "2026-11-19", "2026-11-20"]).await;
    let snooze = "/signals/traumatic-jobs/snooze";
    member
        .post(snooze, &[("how", "until"), ("until", "soon")])
        .await
        .expect_status(422)
        .expect_text("Enter the last day");
    member
        .post(snooze, &[("how", "until"), ("until", "01/11/2026")])
        .await
        .expect_status(422)
        .expect_text("That day is over");
    member.post(snooze, &[]).await.expect_status(422).expect_text("Choose for how long");
    member.post(snooze, &[("how", "week")]).await.expect_status(303);
    member.get("/signals").await.expect_text("Snoozed to 29 Nov 2026");
    next_look(&world);
    assert_eq!(told(&world), Vec::<String>::new());
    world.app.database.superuser("update accounts set welcomed_at = now()");
    let mut member = world.app.browser(&world.member).await;
    member.get("/").await.expect_status(200).expect_no_text("signal of yours");
    member.get("/signals").await.expect_status(200);
    member.post(snooze, &[("how", "wake")]).await.expect_status(303);
    next_look(&world);
    assert_eq!(told(&world), ["Jo"]);
    let mut member = world.app.browser(&world.member).await;
    member.get("/signals").await.expect_status(200);
    member.post("/signals/nights/snooze", &[("how", "week")]).await.expect_status(409);
}

#[actix_web::test]
async fn one_person_is_told_of_one_signal_until_it_is_withdrawn_and_nobody_else_learns_of_it() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    for kind in ["traumatic-jobs", "nights"] {
        switch(&mut member, kind, "yes").await;
    }
    hard_jobs(&world, &mut member, &["2026-11-21", "2026-11-19", "2026-11-20"]).await;
    let page = member.get("/signals/traumatic-jobs").await.expect_text("Only me").expect_text("Max Tester");
    page.expect_no_text("Ola Tester");
    let tell = "/signals/traumatic-jobs/tell";
    for wrong in [world.other_manager.id.to_string(), world.colleague.id.to_string(), "x".to_owned(), String::new()] {
        member.post(tell, &[("whom", &wrong)]).await.expect_status(422).expect_text("Choose somebody from the list");
    }
    member.post(tell, &[("whom", &world.manager.id.to_string())]).await.expect_status(303);
    world.app.browser(&world.manager).await.get("/signals/told").await.expect_no_text("Jo Tester");
    next_look(&world);
    assert_eq!(told(&world), ["Jo", "Max"]);
    next_look(&world);
    assert_eq!(told(&world).len(), 2);
    let mut manager = world.app.browser(&world.manager).await;
    let page = manager.get("/signals/told").await.expect_text("Jo Tester").expect_text("Hard jobs");
    page.expect_text("You did 3 potentially traumatic jobs").expect_no_text("Nights in a row");
    world.app.browser(&world.other_manager).await.get("/signals/told").await.expect_no_text("Jo Tester");
    for (who, status) in [(&world.hr, 403), (&world.administrator, 403), (&world.auditor, 403)] {
        world.app.browser(who).await.get("/signals/told").await.expect_status(status);
    }
    // By raw SQL: the tables are the member's, and the function answers whom they chose.
    let everybody =
        [&world.manager, &world.other_manager, &world.hr, &world.administrator, &world.auditor, &world.colleague];
    for who in everybody {
        for table in TABLES {
            let rows =
                world.app.raw(who, &format!("select person_id::text from {table} where person_id <> '{}'", who.id));
            assert!(rows.as_ref().is_ok_and(Vec::is_empty), "{table}: {rows:?}");
        }
        let heard = world.app.raw(who, "select reason from app_signals_told()").expect("an answer");
        assert_eq!(!heard.is_empty(), who.id == world.manager.id);
        let forged = format!(
            "insert into signal_tellings values ('{}', '{}', 'nights', '{}', now(), null)",
            world.founded.organisation, world.member.id, who.id
        );
        assert!(world.app.raw_write(who, &forged).is_err(), "nobody has themself told");
        assert!(world.app.raw_write(who, "update signal_tellings set told_at = now()").is_ok_and(|rows| rows == 0));
        let traumatic = format!("select at::text from app_signal_traumatic('{}', '2026-01-01')", world.member.id);
        assert!(world.app.raw(who, &traumatic).is_ok_and(|rows| rows.is_empty()));
    }
    // The member themself gives it to nobody who may not be told, and raises nothing.
    let org = world.founded.organisation;
    let outsider = format!(
        "insert into signal_tellings values ('{org}', '{}', 'nights', '{}', now(), null)",
        world.member.id, world.other_manager.id
    );
    assert!(world.app.raw_write(&world.member, &outsider).is_err());
    let stranger = world
        .app
        .raw(Context::Person(world.stranger.organisation, world.manager.id), "select name from app_signals_told()");
    assert!(stranger.is_err() || stranger.is_ok_and(|rows| rows.is_empty()));
    // Who moves away is told nothing any more; back, and then withdrawn.
    world.move_member();
    world.app.browser(&world.manager).await.get("/signals/told").await.expect_no_text("Jo Tester");
    world.app.database.superuser(&format!(
        "begin; select set_config('app.organisation', '{org}', true); \
         update people set unit_id = '{}', access_version = access_version + 1 where id = '{}'; commit",
        world.hillside, world.member.id
    ));
    let mut member = world.app.browser(&world.member).await;
    member.get("/signals/traumatic-jobs").await.expect_text("Max Tester, who was told on");
    member.post(tell, &[("whom", "nobody")]).await.expect_status(303);
    world
        .app
        .browser(&world.manager)
        .await
        .get("/signals/told")
        .await
        .expect_no_text("Jo Tester")
        .expect_text("Nothing to show");
    // Nothing of it is in the trail, and an unknown signal is none.
    let trail = texts(
        &world,
        "select action from audit_entries where action like 'signal%' or detail::text like '%traumatic-jobs%'",
    );
    assert_eq!(trail, Vec::<String>::new());
    member.get("/signals/happiness").await.expect_status(404);
}

#[actix_web::test]
async fn late_finishes_are_not_compared_among_fewer_than_ten() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    switch(&mut member, "overruns", "yes").await;
    member.get("/signals/overruns").await.expect_text("no shift of yours was both expected on the rota and logged");
    next_look(&world);
    assert_eq!(texts(&world, "select coalesce(minutes::text, 'too few') from signal_comparisons"), ["too few"]);
}

/// People of the unit who switched two signals on.
fn join(world: &World, count: usize) {
    let (org, unit) = (world.founded.organisation, world.member.unit);
    world.app.database.superuser(&format!(
        "with joined as (insert into people (organisation_id, id, unit_id, given_name, family_name, created_at) \
           select '{org}', gen_random_uuid(), '{unit}', 'A', 'Person' || i, now() from generate_series(1, {count}) i returning id) \
         insert into signal_choices (organisation_id, person_id, kind, since) \
           select '{org}', id, kind, now() from joined, unnest(array['nights', 'no-leave']) kind"
    ));
}

/// Rows of signals that the look of the next morning reads.
fn read(world: &World) -> i64 {
    world.app.database.superuser(
        "do $$ begin perform pg_stat_statements_reset(0, (select oid from pg_database where datname = current_database()), 0); end $$",
    );
    next_look(world);
    let rows = "select coalesce(sum(rows), 0)::bigint from pg_stat_statements \
                where userid = 'watchroom_app'::regrole and query ~* '^select .*signal_(choices|raisings|tellings)' \
                  and dbid = (select oid from pg_database where datname = current_database())";
    texts(world, rows)[0].parse().expect("a count")
}

#[actix_web::test]
async fn the_look_reads_of_each_person_their_own_signals_alone() {
    let world = World::new();
    world.app.database.superuser("create extension pg_stat_statements");
    let mut member = world.app.browser(&world.member).await;
    switch(&mut member, "nights", "yes").await;
    join(&world, 9);
    let few = read(&world);
    assert!(few >= 10, "it reads everybody: {few}");
    join(&world, 20);
    let many = read(&world);
    assert!(many <= 3 * few, "three times as many people, three times as many rows: {few}, then {many}");
}

#[actix_web::test]
async fn an_administrator_tunes_the_rules_within_bounds_and_learns_nothing_of_who_uses_them() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    switch(&mut member, "traumatic-jobs", "yes").await;
    hard_jobs(&world, &mut member, &["2026-11-21"]).await;
    let mut admin = world.app.browser(&world.administrator).await;
    let page = admin.get("/organisation/signals").await.expect_status(200).expect_text("Hard jobs");
    page.expect_text("3 jobs or more in the last 28 days").expect_no_text("Jo Tester").expect_no_text("Your own");
    let rule = "/organisation/signals/traumatic-jobs";
    admin.get(rule).await.expect_text("From 1 to 10");
    let fields = |threshold: &'static str| [("offered", "yes"), ("threshold", threshold), ("window_days", "14")];
    for wrong in ["0", "11", "many", ""] {
        let page = admin.post(rule, &fields(wrong)).await.expect_status(422);
        page.expect_text("Enter a whole number from 1 to 10");
    }
    assert_eq!(world.app.rows("signal_rules"), 0);
    admin.post(rule, &fields("1")).await.expect_status(303);
    admin.get("/organisation/signals").await.expect_text("1 job or more in the last 14 days").expect_text("Your own");
    member.get("/signals/traumatic-jobs").await.expect_text("Raised");
    admin.post(rule, &[("offered", "no"), ("threshold", "1"), ("window_days", "14")]).await.expect_status(303);
    member.get("/signals/traumatic-jobs").await.expect_text("does not offer this signal any more");
    member.get("/signals/nights").await.expect_status(200);
    admin.post(&format!("{rule}/reset"), &[]).await.expect_status(303);
    assert_eq!(world.app.rows("signal_rules"), 0);
    let trail = texts(&world, "select action from audit_entries where action like 'signal%' order by id");
    assert_eq!(trail, ["signal.tune", "signal.tune", "signal.reset"]);
    for who in [&world.member, &world.manager, &world.hr] {
        let mut client = world.app.browser(who).await;
        client.get("/organisation/signals").await.expect_status(403);
        client.post(rule, &fields("1")).await.expect_status(403);
    }
}
