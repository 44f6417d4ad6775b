//! What there is for plugins to read, and the reports that come with Watchroom, over the real database: each is asked for
//! by people who may read different things, and its figures are worked out here by hand.

mod working_time;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use watchroom::competence::standing_rules::{Best, State};
use watchroom::extensions::data_sets;
use watchroom::plugin_host::{Loaded, Manifest};

use super::plugins::{World, built, work};
use crate::support::{Somebody, TestApp};

/// The day of the tests' clock.
const TODAY: Date = date(2026, 11, 22);

const NOVEMBER: [&str; 2] = ["2026-11-01", "2026-11-30"];

fn manifest(name: &str) -> Manifest {
    Loaded::inspect(&built(name), 8 << 20).expect("a plugin").manifest
}

/// `data_set.column` of what a plugin asks for; what is personal only if it is wanted.
fn asked(name: &str, personal: bool) -> Vec<String> {
    let catalogue = data_sets::catalogue();
    let manifest = manifest(name);
    let columns = manifest.data_sets.iter().flat_map(|set| set.columns.iter().map(|column| (&set.name, column)));
    columns
        .filter(|(set, column)| {
            let column = catalogue.data_set(set).and_then(|set| set.column(column)).expect("it exists");
            personal || !column.personal
        })
        .map(|(set, column)| format!("{set}.{column}"))
        .collect()
}

/// Installs a plugin with what it asks for; its address.
async fn installed(world: &mut World<'_>, name: &str, personal: bool) -> String {
    let address = world.upload(name).await;
    let columns = asked(name, personal);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    world.grant(&address, &columns).await;
    world.enable(&address).await;
    address
}

/// What a report says: its page, and its tables as CSV with `\n` between the lines.
struct Said {
    page: String,
    csv: String,
}

impl Said {
    /// Every one of these is a line of the tables.
    fn has(&self, lines: &[&str]) -> &Self {
        for line in lines {
            assert!(self.csv.lines().any(|said| said == *line), "no line {line:?} in\n{}", self.csv);
        }
        self
    }

    /// None of these words is anywhere.
    fn has_no(&self, words: &[&str]) -> &Self {
        for word in words {
            assert!(!self.page.contains(word) && !self.csv.contains(word), "{word} in\n{}\n{}", self.page, self.csv);
        }
        self
    }

    fn says(&self, sentence: &str) -> &Self {
        assert!(self.page.contains(sentence), "no {sentence:?} in\n{}", self.page);
        self
    }
}

/// The report of a plugin for somebody about a period, with everything that they may see.
async fn report(world: &World<'_>, who: &Somebody, plugin: &str, period: [&str; 2]) -> Said {
    let mut client = world.app.browser(who).await;
    let address = world.ask_of(&mut client, plugin, "", period).await;
    work(world.app);
    let page = client.get(&address).await.expect_status(200).text();
    let csv = client.get(&format!("{address}/report.csv")).await.expect_status(200).body;
    Said { page, csv: csv.trim_start_matches('\u{feff}').replace("\r\n", "\n") }
}

/// Says what the plugin that reads any columns reads.
async fn aim(world: &mut World<'_>, reader: &str, data_set: &str, columns: &[&str]) {
    let columns = columns.join(",");
    let client = &mut world.administrator;
    client.get(&format!("{reader}/settings")).await.expect_status(200);
    let fields = [("setting-data_set", data_set), ("setting-columns", columns.as_str())];
    client.post(&format!("{reader}/settings"), &fields).await.expect_status(303);
}

/// A duty of somebody's from a moment on, written as the superuser.
fn worked(app: &TestApp, somebody: &Somebody, started_on: &str, started_at: &str, minutes: i32) {
    let Somebody { id, organisation, unit, .. } = somebody;
    app.database.superuser(&format!(
        "insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, \
           source, created_at, created_by, changed_at) \
         select '{organisation}', gen_random_uuid(), '{id}', '{unit}', at, at + interval '{minutes} minutes', \
           '{started_on}', (select id from duty_kinds where organisation_id = '{organisation}' and level = 1 limit 1), \
           'manual', now(), '{id}', now() \
         from (values (timestamptz '{started_at}')) as v(at)"
    ));
}

#[actix_web::test]
async fn every_column_of_every_data_set_can_be_read_in_rows_and_groups() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let reader = installed(&mut world, "column-reader", true).await;
    let catalogue = data_sets::catalogue();
    for set in &catalogue.data_sets {
        let columns: Vec<&str> = set.columns.iter().map(|column| column.name).collect();
        aim(&mut world, &reader, set.name, &columns).await;
        for who in [&world.hr, &world.manager, &world.member] {
            let said = report(&world, who, &reader, NOVEMBER).await;
            let found =
                said.csv.lines().filter(|line| columns.iter().any(|name| line.starts_with(&format!("{name},"))));
            // The header of the rows may begin so as well.
            assert!(found.count() >= columns.len(), "{}: {}\n{}", set.name, said.page, said.csv);
        }
    }
}

#[actix_web::test]
async fn night_is_what_passes_between_eleven_and_six_whatever_the_clocks_do() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let reader = installed(&mut world, "column-reader", true).await;
    aim(&mut world, &reader, "duties", &["minutes", "night_minutes", "night"]).await;
    let member = &world.member;
    // On 25 October 2026 the clocks go back at 02:00 BST: the night has eight hours. 22:30 BST to 06:31 GMT.
    worked(&app, member, "2026-10-24", "2026-10-24 21:30:00Z", 541);
    // On 29 March 2026 they go forward: it has six. 23:00 GMT to 06:00 BST.
    worked(&app, member, "2026-03-28", "2026-03-28 23:00:00Z", 360);
    // An evening: one hour, which makes no night. And a morning from four on: two.
    worked(&app, member, "2026-01-10", "2026-01-10 15:00:00Z", 540);
    worked(&app, member, "2026-01-13", "2026-01-13 04:00:00Z", 481);
    // A whole day from 07:00: the seven hours of one night. From 01:00: five of one and one of the next.
    worked(&app, member, "2026-01-15", "2026-01-15 07:00:00Z", 1_440);
    worked(&app, member, "2026-01-20", "2026-01-20 01:00:00Z", 1_380);
    let said = report(&world, member, &reader, ["2026-01-01", "2026-10-31"]).await;
    let of = ["541,480,true", "360,360,true", "540,60,false", "481,120,false", "1440,420,true", "1380,360,true"];
    said.has(&of);
}

#[actix_web::test]
async fn workload_adds_up_what_its_reader_may_see() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = installed(&mut world, "workload", false).await;
    let member = &world.member;
    // Beside the 8 hours of Monday 16 November: a night of 10 hours, and three days of 13 hours. 57 hours in the week.
    worked(&app, member, "2026-11-17", "2026-11-17 21:00:00Z", 600);
    for day in [19, 20, 21] {
        worked(&app, member, &format!("2026-11-{day}"), &format!("2026-11-{day} 06:00:00Z"), 780);
    }
    let hr = report(&world, &world.hr, &plugin, NOVEMBER).await;
    hr.has(&[
        "Hours worked,3780,minutes",
        "Duties,7,",
        "Nights,1,",
        "Late finishes,3,",
        "Weeks over 48 hours,33.3,% (1 of 3 weeks of one person)",
        "2026-11-16,3660,120,3780",
        "Harbour,1,120,0,0,1,0,0",
        "Hillside,6,3660,1,3,2,1,50",
        "No category,7,3780",
    ]);
    let manager = report(&world, &world.manager, &plugin, NOVEMBER).await;
    manager.has(&["Hillside,6,3660,1,3,2,1,50", "2026-11-16,3660,3660"]).has_no(&["Harbour"]);
    let own = report(&world, member, &plugin, NOVEMBER).await;
    own.has(&["Hillside,5,3420,1,3,1,1,100"]).has_no(&["Harbour"]);
    let empty = report(&world, &world.hr, &plugin, ["2025-01-01", "2025-01-31"]).await;
    empty.says("No duty was recorded in this period.");
}

/// An entry of somebody's; its id.
fn learned(
    app: &TestApp,
    somebody: &Somebody,
    kind: &str,
    minutes: Option<i32>,
    standards: i16,
    shared: bool,
) -> String {
    let Somebody { id, organisation, unit, .. } = somebody;
    let entry = uuid::Uuid::now_v7();
    let minutes = minutes.map_or_else(|| "null".to_owned(), |minutes| minutes.to_string());
    app.database.superuser(&format!(
        "insert into cpd_entries (organisation_id, id, person_id, unit_id, kind, title, started_on, minutes, outcome, \
           reflection, standards, shared, created_at, changed_at) \
         values ('{organisation}', '{entry}', '{id}', '{unit}', '{kind}', 'Rope rescue', '2026-11-10', {minutes}, \
           'Knots', 'I was afraid', {standards}, {shared}, now(), now())"
    ));
    entry.to_string()
}

/// That somebody is asked to confirm an entry of another's, or did so.
fn confirmation(app: &TestApp, entry: &str, whose: &Somebody, by: &Somebody, confirmed: bool) {
    let (state, revision, at) = if confirmed { ("confirmed", "1", "now()") } else { ("asked", "null", "null") };
    app.database.superuser(&format!(
        "insert into cpd_requests (organisation_id, id, entry_id, person_id, verifier_id, title, state, revision, asked_at, \
           answered_at) \
         values ('{}', gen_random_uuid(), '{entry}', '{}', '{}', 'Rope rescue', '{state}', {revision}, now(), {at})",
        whose.organisation, whose.id, by.id
    ));
}

#[actix_web::test]
async fn cpd_counts_what_was_shared_and_never_a_word_of_it() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = installed(&mut world, "cpd-and-certificates", false).await;
    let World { member, colleague, other, manager, hr, .. } = &world;
    let shared = learned(&app, member, "work-based", Some(90), 0b00011, true);
    let unshared = learned(&app, member, "formal", Some(60), 0b00100, false);
    learned(&app, colleague, "formal", None, 0b00001, true);
    learned(&app, other, "other", Some(30), 0, true);
    confirmation(&app, &shared, member, manager, true);
    confirmation(&app, &unshared, member, other, false);
    let words = ["Rope rescue", "Knots", "afraid"];

    let said = report(&world, manager, &plugin, NOVEMBER).await;
    said.has(&["Entries,2,", "Hours,90,minutes", "Confirmed by somebody,1,"]);
    said.has(&["Hillside,Work-based,1,90,1", "Hillside,Formal or educational,1,0,0", "1,2", "2,1", "3,0"]);
    said.has_no(&["Harbour"]).has_no(&words);
    let said = report(&world, member, &plugin, NOVEMBER).await;
    said.has(&["Hillside,Work-based,1,90,1", "Hillside,Formal or educational,1,60,0", "3,1"]).has_no(&words);
    // Whoever is asked to confirm an entry reads it, and does not count it.
    let said = report(&world, other, &plugin, NOVEMBER).await;
    said.has(&["Entries,1,", "Harbour,Other,1,30,0"]).has_no(&["Hillside,Formal"]);
    // HR reads certificates and no CPD.
    let said = report(&world, hr, &plugin, NOVEMBER).await;
    said.says("No CPD entry that you may read ended in this period.").has_no(&["Work-based"]);
    // An entry that was changed since it was confirmed is confirmed no more; one of another month is not counted.
    app.database.superuser(&format!("update cpd_entries set revision = 2 where id = '{shared}'"));
    report(&world, manager, &plugin, NOVEMBER).await.has(&["Hillside,Work-based,1,90,0"]);
    let empty = report(&world, manager, &plugin, ["2026-10-01", "2026-10-31"]).await;
    empty.says("No CPD entry that you may read ended in this period.");
    empty.says("Nobody whose certificates you may read needs a competence.");
}

/// A kind of competence; its id.
fn kind(world: &World<'_>, name: &str, effect: &str, grace_days: i32) -> String {
    let (id, organisation) = (uuid::Uuid::now_v7(), world.founded.organisation);
    world.app.database.superuser(&format!(
        "insert into competence_kinds (organisation_id, id, name, grace_days, effect, created_at) \
         values ('{organisation}', '{id}', '{name}', {grace_days}, '{effect}', now())"
    ));
    id.to_string()
}

/// Makes everybody need a kind.
fn needed(world: &World<'_>, kind: &str) {
    world.app.database.superuser(&format!(
        "insert into competence_needs (organisation_id, id, kind_id, created_at) \
         values ('{}', gen_random_uuid(), '{kind}', now())",
        world.founded.organisation
    ));
}

/// A certificate of somebody's, with its last day if it has one; ended or not.
fn certificate(app: &TestApp, somebody: &Somebody, kind: &str, expires_on: Option<Date>, ended: bool) {
    let expires_on = expires_on.map_or_else(|| "null".to_owned(), |day| format!("'{day}'"));
    let ended = if ended { "'2026-11-01', 'Failed the reassessment'" } else { "null, null" };
    app.database.superuser(&format!(
        "insert into certificates (organisation_id, id, person_id, unit_id, kind_id, awarded_on, expires_on, ended_on, \
           ended_reason, recorded_by, recorded_at, changed_at) \
         values ('{}', gen_random_uuid(), '{}', '{}', '{kind}', '2020-01-01', {expires_on}, {ended}, '{1}', now(), now())",
        somebody.organisation, somebody.id, somebody.unit
    ));
}

#[actix_web::test]
async fn certificates_are_counted_by_unit_and_whoever_is_off_the_run_once() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = installed(&mut world, "cpd-and-certificates", false).await;
    let World { member, colleague, manager, hr, .. } = &world;
    let apparatus = kind(&world, "Breathing apparatus", "off-the-run", 10);
    let driving = kind(&world, "Driving", "off-the-run", 0);
    needed(&world, &apparatus);
    needed(&world, &driving);
    certificate(&app, member, &apparatus, Some(date(2026, 12, 1)), false);
    certificate(&app, member, &driving, None, false);
    certificate(&app, colleague, &apparatus, Some(date(2026, 11, 15)), false);
    certificate(&app, colleague, &driving, None, true);
    certificate(&app, manager, &apparatus, Some(date(2026, 10, 1)), false);

    // The manager lacks both and is one person off the run; the colleague's driving was taken away.
    let said = report(&world, manager, &plugin, NOVEMBER).await;
    said.has(&[
        "Needed,6,of one person and competence each",
        "Counting today,50,%",
        "Ending within 90 days,1,",
        "\"Lapsed, withdrawn or missing\",3,",
        "People off the run,2,",
        "Hillside,6,1,1,1,2,1,2",
        "Hillside,Breathing apparatus,3,0,1,1,1,0",
        "Hillside,Driving,3,1,0,0,1,1",
    ]);
    said.has_no(&["Harbour", "Failed the reassessment"]);
    report(&world, member, &plugin, NOVEMBER).await.has(&["Hillside,2,1,1,0,0,0,0"]);
    report(&world, hr, &plugin, NOVEMBER).await.has(&["Harbour,2,0,0,0,0,2,1", "Hillside,6,1,1,1,2,1,2"]);
    // Whoever has left needs nothing, and what they had is in no count.
    app.database.superuser(&format!("update people set left_at = now() where id = '{}'", colleague.id));
    report(&world, hr, &plugin, NOVEMBER).await.has(&["Harbour,2,0,0,0,0,2,1", "Hillside,4,1,1,0,1,1,1"]);
}

#[actix_web::test]
async fn a_certificate_counts_in_a_report_as_it_counts_everywhere() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let reader = installed(&mut world, "column-reader", true).await;
    aim(&mut world, &reader, "certificates", &["competence", "state", "counts"]).await;
    let mut expected = Vec::new();
    for (number, left) in [-40_i64, -11, -10, -9, -1, 0, 1, 89, 90, 91, 400].into_iter().enumerate() {
        for grace in [0, 10] {
            let name = format!("Kind {number} with {grace}");
            let id = kind(&world, &name, "none", grace);
            let last = TODAY.saturating_add(left.days());
            certificate(&app, &world.member, &id, Some(last), false);
            // Neither an older one nor one that was ended changes what counts.
            certificate(&app, &world.member, &id, Some(last.saturating_sub(500.days())), false);
            certificate(&app, &world.member, &id, None, true);
            let state = State::of(Best::Until(last), grace, TODAY);
            let word = match state {
                State::Valid(_) => "valid",
                State::Ending(..) => "ending",
                State::Grace(..) => "grace",
                State::Lapsed(_) => "lapsed",
                State::Withdrawn | State::Missing => unreachable!("it has a last day"),
            };
            expected.push(format!("{name},{word},{}", state.counts()));
        }
    }
    let (ever, ended, missing) =
        (kind(&world, "Ever", "none", 0), kind(&world, "Ended", "none", 0), kind(&world, "None", "none", 0));
    certificate(&app, &world.member, &ever, Some(date(2020, 2, 1)), false);
    certificate(&app, &world.member, &ever, None, false);
    certificate(&app, &world.member, &ended, None, true);
    needed(&world, &missing);
    expected.extend(["Ever,valid,true", "Ended,withdrawn,false", "None,missing,false"].map(str::to_owned));
    let said = report(&world, &world.member, &reader, NOVEMBER).await;
    said.has(&expected.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Writes as the superuser without what the tables set off: the figures are to be those of the test, not of the engine.
fn put(world: &World<'_>, statements: &str) {
    world.app.database.superuser(&format!(
        "set session_replication_role = replica; {statements}; set session_replication_role = origin"
    ));
}

#[actix_web::test]
async fn exposures_are_counts_of_five_people_or_more_in_months_that_are_over() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = installed(&mut world, "column-reader", true).await;
    let hillside = world.hillside;
    let reader = app.person_called(&world.founded, "reader", "member", hillside);
    app.grant(&world.founded, &reader, "exposure-reader", Some(hillside));
    let more = ["one", "two"].map(|handle| app.person_called(&world.founded, handle, "member", hillside));
    let people = [&world.member, &world.colleague, &world.manager, &more[0], &more[1]];
    let exposed = |who: &Somebody, kind: &str, day: &str, confirmed: bool| {
        put(
            &world,
            &format!(
                "insert into exposures (organisation_id, id, person_id, unit_id, kind, happened_on, confirmed, created_at, \
                   changed_at) \
                 values ('{}', gen_random_uuid(), '{}', '{}', '{kind}', '{day}', {confirmed}, now(), now())",
                who.organisation, who.id, who.unit
            ),
        );
    };
    for who in people {
        exposed(who, "contaminant", "2026-10-31", true);
        exposed(who, "contaminant", "2026-11-01", true);
        exposed(who, "traumatic", "2026-10-05", true);
        exposed(who, "hazardous", "2026-10-05", who.id != people[4].id);
    }
    // Six of biological agents, but of four people; and one more of the first, whose person is counted once.
    for who in [people[0], people[0], people[0], people[1], people[2], people[3]] {
        exposed(who, "biological", "2026-10-05", true);
    }
    exposed(people[0], "contaminant", "2026-10-01", true);
    aim(&mut world, &plugin, "exposures", &["month", "unit", "kind", "exposures", "people"]).await;
    let period = ["2026-10-01", "2026-11-30"];
    let said = report(&world, &reader, &plugin, period).await;
    said.has(&["1 October 2026,Hillside,contaminant,6,5", "kind,1,1,", "exposures,1,1,6"]);
    said.has_no(&["hazardous", "biological", "traumatic", "November 2026,"]);
    // A shorter period cuts no piece out of a month: it has none that begins in it.
    report(&world, &reader, &plugin, ["2026-10-02", "2026-10-31"]).await.has(&["kind,0,0,"]);
    for who in [&world.hr, &world.manager, &world.member] {
        report(&world, who, &plugin, period).await.has(&["kind,0,0,"]);
    }
    // A month later the next month is over.
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 10));
    let later = report(&world, &reader, &plugin, period).await;
    later.has(&["1 November 2026,Hillside,contaminant,5,5"]);
}
