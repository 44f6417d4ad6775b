//! People, units and words for work.

use super::{DataSet, Source, UNIT, column, kind_of_work, personal};
use crate::plugin_host::Kind;

pub(super) static PEOPLE: DataSet = DataSet {
    name: "people",
    summary: "One row for each person whom the reader may see",
    readers: "Whoever may read the records of people: in the units of their role",
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

pub(super) static UNITS: DataSet = DataSet {
    name: "units",
    summary: "The tree of units: services, areas, stations and watches",
    readers: "Everybody",
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

pub(super) static CATEGORIES: DataSet = DataSet {
    name: "categories",
    summary: "The organisation's words for work: types, categories and sub-categories",
    readers: "Everybody",
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
