//! Answers, a batch of typed columns at a time.

use crate::bindings::watchroom::plugin::data::{self, Values};
use crate::{Date, Error, Instant};

/// An answer that is being read: an iterator of batches.
#[derive(Debug)]
pub struct Answer {
    raw: data::Answer,
    names: Vec<String>,
    over: bool,
}

impl Answer {
    pub(crate) fn new(raw: data::Answer) -> Self {
        let names = raw.columns().into_iter().map(|column| column.name).collect();
        Self { raw, names, over: false }
    }

    /// The names of its columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl Iterator for Answer {
    type Item = Result<Batch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        match self.raw.next_batch() {
            Ok(Some(raw)) => Some(Ok(Batch { raw, names: self.names.clone() })),
            Ok(None) => {
                self.over = true;
                None
            }
            Err(error) => {
                self.over = true;
                Some(Err(error))
            }
        }
    }
}

/// Consecutive rows.
#[derive(Debug)]
pub struct Batch {
    raw: data::Batch,
    names: Vec<String>,
}

/// A column of one type.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a, T> {
    values: &'a [T],
    missing: Option<&'a [u64]>,
}

/// A column of integers.
pub type Integers<'a> = Typed<'a, i64>;
/// A column of floats.
pub type Floats<'a> = Typed<'a, f64>;
/// A column of booleans.
pub type Booleans<'a> = Typed<'a, bool>;

fn is_missing(missing: Option<&[u64]>, row: usize) -> bool {
    missing.and_then(|words| words.get(row / 64)).is_some_and(|word| word & (1 << (row % 64)) != 0)
}

impl<'a, T: Copy> Typed<'a, T> {
    /// The value in `row`, or `None` when it is missing.
    pub fn get(&self, row: usize) -> Option<T> {
        if is_missing(self.missing, row) { None } else { self.values.get(row).copied() }
    }

    /// All values in order, `None` for each missing one.
    pub fn iter(&self) -> impl Iterator<Item = Option<T>> + 'a {
        let missing = self.missing;
        self.values.iter().enumerate().map(move |(row, value)| (!is_missing(missing, row)).then_some(*value))
    }

    /// The values that are there.
    pub fn present(&self) -> impl Iterator<Item = T> + 'a {
        self.iter().flatten()
    }
}

impl Integers<'_> {
    /// All that are there, added up.
    pub fn sum(&self) -> i64 {
        match self.missing {
            None => self.values.iter().sum(),
            Some(_) => self.present().sum(),
        }
    }
}

/// A column of text, in which each string is kept once.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    dictionary: &'a data::Dictionary,
    missing: Option<&'a [u64]>,
}

impl<'a> Texts<'a> {
    /// The text in `row`, or `None` when it is missing.
    pub fn get(&self, row: usize) -> Option<&'a str> {
        self.code(row).and_then(|code| self.word(code))
    }

    /// The index in the dictionary of the text in `row`, or `None` when it is missing.
    pub fn code(&self, row: usize) -> Option<u32> {
        if is_missing(self.missing, row) { None } else { self.dictionary.codes.get(row).copied() }
    }

    /// The string behind a code.
    pub fn word(&self, code: u32) -> Option<&'a str> {
        let index = code as usize;
        let end = *self.dictionary.ends.get(index)? as usize;
        let start = match index.checked_sub(1) {
            Some(before) => *self.dictionary.ends.get(before)? as usize,
            None => 0,
        };
        self.dictionary.words.get(start..end)
    }

    /// How many different strings there are.
    pub fn words(&self) -> usize {
        self.dictionary.ends.len()
    }
}

impl Batch {
    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.raw.rows as usize
    }

    fn column(&self, name: &str) -> Result<(&Values, Option<&[u64]>), Error> {
        let index = self.names.iter().position(|known| known == name).ok_or(Error::NotFound)?;
        let column = self.raw.columns.get(index).ok_or(Error::NotFound)?;
        Ok((&column.values, column.missing.as_deref()))
    }

    fn wrong<T>(name: &str, kind: &str) -> Result<T, Error> {
        Err(Error::Invalid(format!("the column `{name}` does not hold {kind}")))
    }

    /// A column of integers.
    ///
    /// # Errors
    /// As for every typed column: `not-found` when the answer has no such column, `invalid` when it is of another kind.
    pub fn integers(&self, name: &str) -> Result<Integers<'_>, Error> {
        match self.column(name)? {
            (Values::Integers(values), missing) => Ok(Typed { values, missing }),
            _ => Self::wrong(name, "integers"),
        }
    }

    /// A column of floats.
    pub fn floats(&self, name: &str) -> Result<Floats<'_>, Error> {
        match self.column(name)? {
            (Values::Floats(values), missing) => Ok(Typed { values, missing }),
            _ => Self::wrong(name, "floats"),
        }
    }

    /// A column of booleans.
    pub fn booleans(&self, name: &str) -> Result<Booleans<'_>, Error> {
        match self.column(name)? {
            (Values::Booleans(values), missing) => Ok(Typed { values, missing }),
            _ => Self::wrong(name, "booleans"),
        }
    }

    /// A column of text.
    pub fn texts(&self, name: &str) -> Result<Texts<'_>, Error> {
        match self.column(name)? {
            (Values::Texts(dictionary), missing) => Ok(Texts { dictionary, missing }),
            _ => Self::wrong(name, "text"),
        }
    }

    /// A column of moments, in microseconds since 1970-01-01T00:00:00Z; see [`Batch::instant`] for one of them.
    pub fn instants(&self, name: &str) -> Result<Integers<'_>, Error> {
        match self.column(name)? {
            (Values::Instants(values), missing) => Ok(Typed { values, missing }),
            _ => Self::wrong(name, "instants"),
        }
    }

    /// A column of days, in days since 1970-01-01; see [`Batch::date`] for one of them.
    pub fn dates(&self, name: &str) -> Result<Typed<'_, i32>, Error> {
        match self.column(name)? {
            (Values::Dates(values), missing) => Ok(Typed { values, missing }),
            _ => Self::wrong(name, "dates"),
        }
    }

    /// One moment of a column of moments.
    pub fn instant(&self, name: &str, row: usize) -> Result<Option<Instant>, Error> {
        Ok(self.instants(name)?.get(row).map(|micros| Instant { micros }))
    }

    /// One day of a column of days.
    pub fn date(&self, name: &str, row: usize) -> Result<Option<Date>, Error> {
        Ok(self.dates(name)?.get(row).map(Date::from_days))
    }
}
