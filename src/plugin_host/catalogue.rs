//! Which data sets there are, and which part of them a plugin may read.
//!
//! The slice that brings the rows fills the [`Catalogue`]; an administrator's decision becomes [`Grants`]. Both are
//! asked before a query reaches the port.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 64 bits.
    Integer,
    /// 64 bits, finite.
    Float,
    /// Yes or no.
    Boolean,
    /// Words.
    Text,
    /// A moment.
    Instant,
    /// A day.
    Date,
}

impl Kind {
    /// Its name in messages, such as `an integer`.
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Integer => "an integer",
            Self::Float => "a float",
            Self::Boolean => "a boolean",
            Self::Text => "text",
            Self::Instant => "an instant",
            Self::Date => "a date",
        }
    }
}

/// One column of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnSpec {
    /// Its name in queries: lower-case letters, digits and underscores.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it says, in one sentence without a full stop, for the review page.
    pub summary: &'static str,
    /// Whether it tells one person from another. The review page marks it.
    pub personal: bool,
}

/// One data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataSetSpec {
    /// Its name in queries.
    pub name: &'static str,
    /// What its rows are, in one sentence without a full stop.
    pub summary: &'static str,
    /// Whether the period of a run, or of a query, narrows it.
    pub dated: bool,
    /// Its columns, in the order in which they are shown.
    pub columns: Vec<ColumnSpec>,
}

impl DataSetSpec {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&ColumnSpec> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// All data sets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Catalogue {
    /// In the order in which they are shown.
    pub data_sets: Vec<DataSetSpec>,
}

impl Catalogue {
    /// The data set of that name.
    pub fn data_set(&self, name: &str) -> Option<&DataSetSpec> {
        self.data_sets.iter().find(|data_set| data_set.name == name)
    }
}

/// What a plugin may read: data sets and columns of them. Nothing unless granted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grants(pub BTreeMap<String, BTreeSet<String>>);

impl Grants {
    /// Whether any column of the data set is granted.
    pub fn has_data_set(&self, data_set: &str) -> bool {
        self.0.get(data_set).is_some_and(|columns| !columns.is_empty())
    }

    /// Whether that column is granted.
    pub fn has(&self, data_set: &str, column: &str) -> bool {
        self.0.get(data_set).is_some_and(|columns| columns.contains(column))
    }

    /// Adds columns of a data set.
    #[must_use]
    pub fn with<'a>(mut self, data_set: &str, columns: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.entry(data_set.to_owned()).or_default().extend(columns.into_iter().map(str::to_owned));
        self
    }
}
