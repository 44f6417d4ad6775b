//! The table of names, for whoever is granted them.

use std::collections::HashMap;

use watchroom_plugin_sdk::{Cell, Column, Date, Document, Error, Query, Table, equal};

use crate::MOST_ROWS;

/// What the table shows of somebody.
struct Shown {
    name: String,
    unit: String,
    standing: &'static str,
    average: i64,
    headroom: i64,
    owed: i64,
    due: Option<Date>,
}

/// Adds those who are over or near the limit or are owed rest, or a sentence where the columns are not granted.
pub(crate) fn table(document: Document, last: Date, near: i64) -> Result<Document, Error> {
    let document = document.heading(2, "People");
    let (names, shown) = match (names(), people(last, near)) {
        (Ok(names), Ok(shown)) => (names, shown),
        (Err(Error::Denied), _) | (_, Err(Error::Denied)) => {
            return Ok(document.paragraph("Names are switched on, and an administrator has not granted the columns."));
        }
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    if shown.is_empty() {
        return Ok(document.paragraph("Nobody is over or near the limit, and no rest is owed."));
    }
    let mut shown: Vec<Shown> = shown
        .into_iter()
        .map(|(key, one)| Shown {
            name: names.get(&key).cloned().unwrap_or_else(|| "Name not visible".to_owned()),
            ..one
        })
        .collect();
    shown.sort_by(|a, b| a.headroom.cmp(&b.headroom).then_with(|| a.name.cmp(&b.name)));
    let mut table = Table::new("People over or near the limit, or owed rest, the least hours left first")
        .column("Name", Column::Text)
        .column("Unit", Column::Text)
        .column("Standing", Column::Text)
        .column("Average a week", Column::Minutes)
        .column("Left a week", Column::Minutes)
        .column("Rest owed", Column::Minutes)
        .column("First due", Column::Date);
    let more = shown.len().saturating_sub(MOST_ROWS);
    for one in shown.into_iter().take(MOST_ROWS) {
        table.push([
            Cell::from(one.name),
            Cell::from(one.unit),
            Cell::from(one.standing),
            Cell::minutes(one.average),
            Cell::minutes(one.headroom),
            Cell::minutes(one.owed),
            Cell::from(one.due),
        ]);
    }
    let document = document.table(table);
    Ok(if more == 0 {
        document
    } else {
        document.paragraph(format!("{more} more rows are left out; choose a smaller unit to see them."))
    })
}

/// Names by the key that stands for a person.
fn names() -> Result<HashMap<String, String>, Error> {
    let mut names = HashMap::new();
    for batch in Query::rows("people", &["person", "given_name", "family_name"]).open()? {
        let batch = batch?;
        let (keys, given, family) = (batch.texts("person")?, batch.texts("given_name")?, batch.texts("family_name")?);
        for row in 0..batch.rows() {
            let name = format!("{} {}", given.get(row).unwrap_or_default(), family.get(row).unwrap_or_default());
            names.insert(keys.get(row).unwrap_or_default().to_owned(), name);
        }
    }
    Ok(names)
}

/// Whoever is shown, by the same key.
fn people(last: Date, near: i64) -> Result<Vec<(String, Shown)>, Error> {
    let columns =
        ["person", "unit", "standing", "average_minutes", "headroom_minutes", "owed_rest_minutes", "rest_due"];
    let mut shown = Vec::new();
    for batch in Query::rows("working_time", &columns).filter("day", equal(last)).open()? {
        let batch = batch?;
        let (keys, units, standings) = (batch.texts("person")?, batch.texts("unit")?, batch.texts("standing")?);
        let (averages, headrooms) = (batch.integers("average_minutes")?, batch.integers("headroom_minutes")?);
        let (owed, due) = (batch.integers("owed_rest_minutes")?, batch.dates("rest_due")?);
        for row in 0..batch.rows() {
            let (headroom, owed) = (headrooms.get(row).unwrap_or(0), owed.get(row).unwrap_or(0));
            let standing = match standings.get(row) {
                Some("over") => "Over the limit",
                Some("opted-out") => "Opted out",
                Some(_) | None if headroom <= near * 60 => "Near the limit",
                Some(_) | None => "Within the limit",
            };
            if owed > 0 || matches!(standing, "Over the limit" | "Near the limit") {
                let one = Shown {
                    name: String::new(),
                    unit: units.get(row).unwrap_or("No unit").to_owned(),
                    standing,
                    average: averages.get(row).unwrap_or(0),
                    headroom,
                    owed,
                    due: due.get(row).map(Date::from_days),
                };
                shown.push((keys.get(row).unwrap_or_default().to_owned(), one));
            }
        }
    }
    Ok(shown)
}
