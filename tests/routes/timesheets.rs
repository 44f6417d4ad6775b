//! Timesheets and approvals: submitting, deciding, standing in, reopening, and what is locked, as everybody who might try.

mod deciding;
mod payroll;
mod sums;

use jiff::civil::date;
use jiff::{SignedDuration, ToSpan};
use uuid::Uuid;
use watchroom::jobs::{Job, Stopping};
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::{JobId, OrganisationId};
use watchroom::timesheets::rules::period::{Calendar, PeriodKind, Rule};

use super::duties::World;
use crate::support::{Answer, Client, Context, Somebody};

/// Tables that a refusal must leave as they were.
const TABLES: &[&str] = &["timesheets", "timesheet_events", "duties", "approval_delegations"];

/// The week of 16 November 2026 is over: it is Monday.
pub struct Hours {
    pub world: World,
}

impl Hours {
    pub fn new() -> Self {
        let world = World::new();
        world.app.database.superuser(&format!(
            "insert into timesheet_rules values ('{}', '2026-10-19', 'week', 7, 3, '{}', now())",
            world.founded.organisation, world.founded.administrator
        ));
        world.app.clock.advance(SignedDuration::from_hours(24));
        Self { world }
    }

    /// Logs a duty of somebody's on a day of that week, 07:00 to 19:00 with half an hour of breaks; its id.
    pub async fn log(&self, client: &mut Client<'_>, day: &str) -> String {
        self.world.log(client, &[("date", day)]).await.expect_status(303);
        self.world.app.database.superuser_texts("select id from duties order by id desc limit 1")[0].clone()
    }

    /// Submits the week and gives the sheet's id.
    pub async fn submit(&self, client: &mut Client<'_>, who: &Somebody) -> String {
        client.get("/timesheets/period/2026-11-16").await.expect_status(200);
        client.post("/timesheets/period/2026-11-16", &[]).await.expect_status(303);
        self.sheet(who)
    }

    /// The sheet of somebody's week.
    pub fn sheet(&self, who: &Somebody) -> String {
        let query = format!("select id from timesheets where person_id = '{}' and period_from = '2026-11-16'", who.id);
        self.world.app.database.superuser_texts(&query)[0].clone()
    }

    /// Opens a sheet and approves what is shown.
    pub async fn approve(&self, client: &mut Client<'_>, sheet: &str) -> Answer {
        let mark = client.get(&format!("/timesheets/{sheet}")).await.expect_status(200).field("mark");
        client.post(&format!("/timesheets/{sheet}/approve"), &[("mark", &mark)]).await
    }

    /// A duty of the member's on the 21st in a week that their manager approved: duty and sheet.
    pub async fn locked(&self) -> (String, String) {
        let mut member = self.world.app.browser(&self.world.member).await;
        let duty = self.log(&mut member, "2026-11-21").await;
        let sheet = self.submit(&mut member, &self.world.member).await;
        let mut manager = self.world.app.browser(&self.world.manager).await;
        self.approve(&mut manager, &sheet).await.expect_status(303);
        (duty, sheet)
    }

    pub fn state(&self, sheet: &str) -> String {
        self.world.app.database.superuser_texts(&format!("select state from timesheets where id = '{sheet}'"))[0]
            .clone()
    }

    /// Does the jobs about hours that are due, each as often as it is said to have been begun.
    pub fn do_jobs(&self, times: u32) {
        let app = &self.world.app;
        let due = format!(
            "select json_build_object('id', id, 'organisation', organisation_id, 'kind', kind, 'payload', payload) \
             from jobs where (kind like 'hours.%' or kind like 'notice.%') and run_at <= '{}' order by run_at, id",
            app.clock.now()
        );
        let handlers = app.parts.handlers();
        for text in app.database.superuser_texts(&due) {
            let row: serde_json::Value = serde_json::from_str(&text).expect("JSON");
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
            for _ in 0..times {
                std::thread::scope(|scope| {
                    scope.spawn(|| handler(&job, &Stopping::default())).join().expect("no panic")
                })
                .expect("the job is done");
            }
            app.database.superuser(&format!("delete from jobs where id = '{}'", job.id));
        }
    }

    /// What was written about hours so far: kind and whom.
    pub fn told(&self) -> Vec<String> {
        self.world.app.database.superuser_texts(
            "select o.kind || ' ' || p.given_name from mail_outbox o join people p on p.id = o.person_id \
             where o.kind like 'hours-%' order by o.created_at, 1",
        )
    }
}

fn refused(result: &Result<usize, String>) -> bool {
    !matches!(result, Ok(changed) if *changed > 0)
}

#[actix_web::test]
async fn hours_are_submitted_returned_submitted_again_approved_and_locked() {
    let hours = Hours::new();
    let world = &hours.world;
    let mut member = world.app.browser(&world.member).await;
    let duty = hours.log(&mut member, "2026-11-21").await;
    let own = member.get("/timesheets").await.expect_text("16 to 22 November 2026").expect_text("Not submitted");
    assert_eq!(own.link("16 to 22 November 2026").as_deref(), Some("/timesheets/period/2026-11-16"));
    // The week that is running asks first.
    member.post("/timesheets/period/2026-11-23", &[]).await.expect_status(422).expect_text("no more duties");
    member.post("/timesheets/period/2026-11-30", &[]).await.expect_status(409).expect_text("not begun");
    member.post("/timesheets/period/2026-11-17", &[]).await.expect_status(404);
    let sheet = hours.submit(&mut member, &world.member).await;
    member.post("/timesheets/period/2026-11-16", &[]).await.expect_status(303);
    assert_eq!(world.app.rows("timesheet_events"), 1, "sending it twice submits once");

    let mut manager = world.app.browser(&world.manager).await;
    let queue = manager.get("/approvals").await.expect_text("Jo Tester").expect_text("1 timesheet, 11 h 30 min");
    assert!(queue.link("Jo Tester").is_some_and(|to| to == format!("/timesheets/{sheet}")));
    let page = format!("/timesheets/{sheet}");
    manager.get(&page).await.expect_text("Chimney fire").expect_no_text("Slept badly").expect_no_text("Two pumps");
    manager.post(&format!("{page}/return"), &[("reason", " ")]).await.expect_status(422).expect_text("Say why");
    manager.post(&format!("{page}/return"), &[("reason", "The night is missing")]).await.expect_status(303);
    member.get("/timesheets").await.expect_text("Returned").expect_text("The night is missing");
    hours.log(&mut member, "2026-11-20").await;
    hours.submit(&mut member, &world.member).await;

    hours.approve(&mut manager, &sheet).await.expect_status(303);
    manager
        .get(&page)
        .await
        .expect_text("Approved: 23 h and 2 duties.")
        .expect_text("Returned, 11 h 30 min and 1 duty");
    // A second tab finds that it has moved on.
    manager.post(&format!("{page}/approve"), &[("mark", "x")]).await.expect_status(409).expect_text("Open it again");
    manager.post(&format!("{page}/return"), &[("reason", "Late")]).await.expect_status(409);
    member.post(&format!("{page}/withdraw"), &[]).await.expect_status(409);
    assert_eq!(hours.state(&sheet), "approved");

    // Its duties stay, and the page says what to do instead.
    let before = world.app.state_of(TABLES);
    member.get(&format!("/duties/{duty}")).await.expect_text("Propose a correction").expect_no_text("Delete this duty");
    let edit = [("revision", "1"), ("reason", "Later"), ("end", "20:00")];
    world
        .post(&mut member, &format!("/duties/{duty}/edit"), &edit)
        .await
        .expect_status(409)
        .expect_text("are approved");
    let gone = [("revision", "1"), ("reason", "Twice")];
    member.post(&format!("/duties/{duty}/delete"), &gone).await.expect_status(409);
    world.log(&mut member, &[("date", "2026-11-19")]).await.expect_status(422).expect_text("are approved");
    assert_eq!(world.app.state_of(TABLES), before);
    // The note that is theirs alone stays theirs.
    member.get(&format!("/duties/{duty}/private-note")).await.expect_status(200);
    let note = [("private_note", "Better now")];
    member.post(&format!("/duties/{duty}/private-note"), &note).await.expect_status(303);
    let moves = "select state || ' ' || minutes || ' ' || moved_by_name from timesheet_events order by revision";
    assert_eq!(
        world.app.database.superuser_texts(moves),
        ["submitted 690 Jo Tester", "returned 690 Max Tester", "submitted 1380 Jo Tester", "approved 1380 Max Tester"]
    );
}

#[actix_web::test]
async fn the_database_keeps_what_was_approved_whoever_asks_in_sql() {
    let hours = Hours::new();
    let world = &hours.world;
    let (duty, sheet) = hours.locked().await;
    let mut member = world.app.browser(&world.member).await;
    world.log(&mut member, &[("date", "2026-11-14")]).await.expect_status(303);
    let open = world.app.database.superuser_texts("select id from duties where started_on = '2026-11-14'")[0].clone();
    let (org, me) = (world.founded.organisation, world.member.id);
    let add = |day: &str| {
        format!(
            "insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, source, \
                 created_at, created_by, changed_at) \
               select organisation_id, '{}', person_id, unit_id, '{day}T02:00Z', '{day}T03:00Z', '{day}', type_id, 'manual', \
                 now(), person_id, now() from duties where id = '{duty}'",
            Uuid::now_v7()
        )
    };
    assert_eq!(world.app.raw_write(&world.member, &add("2026-11-13")), Ok(1), "another week is open");
    for statement in [
        add("2026-11-19"),
        format!("update duties set break_minutes = 0, revision = revision + 1 where id = '{duty}'"),
        format!("update duties set deleted_at = now() where id = '{duty}'"),
        format!(
            "update duties set started_at = started_at - interval '7 days', ended_at = ended_at - interval '7 days', \
                 started_on = started_on - 7 where id = '{duty}'"
        ),
        format!(
            "update duties set started_at = started_at + interval '5 days', ended_at = ended_at + interval '5 days', \
                 started_on = started_on + 5 where id = '{open}'"
        ),
        format!("delete from duty_shared_notes where duty_id = '{duty}'"),
        format!("update duty_shared_notes set note = 'Other' where duty_id = '{duty}'"),
        format!("delete from duties where id = '{duty}'"),
        format!("update timesheets set state = 'submitted', moved_by = '{me}' where id = '{sheet}'"),
        format!("update timesheets set state = 'reopened', reason = 'x', moved_by = '{me}' where id = '{sheet}'"),
        format!("update timesheets set approved_minutes = 1 where id = '{sheet}'"),
        format!("delete from timesheets where id = '{sheet}'"),
        format!("delete from timesheet_events where timesheet_id = '{sheet}'"),
        format!("update timesheet_events set minutes = 1 where timesheet_id = '{sheet}'"),
        format!(
            "insert into timesheet_events (organisation_id, timesheet_id, revision, state, minutes, duties, moved_at, \
                 moved_by, moved_by_name) values ('{org}', '{sheet}', 9, 'approved', 1, 1, now(), '{me}', 'x')"
        ),
    ] {
        assert!(refused(&world.app.raw_write(&world.member, &statement)), "{statement}");
    }
    let said = world.app.raw_write(&world.member, &add("2026-11-19")).expect_err("locked");
    assert!(said.contains("approved and locked"), "{said}");
    // Not even those who configure cut through what was submitted.
    let rule = format!("delete from timesheet_rules where organisation_id = '{org}'");
    assert!(refused(&world.app.raw_write(&world.administrator, &rule)));
    // A sheet for days that are no period, or with hours of one's own invention.
    let sheet = |first: &str, last: &str| {
        format!(
            "insert into timesheets (organisation_id, id, person_id, unit_id, period_from, period_to, state, moved_at, moved_by, \
                 submitted_at, submitted_minutes) values ('{org}', '{}', '{me}', '{}', '{first}', '{last}', 'submitted', now(), \
                 '{me}', now(), 60000) returning submitted_minutes",
            Uuid::now_v7(),
            world.harbour
        )
    };
    assert!(refused(&world.app.raw_write(&world.member, &sheet("2026-11-10", "2026-11-16"))));
    world.app.raw_committed(&world.member, &sheet("2026-11-09", "2026-11-15")).expect("a period");
    let counted = "select submitted_minutes || ' ' || (unit_id = (select unit_id from people p where p.id = person_id)) \
                   from timesheets where period_from = '2026-11-09'";
    assert_eq!(world.app.database.superuser_texts(counted), ["690 true"], "the database counts and places it itself");
}

#[actix_web::test]
async fn a_period_has_the_same_days_in_the_program_and_the_database_and_duties_fall_by_the_clock_on_the_wall() {
    let hours = Hours::new();
    let world = &hours.world;
    let (org, admin) = (world.founded.organisation, world.founded.administrator);
    world.app.database.superuser(&format!(
        "insert into timesheet_rules values ('{org}', '2027-01-01', 'month', 7, 3, '{admin}', now()), \
             ('{org}', '2027-03-29', 'week', 7, 3, '{admin}', now())"
    ));
    let rule = |starts_on, period| Rule { starts_on, period, late_days: 7, due_days: 3 };
    let calendar = Calendar::new(vec![
        rule(date(2026, 10, 19), PeriodKind::Week),
        rule(date(2027, 1, 1), PeriodKind::Month),
        rule(date(2027, 3, 29), PeriodKind::Week),
    ]);
    let days: Vec<String> = date(2026, 10, 10)
        .series(1.day())
        .take(200)
        .map(|day| {
            let period =
                calendar.period(day).map(|period| format!(" {} {}", period.from, period.to)).unwrap_or_default();
            format!("{day}{period}")
        })
        .collect();
    let asked = "select concat_ws(' ', day::date, p.period_from, p.period_to) \
                 from generate_series('2026-10-10'::date, '2027-04-27'::date, interval '1 day') day \
                 left join app_timesheet_period(day::date) p on true order by day";
    assert_eq!(world.app.raw(&world.member, asked), Ok(days));

    // The clocks went back on Sunday 25 October at two: its week has 169 hours.
    let mut member = world.app.browser(&world.member).await;
    for (day, start, end, next) in [
        ("2026-10-18", "23:30", "00:00", "yes"),
        ("2026-10-19", "00:00", "06:00", ""),
        ("2026-10-24", "22:00", "06:00", "yes"),
        ("2026-10-25", "23:30", "07:30", "yes"),
        ("2026-10-26", "07:30", "08:00", ""),
    ] {
        let fields = [("date", day), ("start", start), ("end", end), ("next_day", next), ("breaks", "")];
        world.log(&mut member, &fields).await.expect_status(303);
    }
    let page = member.get("/timesheets/period/2026-10-19").await.expect_status(200);
    page.expect_text("23 h and 3 duties").expect_no_text("07:30 to 08:00");
    member.post("/timesheets/period/2026-10-19", &[]).await.expect_status(303);
    let counted = "select submitted_minutes || ' ' || submitted_duties from timesheets";
    assert_eq!(world.app.database.superuser_texts(counted), ["1380 3"]);
}

#[actix_web::test]
async fn an_approved_sheet_is_reopened_with_a_reason_and_its_duties_with_it() {
    let hours = Hours::new();
    let world = &hours.world;
    let (duty, sheet) = hours.locked().await;
    let page = format!("/timesheets/{sheet}/reopen");
    world.app.browser(&world.hr).await.get(&page).await.expect_status(403);
    world.app.browser(&world.other_manager).await.get(&page).await.expect_status(404);
    let mut manager = world.app.browser(&world.manager).await;
    manager.get(&page).await.expect_text("11 h 30 min approved");
    manager.post(&page, &[("reason", "")]).await.expect_status(422).expect_text("Say why");
    manager.post(&page, &[("reason", "The pump log says 18:00")]).await.expect_status(303);
    manager.post(&page, &[("reason", "Again")]).await.expect_status(409);
    let mut member = world.app.browser(&world.member).await;
    member.get("/timesheets").await.expect_text("Reopened").expect_text("The pump log says 18:00");
    let edit = [("revision", "1"), ("reason", "Pump log"), ("end", "18:00")];
    world.post(&mut member, &format!("/duties/{duty}/edit"), &edit).await.expect_status(303);
    hours.submit(&mut member, &world.member).await;
    hours.approve(&mut manager, &sheet).await.expect_status(303);
    let kept = "select string_agg(state || ' ' || minutes, ', ' order by revision) from timesheet_events";
    let all = "submitted 690, approved 690, reopened 690, submitted 630, approved 630";
    assert_eq!(world.app.database.superuser_texts(kept), [all]);
}

#[actix_web::test]
async fn those_concerned_are_told_once_and_nobody_else() {
    let hours = Hours::new();
    let world = &hours.world;
    let mut member = world.app.browser(&world.member).await;
    hours.log(&mut member, "2026-11-21").await;
    let sheet = hours.submit(&mut member, &world.member).await;
    hours.do_jobs(1);
    assert_eq!(hours.told(), Vec::<String>::new(), "it waits for the morning");
    // The appliance is switched off for two mornings: nothing is lost, and a job that is done twice tells once.
    world.app.clock.advance(SignedDuration::from_hours(49));
    hours.do_jobs(2);
    assert_eq!(hours.told(), ["hours-waiting Max"]);
    world.app.clock.advance(SignedDuration::from_hours(24));
    hours.do_jobs(1);
    assert_eq!(hours.told(), ["hours-waiting Max"], "not every morning");
    world.app.clock.advance(SignedDuration::from_hours(96));
    hours.do_jobs(1);
    assert_eq!(hours.told().len(), 2, "again after a week");
    world.app.clock.advance(SignedDuration::from_secs(60));

    let mut manager = world.app.browser(&world.manager).await;
    manager.get(&format!("/timesheets/{sheet}")).await;
    manager.post(&format!("/timesheets/{sheet}/return"), &[("reason", "Breaks?")]).await.expect_status(303);
    hours.do_jobs(2);
    assert_eq!(hours.told()[2..], ["hours-returned Jo"]);
    let held = "select bool_or(o::text like '%Breaks?%') from mail_outbox o";
    assert_eq!(world.app.database.superuser_texts(held), ["false"], "a message holds no content");
    let stranger = format!("select app_hours_address('{}')", world.manager.id);
    assert_eq!(world.app.raw(&world.member, &stranger), Ok(vec![String::new()]));
    let system = Context::System(world.founded.organisation, "sign-in");
    assert_eq!(world.app.raw(system, &stranger), Ok(vec![String::new()]));
}
