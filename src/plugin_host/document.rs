//! The document that a report hands back: plain data, kept as JSON, rendered by `views/` as a page and as CSV.
//!
//! Owns the shape, and in `check` what makes one well formed. Knows nothing of HTML, of wasm or of who may read it.
//! Text is text: whoever renders it escapes it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

mod check;

pub use check::{DocumentFault, DocumentLimits};

/// One report, ready to be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What it is called: the page's title. Never empty.
    pub title: String,
    /// One sentence under the title, such as the period that it covers.
    pub subtitle: Option<String>,
    /// The content, in reading order.
    pub blocks: Vec<Block>,
}

/// One piece of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A heading below the title.
    Heading {
        /// 2, 3 or 4; the title is level 1. A level is never skipped on the way down.
        level: u8,
        /// Never empty.
        text: String,
    },
    /// Running text.
    Paragraph {
        /// Never empty.
        text: String,
    },
    /// A few key figures, shown large.
    Figures {
        /// At least one.
        items: Vec<Figure>,
    },
    /// A table with a header row.
    Table(Table),
    /// A chart; its figures are also shown as a table, which `views/` makes from the series.
    Chart(Chart),
}

/// One key figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it counts.
    pub label: String,
    /// How much; [`Cell::Empty`] when there is nothing to say.
    pub value: Cell,
    /// Words after the value, such as `duties`.
    pub unit: Option<String>,
}

/// Rows under typed columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What the table shows. Never empty.
    pub caption: String,
    /// At least one.
    pub columns: Vec<Column>,
    /// Each as long as `columns`; each cell of its column's kind, or empty.
    pub rows: Vec<Vec<Cell>>,
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading. Never empty.
    pub title: String,
    /// What its cells hold.
    pub kind: ColumnKind,
}

/// What a column holds. Text is set to the left, everything that is counted to the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Words.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with decimals.
    Number,
    /// A length of time in whole minutes, shown as hours and minutes.
    Minutes,
    /// A day.
    Date,
    /// A moment, shown on the UK's wall clock.
    Instant,
    /// Yes or no.
    Boolean,
}

impl ColumnKind {
    /// Whether its cells are set to the right.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Number | Self::Minutes)
    }
}

/// One value. In JSON: `"empty"`, or an object with one key such as `{"minutes": 450}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// A length of time in whole minutes.
    Minutes(i64),
    /// A day.
    Date(Date),
    /// A moment, UTC.
    Instant(Timestamp),
    /// Yes or no.
    Boolean(bool),
}

impl Cell {
    /// The kind of column that it fits in, or `None` for an empty one, which fits in all.
    pub fn kind(&self) -> Option<ColumnKind> {
        match self {
            Self::Empty => None,
            Self::Text(_) => Some(ColumnKind::Text),
            Self::Integer(_) => Some(ColumnKind::Integer),
            Self::Number(_) => Some(ColumnKind::Number),
            Self::Minutes(_) => Some(ColumnKind::Minutes),
            Self::Date(_) => Some(ColumnKind::Date),
            Self::Instant(_) => Some(ColumnKind::Instant),
            Self::Boolean(_) => Some(ColumnKind::Boolean),
        }
    }
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Bars side by side, one for each series at each label.
    Bar,
    /// One bar at each label, the series on top of one another.
    StackedBar,
    /// One line for each series.
    Line,
}

/// Series of numbers over common labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// How it is drawn.
    pub kind: ChartKind,
    /// What it shows. Never empty.
    pub title: String,
    /// What a reader sees in it, in words: its text alternative. Never empty.
    pub summary: String,
    /// What the labels count, such as `Week`.
    pub labels_title: String,
    /// Along the x axis, in order. At least one.
    pub labels: Vec<String>,
    /// The series, in order. At least one.
    pub series: Vec<Series>,
    /// What the numbers count, such as `hours`.
    pub unit: Option<String>,
}

/// One series of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its name in the legend. Never empty.
    pub name: String,
    /// As many as the chart has labels; `None` where there is no figure. Never negative in a stacked bar.
    pub values: Vec<Option<f64>>,
}
