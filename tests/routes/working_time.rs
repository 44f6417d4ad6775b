//! Working time: contract groups, terms, declarations, kept figures, the warning before a duty is logged; as everybody
//! who might try.

use actix_web::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use watchroom::jobs::{Job, Stopping};
use watchroom::kernel::ids::{JobId, OrganisationId};

use super::duties::World;
use crate::support::{Answer, Client, Context, Somebody};

const TABLES: &[&str] = &[
    "contract_groups",
    "working_terms",
    "opt_outs",
    "other_employments",
    "working_time_figures",
    "working_time_marks",
];

const GROUP: &[(&str, &str)] = &[
    ("name", "Wholetime"),
    ("reference_weeks", "26"),
    ("period", "rolling"),
    ("civil_protection", "yes"),
    ("standby", "turnout-only"),
    ("weekly_rest", "weekly"),
    ("notice_days", "14"),
    ("for_all", "yes"),
];

/// Adds a group that holds for everybody; where it is.
pub(super) async fn group(world: &World, action: &str) -> String {
    let mut admin = world.app.browser(&world.administrator).await;
    admin.get("/contract-groups/new").await.expect_status(200);
    let fields = [GROUP, &[("action", action)]].concat();
    admin.post("/contract-groups/new", &fields).await.expect_status(303).location.expect("a group")
}

/// Does the jobs of working time that wait.
fn recompute(world: &World) {
    let app = &world.app;
    let due = "select json_build_object('id', id, 'organisation', organisation_id, 'kind', kind, 'payload', payload) \
               from jobs where kind = 'working-time.recompute'";
    let handlers = app.parts.handlers();
    for text in app.database.superuser_texts(due) {
        let row: Value = serde_json::from_str(&text).expect("JSON");
        let id = |name: &str| row[name].as_str().expect("an id").parse().expect("an id");
        let job = Job {
            id: JobId(id("id")),
            organisation: OrganisationId(id("organisation")),
            kind: row["kind"].as_str().expect("a kind").to_owned(),
            payload: row["payload"].clone(),
            attempts: 1,
        };
        app.database.superuser(&format!("update jobs set leased_until = now() where id = '{}'", job.id));
        let handler = &handlers[job.kind.as_str()];
        std::thread::scope(|scope| scope.spawn(|| handler(&job, &Stopping::default())).join().expect("no panic"))
            .expect("the job is done");
        app.database.superuser(&format!("delete from jobs where id = '{}'", job.id));
    }
}

fn texts(world: &World, query: &str) -> Vec<String> {
    world.app.database.superuser_texts(query)
}

/// Logs a shift of somebody's.
async fn shift(
    world: &World,
    client: &mut Client<'_>,
    date: &str,
    start: &str,
    end: &str,
    more: &[(&str, &str)],
) -> Answer {
    let kind = world.kind(&["shift", "day"]);
    let fields = [("date", date), ("start", start), ("end", end), ("kind", kind.as_str()), ("breaks", "")];
    world.log(client, &[&fields, more].concat()).await
}

#[actix_web::test]
async fn a_duty_changes_the_figure_that_is_kept_and_the_page_reads_it() {
    let world = World::new();
    group(&world, "warn").await;
    let mut member = world.app.browser(&world.member).await;
    member.get("/working-time").await.expect_status(200).expect_text("No figure yet");
    shift(&world, &mut member, "2026-11-16", "09:00", "19:00", &[]).await.expect_status(303);
    member.get("/working-time").await.expect_text("worked out anew");
    recompute(&world);
    // 10 hours in the fortnight that began on Monday 16 November: 10 / 7 * 7.
    let kept = "select a_seconds || ' ' || c_days || ' ' || average_hundredths || ' ' || standing from working_time_figures \
                where day = '2026-11-22' and person_id = ";
    let of = |somebody: &Somebody| texts(&world, &format!("{kept}'{}'", somebody.id));
    assert_eq!(of(&world.member), ["36000 7 1000 within"]);
    let page = member.get("/working-time").await.expect_text("10.00").expect_text("Within the limit");
    page.expect_no_text("worked out anew");
    let hours = member.get("/working-time/hours").await.expect_status(200).expect_text("counts to A");
    assert!(hours.body.contains("/duties/"), "each hour leads to its duty");
    // A job done twice writes nothing twice.
    world.app.database.superuser(&format!(
        "select set_config('app.organisation', '{}', false); select app_working_time_everybody()",
        world.founded.organisation
    ));
    recompute(&world);
    assert_eq!(of(&world.member), ["36000 7 1000 within"]);
    assert_eq!(texts(&world, "select count(*) from working_time_changes"), ["0"]);
    // Deleted, its hours go.
    world.app.database.superuser(&format!(
        "select set_config('app.organisation', '{}', false); update duties set deleted_at = now()",
        world.founded.organisation
    ));
    recompute(&world);
    assert_eq!(
        texts(
            &world,
            &format!("select sum(a_seconds) from working_time_figures where person_id = '{}'", world.member.id)
        ),
        ["0"]
    );
}

#[actix_web::test]
async fn without_a_contract_group_nothing_is_noted_and_nothing_warned_of() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    shift(&world, &mut member, "2026-11-20", "06:00", "23:00", &[]).await.expect_status(303);
    shift(&world, &mut member, "2026-11-21", "02:00", "20:00", &[]).await.expect_status(303);
    assert_eq!(world.app.rows("working_time_changes"), 0);
    assert_eq!(texts(&world, "select count(*) from jobs where kind like 'working-time.%'"), ["0"]);
}

#[actix_web::test]
async fn a_short_rest_is_warned_of_logged_anyway_and_marked() {
    let world = World::new();
    group(&world, "warn").await;
    let mut member = world.app.browser(&world.member).await;
    shift(&world, &mut member, "2026-11-19", "12:00", "22:00", &[]).await.expect_status(303);
    let again = shift(&world, &mut member, "2026-11-20", "06:00", "14:00", &[("shared_note", "Stays")]).await;
    let again = again.expect_status(422).expect_text("the longest rest is 8 h, and 11 h are due");
    assert_eq!((again.field("start").as_str(), again.field("date").as_str()), ("06:00", "2026-11-20"));
    let again = again.expect_text("Stays").expect_text("log it anyway");
    drop(again);
    assert_eq!(world.app.rows("duties"), 1);
    shift(&world, &mut member, "2026-11-20", "06:00", "14:00", &[("breach", "yes")]).await.expect_status(303);
    assert_eq!(world.app.rows("duties"), 2);
    assert_eq!(texts(&world, "select count(*) from working_time_marks where said like '%8 h%'"), ["1"]);
    member.get("/working-time").await.expect_text("Logged although it broke something");
    // One that breaks nothing needs no word.
    shift(&world, &mut member, "2026-11-21", "09:00", "12:00", &[]).await.expect_status(303);
    recompute(&world);
    let owed = format!(
        "select owed_rest_seconds from working_time_figures where person_id = '{}' and day = '2026-11-20'",
        world.member.id
    );
    assert_eq!(texts(&world, &owed), ["10800"], "three hours are owed at the end of that day");
    // To change only a note asks nothing again.
    let duty = texts(&world, "select duty_id from working_time_marks")[0].clone();
    let said = "Logged although: In the 24 hours from";
    member.get(&format!("/duties/{duty}")).await.expect_text(said);
    world.app.browser(&world.manager).await.get(&format!("/duties/{duty}")).await.expect_text(said);
    member.get(&format!("/duties/{duty}/edit")).await.expect_status(200);
    let kind = world.kind(&["shift", "day"]);
    let same = [
        ("date", "2026-11-20"),
        ("start", "06:00"),
        ("end", "14:00"),
        ("kind", kind.as_str()),
        ("breaks", ""),
        ("revision", "1"),
        ("reason", "A word"),
        ("shared_note", "Another word"),
    ];
    world.post(&mut member, &format!("/duties/{duty}/edit"), &same).await.expect_status(303);
}

#[actix_web::test]
async fn a_program_is_warned_by_a_problem_and_may_insist() {
    let world = World::new();
    group(&world, "warn").await;
    let mut member = world.app.browser(&world.member).await;
    shift(&world, &mut member, "2026-11-19", "12:00", "22:00", &[]).await.expect_status(303);
    let mut body = json!({
        "started_at": "2026-11-20T06:00:00Z", "ended_at": "2026-11-20T14:00:00Z",
        "kind_id": world.kind(&["shift", "day"]), "unit_id": world.hillside
    });
    let refused = member.json(Method::POST, "/api/v1/duties", &body).await.expect_problem(422, "invalid").json();
    assert_eq!(refused["errors"][0]["field"], "allow_breach");
    body["allow_breach"] = json!(true);
    member.json(Method::POST, "/api/v1/duties", &body).await.expect_status(201);
    assert_eq!(world.app.rows("working_time_marks"), 1);
}

#[actix_web::test]
async fn a_block_refuses_what_has_not_begun_and_never_what_was_worked() {
    let world = World::new();
    group(&world, "block").await;
    let mut member = world.app.browser(&world.member).await;
    shift(&world, &mut member, "2026-11-21", "15:00", "23:59", &[]).await.expect_status(303);
    // It is 09:00: work that began at 06:00 is recorded after a warning,
    let worked = shift(&world, &mut member, "2026-11-22", "06:00", "09:00", &[]).await.expect_status(422);
    worked.expect_text("log it anyway");
    // and work that begins at 09:05 is not.
    let planned =
        shift(&world, &mut member, "2026-11-22", "09:05", "09:15", &[("breach", "yes")]).await.expect_status(422);
    planned.expect_text("Your service does not allow that");
    shift(&world, &mut member, "2026-11-22", "06:00", "09:00", &[("breach", "yes")]).await.expect_status(303);
    // Before booking on, the same is said of the night.
    let ask = "/working-time/check?date=2026-11-23&start=01:00&end=07:00&counts_as=shift";
    member.get(ask).await.expect_status(200).expect_text("It would break something").expect_text("does not allow");
    let ask = "/working-time/check?date=2026-11-24&start=09:00&end=17:00&counts_as=shift";
    member.get(ask).await.expect_status(200).expect_text("keeps all limits and rests");
    member.get("/working-time/check?date=x&start=&end=").await.expect_status(422).expect_text("Enter a time");
}

#[actix_web::test]
async fn an_opt_out_is_the_members_own_and_ends_by_the_notice_of_the_group() {
    let world = World::new();
    group(&world, "warn").await;
    let mut member = world.app.browser(&world.member).await;
    member.get("/working-time/declarations").await.expect_status(200);
    let path = "/working-time/declarations/opt-outs";
    member.post(path, &[("from_on", "2026-11-22")]).await.expect_status(422).expect_text("Tick the box");
    let back = [("from_on", "2026-11-21"), ("agreed", "yes")];
    member.post(path, &back).await.expect_status(422).expect_text("cannot be dated back");
    let today = [("from_on", "2026-11-22"), ("agreed", "yes")];
    member.post(path, &today).await.expect_status(303);
    member.post(path, &today).await.expect_status(409);
    let id = texts(&world, "select id from opt_outs")[0].clone();
    let end = format!("{path}/{id}/end");
    let before = world.app.state_of(TABLES);
    for somebody in [&world.colleague, &world.manager, &world.hr, &world.administrator, &world.stranger] {
        let mut other = world.app.browser(somebody).await;
        other.get("/account").await;
        let answer = other.post(&end, &[]).await;
        assert!([403, 404].contains(&answer.status), "{}: {}", somebody.name, answer.status);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    member.post(&end, &[]).await.expect_status(303);
    assert_eq!(texts(&world, "select last_on::text from opt_outs"), ["2026-12-06"], "14 days");
    member.post(&end, &[]).await.expect_status(409);
    recompute(&world);
    let standing = format!(
        "select standing from working_time_figures where day = '2026-11-22' and person_id = '{}'",
        world.member.id
    );
    assert_eq!(texts(&world, &standing), ["opted-out"]);
}

#[actix_web::test]
async fn another_job_counts_until_it_is_withdrawn() {
    let world = World::new();
    group(&world, "off").await;
    let mut member = world.app.browser(&world.member).await;
    let key = member.get("/working-time/declarations/jobs/new").await.expect_status(200).field("key");
    let fields = [
        ("key", key.as_str()),
        ("kind", "primary"),
        ("from_on", "2026-11-16"),
        ("mon_start", "09:00"),
        ("mon_end", "17:00"),
        ("drives", "yes"),
    ];
    for _ in 0..2 {
        member.post("/working-time/declarations/jobs/new", &fields).await.expect_status(303);
    }
    assert_eq!(world.app.rows("other_employments"), 1, "sent twice, it is one");
    recompute(&world);
    let worked = format!(
        "select a_seconds from working_time_figures where day = '2026-11-22' and person_id = '{}'",
        world.member.id
    );
    assert_eq!(texts(&world, &worked), ["28800"]);
    member
        .get("/working-time")
        .await
        .expect_text("Main job elsewhere: 8 h a week")
        .expect_text("hours rules hold in another job");
    member.get("/working-time/hours").await.expect_text("primary employment");
    let id = texts(&world, "select id from other_employments")[0].clone();
    let path = format!("/working-time/declarations/jobs/{id}");
    member.get(&path).await.expect_status(200);
    member.post(&path, &[("to_on", "2026-11-01")]).await.expect_status(422).expect_text("must not be before the first");
    member.post(&format!("{path}/remove"), &[]).await.expect_status(303);
    recompute(&world);
    assert_eq!(texts(&world, &worked), ["0"]);
    assert_eq!(world.app.rows("other_employments"), 1, "it stays on record");
}

#[actix_web::test]
async fn leave_takes_its_days_out_of_the_average() {
    let world = World::new();
    group(&world, "off").await;
    let (org, me, unit) = (world.founded.organisation, world.member.id, world.hillside);
    world.app.database.superuser(&format!(
        "select set_config('app.organisation', '{org}', false); \
         insert into absences (organisation_id, id, person_id, unit_id, kind, first_on, last_on, recorded_by, created_at) \
           values ('{org}', gen_random_uuid(), '{me}', '{unit}', 'annual-leave', '2026-11-19', '2026-11-20', '{me}', now())"
    ));
    recompute(&world);
    let excluded = format!(
        "select more ->> 'excluded_days' from working_time_figures where more is not null and person_id = '{me}'"
    );
    assert_eq!(texts(&world, &excluded), ["2"]);
    let mut member = world.app.browser(&world.member).await;
    member.get("/working-time/hours").await.expect_text("19 Nov 2026: annual leave");
}

#[actix_web::test]
async fn terms_put_a_unit_into_a_group_and_one_person_into_another() {
    let world = World::new();
    let wholetime = group(&world, "warn").await;
    let mut admin = world.app.browser(&world.administrator).await;
    let fields = [&[("name", "On-call")], &GROUP[1..7], &[("action", "off")]].concat();
    admin.get("/contract-groups/new").await.expect_status(200);
    let on_call = admin.post("/contract-groups/new", &fields).await.expect_status(303).location.expect("a group");
    admin.post("/contract-groups/new", &fields).await.expect_status(422).expect_text("of this name already");
    let unit = world.hillside.to_string();
    let typed = [("unit", unit.as_str()), ("from_on", "2026-11-02"), ("employed_on", "2026-11-02")];
    admin.get(&wholetime).await.expect_status(200);
    admin.post(&format!("{wholetime}/units"), &typed).await.expect_status(303);
    assert_eq!(texts(&world, "select count(*) from working_terms"), ["3"], "Jo, Sam and Max");
    admin.post(&format!("{on_call}/people"), &[("number", "none")]).await.expect_status(422).expect_text("Nobody here");
    world.app.database.superuser(&format!(
        "select set_config('app.organisation', '{}', false); update people set employee_number = 'N77' where id = '{}'",
        world.founded.organisation, world.member.id
    ));
    let typed = [("number", "N77"), ("from_on", "2026-11-20"), ("employed_on", "2026-11-02")];
    let at = admin.post(&format!("{on_call}/people"), &typed).await.expect_status(303).location.expect("the person");
    admin.get(&at).await.expect_status(200).expect_text("On-call").expect_text("Wholetime");
    recompute(&world);
    // Employed since Monday 2 November: three weeks.
    let days = format!(
        "select c_days from working_time_figures where day = '2026-11-22' and person_id = '{}'",
        world.member.id
    );
    assert_eq!(texts(&world, &days), ["21"]);
    assert_eq!(
        texts(
            &world,
            &format!("select min(day)::text from working_time_figures where person_id = '{}'", world.member.id)
        ),
        ["2026-11-02"]
    );
    admin.post(&format!("{at}/remove"), &[("day", "2026-11-20")]).await.expect_status(303);
    admin.get(&at).await.expect_no_text("On-call");
    admin.post(&format!("{wholetime}/retire"), &[]).await.expect_status(409);
    admin.post(&format!("{on_call}/retire"), &[]).await.expect_status(303);
    admin.get("/contract-groups").await.expect_text("Retired");
    // What a kind of work counts as.
    let training = world.kind(&["training"]);
    admin.get("/contract-groups/sources").await.expect_status(200).expect_text("Standby at home");
    let field = format!("kind-{training}");
    admin.post("/contract-groups/sources", &[(&field, "no-work")]).await.expect_status(303);
    assert_eq!(texts(&world, "select source from duty_kind_sources"), ["no-work"]);
    admin.post("/contract-groups/sources", &[(&field, "")]).await.expect_status(303);
    assert_eq!(world.app.rows("duty_kind_sources"), 0);
    admin.post("/contract-groups/recompute", &[]).await.expect_status(303);
}

#[actix_web::test]
async fn a_manager_sees_who_is_over_and_downloads_it() {
    let world = World::new();
    let path = group(&world, "off").await;
    let mut admin = world.app.browser(&world.administrator).await;
    let unit = world.hillside.to_string();
    let typed = [("unit", unit.as_str()), ("from_on", "2026-11-16"), ("employed_on", "2026-11-16")];
    admin.get(&path).await;
    admin.post(&format!("{path}/units"), &typed).await.expect_status(303);
    let mut member = world.app.browser(&world.member).await;
    for day in 16..21 {
        shift(&world, &mut member, &format!("2026-11-{day}"), "08:00", "19:00", &[]).await.expect_status(303);
    }
    recompute(&world);
    let mut manager = world.app.browser(&world.manager).await;
    let page = manager.get("/team/working-time").await.expect_status(200);
    page.expect_text("1 over the limit").expect_text("Over the limit").expect_text("55.00");
    let of = format!("/team/working-time/{}", world.member.id);
    manager.get(&of).await.expect_status(200).expect_text("Over the weekly limit: 55.00");
    manager.get(&format!("{of}/hours")).await.expect_status(200).expect_text("55 h");
    world.app.clock.advance(SignedDuration::from_mins(1));
    let csv = manager.get("/team/working-time.csv").await.expect_status(200);
    assert!(csv.body.contains("55.00,-7.00,over"), "{}", csv.body);
    for (somebody, status) in [
        (&world.colleague, 404),
        (&world.other_manager, 404),
        (&world.hr, 200),
        (&world.administrator, 403),
        (&world.auditor, 403),
        (&world.stranger, 404),
    ] {
        let mut other = world.app.browser(somebody).await;
        other.get(&of).await.expect_status(status);
        other.get(&format!("{of}/hours")).await.expect_status(status);
    }
    let audited = world.app.audited();
    for action in ["worktime.group-add", "worktime.assign", "worktime.list", "worktime.read", "worktime.export"] {
        assert!(audited.iter().any(|found| found == action), "{action} in {audited:?}");
    }
}

#[actix_web::test]
async fn the_database_keeps_what_the_pages_refuse() {
    let world = World::new();
    group(&world, "warn").await;
    let mut member = world.app.browser(&world.member).await;
    member.get("/working-time/declarations").await;
    let agreed = [("from_on", "2026-11-22"), ("agreed", "yes")];
    member.post("/working-time/declarations/opt-outs", &agreed).await.expect_status(303);
    recompute(&world);
    let (org, me) = (world.founded.organisation, world.member.id);
    let read = |who: Context| {
        world.app.raw(who, &format!("select count(*) from working_time_figures where person_id = '{me}'"))
    };
    for (who, sees) in [
        ((&world.member).into(), true),
        ((&world.manager).into(), true),
        ((&world.hr).into(), true),
        ((&world.colleague).into(), false),
        ((&world.other_manager).into(), false),
        ((&world.administrator).into(), false),
        ((&world.auditor).into(), false),
        ((&world.stranger).into(), false),
        (Context::System(org, "import"), false),
        (Context::System(org, "working-time"), true),
        (Context::None, false),
    ] {
        let found = read(who).unwrap_or_default();
        assert_eq!(found.first().is_some_and(|count| count != "0"), sees, "{who:?}: {found:?}");
    }
    let unit = world.hillside;
    let forged = [
        // Nobody writes figures by hand, not even their own.
        format!("update working_time_figures set average_hundredths = 0 where person_id = '{me}'"),
        format!("delete from working_time_figures where person_id = '{me}'"),
        // Nobody opts out for another, moves an opt-out, or shortens its notice.
        format!(
            "insert into opt_outs (organisation_id, id, person_id, unit_id, from_on, notice_days, declared_at) \
             values ('{org}', gen_random_uuid(), '{}', '{unit}', '2026-11-22', 7, now())",
            world.colleague.id
        ),
        "update opt_outs set from_on = '2020-01-01'".to_owned(),
        "update opt_outs set notice_given_on = '2026-11-22', last_on = '2026-11-23'".to_owned(),
        "delete from opt_outs".to_owned(),
        // Nobody says of themself to which group they belong.
        format!(
            "insert into working_terms (organisation_id, person_id, from_on, unit_id, group_id, employed_on, set_by, set_at) \
             select '{org}', '{me}', '2026-11-01', '{unit}', id, '2026-11-01', '{me}', now() from contract_groups"
        ),
        "update contract_groups set action = 'off'".to_owned(),
        "select app_working_time_all()::text".to_owned(),
        "select app_working_time_everybody()::text".to_owned(),
    ];
    for statement in &forged {
        let outcome = world.app.raw_write(&world.member, statement);
        assert!(outcome.as_ref().map_or(true, |rows| *rows == 0), "{statement}: {outcome:?}");
    }
    for statement in &forged[..6] {
        for somebody in [&world.manager, &world.hr, &world.administrator, &world.stranger] {
            let outcome = world.app.raw_write(somebody, statement);
            assert!(outcome.as_ref().map_or(true, |rows| *rows == 0), "{}: {statement}: {outcome:?}", somebody.name);
        }
    }
}
