//! Who is over the weekly limit or near it, who has opted out, and what rest is owed, by unit.
//!
//! Everything is counted by the database. Only where names are asked for, and granted, are the rows of people read.

mod names;
mod units;

use watchroom_plugin_sdk::{
    Cell, Chart, Column, Date, Document, Error, Figure, Query, Run, Table, any_of, at_least, at_most, before, equal,
    report, settings,
};

use crate::units::{Standing, Units, week_ends};

report!(run);

/// More rows than this are left out of a table, and the reader is told.
const MOST_ROWS: usize = 2_000;

fn run(run: &Run) -> Result<Document, Error> {
    let near = settings::integer("near_hours")?;
    let weeks = usize::try_from(settings::integer("weeks")?).unwrap_or(12);
    let about = run.unit.as_deref().unwrap_or("the whole organisation");
    let document =
        Document::new("Working-time compliance").subtitle(format!("{} to {}, {about}", run.period.from, run.period.to));
    let Some(last) = last_day()? else {
        return Ok(document.paragraph(
            "No working time that you may read was worked out for this period. It is worked out for people who belong to \
             a contract group, and of them for each day up to today.",
        ));
    };
    let units = read(last, near)?;
    let all = units.all();
    let document = document
        .paragraph(format!("How people stood on {last}, the last day of the period for which there are figures."))
        .figures([
            Figure::new("People", all.people),
            Figure::new("Over the limit", all.over),
            Figure::new("Near the limit", all.near).unit(format!("with {near} hours a week left, or fewer")),
            Figure::new("Opted out", all.opted_out),
            Figure::new("Rest owed", Cell::minutes(all.owed_minutes)).unit(format!("to {} people", all.owed_to)),
            Figure::new("Rest overdue", all.overdue).unit("people"),
        ]);
    let document = by_unit(document, &units);
    let document = by_week(document, last, weeks)?;
    if settings::boolean("names")? { names::table(document, last, near) } else { Ok(document) }
}

/// The last day of the period of which there are figures.
fn last_day() -> Result<Option<Date>, Error> {
    let mut last = None;
    for batch in Query::groups("working_time", &[]).greatest("day", "last").open()? {
        last = batch?.date("last", 0)?;
    }
    Ok(last)
}

fn read(last: Date, near: i64) -> Result<Units, Error> {
    let mut units = Units::default();
    let on = || Query::groups("working_time", &["unit", "standing"]).filter("day", equal(last));
    add(&mut units, on(), |standing, found, _owed, _due| Standing::of(standing, found))?;
    let close = on().filter("standing", equal("within")).filter("headroom_minutes", at_most(near * 60));
    add(&mut units, close, |_standing, near, _owed, _due| Standing { near, ..Standing::default() })?;
    let owed = on().filter("owed_rest_minutes", at_least(1_i64));
    add(&mut units, owed.clone(), |_standing, owed_to, owed_minutes, first_due| Standing {
        owed_to,
        owed_minutes,
        first_due,
        ..Standing::default()
    })?;
    let overdue = owed.filter("rest_due", before(last));
    add(&mut units, overdue, |_standing, overdue, _owed, _due| Standing { overdue, ..Standing::default() })?;
    Ok(units)
}

/// Adds what a question by unit and standing finds: how many people, the rest owed to them, when the first falls due.
fn add(
    units: &mut Units,
    question: Query,
    standing: impl Fn(&str, i64, i64, Option<Date>) -> Standing,
) -> Result<(), Error> {
    let question = question.count("found").sum("owed_rest_minutes", "owed").least("rest_due", "due");
    for batch in question.open()? {
        let batch = batch?;
        let (names, standings) = (batch.texts("unit")?, batch.texts("standing")?);
        let (found, owed, due) = (batch.integers("found")?, batch.integers("owed")?, batch.dates("due")?);
        for row in 0..batch.rows() {
            let due = due.get(row).map(Date::from_days);
            let (found, owed) = (found.get(row).unwrap_or(0), owed.get(row).unwrap_or(0));
            units.add(names.get(row), standing(standings.get(row).unwrap_or_default(), found, owed, due));
        }
    }
    Ok(())
}

fn by_unit(document: Document, units: &Units) -> Document {
    let mut table = Table::new("Working time by unit")
        .column("Unit", Column::Text)
        .column("People", Column::Integer)
        .column("Over the limit", Column::Integer)
        .column("Near the limit", Column::Integer)
        .column("Opted out", Column::Integer)
        .column("Owed rest", Column::Integer)
        .column("Rest owed", Column::Minutes)
        .column("First due", Column::Date)
        .column("Rest overdue", Column::Integer);
    for (unit, one) in units.rows().take(MOST_ROWS) {
        table.push([
            Cell::from(unit),
            Cell::from(one.people),
            Cell::from(one.over),
            Cell::from(one.near),
            Cell::from(one.opted_out),
            Cell::from(one.owed_to),
            Cell::minutes(one.owed_minutes),
            Cell::from(one.first_due),
            Cell::from(one.overdue),
        ]);
    }
    let document = document.heading(2, "By unit").table(table).paragraph(
        "Whoever opted out has no weekly limit and is counted neither as over nor as near it. The rests are owed to them \
         like to everybody else.",
    );
    match units.rows().count().checked_sub(MOST_ROWS) {
        Some(more) if more > 0 => {
            document.paragraph(format!("{more} more rows are left out; choose a smaller unit to see them."))
        }
        Some(_) | None => document,
    }
}

/// People over the limit at the end of each week: a line, and a table of its figures beneath it.
fn by_week(document: Document, last: Date, weeks: usize) -> Result<Document, Error> {
    let mut days = Vec::new();
    for batch in Query::groups("working_time", &["day"]).count("people").open()? {
        let batch = batch?;
        let found = batch.dates("day")?;
        days.extend(found.present().map(Date::from_days));
    }
    let ends = week_ends(days, last, weeks);
    let (Some(first), Some(end)) = (ends.first(), ends.last()) else { return Ok(document) };
    let (mut over, mut owed) = (vec![0_i64; ends.len()], vec![0_i64; ends.len()]);
    let on = || Query::groups("working_time", &["day"]).filter("day", any_of(ends.iter().copied()));
    on_days(on().filter("standing", equal("over")), &ends, &mut over)?;
    on_days(on().filter("owed_rest_minutes", at_least(1_i64)), &ends, &mut owed)?;
    let summary = format!(
        "People over the limit, and people to whom rest is owed, at the end of each week from {first} to {end}. On {end}, \
         {} were over the limit and rest was owed to {}.",
        over.last().unwrap_or(&0),
        owed.last().unwrap_or(&0),
    );
    let values = |counts: &[i64]| counts.iter().map(|count| Some(*count as f64)).collect::<Vec<_>>();
    Ok(document.heading(2, "By week").chart(
        Chart::line("People over the limit or owed rest", summary)
            .labels("On", ends.iter().map(|day| day.short()))
            .series("Over the limit", values(&over))
            .series("Owed rest", values(&owed))
            .unit("people"),
    ))
}

/// Puts what a question by day counts in the places of the days.
fn on_days(question: Query, days: &[Date], counts: &mut [i64]) -> Result<(), Error> {
    for batch in question.count("people").open()? {
        let batch = batch?;
        let (found, people) = (batch.dates("day")?, batch.integers("people")?);
        for row in 0..batch.rows() {
            let place = found.get(row).and_then(|day| days.iter().position(|one| one.days == day));
            if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
                *count = people.get(row).unwrap_or(0);
            }
        }
    }
    Ok(())
}
