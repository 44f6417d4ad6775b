//! Working time in reports: by unit, with names where they are granted, each figure with its rules.

use super::super::plugins::{World, work};
use super::{NOVEMBER, aim, asked, installed, put, report};
use crate::support::{Somebody, TestApp};

/// A figure of somebody's on a day: hundredths of an hour a week on average, minutes left, standing, minutes of rest owed,
/// and when they fall due.
fn figure(world: &World<'_>, who: &Somebody, day: &str, of: (i32, i32, &str, i32, Option<&str>)) {
    let Somebody { id, organisation, unit, .. } = who;
    let (average, left, standing, owed, due) = of;
    let due = due.map_or_else(|| "null".to_owned(), |due| format!("'{due}'"));
    put(
        world,
        &format!(
            "insert into working_time_figures (organisation_id, person_id, day, unit_id, first_on, last_on, a_seconds, \
               b_seconds, c_days, average_hundredths, headroom_seconds, standing, owed_rest_seconds, due_on, rule_version) \
             values ('{organisation}', '{id}', '{day}', '{unit}', '2026-06-01', '2026-11-22', 0, 0, 175, {average}, \
               {left} * 60, '{standing}', {owed} * 60, {due}, '1')"
        ),
    );
}

/// The member is over the limit, the colleague near it, the manager far from it; the one of the other station opted out.
fn figures(world: &World<'_>) {
    // Whatever waits to be worked out is worked out now, and gone.
    work(world.app);
    put(
        world,
        &format!(
            "delete from working_time_figures; delete from working_terms; delete from contract_groups; \
             insert into contract_groups (organisation_id, id, name, reference_weeks, civil_protection, standby, \
               weekly_rest, breaks_count, special_hazards, notice_days, action, for_all, created_at) \
             values ('{}', gen_random_uuid(), 'Wholetime', 26, true, 'all', 'weekly', false, false, 7, 'off', true, now())",
            world.founded.organisation
        ),
    );
    let World { member, colleague, manager, other, .. } = world;
    figure(world, member, "2026-11-15", (4_000, 480, "within", 0, None));
    figure(world, member, "2026-11-22", (5_000, -120, "over", 60, Some("2026-11-20")));
    figure(world, colleague, "2026-11-22", (4_600, 120, "within", 0, None));
    figure(world, manager, "2026-11-22", (3_000, 1_080, "within", 0, None));
    figure(world, other, "2026-11-22", (5_200, -240, "opted-out", 30, Some("2026-11-30")));
}

#[actix_web::test]
async fn working_time_is_counted_by_unit_and_names_take_a_grant_and_a_setting() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = installed(&mut world, "working-time-compliance", false).await;
    figures(&world);
    let hr = report(&world, &world.hr, &plugin, NOVEMBER).await;
    hr.says("22 November 2026, the last day of the period").has(&[
        "People,4,",
        "Over the limit,1,",
        "Near the limit,1,\"with 4 hours a week left, or fewer\"",
        "Opted out,1,",
        "Rest owed,90,minutes",
        "Rest overdue,1,people",
        "Harbour,1,0,0,1,1,30,2026-11-30,0",
        "Hillside,3,1,1,0,1,60,2026-11-20,1",
        "15 Nov,0,0",
        "22 Nov,1,2",
    ]);
    let manager = report(&world, &world.manager, &plugin, NOVEMBER).await;
    manager.has(&["Hillside,3,1,1,0,1,60,2026-11-20,1"]).has_no(&["Harbour", "Member Tester"]);
    report(&world, &world.member, &plugin, NOVEMBER).await.has(&["Hillside,1,1,0,0,1,60,2026-11-20,1"]);
    // Of a period that ends earlier, its own last day.
    let earlier = report(&world, &world.hr, &plugin, ["2026-11-09", "2026-11-15"]).await;
    earlier.says("15 November 2026, the last day").has(&["Hillside,1,0,0,0,0,0,,0"]);
    let empty = report(&world, &world.hr, &plugin, ["2025-01-01", "2025-01-31"]).await;
    empty.says("No working time that you may read was worked out for this period.");

    let client = &mut world.administrator;
    client.get(&format!("{plugin}/settings")).await.expect_status(200);
    let fields = [("setting-near_hours", "4"), ("setting-weeks", "12"), ("setting-names", "yes")];
    client.post(&format!("{plugin}/settings"), &fields).await.expect_status(303);
    let said = report(&world, &world.manager, &plugin, NOVEMBER).await;
    said.says("an administrator has not granted the columns").has_no(&["Member Tester"]);
    let columns = asked("working-time-compliance", true);
    world.grant(&plugin, &columns.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let said = report(&world, &world.manager, &plugin, NOVEMBER).await;
    said.has(&[
        "Member Tester,Hillside,Over the limit,3000,-120,60,2026-11-20",
        "Colleague Tester,Hillside,Near the limit,2760,120,0,",
    ]);
    said.has_no(&["Manager Tester,", "Other Tester"]);
}

#[actix_web::test]
async fn the_rules_of_a_contract_group_are_named_with_each_figure() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let reader = installed(&mut world, "column-reader", true).await;
    figures(&world);
    let on_call = uuid::Uuid::now_v7();
    let (organisation, member, unit) = (world.founded.organisation, world.member.id, world.member.unit);
    put(
        &world,
        &format!(
            "insert into contract_groups (organisation_id, id, name, reference_weeks, civil_protection, standby, \
               weekly_rest, breaks_count, special_hazards, notice_days, action, for_all, created_at) \
             values ('{organisation}', '{on_call}', 'On-call', 26, true, 'all', 'weekly', false, false, 7, 'off', false, \
               now()); \
             insert into working_terms (organisation_id, person_id, from_on, unit_id, group_id, employed_on, set_by, set_at) \
             values ('{organisation}', '{member}', '2026-11-20', '{unit}', '{on_call}', '2026-11-20', '{member}', now())"
        ),
    );
    let columns = ["standing", "group", "average_minutes", "limit_minutes", "headroom_minutes", "owed_rest_minutes"];
    aim(&mut world, &reader, "working_time", &columns).await;
    let said = report(&world, &world.hr, &reader, ["2026-11-22", "2026-11-22"]).await;
    // The reader shows all as text, and a text that begins with a sign is guarded from spreadsheets.
    said.has(&[
        "over,On-call,3000,2880,'-120,60",
        "within,Wholetime,2760,2880,120,0",
        "opted-out,Wholetime,3120,2880,'-240,30",
    ]);
}
