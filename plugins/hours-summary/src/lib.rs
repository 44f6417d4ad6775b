//! Hours by unit, category and week.
//!
//! One question to the host, which adds up in the database; what comes back is turned round three ways here.

mod totals;

use watchroom_plugin_sdk::{Cell, Chart, Column, Document, Error, Figure, Query, Run, Table, report, settings};

use crate::totals::{Totals, Worked};

report!(run);

/// More rows than this are left out of the table by unit, and the reader is told.
const MOST_UNIT_ROWS: usize = 2_000;

fn run(run: &Run) -> Result<Document, Error> {
    let weeks = usize::try_from(settings::integer("weeks")?).unwrap_or(12);
    let apart = usize::try_from(settings::integer("categories")?).unwrap_or(6);
    let include_breaks = settings::boolean("include_breaks")?;
    let totals = read(include_breaks)?;
    let about = run.unit.as_deref().unwrap_or("the whole organisation");
    let document =
        Document::new("Hours summary").subtitle(format!("{} to {}, {about}", run.period.from, run.period.to));
    if totals.all.duties == 0 {
        return Ok(document.paragraph("No duty was recorded in this period."));
    }
    let breaks = if include_breaks { "Breaks count as hours worked." } else { "Breaks are taken off." };
    let document = document.figures([
        Figure::new("Hours worked", Cell::minutes(totals.all.minutes)),
        Figure::new("Duties", totals.all.duties),
        Figure::new("Units with duties", totals.units.len() as i64),
        Figure::new("Hours for each duty", Cell::minutes(totals.all.minutes / totals.all.duties)).unit("on average"),
    ]);
    let document = document.paragraph(breaks);
    Ok(by_unit(by_week(document, &totals, weeks, apart), &totals))
}

fn read(include_breaks: bool) -> Result<Totals, Error> {
    let answer = Query::groups("duties", &["unit", "category", "week"])
        .sum("minutes", "minutes")
        .sum("break_minutes", "breaks")
        .count("duties")
        .open()?;
    let mut totals = Totals::default();
    for batch in answer {
        let batch = batch?;
        let (units, categories, weeks) = (batch.texts("unit")?, batch.texts("category")?, batch.dates("week")?);
        let (minutes, breaks) = (batch.integers("minutes")?, batch.integers("breaks")?);
        let duties = batch.integers("duties")?;
        for row in 0..batch.rows() {
            let resting = if include_breaks { breaks.get(row).unwrap_or(0) } else { 0 };
            let worked =
                Worked { minutes: minutes.get(row).unwrap_or(0) + resting, duties: duties.get(row).unwrap_or(0) };
            totals.add(units.get(row), categories.get(row), weeks.get(row), worked);
        }
    }
    Ok(totals)
}

fn hours(minutes: i64) -> f64 {
    // Tenths are exact enough for a bar, and read well in the table beneath it.
    (minutes as f64 / 6.0).round() / 10.0
}

fn by_week(document: Document, totals: &Totals, weeks: usize, apart: usize) -> Document {
    let shown = totals.last_weeks(weeks);
    let Some((first, last)) = shown.first().zip(shown.last()) else { return document };
    let series = totals.series(apart);
    let (busiest, most) = totals.busiest_week(&shown);
    let largest = series.first().map_or("", |one| one.name.as_str());
    let summary = format!(
        "Hours worked in each week from {first} to {last}, by category. The most, {:.0} hours, were in the week of {busiest}. \
         The largest category of the whole period is {largest}.",
        hours(most),
    );
    let mut chart = Chart::stacked_bar("Hours worked by week and category", summary)
        .labels("Week from", shown.iter().map(|week| week.short()))
        .unit("hours");
    let mut table = Table::new("Hours worked by week and category").column("Week from", Column::Date);
    for one in &series {
        chart = chart.series(&one.name, shown.iter().map(|week| Some(hours(one.minutes(*week)))));
        table = table.column(&one.name, Column::Minutes);
    }
    table = table.column("All", Column::Minutes);
    for week in &shown {
        let parts: Vec<i64> = series.iter().map(|one| one.minutes(*week)).collect();
        let all = parts.iter().sum();
        table.push([Cell::from(*week)].into_iter().chain(parts.into_iter().map(Cell::minutes)).chain([Cell::minutes(all)]));
    }
    document.heading(2, "By week").chart(chart).table(table)
}

fn by_unit(document: Document, totals: &Totals) -> Document {
    let rows = totals.by_unit();
    let mut table = Table::new("Hours worked by unit and category")
        .column("Unit", Column::Text)
        .column("Category", Column::Text)
        .column("Duties", Column::Integer)
        .column("Hours", Column::Minutes);
    for (unit, category, worked) in rows.iter().take(MOST_UNIT_ROWS) {
        table.push([
            Cell::from(*unit),
            Cell::from(*category),
            Cell::from(worked.duties),
            Cell::minutes(worked.minutes),
        ]);
    }
    let document = document.heading(2, "By unit").table(table);
    if rows.len() > MOST_UNIT_ROWS {
        let more = rows.len() - MOST_UNIT_ROWS;
        return document.paragraph(format!("{more} more rows are left out; choose a smaller unit to see them."));
    }
    document
}
