//! Duties, one by one and added up to weeks.

use super::{At, DataSet, Source, UNIT, column, kind_of_work, whose};
use crate::plugin_host::Kind;

const READERS: &str = "Everybody their own; managers those of their units; HR all";

/// Minutes of a duty in night time, 23:00 to 06:00 on the clock in the United Kingdom: what regulation 2 of the Working
/// Time Regulations 1998 takes where nothing else is agreed. A duty is no longer than a day, so three nights cover it:
/// the one in which its day begins, the next, and the evening after. Hours that the clocks skip or repeat count as they
/// passed.
macro_rules! night_minutes {
    () => {
        "((greatest(0, extract(epoch from least(t.ended_at, \
         (t.started_on + time '06:00') at time zone 'Europe/London') - t.started_at)) \
         + greatest(0, extract(epoch from least(t.ended_at, (t.started_on + 1 + time '06:00') at time zone 'Europe/London') \
         - greatest(t.started_at, (t.started_on + time '23:00') at time zone 'Europe/London'))) \
         + greatest(0, extract(epoch from t.ended_at - (t.started_on + 1 + time '23:00') at time zone 'Europe/London'))) \
         / 60)::integer"
    };
}

pub(super) static DUTIES: DataSet = DataSet {
    name: "duties",
    summary: "What people logged or had imported: one row for each duty, without any note",
    readers: READERS,
    from: "duties t",
    only: Some("t.deleted_at is null"),
    at: Some(At::Instant("t.started_at")),
    unit: Some("t.unit_id"),
    columns: &[
        column("started", Kind::Instant, Source::Value("t.started_at"), "When it started"),
        column("ended", Kind::Instant, Source::Value("t.ended_at"), "When it ended"),
        column("day", Kind::Date, Source::Value("t.started_on"), "The day on which it started, in the UK"),
        column("week", Kind::Date, Source::Value("t.week_start"), "The Monday of that week"),
        column("minutes", Kind::Integer, Source::Value("t.worked_minutes"), "Minutes worked, without breaks"),
        column("break_minutes", Kind::Integer, Source::Value("t.break_minutes"), "Minutes of breaks"),
        column(
            "elapsed_minutes",
            Kind::Integer,
            Source::Value("(t.worked_minutes + t.break_minutes)"),
            "Minutes from its start to its end, with breaks",
        ),
        column(
            "night_minutes",
            Kind::Integer,
            Source::Value(night_minutes!()),
            "Minutes of it between 23:00 and 06:00 in the UK, with breaks",
        ),
        column(
            "night",
            Kind::Boolean,
            Source::Value(concat!("(", night_minutes!(), " >= 180)")),
            "Whether three hours of it or more were between 23:00 and 06:00",
        ),
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
        whose("t.person_id"),
    ],
};

/// A week of somebody, so that a report finds long weeks without telling people apart. It belongs to the unit of its
/// last duty and is whole, also where the period of a run ends within it.
pub(super) static WEEKS: DataSet = DataSet {
    name: "weeks",
    summary: "The weeks in which people worked, by their duties: one row for each person and week",
    readers: READERS,
    from: concat!(
        "(select t.organisation_id, t.person_id, t.week_start, (array_agg(t.unit_id order by t.started_at desc, t.id))[1] \
         as unit_id, sum(greatest(0, t.worked_minutes - greatest(0, (extract(epoch from \
         least(t.ended_at, coalesce(earlier.until, t.started_at)) - t.started_at) / 60)::integer)))::integer as minutes, count(*)::integer as duties, \
         max(t.worked_minutes + t.break_minutes) as longest, count(*) filter (where ",
        night_minutes!(),
        " >= 180)::integer as nights from duties t left join lateral (select max(o.ended_at) as until from duties o \
         where o.organisation_id = t.organisation_id and o.person_id = t.person_id and o.deleted_at is null \
         and o.started_at > t.started_at - interval '24 hours' and o.started_at <= t.started_at \
         and (o.started_at, o.id) < (t.started_at, t.id)) earlier on true \
         where t.organisation_id = $1 and t.deleted_at is null \
         group by t.organisation_id, t.person_id, t.week_start) t"
    ),
    only: None,
    at: Some(At::Day("t.week_start")),
    unit: Some("t.unit_id"),
    columns: &[
        column("week", Kind::Date, Source::Value("t.week_start"), "Its Monday: by it the week belongs to a period"),
        column("unit", Kind::Text, UNIT, "The unit of its last duty, by its name"),
        column(
            "minutes",
            Kind::Integer,
            Source::Value("t.minutes"),
            "Minutes worked, without breaks; of duties at the same time each minute once",
        ),
        column("duties", Kind::Integer, Source::Value("t.duties"), "How many duties"),
        column("nights", Kind::Integer, Source::Value("t.nights"), "How many of them are a `night` in `duties`"),
        column(
            "longest_minutes",
            Kind::Integer,
            Source::Value("t.longest"),
            "Minutes from start to end of the longest duty, with breaks",
        ),
        whose("t.person_id"),
    ],
};
