//! The reports that come with Watchroom, each with answers made up here in the order in which it asks.

use std::collections::{BTreeMap, VecDeque};

use super::*;
use crate::plugin_host::document::Table;
use crate::plugin_host::port::Column;

/// Monday 16 and Sunday 22 November 2026.
const MONDAY: i32 = 20_773;
const SUNDAY: i32 = 20_779;

/// So many rows, in columns.
type Answer = (u32, Vec<Column>);

/// A column of text; an empty one is missing.
fn texts(words: &[&str]) -> Column {
    let mut builder = TextBuilder::with_capacity(words.len());
    words.iter().for_each(|word| builder.push((!word.is_empty()).then_some(*word)));
    builder.finish()
}

fn integers(numbers: &[i64]) -> Column {
    let mut builder = FixedBuilder::with_capacity(numbers.len());
    numbers.iter().for_each(|number| builder.push(Some(*number)));
    builder.finish(Values::Integers)
}

fn dates(days: &[Option<i32>]) -> Column {
    let mut builder = FixedBuilder::with_capacity(days.len());
    days.iter().for_each(|day| builder.push(*day));
    builder.finish(Values::Dates)
}

/// Answers one question after the other; whatever is asked after the last finds nothing.
#[derive(Default)]
struct Scripted {
    answers: VecDeque<Answer>,
    open: BTreeMap<Handle, Batch>,
    asked: Vec<Query>,
}

impl Port for Scripted {
    fn open(&mut self, query: &Query, _: Duration) -> Result<Handle, PortError> {
        let handle = Handle(u32::try_from(self.asked.len()).expect("few"));
        self.asked.push(query.clone());
        if let Some((rows, columns)) = self.answers.pop_front() {
            self.open.insert(handle, Batch { rows, columns });
        }
        Ok(handle)
    }

    fn next_batch(&mut self, handle: Handle, _: u32, _: Duration) -> Result<Option<Batch>, PortError> {
        Ok(self.open.remove(&handle))
    }

    fn close(&mut self, _: Handle) {}
}

/// What a plugin asks for, as data sets: their kinds are told by the names of columns.
fn as_asked(manifest: &Manifest) -> Arc<Catalogue> {
    let kept = |name: &String| -> &'static str { Box::leak(name.clone().into_boxed_str()) };
    let column = |name: &String| ColumnSpec {
        name: kept(name),
        kind: match name.as_str() {
            "day" | "week" | "rest_due" => Kind::Date,
            "night" | "needed" | "verified" => Kind::Boolean,
            "unit" | "category" | "standing" | "type" | "competence" | "state" | "person" | "given_name"
            | "family_name" => Kind::Text,
            _ => Kind::Integer,
        },
        summary: "",
        personal: false,
    };
    let data_sets = manifest.data_sets.iter().map(|set| DataSetSpec {
        name: kept(&set.name),
        summary: "",
        readers: "",
        dated: !matches!(set.name.as_str(), "certificates" | "people"),
        columns: set.columns.iter().map(column).collect(),
    });
    Arc::new(Catalogue { data_sets: data_sets.collect() })
}

/// The document that a report makes of the answers, and what it asked.
fn made(name: &str, answers: Vec<Answer>) -> (Document, Vec<Query>) {
    let plugin = Loaded::compile(host(), &guest(name), FILE_LIMIT).expect("compiles");
    let manifest = &plugin.inspection.manifest;
    let mut request = request("");
    request.settings = SettingValues::default().complete(&manifest.settings).expect("defaults");
    request.grants = Grants::all_of(manifest);
    request.catalogue = as_asked(manifest);
    let mut port = Scripted { answers: answers.into(), ..Scripted::default() };
    let report = host().run(&plugin, request, &limits(), &mut port);
    (document(report), port.asked)
}

fn tables(document: &Document) -> Vec<&Table> {
    let tables = document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    tables.collect()
}

fn paragraphs(document: &Document) -> Vec<&str> {
    let paragraphs = document.blocks.iter().filter_map(|block| match block {
        Block::Paragraph { text } => Some(text.as_str()),
        _ => None,
    });
    paragraphs.collect()
}

/// The cells of a row: names, then numbers.
fn row(names: &[&str], numbers: &[i64]) -> Vec<Cell> {
    let names = names.iter().map(|name| Cell::Text((*name).into()));
    names.chain(numbers.iter().map(|number| Cell::Integer(*number))).collect()
}

#[test]
fn workload_puts_its_answers_together() {
    let hours = vec![
        texts(&["Hillside", "Harbour"]),
        dates(&[Some(MONDAY), Some(MONDAY)]),
        integers(&[3_660, 120]),
        integers(&[6, 1]),
    ];
    let answers = vec![
        (2, hours),
        (1, vec![texts(&["Hillside"]), integers(&[1])]),
        (1, vec![texts(&["Hillside"]), integers(&[3])]),
        (2, vec![texts(&["Hillside", "Harbour"]), integers(&[2, 1])]),
        (1, vec![texts(&["Hillside"]), integers(&[1])]),
        (2, vec![texts(&["", "Training"]), integers(&[5, 2]), integers(&[3_000, 780])]),
    ];
    let (done, asked) = made("workload", answers);
    assert_eq!(done.subtitle.as_deref(), Some("1 November 2026 to 30 November 2026, Holloway"));
    let expected = [Cell::Minutes(3_780), Cell::Integer(7), Cell::Integer(1), Cell::Integer(3), Cell::Number(33.3)];
    assert_eq!(figures(&done), expected);
    let [weeks, units, categories] = tables(&done).try_into().expect("three tables");
    let minutes = [3_660, 120, 3_780].map(Cell::Minutes);
    assert_eq!(weeks.rows, [[vec![Cell::Date(date(2026, 11, 16))], minutes.to_vec()].concat()]);
    assert_eq!(units.rows.len(), 2);
    assert_eq!(units.rows[1][..3], [Cell::Text("Hillside".into()), Cell::Integer(6), Cell::Minutes(3_660)]);
    assert_eq!(units.rows[1][3..7], [1, 3, 2, 1].map(Cell::Integer));
    assert_eq!(units.rows[1][7], Cell::Number(50.0));
    assert_eq!(categories.rows[0][..2], [Cell::Text("No category".into()), Cell::Integer(5)]);
    assert_eq!(asked.iter().filter(|query| query.data_set == "weeks").count(), 2);
    assert!(asked.iter().all(|query| matches!(query.shape, Shape::Groups { .. })), "it reads sums only");

    let (empty, _asked) = made("workload", vec![]);
    assert_eq!(paragraphs(&empty), ["No duty was recorded in this period."]);
    assert_eq!(empty.blocks.len(), 1);
}

#[test]
fn cpd_and_certificates_puts_its_answers_together() {
    let standings = vec![
        texts(&["Hillside", "Hillside", "Harbour"]),
        texts(&["Driving", "Driving", "Driving"]),
        texts(&["valid", "lapsed", "ending"]),
        integers(&[5, 2, 3]),
        integers(&[0, 2, 0]),
    ];
    let of_type = || vec![texts(&["Hillside"]), texts(&["work-based"])];
    let answers = vec![
        (3, standings),
        (1, [of_type(), vec![integers(&[4]), integers(&[90])]].concat()),
        (1, [of_type(), vec![integers(&[1])]].concat()),
        (1, [3, 2, 1, 0, 4].map(|count| integers(&[count])).to_vec()),
    ];
    let (done, asked) = made("cpd-and-certificates", answers);
    let [units, each, types, standards] = tables(&done).try_into().expect("four tables");
    assert_eq!(units.rows, [row(&["Harbour"], &[3, 0, 3, 0, 0, 0, 0]), row(&["Hillside"], &[7, 5, 0, 0, 2, 0, 2])]);
    assert_eq!(each.rows[1], row(&["Hillside", "Driving"], &[7, 5, 0, 0, 2, 0]));
    let learned = [
        Cell::Text("Hillside".into()),
        Cell::Text("Work-based".into()),
        Cell::Integer(4),
        Cell::Minutes(90),
        Cell::Integer(1),
    ];
    assert_eq!(types.rows, [learned]);
    assert_eq!(standards.rows[4], [Cell::Integer(5), Cell::Integer(4)]);
    assert_eq!(asked.len(), 4);
    assert!(asked.iter().all(|query| query.output.iter().all(|column| column.name != "person")));

    let (empty, _asked) = made("cpd-and-certificates", vec![]);
    let said = [
        "Nobody whose certificates you may read needs a competence.",
        "No CPD entry that you may read ended in this period.",
    ];
    assert_eq!(paragraphs(&empty), said);
}

#[test]
fn working_time_compliance_puts_its_answers_together() {
    let people = |unit: &[&str], standing: &[&str], found: &[i64], owed: &[i64], due: &[Option<i32>]| {
        vec![texts(unit), texts(standing), integers(found), integers(owed), dates(due)]
    };
    let answers = vec![
        (1, vec![dates(&[Some(SUNDAY)])]),
        (3, people(&["A", "A", "B"], &["over", "within", "opted-out"], &[1, 2, 1], &[60, 0, 30], &[None; 3])),
        (1, people(&["A"], &["within"], &[1], &[0], &[None])),
        (2, people(&["A", "B"], &["over", "opted-out"], &[1, 1], &[60, 30], &[Some(SUNDAY - 2), Some(SUNDAY + 8)])),
        (1, people(&["A"], &["over"], &[1], &[60], &[Some(SUNDAY - 2)])),
        (2, vec![dates(&[Some(SUNDAY - 7), Some(SUNDAY)]), integers(&[4, 4])]),
        (1, vec![dates(&[Some(SUNDAY)]), integers(&[1])]),
        (1, vec![dates(&[Some(SUNDAY)]), integers(&[2])]),
    ];
    let (done, asked) = made("working-time-compliance", answers);
    let counts = [4, 1, 1, 1].map(Cell::Integer);
    assert_eq!(figures(&done)[..4], counts);
    assert_eq!(figures(&done)[4..], [Cell::Minutes(90), Cell::Integer(1)]);
    let [units] = tables(&done).try_into().expect("one table");
    let mut first = row(&["A"], &[3, 1, 1, 0, 1]);
    first.extend([Cell::Minutes(60), Cell::Date(date(2026, 11, 20)), Cell::Integer(1)]);
    assert_eq!(units.rows[0], first);
    let chart = done.blocks.iter().find_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    });
    let chart = chart.expect("a chart");
    assert_eq!(chart.labels, ["15 Nov", "22 Nov"]);
    assert_eq!(chart.series[0].values, [Some(0.0), Some(1.0)]);
    assert_eq!(asked.len(), 8, "without the setting no name is asked for");
    assert!(asked.iter().all(|query| query.data_set == "working_time"));

    let (empty, _asked) = made("working-time-compliance", vec![]);
    assert_eq!(empty.blocks.len(), 1);
    assert!(paragraphs(&empty)[0].starts_with("No working time that you may read was worked out for this period."));
}
