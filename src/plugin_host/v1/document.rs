//! The `document` interface: what a plugin returns, as the host's own document.

use super::bindings::watchroom::plugin::document as wit;
use super::clock::{day, moment};
use crate::plugin_host::document::{
    Block, Cell, Chart, ChartKind, Column, ColumnKind, Document, Figure, Series, Table,
};
use crate::plugin_host::run::{RunState, Stop};

impl wit::Host for RunState {}

/// The document, unless a day or a moment in it is outside the calendar; its shape is checked later.
pub(super) fn from_wit(document: wit::Document) -> Result<Document, Stop> {
    let blocks = document.blocks.into_iter().map(block).collect::<Result<_, _>>()?;
    Ok(Document { title: document.title, subtitle: document.subtitle, blocks })
}

fn block(block: wit::Block) -> Result<Block, Stop> {
    Ok(match block {
        wit::Block::Heading(heading) => Block::Heading { level: heading.level, text: heading.text },
        wit::Block::Paragraph(text) => Block::Paragraph { text },
        wit::Block::Figures(items) => {
            let figure =
                |figure: wit::Figure| Ok(Figure { label: figure.label, value: cell(figure.value)?, unit: figure.unit });
            Block::Figures { items: items.into_iter().map(figure).collect::<Result<_, Stop>>()? }
        }
        wit::Block::Table(table) => Block::Table(Table {
            caption: table.caption,
            columns: table.columns.into_iter().map(column).collect(),
            rows: table.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect::<Result<_, Stop>>()?,
        }),
        wit::Block::Chart(chart) => Block::Chart(Chart {
            kind: match chart.kind {
                wit::ChartKind::Bar => ChartKind::Bar,
                wit::ChartKind::StackedBar => ChartKind::StackedBar,
                wit::ChartKind::Line => ChartKind::Line,
            },
            title: chart.title,
            summary: chart.summary,
            labels_title: chart.labels_title,
            labels: chart.labels,
            series: chart.series.into_iter().map(|one| Series { name: one.name, values: one.values }).collect(),
            unit: chart.unit,
        }),
    })
}

fn column(column: wit::Column) -> Column {
    let kind = match column.kind {
        wit::ColumnKind::Text => ColumnKind::Text,
        wit::ColumnKind::Integer => ColumnKind::Integer,
        wit::ColumnKind::Number => ColumnKind::Number,
        wit::ColumnKind::Minutes => ColumnKind::Minutes,
        wit::ColumnKind::Date => ColumnKind::Date,
        wit::ColumnKind::Instant => ColumnKind::Instant,
        wit::ColumnKind::Boolean => ColumnKind::Boolean,
    };
    Column { title: column.title, kind }
}

fn cell(cell: wit::Cell) -> Result<Cell, Stop> {
    let outside = |what: &str| Stop::Document(format!("the document is malformed: a {what} is outside the calendar"));
    Ok(match cell {
        wit::Cell::Empty => Cell::Empty,
        wit::Cell::Text(text) => Cell::Text(text),
        wit::Cell::Integer(number) => Cell::Integer(number),
        wit::Cell::Number(number) => Cell::Number(number),
        wit::Cell::Minutes(minutes) => Cell::Minutes(minutes),
        wit::Cell::Date(days) => Cell::Date(day(days).ok_or_else(|| outside("day"))?),
        wit::Cell::Instant(micros) => Cell::Instant(moment(micros).ok_or_else(|| outside("moment"))?),
        wit::Cell::Boolean(flag) => Cell::Boolean(flag),
    })
}
