//! Rows in columns: the form in which they pass from the database to a plugin, and builders that make it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::catalogue::Kind;
use super::port::OutputColumn;

/// Consecutive rows of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// How many.
    pub rows: u32,
    /// In the order of the query's output.
    pub columns: Vec<Column>,
}

/// One column of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// One entry for each row.
    pub values: Values,
    /// Bit `i % 64` of word `i / 64` is set when row `i` has no value; `None` when every row has one.
    pub missing: Option<Vec<u64>>,
}

/// The entries of a column. The entry of a missing value means nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Values {
    /// Whole numbers.
    Integers(Vec<i64>),
    /// Numbers.
    Floats(Vec<f64>),
    /// Yes or no.
    Booleans(Vec<bool>),
    /// Words.
    Texts(Dictionary),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instants(Vec<i64>),
    /// Days since 1970-01-01.
    Dates(Vec<i32>),
}

/// Strings of a batch's column, each kept once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dictionary {
    /// All of them, one after the other.
    pub words: String,
    /// Where each ends in `words`, in bytes.
    pub ends: Vec<u32>,
    /// For each row the index of its string.
    pub codes: Vec<u32>,
}

/// A batch that does not keep to the query: a fault of the port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the port returned a batch that does not keep to the query: {0}")]
pub struct BatchFault(&'static str);

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Integers(values) | Self::Instants(values) => values.len(),
            Self::Floats(values) => values.len(),
            Self::Booleans(values) => values.len(),
            Self::Texts(dictionary) => dictionary.codes.len(),
            Self::Dates(values) => values.len(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Integers(_) => Kind::Integer,
            Self::Floats(_) => Kind::Float,
            Self::Booleans(_) => Kind::Boolean,
            Self::Texts(_) => Kind::Text,
            Self::Instants(_) => Kind::Instant,
            Self::Dates(_) => Kind::Date,
        }
    }
}

impl Batch {
    /// Holds it to the query that it answers.
    ///
    /// # Errors
    /// [`BatchFault`] when its rows, columns or kinds do not agree.
    pub fn check(&self, output: &[OutputColumn], max_rows: u32) -> Result<(), BatchFault> {
        let rows = usize::try_from(self.rows).unwrap_or(usize::MAX);
        if self.rows == 0 || self.rows > max_rows {
            return Err(BatchFault("it has no rows, or more than were asked for"));
        }
        if self.columns.len() != output.len() {
            return Err(BatchFault("it has another number of columns"));
        }
        for (column, wanted) in self.columns.iter().zip(output) {
            if column.values.kind() != wanted.kind {
                return Err(BatchFault("a column is of another kind"));
            }
            if column.values.len() != rows {
                return Err(BatchFault("a column has another number of rows"));
            }
            if column.missing.as_ref().is_some_and(|words| words.len() != rows.div_ceil(64)) {
                return Err(BatchFault("a column's missing values do not cover its rows"));
            }
        }
        Ok(())
    }
}

/// Which rows have no value; costs nothing until the first that has none.
#[derive(Debug, Default)]
struct Missing {
    words: Option<Vec<u64>>,
}

impl Missing {
    fn mark(&mut self, row: usize) {
        let words = self.words.get_or_insert_default();
        let at = row / 64;
        if words.len() <= at {
            words.resize(at + 1, 0);
        }
        if let Some(word) = words.get_mut(at) {
            *word |= 1 << (row % 64);
        }
    }

    fn finish(self, rows: usize) -> Option<Vec<u64>> {
        self.words.map(|mut words| {
            words.resize(rows.div_ceil(64), 0);
            words
        })
    }
}

/// Builds a column of values of one size: `i64`, `f64`, `bool` or `i32`.
#[derive(Debug)]
pub struct FixedBuilder<T> {
    values: Vec<T>,
    missing: Missing,
}

impl<T: Copy + Default> FixedBuilder<T> {
    /// Room for `rows`.
    pub fn with_capacity(rows: usize) -> Self {
        Self { values: Vec::with_capacity(rows), missing: Missing::default() }
    }

    /// Adds a row.
    pub fn push(&mut self, value: Option<T>) {
        if value.is_none() {
            self.missing.mark(self.values.len());
        }
        self.values.push(value.unwrap_or_default());
    }

    /// The column; `wrap` names what the values are, such as [`Values::Instants`].
    pub fn finish(self, wrap: impl FnOnce(Vec<T>) -> Values) -> Column {
        let missing = self.missing.finish(self.values.len());
        Column { values: wrap(self.values), missing }
    }
}

/// Builds a column of text; each string is kept once.
#[derive(Debug, Default)]
pub struct TextBuilder {
    dictionary: Dictionary,
    /// The code of each string and where it begins.
    known: HashMap<Box<str>, (u32, usize)>,
    /// Code, begin and end of the string that was pushed last.
    last: Option<(u32, usize, usize)>,
    missing: Missing,
}

impl TextBuilder {
    /// Room for `rows`.
    pub fn with_capacity(rows: usize) -> Self {
        let dictionary = Dictionary { codes: Vec::with_capacity(rows), ..Dictionary::default() };
        Self { dictionary, ..Self::default() }
    }

    /// Adds a row. Rows that repeat the one before, as sorted rows do, cost one comparison.
    pub fn push(&mut self, text: Option<&str>) {
        let Some(text) = text else {
            self.missing.mark(self.dictionary.codes.len());
            self.dictionary.codes.push(0);
            return;
        };
        let code = match self.last {
            Some((code, from, to)) if self.dictionary.words.get(from..to) == Some(text) => code,
            _ => self.code(text),
        };
        self.dictionary.codes.push(code);
    }

    fn code(&mut self, text: &str) -> u32 {
        if let Some((code, from)) = self.known.get(text).copied() {
            self.last = Some((code, from, from + text.len()));
            return code;
        }
        let code = u32::try_from(self.dictionary.ends.len()).unwrap_or(u32::MAX);
        let from = self.dictionary.words.len();
        self.dictionary.words.push_str(text);
        let to = self.dictionary.words.len();
        self.dictionary.ends.push(u32::try_from(to).unwrap_or(u32::MAX));
        self.known.insert(text.into(), (code, from));
        self.last = Some((code, from, to));
        code
    }

    /// The column.
    pub fn finish(self) -> Column {
        let missing = self.missing.finish(self.dictionary.codes.len());
        Column { values: Values::Texts(self.dictionary), missing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(kind: Kind) -> Vec<OutputColumn> {
        vec![OutputColumn { name: "a".into(), kind }]
    }

    #[test]
    fn strings_are_kept_once_and_missing_rows_are_marked() {
        let mut builder = TextBuilder::with_capacity(5);
        for text in [Some("Fire"), Some("Fire"), None, Some("Training"), Some("Fire")] {
            builder.push(text);
        }
        let column = builder.finish();
        assert_eq!(column.missing, Some(vec![0b100]));
        let Values::Texts(dictionary) = column.values else { panic!("not text") };
        assert_eq!(dictionary.words, "FireTraining");
        assert_eq!(dictionary.ends, [4, 12]);
        assert_eq!(dictionary.codes, [0, 0, 0, 1, 0]);
    }

    #[test]
    fn the_missing_bits_cover_all_rows() {
        let mut builder = FixedBuilder::with_capacity(130);
        for row in 0..130_i64 {
            builder.push((row != 64).then_some(row));
        }
        let column = builder.finish(Values::Integers);
        assert_eq!(column.missing, Some(vec![0, 1, 0]));
        Batch { rows: 130, columns: vec![column] }.check(&output(Kind::Integer), 130).expect("agrees");
    }

    #[test]
    fn a_batch_that_does_not_keep_to_the_query_is_found() {
        let column = |values| Column { values, missing: None };
        let batch = |rows, values| Batch { rows, columns: vec![column(values)] };
        let integers = output(Kind::Integer);
        assert!(batch(2, Values::Integers(vec![1])).check(&integers, 5).is_err());
        assert!(batch(1, Values::Floats(vec![1.0])).check(&integers, 5).is_err());
        assert!(batch(2, Values::Integers(vec![1, 2])).check(&integers, 1).is_err());
        assert!(Batch { rows: 1, columns: vec![] }.check(&integers, 5).is_err());
        batch(2, Values::Integers(vec![1, 2])).check(&integers, 5).expect("agrees");
    }
}
