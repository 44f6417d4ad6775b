//! Logging, changing and deleting.

use diesel::dsl::exists;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::super::model::{DutyRow, KindPath, Notes};
use super::super::policy::{DeleteDuty, EditDuty, LogDuty};
use super::super::rules::{Draft, LONGEST};
use crate::authz::Granted;
use crate::db::schema::{duties, duty_kinds, duty_private_notes, duty_revisions, duty_shared_notes, units};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyId, DutyKindId, PersonId, UnitId};

/// What has to be known of other records before a duty is logged or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::duties) struct LogFacts {
    /// The whole way down to the chosen kind.
    pub(in crate::duties) kind: KindPath,
    /// It is no longer offered.
    pub(in crate::duties) kind_retired: bool,
    /// The unit exists and is in use.
    pub(in crate::duties) unit_open: bool,
    /// Another duty of the same person at the same time.
    pub(in crate::duties) overlap: Option<DutyId>,
}

/// [`LogFacts`] in one statement; `None` when there is no such kind. `id` is the duty itself, which does not count.
pub(in crate::duties) fn log_facts(
    tx: &mut Tx<'_>,
    id: DutyId,
    person: PersonId,
    draft: &Draft,
) -> Result<Option<LogFacts>, DbError> {
    let organisation = tx.caller().organisation();
    let parent = diesel::alias!(duty_kinds as parent);
    let open = units::table.find((organisation, draft.unit)).filter(units::closed_at.is_null());
    let other = duties::table
        .filter(duties::organisation_id.eq(organisation).and(duties::person_id.eq(person)))
        .filter(duties::deleted_at.is_null().and(duties::id.ne(id)))
        .filter(duties::started_at.lt(draft.ended_at.to_diesel()))
        // No duty is longer than that: this bounds the look at the index.
        .filter(duties::started_at.gt(longest_before(draft.started_at).to_diesel()))
        .filter(duties::ended_at.gt(draft.started_at.to_diesel()))
        .select(duties::id)
        .order(duties::started_at.desc())
        .limit(1);
    type Row = (Option<DutyKindId>, Option<DutyKindId>, bool, bool, Option<DutyId>);
    let found: Option<Row> = duty_kinds::table
        .left_join(
            parent.on(parent
                .field(duty_kinds::organisation_id)
                .eq(duty_kinds::organisation_id)
                .and(parent.field(duty_kinds::id).nullable().eq(duty_kinds::parent_id))),
        )
        .filter(duty_kinds::organisation_id.eq(organisation).and(duty_kinds::id.eq(draft.kind)))
        .select((
            duty_kinds::parent_id,
            parent.field(duty_kinds::parent_id).nullable(),
            duty_kinds::retired_at.is_not_null(),
            exists(open),
            other.single_value(),
        ))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(parent, grandparent, kind_retired, unit_open, overlap)| LogFacts {
        kind: match (grandparent, parent) {
            (Some(top), Some(middle)) => {
                KindPath { type_id: top, category: Some(middle), subcategory: Some(draft.kind) }
            }
            (None, Some(top)) => KindPath { type_id: top, category: Some(draft.kind), subcategory: None },
            (_, None) => KindPath { type_id: draft.kind, category: None, subcategory: None },
        },
        kind_retired,
        unit_open,
        overlap,
    }))
}

fn longest_before(start: Timestamp) -> Timestamp {
    start.checked_sub(LONGEST).unwrap_or(Timestamp::MIN)
}

/// When a duty of the caller's was, to name it.
pub(in crate::duties) fn overlapping(
    tx: &mut Tx<'_>,
    id: DutyId,
) -> Result<Option<(Timestamp, Timestamp, DutyKindId)>, DbError> {
    type Row = (jiff_diesel::Timestamp, jiff_diesel::Timestamp, DutyKindId, Option<DutyKindId>, Option<DutyKindId>);
    let found: Option<Row> = duties::table
        .find((tx.caller().organisation(), id))
        .filter(duties::person_id.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)))
        .select((duties::started_at, duties::ended_at, duties::type_id, duties::category_id, duties::subcategory_id))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(start, end, type_id, category, subcategory)| {
        (start.to_jiff(), end.to_jiff(), KindPath { type_id, category, subcategory }.deepest())
    }))
}

/// Writes a new duty; `false` when there is one with this id already.
pub(in crate::duties) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, LogDuty>,
    id: DutyId,
    draft: &Draft,
    kind: &KindPath,
    source: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let inserted = diesel::insert_into(duties::table)
        .values((
            (
                duties::organisation_id.eq(tx.caller().organisation()),
                duties::id.eq(id),
                duties::person_id.eq(may.scope()),
                duties::unit_id.eq(draft.unit),
                duties::started_at.eq(draft.started_at.to_diesel()),
                duties::ended_at.eq(draft.ended_at.to_diesel()),
                duties::started_on.eq(draft.started_on().to_diesel()),
                duties::break_minutes.eq(draft.break_minutes),
            ),
            (
                duties::type_id.eq(kind.type_id),
                duties::category_id.eq(kind.category),
                duties::subcategory_id.eq(kind.subcategory),
                duties::incident_number.eq(draft.incident_number.as_deref()),
                duties::job_role.eq(draft.job_role.as_deref()),
                duties::call_sign.eq(draft.call_sign.as_deref()),
                duties::mileage_tenths.eq(draft.mileage_tenths),
            ),
            (
                duties::source.eq(source),
                duties::created_at.eq(now.to_diesel()),
                duties::created_by.eq(may.scope()),
                duties::changed_at.eq(now.to_diesel()),
            ),
        ))
        .on_conflict((duties::organisation_id, duties::id))
        .do_nothing()
        .execute(tx.conn())?;
    Ok(inserted == 1)
}

/// Whether a duty of the caller's has this id, deleted or not.
pub(in crate::duties) fn is_own(tx: &mut Tx<'_>, id: DutyId) -> Result<bool, DbError> {
    let own = duties::table
        .find((tx.caller().organisation(), id))
        .filter(duties::person_id.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)));
    Ok(diesel::select(exists(own)).get_result(tx.conn())?)
}

/// Writes the notes of a new duty.
pub(in crate::duties) fn insert_notes<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, LogDuty>,
    id: DutyId,
    draft: &Draft,
) -> Result<(), DbError> {
    write_shared(tx, id, may.scope(), draft.unit, draft.shared_note.as_deref(), false)?;
    write_private(tx, id, may.scope(), draft.private_note.as_deref(), false)
}

/// Writes the notes of a duty anew; `had` is what it had before.
pub(in crate::duties) fn set_notes<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EditDuty>,
    had: &Notes,
    draft: &Draft,
) -> Result<(), DbError> {
    let duty = may.facts();
    let (id, person, moved) = (duty.id, duty.person, duty.unit != draft.unit);
    if had.shared != draft.shared_note || (moved && had.shared.is_some()) {
        write_shared(tx, id, person, draft.unit, draft.shared_note.as_deref(), had.shared.is_some())?;
    }
    if had.private != draft.private_note {
        write_private(tx, id, person, draft.private_note.as_deref(), had.private.is_some())?;
    }
    Ok(())
}

/// Sets the private note of a duty, which is its writer's to change at any time.
pub(in crate::duties) fn set_private_note<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EditDuty>,
    had: &Notes,
    note: Option<&str>,
) -> Result<(), DbError> {
    let person = may.facts().person;
    write_private(tx, may.scope(), person, note, had.private.is_some())
}

fn write_shared(
    tx: &mut Tx<'_>,
    id: DutyId,
    person: PersonId,
    unit: UnitId,
    body: Option<&str>,
    had: bool,
) -> Result<(), DbError> {
    use duty_shared_notes as n;
    let organisation = tx.caller().organisation();
    match body {
        Some(body) => diesel::insert_into(n::table)
            .values((
                n::organisation_id.eq(organisation),
                n::duty_id.eq(id),
                n::person_id.eq(person),
                n::unit_id.eq(unit),
                n::body.eq(body),
            ))
            .on_conflict((n::organisation_id, n::duty_id))
            .do_update()
            .set((n::body.eq(body), n::unit_id.eq(unit)))
            .execute(tx.conn())?,
        None if had => diesel::delete(n::table.find((organisation, id))).execute(tx.conn())?,
        None => 0,
    };
    Ok(())
}

fn write_private(tx: &mut Tx<'_>, id: DutyId, person: PersonId, body: Option<&str>, had: bool) -> Result<(), DbError> {
    use duty_private_notes as n;
    let organisation = tx.caller().organisation();
    match body {
        Some(body) => diesel::insert_into(n::table)
            .values((n::organisation_id.eq(organisation), n::duty_id.eq(id), n::person_id.eq(person), n::body.eq(body)))
            .on_conflict((n::organisation_id, n::duty_id))
            .do_update()
            .set(n::body.eq(body))
            .execute(tx.conn())?,
        None if had => diesel::delete(n::table.find((organisation, id))).execute(tx.conn())?,
        None => 0,
    };
    Ok(())
}

/// Removes both notes of a duty that is deleted.
pub(in crate::duties) fn remove_notes<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, DeleteDuty>) -> Result<(), DbError> {
    let key = (tx.caller().organisation(), may.scope());
    diesel::delete(duty_shared_notes::table.find(key)).execute(tx.conn())?;
    diesel::delete(duty_private_notes::table.find(key)).execute(tx.conn())?;
    Ok(())
}

/// Changes a duty from `revision` to the next; `false` when it is no longer at that revision.
pub(in crate::duties) fn update<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EditDuty>,
    revision: i32,
    draft: &Draft,
    kind: &KindPath,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this = duties::table
        .find((tx.caller().organisation(), may.scope()))
        .filter(duties::revision.eq(revision).and(duties::deleted_at.is_null()));
    let changed = diesel::update(this)
        .set((
            (
                duties::unit_id.eq(draft.unit),
                duties::started_at.eq(draft.started_at.to_diesel()),
                duties::ended_at.eq(draft.ended_at.to_diesel()),
                duties::started_on.eq(draft.started_on().to_diesel()),
                duties::break_minutes.eq(draft.break_minutes),
                duties::type_id.eq(kind.type_id),
                duties::category_id.eq(kind.category),
                duties::subcategory_id.eq(kind.subcategory),
            ),
            (
                duties::incident_number.eq(draft.incident_number.as_deref()),
                duties::job_role.eq(draft.job_role.as_deref()),
                duties::call_sign.eq(draft.call_sign.as_deref()),
                duties::mileage_tenths.eq(draft.mileage_tenths),
                duties::revision.eq(revision.saturating_add(1)),
                duties::changed_at.eq(now.to_diesel()),
            ),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Marks a duty as deleted; `false` when it is no longer at that revision.
pub(in crate::duties) fn delete<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DeleteDuty>,
    revision: i32,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this = duties::table
        .find((tx.caller().organisation(), may.scope()))
        .filter(duties::revision.eq(revision).and(duties::deleted_at.is_null()));
    let deleted = diesel::update(this)
        .set((
            duties::deleted_at.eq(now.to_diesel()),
            duties::changed_at.eq(now.to_diesel()),
            duties::revision.eq(revision.saturating_add(1)),
        ))
        .execute(tx.conn())?;
    Ok(deleted == 1)
}

/// Keeps what `row` was before it was `changed` or `deleted`.
pub(in crate::duties) fn revise(
    tx: &mut Tx<'_>,
    row: &DutyRow,
    act: &str,
    reason: &str,
    before: &serde_json::Value,
    now: Timestamp,
) -> Result<(), DbError> {
    use duty_revisions as r;
    let person = tx.caller().person_id().unwrap_or(PersonId::NIL);
    diesel::insert_into(r::table)
        .values((
            r::organisation_id.eq(tx.caller().organisation()),
            r::duty_id.eq(row.id),
            r::revision.eq(row.revision.saturating_add(1)),
            r::person_id.eq(row.person),
            r::unit_id.eq(row.unit),
            r::act.eq(act),
            r::reason.eq(reason),
            r::before.eq(before),
            r::changed_by.eq(person),
            r::changed_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}
