//! Documents, built one block at a time.

use crate::bindings::watchroom::plugin::document as raw;
use crate::{Date, Instant};

/// What a column of a table holds.
pub use raw::ColumnKind as Column;

/// A report's document. Blocks appear in the order in which they are added.
#[derive(Debug, Clone)]
#[must_use = "a document that is not returned is not shown"]
pub struct Document(raw::Document);

impl Document {
    /// An empty one.
    pub fn new(title: impl Into<String>) -> Self {
        Self(raw::Document { title: title.into(), subtitle: None, blocks: Vec::new() })
    }

    /// One sentence under the title.
    pub fn subtitle(mut self, text: impl Into<String>) -> Self {
        self.0.subtitle = Some(text.into());
        self
    }

    fn block(mut self, block: raw::Block) -> Self {
        self.0.blocks.push(block);
        self
    }

    /// A heading of level 2 to 4.
    pub fn heading(self, level: u8, text: impl Into<String>) -> Self {
        self.block(raw::Block::Heading(raw::Heading { level, text: text.into() }))
    }

    /// Running text.
    pub fn paragraph(self, text: impl Into<String>) -> Self {
        self.block(raw::Block::Paragraph(text.into()))
    }

    /// Key figures.
    pub fn figures(self, figures: impl IntoIterator<Item = Figure>) -> Self {
        self.block(raw::Block::Figures(figures.into_iter().map(|figure| figure.0).collect()))
    }

    /// A table.
    pub fn table(self, table: Table) -> Self {
        self.block(raw::Block::Table(table.0))
    }

    /// A chart.
    pub fn chart(self, chart: Chart) -> Self {
        self.block(raw::Block::Chart(chart.0))
    }

    pub(crate) fn into_raw(self) -> raw::Document {
        self.0
    }
}

/// One value; made from text, integers, floats, booleans, dates, instants and options of them.
#[derive(Debug, Clone)]
pub struct Cell(raw::Cell);

impl Cell {
    /// A length of time in whole minutes, shown as hours and minutes.
    pub fn minutes(minutes: i64) -> Self {
        Self(raw::Cell::Minutes(minutes))
    }

    /// Nothing.
    pub fn empty() -> Self {
        Self(raw::Cell::Empty)
    }
}

macro_rules! cell {
    ($($from:ty => $name:ident => $cell:expr;)*) => {
        $(impl From<$from> for Cell {
            fn from($name: $from) -> Self {
                Self($cell)
            }
        })*
    };
}

cell! {
    &str => value => raw::Cell::Text(value.to_owned());
    String => value => raw::Cell::Text(value);
    i64 => value => raw::Cell::Integer(value);
    f64 => value => raw::Cell::Number(value);
    bool => value => raw::Cell::Boolean(value);
    Date => value => raw::Cell::Date(value.days);
    Instant => value => raw::Cell::Instant(value.micros);
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Self::empty, Into::into)
    }
}

/// One key figure.
#[derive(Debug, Clone)]
pub struct Figure(raw::Figure);

impl Figure {
    /// What it counts, and how much.
    pub fn new(label: impl Into<String>, value: impl Into<Cell>) -> Self {
        Self(raw::Figure { label: label.into(), value: value.into().0, unit: None })
    }

    /// Words after the value.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.0.unit = Some(unit.into());
        self
    }
}

/// A table.
#[derive(Debug, Clone)]
#[must_use = "add it to a document"]
pub struct Table(raw::Table);

impl Table {
    /// An empty one; the caption says what it shows.
    pub fn new(caption: impl Into<String>) -> Self {
        Self(raw::Table { caption: caption.into(), columns: Vec::new(), rows: Vec::new() })
    }

    /// Adds a column.
    pub fn column(mut self, title: impl Into<String>, kind: Column) -> Self {
        self.0.columns.push(raw::Column { title: title.into(), kind });
        self
    }

    /// Adds a row: one cell for each column.
    pub fn row(mut self, cells: impl IntoIterator<Item = Cell>) -> Self {
        self.push(cells);
        self
    }

    /// Adds a row: one cell for each column.
    pub fn push(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.0.rows.push(cells.into_iter().map(|cell| cell.0).collect());
    }
}

/// A chart.
#[derive(Debug, Clone)]
#[must_use = "add it to a document"]
pub struct Chart(raw::Chart);

impl Chart {
    fn of(kind: raw::ChartKind, title: String, summary: String) -> Self {
        Self(raw::Chart {
            kind,
            title,
            summary,
            labels_title: String::new(),
            labels: Vec::new(),
            series: Vec::new(),
            unit: None,
        })
    }

    /// Bars side by side. The summary says in words what a reader sees.
    pub fn bar(title: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::of(raw::ChartKind::Bar, title.into(), summary.into())
    }

    /// Series on top of one another.
    pub fn stacked_bar(title: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::of(raw::ChartKind::StackedBar, title.into(), summary.into())
    }

    /// Lines.
    pub fn line(title: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::of(raw::ChartKind::Line, title.into(), summary.into())
    }

    /// What is along the x axis, and what that counts.
    pub fn labels<S: Into<String>>(mut self, title: impl Into<String>, labels: impl IntoIterator<Item = S>) -> Self {
        self.0.labels_title = title.into();
        self.0.labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a series: one value for each label.
    pub fn series(mut self, name: impl Into<String>, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        self.0.series.push(raw::Series { name: name.into(), values: values.into_iter().collect() });
        self
    }

    /// What the values count.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.0.unit = Some(unit.into());
        self
    }
}
