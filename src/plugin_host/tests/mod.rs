//! The sandbox as a whole, with the guests of `plugins/` and a port that makes rows up.
//!
//! `make test` builds the guests first; `cargo test` alone says so when they are not there.

mod files;
mod reports;
mod runs;

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
    Arc::new(Catalogue {
        data_sets: vec![DataSetSpec { name: "duties", summary: "", readers: "", dated: true, columns }],
    })
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
    panics: bool,
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
        assert!(!self.panics, "the port panics");
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
    PluginLimits { deadline: Duration::from_secs(20), host_calls: 20_000, ..PluginLimits::default() }
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
