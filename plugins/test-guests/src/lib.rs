//! Guests that misbehave, for the host's tests: the setting `behaviour` says how.

use std::hint::black_box;
use std::sync::atomic::{AtomicI64, Ordering};

use watchroom_plugin_sdk::{
    Cell, Chart, Column, Document, Error, Figure, Query, Run, Table, equal, log, report, settings,
};

report!(run);

static RUNS: AtomicI64 = AtomicI64::new(0);

fn run(run: &Run) -> Result<Document, Error> {
    let document = Document::new("Guest");
    match settings::text("behaviour")?.as_str() {
        // What a well-behaved guest sees, and whether anything is left of the run before.
        "honest" => {
            log::info("hello");
            let runs = RUNS.fetch_add(1, Ordering::Relaxed) + 1;
            let unit = run.unit.clone().unwrap_or_default();
            Ok(document.figures([
                Figure::new("Runs in this instance", runs),
                Figure::new("Unit", unit),
                Figure::new("From", run.period.from),
                Figure::new("Now", run.now),
            ]))
        }
        "loop" => {
            let mut n = 0_u64;
            loop {
                n = black_box(n.wrapping_add(1));
            }
        }
        "memory" => {
            let mut hoard = Vec::new();
            loop {
                hoard.push(black_box(vec![1_u8; 1 << 20]));
            }
        }
        "panic" => panic!("this guest gives up"),
        "recursion" => Ok(document.figures([Figure::new("Depth", deep(i64::MAX))])),
        "huge_document" => Ok((0..100).fold(document, |document, _| document.paragraph("x".repeat(15_000)))),
        "enormous_document" => Ok(document.paragraph("x".repeat(20 << 20))),
        "long_table" => {
            let mut table = Table::new("Rows").column("A", Column::Boolean);
            (0..20_000).for_each(|_| table.push([Cell::from(true)]));
            Ok(document.table(table))
        }
        "malformed_document" => {
            let table = Table::new("Rows").column("A", Column::Text).row([Cell::from("a"), Cell::from("b")]);
            Ok(document.table(table))
        }
        "not_finite" => {
            let chart = Chart::line("Lines", "A line").labels("Week", ["1"]).series("A", [Some(f64::NAN)]);
            Ok(document.chart(chart))
        }
        "outside_the_calendar" => {
            let day = watchroom_plugin_sdk::Date::from_days(i32::MAX);
            Ok(document.figures([Figure::new("Day", day)]))
        }
        "host_calls" => {
            for _ in 0..10_000_000 {
                black_box(settings::text("behaviour")?);
            }
            Ok(document)
        }
        "log_lines" => {
            (0..10_000).for_each(|n| log::info(&format!("line {n}")));
            Ok(document.paragraph("Wrote a lot."))
        }
        "log_line" => {
            log::info(&"long\u{7} \n".repeat(1_000));
            Ok(document.paragraph("Wrote one."))
        }
        "huge_log_line" => {
            log::info(&"x".repeat(20 << 20));
            Ok(document)
        }
        "not_granted" => Query::rows("duties", &["person"]).open().map(|_| document),
        "not_granted_filter" => Query::rows("duties", &["unit"]).filter("person", equal("x")).open().map(|_| document),
        "unknown_data_set" => Query::rows("salaries", &["pay"]).open().map(|_| document),
        "injection" => {
            let name = "n\" from duty; drop table duty; --";
            Query::groups("duties", &[]).count(name).open().map(|_| document)
        }
        "many_answers" => {
            let mut open = Vec::new();
            for _ in 0..100 {
                open.push(Query::rows("duties", &["unit"]).open()?);
            }
            Ok(document)
        }
        "read" => {
            let mut rows = 0;
            for batch in Query::rows("duties", &["unit", "minutes"]).batch_rows(100).open()? {
                rows += batch?.rows() as i64;
            }
            Ok(document.figures([Figure::new("Rows", rows)]))
        }
        "goes_on" => {
            // What the database refuses ends that call alone.
            let refused = match Query::rows("duties", &["minutes"]).open() {
                Ok(mut rows) => rows.any(|batch| batch.is_err()),
                Err(_) => true,
            };
            let mut rows = 0;
            for batch in Query::rows("duties", &["unit"]).open()? {
                rows += batch?.rows() as i64;
            }
            Ok(document.figures([Figure::new("Refused", i64::from(refused)), Figure::new("Rows", rows)]))
        }
        "read_on" => {
            // The SDK's iterator ends at an error; the interface itself can be asked again.
            use watchroom_plugin_sdk::bindings::watchroom::plugin::data;
            let answer = data::open(&data::Query {
                data_set: "duties".into(),
                shape: data::Shape::Rows(vec!["minutes".into()]),
                filters: vec![],
                order: vec![],
                limit: None,
                period: None,
                batch_rows: 100,
            })?;
            let refusals = (0..6).filter(|_| matches!(answer.next_batch(), Err(Error::Quota))).count();
            Ok(document.figures([Figure::new("Refusals", refusals as i64)]))
        }
        "refuse" => Err(Error::Invalid("there is nothing to report".into())),
        other => Err(Error::Invalid(format!("no such behaviour: {other}"))),
    }
}

#[inline(never)]
fn deep(n: i64) -> i64 {
    let room = black_box([n; 64]);
    if n == 0 { 0 } else { deep(n - 1) + black_box(room.iter().sum::<i64>()) }
}
