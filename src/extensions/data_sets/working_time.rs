//! Working time by the Working Time Regulations 1998, as it was worked out for each person and day.

use super::{At, Column, DataSet, Source, UNIT, column, whose};
use crate::plugin_host::Kind;

const fn minutes(name: &'static str, value: &'static str, summary: &'static str) -> Column {
    column(name, Kind::Integer, Source::Value(value), summary)
}

/// The group is looked for as the engine does: the one that somebody belongs to on the day, their first one before that,
/// the one for all where nothing was said. Whoever is over by less than a minute is over by one.
pub(super) static WORKING_TIME: DataSet = DataSet {
    name: "working_time",
    summary: "Working time as it was worked out from the record: one row for each person and day",
    readers: "Everybody their own; whoever may read working time, that of the units of their role",
    from: "(select f.organisation_id, f.person_id, f.unit_id, f.day, f.first_on, f.last_on, f.average_hundredths, \
           f.headroom_seconds, f.standing, f.shortest_rest_seconds, f.longest_stretch_seconds, f.owed_rest_seconds, \
           f.due_on, f.rule_version, coalesce( \
               (select w.group_id from working_terms w where w.organisation_id = f.organisation_id \
                   and w.person_id = f.person_id and w.from_on <= f.day order by w.from_on desc limit 1), \
               (select w.group_id from working_terms w where w.organisation_id = f.organisation_id \
                   and w.person_id = f.person_id order by w.from_on limit 1), \
               (select g.id from contract_groups g where g.organisation_id = f.organisation_id and g.for_all)) as group_id \
           from working_time_figures f) t",
    only: None,
    at: Some(At::Day("t.day")),
    unit: Some("t.unit_id"),
    columns: &[
        column("day", Kind::Date, Source::Value("t.day"), "The day at whose end the figures stand"),
        column("unit", Kind::Text, UNIT, "Their home unit, by its name"),
        column(
            "group",
            Kind::Text,
            Source::Lookup { key: "t.group_id", table: "contract_groups", word: "name" },
            "The contract group whose rules hold for them on that day",
        ),
        column("standing", Kind::Text, Source::Value("t.standing"), "within, over or opted-out: the weekly limit"),
        minutes(
            "average_minutes",
            "round(t.average_hundredths * 0.6)::integer",
            "Minutes a week on average over the reference period",
        ),
        minutes(
            "limit_minutes",
            "round((t.average_hundredths * 36 + t.headroom_seconds) / 60.0)::integer",
            "The limit in minutes a week",
        ),
        minutes(
            "headroom_minutes",
            "floor(t.headroom_seconds / 60.0)::integer",
            "Minutes a week that are left to the limit, less than 0 above it",
        ),
        column("reference_from", Kind::Date, Source::Value("t.first_on"), "The first day of the reference period"),
        column("reference_to", Kind::Date, Source::Value("t.last_on"), "Its last day"),
        minutes(
            "owed_rest_minutes",
            "ceil(t.owed_rest_seconds / 60.0)::integer",
            "Minutes of compensatory rest that are owed",
        ),
        column(
            "rest_due",
            Kind::Date,
            Source::Value("t.due_on"),
            "When the first of it falls due; missing without any",
        ),
        minutes(
            "shortest_rest_minutes",
            "floor(t.shortest_rest_seconds / 60.0)::integer",
            "Minutes of the shortest rest in the last days; missing without one",
        ),
        minutes(
            "longest_stretch_minutes",
            "ceil(t.longest_stretch_seconds / 60.0)::integer",
            "Minutes of the longest work without a break in the last days; missing without work",
        ),
        column(
            "rule_version",
            Kind::Text,
            Source::Value("t.rule_version"),
            "The rule set that was in force on the day",
        ),
        whose("t.person_id"),
    ],
};
