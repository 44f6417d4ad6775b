//! Leave and sickness. The absence of each person has that person's id.

use super::acts::{Act, Page::Get, on_record, once};

pub(super) const ACTS: &[Act] = &[
    on_record(
        "read absences",
        Get("/team/absences/{person}"),
        "Sickness",
        "select 1 from absences where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "record an absence",
        Get("/team/absences/{person}/new"),
        "",
        "insert into absences (organisation_id, id, person_id, unit_id, kind, first_on, last_on, recorded_by, created_at) \
         select '{org}', gen_random_uuid(), '{person}', '{unit}', 'other', '2026-12-01', '2026-12-01', '{me}', now() \
           from people where id = '{person}'",
    ),
    on_record(
        "withdraw an absence",
        Get("/absences/{person}/withdraw"),
        "",
        "update absences set withdrawn_at = now(), withdrawn_by = '{me}' where id = '{person}' \
            and exists (select from people where id = '{person}')",
    ),
    on_record(
        "change an absence",
        Get("/absences/{person}/edit"),
        "",
        "update absences set last_on = last_on + 1, changed_at = now(), changed_by = '{me}' where id = '{person}' \
            and exists (select from people where id = '{person}')",
    ),
    once("see who of a team is away", Get("/team/absences"), "", ""),
];
