//! The tables of timesheets, and of duties as far as a sheet counts them.

mod desk;
mod lines;
mod payroll;

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

pub(super) use desk::{
    Filter, corrections_waiting, listed, missing, missing_count, oldest, paid_claims, totals, waiting,
};
pub(super) use lines::{lines_of, own_lines, own_sums, usual_of};
pub(super) use payroll::approved;

use super::model::{Amount, Event, Right, Sheet, Snapshot, State};
use super::policy::{DecideSheet, ReadSheet, ReopenSheet, SubmitHours, WithdrawSheet};
use super::rules::period::Period;
use crate::authz::Granted;
use crate::db::schema::{timesheet_events, timesheets};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyId, PersonId, TimesheetId, UnitId};

type Moment = jiff_diesel::Timestamp;

/// The columns of a [`Sheet`], in its order.
type Columns = (
    (timesheets::id, timesheets::person_id, timesheets::unit_id, timesheets::period_from, timesheets::period_to),
    (timesheets::state, timesheets::revision, timesheets::reason, timesheets::moved_at, timesheets::moved_by),
    (
        timesheets::submitted_at,
        timesheets::submitted_minutes,
        timesheets::submitted_duties,
        timesheets::submitted_lines,
    ),
    (timesheets::approved_minutes, timesheets::approved_duties),
);

const COLUMNS: Columns = (
    (timesheets::id, timesheets::person_id, timesheets::unit_id, timesheets::period_from, timesheets::period_to),
    (timesheets::state, timesheets::revision, timesheets::reason, timesheets::moved_at, timesheets::moved_by),
    (
        timesheets::submitted_at,
        timesheets::submitted_minutes,
        timesheets::submitted_duties,
        timesheets::submitted_lines,
    ),
    (timesheets::approved_minutes, timesheets::approved_duties),
);

/// What [`COLUMNS`] load as.
type Loaded = (
    (TimesheetId, PersonId, UnitId, jiff_diesel::Date, jiff_diesel::Date),
    (String, i32, Option<String>, Moment, PersonId),
    (Moment, i32, i32, serde_json::Value),
    (Option<i32>, Option<i32>),
);

fn sheet_of(loaded: Loaded) -> Sheet {
    let (
        (id, person, unit, from, to),
        (state, revision, reason, moved_at, moved_by),
        (submitted_at, minutes, duties, lines),
        (approved_minutes, approved_duties),
    ) = loaded;
    Sheet {
        id,
        person,
        unit,
        period: Period { from: from.to_jiff(), to: to.to_jiff() },
        // The column's check knows the same words.
        state: State::parse(&state).unwrap_or(State::Withdrawn),
        revision,
        reason,
        moved_at: moved_at.to_jiff(),
        moved_by,
        submitted_at: submitted_at.to_jiff(),
        submitted: Amount { minutes, duties },
        snapshot: snapshot_of(&lines),
        approved: approved_minutes.zip(approved_duties).map(|(minutes, duties)| Amount { minutes, duties }),
    }
}

/// Duties and their revisions, as the database wrote them down.
fn snapshot_of(lines: &serde_json::Value) -> Snapshot {
    let held = lines.as_object().into_iter().flatten().filter_map(|(duty, revision)| {
        let revision = revision.as_i64().and_then(|revision| i32::try_from(revision).ok())?;
        Some((duty.parse::<DutyId>().ok()?, revision))
    });
    Snapshot(held.collect())
}

/// A sheet that the caller's row-level policies show: facts for a permission.
pub(super) fn sheet(tx: &mut Tx<'_>, id: TimesheetId) -> Result<Option<Sheet>, DbError> {
    let found: Option<Loaded> =
        timesheets::table.find((tx.caller().organisation(), id)).select(COLUMNS).first(tx.conn()).optional()?;
    Ok(found.map(sheet_of))
}

/// The same for one that the caller may move; held until the transaction ends, and with it the duties of its period.
pub(super) fn held_sheet(tx: &mut Tx<'_>, id: TimesheetId) -> Result<Option<Sheet>, DbError> {
    let this = timesheets::table.find((tx.caller().organisation(), id));
    let found: Option<Loaded> = this.select(COLUMNS).for_update().first(tx.conn()).optional()?;
    Ok(found.map(sheet_of))
}

/// The caller's own sheet of the period that begins on `from`.
pub(super) fn own_sheet<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, SubmitHours>,
    from: Date,
) -> Result<Option<Sheet>, DbError> {
    let found: Option<Loaded> = timesheets::table
        .filter(timesheets::organisation_id.eq(tx.caller().organisation()))
        .filter(timesheets::person_id.eq(may.scope()).and(timesheets::period_from.eq(from.to_diesel())))
        .select(COLUMNS)
        .first(tx.conn())
        .optional()?;
    Ok(found.map(sheet_of))
}

/// The caller's own sheets of periods that begin between these days, by their first day.
pub(super) fn own_sheets<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, SubmitHours>,
    (first, last): (Date, Date),
) -> Result<BTreeMap<Date, Sheet>, DbError> {
    let rows: Vec<Loaded> = timesheets::table
        .filter(timesheets::organisation_id.eq(tx.caller().organisation()))
        .filter(timesheets::person_id.eq(may.scope()))
        .filter(timesheets::period_from.between(first.to_diesel(), last.to_diesel()))
        .select(COLUMNS)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(sheet_of).map(|sheet| (sheet.period.from, sheet)).collect())
}

/// Submits a period for the first time; `false` when there is a sheet of it already.
pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, SubmitHours>,
    id: TimesheetId,
    period: Period,
    now: Timestamp,
) -> Result<bool, DbError> {
    use timesheets as t;
    let inserted = diesel::insert_into(t::table)
        .values((
            (
                t::organisation_id.eq(tx.caller().organisation()),
                t::id.eq(id),
                t::person_id.eq(may.scope()),
                // The database puts the home unit here, and counts the hours.
                t::unit_id.eq(UnitId::NIL),
                t::period_from.eq(period.from.to_diesel()),
                t::period_to.eq(period.to.to_diesel()),
            ),
            (
                t::state.eq(State::Submitted.as_str()),
                t::moved_at.eq(now.to_diesel()),
                t::moved_by.eq(may.scope()),
                t::submitted_at.eq(now.to_diesel()),
            ),
        ))
        .on_conflict((t::organisation_id, t::person_id, t::period_from))
        .do_nothing()
        .execute(tx.conn())?;
    Ok(inserted == 1)
}

/// Submits a sheet of one's own again that is at `revision`; `false` when it has moved on.
pub(super) fn submit_again<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, SubmitHours>,
    sheet: &Sheet,
    now: Timestamp,
) -> Result<bool, DbError> {
    moved(tx, (sheet.id, sheet.revision), (State::Submitted, None, may.scope(), Right::Own), now)
}

/// Takes a sheet of one's own back; `false` when it has moved on.
pub(super) fn withdraw<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WithdrawSheet>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let sheet = &may.facts().sheet;
    let person = sheet.person;
    moved(tx, (sheet.id, sheet.revision), (State::Withdrawn, None, person, Right::Own), now)
}

/// Approves or returns a sheet; `false` when it has moved on.
pub(super) fn decide<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DecideSheet>,
    right: Right,
    (state, reason): (State, Option<&str>),
    now: Timestamp,
) -> Result<bool, DbError> {
    let sheet = &may.facts().sheet;
    let person = tx.caller().person_id().unwrap_or(PersonId::NIL);
    moved(tx, (sheet.id, sheet.revision), (state, reason, person, right), now)
}

/// Reopens an approved sheet; `false` when it has moved on.
pub(super) fn reopen<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReopenSheet>,
    reason: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let sheet = &may.facts().sheet;
    let person = tx.caller().person_id().unwrap_or(PersonId::NIL);
    moved(tx, (sheet.id, sheet.revision), (State::Reopened, Some(reason), person, Right::Own), now)
}

fn moved(
    tx: &mut Tx<'_>,
    (id, revision): (TimesheetId, i32),
    (state, reason, by, right): (State, Option<&str>, PersonId, Right),
    now: Timestamp,
) -> Result<bool, DbError> {
    use timesheets as t;
    let delegation = match right {
        Right::Own => None,
        Right::InStead(delegation) => Some(delegation),
    };
    let this = t::table.find((tx.caller().organisation(), id)).filter(t::revision.eq(revision));
    let moved = diesel::update(this)
        .set((
            t::state.eq(state.as_str()),
            t::reason.eq(reason),
            t::moved_at.eq(now.to_diesel()),
            t::moved_by.eq(by),
            t::delegation_id.eq(delegation),
        ))
        .execute(tx.conn())?;
    Ok(moved == 1)
}

/// What became of a sheet, the newest first.
pub(super) fn events<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadSheet>) -> Result<Vec<Event>, DbError> {
    use timesheet_events as e;
    type Row = (String, Option<String>, i32, i32, Moment, String, Option<String>);
    let rows: Vec<Row> = e::table
        .filter(e::organisation_id.eq(tx.caller().organisation()).and(e::timesheet_id.eq(may.scope())))
        .select((e::state, e::reason, e::minutes, e::duties, e::moved_at, e::moved_by_name, e::in_stead_of_name))
        .order(e::revision.desc())
        .limit(200)
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(state, reason, minutes, duties, at, by, in_stead_of)| Event {
            state,
            reason,
            held: Amount { minutes, duties },
            at: at.to_jiff(),
            by,
            in_stead_of,
        })
        .collect())
}
