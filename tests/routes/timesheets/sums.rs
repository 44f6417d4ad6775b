//! What hours come to: each minute once, also in the night on which the clocks change.

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::test_runner::{Config, TestRunner};

use super::super::duties::World;
use super::Hours;

/// Duties of the member without breaks, from instant to instant.
fn put<T: std::fmt::Display>(world: &World, spans: &[(T, T)]) {
    let (org, member) = (world.founded.organisation, world.member.id);
    for (start, end) in spans {
        world.app.database.superuser(&format!(
            "insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, \
                                 source, created_at, created_by, changed_at) \
             select '{org}', gen_random_uuid(), '{member}', '{}', '{start}', '{end}', \
                    ('{start}'::timestamptz at time zone 'Europe/London')::date, (select id from duty_kinds where \
                    organisation_id = '{org}' and parent_id is null limit 1), 'manual', now(), '{member}', now()",
            world.hillside
        ));
    }
}

#[actix_web::test]
async fn duties_at_the_same_time_count_once_in_the_sum_and_whole_each_by_itself() {
    let hours = Hours::new();
    let world = &hours.world;
    let mut member = world.app.browser(&world.member).await;
    // 07:00 to 19:00 with half an hour of breaks; a call from 18:00 to 20:30 and one from 12:00 to 13:00.
    hours.log(&mut member, "2026-11-21").await;
    for (start, end) in [("18:00", "20:30"), ("12:00", "13:00")] {
        let call = [("date", "2026-11-21"), ("start", start), ("end", end), ("breaks", "0"), ("both_right", "yes")];
        world.log(&mut member, &call).await.expect_status(303);
    }
    let page = member.get("/timesheets/period/2026-11-16").await.expect_status(200);
    page.expect_text("13 h and 3 duties").expect_text("2 h overlap with another duty and count once");
    member.get("/timesheets").await.expect_text("13 h");
    let sheet = hours.submit(&mut member, &world.member).await;
    let held = |column: &str| {
        world.app.database.superuser_texts(&format!("select {column} from timesheets where id = '{sheet}'"))[0].clone()
    };
    assert_eq!(held("submitted_minutes"), "780");
    let mut manager = world.app.browser(&world.manager).await;
    let seen = manager.get(&format!("/timesheets/{sheet}")).await.expect_status(200);
    seen.expect_text("13 h and 3 duties")
        .expect_text("2 h overlap")
        .expect_text("2 h 30 min")
        .expect_text("11 h 30 min");
    hours.approve(&mut manager, &sheet).await.expect_status(303);
    assert_eq!(held("approved_minutes"), "780");
}

#[actix_web::test]
async fn a_shift_over_the_night_on_which_the_clocks_go_back_counts_its_minutes_once_across_two_weeks() {
    let hours = Hours::new();
    let world = &hours.world;
    // Sunday 25 October 2026: a shift from Saturday 20:00 to 09:00, 14 hours on the clock that are 15 in time less one;
    // calls in the hour that comes twice. Then one over Sunday midnight with a call after it.
    put(
        world,
        &[
            ("2026-10-24T19:00:00Z", "2026-10-25T09:00:00Z"),
            ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
            ("2026-10-25T20:00:00Z", "2026-10-26T08:00:00Z"),
            ("2026-10-26T02:00:00Z", "2026-10-26T03:00:00Z"),
        ],
    );
    let mut client = world.app.browser(&world.member).await;
    client.get("/timesheets/period/2026-10-19").await.expect_text("26 h and 3 duties").expect_text("1 h overlap");
    client.get("/timesheets/period/2026-10-26").await.expect_text("and 1 duty").expect_text("1 h overlap");
}

#[actix_web::test]
async fn whatever_overlaps_the_sum_is_the_time_on_duty() {
    let hours = Hours::new();
    let world = &hours.world;
    let member = world.member.id;
    // Saturday 24 October 2026: the night on which the clocks go back is among these days.
    let first = 1_792_800_000;
    let spans = vec((0_i64..4_000, 1_i64..1_440), 0..14);
    let mut runner = TestRunner::new(Config { cases: 32, ..Config::default() });
    let looked = runner.run(&spans, |spans| {
        world.app.database.superuser(&format!("delete from duties where person_id = '{member}'"));
        let at = |minute: i64| Timestamp::from_second(first + minute * 60).expect("an instant");
        put(world, &spans.iter().map(|(start, lasts)| (at(*start), at(start + lasts))).collect::<Vec<_>>());
        let on_duty: BTreeSet<i64> = spans.iter().flat_map(|(start, lasts)| *start..start + lasts).collect();
        let counted = format!(
            "select coalesce(sum(worked_minutes), 0) - (select coalesce(sum(minutes), 0) from \
             app_overlaps('{member}', null, null)) from duties where person_id = '{member}'"
        );
        let counted = world.app.raw(&world.member, &counted).expect("a sum");
        proptest::prop_assert_eq!(&counted, &[on_duty.len().to_string()]);
        Ok(())
    });
    looked.expect("each minute once");
}
