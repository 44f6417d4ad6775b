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

/// All values of a duty by field name, as its history keeps them.
pub(super) fn values(row: &DutyRow) -> Map<String, Json> {
    fields(row).into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The values that `draft` replaces; empty when it replaces none.
pub(super) fn replaced(row: &DutyRow, draft: &Draft, kind: &KindPath) -> Map<String, Json> {
    let mut after = row.clone();
    after.started_at = draft.started_at;
    after.ended_at = draft.ended_at;
    after.unit = draft.unit;
    after.kind = *kind;
    after.break_minutes = draft.break_minutes;
    after.details.incident_number.clone_from(&draft.incident_number);
    after.details.job_role.clone_from(&draft.job_role);
    after.details.call_sign.clone_from(&draft.call_sign);
    after.details.mileage_tenths = draft.mileage_tenths;
    fields(row)
        .into_iter()
        .zip(fields(&after))
        .filter(|((_name, before), (_same, after))| before != after)
        .map(|((name, before), _after)| (name.to_owned(), before))
        .collect()
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
