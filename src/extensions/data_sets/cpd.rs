//! What people learned, and how they stand with what they have to be able to do.

use super::{At, Column, DataSet, Source, UNIT, column, whose};
use crate::plugin_host::Kind;

const fn standard(name: &'static str, value: &'static str, summary: &'static str) -> Column {
    column(name, Kind::Integer, Source::Value(value), summary)
}

/// Not a word of what somebody wrote: not even the title. An entry that the reader is asked to confirm is not theirs to
/// count, so it is left out although row-level security shows it to them.
pub(super) static CPD: DataSet = DataSet {
    name: "cpd",
    summary: "What people learned: one row for each CPD entry, without anything that they wrote",
    readers: "Everybody their own; whoever may read CPD in the units of their role, the entries that people shared",
    from: "(select e.organisation_id, e.person_id, e.unit_id, e.kind, e.happened_on, e.minutes, e.standards, \
           e.duty_id is not null as from_duty, \
           exists (select from cpd_requests r where r.organisation_id = e.organisation_id and r.entry_id = e.id \
               and r.state = 'confirmed' and r.revision = e.revision) as verified \
           from cpd_entries e \
           where e.shared or e.person_id = (select current_setting('app.person', true)::uuid)) t",
    only: None,
    at: Some(At::Day("t.happened_on")),
    unit: Some("t.unit_id"),
    columns: &[
        column("day", Kind::Date, Source::Value("t.happened_on"), "The day on which the activity was over"),
        column(
            "month",
            Kind::Date,
            Source::Value("date_trunc('month', t.happened_on::timestamp)::date"),
            "The first day of that month",
        ),
        column("unit", Kind::Text, UNIT, "The home unit of whose it is, by its name"),
        column(
            "type",
            Kind::Text,
            Source::Value("t.kind"),
            "The type of activity: work-based, professional, formal, self-directed or other",
        ),
        column(
            "minutes",
            Kind::Integer,
            Source::Value("t.minutes"),
            "Minutes that it took; missing where nobody said so",
        ),
        standard("standard_one", "(t.standards & 1)", "1 if it is said to meet standard 1 of the HCPC, else 0"),
        standard("standard_two", "((t.standards >> 1) & 1)", "The same for standard 2"),
        standard("standard_three", "((t.standards >> 2) & 1)", "The same for standard 3"),
        standard("standard_four", "((t.standards >> 3) & 1)", "The same for standard 4"),
        standard("standard_five", "((t.standards >> 4) & 1)", "The same for standard 5"),
        column("verified", Kind::Boolean, Source::Value("t.verified"), "Whether somebody confirmed it as it stands"),
        column("from_duty", Kind::Boolean, Source::Value("t.from_duty"), "Whether it came out of a duty"),
        whose("t.person_id"),
    ],
};

/// What counts on a day is decided in `competence`; this says the same in SQL, and `tests/routes/data_sets.rs` holds one
/// against the other. Whoever left stands in no row, as far as the reader may know of it.
pub(super) static CERTIFICATES: DataSet = DataSet {
    name: "certificates",
    summary: "How people stand today: one row for each person and competence that they need or have a certificate of",
    readers: "Everybody their own; whoever may read certificates, those of the units of their role",
    from: "(with needed as materialized (select n.person_id, n.unit_id, n.kind_id from app_needed_competences(null, null) n), \
           best as (select distinct on (c.person_id, c.kind_id) c.person_id, c.unit_id, c.kind_id, c.awarded_on, \
               c.expires_on, c.ended_on from certificates c where c.organisation_id = $1 \
               and not exists (select from people p where p.organisation_id = c.organisation_id and p.id = c.person_id \
                   and p.left_at is not null) \
               order by c.person_id, c.kind_id, (c.ended_on is null) desc, c.expires_on desc nulls first, \
               c.awarded_on desc, c.id desc), \
           stands as (select k.organisation_id, coalesce(n.person_id, b.person_id) as person_id, \
               coalesce(n.unit_id, b.unit_id) as unit_id, k.id as kind_id, n.person_id is not null as needed, \
               b.awarded_on, b.expires_on, k.grace_days, k.effect, b.expires_on - {today} as days_left, \
               case when b.person_id is null then 'missing' when b.ended_on is not null then 'withdrawn' \
                    when b.expires_on is null or b.expires_on - {today} > 90 then 'valid' \
                    when b.expires_on >= {today} then 'ending' \
                    when b.expires_on + k.grace_days >= {today} then 'grace' else 'lapsed' end as state \
               from needed n full join best b on b.person_id = n.person_id and b.kind_id = n.kind_id \
               join competence_kinds k on k.organisation_id = $1 and k.id = coalesce(n.kind_id, b.kind_id) \
               where k.retired_at is null), \
           judged as (select s.organisation_id, s.person_id, s.unit_id, s.kind_id, s.needed, s.awarded_on, s.expires_on, \
               s.grace_days, s.effect, s.days_left, s.state, s.state in ('valid', 'ending', 'grace') as counts, \
               s.needed and s.effect = 'off-the-run' and s.state not in ('valid', 'ending', 'grace') as off \
               from stands s) \
           select j.organisation_id, j.person_id, j.unit_id, j.kind_id, j.needed, j.awarded_on, j.expires_on, \
               j.grace_days, j.effect, j.days_left, j.state, j.counts, j.off, \
               case when j.off and row_number() over (partition by j.person_id, j.off order by j.kind_id) = 1 \
                    then 1 else 0 end as off_people \
               from judged j) t",
    only: None,
    at: None,
    unit: Some("t.unit_id"),
    columns: &[
        column("unit", Kind::Text, UNIT, "Their home unit, by its name"),
        column(
            "competence",
            Kind::Text,
            Source::Lookup { key: "t.kind_id", table: "competence_kinds", word: "name" },
            "The kind of competence",
        ),
        column("needed", Kind::Boolean, Source::Value("t.needed"), "Whether they need it, by unit, role or exception"),
        column(
            "state",
            Kind::Text,
            Source::Value("t.state"),
            "valid, ending (within 90 days), grace (run out and still counting), lapsed, withdrawn or missing",
        ),
        column("counts", Kind::Boolean, Source::Value("t.counts"), "Whether it counts: valid, ending or in grace"),
        column(
            "off_the_run",
            Kind::Boolean,
            Source::Value("t.off"),
            "Whether they are not available for operations because of it",
        ),
        column(
            "off_the_run_people",
            Kind::Integer,
            Source::Value("t.off_people"),
            "1 on one row of each person who is off the run, else 0: adds up to people",
        ),
        column(
            "effect",
            Kind::Text,
            Source::Value("t.effect"),
            "What follows when it is needed and does not count: none, restricted or off-the-run",
        ),
        column(
            "awarded",
            Kind::Date,
            Source::Value("t.awarded_on"),
            "The day of the certificate that counts longest; missing where there is none",
        ),
        column("expires", Kind::Date, Source::Value("t.expires_on"), "Its last day; missing where it has none"),
        column(
            "days_left",
            Kind::Integer,
            Source::Value("t.days_left"),
            "Days from today to its last day, less than 0 after it",
        ),
        column(
            "grace_days",
            Kind::Integer,
            Source::Value("t.grace_days"),
            "Days after its last day on which it counts",
        ),
        whose("t.person_id"),
    ],
};
