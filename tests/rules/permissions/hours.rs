//! What people try on hours: duties, timesheets, corrections and claims.

use super::acts::{Act, Page::Get, on_record};

pub(super) const ACTS: &[Act] = &[
    on_record("read a duty", Get("/duties/{duty}"), "", "select 1 from duties where id = '{duty}'"),
    on_record(
        "read its shared note",
        Get("/duties/{duty}"),
        "Shared words",
        "select 1 from duty_shared_notes where duty_id = '{duty}' and exists (select from duties where id = '{duty}')",
    ),
    on_record(
        "read its private note",
        Get("/duties/{duty}"),
        "Private words",
        "select 1 from duty_private_notes where duty_id = '{duty}' and exists (select from duties where id = '{duty}')",
    ),
    on_record(
        "read its history",
        Get("/duties/{duty}"),
        "Reason given",
        "select 1 from duty_revisions where duty_id = '{duty}' and exists (select from duties where id = '{duty}')",
    ),
    on_record("change a duty", Get("/duties/{duty}/edit"), "", "update duties set call_sign = 'X' where id = '{duty}'"),
    on_record(
        "delete a duty",
        Get("/duties/{duty}/delete"),
        "",
        "update duties set deleted_at = now() where id = '{duty}'",
    ),
    on_record("ask who opens a duty", Get("/duties/{duty}/access"), "", "select 1 from app_duty_subject('{duty}')"),
    on_record(
        "ask who opens a private note",
        Get("/duties/{duty}/access"),
        "Private note",
        "select 1 from app_duty_subject('{duty}') d where app_may_ask('duty_private_notes', d.person_id, d.unit_id)",
    ),
    on_record("read a timesheet", Get("/timesheets/{sheet}"), "", "select 1 from timesheets where id = '{sheet}'"),
    on_record(
        "read its hours",
        Get("/timesheets/{sheet}"),
        "20 Nov 2026, 09:00 to 10:00",
        "select 1 from app_timesheet_duties(array['{sheet}'::uuid])",
    ),
    on_record(
        "read how it came about",
        Get("/timesheets/{sheet}"),
        "History",
        "select 1 from timesheet_events where timesheet_id = '{sheet}'",
    ),
    on_record(
        "take a timesheet back",
        Get("/timesheets/{sheet}"),
        "Take it back",
        "update timesheets set state = 'withdrawn', moved_by = '{me}', delegation_id = null where id = '{sheet}'",
    ),
    on_record(
        "approve a timesheet",
        Get("/timesheets/{sheet}"),
        "/approve\"",
        "update timesheets set state = 'approved', moved_by = '{me}', delegation_id = null where id = '{sheet}'",
    ),
    on_record(
        "return a timesheet",
        Get("/timesheets/{sheet}"),
        "/return\"",
        "update timesheets set state = 'returned', reason = 'x', moved_by = '{me}', delegation_id = null where id = '{sheet}'",
    ),
    on_record(
        "reopen a timesheet",
        Get("/timesheets/{approved}/reopen"),
        "",
        "update timesheets set state = 'reopened', reason = 'x', moved_by = '{me}', delegation_id = null where id = '{approved}'",
    ),
    on_record(
        "read a correction",
        Get("/corrections/{correction}"),
        "",
        "select 1 from duty_corrections where id = '{correction}'",
    ),
    on_record(
        "take a correction back",
        Get("/corrections/{correction}"),
        "/withdraw\"",
        "update duty_corrections set state = 'withdrawn', decided_at = now(), decided_by = '{me}' where id = '{correction}'",
    ),
    on_record(
        "decide on a correction",
        Get("/corrections/{correction}"),
        "/refuse\"",
        "update duty_corrections set state = 'refused', answer = 'x', decided_at = now(), decided_by = '{me}' where id = '{correction}'",
    ),
    on_record(
        "propose to add a duty",
        Get("/corrections/new?sheet={approved}"),
        "",
        "insert into duty_corrections (organisation_id, id, person_id, unit_id, timesheet_id, duty_id, act, becomes, reason, state, proposed_at) \
         values ('{org}', gen_random_uuid(), '{person}', '{unit}', '{approved}', gen_random_uuid(), 'add', '{}', 'x', 'proposed', now())",
    ),
    on_record("read a claim", Get("/claims/{claim}"), "", "select 1 from claims where id = '{claim}'"),
    on_record(
        "decide on a claim",
        Get("/claims/{claim}"),
        "/refuse\"",
        "update claims set state = 'refused', answer = 'x', decided_at = now(), decided_by = '{me}' where id = '{claim}'",
    ),
    on_record(
        "undo an approved claim",
        Get("/claims/{granted}"),
        "/reopen\"",
        "update claims set state = 'waiting', decided_at = null, decided_amount = null, answer = 'x', decided_by = '{me}' \
          where id = '{granted}'",
    ),
    on_record(
        "claim for a duty",
        Get("/duties/{locked}/claims"),
        "",
        "insert into claims (organisation_id, id, person_id, unit_id, duty_id, day, kind, amount, state, made_at) \
         values ('{org}', gen_random_uuid(), '{person}', '{unit}', '{locked}', '2026-11-12', 'disturbance', 1, 'waiting', now())",
    ),
];
