//! The sandbox as a whole, with the guests of `plugins/`: an honest run, and every way to misbehave.
//!
//! `make test` builds the guests first; `cargo test` alone says so when they are not there.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::civil::date;

use super::port::{Batch, FixedBuilder, Handle, OutputColumn, Period, PortError, Query, Shape, TextBuilder, Values};
use super::*;
use crate::plugin_host::document::{Block, Cell};

const FILE_LIMIT: u64 = 5 << 20;

fn guest(name: &str) -> Vec<u8> {
    let path = format!("{}/plugins/dist/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}: run `make plugins` first"))
}

fn host() -> &'static PluginHost {
    static HOST: OnceLock<PluginHost> = OnceLock::new();
    HOST.get_or_init(|| PluginHost::new(4).expect("host"))
}

/// Compiled once for all tests, as a server does.
fn test_guests() -> &'static Loaded {
    static PLUGIN: OnceLock<Loaded> = OnceLock::new();
    PLUGIN.get_or_init(|| Loaded::compile(host(), &guest("test-guests"), FILE_LIMIT).expect("compiles"))
}

fn catalogue() -> Arc<Catalogue> {
    let column = |name, kind| ColumnSpec { name, kind, summary: "", personal: name == "person" };
    let columns = vec![
        column("started", Kind::Instant),
        column("ended", Kind::Instant),
        column("minutes", Kind::Integer),
        column("break_minutes", Kind::Integer),
        column("unit", Kind::Text),
        column("category", Kind::Text),
        column("week", Kind::Date),
        column("person", Kind::Text),
    ];
    Arc::new(Catalogue { data_sets: vec![DataSetSpec { name: "duties", summary: "", dated: true, columns }] })
}

fn request(behaviour: &str) -> RunRequest {
    let mut settings = SettingValues::default();
    settings.0.insert("behaviour".into(), SettingValue::Text(behaviour.into()));
    RunRequest {
        period: Period { from: date(2026, 11, 1), to: date(2026, 11, 30) },
        unit: Some("Holloway".into()),
        locale: "en-GB".into(),
        now: "2026-11-22T10:00:00Z".parse().expect("time"),
        settings,
        grants: Grants::default().with("duties", ["unit", "minutes"]),
        catalogue: catalogue(),
    }
}

/// Makes up as many rows as it is told to, in the columns that are asked for.
#[derive(Default)]
struct FakePort {
    rows: u64,
    given: u64,
    queries: Vec<Query>,
    closed: Vec<Handle>,
    fails: Option<PortError>,
    sleeps: Duration,
    lies: bool,
}

impl FakePort {
    fn of(rows: u64) -> Self {
        Self { rows, ..Self::default() }
    }

    fn column(&self, output: &OutputColumn, rows: u64) -> super::port::Column {
        let capacity = usize::try_from(rows).expect("small");
        let range = self.given..self.given + rows;
        let number = |row: u64| i64::try_from(row).expect("small");
        let integers = |wrap: fn(Vec<i64>) -> Values, value: &dyn Fn(u64) -> i64| {
            let mut builder = FixedBuilder::with_capacity(capacity);
            range.clone().for_each(|row| builder.push(Some(value(row))));
            builder.finish(wrap)
        };
        match (output.name.as_str(), output.kind) {
            ("minutes", _) => integers(Values::Integers, &|_| 600),
            ("breaks" | "break_minutes", _) => integers(Values::Integers, &|_| 30),
            (_, Kind::Integer) => integers(Values::Integers, &|_| 1),
            (_, Kind::Instant) => integers(Values::Instants, &|row| number(row) * 3_600_000_000),
            (_, Kind::Date) => {
                let mut builder = FixedBuilder::with_capacity(capacity);
                // Three Mondays in turn, from 2 November 2026.
                range.for_each(|row| builder.push(Some(20_759 + i32::try_from(row % 3 * 7).expect("small"))));
                builder.finish(Values::Dates)
            }
            (_, _) => {
                let mut builder = TextBuilder::with_capacity(capacity);
                for row in range {
                    let text = if output.name == "unit" { format!("Unit {}", row % 2) } else { "Training".into() };
                    builder.push((output.name != "category" || row % 4 != 3).then_some(text.as_str()));
                }
                builder.finish()
            }
        }
    }
}

impl Port for FakePort {
    fn open(&mut self, query: &Query, _: Duration) -> Result<Handle, PortError> {
        self.queries.push(query.clone());
        Ok(Handle(u32::try_from(self.queries.len() - 1).expect("few")))
    }

    fn next_batch(&mut self, handle: Handle, max_rows: u32, _: Duration) -> Result<Option<Batch>, PortError> {
        std::thread::sleep(self.sleeps);
        if let Some(error) = self.fails.clone() {
            return Err(error);
        }
        let rows = (self.rows - self.given).min(u64::from(max_rows));
        if rows == 0 {
            return Ok(None);
        }
        let output = self.queries[usize::try_from(handle.0).expect("small")].output.clone();
        let columns = output.iter().map(|column| self.column(column, rows)).collect();
        self.given += rows;
        let rows = u32::try_from(rows).expect("few");
        Ok(Some(Batch { rows: if self.lies { rows + 1 } else { rows }, columns }))
    }

    fn close(&mut self, handle: Handle) {
        self.closed.push(handle);
    }
}

fn limits() -> PluginLimits {
    PluginLimits { deadline: Duration::from_secs(20), ..PluginLimits::default() }
}

fn run(behaviour: &str, limits: &PluginLimits, port: &mut FakePort) -> RunReport {
    host().run(test_guests(), request(behaviour), limits, port)
}

fn misbehave(behaviour: &str) -> RunReport {
    run(behaviour, &limits(), &mut FakePort::of(10))
}

fn stopped(behaviour: &str) -> Stop {
    let report = misbehave(behaviour);
    // Whatever happened, the next run is as good as the first.
    assert_eq!(misbehave("honest").outcome.word(), "done");
    match report.outcome {
        Outcome::Trapped(stop) => stop,
        other => panic!("{behaviour}: {other:?}"),
    }
}

fn refused(behaviour: &str) -> GuestError {
    match misbehave(behaviour).outcome {
        Outcome::Refused(error) => error,
        other => panic!("{behaviour}: {other:?}"),
    }
}

fn document(report: RunReport) -> Document {
    match report.outcome {
        Outcome::Done(document) => document,
        other => panic!("{other:?}; {:?}", report.log),
    }
}

fn figures(document: &Document) -> Vec<Cell> {
    let block = document.blocks.iter().find_map(|block| match block {
        Block::Figures { items } => Some(items),
        _ => None,
    });
    block.expect("figures").iter().map(|figure| figure.value.clone()).collect()
}

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
    assert_eq!(stopped("host_calls"), Stop::HostCalls { limit: 100_000 });
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
    assert_eq!(weeks.rows[0][0], Cell::Text("2026-W45".into()));
    assert_eq!(weeks.rows.iter().map(|row| row[4].clone()).collect::<Vec<_>>(), vec![Cell::Minutes(2_400); 3]);
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
    assert_eq!(chart.expect("a chart").labels, ["2026-W45", "2026-W46", "2026-W47"]);
    assert!(matches!(&port.queries[0].shape, Shape::Groups { by, .. } if by == &["unit", "category", "week"]));

    let empty = document(host().run(&plugin, request, &limits(), &mut FakePort::of(0)));
    assert_eq!(empty.blocks, [Block::Paragraph { text: "No duty was recorded in this period.".into() }]);
}

#[test]
fn a_plugin_file_says_what_it_is() {
    let bytes = guest("hours-summary");
    let seen = Loaded::inspect(&bytes, FILE_LIMIT).expect("good");
    let size = u64::try_from(bytes.len()).expect("small");
    assert_eq!((seen.manifest.name.as_str(), seen.size_bytes), ("hours-summary", size));
    assert_eq!(seen.sha256.len(), 64);
    assert!(seen.imports.iter().all(|import| import.starts_with("watchroom:plugin/")), "{:?}", seen.imports);
    // Without its manifest, with two, and cut off.
    let at = bytes.windows(18).rposition(|window| window == b"watchroom:manifest").expect("section");
    let head = at - 1 - 2 - 1;
    let refusal = |bytes: &[u8]| Loaded::inspect(bytes, FILE_LIMIT).expect_err("refused").to_string();
    assert!(refusal(&bytes[..head]).contains("has no `watchroom:manifest` section"));
    let twice = [&bytes[..], &bytes[head..]].concat();
    assert!(refusal(&twice).contains("more than one"));
    assert!(refusal(&bytes[..bytes.len() - 10]).contains("damaged"));
}

/// A component that imports one interface with one function that takes and returns nothing, and exports it as `run`.
fn component_importing(interface: &str, function: &str) -> Vec<u8> {
    let length = |bytes: &[u8]| u8::try_from(bytes.len()).expect("short");
    let name = |text: &str| [&[0, length(text.as_bytes())], text.as_bytes()].concat();
    let section = |id: u8, body: Vec<u8>| [&[id, length(&body)], body.as_slice()].concat();
    let no_parameters = [0x40, 0, 1, 0];
    // An instance type of two declarations: the function's type, and its export.
    let instance = [&[1, 0x42, 2, 1], &no_parameters[..], &[4], &name(function), &[1, 0]].concat();
    let import = [&[1], name(interface).as_slice(), &[5, 0]].concat();
    let alias = [&[1, 1, 0, 0, length(function.as_bytes())], function.as_bytes()].concat();
    let export = [&[1], name("run").as_slice(), &[1, 0, 0]].concat();
    [
        b"\0asm\x0d\0\x01\0".to_vec(),
        section(7, instance),
        section(10, import),
        section(6, alias),
        section(11, export),
        section(0, [b"\x12watchroom:manifest".as_slice(), MANIFEST].concat()),
    ]
    .concat()
}

const MANIFEST: &[u8] =
    br#"{"name":"a","title":"A","version":"1.0.0","kind":"report","publisher":"B","description":"C"}"#;

#[test]
fn a_plugin_that_imports_something_else_is_refused() {
    for (interface, function, part) in [
        ("wasi:cli/environment@0.2.0", "get-environment", "asks for `wasi:cli/environment@0.2.0`, which Watchroom"),
        ("watchroom:plugin/secrets@1.0.0", "read", "asks for `watchroom:plugin/secrets@1.0.0`, which Watchroom"),
        ("watchroom:plugin/log@2.0.0", "write", "built for version 2.0.0 of `log`"),
    ] {
        let bytes = component_importing(interface, function);
        let sentence = Loaded::inspect(&bytes, FILE_LIMIT).expect_err("refused").to_string();
        assert!(sentence.contains(part), "{sentence}");
        assert!(Loaded::compile(host(), &bytes, FILE_LIMIT).is_err());
    }
}

#[test]
fn a_plugin_that_asks_for_another_function_does_not_fit() {
    let mut bytes = guest("test-guests");
    let (old, new) = (b"next-batch", b"next-botch");
    for at in 0..bytes.len() - old.len() {
        if &bytes[at..at + old.len()] == old {
            bytes[at..at + old.len()].copy_from_slice(new);
        }
    }
    Loaded::inspect(&bytes, FILE_LIMIT).expect("the interfaces are right");
    let error = Loaded::compile(host(), &bytes, FILE_LIMIT).expect_err("refused");
    assert!(matches!(error, LoadError::Unfit(_)), "{error}");
    assert!(error.to_string().contains("next-botch"), "{error}");
}

#[test]
fn a_damaged_file_is_refused_and_never_panics() {
    let bytes = guest("test-guests");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..300 {
        let mut damaged = bytes.clone();
        for _ in 0..4 {
            // A small generator is enough: the point is to hit many places, the same ones every time.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 33).expect("fits") % damaged.len();
            damaged[at] ^= 1 << (state % 8);
        }
        if let Err(error) = Loaded::inspect(&damaged, FILE_LIMIT) {
            assert!(!error.to_string().is_empty());
        }
        Loaded::inspect(&damaged[..damaged.len() / 2], FILE_LIMIT).expect_err("cut off");
    }
}

/// How fast rows come through, without a database: run by hand, optimised.
#[test]
#[ignore = "a measurement"]
fn a_million_rows() {
    let plugin = Loaded::compile(host(), &guest("row-dump"), FILE_LIMIT).expect("compiles");
    let manifest = &plugin.inspection.manifest;
    let mut request = request("");
    request.settings = SettingValues::default().complete(&manifest.settings).expect("defaults");
    request.grants = Grants::all_of(manifest);
    let report = host().run(&plugin, request, &limits(), &mut FakePort::of(1_000_000));
    println!("{:?}", report.figures);
    assert_eq!(figures(&document(report))[0], Cell::Integer(1_000_000));
}
