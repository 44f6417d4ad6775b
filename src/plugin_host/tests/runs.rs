//! An honest run, and every way to misbehave.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;

#[test]
fn an_honest_guest_sees_its_request_and_nothing_of_the_run_before() {
    for _ in 0..2 {
        let report = misbehave("honest");
        assert_eq!(report.log, [LogLine { level: LogLevel::Info, text: "hello".into() }]);
        assert_eq!((report.figures.host_calls, report.figures.log_lines, report.figures.rows_read), (2, 1, 0));
        assert!(report.figures.peak_memory_bytes >= 1 << 16, "{:?}", report.figures);
        assert!(report.figures.duration > Duration::ZERO);
        let document = document(report);
        let now = "2026-11-22T10:00:00Z".parse().expect("time");
        let expected =
            [Cell::Integer(1), Cell::Text("Holloway".into()), Cell::Date(date(2026, 11, 1)), Cell::Instant(now)];
        assert_eq!(figures(&document), expected);
    }
}

#[test]
fn a_guest_that_loops_is_stopped_at_its_deadline() {
    let limits = PluginLimits { deadline: Duration::from_millis(200), ..limits() };
    let report = run("loop", &limits, &mut FakePort::of(0));
    assert_eq!(report.outcome, Outcome::Trapped(Stop::Deadline));
    assert!(report.figures.duration < Duration::from_secs(2), "{:?}", report.figures);
    assert_eq!(report.outcome.sentence(), "The plugin was stopped: it took longer than it may.");
    assert_eq!(misbehave("honest").outcome.word(), "done");
}

#[test]
fn a_guest_that_hoards_memory_is_stopped_at_its_limit() {
    let report = misbehave("memory");
    assert_eq!(report.outcome, Outcome::Trapped(Stop::Memory { limit_bytes: 64 << 20 }));
    assert!(report.figures.peak_memory_bytes <= 64 << 20, "{:?}", report.figures);
    assert!(report.outcome.sentence().contains("more than 64.0 MiB of memory"));
    assert_eq!(misbehave("honest").outcome.word(), "done");
}

#[test]
fn a_guest_that_panics_says_why_in_its_log() {
    let report = misbehave("panic");
    assert_eq!(report.outcome, Outcome::Trapped(Stop::Unreachable));
    assert_eq!(report.log[0].level, LogLevel::Error);
    assert!(report.log[0].text.contains("this guest gives up"), "{:?}", report.log);
}

#[test]
fn every_other_way_to_misbehave_ends_with_a_sentence() {
    assert_eq!(stopped("recursion"), Stop::Stack);
    assert_eq!(stopped("enormous_document"), Stop::Output { limit_bytes: 1 << 20 });
    assert_eq!(stopped("huge_log_line"), Stop::Output { limit_bytes: 1 << 20 });
    assert_eq!(stopped("host_calls"), Stop::HostCalls { limit: 20_000 });
    for (behaviour, part) in [
        ("huge_document", "its size in bytes"),
        ("long_table", "the number of rows of \"Rows\" is 20000"),
        ("malformed_document", "row 1 of \"Rows\" has 2 cells under 1 columns"),
        ("not_finite", "not finite"),
        ("outside_the_calendar", "outside the calendar"),
    ] {
        let Stop::Document(sentence) = stopped(behaviour) else { panic!("{behaviour}") };
        assert!(sentence.contains(part), "{behaviour}: {sentence}");
    }
}

#[test]
fn a_guest_gets_only_what_is_granted() {
    let mut port = FakePort::of(10);
    for behaviour in ["not_granted", "not_granted_filter"] {
        assert_eq!(run(behaviour, &limits(), &mut port).outcome, Outcome::Refused(GuestError::Denied));
    }
    assert!(port.queries.is_empty(), "the port was asked");
    assert_eq!(refused("unknown_data_set"), GuestError::NotFound);
    assert!(matches!(refused("injection"), GuestError::Invalid(_)));
    assert_eq!(refused("many_answers"), GuestError::Quota);
    assert_eq!(refused("refuse"), GuestError::Invalid("there is nothing to report".into()));
    assert!(misbehave("refuse").outcome.sentence().ends_with("there is nothing to report."));
}

#[test]
fn log_lines_beyond_the_limit_are_counted_and_dropped() {
    let report = misbehave("log_lines");
    assert_eq!((report.log.len(), report.figures.log_lines), (200, 10_000));
    assert_eq!(report.log[199].text, "line 199");
    assert_eq!(report.outcome.word(), "done");
    let long = &misbehave("log_line").log[0].text;
    assert_eq!(long.chars().count(), 1_000);
    assert!(!long.contains(char::is_control));
}

#[test]
fn rows_come_through_up_to_the_limit() {
    let mut port = FakePort::of(250);
    let report = run("read", &limits(), &mut port);
    assert_eq!(report.figures.rows_read, 250);
    assert_eq!(figures(&document(report)), [Cell::Integer(250)]);
    assert_eq!(port.closed, [Handle(0)]);
    assert_eq!(port.queries[0].period, Some(Period { from: date(2026, 11, 1), to: date(2026, 11, 30) }));

    let report = run("read", &PluginLimits { rows: 150, ..limits() }, &mut FakePort::of(250));
    assert_eq!(report.outcome, Outcome::Refused(GuestError::Quota));
    assert_eq!(report.figures.rows_read, 100);

    // A guest that takes no notice is told again, not that it has reached the end.
    let report = run("read_on", &PluginLimits { rows: 150, ..limits() }, &mut FakePort::of(250));
    assert_eq!(figures(&document(report)), [Cell::Integer(5)]);
}

#[test]
fn a_database_that_fails_is_not_blamed_on_the_plugin() {
    let fails = Some(PortError::Unavailable("connection lost".into()));
    let report = run("read", &limits(), &mut FakePort { fails, ..FakePort::of(10) });
    assert_eq!(report.outcome, Outcome::HostFault("connection lost".into()));
    assert!(!report.outcome.sentence().contains("connection"));
    let report = run("read", &limits(), &mut FakePort { lies: true, ..FakePort::of(10) });
    assert!(matches!(report.outcome, Outcome::HostFault(_)), "{report:?}");
    let fails = Some(PortError::Invalid("the sum is too large".into()));
    let report = run("read", &limits(), &mut FakePort { fails, ..FakePort::of(10) });
    assert_eq!(report.outcome, Outcome::Refused(GuestError::Invalid("the sum is too large".into())));
}

#[test]
fn a_plugin_that_waits_for_the_database_is_stopped_at_its_deadline_too() {
    let limits = PluginLimits { deadline: Duration::from_millis(100), ..limits() };
    let report = run("read", &limits, &mut FakePort { sleeps: Duration::from_millis(400), ..FakePort::of(1_000) });
    assert_eq!(report.outcome, Outcome::Trapped(Stop::Deadline));
    assert!(report.figures.duration < Duration::from_millis(1_500), "{:?}", report.figures);
}

#[test]
fn a_port_that_panics_leaves_nothing_behind() {
    let mut port = FakePort { panics: true, ..FakePort::of(10) };
    let panic = catch_unwind(AssertUnwindSafe(|| run("read", &limits(), &mut port)));
    assert!(panic.is_err());
    for _ in 0..8 {
        assert_eq!(misbehave("honest").outcome.word(), "done", "its place was not given back");
    }
}

#[test]
fn runs_at_the_same_time_do_not_disturb_one_another() {
    let limits = PluginLimits { deadline: Duration::from_millis(300), ..limits() };
    std::thread::scope(|scope| {
        let loops = scope.spawn(|| run("loop", &limits, &mut FakePort::of(0)));
        for _ in 0..5 {
            assert_eq!(misbehave("honest").outcome.word(), "done");
        }
        assert_eq!(loops.join().expect("joins").outcome, Outcome::Trapped(Stop::Deadline));
    });
}

#[test]
fn hours_summary_adds_up() {
    let plugin = Loaded::compile(host(), &guest("hours-summary"), FILE_LIMIT).expect("compiles");
    let manifest = &plugin.inspection.manifest;
    let mut request = request("");
    request.settings = SettingValues::default().complete(&manifest.settings).expect("defaults");
    request.grants = Grants::all_of(manifest);
    let mut port = FakePort::of(12);
    let report = host().run(&plugin, request.clone(), &limits(), &mut port);
    assert_eq!(report.figures.rows_read, 12);
    let done = document(report);
    assert_eq!(done.subtitle.as_deref(), Some("1 November 2026 to 30 November 2026, Holloway"));
    assert_eq!(figures(&done), [Cell::Minutes(7_200), Cell::Integer(12), Cell::Integer(2), Cell::Minutes(600)]);
    let tables = done.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let [weeks, units] = tables.collect::<Vec<_>>().try_into().expect("two tables");
    assert_eq!(weeks.rows.len(), 3);
    assert_eq!(weeks.rows[0][0], Cell::Date(jiff::civil::date(2026, 11, 2)));
    assert_eq!(weeks.rows.iter().map(|row| row[3].clone()).collect::<Vec<_>>(), vec![Cell::Minutes(2_400); 3]);
    let cells = |unit: &str, category: &str, duties, minutes| {
        vec![Cell::Text(unit.into()), Cell::Text(category.into()), Cell::Integer(duties), Cell::Minutes(minutes)]
    };
    assert_eq!(
        units.rows,
        [
            cells("Unit 0", "Training", 6, 3_600),
            cells("Unit 1", "No category", 3, 1_800),
            cells("Unit 1", "Training", 3, 1_800),
        ]
    );
    let chart = done.blocks.iter().find_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    });
    assert_eq!(chart.expect("a chart").labels, ["2 Nov", "9 Nov", "16 Nov"]);
    assert!(matches!(&port.queries[0].shape, Shape::Groups { by, .. } if by == &["unit", "category", "week"]));

    let empty = document(host().run(&plugin, request, &limits(), &mut FakePort::of(0)));
    assert_eq!(empty.blocks, [Block::Paragraph { text: "No duty was recorded in this period.".into() }]);
}

/// Gives the same full batch again and again: next to nothing but the sandbox is measured.
struct CannedPort {
    batch: Batch,
    left: u32,
}

impl Port for CannedPort {
    fn open(&mut self, _: &Query, _: Duration) -> Result<Handle, PortError> {
        Ok(Handle(0))
    }

    fn next_batch(&mut self, _: Handle, _: u32, _: Duration) -> Result<Option<Batch>, PortError> {
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        Ok(some.then(|| self.batch.clone()))
    }

    fn close(&mut self, _: Handle) {}
}

/// How fast a million rows of six columns come through the sandbox, without a database. `make bench` measures the
/// whole with one; the bound here only tells a copy a value from a copy a column.
#[test]
fn a_million_rows_come_through_in_seconds() {
    let plugin = Loaded::compile(host(), &guest("row-dump"), FILE_LIMIT).expect("compiles");
    let manifest = &plugin.inspection.manifest;
    let mut request = request("");
    request.settings = SettingValues::default().complete(&manifest.settings).expect("defaults");
    request.grants = Grants::all_of(manifest);
    let output = |name: &String| {
        let kind = catalogue().data_set("duties").expect("duties").column(name).expect("column").kind;
        OutputColumn { name: name.clone(), kind }
    };
    let made_up = FakePort::default();
    let columns = manifest.data_sets[0].columns.iter().map(|name| made_up.column(&output(name), 16_384)).collect();
    let mut port = CannedPort { batch: Batch { rows: 16_384, columns }, left: 62 };
    let report = host().run(&plugin, request, &limits(), &mut port);
    println!("{:?}", report.figures);
    assert_eq!(report.figures.rows_read, 1_015_808);
    assert!(report.figures.duration < Duration::from_secs(5), "{:?}", report.figures);
    assert_eq!(figures(&document(report))[1], Cell::Integer(600 * 1_015_808));
}
