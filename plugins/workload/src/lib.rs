//! How much people worked: hours by week and unit, duties by category, nights, late finishes, long weeks.
//!
//! Each question is added up by the database; what comes back is a row for a unit, a week or a category.

mod load;

use watchroom_plugin_sdk::{
    Cell, Chart, Column, Date, Document, Error, Figure, Query, Run, Table, at_least, equal, report, settings,
};

use crate::load::{Load, Loads, OTHERS};

report!(run);

/// More rows than this are left out of a table, and the reader is told.
const MOST_ROWS: usize = 2_000;

/// What an administrator has set.
struct Asked {
    weeks: usize,
    units: usize,
    late_after: i64,
    long_week: i64,
}

fn run(run: &Run) -> Result<Document, Error> {
    let asked = Asked {
        weeks: usize::try_from(settings::integer("weeks")?).unwrap_or(12),
        units: usize::try_from(settings::integer("units")?).unwrap_or(6),
        late_after: settings::integer("late_after_hours")?,
        long_week: settings::integer("long_week_hours")?,
    };
    let loads = read(&asked)?;
    let about = run.unit.as_deref().unwrap_or("the whole organisation");
    let document = Document::new("Workload").subtitle(format!("{} to {}, {about}", run.period.from, run.period.to));
    let all = loads.all();
    if all.duties == 0 {
        return Ok(document.paragraph("No duty was recorded in this period."));
    }
    let Asked { late_after, long_week, .. } = asked;
    let document = document.figures([
        Figure::new("Hours worked", Cell::minutes(all.minutes)),
        Figure::new("Duties", all.duties),
        Figure::new("Nights", all.nights),
        Figure::new("Late finishes", all.late),
        Figure::new(format!("Weeks over {long_week} hours"), all.share())
            .unit(format!("% ({} of {} weeks of one person)", all.long_weeks, all.weeks)),
    ]);
    let document = document.paragraph(format!(
        "Breaks are taken off. A night is a duty with three hours or more between 23:00 and 06:00. A late finish is a duty \
         that lasted longer than {late_after} hours from start to end, breaks included: when it was planned to end is not \
         in the data. A week runs from Monday to Sunday, counts whole where the period ends within it, and belongs to the \
         unit of its last duty."
    ));
    let document = by_week(document, &loads, &asked);
    let document = by_unit(document, &loads, long_week);
    by_category(document)
}

fn read(asked: &Asked) -> Result<Loads, Error> {
    let mut loads = Loads::default();
    let hours = Query::groups("duties", &["unit", "week"]).sum("minutes", "minutes").count("duties").open()?;
    for batch in hours {
        let batch = batch?;
        let (units, weeks) = (batch.texts("unit")?, batch.dates("week")?);
        let (minutes, duties) = (batch.integers("minutes")?, batch.integers("duties")?);
        for row in 0..batch.rows() {
            let (unit, minutes) = (units.get(row), minutes.get(row).unwrap_or(0));
            loads.add(unit, Load { minutes, duties: duties.get(row).unwrap_or(0), ..Load::default() });
            if let Some(week) = weeks.get(row) {
                loads.add_week(unit, Date::from_days(week), minutes);
            }
        }
    }
    let nights = Query::groups("duties", &["unit"]).filter("night", equal(true));
    count(&mut loads, nights, |nights| Load { nights, ..Load::default() })?;
    let late = Query::groups("duties", &["unit"]).filter("elapsed_minutes", at_least(asked.late_after * 60 + 1));
    count(&mut loads, late, |late| Load { late, ..Load::default() })?;
    count(&mut loads, Query::groups("weeks", &["unit"]), |weeks| Load { weeks, ..Load::default() })?;
    let long = Query::groups("weeks", &["unit"]).filter("minutes", at_least(asked.long_week * 60 + 1));
    count(&mut loads, long, |long_weeks| Load { long_weeks, ..Load::default() })?;
    Ok(loads)
}

/// Adds what a question by unit counts.
fn count(loads: &mut Loads, question: Query, load: impl Fn(i64) -> Load) -> Result<(), Error> {
    for batch in question.count("found").open()? {
        let batch = batch?;
        let (units, found) = (batch.texts("unit")?, batch.integers("found")?);
        for row in 0..batch.rows() {
            loads.add(units.get(row), load(found.get(row).unwrap_or(0)));
        }
    }
    Ok(())
}

fn hours(minutes: i64) -> f64 {
    // Tenths are exact enough for a bar, and read well in the table beneath it.
    (minutes as f64 / 6.0).round() / 10.0
}

fn by_week(document: Document, loads: &Loads, asked: &Asked) -> Document {
    let weeks = loads.last_weeks(asked.weeks);
    let (names, others) = loads.apart(asked.units);
    let busiest = weeks.iter().map(|week| (*week, loads.of_week(*week))).max_by_key(|(_week, minutes)| *minutes);
    let (Some(first), Some(last), Some((busiest, most))) = (weeks.first(), weeks.last(), busiest) else {
        return document;
    };
    let summary = format!(
        "Hours worked in each week from {first} to {last}, by unit. The most, {:.0} hours, were in the week of {busiest}. \
         The unit with the most hours of the whole period is {}.",
        hours(most),
        names.first().copied().unwrap_or_default(),
    );
    let mut chart = Chart::stacked_bar("Hours worked by week and unit", summary)
        .labels("Week from", weeks.iter().map(|week| week.short()))
        .unit("hours");
    let mut table = Table::new("Hours worked by week and unit").column("Week from", Column::Date);
    for name in &names {
        chart = chart.series(*name, weeks.iter().map(|week| Some(hours(loads.minutes(*week, name)))));
        table = table.column(*name, Column::Minutes);
    }
    let rest = |week: Date| loads.of_week(week) - names.iter().map(|name| loads.minutes(week, name)).sum::<i64>();
    if others {
        chart = chart.series(OTHERS, weeks.iter().map(|week| Some(hours(rest(*week)))));
        table = table.column(OTHERS, Column::Minutes);
    }
    table = table.column("All", Column::Minutes);
    for week in &weeks {
        let parts = names.iter().map(|name| loads.minutes(*week, name)).chain(others.then(|| rest(*week)));
        let parts = parts.chain([loads.of_week(*week)]).map(Cell::minutes);
        table.push([Cell::from(*week)].into_iter().chain(parts));
    }
    document.heading(2, "By week").chart(chart).table(table)
}

fn by_unit(document: Document, loads: &Loads, long_week: i64) -> Document {
    let mut table = Table::new("Workload by unit")
        .column("Unit", Column::Text)
        .column("Duties", Column::Integer)
        .column("Hours", Column::Minutes)
        .column("Nights", Column::Integer)
        .column("Late finishes", Column::Integer)
        .column("Weeks of one person", Column::Integer)
        .column(format!("Weeks over {long_week} hours"), Column::Integer)
        .column(format!("Share over {long_week} hours (%)"), Column::Number);
    for (unit, load) in loads.units().take(MOST_ROWS) {
        table.push([
            Cell::from(unit),
            Cell::from(load.duties),
            Cell::minutes(load.minutes),
            Cell::from(load.nights),
            Cell::from(load.late),
            Cell::from(load.weeks),
            Cell::from(load.long_weeks),
            Cell::from(load.share()),
        ]);
    }
    let document = document.heading(2, "By unit").table(table);
    match loads.units().count().checked_sub(MOST_ROWS) {
        Some(more) if more > 0 => {
            document.paragraph(format!("{more} more rows are left out; choose a smaller unit to see them."))
        }
        Some(_) | None => document,
    }
}

fn by_category(document: Document) -> Result<Document, Error> {
    let answer = Query::groups("duties", &["category"])
        .count("duties")
        .sum("minutes", "minutes")
        .order_by_descending("duties")
        .order_by("category")
        .limit(MOST_ROWS as u64)
        .open()?;
    let mut table = Table::new("Duties by category, the most first")
        .column("Category", Column::Text)
        .column("Duties", Column::Integer)
        .column("Hours", Column::Minutes);
    for batch in answer {
        let batch = batch?;
        let (names, duties, minutes) =
            (batch.texts("category")?, batch.integers("duties")?, batch.integers("minutes")?);
        for row in 0..batch.rows() {
            table.push([
                Cell::from(names.get(row).unwrap_or("No category")),
                Cell::from(duties.get(row).unwrap_or(0)),
                Cell::minutes(minutes.get(row).unwrap_or(0)),
            ]);
        }
    }
    Ok(document.heading(2, "By category").table(table))
}
