//! The tables of duties, and the organisation's words and people as far as pages of duties show them.

mod attempts;
pub(super) mod corrections;
mod export;
mod list;
mod marks;
mod names;
mod overlaps;
mod team;
mod write;

use diesel::prelude::*;

pub(super) use attempts::{first_attempt, forget_attempts};
pub(super) use export::{own as export_own, team as export_team};
pub(super) use list::{page, recent, sums, sums_by_day};
pub(super) use marks::{Which, locked, locked_sheet, marks};
pub use names::{Named, Names, names};
pub(super) use team::{PersonSum, people_page, sums_of_people, sums_of_units};
pub(super) use write::{
    LogFacts, delete, insert, insert_notes, is_own, log_facts, overlapping, remove_notes, revise, set_notes,
    set_private_note, update,
};

use super::model::{Details, DutyRow, KindPath, Notes, Revision};
use super::policy::{EditDuty, ReadDuty, Whose};
use super::words::{Kind, Kinds, Unit, Units};
use crate::authz::{Granted, permission};
use crate::db::schema::{duties, duty_kinds, duty_private_notes, duty_revisions, duty_shared_notes, people, units};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyId, DutyKindId, PersonId, UnitId};

/// The columns of a [`DutyRow`], in its order.
type Columns = (
    (duties::id, duties::person_id, duties::unit_id, duties::started_at, duties::ended_at, duties::week_start),
    (duties::break_minutes, duties::worked_minutes, duties::type_id, duties::category_id, duties::subcategory_id),
    (duties::incident_number, duties::job_role, duties::call_sign, duties::mileage_tenths),
    (duties::turnout_seconds, duties::travel_seconds, duties::attendance_seconds),
    (duties::source, duties::revision, duties::created_at, duties::created_by),
);

const COLUMNS: Columns = (
    (duties::id, duties::person_id, duties::unit_id, duties::started_at, duties::ended_at, duties::week_start),
    (duties::break_minutes, duties::worked_minutes, duties::type_id, duties::category_id, duties::subcategory_id),
    (duties::incident_number, duties::job_role, duties::call_sign, duties::mileage_tenths),
    (duties::turnout_seconds, duties::travel_seconds, duties::attendance_seconds),
    (duties::source, duties::revision, duties::created_at, duties::created_by),
);

/// What [`COLUMNS`] load as.
type Loaded = (
    (DutyId, PersonId, UnitId, jiff_diesel::Timestamp, jiff_diesel::Timestamp, jiff_diesel::Date),
    (i32, i32, DutyKindId, Option<DutyKindId>, Option<DutyKindId>),
    (Option<String>, Option<String>, Option<String>, Option<i32>),
    (Option<i32>, Option<i32>, Option<i32>),
    (String, i32, jiff_diesel::Timestamp, PersonId),
);

fn row(loaded: Loaded) -> DutyRow {
    let (
        (id, person, unit, started_at, ended_at, week_start),
        (break_minutes, worked_minutes, type_id, category, subcategory),
        (incident_number, job_role, call_sign, mileage_tenths),
        (turnout_seconds, travel_seconds, attendance_seconds),
        (source, revision, created_at, created_by),
    ) = loaded;
    DutyRow {
        id,
        person,
        unit,
        started_at: started_at.to_jiff(),
        ended_at: ended_at.to_jiff(),
        week_start: week_start.to_jiff(),
        break_minutes,
        worked_minutes,
        kind: KindPath { type_id, category, subcategory },
        details: Details {
            incident_number,
            job_role,
            call_sign,
            mileage_tenths,
            turnout_seconds,
            travel_seconds,
            attendance_seconds,
        },
        source,
        revision,
        created_at: created_at.to_jiff(),
        created_by,
    }
}

/// A duty that the caller's row-level policies show and that was not deleted: facts for a permission.
pub(super) fn duty(tx: &mut Tx<'_>, id: DutyId) -> Result<Option<DutyRow>, DbError> {
    let found: Option<Loaded> = duties::table
        .find((tx.caller().organisation(), id))
        .filter(duties::deleted_at.is_null())
        .select(COLUMNS)
        .first(tx.conn())
        .optional()?;
    Ok(found.map(row))
}

/// The notes of a duty that the reader may see.
pub(super) fn notes<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadDuty>) -> Result<Notes, DbError> {
    let duty = may.facts();
    let key = (tx.caller().organisation(), duty.id);
    let mut notes = Notes::default();
    let own = tx.caller().is(duty.person);
    if own || tx.caller().reaches(permission::DUTY_NOTE_READ, duty.person, duty.unit) {
        let shared = duty_shared_notes::table.find(key).select(duty_shared_notes::body);
        notes.shared = shared.first(tx.conn()).optional()?;
    }
    if own {
        let private = duty_private_notes::table.find(key).select(duty_private_notes::body);
        notes.private = private.first(tx.conn()).optional()?;
    }
    Ok(notes)
}

/// The notes of a duty that its owner changes.
pub(super) fn notes_to_edit<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, EditDuty>) -> Result<Notes, DbError> {
    let key = (tx.caller().organisation(), may.scope());
    let shared = duty_shared_notes::table.find(key).select(duty_shared_notes::body);
    let private = duty_private_notes::table.find(key).select(duty_private_notes::body);
    Ok(Notes { shared: shared.first(tx.conn()).optional()?, private: private.first(tx.conn()).optional()? })
}

/// The changes of a duty, newest first, for its owner and for who holds that permission.
pub(super) fn revisions<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadDuty>) -> Result<Vec<Revision>, DbError> {
    let duty = may.facts();
    let own = tx.caller().is(duty.person);
    let reads = own || tx.caller().reaches(permission::DUTY_HISTORY_READ, duty.person, duty.unit);
    if !reads || duty.revision == 1 {
        return Ok(Vec::new());
    }
    type Row = (i32, String, String, serde_json::Value, Option<serde_json::Value>, jiff_diesel::Timestamp, PersonId);
    let rows: Vec<Row> = duty_revisions::table
        .filter(duty_revisions::organisation_id.eq(tx.caller().organisation()))
        .filter(duty_revisions::duty_id.eq(duty.id))
        .select((
            duty_revisions::revision,
            duty_revisions::act,
            duty_revisions::reason,
            duty_revisions::before,
            duty_revisions::after,
            duty_revisions::changed_at,
            duty_revisions::changed_by,
        ))
        .order(duty_revisions::revision.desc())
        .limit(200)
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(revision, act, reason, before, after, changed_at, changed_by)| Revision {
            revision,
            act,
            reason,
            before,
            after,
            changed_at: changed_at.to_jiff(),
            changed_by,
        })
        .collect())
}

/// A person whom the caller's row-level policies show: facts for a permission, and the name on a page.
pub(super) fn person(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Whose>, DbError> {
    let found: Option<(UnitId, String, String)> = people::table
        .find((tx.caller().organisation(), id))
        .select((people::unit_id, people::given_name, people::family_name))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(unit, given, family)| Whose {
        person: id,
        unit: Some(unit),
        name: Some(format!("{given} {family}")),
    }))
}

/// The organisation's kinds of work, retired ones too: nobody's data.
pub(super) fn kinds(tx: &mut Tx<'_>) -> Result<Kinds, DbError> {
    type Row = (DutyKindId, Option<DutyKindId>, String, String, bool);
    let rows: Vec<Row> = duty_kinds::table
        .filter(duty_kinds::organisation_id.eq(tx.caller().organisation()))
        .select((
            duty_kinds::id,
            duty_kinds::parent_id,
            duty_kinds::code,
            duty_kinds::name,
            duty_kinds::retired_at.is_not_null(),
        ))
        .order((duty_kinds::level, duty_kinds::position, duty_kinds::name))
        .load(tx.conn())?;
    let kind = |(id, parent, code, name, retired)| Kind { id, parent, code, name, retired };
    Ok(Kinds::new(rows.into_iter().map(kind).collect()))
}

/// The organisation's units, closed ones too: nobody's data.
pub(super) fn units(tx: &mut Tx<'_>) -> Result<Units, DbError> {
    type Row = (UnitId, Option<UnitId>, String, String, bool);
    let rows: Vec<Row> = units::table
        .filter(units::organisation_id.eq(tx.caller().organisation()))
        .select((units::id, units::parent_id, units::kind, units::name, units::closed_at.is_not_null()))
        .order((units::name, units::id))
        .load(tx.conn())?;
    let unit = |(id, parent, kind, name, closed)| Unit { id, parent, kind, name, closed };
    Ok(Units::new(rows.into_iter().map(unit).collect()))
}
