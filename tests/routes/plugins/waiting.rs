//! Runs that wait: what becomes of them when the world changes meanwhile.

use super::{World, work};
use crate::support::TestApp;

#[actix_web::test]
async fn a_run_that_waits_is_refused_when_the_plugin_is_disabled() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("hours-summary").await;
    let mut member = app.browser(&world.member).await;
    let report = world.ask(&mut member, &plugin, "").await;
    world.administrator.get(&format!("{plugin}/disable")).await.expect_status(200);
    world.administrator.post(&format!("{plugin}/disable"), &[]).await.expect_status(303);
    work(&app);
    member.get(&report).await.expect_text("The plugin was disabled before the report was made.");
    member.get("/reports").await.expect_text("Not possible");
}

#[actix_web::test]
async fn a_run_that_a_crash_cut_short_is_not_tried_again_unasked() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("hours-summary").await;
    let mut member = app.browser(&world.member).await;
    let report = world.ask(&mut member, &plugin, "").await;
    app.database.superuser("update plugin_runs set state = 'running'");
    work(&app);
    member.get(&report).await.expect_text("Watchroom stopped while the report was being made. Run it again.");
}

#[actix_web::test]
async fn what_somebody_may_no_longer_read_is_not_in_the_report_that_they_asked_for_before() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("hours-summary").await;
    let mut manager = app.browser(&world.manager).await;
    let report = world.ask(&mut manager, &plugin, "").await;
    let id = world.manager.id;
    app.database.superuser(&format!(
        "delete from role_grants where person_id = '{id}'; \
         insert into role_grants (organisation_id, id, person_id, role_id, granted_at) \
         select organisation_id, gen_random_uuid(), '{id}', id, now() from roles \
         where code = 'member' and organisation_id = '{}'",
        world.founded.organisation
    ));
    work(&app);
    manager.get(&report).await.expect_text("No duty was recorded").expect_text("your own records");
}

#[actix_web::test]
async fn nobody_fills_the_queue() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("hours-summary").await;
    let mut member = app.browser(&world.member).await;
    for _ in 0..5 {
        world.ask(&mut member, &plugin, "").await;
    }
    let form = plugin.replace("/plugins/", "/reports/new/");
    let fields = [("from", "2026-11-01"), ("to", "2026-11-30"), ("unit", "")];
    member.post(&form, &fields).await.expect_status(422).expect_text("Wait until the reports");
    let wrong = [("from", "2026-11-30"), ("to", "2026-11-01"), ("unit", "'; drop table units; --")];
    let answer = member.post(&form, &wrong).await.expect_status(422);
    answer.expect_text("The last day must be").expect_text("Choose a unit from the list");
    work(&app);
    world.ask(&mut member, &plugin, "").await;
    assert_eq!(app.rows("plugin_runs"), 6);
}

#[actix_web::test]
async fn a_run_of_somebody_who_left_ends_in_words_and_waits_no_longer() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("hours-summary").await;
    let mut member = app.browser(&world.member).await;
    world.ask(&mut member, &plugin, "").await;
    let leave = format!("/people/{}/leave", world.member.id);
    world.administrator.get(&leave).await.expect_status(200);
    world.administrator.post(&leave, &[]).await.expect_status(303);
    let history = world.administrator.get(&format!("{plugin}/runs")).await.expect_status(200);
    let run = history.expect_text("Not possible").expect_no_text("Waiting").link("22 Nov 2026").expect("the run");
    world.administrator.get(&run).await.expect_text("left before the report was made");
    work(&app);
    let ended = "select concat_ws(' ', state, finished_at is not null, outcome) from plugin_runs";
    let said = "refused t The person for whom it was asked left before the report was made.";
    assert_eq!(app.database.superuser_texts(ended), [said]);
}

#[actix_web::test]
async fn what_the_database_refuses_ends_that_call_and_the_run_goes_on() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("test-guests").await;
    world.behave(&plugin, "goes_on").await;
    let mut member = app.browser(&world.member).await;
    let fine = world.report(&mut member, &plugin, "").await;
    fine.expect_text("Refused 0").expect_text("Rows 1");
    // One column that the role may no longer read: its query fails, the next one does not.
    let others = app.database.superuser_texts(
        "select string_agg(quote_ident(column_name), ', ') from information_schema.columns \
         where table_schema = 'public' and table_name = 'duties' and column_name <> 'worked_minutes'",
    );
    app.database.superuser(&format!(
        "revoke select on duties from watchroom_app; grant select ({}) on duties to watchroom_app",
        others[0]
    ));
    let went_on = world.report(&mut member, &plugin, "").await;
    went_on.expect_text("Refused 1").expect_text("Rows 1");
    let outcomes = app.database.superuser_texts("select state from plugin_runs order by queued_at, id");
    assert_eq!(outcomes, ["done", "done"]);
}
