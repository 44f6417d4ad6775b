//! The rota: patterns, assignments, expected duties and their confirmation, availability and cover, the feed; as everybody
//! who might try. It is Sunday 22 November 2026, 9 o'clock.

use super::duties::World;
use crate::support::{Answer, Client, Context};

const TABLES: &[&str] = &[
    "duty_patterns",
    "duty_pattern_slots",
    "rota_assignments",
    "rota_confirmations",
    "oncall_contracts",
    "oncall_unavailable",
    "cover_needs",
    "calendar_feeds",
];

/// The administrator adds 2-2-4; its id.
async fn two_two_four(world: &World) -> String {
    let mut admin = world.app.browser(&world.administrator).await;
    admin.get("/duty-patterns").await.expect_text("2-2-4");
    let added = admin.post("/duty-patterns/shipped", &[("preset", "0")]).await.expect_status(303);
    added.location.expect("a pattern").trim_start_matches("/duty-patterns/").to_owned()
}

/// The manager assigns Hillside to it, whose cycle begins on 17 November.
pub(super) async fn assigned(world: &World) -> String {
    let pattern = two_two_four(world).await;
    let mut manager = world.app.browser(&world.manager).await;
    let path = format!("/rota/units/{}", world.hillside);
    manager.get(&path).await.expect_text("Assign Hillside");
    let fields = [("pattern", pattern.as_str()), ("from_on", "2026-11-17"), ("cycle_day", "1")];
    manager.post(&path, &fields).await.expect_status(303);
    pattern
}

/// The fields of the first form that confirms a duty.
pub(super) fn to_confirm(page: &Answer) -> Option<(String, String)> {
    let form = page.body.split("action=\"/calendar/confirm\"").nth(1)?;
    let value = |name: &str| {
        let after = form.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
        after.split('"').next().map(str::to_owned)
    };
    Some((value("slot")?, value("day")?))
}

pub(super) async fn contract(world: &World, person: &crate::support::Somebody, hours: &str) {
    let mut manager = world.app.browser(&world.manager).await;
    let path = format!("/rota/people/{}/on-call", person.id);
    manager.get(&path).await.expect_status(200);
    manager.post(&path, &[("hours", hours), ("from_on", "2026-11-01")]).await.expect_status(303);
}

pub(super) async fn book(client: &mut Client<'_>, fields: &[(&str, &str)]) -> Answer {
    client.get("/availability").await;
    let mut all = vec![
        ("state", "personal"),
        ("from_date", "2026-11-23"),
        ("from_time", "18:00"),
        ("to_date", "2026-11-23"),
        ("to_time", "22:00"),
    ];
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    all.extend_from_slice(fields);
    client.post("/availability", &all).await
}

#[actix_web::test]
async fn an_expected_duty_is_confirmed_with_one_press_and_never_twice() {
    let world = World::new();
    assigned(&world).await;
    let mut member = world.app.browser(&world.member).await;
    // Days on 17 and 18 November, nights on 19 and 20: all over by now.
    let page = member.get("/calendar?view=month&date=2026-11-22").await.expect_text("4 to confirm");
    let (slot, day) = to_confirm(&page).expect("something to confirm");
    assert_eq!(day, "2026-11-17");
    let fields = [("slot", slot.as_str()), ("day", day.as_str())];
    member.post("/calendar/confirm", &fields).await.expect_status(303);
    member.post("/calendar/confirm", &fields).await.expect_status(303);
    let logged = world.app.database.superuser_texts(
        "select concat_ws(' ', started_at at time zone 'UTC', ended_at at time zone 'UTC', source) from duties",
    );
    assert_eq!(logged, ["2026-11-17 09:00:00 2026-11-17 18:00:00 manual"]);
    member.get("/calendar?view=month&date=2026-11-22").await.expect_text("3 to confirm").expect_text("Logged");
    // Whose duty was deleted may log it anew.
    world.app.database.superuser("update duties set deleted_at = now()");
    member.get("/calendar?date=2026-11-22").await.expect_text("4 to confirm");
    member.post("/calendar/confirm", &fields).await.expect_status(303);
    assert_eq!(world.app.database.superuser_texts("select count(*) from duties where deleted_at is null"), ["1"]);
    assert_eq!(world.app.rows("rota_confirmations"), 1);
}

#[actix_web::test]
async fn an_expected_duty_is_adjusted_first_and_none_is_confirmed_before_it_is_over() {
    let world = World::new();
    assigned(&world).await;
    let mut member = world.app.browser(&world.member).await;
    let (slot, _day) = to_confirm(&member.get("/calendar?date=2026-11-22").await).expect("something");
    let path = format!("/calendar/adjust/{slot}/2026-11-17");
    let form = member.get(&path).await.expect_text("Day shift");
    assert_eq!((form.field("start").as_str(), form.field("end").as_str()), ("09:00", "18:00"));
    let typed = |end: &'static str| [("date", "2026-11-17"), ("start", "10:00"), ("end", end)];
    member.post(&path, &typed("ten")).await.expect_status(422);
    assert_eq!(world.app.rows("duties"), 0);
    // Four hours of nine: less than half, and done all the same.
    member.post(&path, &typed("14:00")).await.expect_status(303);
    member.get("/calendar?date=2026-11-22").await.expect_text("3 to confirm");
    // The next cycle begins on 25 November.
    let before = world.app.state_of(&["duties", "rota_confirmations"]);
    let early = [("slot", slot.as_str()), ("day", "2026-11-25")];
    member.post("/calendar/confirm", &early).await.expect_status(409);
    let never = [("slot", slot.as_str()), ("day", "2026-11-21")];
    member.post("/calendar/confirm", &never).await.expect_status(409);
    // Harbour works no pattern.
    let elsewhere = world.app.person_called(&world.founded, "han", "member", world.harbour);
    let mut other = world.app.browser(&elsewhere).await;
    other.get("/calendar").await.expect_text("Nothing to confirm");
    let day = [("slot", slot.as_str()), ("day", "2026-11-18")];
    other.post("/calendar/confirm", &day).await.expect_status(409);
    assert_eq!(world.app.state_of(&["duties", "rota_confirmations"]), before);
}

#[actix_web::test]
async fn a_rest_that_a_confirmed_duty_cuts_short_is_told_and_acknowledged() {
    let world = World::new();
    assigned(&world).await;
    super::working_time::group(&world, "warn").await;
    let mut member = world.app.browser(&world.member).await;
    let page = member.get("/calendar?date=2026-11-22").await;
    let (day_slot, day) = to_confirm(&page).expect("something to confirm");
    // From nine to eighteen: nothing is broken, and one press is enough.
    let fields = [("slot", day_slot.as_str()), ("day", day.as_str())];
    member.post("/calendar/confirm", &fields).await.expect_status(303);
    assert_eq!(world.app.rows("duties"), 1);
    // A night of fifteen hours leaves nine of its 24.
    let nights = "select id from duty_pattern_slots where starts_minute = 1080 order by day";
    let night = world.app.database.superuser_texts(nights)[0].clone();
    let fields = [("slot", night.as_str()), ("day", "2026-11-19")];
    let asked = member.post("/calendar/confirm", &fields).await.expect_status(422);
    let asked = asked.expect_text("the longest rest is 9 h, and 11 h are due").expect_text("log it anyway");
    assert_eq!((asked.field("start").as_str(), asked.field("end").as_str()), ("18:00", "09:00"));
    assert_eq!(world.app.rows("duties"), 1, "nothing is waved through");
    assert_eq!(world.app.rows("working_time_marks"), 0);
    let path = format!("/calendar/adjust/{night}/2026-11-19");
    let typed = [("date", "2026-11-19"), ("start", "18:00"), ("end", "09:00"), ("next_day", "yes")];
    member.post(&path, &typed).await.expect_status(422).expect_text("log it anyway");
    assert_eq!(world.app.rows("duties"), 1);
    member.post(&path, &[&typed[..], &[("breach", "yes")]].concat()).await.expect_status(303);
    assert_eq!(world.app.rows("duties"), 2);
    let marked = "select said from working_time_marks where said like '%9 h%'";
    assert_eq!(world.app.database.superuser_texts(marked).len(), 1, "and it is on record");
}

#[actix_web::test]
async fn what_a_message_waits_for_is_told_to_the_work_that_sends_alone() {
    let world = World::new();
    assigned(&world).await;
    let (org, me, unit) = (world.founded.organisation, world.member.id, world.hillside);
    world.app.database.superuser(&format!(
        "insert into absences (organisation_id, id, person_id, unit_id, kind, first_on, last_on, recorded_by, created_at) \
           values ('{org}', '{me}', '{me}', '{unit}', 'sick', '2026-11-22', '2026-11-24', '{me}', now())"
    ));
    world.logged().await;
    let asked = [
        (format!("app_rostered('{me}', '2026-11-17', '2026-11-22')"), "true"),
        (format!("app_days_away('{me}', '2026-11-20', '2026-11-30')"), "true"),
        (format!("app_worked_seconds('{me}', '2026-01-01', '2027-01-01') worked"), "worked > 0"),
    ];
    let found = |who: Context| -> Vec<Result<i64, String>> {
        let mut prompt = world.app.prompt(who);
        asked.iter().map(|(from, condition)| prompt.count(from, condition)).collect()
    };
    // Three days of a week at most, and not why.
    assert_eq!(found(Context::System(org, "mail")), [Ok(1), Ok(3), Ok(1)]);
    for who in [&world.member, &world.colleague, &world.manager, &world.hr, &world.administrator, &world.stranger] {
        assert_eq!(found(Context::from(who)), [Ok(0), Ok(0), Ok(0)], "{}", who.email);
    }
    for name in ["hours", "calendar", "working-time", "sign-in"] {
        assert_eq!(found(Context::System(org, name)), [Ok(0), Ok(0), Ok(0)], "{name}");
    }
    assert_eq!(found(Context::System(world.stranger.organisation, "mail")), [Ok(0), Ok(0), Ok(0)]);
}

#[actix_web::test]
async fn nothing_is_expected_on_leave_and_the_team_sees_the_week() {
    let world = World::new();
    assigned(&world).await;
    let mut member = world.app.browser(&world.member).await;
    let key = member.get("/absences/new").await.field("key");
    let fields = [("key", key.as_str()), ("kind", "sick"), ("first_on", "2026-11-18"), ("last_on", "2026-11-19")];
    member.post("/absences/new", &fields).await.expect_status(303);
    member.get("/calendar?date=2026-11-22").await.expect_text("2 to confirm").expect_text("Sickness");
    let mut manager = world.app.browser(&world.manager).await;
    let week = manager.get("/team/calendar?date=2026-11-18").await.expect_text("Jo Tester").expect_text("Sickness");
    week.expect_text("18:00 to 09:00 (next day) Shift");
    let elsewhere = format!("/team/calendar?unit={}", world.harbour);
    manager.get(&elsewhere).await.expect_status(404);
    member.get("/team/calendar").await.expect_status(403);
    assert!(world.app.audited().iter().any(|action| action == "rota.list"));
}

#[actix_web::test]
async fn a_pattern_in_use_keeps_its_duties_and_an_assignment_ends() {
    let world = World::new();
    let pattern = assigned(&world).await;
    let mut admin = world.app.browser(&world.administrator).await;
    let path = format!("/duty-patterns/{pattern}");
    let page = admin.get(&path).await.expect_text("18:00 to 09:00 (next day)");
    let remove = page.body.split("action=\"").find(|part| part.contains("/remove\"")).expect("a button");
    let remove = remove.split('"').next().expect("an address").to_owned();
    let before = world.app.state_of(TABLES);
    admin.post(&remove, &[]).await.expect_status(409);
    let slot = [("day", "5"), ("starts", "09:00"), ("ends", "10:00"), ("form", "shift")];
    admin.post(&path, &slot).await.expect_status(409);
    admin.post(&path, &[("day", "9"), ("starts", "9 o'clock")]).await.expect_status(422).expect_text("1 to 8");
    admin.post("/duty-patterns/shipped", &[("preset", "0")]).await.expect_status(422);
    assert_eq!(world.app.state_of(TABLES), before);

    let mut manager = world.app.browser(&world.manager).await;
    let end = manager.get("/rota").await.expect_text("Everybody").link("End 2-2-4 of Everybody, Hillside");
    let end = end.expect("a link");
    manager.get(&end).await.expect_text("When does it end?");
    manager.post(&end, &[("last", "2026-11-15")]).await.expect_status(422);
    let mut other = world.app.browser(&world.other_manager).await;
    other.get(&end).await.expect_status(404);
    manager.post(&end, &[("last", "2026-11-17")]).await.expect_status(303);
    world.app.browser(&world.member).await.get("/calendar?date=2026-11-22").await.expect_text("1 to confirm");
}

#[actix_web::test]
async fn booking_off_warns_when_it_leaves_too_few_and_names_nobody() {
    let world = World::new();
    for person in [&world.member, &world.colleague] {
        contract(&world, person, "120").await;
    }
    let mut admin = world.app.browser(&world.administrator).await;
    admin.get("/cover-needs").await.expect_status(200);
    let unit = world.hillside.to_string();
    let need = |full: &'static str, least: &'static str| [("full", full), ("least", least)];
    let with = |fields: [(&'static str, &'static str); 2]| {
        let mut all = vec![("unit", unit.as_str())];
        all.extend(fields);
        all
    };
    admin.post("/cover-needs", &with(need("1", "2"))).await.expect_status(422);
    admin.post("/cover-needs", &with(need("2", "1"))).await.expect_status(303);

    let mut member = world.app.browser(&world.member).await;
    member.get("/availability").await.expect_text("Available now").expect_text("140 %");
    let asked = book(&mut member, &[]).await.expect_status(409).expect_text("this leaves Hillside with 1 rider");
    assert_eq!(asked.field("from_time"), "18:00", "what was typed comes back");
    assert_eq!(world.app.rows("oncall_unavailable"), 0);
    book(&mut member, &[("confirm", "yes")]).await.expect_status(303);
    // Being available needs no confirmation, and cuts a hole.
    book(&mut member, &[("state", "available"), ("from_time", "19:00"), ("to_time", "19:30")]).await.expect_status(303);
    let spans = world.app.database.superuser_texts(
        "select to_char(starts_at at time zone 'UTC', 'HH24:MI') || '-' || to_char(ends_at at time zone 'UTC', 'HH24:MI') \
         from oncall_unavailable order by starts_at",
    );
    assert_eq!(spans, ["18:00-19:00", "19:30-22:00"]);
    for (fields, says) in [
        (vec![("to_time", "18:10")], "quarter of an hour"),
        (vec![("from_date", "2026-11-21")], "What is past"),
        (vec![("to_date", "2026-12-01")], "7 days ahead"),
    ] {
        book(&mut member, &fields).await.expect_status(422).expect_text(says);
    }
    let mut colleague = world.app.browser(&world.colleague).await;
    let cover = colleague.get("/cover?date=2026-11-23").await.expect_text("Reduced crew").expect_text("Full crew");
    cover.expect_no_text("Personal").expect_no_text("Jo Tester");
    colleague.get(&format!("/cover?unit={}", world.harbour)).await.expect_status(404);
    world.app.browser(&world.other_manager).await.get(&format!("/cover?unit={unit}")).await.expect_status(404);
    // Whoever has no contract has nothing to book.
    let mut manager = world.app.browser(&world.manager).await;
    manager.get("/availability").await.expect_status(403);
    contract(&world, &world.member, "").await;
    book(&mut member, &[]).await.expect_status(409);
}

#[actix_web::test]
async fn a_feed_says_when_and_what_and_ends_at_once() {
    let world = World::new();
    assigned(&world).await;
    let mut member = world.app.browser(&world.member).await;
    let key = member.get("/absences/new").await.field("key");
    let sick = [("key", key.as_str()), ("kind", "sick"), ("first_on", "2026-11-25"), ("last_on", "2026-11-25")];
    member.post("/absences/new", &sick).await.expect_status(303);
    member.get("/calendar/feed").await.expect_text("Make a feed");
    let address = |page: &Answer| {
        let after = page.body.split("/feeds/").nth(1).expect("an address");
        format!("/feeds/{}", after.split(".ics").next().expect("its end")) + ".ics"
    };
    let first = address(&member.post("/calendar/feed", &[]).await.expect_status(200));
    member.get("/calendar/feed").await.expect_no_text("/feeds/");
    let hashes = world.app.database.superuser_texts("select encode(token_hash, 'hex') from calendar_feeds");
    assert!(hashes.len() == 1 && !first.contains(&hashes[0]));

    let mut program = world.app.visitor();
    let read = program.get(&first).await.expect_status(200);
    assert_eq!(read.header("content-type"), "text/calendar; charset=utf-8");
    let tag = read.header("etag").to_owned();
    // The first night of 19 November, in UTC; the first day of the next cycle is one of sickness.
    assert!(read.body.contains("DTSTART:20261119T180000Z\r\nDTEND:20261120T090000Z\r\nSUMMARY:Shift"), "{}", read.body);
    assert!(read.body.contains("SUMMARY:Away") && !read.body.to_lowercase().contains("sick"), "{}", read.body);
    assert!(!read.body.contains("20261125T090000Z") && !read.body.contains("Tester"), "{}", read.body);
    assert_eq!(program.get(&first).await.header("etag"), tag, "the same events have the same tag");

    let second = address(&member.post("/calendar/feed", &[]).await.expect_status(200));
    program.get(&first).await.expect_status(404);
    program.get(&second).await.expect_status(200);
    for wrong in ["/feeds/x", "/feeds/a.b.ics", &second.replace(".ics", ""), &second.to_uppercase()] {
        program.get(wrong).await.expect_status(404);
    }
    member.post("/calendar/feed/revoke", &[]).await.expect_status(303);
    program.get(&second).await.expect_status(404);
    // Who leaves has no calendar either.
    let third = address(&member.post("/calendar/feed", &[]).await.expect_status(200));
    program.get(&third).await.expect_status(200);
    world.app.database.superuser(&format!("update people set left_at = now() where id = '{}'", world.member.id));
    program.get(&third).await.expect_status(404);
}

#[actix_web::test]
async fn the_database_refuses_what_the_pages_would() {
    let world = World::new();
    assigned(&world).await;
    contract(&world, &world.member, "90").await;
    let (org, me, unit) = (world.founded.organisation, world.member.id, world.hillside);
    world.app.database.superuser(&format!(
        "insert into oncall_unavailable (organisation_id, id, person_id, unit_id, starts_at, ends_at, reason, created_at) \
           values ('{org}', '{me}', '{me}', '{unit}', '2026-11-23T10:00Z', '2026-11-23T11:00Z', 'sick', now()); \
         insert into calendar_feeds values ('{org}', '{me}', sha256('x'), now()); \
         insert into rota_confirmations select '{org}', '{me}', id, '2026-11-17', id, now() from duty_pattern_slots limit 1"
    ));
    let mine = format!("person_id = '{me}'");
    for (table, seen) in [
        ("oncall_unavailable", "member manager"),
        ("oncall_contracts", "member manager"),
        ("calendar_feeds", "member"),
        ("rota_confirmations", "member"),
    ] {
        let everybody = [
            ("member", &world.member),
            ("colleague", &world.colleague),
            ("manager", &world.manager),
            ("manager elsewhere", &world.other_manager),
            ("hr", &world.hr),
            ("administrator", &world.administrator),
            ("stranger", &world.stranger),
        ];
        let found: Vec<&str> = everybody
            .into_iter()
            .filter(|(_name, who)| world.app.prompt(*who).count(table, &mine).is_ok_and(|rows| rows > 0))
            .map(|(name, _who)| name)
            .collect();
        assert_eq!(found.join(" "), seen, "{table}");
    }
    let mut colleague = world.app.prompt(&world.colleague);
    for statement in [
        "update oncall_unavailable set ends_at = ends_at + interval '1 hour'".to_owned(),
        "delete from oncall_unavailable".to_owned(),
        "update rota_assignments set until_on = from_on".to_owned(),
        "delete from calendar_feeds".to_owned(),
    ] {
        assert_eq!(colleague.change(&statement), Ok(0), "{statement}");
    }
    for statement in [
        format!(
            "insert into oncall_contracts values ('{org}', '{me}', '{unit}', 5400, now(), '{}', now())",
            world.colleague.id
        ),
        "update oncall_unavailable set reason = 'personal'".to_owned(),
        "update calendar_feeds set person_id = person_id".to_owned(),
        "delete from rota_assignments".to_owned(),
    ] {
        assert!(colleague.change(&statement).is_err(), "{statement}");
    }
    // A pattern in use keeps its duties even from whoever edits patterns.
    let mut admin = world.app.prompt(&world.administrator);
    assert!(admin.change("delete from duty_pattern_slots").is_err());
}
