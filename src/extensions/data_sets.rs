//! The catalogue of what plugins may ask for, and where each column comes from.
//!
//! Owns the words of the review page and the only SQL names that a plugin's question can turn into. Knows no caller and
//! runs nothing: `query` writes the statement, `rows_store` runs it under row-level security. There is no note in here,
//! no HR field and no way to reach a person: what a plugin may never read has no name.

use std::sync::Arc;

use crate::plugin_host::{Catalogue, ColumnSpec, DataSetSpec, Kind};

/// Where the rows of a data set come from, below the words of the catalogue.
#[derive(Debug)]
pub(super) struct DataSet {
    pub(super) name: &'static str,
    summary: &'static str,
    /// The table and its alias, `t`.
    pub(super) from: &'static str,
    /// What is never part of it.
    pub(super) only: Option<&'static str>,
    /// The instant that the period narrows, if it has one.
    pub(super) at: Option<&'static str>,
    /// The unit that the run's unit narrows, if it has one.
    pub(super) unit: Option<&'static str>,
    pub(super) columns: &'static [Column],
}

/// One column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    kind: Kind,
    summary: &'static str,
    personal: bool,
    pub(super) source: Source,
}

/// What a column is in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// An expression over `t`.
    Value(&'static str),
    /// A word of another table, looked up by an id of `t`. Groups are made by the id, and the word is looked up once
    /// for each group.
    Lookup {
        /// The id, over `t`.
        key: &'static str,
        /// The table; joined by organisation and id.
        table: &'static str,
        /// Its column.
        word: &'static str,
    },
    /// A person's id, behind a key that only this plugin in this organisation gets.
    Pseudonym(&'static str),
}

/// The first parameter of every statement: the organisation. The second is the pseudonyms' salt.
pub(super) const ORGANISATION: &str = "$1";

const fn column(name: &'static str, kind: Kind, source: Source, summary: &'static str) -> Column {
    Column { name, kind, summary, personal: false, source }
}

const fn personal(column: Column) -> Column {
    Column { personal: true, ..column }
}

const UNIT: Source = Source::Lookup { key: "t.unit_id", table: "units", word: "name" };

const fn kind_of_work(key: &'static str) -> Source {
    Source::Lookup { key, table: "duty_kinds", word: "name" }
}

static DUTIES: DataSet = DataSet {
    name: "duties",
    summary: "What people logged or had imported: one row for each duty, without any note",
    from: "duties t",
    only: Some("t.deleted_at is null"),
    at: Some("t.started_at"),
    unit: Some("t.unit_id"),
    columns: &[
        column("started", Kind::Instant, Source::Value("t.started_at"), "When it started"),
        column("ended", Kind::Instant, Source::Value("t.ended_at"), "When it ended"),
        column("day", Kind::Date, Source::Value("t.started_on"), "The day on which it started, in the UK"),
        column("week", Kind::Date, Source::Value("t.week_start"), "The Monday of that week"),
        column("minutes", Kind::Integer, Source::Value("t.worked_minutes"), "Minutes worked, without breaks"),
        column("break_minutes", Kind::Integer, Source::Value("t.break_minutes"), "Minutes of breaks"),
        column("unit", Kind::Text, UNIT, "The unit, by its name"),
        column("type", Kind::Text, kind_of_work("t.type_id"), "The type of work"),
        column("category", Kind::Text, kind_of_work("t.category_id"), "The category of work"),
        column("subcategory", Kind::Text, kind_of_work("t.subcategory_id"), "The sub-category of work"),
        column("incident_number", Kind::Text, Source::Value("t.incident_number"), "The number of the incident"),
        column("call_sign", Kind::Text, Source::Value("t.call_sign"), "The call sign of the appliance or vehicle"),
        column("job_role", Kind::Text, Source::Value("t.job_role"), "The role on the job"),
        column("mileage_tenths", Kind::Integer, Source::Value("t.mileage_tenths"), "Tenths of a mile driven"),
        column("turnout_seconds", Kind::Integer, Source::Value("t.turnout_seconds"), "Seconds from call to turnout"),
        column("travel_seconds", Kind::Integer, Source::Value("t.travel_seconds"), "Seconds of travel"),
        column("attendance_seconds", Kind::Integer, Source::Value("t.attendance_seconds"), "Seconds to attendance"),
        column("source", Kind::Text, Source::Value("t.source"), "Whether it was typed, imported or sent by a program"),
        personal(column(
            "person",
            Kind::Text,
            Source::Pseudonym("t.person_id"),
            "Whose it was, as a key without a name: tells people apart, and fits the key in `people`",
        )),
    ],
};

static PEOPLE: DataSet = DataSet {
    name: "people",
    summary: "The people whom the reader may see",
    from: "people t",
    only: None,
    at: None,
    unit: Some("t.unit_id"),
    columns: &[
        personal(column(
            "person",
            Kind::Text,
            Source::Pseudonym("t.id"),
            "A key without a name: tells people apart, and fits the key in `duties`",
        )),
        column("unit", Kind::Text, UNIT, "Their home unit, by its name"),
        column("left", Kind::Boolean, Source::Value("(t.left_at is not null)"), "Whether they have left"),
        personal(column("given_name", Kind::Text, Source::Value("t.given_name"), "Their given name")),
        personal(column("family_name", Kind::Text, Source::Value("t.family_name"), "Their family name")),
        personal(column("employee_number", Kind::Text, Source::Value("t.employee_number"), "Their employee number")),
    ],
};

static UNITS: DataSet = DataSet {
    name: "units",
    summary: "The tree of units: services, areas, stations and watches",
    from: "units t",
    only: None,
    at: None,
    unit: Some("t.id"),
    columns: &[
        column("name", Kind::Text, Source::Value("t.name"), "Its name"),
        column("code", Kind::Text, Source::Value("t.code"), "What the control room calls it"),
        column("kind", Kind::Text, Source::Value("t.kind"), "Whether it is a service, an area, a station or a watch"),
        column(
            "parent",
            Kind::Text,
            Source::Lookup { key: "t.parent_id", table: "units", word: "name" },
            "The unit above it, by its name",
        ),
        column("closed", Kind::Boolean, Source::Value("(t.closed_at is not null)"), "Whether it is closed"),
    ],
};

static CATEGORIES: DataSet = DataSet {
    name: "categories",
    summary: "The organisation's words for work: types, categories and sub-categories",
    from: "duty_kinds t",
    only: None,
    at: None,
    unit: None,
    columns: &[
        column("name", Kind::Text, Source::Value("t.name"), "Its name"),
        column("code", Kind::Text, Source::Value("t.code"), "Its code"),
        column("level", Kind::Integer, Source::Value("t.level"), "1 for a type, 2 a category, 3 a sub-category"),
        column("parent", Kind::Text, kind_of_work("t.parent_id"), "The one above it, by its name"),
        column(
            "retired",
            Kind::Boolean,
            Source::Value("(t.retired_at is not null)"),
            "Whether it is no longer offered",
        ),
    ],
};

static ALL: [&DataSet; 4] = [&DUTIES, &PEOPLE, &UNITS, &CATEGORIES];

/// The data set of that name.
pub(super) fn find(name: &str) -> Option<&'static DataSet> {
    ALL.into_iter().find(|data_set| data_set.name == name)
}

impl DataSet {
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// What plugins may ask for, in words.
pub fn catalogue() -> Arc<Catalogue> {
    let column = |column: &Column| ColumnSpec {
        name: column.name,
        kind: column.kind,
        summary: column.summary,
        personal: column.personal,
    };
    let data_set = |data_set: &DataSet| DataSetSpec {
        name: data_set.name,
        summary: data_set.summary,
        dated: data_set.at.is_some(),
        columns: data_set.columns.iter().map(column).collect(),
    };
    Arc::new(Catalogue { data_sets: ALL.into_iter().map(data_set).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_people_apart_is_marked_and_nothing_else_is() {
        let marked: Vec<String> = catalogue()
            .data_sets
            .iter()
            .flat_map(|set| {
                set.columns.iter().filter(|column| column.personal).map(|c| format!("{}.{}", set.name, c.name))
            })
            .collect();
        assert_eq!(
            marked,
            ["duties.person", "people.person", "people.given_name", "people.family_name", "people.employee_number"]
        );
    }

    /// Words that no source may hold: tables and columns of notes, HR fields and ways to reach a person.
    const NEVER: [&str; 17] = [
        "note",
        "body",
        "hr",
        "hr_contracts",
        "hr_payroll",
        "hr_kin",
        "hr_fitness",
        "contract_type",
        "contract_minutes_per_week",
        "payroll_number",
        "next_of_kin",
        "fitness_note",
        "duty_shared_notes",
        "duty_private_notes",
        "email",
        "phone",
        "password",
    ];

    #[test]
    fn no_note_and_no_hr_field_has_a_name() {
        for data_set in ALL {
            let sql = data_set.columns.iter().map(|column| format!("{:?}", column.source)).collect::<String>();
            for never in NEVER {
                let words: Vec<&str> = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
                assert!(!words.contains(&never), "{} of {}", never, data_set.name);
            }
        }
    }

    #[test]
    fn names_are_plain_words() {
        for data_set in ALL {
            for name in data_set.columns.iter().map(|column| column.name).chain([data_set.name]) {
                assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            }
        }
    }
}
