//! Exposures, counted: nobody's own stands in a row.

use super::{At, DataSet, Source, UNIT, column};
use crate::plugin_host::Kind;

/// Counts of a unit, kind and whole month. They are made before a plugin asks, so that no choice of period or unit cuts a
/// smaller piece out of them, and a month is counted when it is over, so that no two reports a day apart tell of the one
/// exposure between them. What fewer than five people had is left out altogether: a row that says "fewer than five" would
/// say that there was one.
pub(super) static EXPOSURES: DataSet = DataSet {
    name: "exposures",
    summary: "How many exposures people confirmed: one row for each unit, kind and month that is over, of five people or more",
    readers: "Whoever may read exposures for a medical professional, those of the units of their role; traumatic ones nobody",
    from: "(select x.organisation_id, x.unit_id, x.kind, date_trunc('month', x.happened_on::timestamp)::date as month, \
           count(*)::integer as exposures, count(distinct x.person_id)::integer as people \
           from exposures x where x.organisation_id = $1 and x.confirmed and x.kind <> 'traumatic' \
           and x.happened_on < date_trunc('month', {today}::timestamp)::date \
           group by x.organisation_id, x.unit_id, x.kind, date_trunc('month', x.happened_on::timestamp)::date \
           having count(distinct x.person_id) >= 5) t",
    only: None,
    at: Some(At::Day("t.month")),
    unit: Some("t.unit_id"),
    columns: &[
        column("month", Kind::Date, Source::Value("t.month"), "Its first day: by it the month belongs to a period"),
        column("unit", Kind::Text, UNIT, "The home unit of the people, by its name"),
        column("kind", Kind::Text, Source::Value("t.kind"), "contaminant, hazardous or biological"),
        column("exposures", Kind::Integer, Source::Value("t.exposures"), "How many exposures"),
        column("people", Kind::Integer, Source::Value("t.people"), "How many people had them"),
    ],
};
