//! What makes a document well formed, and how large it may be.

use super::{Block, Cell, Chart, ChartKind, Document, Table};

/// How large a document may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentLimits {
    /// All of its text and cells together, in bytes, as [`Document::size_bytes`] counts them.
    pub bytes: u64,
    /// Blocks.
    pub blocks: usize,
    /// Columns of one table.
    pub columns: usize,
    /// Rows of one table.
    pub rows: usize,
    /// Labels of one chart.
    pub labels: usize,
    /// Series of one chart.
    pub series: usize,
}

/// Why a document is not shown. The sentence says where the fault is, for the plugin's author.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFault {
    /// A limit was passed.
    #[error("the document is too large: {what} is {found}, the most is {most}")]
    TooLarge {
        /// What was counted, such as `rows of "Hours by unit"`.
        what: String,
        /// How many there are.
        found: u64,
        /// How many there may be.
        most: u64,
    },
    /// Its parts do not agree.
    #[error("the document is malformed: {0}")]
    Malformed(String),
}

fn malformed<T>(sentence: String) -> Result<T, DocumentFault> {
    Err(DocumentFault::Malformed(sentence))
}

fn most(what: impl FnOnce() -> String, found: usize, most: usize) -> Result<(), DocumentFault> {
    if found <= most {
        return Ok(());
    }
    Err(DocumentFault::TooLarge { what: what(), found: wide(found), most: wide(most) })
}

fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn filled(what: impl FnOnce() -> String, text: &str) -> Result<(), DocumentFault> {
    if text.trim().is_empty() { malformed(format!("{} is empty", what())) } else { Ok(()) }
}

impl Document {
    /// What it weighs, in bytes: the length of each text, and eight for each cell and value.
    pub fn size_bytes(&self) -> u64 {
        let blocks: u64 = self.blocks.iter().map(Block::size_bytes).sum();
        text(&self.title) + optional(self.subtitle.as_ref()) + blocks
    }

    /// Holds it to its shape and to `limits`.
    ///
    /// # Errors
    /// [`DocumentFault`] naming the first fault in reading order.
    pub fn check(&self, limits: &DocumentLimits) -> Result<(), DocumentFault> {
        let size = self.size_bytes();
        if size > limits.bytes {
            return Err(DocumentFault::TooLarge { what: "its size in bytes".into(), found: size, most: limits.bytes });
        }
        most(|| "its number of blocks".into(), self.blocks.len(), limits.blocks)?;
        filled(|| "the title".into(), &self.title)?;
        let mut level = 1;
        for (index, block) in self.blocks.iter().enumerate() {
            let place = index + 1;
            match block {
                Block::Heading { level: next, text } => {
                    filled(|| format!("the heading in block {place}"), text)?;
                    if !(2..=4).contains(next) {
                        return malformed(format!("the heading \"{text}\" has level {next}; 2, 3 and 4 are allowed"));
                    }
                    if *next > level + 1 {
                        return malformed(format!("the heading \"{text}\" has level {next} under level {level}"));
                    }
                    level = *next;
                }
                Block::Paragraph { text } => filled(|| format!("the paragraph in block {place}"), text)?,
                Block::Figures { items } => {
                    if items.is_empty() {
                        return malformed(format!("block {place} has no key figure"));
                    }
                    for figure in items {
                        filled(|| format!("a key figure's label in block {place}"), &figure.label)?;
                        figure.value.check(|| format!("the key figure \"{}\"", figure.label))?;
                    }
                }
                Block::Table(table) => table.check(limits)?,
                Block::Chart(chart) => chart.check(limits)?,
            }
        }
        Ok(())
    }
}

fn text(text: &str) -> u64 {
    wide(text.len())
}

fn optional(of: Option<&String>) -> u64 {
    of.map_or(0, |words| text(words))
}

impl Block {
    fn size_bytes(&self) -> u64 {
        match self {
            Self::Heading { text: words, .. } | Self::Paragraph { text: words } => text(words),
            Self::Figures { items } => items
                .iter()
                .map(|figure| text(&figure.label) + figure.value.size_bytes() + optional(figure.unit.as_ref()))
                .sum(),
            Self::Table(table) => {
                let columns: u64 = table.columns.iter().map(|column| text(&column.title) + 1).sum();
                let cells: u64 = table.rows.iter().flatten().map(Cell::size_bytes).sum();
                text(&table.caption) + columns + cells
            }
            Self::Chart(chart) => {
                let words = text(&chart.title) + text(&chart.summary) + text(&chart.labels_title);
                let labels: u64 = chart.labels.iter().map(|label| text(label)).sum();
                let series: u64 =
                    chart.series.iter().map(|series| text(&series.name) + 8 * wide(series.values.len())).sum();
                words + optional(chart.unit.as_ref()) + labels + series
            }
        }
    }
}

impl Cell {
    fn size_bytes(&self) -> u64 {
        match self {
            Self::Text(words) => 8 + text(words),
            Self::Empty
            | Self::Integer(_)
            | Self::Number(_)
            | Self::Minutes(_)
            | Self::Date(_)
            | Self::Instant(_)
            | Self::Boolean(_) => 8,
        }
    }

    fn check(&self, place: impl FnOnce() -> String) -> Result<(), DocumentFault> {
        match self {
            Self::Number(number) if !number.is_finite() => {
                malformed(format!("{} holds a number that is not finite", place()))
            }
            _ => Ok(()),
        }
    }
}

impl Table {
    fn check(&self, limits: &DocumentLimits) -> Result<(), DocumentFault> {
        filled(|| "a table's caption".into(), &self.caption)?;
        let caption = &self.caption;
        if self.columns.is_empty() {
            return malformed(format!("the table \"{caption}\" has no column"));
        }
        most(|| format!("the number of columns of \"{caption}\""), self.columns.len(), limits.columns)?;
        most(|| format!("the number of rows of \"{caption}\""), self.rows.len(), limits.rows)?;
        for column in &self.columns {
            filled(|| format!("a column's title in \"{caption}\""), &column.title)?;
        }
        for (index, row) in self.rows.iter().enumerate() {
            let at = index + 1;
            if row.len() != self.columns.len() {
                let (cells, columns) = (row.len(), self.columns.len());
                return malformed(format!("row {at} of \"{caption}\" has {cells} cells under {columns} columns"));
            }
            for (cell, column) in row.iter().zip(&self.columns) {
                let title = &column.title;
                cell.check(|| format!("row {at}, column \"{title}\" of \"{caption}\""))?;
                if cell.kind().is_some_and(|kind| kind != column.kind) {
                    return malformed(format!("row {at} of \"{caption}\" does not fit in column \"{title}\""));
                }
            }
        }
        Ok(())
    }
}

impl Chart {
    fn check(&self, limits: &DocumentLimits) -> Result<(), DocumentFault> {
        filled(|| "a chart's title".into(), &self.title)?;
        let title = &self.title;
        filled(|| format!("the summary of the chart \"{title}\""), &self.summary)?;
        if self.labels.is_empty() || self.series.is_empty() {
            return malformed(format!("the chart \"{title}\" has no label or no series"));
        }
        most(|| format!("the number of labels of \"{title}\""), self.labels.len(), limits.labels)?;
        most(|| format!("the number of series of \"{title}\""), self.series.len(), limits.series)?;
        for series in &self.series {
            let name = &series.name;
            filled(|| format!("a series' name in \"{title}\""), name)?;
            if series.values.len() != self.labels.len() {
                let (values, labels) = (series.values.len(), self.labels.len());
                return malformed(format!("series \"{name}\" of \"{title}\" has {values} values for {labels} labels"));
            }
            if series.values.iter().flatten().any(|value| !value.is_finite()) {
                return malformed(format!("series \"{name}\" of \"{title}\" holds a number that is not finite"));
            }
            let stacked = self.kind == ChartKind::StackedBar;
            if stacked && series.values.iter().flatten().any(|value| *value < 0.0) {
                return malformed(format!("series \"{name}\" of \"{title}\" is stacked and holds a negative number"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Column, ColumnKind, Figure, Series};
    use super::*;

    const LIMITS: DocumentLimits =
        DocumentLimits { bytes: 10_000, blocks: 10, columns: 3, rows: 5, labels: 4, series: 2 };

    fn with(block: Block) -> Document {
        Document { title: "Hours".into(), subtitle: None, blocks: vec![block] }
    }

    fn table(rows: Vec<Vec<Cell>>) -> Table {
        let column = |title: &str, kind| Column { title: title.into(), kind };
        let columns = vec![column("Unit", ColumnKind::Text), column("Hours", ColumnKind::Minutes)];
        Table { caption: "By unit".into(), columns, rows }
    }

    fn chart(kind: ChartKind, values: Vec<Option<f64>>) -> Chart {
        Chart {
            kind,
            title: "Hours a week".into(),
            summary: "They rise".into(),
            labels_title: "Week".into(),
            labels: vec!["1".into(), "2".into()],
            series: vec![Series { name: "Fire".into(), values }],
            unit: None,
        }
    }

    fn fault(block: Block) -> String {
        with(block).check(&LIMITS).expect_err("a fault").to_string()
    }

    #[test]
    fn a_well_formed_document_passes() {
        let mut document = with(Block::Heading { level: 2, text: "By unit".into() });
        document.blocks.push(Block::Table(table(vec![
            vec![Cell::Text("Holloway".into()), Cell::Minutes(90)],
            vec![Cell::Text("Euston".into()), Cell::Empty],
        ])));
        document.blocks.push(Block::Chart(chart(ChartKind::StackedBar, vec![Some(1.0), None])));
        document.check(&LIMITS).expect("well formed");
    }

    #[test]
    fn rows_must_agree_with_columns() {
        let short = Block::Table(table(vec![vec![Cell::Empty]]));
        assert!(fault(short).contains("row 1 of \"By unit\" has 1 cells under 2 columns"));
        let wrong = Block::Table(table(vec![vec![Cell::Integer(1), Cell::Minutes(1)]]));
        assert!(fault(wrong).contains("row 1 of \"By unit\" does not fit in column \"Unit\""));
    }

    #[test]
    fn a_series_must_agree_with_the_labels() {
        let sentence = fault(Block::Chart(chart(ChartKind::Line, vec![Some(1.0)])));
        assert!(sentence.contains("has 1 values for 2 labels"), "{sentence}");
    }

    #[test]
    fn only_finite_numbers_are_shown() {
        let sentence = fault(Block::Chart(chart(ChartKind::Line, vec![Some(f64::NAN), None])));
        assert!(sentence.contains("not finite"), "{sentence}");
        let figure = Figure { label: "Share".into(), value: Cell::Number(f64::INFINITY), unit: None };
        let sentence = fault(Block::Figures { items: vec![figure] });
        assert!(sentence.contains("the key figure \"Share\""), "{sentence}");
    }

    #[test]
    fn a_stacked_bar_has_no_negative_part() {
        let values = vec![Some(-1.0), Some(1.0)];
        assert!(fault(Block::Chart(chart(ChartKind::StackedBar, values.clone()))).contains("negative"));
        with(Block::Chart(chart(ChartKind::Bar, values))).check(&LIMITS).expect("bars may point down");
    }

    #[test]
    fn heading_levels_are_not_skipped() {
        assert!(fault(Block::Heading { level: 3, text: "Deep".into() }).contains("level 3 under level 1"));
        assert!(fault(Block::Heading { level: 9, text: "Deep".into() }).contains("2, 3 and 4 are allowed"));
    }

    #[test]
    fn nothing_that_must_be_read_is_empty() {
        assert!(fault(Block::Paragraph { text: " ".into() }).contains("paragraph in block 1 is empty"));
        let mut silent = chart(ChartKind::Line, vec![None, None]);
        silent.summary.clear();
        assert!(fault(Block::Chart(silent)).contains("the summary of the chart"));
    }

    #[test]
    fn size_is_bounded_in_every_direction() {
        let long = Block::Paragraph { text: "x".repeat(20_000) };
        assert!(fault(long).contains("its size in bytes is 20005, the most is 10000"));
        let rows = vec![vec![Cell::Empty, Cell::Empty]; 6];
        assert!(fault(Block::Table(table(rows))).contains("the number of rows of \"By unit\" is 6, the most is 5"));
        let mut many = with(Block::Paragraph { text: "x".into() });
        many.blocks = vec![Block::Paragraph { text: "x".into() }; 11];
        assert!(matches!(many.check(&LIMITS), Err(DocumentFault::TooLarge { found: 11, most: 10, .. })));
    }

    #[test]
    fn a_document_survives_being_kept_as_json() {
        let mut document = with(Block::Table(table(vec![vec![Cell::Text("a".into()), Cell::Minutes(5)]])));
        document.blocks.push(Block::Chart(chart(ChartKind::Bar, vec![Some(1.5), None])));
        let json = serde_json::to_value(&document).expect("json");
        assert_eq!(json["blocks"][0]["block"], "table");
        assert_eq!(json["blocks"][0]["rows"][0][1]["minutes"], 5);
        assert_eq!(serde_json::from_value::<Document>(json).expect("back"), document);
    }
}
