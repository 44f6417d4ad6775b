//! Pages over 200,000 rows touch about as little of the database as over a few: a lost index fails here and not in
//! production. Counted are the blocks that the page's own statements touch, as Postgres itself counts them.

use jiff::civil::date;
use watchroom::organisation::Service;

use crate::support::{Client, TestApp};

/// Blocks that a page may touch. Reading the whole of either table takes several thousand.
const FEW: i64 = 1_500;

/// Forgets what was counted so far.
fn reset(app: &TestApp) {
    app.database.superuser(
        "do $$ begin perform pg_stat_statements_reset(0, (select oid from pg_database where datname = current_database()), 0); end $$",
    );
}

/// Blocks that the application's statements touched since then.
fn touched(app: &TestApp) -> i64 {
    let sum = "select coalesce(sum(shared_blks_hit + shared_blks_read), 0)::bigint from pg_stat_statements \
               where userid = 'watchroom_app'::regrole \
                 and dbid = (select oid from pg_database where datname = current_database())";
    app.database.superuser_texts(sum)[0].parse().expect("a count")
}

/// Blocks that opening a page touches, the second time: the first one fills caches of the connection.
async fn opening(app: &TestApp, client: &mut Client<'_>, path: &str) -> i64 {
    client.get(path).await.expect_status(200);
    reset(app);
    client.get(path).await.expect_status(200);
    touched(app)
}

fn blocks_of(app: &TestApp, table: &str) -> i64 {
    app.database.superuser_texts(&format!("select pg_relation_size('{table}') / 8192"))[0].parse().expect("a size")
}

#[actix_web::test]
async fn my_duties_and_the_audit_trail_read_by_index_among_200_000_rows() {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let member = app.person(&founded, "member", founded.unit);
    let auditor = app.person(&founded, "auditor", founded.unit);
    let (organisation, unit) = (founded.organisation, founded.unit);
    // Everybody's rows lie between everybody else's, as they come in over the years.
    app.database.superuser(&format!(
        "create extension pg_stat_statements; \
         insert into people (organisation_id, id, unit_id, given_name, family_name, created_at) \
           select '{organisation}', gen_random_uuid(), '{unit}', 'A', 'Person' || i, now() from generate_series(1, 397) i; \
         insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, source, \
               created_at, created_by, changed_at) \
           select '{organisation}', gen_random_uuid(), p.id, '{unit}', at, at + interval '8 hours', at::date, \
               (select id from duty_kinds where organisation_id = '{organisation}' and level = 1 limit 1), 'manual', at, p.id, at \
             from generate_series(1, 500) n, people p, \
                  lateral (select timestamptz '2026-11-20 08:00Z' - n * interval '31 hours' as at) made \
            order by n; \
         insert into audit_entries (organisation_id, at, actor_kind, actor_id, actor_label, action, object_kind, object_id, \
               subject_id, commitment) \
           select '{organisation}', timestamptz '2026-11-20 08:00Z' - n * interval '31 hours', 'person', p.id, 'member', \
               'duty.log', 'duty', n::text, p.id, sha256(n::text::bytea) \
             from generate_series(1, 500) n, people p order by n; \
         analyze"
    ));
    assert_eq!((app.rows("duties"), app.rows("people")), (200_000, 400));
    assert!(blocks_of(&app, "duties") > 2 * FEW && blocks_of(&app, "audit_entries") > 2 * FEW, "the tables are large");

    let mut browser = app.browser(&member).await;
    let last_year = date(2025, 11, 1);
    for path in ["/duties".to_owned(), format!("/duties?to={last_year}")] {
        let blocks = opening(&app, &mut browser, &path).await;
        println!("{path}: {blocks} blocks");
        assert!((1..FEW).contains(&blocks), "{path} touches {blocks} blocks");
    }
    let mut browser = app.browser(&auditor).await;
    let own = format!("/audit?person={}&part=about", member.id);
    for path in ["/audit", "/audit?action=duty.log", own.as_str(), "/audit?to=2025-11-01"] {
        let blocks = opening(&app, &mut browser, path).await;
        println!("{path}: {blocks} blocks");
        assert!((1..FEW).contains(&blocks), "{path} touches {blocks} blocks");
    }

    // A hundred of the security log among them, about as rare as a change of configuration is.
    app.database.superuser(&format!(
        "insert into audit_entries (organisation_id, at, actor_kind, actor_label, action, object_kind, commitment) \
           select '{organisation}', timestamptz '2026-11-20 08:00Z' - n * interval '99 hours', 'system', 'operator', \
               'token.make', 'token', sha256(n::text::bytea) \
             from generate_series(1, 100) n; analyze audit_entries"
    ));
    for path in
        ["/security/log", "/security/log?kind=tokens", "/security/log?kind=roles", "/security/log?to=2026-01-01"]
    {
        let blocks = opening(&app, &mut browser, path).await;
        println!("{path}: {blocks} blocks");
        assert!((1..FEW).contains(&blocks), "{path} touches {blocks} blocks");
    }

    let with = opening(&app, &mut browser, "/security/log").await;

    // And so that this can fail: the same pages without what they stand on.
    app.database.superuser("drop index duties_person; drop index duties_unit");
    let mut browser = app.browser(&member).await;
    assert!(opening(&app, &mut browser, "/duties").await > FEW, "a lost index of duties is noticed");
    app.database.superuser("drop index audit_entries_security");
    let mut browser = app.browser(&auditor).await;
    // Then its entries are picked out of the trail's one after the other, as far as the page's last one.
    let without = opening(&app, &mut browser, "/security/log").await;
    assert!(without > 3 * with, "a lost index of the security log is noticed: {without} blocks, {with} with it");
    app.database.superuser("drop index audit_entries_newest");
    let mut browser = app.browser(&auditor).await;
    assert!(opening(&app, &mut browser, "/audit").await > FEW, "a lost index of the trail is noticed");
}

/// Statements that the application ran since they were forgotten.
fn statements(app: &TestApp) -> i64 {
    let sum = "select coalesce(sum(calls), 0)::bigint from pg_stat_statements \
               where userid = 'watchroom_app'::regrole \
                 and dbid = (select oid from pg_database where datname = current_database())";
    app.database.superuser_texts(sum)[0].parse().expect("a count")
}

#[actix_web::test]
async fn the_week_of_a_team_takes_as_many_statements_for_fifty_people_as_for_three() {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let manager = app.person(&founded, "manager", founded.unit);
    let (organisation, unit) = (founded.organisation, founded.unit);
    app.database.superuser("create extension pg_stat_statements");
    let add = |people: i32| {
        app.database.superuser(&format!(
            "insert into people (organisation_id, id, unit_id, given_name, family_name, created_at) \
               select '{organisation}', gen_random_uuid(), '{unit}', 'A', 'Person' || i, now() from generate_series(1, {people}) i"
        ));
    };
    add(2);
    let mut browser = app.browser(&manager).await;
    for path in ["/team/calendar", "/cover/gaps"] {
        opening(&app, &mut browser, path).await;
        let few = statements(&app);
        add(25);
        let page = browser.get(path).await.expect_status(200);
        drop(page);
        opening(&app, &mut browser, path).await;
        let many = statements(&app);
        println!("{path}: {few} statements, {many} with more people");
        assert!(few > 0 && many == few, "{path} takes {few} statements, and {many} with more people");
    }
    let week = browser.get("/team/calendar").await;
    assert_eq!(week.body.matches(">A Person").count(), 52, "all of them are on the page");
}
