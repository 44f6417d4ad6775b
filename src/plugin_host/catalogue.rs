//! Which data sets there are, and which part of them a plugin may read.
//!
//! The slice that brings the rows fills the [`Catalogue`]; an administrator's decision becomes [`Grants`]. Both are
//! asked before a query reaches the port.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::manifest::Manifest;

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
    /// Whose rows a reader finds in it, in one sentence without a full stop. Nothing is decided by it.
    pub readers: &'static str,
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

    /// What a plugin asks for and nobody has, as `data_set.column`; empty when all of it exists. A plugin that needs
    /// such a column was written for another version of Watchroom.
    pub fn unknown(&self, manifest: &Manifest) -> Vec<String> {
        let exists =
            |data_set: &str, column: &str| self.data_set(data_set).is_some_and(|it| it.column(column).is_some());
        let asked = manifest.data_sets.iter();
        asked
            .flat_map(|asked| asked.columns.iter().map(move |column| (asked.name.as_str(), column.as_str())))
            .filter(|(data_set, column)| !exists(data_set, column))
            .map(|(data_set, column)| format!("{data_set}.{column}"))
            .collect()
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

    /// Everything that a plugin asks for.
    pub fn all_of(manifest: &Manifest) -> Self {
        manifest
            .data_sets
            .iter()
            .fold(Self::default(), |grants, asked| grants.with(&asked.name, asked.columns.iter().map(String::as_str)))
    }

    /// Whether all of it is also in `other`.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().all(|(data_set, columns)| columns.iter().all(|column| other.has(data_set, column)))
    }

    /// Adds columns of a data set.
    #[must_use]
    pub fn with<'a>(mut self, data_set: &str, columns: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.entry(data_set.to_owned()).or_default().extend(columns.into_iter().map(str::to_owned));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let json = serde_json::json!({
            "name": "a", "title": "A", "version": "1.0.0", "kind": "report", "publisher": "B", "description": "C",
            "data_sets": [
                {"name": "duties", "columns": ["unit", "pay"], "reason": "D"},
                {"name": "salaries", "columns": ["pay"], "reason": "E"},
            ],
        });
        Manifest::parse(json.to_string().as_bytes()).expect("good")
    }

    #[test]
    fn what_nobody_has_is_named() {
        let unit = ColumnSpec { name: "unit", kind: Kind::Text, summary: "", personal: false };
        let duties = DataSetSpec { name: "duties", summary: "", readers: "", dated: true, columns: vec![unit] };
        let catalogue = Catalogue { data_sets: vec![duties] };
        assert_eq!(catalogue.unknown(&manifest()), ["duties.pay", "salaries.pay"]);
    }

    #[test]
    fn a_grant_can_be_compared_with_what_was_asked() {
        let asked = Grants::all_of(&manifest());
        assert!(Grants::default().with("duties", ["unit"]).is_within(&asked));
        assert!(!Grants::default().with("duties", ["person"]).is_within(&asked));
        assert!(!Grants::default().has_data_set("duties"));
        assert!(!Grants::default().with("duties", []).has_data_set("duties"));
    }
}
