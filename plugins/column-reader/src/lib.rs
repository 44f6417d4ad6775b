//! Reads the columns that it is told to of one data set and shows what came: for the tests of the data sets.

use watchroom_plugin_sdk::{Batch, Cell, Column, Document, Error, Query, Run, Table, report, settings};

report!(run);

fn run(_run: &Run) -> Result<Document, Error> {
    let (data_set, named) = (settings::text("data_set")?, settings::text("columns")?);
    let columns: Vec<&str> = named.split(',').map(str::trim).collect();
    Ok(Document::new("Columns").table(rows(&data_set, &columns)?).table(groups(&data_set, &columns)?))
}

fn rows(data_set: &str, columns: &[&str]) -> Result<Table, Error> {
    let mut table = columns.iter().fold(Table::new("Rows"), |table, name| table.column(*name, Column::Text));
    for batch in Query::rows(data_set, columns).open()? {
        let batch = batch?;
        for row in 0..batch.rows() {
            let cells: Vec<Cell> =
                columns.iter().map(|name| value(&batch, name, row).map(Cell::from)).collect::<Result<_, Error>>()?;
            table.push(cells);
        }
    }
    Ok(table)
}

/// The value as text, whatever its kind.
fn value(batch: &Batch, name: &str, row: usize) -> Result<Option<String>, Error> {
    if let Ok(texts) = batch.texts(name) {
        return Ok(texts.get(row).map(str::to_owned));
    }
    if let Ok(integers) = batch.integers(name) {
        return Ok(integers.get(row).map(|value| value.to_string()));
    }
    if let Ok(booleans) = batch.booleans(name) {
        return Ok(booleans.get(row).map(|value| value.to_string()));
    }
    if let Ok(floats) = batch.floats(name) {
        return Ok(floats.get(row).map(|value| value.to_string()));
    }
    if let Ok(date) = batch.date(name, row) {
        return Ok(date.map(|date| date.to_string()));
    }
    Ok(batch.instant(name, row)?.map(|at| at.micros.to_string()))
}

/// How many groups each column makes, of how many rows, and what it adds up to, where it does.
fn groups(data_set: &str, columns: &[&str]) -> Result<Table, Error> {
    let mut table = Table::new("Groups")
        .column("Column", Column::Text)
        .column("Groups", Column::Integer)
        .column("Rows", Column::Integer)
        .column("Sum", Column::Integer);
    for name in columns {
        let (mut found, mut all) = (0, 0);
        for batch in Query::groups(data_set, &[name]).count("rows").open()? {
            let batch = batch?;
            found += batch.rows() as i64;
            all += batch.integers("rows")?.sum();
        }
        table.push([Cell::from(*name), Cell::from(found), Cell::from(all), Cell::from(sum(data_set, name)?)]);
    }
    Ok(table)
}

fn sum(data_set: &str, name: &str) -> Result<Option<i64>, Error> {
    match Query::groups(data_set, &[]).sum(name, "sum").open() {
        Ok(answer) => {
            let mut sum = None;
            for batch in answer {
                sum = batch?.integers("sum")?.get(0);
            }
            Ok(sum)
        }
        // What is no number has no sum.
        Err(Error::Invalid(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
