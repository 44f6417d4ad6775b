//! The catalogue of what plugins may ask for, and where each column comes from.
//!
//! Owns the words of the review page and the only SQL names that a plugin's question can turn into. Knows no caller and
//! runs nothing: `query` writes the statement, `rows_store` runs it under row-level security. There is no note in here,
//! no HR field and no way to reach a person: what a plugin may never read has no name.

mod cpd;
mod duties;
mod exposures;
mod organisation;
mod working_time;

use std::sync::Arc;

use crate::plugin_host::{Catalogue, ColumnSpec, DataSetSpec, Kind};

/// Where the rows of a data set come from, below the words of the catalogue.
#[derive(Debug)]
pub(super) struct DataSet {
    pub(super) name: &'static str,
    summary: &'static str,
    /// Whose rows a reader finds in it. Row-level security sees to it; this says it in words.
    readers: &'static str,
    /// The table, or a query in brackets, and its alias, `t`. [`TODAY`] in it is the day of the run.
    pub(super) from: &'static str,
    /// What is never part of it.
    pub(super) only: Option<&'static str>,
    /// What the period narrows, if it has one.
    pub(super) at: Option<At>,
    /// The unit that the run's unit narrows, if it has one.
    pub(super) unit: Option<&'static str>,
    pub(super) columns: &'static [Column],
}

/// When a row was, over `t`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// A moment.
    Instant(&'static str),
    /// A day.
    Day(&'static str),
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

/// Stands in [`DataSet::from`] for the day of the run in the United Kingdom.
pub(super) const TODAY: &str = "{today}";

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

/// Whose row it is, of which a data set of more than one row for a person tells no more.
const fn whose(id: &'static str) -> Column {
    personal(column(
        "person",
        Kind::Text,
        Source::Pseudonym(id),
        "Whose it was, as a key without a name: tells people apart, and fits the key in `people`",
    ))
}

static ALL: [&DataSet; 9] = [
    &duties::DUTIES,
    &duties::WEEKS,
    &working_time::WORKING_TIME,
    &cpd::CPD,
    &cpd::CERTIFICATES,
    &exposures::EXPOSURES,
    &organisation::PEOPLE,
    &organisation::UNITS,
    &organisation::CATEGORIES,
];

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
        readers: data_set.readers,
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
        let of_people = ["people.person", "people.given_name", "people.family_name", "people.employee_number"];
        let (keys, others): (Vec<&str>, Vec<&str>) = marked
            .iter()
            .map(String::as_str)
            .partition(|name| name.ends_with(".person") && !name.starts_with("people."));
        assert_eq!(others, of_people);
        // Every data set of which a row is about one person has the key, and no other has one.
        assert_eq!(keys, ["duties.person", "weeks.person", "working_time.person", "cpd.person", "certificates.person"]);
    }

    /// Words that no data set may hold: tables and columns of notes, HR fields, what people wrote, and ways to reach a
    /// person.
    const NEVER: [&str; 30] = [
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
        "title",
        "outcome",
        "reflection",
        "practice",
        "benefit",
        "cpd_profiles",
        "cpd_evidence",
        "effect_note",
        "ended_reason",
        "reason",
        "exposure_versions",
        "exposure_health",
        "more",
    ];

    #[test]
    fn no_note_and_no_hr_field_has_a_name() {
        for data_set in ALL {
            let sources = data_set.columns.iter().map(|column| format!("{:?}", column.source)).collect::<String>();
            let sql = format!("{sources} {} {:?}", data_set.from, data_set.only);
            for never in NEVER {
                let mut words = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                assert!(!words.any(|word| word == never), "{} of {}", never, data_set.name);
            }
            // Everything would hold what is added to a table later.
            assert!(!data_set.from.contains("e.*") && !data_set.from.contains("t.*"), "{}", data_set.name);
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

    /// The section of `docs/plugins.md` about what there is to read, as the catalogue has it.
    fn documented(catalogue: &Catalogue) -> String {
        let mut text = String::new();
        for set in &catalogue.data_sets {
            let period = if set.dated { " The period of a run narrows it." } else { "" };
            text.push_str(&format!("#### `{}`\n\n{}.{period}\n\n", set.name, set.summary));
            text.push_str(&format!("Who finds whose rows in it: {}.\n\n", set.readers));
            text.push_str("| column | kind | what it says |\n|---|---|---|\n");
            for column in &set.columns {
                let kind = column.kind.with_article().rsplit(' ').next().unwrap_or_default();
                let personal = if column.personal { ", personal" } else { "" };
                text.push_str(&format!("| `{}` | {kind}{personal} | {} |\n", column.name, column.summary));
            }
            text.push('\n');
        }
        text
    }

    #[test]
    fn the_documentation_says_what_the_catalogue_says() {
        let page = include_str!("../../docs/plugins.md");
        let (_before, rest) = page.split_once("### What there is to read\n").expect("the section");
        let section = rest.split_once("\n## ").expect("the next chapter").0;
        let first = section.find("#### `").expect("a data set");
        let wanted = documented(&catalogue());
        let (said, wanted) = (section.get(first..).expect("a section").trim_end(), wanted.trim_end());
        assert_eq!(said, wanted, "docs/plugins.md and src/extensions/data_sets differ; the page should say:\n{wanted}");
    }
}
