//! How people stand with the competences that they need, and what they learned, by unit.
//!
//! Certificates are those of today; CPD is that of the period. Counts only: no question asks for a person.

mod learning;
mod standing;

use watchroom_plugin_sdk::{Cell, Chart, Column, Document, Error, Figure, Query, Run, Table, equal, report, settings};

use crate::learning::{Learned, Learning};
use crate::standing::{Standing, Standings};

report!(run);

/// More rows than this are left out of a table, and the reader is told.
const MOST_ROWS: usize = 2_000;

/// Most labels that a chart of units has.
const MOST_BARS: usize = 40;

/// The columns of the five standards of the HCPC, in their order.
const STANDARDS: [&str; 5] = ["standard_one", "standard_two", "standard_three", "standard_four", "standard_five"];

fn run(run: &Run) -> Result<Document, Error> {
    let each = settings::boolean("by_competence")?;
    let (standings, learning) = (read_standings()?, read_learning()?);
    let about = run.unit.as_deref().unwrap_or("the whole organisation");
    let document =
        Document::new("CPD and certificates").subtitle(format!("{} to {}, {about}", run.period.from, run.period.to));
    let document = certificates(document.heading(2, "Certificates today"), &standings, each);
    cpd(document.heading(2, "CPD in the period"), &learning)
}

fn read_standings() -> Result<Standings, Error> {
    let answer = Query::groups("certificates", &["unit", "competence", "state"])
        .filter("needed", equal(true))
        .count("found")
        .sum("off_the_run_people", "off")
        .open()?;
    let mut standings = Standings::default();
    for batch in answer {
        let batch = batch?;
        let (units, competences, states) = (batch.texts("unit")?, batch.texts("competence")?, batch.texts("state")?);
        let (found, off) = (batch.integers("found")?, batch.integers("off")?);
        for row in 0..batch.rows() {
            let (found, off) = (found.get(row).unwrap_or(0), off.get(row).unwrap_or(0));
            standings.add(units.get(row), competences.get(row), states.get(row).unwrap_or_default(), found, off);
        }
    }
    Ok(standings)
}

fn read_learning() -> Result<Learning, Error> {
    let mut learning = Learning::default();
    let by = ["unit", "type"];
    for batch in Query::groups("cpd", &by).count("entries").sum("minutes", "minutes").open()? {
        let batch = batch?;
        let (units, kinds) = (batch.texts("unit")?, batch.texts("type")?);
        let (entries, minutes) = (batch.integers("entries")?, batch.integers("minutes")?);
        for row in 0..batch.rows() {
            let (entries, minutes) = (entries.get(row).unwrap_or(0), minutes.get(row).unwrap_or(0));
            learning.add(units.get(row), kinds.get(row), Learned { entries, minutes, verified: 0 });
        }
    }
    for batch in Query::groups("cpd", &by).filter("verified", equal(true)).count("verified").open()? {
        let batch = batch?;
        let (units, kinds, verified) = (batch.texts("unit")?, batch.texts("type")?, batch.integers("verified")?);
        for row in 0..batch.rows() {
            let verified = verified.get(row).unwrap_or(0);
            learning.add(units.get(row), kinds.get(row), Learned { verified, ..Learned::default() });
        }
    }
    Ok(learning)
}

fn certificates(document: Document, standings: &Standings, each: bool) -> Document {
    let all = standings.all();
    if all.needed() == 0 {
        return document.paragraph("Nobody whose certificates you may read needs a competence.");
    }
    let document = document.figures([
        Figure::new("Needed", all.needed()).unit("of one person and competence each"),
        Figure::new("Counting today", all.share()).unit("%"),
        Figure::new("Ending within 90 days", all.ending),
        Figure::new("Lapsed, withdrawn or missing", all.lapsed + all.missing),
        Figure::new("People off the run", all.off_the_run),
    ]);
    let document = document.paragraph(
        "Each row counts one person with one competence that they need. In grace means that it has run out and still \
         counts. Somebody is off the run when they lack a competence that operations depend on, and is counted once.",
    );
    let units = standings.by_unit();
    let document = chart(document, &units);
    let table = columns(Table::new("Competences that people need, by unit").column("Unit", Column::Text));
    let mut table = table.column("People off the run", Column::Integer);
    for (unit, one) in units.iter().take(MOST_ROWS) {
        table.push([Cell::from(*unit)].into_iter().chain(cells(one)).chain([Cell::from(one.off_the_run)]));
    }
    let document = document.table(table);
    if !each {
        return document;
    }
    // Without people off the run: whoever lacks two competences is counted once, under either of them.
    let table = Table::new("The same by unit and competence").column("Unit", Column::Text);
    let mut table = columns(table.column("Competence", Column::Text));
    for (unit, competence, one) in standings.rows().take(MOST_ROWS) {
        table.push([Cell::from(unit), Cell::from(competence)].into_iter().chain(cells(one)));
    }
    left_out(document.table(table), standings.rows().count())
}

fn columns(table: Table) -> Table {
    ["Needed", "In date", "Ending in 90 days", "In grace", "Lapsed or withdrawn", "Missing"]
        .into_iter()
        .fold(table, |table, title| table.column(title, Column::Integer))
}

fn cells(one: &Standing) -> impl Iterator<Item = Cell> + use<> {
    [one.needed(), one.in_date, one.ending, one.grace, one.lapsed, one.missing].into_iter().map(Cell::from)
}

fn chart(document: Document, units: &std::collections::BTreeMap<&str, Standing>) -> Document {
    let shown: Vec<(&str, &Standing)> = units.iter().map(|(unit, one)| (*unit, one)).take(MOST_BARS).collect();
    let worst = shown.iter().max_by_key(|(_unit, one)| one.lapsed + one.missing);
    let Some((unit, one)) = worst else { return document };
    let summary = format!(
        "Competences that people need, by unit: in date, ending or in grace, lapsed or missing. {unit} lacks the most: {} \
         of {}.",
        one.lapsed + one.missing,
        one.needed()
    );
    let part = |value: fn(&Standing) -> i64| {
        let values: Vec<Option<f64>> = shown.iter().map(|(_unit, one)| Some(value(one) as f64)).collect();
        values
    };
    document.chart(
        Chart::stacked_bar("Competences that people need, by unit", summary)
            .labels("Unit", shown.iter().map(|(unit, _one)| *unit))
            .series("In date", part(|one| one.in_date))
            .series("Ending or in grace", part(|one| one.ending + one.grace))
            .series("Lapsed or missing", part(|one| one.lapsed + one.missing))
            .unit("competences"),
    )
}

fn cpd(document: Document, learning: &Learning) -> Result<Document, Error> {
    let all = learning.all();
    if all.entries == 0 {
        return Ok(document.paragraph("No CPD entry that you may read ended in this period."));
    }
    let document = document.figures([
        Figure::new("Entries", all.entries),
        Figure::new("Hours", Cell::minutes(all.minutes)).unit("where they were said"),
        Figure::new("Confirmed by somebody", all.verified),
    ]);
    let document = document.paragraph(
        "These are your own entries and those that people shared with their manager, if you are one. Nobody has to share \
         an entry or say how long it took: a low number says nothing about how much was learned.",
    );
    let mut table = Table::new("CPD by unit and type")
        .column("Unit", Column::Text)
        .column("Type", Column::Text)
        .column("Entries", Column::Integer)
        .column("Hours", Column::Minutes)
        .column("Confirmed", Column::Integer);
    for (unit, kind, one) in learning.rows().take(MOST_ROWS) {
        table.push([
            Cell::from(unit),
            Cell::from(kind),
            Cell::from(one.entries),
            Cell::minutes(one.minutes),
            Cell::from(one.verified),
        ]);
    }
    standards(left_out(document.table(table), learning.rows().count()))
}

fn standards(document: Document) -> Result<Document, Error> {
    let question = STANDARDS.iter().fold(Query::groups("cpd", &[]), |question, name| question.sum(name, name));
    let mut table = Table::new("Entries that are said to meet each standard")
        .column("Standard", Column::Integer)
        .column("Entries", Column::Integer);
    for batch in question.open()? {
        let batch = batch?;
        for (number, name) in (1_i64..).zip(STANDARDS) {
            table.push([Cell::from(number), Cell::from(batch.integers(name)?.sum())]);
        }
    }
    Ok(document.table(table))
}

fn left_out(document: Document, rows: usize) -> Document {
    match rows.checked_sub(MOST_ROWS) {
        Some(more) if more > 0 => {
            document.paragraph(format!("{more} more rows are left out; choose a smaller unit to see them."))
        }
        Some(_) | None => document,
    }
}
