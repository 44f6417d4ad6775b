//! Messages that wait: for the end of quiet hours and duties, and, as a number, for the weekly summary.

use watchroom::notices::{NoticeKind, Posted};

use super::world::World;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// What the form has when nobody has chosen anything, for the kinds that these tests use.
const BY_ITSELF: &[(&str, &str)] = &[
    ("wanted", "hours-approved.app"),
    ("wanted", "hours-approved.email"),
    ("wanted", "hours-decided.app"),
    ("wanted", "hours-decided.email"),
    ("wanted", "new-device.email"),
];

/// A member's choice beside [`BY_ITSELF`].
async fn choose(world: &World, more: &[(&str, &str)]) {
    let mut member = world.app.browser(&world.member).await;
    member.get("/account/notices").await.expect_status(200);
    let mut form = BY_ITSELF.to_vec();
    for (name, default) in [("digest_day", "1"), ("quiet_from", ""), ("quiet_to", "")] {
        if !more.iter().any(|(given, _value)| *given == name) {
            form.push((name, default));
        }
    }
    form.extend(more);
    member.post("/account/notices", &form).await.expect_status(303);
}

/// Does what is due in the morning; how many jobs there were.
fn morning(world: &World) -> usize {
    let due = world.due_of("notice.%");
    for job in &due {
        let id = job.id;
        world.app.database.superuser(&format!("update jobs set leased_until = now() where id = '{id}'"));
        world.do_job(job).expect("the morning comes");
        world.app.database.superuser(&format!("delete from jobs where id = '{id}'"));
    }
    due.len()
}

/// The messages so far, but for what signing in brought.
fn messages(world: &World) -> Vec<String> {
    world.app.database.superuser_texts(
        "select kind || ' ' || state from mail_outbox where kind <> 'new-device' order by created_at, kind",
    )
}

/// Sends everything that is due, again and again.
fn send(world: &World) {
    while world.work() > 0 {}
}

#[actix_web::test]
async fn what_may_wait_waits_for_the_end_of_the_quiet_hours_and_what_protects_an_account_does_not() {
    let world = World::new();
    // It is nine in the morning.
    choose(&world, &[("quiet_from", "08:00"), ("quiet_to", "17:00")]).await;
    send(&world);
    world.post(NoticeKind::HoursApproved);
    world.post(NoticeKind::PasswordChanged);
    send(&world);
    assert_eq!(messages(&world), ["hours-approved waiting", "password-changed sent"]);
    let waits =
        "select next_try_at at time zone 'UTC' || ' ' || attempts from mail_outbox where kind = 'hours-approved'";
    assert_eq!(world.app.database.superuser_texts(waits), ["2026-11-22 17:00:00 0"], "which is no try");
    // In the app it stands at once.
    assert_eq!(
        world.app.database.superuser_texts("select kind from notices order by kind"),
        ["hours-approved", "password-changed"]
    );
    world.wait(8 * HOUR - 1);
    send(&world);
    assert_eq!(messages(&world)[0], "hours-approved waiting");
    world.wait(1);
    send(&world);
    assert_eq!(messages(&world), ["hours-approved sent", "password-changed sent"]);
    let to_member = world.server.mailbox().iter().filter(|mail| mail.link().ends_with("/timesheets")).count();
    assert_eq!(to_member, 1);
}

#[actix_web::test]
async fn what_may_wait_waits_until_a_duty_is_over_for_whoever_wants_that() {
    let world = World::new();
    let duty = world.app.duty(&world.founded, &world.member);
    world.app.database.superuser(&format!(
        "update duties set started_at = '2026-11-22T07:00Z', ended_at = '2026-11-22T12:00Z', started_on = '2026-11-22' \
         where id = '{duty}'"
    ));
    world.post(NoticeKind::HoursDecided);
    send(&world);
    assert_eq!(messages(&world), ["hours-decided sent"], "by itself nothing waits");
    choose(&world, &[("not_on_duty", "yes")]).await;
    world.post(NoticeKind::HoursApproved);
    send(&world);
    assert_eq!(messages(&world), ["hours-approved waiting", "hours-decided sent"]);
    world.wait(3 * HOUR);
    send(&world);
    assert_eq!(messages(&world), ["hours-approved sent", "hours-decided sent"]);
}

/// The member's unit works a pattern with one duty each day, from eight to noon.
fn rostered(world: &World, form: &str) {
    let (organisation, unit, by) = (world.founded.organisation, world.founded.unit, world.member.id);
    world.app.database.superuser(&format!(
        "insert into duty_patterns (organisation_id, id, name, cycle_days, created_at) \
           values ('{organisation}', '{by}', 'Mornings', 1, now()); \
         insert into duty_pattern_slots values ('{organisation}', '{by}', '{by}', 0, 480, 720, '{form}', 0); \
         insert into rota_assignments values \
           ('{organisation}', '{by}', '{by}', null, '{unit}', '2026-11-01', '2026-11-01', null, '{by}', now())"
    ));
}

/// When a message is tried next, in UTC.
fn next_try(world: &World, kind: &str) -> Vec<String> {
    let query = format!("select (next_try_at at time zone 'UTC')::text from mail_outbox where kind = '{kind}'");
    world.app.database.superuser_texts(&query)
}

#[actix_web::test]
async fn what_may_wait_waits_until_an_expected_shift_is_over_and_on_call_cover_holds_back_nothing() {
    let world = World::new();
    choose(&world, &[("not_on_duty", "yes")]).await;
    rostered(&world, "standby");
    world.post(NoticeKind::HoursDecided);
    send(&world);
    assert_eq!(messages(&world), ["hours-decided sent"], "on call at home");
    world.app.database.superuser("update duty_pattern_slots set duty = 'shift'");
    world.post(NoticeKind::HoursApproved);
    send(&world);
    assert_eq!(messages(&world), ["hours-approved waiting", "hours-decided sent"]);
    assert_eq!(next_try(&world, "hours-approved"), ["2026-11-22 12:00:00"]);
    assert_eq!(world.app.rows("duties"), 0, "nobody has confirmed anything");
    world.wait(3 * HOUR - 1);
    send(&world);
    assert_eq!(messages(&world)[0], "hours-approved waiting");
    world.wait(1);
    send(&world);
    assert_eq!(messages(&world), ["hours-approved sent", "hours-decided sent"]);
}

#[actix_web::test]
async fn an_expected_shift_holds_back_nothing_on_leave_nor_once_it_is_logged_as_shorter() {
    let world = World::new();
    choose(&world, &[("not_on_duty", "yes")]).await;
    rostered(&world, "shift");
    let (organisation, me, unit) = (world.founded.organisation, world.member.id, world.founded.unit);
    world.app.database.superuser(&format!(
        "insert into absences (organisation_id, id, person_id, unit_id, kind, first_on, last_on, recorded_by, created_at) \
           values ('{organisation}', '{me}', '{me}', '{unit}', 'sick', '2026-11-22', '2026-11-22', '{me}', now())"
    ));
    world.post(NoticeKind::HoursDecided);
    send(&world);
    assert_eq!(messages(&world), ["hours-decided sent"]);
    world.app.database.superuser(&format!("update absences set withdrawn_at = now(), withdrawn_by = '{me}'"));
    let duty = world.app.duty(&world.founded, &world.member);
    world.app.database.superuser(&format!(
        "update duties set started_at = '2026-11-22T08:00Z', ended_at = '2026-11-22T10:30Z', started_on = '2026-11-22' \
         where id = '{duty}'"
    ));
    world.post(NoticeKind::HoursApproved);
    send(&world);
    assert_eq!(next_try(&world, "hours-approved"), ["2026-11-22 10:30:00"], "what they logged, and no longer");
}

#[actix_web::test]
async fn a_choice_counts_until_the_message_leaves() {
    let world = World::new();
    assert!(matches!(world.post(NoticeKind::HoursApproved), Posted::Queued(_)));
    let mut member = world.app.browser(&world.member).await;
    member.get("/account/notices").await;
    member.post("/account/notices", &[("wanted", "hours-approved.app"), ("digest_day", "1")]).await.expect_status(303);
    send(&world);
    assert_eq!(messages(&world), ["hours-approved discarded"]);
    world.wait(HOUR);
    assert_eq!(world.post(NoticeKind::HoursApproved), Posted::Unwanted);
}

#[actix_web::test]
async fn the_weekly_summary_is_one_number_and_one_link_on_its_morning_and_never_comes_twice() {
    let world = World::new();
    choose(&world, &[("wanted", "hours-approved.digest"), ("wanted", "hours-decided.digest")]).await;
    world.post(NoticeKind::HoursApproved);
    world.post(NoticeKind::HoursDecided);
    send(&world);
    assert_eq!(morning(&world), 0, "it is Sunday");
    // Monday, eight o'clock.
    world.wait(23 * HOUR);
    let due = world.due_of("notice.%");
    let [job] = due.as_slice() else { panic!("{due:?}") };
    // The process was killed right after it, so that the job is done again.
    world.do_job(job).expect("done");
    world.do_job(job).expect("done again");
    assert_eq!(morning(&world), 1);
    send(&world);
    assert_eq!(messages(&world), ["hours-approved sent", "hours-decided sent", "weekly-digest sent"]);
    let mails = world.server.mailbox();
    let summary = mails.iter().find(|mail| mail.link().ends_with("/notifications")).expect("a summary");
    assert!(summary.text.contains("2 notices") && !summary.text.contains("approved"), "{}", summary.text);
    // A week without anything new, and one in which what came was read.
    for _day in 0..7 {
        world.wait(DAY);
        morning(&world);
    }
    assert_eq!(world.app.rows("notice_digests"), 1);
    world.post(NoticeKind::HoursApproved);
    let mut member = world.app.browser(&world.member).await;
    member.get("/notifications").await.expect_text("3 notifications are unread");
    member.post("/notifications/read", &[]).await.expect_status(303);
    world.wait(7 * DAY);
    assert_eq!(morning(&world), 1);
    assert_eq!(world.app.rows("notice_digests"), 1);
}

#[actix_web::test]
async fn a_morning_that_the_appliance_slept_through_is_made_up_for() {
    let world = World::new();
    choose(&world, &[("wanted", "hours-approved.digest"), ("digest_day", "3")]).await;
    world.post(NoticeKind::HoursApproved);
    // Wednesday's summary, on Friday.
    world.wait(5 * DAY);
    assert_eq!(morning(&world), 1);
    let due_on = world.app.database.superuser_texts("select due_on::text || ' ' || notices from notice_digests");
    assert_eq!(due_on, ["2026-11-25 1"]);
    world.wait(DAY);
    morning(&world);
    assert_eq!(world.app.rows("notice_digests"), 1);
}

#[actix_web::test]
async fn what_is_ninety_days_old_goes_unless_its_day_is_to_come() {
    let world = World::new();
    world.post(NoticeKind::HoursApproved);
    let (org, member) = (world.founded.organisation, world.member.id);
    world.app.database.superuser(&format!(
        "insert into notices (organisation_id, id, person_id, kind, on_day, in_app, in_digest, created_at) values \
           ('{org}', gen_random_uuid(), '{member}', 'certificate-ending', '2027-06-01', true, false, '2026-11-22T09:00Z')"
    ));
    world.wait(89 * DAY);
    morning(&world);
    assert_eq!(world.app.rows("notices"), 2);
    world.wait(2 * DAY);
    assert_eq!(morning(&world), 1);
    assert_eq!(world.app.database.superuser_texts("select kind from notices"), ["certificate-ending"]);
}
