//! Duty patterns, assignments, availability.

use super::acts::{Act, Page::Get, on_record, once};

pub(super) const ACTS: &[Act] = &[
    once(
        "make a calendar feed",
        Get("/calendar/feed"),
        "",
        "insert into calendar_feeds values ('{org}', '{me}', sha256('walk'), now())",
    ),
    once(
        "book oneself off",
        Get("/availability"),
        "",
        "insert into oncall_unavailable (organisation_id, id, person_id, unit_id, starts_at, ends_at, reason, created_at) \
         values ('{org}', gen_random_uuid(), '{me}', '{unit}', '2026-11-23T10:00Z', '2026-11-23T11:00Z', 'sick', now())",
    ),
    once("see the calendar of a team", Get("/team/calendar"), "", ""),
    once("see who is assigned", Get("/rota"), "", ""),
    on_record(
        "assign somebody",
        Get("/rota/people/{person}"),
        "",
        "insert into rota_assignments (organisation_id, id, pattern_id, person_id, unit_id, anchor_on, from_on, created_by, created_at) \
         select '{org}', gen_random_uuid(), '{pattern}', '{person}', '{unit}', current_date, current_date, '{me}', now() \
           from people where id = '{person}'",
    ),
    on_record(
        "set an on-call contract",
        Get("/rota/people/{person}/on-call"),
        "",
        "insert into oncall_contracts (organisation_id, person_id, unit_id, cover_minutes, from_on, set_by, changed_at) \
         select '{org}', '{person}', '{unit}', 5400, current_date, '{me}', now() from people where id = '{person}'",
    ),
    once(
        "edit duty patterns",
        Get("/duty-patterns"),
        "",
        "insert into duty_patterns (organisation_id, id, name, cycle_days, created_at) \
         values ('{org}', gen_random_uuid(), 'Walk', 7, now())",
    ),
    once(
        "say what units need",
        Get("/cover-needs"),
        "",
        "insert into cover_needs values ('{org}', '{unit}', 5, 4, now())",
    ),
];
