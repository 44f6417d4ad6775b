//! A report's document as a piece of a page, and as CSV. Whatever a plugin wrote is text here: escaped, never markup.

use std::fmt::Write;

use serde_json::{Value, json};

use super::charts::number;
use super::csv_text::{BOM, guarded};
use super::markup::escape;
use super::{Markup, Views, ViewsError, format};
use crate::kernel::civil::local;
use crate::plugin_host::document::{Block, Cell, Chart, Column, ColumnKind, Document, Figure, Table};

/// A longer table is cut on the page, which says so; the CSV has all of it.
const MOST_ROWS: usize = 1000;

impl Views {
    /// The document below its title, which is for the page's `h1`: subtitle, then the blocks in order.
    ///
    /// The document must have passed [`Document::check`]. Ids inside start with `report-`.
    ///
    /// # Errors
    /// [`ViewsError`] only through a defect in a component's template.
    pub fn document(&self, document: &Document) -> Result<Markup, ViewsError> {
        let mut html = String::new();
        if let Some(subtitle) = &document.subtitle {
            html.push_str(&paragraph("govuk-body-l wr-quiet", subtitle));
        }
        for (index, block) in document.blocks.iter().enumerate() {
            match block {
                Block::Heading { level, text } => html.push_str(&heading(*level, text)),
                Block::Paragraph { text } => html.push_str(&paragraph("govuk-body", text)),
                Block::Figures { items } => html.push_str(&figures(items)),
                Block::Table(table) => html.push_str(self.document_table(table)?.as_str()),
                Block::Chart(chart) => html.push_str(self.chart(chart, &format!("report-{index}"))?.as_str()),
            }
        }
        Ok(Markup::trusted(html))
    }

    fn document_table(&self, table: &Table) -> Result<Markup, ViewsError> {
        let head: Vec<Value> = table.columns.iter().map(column_head).collect();
        let rows: Vec<Vec<Value>> =
            table.rows.iter().take(MOST_ROWS).map(|row| table_row(&table.columns, row)).collect();
        let cut = table.rows.len().saturating_sub(MOST_ROWS);
        let note = (cut > 0).then(|| {
            let cut = i64::try_from(cut).unwrap_or(i64::MAX);
            format!("{} more rows are not shown here. The CSV file has them.", format::number(cut))
        });
        let named = table.columns.first().is_some_and(|column| column.kind == ColumnKind::Text);
        self.kit(
            "document-table",
            json!({"caption": table.caption, "head": head, "rows": rows, "named": named, "note": note}),
        )
    }
}

fn heading(level: u8, text: &str) -> String {
    // `Document::check` allows 2 to 4; anything else is held to that, since h1 is the page's own.
    let level = level.clamp(2, 4);
    let size = if level == 2 { "m" } else { "s" };
    format!(r#"<h{level} class="govuk-heading-{size}">{}</h{level}>"#, escape(text))
}

fn paragraph(class: &str, text: &str) -> String {
    format!(r#"<p class="{class}">{}</p>"#, escape(text))
}

fn figures(items: &[Figure]) -> String {
    let mut html = String::from(r#"<dl class="wr-figures">"#);
    for Figure { label, value, unit } in items {
        let unit = unit.as_ref().map(|unit| format!(" <small>{}</small>", escape(unit))).unwrap_or_default();
        let (label, value) = (escape(label), escape(&shown(value)));
        // Writing to a String cannot fail.
        let _ = write!(html, r#"<div class="wr-figures__item"><dt>{label}</dt><dd>{value}{unit}</dd></div>"#);
    }
    html.push_str("</dl>");
    html
}

fn column_head(column: &Column) -> Value {
    json!({"text": column.title, "format": column.kind.is_numeric().then_some("numeric")})
}

fn table_row(columns: &[Column], row: &[Cell]) -> Vec<Value> {
    let cell = |(column, cell): (&Column, &Cell)| {
        json!({
            "text": shown(cell),
            "format": column.kind.is_numeric().then_some("numeric"),
            "attributes": {"data-label": column.title},
        })
    };
    columns.iter().zip(row).map(cell).collect()
}

/// A cell as people read it.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => "\u{2013}".to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Integer(value) => format::number(*value),
        Cell::Number(value) => number(*value),
        Cell::Minutes(value) => format::minutes(*value),
        Cell::Date(date) => format::short_date(*date),
        Cell::Instant(at) => format::short_time(*at),
        Cell::Boolean(yes) => if *yes { "Yes" } else { "No" }.to_owned(),
    }
}

/// A cell as a spreadsheet or a program reads it.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => guarded(text).into_owned(),
        Cell::Integer(value) | Cell::Minutes(value) => value.to_string(),
        Cell::Number(value) => value.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Instant(at) => local(*at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        Cell::Boolean(yes) => if *yes { "yes" } else { "no" }.to_owned(),
    }
}

/// The tables, charts and key figures of `document` as one CSV file, UTF-8 with a byte order mark.
///
/// One table or chart alone is its header and rows. Several are each preceded by their title and parted by an empty line.
/// Minutes are whole minutes, days `2026-11-22`, moments are the UK's clock with its offset.
///
/// # Errors
/// [`csv::Error`] never in practice: it is written to memory.
pub fn csv(document: &Document) -> Result<Vec<u8>, csv::Error> {
    let tables: Vec<(String, Vec<Vec<String>>)> = document.blocks.iter().filter_map(records).collect();
    let titled = tables.len() > 1;
    let mut file = BOM.to_vec();
    for (index, (title, records)) in tables.iter().enumerate() {
        if index > 0 {
            file.extend_from_slice(b"\r\n");
        }
        let mut section =
            csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(&mut file);
        if titled {
            section.write_record([title])?;
        }
        for record in records {
            section.write_record(record)?;
        }
        section.flush()?;
    }
    Ok(file)
}

/// The title and the records, header first, of a block that has figures.
fn records(block: &Block) -> Option<(String, Vec<Vec<String>>)> {
    match block {
        Block::Heading { .. } | Block::Paragraph { .. } => None,
        Block::Figures { items } => {
            let header = ["Figure", "Value", "Unit"].map(ToOwned::to_owned).to_vec();
            let row = |Figure { label, value, unit }: &Figure| {
                let minutes = matches!(value, Cell::Minutes(_)).then_some("minutes");
                let unit = minutes.or(unit.as_deref()).unwrap_or_default();
                vec![guarded(label).into_owned(), plain(value), guarded(unit).into_owned()]
            };
            Some(("Key figures".to_owned(), std::iter::once(header).chain(items.iter().map(row)).collect()))
        }
        Block::Table(table) => {
            let header = table.columns.iter().map(csv_head).collect();
            let rows = table.rows.iter().map(|row| row.iter().map(plain).collect());
            Some((guarded(&table.caption).into_owned(), std::iter::once(header).chain(rows).collect()))
        }
        Block::Chart(chart) => Some((guarded(&chart.title).into_owned(), chart_records(chart))),
    }
}

fn csv_head(column: &Column) -> String {
    let unit = if column.kind == ColumnKind::Minutes { " (minutes)" } else { "" };
    guarded(&format!("{}{unit}", column.title)).into_owned()
}

fn chart_records(chart: &Chart) -> Vec<Vec<String>> {
    let names = chart.series.iter().map(|series| guarded(&series.name).into_owned());
    let header = std::iter::once(guarded(&chart.labels_title).into_owned()).chain(names).collect();
    let row = |(index, label): (usize, &String)| {
        let values = chart.series.iter().map(|series| {
            series.values.get(index).copied().flatten().map(|value| value.to_string()).unwrap_or_default()
        });
        std::iter::once(guarded(label).into_owned()).chain(values).collect()
    };
    std::iter::once(header).chain(chart.labels.iter().enumerate().map(row)).collect()
}

#[cfg(test)]
mod tests;
