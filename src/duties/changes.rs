//! What changed between a duty and what it becomes: for the audit trail, and for the duty's own history.

use serde_json::{Map, Value as Json, json};

use super::model::{DutyRow, KindPath, Notes};
use super::rules::Draft;
use crate::audit::{Change, Field};

const STARTED_AT: Field = Field::shown("started_at");
const ENDED_AT: Field = Field::shown("ended_at");
const UNIT: Field = Field::shown("unit_id");
const KIND: Field = Field::shown("kind_id");
const BREAKS: Field = Field::shown("break_minutes");
const INCIDENT: Field = Field::shown("incident_number");
const JOB_ROLE: Field = Field::shown("job_role");
const CALL_SIGN: Field = Field::shown("call_sign");
const MILEAGE: Field = Field::shown("mileage_tenths");
const SHARED_NOTE: Field = Field::sensitive("shared_note");
const PRIVATE_NOTE: Field = Field::sensitive("private_note");

/// The fields of an audit entry: from what the duty was (nothing, when it is new) to the draft.
pub(super) fn for_audit(before: Option<(&DutyRow, &Notes)>, draft: &Draft) -> Vec<Option<Change>> {
    let row = before.map(|(row, _notes)| row);
    let notes = before.map(|(_row, notes)| notes);
    let details = row.map(|row| &row.details);
    vec![
        STARTED_AT.change(row.map(|row| row.started_at), draft.started_at),
        ENDED_AT.change(row.map(|row| row.ended_at), draft.ended_at),
        UNIT.change(row.map(|row| row.unit.0), draft.unit.0),
        KIND.change(row.map(|row| row.kind.deepest().0), draft.kind.0),
        BREAKS.change(row.map(|row| row.break_minutes), draft.break_minutes),
        INCIDENT.change(details.and_then(|d| d.incident_number.as_deref()), draft.incident_number.as_deref()),
        JOB_ROLE.change(details.and_then(|d| d.job_role.as_deref()), draft.job_role.as_deref()),
        CALL_SIGN.change(details.and_then(|d| d.call_sign.as_deref()), draft.call_sign.as_deref()),
        MILEAGE.change(details.and_then(|d| d.mileage_tenths), draft.mileage_tenths),
        SHARED_NOTE.change(notes.and_then(|n| n.shared.as_deref()), draft.shared_note.as_deref()),
        PRIVATE_NOTE.change(notes.and_then(|n| n.private.as_deref()), draft.private_note.as_deref()),
    ]
}

/// That the private note changed, and never to what.
pub(super) fn private_note(before: Option<&str>, after: Option<&str>) -> Option<Change> {
    PRIVATE_NOTE.change(before, after)
}

/// All values of a duty by field name, as its history keeps them.
pub(super) fn values(row: &DutyRow) -> Map<String, Json> {
    fields(row).into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The values that `draft` replaces; empty when it replaces none.
pub(super) fn replaced(row: &DutyRow, draft: &Draft, kind: &KindPath) -> Map<String, Json> {
    differing(row, draft, kind).map(|(name, before, _after)| (name.to_owned(), before)).collect()
}

/// What those values become.
pub(super) fn becoming(row: &DutyRow, draft: &Draft, kind: &KindPath) -> Map<String, Json> {
    differing(row, draft, kind).map(|(name, _before, after)| (name.to_owned(), after)).collect()
}

/// All values of a duty that is to be, by field name.
pub(super) fn of_draft(draft: &Draft, kind: &KindPath) -> Map<String, Json> {
    drafted(draft, kind).into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn differing(row: &DutyRow, draft: &Draft, kind: &KindPath) -> impl Iterator<Item = (&'static str, Json, Json)> {
    let pairs = fields(row).into_iter().zip(drafted(draft, kind));
    pairs
        .filter(|((_name, before), (_same, after))| before != after)
        .map(|((name, before), (_same, after))| (name, before, after))
}

fn drafted(draft: &Draft, kind: &KindPath) -> [(&'static str, Json); 9] {
    [
        ("started_at", json!(draft.started_at.to_string())),
        ("ended_at", json!(draft.ended_at.to_string())),
        ("kind_id", json!(kind.deepest().to_string())),
        ("unit_id", json!(draft.unit.to_string())),
        ("break_minutes", json!(draft.break_minutes)),
        ("incident_number", json!(draft.incident_number)),
        ("job_role", json!(draft.job_role)),
        ("call_sign", json!(draft.call_sign)),
        ("mileage_tenths", json!(draft.mileage_tenths)),
    ]
}

fn fields(row: &DutyRow) -> [(&'static str, Json); 9] {
    [
        ("started_at", json!(row.started_at.to_string())),
        ("ended_at", json!(row.ended_at.to_string())),
        ("kind_id", json!(row.kind.deepest().to_string())),
        ("unit_id", json!(row.unit.to_string())),
        ("break_minutes", json!(row.break_minutes)),
        ("incident_number", json!(row.details.incident_number)),
        ("job_role", json!(row.details.job_role)),
        ("call_sign", json!(row.details.call_sign)),
        ("mileage_tenths", json!(row.details.mileage_tenths)),
    ]
}
