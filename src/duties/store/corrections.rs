//! The table `duty_corrections`, and writing what was accepted.

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::{Map, Value as Json};

use super::super::corrections::{Act, Correction, State};
use super::super::model::{LockedSheet, Page};
use super::super::policy::{
    DecideCorrection, ListCorrections, ProposeAddition, ProposeCorrection, ReadDuty, WithdrawCorrection,
};
use crate::authz::{Granted, permission};
use crate::db::schema::duty_corrections;
use crate::db::{DbError, Tx};
use crate::kernel::cursor::{Cursor, page_of};
use crate::kernel::ids::{CorrectionId, DutyId, PersonId, TimesheetId, UnitId};

type Moment = jiff_diesel::Timestamp;

type Columns = (
    (duty_corrections::id, duty_corrections::person_id, duty_corrections::unit_id, duty_corrections::timesheet_id),
    (duty_corrections::duty_id, duty_corrections::act, duty_corrections::was, duty_corrections::becomes),
    (duty_corrections::reason, duty_corrections::state, duty_corrections::proposed_at),
    (duty_corrections::decided_at, duty_corrections::decided_by_name, duty_corrections::answer),
);

const COLUMNS: Columns = (
    (duty_corrections::id, duty_corrections::person_id, duty_corrections::unit_id, duty_corrections::timesheet_id),
    (duty_corrections::duty_id, duty_corrections::act, duty_corrections::was, duty_corrections::becomes),
    (duty_corrections::reason, duty_corrections::state, duty_corrections::proposed_at),
    (duty_corrections::decided_at, duty_corrections::decided_by_name, duty_corrections::answer),
);

type Loaded = (
    (CorrectionId, PersonId, UnitId, TimesheetId),
    (DutyId, String, Json, Json),
    (String, String, Moment),
    (Option<Moment>, Option<String>, Option<String>),
);

fn of(loaded: Loaded) -> Correction {
    let ((id, person, unit, sheet), (duty, act, was, becomes), (reason, state, proposed_at), decided) = loaded;
    let (decided_at, decided_by, answer) = decided;
    Correction {
        id,
        person,
        unit,
        sheet,
        duty,
        // The columns' checks know the same words.
        act: Act::parse(&act).unwrap_or(Act::Change),
        was,
        becomes,
        reason,
        state: State::parse(&state).unwrap_or(State::Withdrawn),
        proposed_at: proposed_at.to_jiff(),
        decided_at: decided_at.map(jiff_diesel::Timestamp::to_jiff),
        decided_by,
        answer,
    }
}

/// A correction that the caller's row-level policies show: facts for a permission.
pub(in crate::duties) fn correction(tx: &mut Tx<'_>, id: CorrectionId) -> Result<Option<Correction>, DbError> {
    let this = duty_corrections::table.find((tx.caller().organisation(), id));
    let found: Option<Loaded> = this.select(COLUMNS).first(tx.conn()).optional()?;
    Ok(found.map(of))
}

/// The corrections of a duty, the newest first, for its owner and for whoever reads its history.
pub(in crate::duties) fn of_duty<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadDuty>,
) -> Result<Vec<Correction>, DbError> {
    let duty = may.facts();
    let reads =
        tx.caller().is(duty.person) || tx.caller().reaches(permission::DUTY_HISTORY_READ, duty.person, duty.unit);
    if !reads {
        return Ok(Vec::new());
    }
    let rows: Vec<Loaded> = duty_corrections::table
        .filter(duty_corrections::organisation_id.eq(tx.caller().organisation()))
        .filter(duty_corrections::duty_id.eq(duty.id))
        .select(COLUMNS)
        .order(duty_corrections::proposed_at.desc())
        .limit(50)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(of).collect())
}

/// Whose corrections a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::duties) enum Whose {
    /// Those of others that wait, the longest waiting first.
    OthersWaiting,
    /// The caller's own, the newest first.
    Own,
    /// Of these, what was accepted or refused since then.
    OwnDecided(Timestamp),
}

/// One page of corrections.
pub(in crate::duties) fn page<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ListCorrections>,
    whose: Whose,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page<Correction>, DbError> {
    use duty_corrections as c;
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let query = c::table
        .filter(c::organisation_id.eq(tx.caller().organisation()))
        .select(COLUMNS)
        .limit(i64::from(limit) + 1)
        .into_boxed();
    let after = after.map(|Cursor { at, id }| (at.to_diesel(), CorrectionId(id)));
    let query = match (whose, after) {
        (Whose::OthersWaiting, after) => {
            let query = query.filter(c::state.eq("proposed").and(c::person_id.ne(me)));
            let query = query.order((c::proposed_at.asc(), c::id.asc()));
            match after {
                Some((at, id)) => query.filter(c::proposed_at.ge(at).and(c::proposed_at.gt(at).or(c::id.gt(id)))),
                None => query,
            }
        }
        (whose @ (Whose::Own | Whose::OwnDecided(_)), after) => {
            let query = query.filter(c::person_id.eq(me)).order((c::proposed_at.desc(), c::id.desc()));
            let query = match whose {
                Whose::OwnDecided(since) => query
                    .filter(c::state.eq_any([State::Accepted.as_str(), State::Refused.as_str()]))
                    .filter(c::decided_at.ge(since.to_diesel())),
                Whose::OthersWaiting | Whose::Own => query,
            };
            match after {
                Some((at, id)) => query.filter(c::proposed_at.le(at).and(c::proposed_at.lt(at).or(c::id.lt(id)))),
                None => query,
            }
        }
    };
    let rows: Vec<Loaded> = query.load(tx.conn())?;
    let rows: Vec<Correction> = rows.into_iter().map(of).collect();
    let (rows, next) = page_of(rows, limit.into(), |last| Cursor { at: last.proposed_at, id: last.id.0 });
    Ok(Page { rows, next })
}

/// Writes a proposal to change or remove a duty.
pub(in crate::duties) fn propose<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ProposeCorrection>,
    id: CorrectionId,
    sheet: &LockedSheet,
    (act, becomes, reason): (Act, Map<String, Json>, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    insert(tx, (id, may.scope()), sheet, (act, becomes, reason), now)
}

/// Writes a proposal to add one.
pub(in crate::duties) fn propose_addition<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ProposeAddition>,
    (id, duty): (CorrectionId, DutyId),
    (becomes, reason): (Map<String, Json>, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    insert(tx, (id, duty), may.facts(), (Act::Add, becomes, reason), now)
}

fn insert(
    tx: &mut Tx<'_>,
    (id, duty): (CorrectionId, DutyId),
    sheet: &LockedSheet,
    (act, becomes, reason): (Act, Map<String, Json>, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    use duty_corrections as c;
    diesel::insert_into(c::table)
        .values((
            c::organisation_id.eq(tx.caller().organisation()),
            c::id.eq(id),
            c::person_id.eq(sheet.person),
            c::unit_id.eq(sheet.unit),
            c::timesheet_id.eq(sheet.id),
            c::duty_id.eq(duty),
            c::act.eq(act.as_str()),
            c::becomes.eq(Json::Object(becomes)),
            c::reason.eq(reason),
            c::state.eq(State::Proposed.as_str()),
            c::proposed_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes a proposal back; `false` when it does not wait any more.
pub(in crate::duties) fn withdraw<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WithdrawCorrection>,
    now: Timestamp,
) -> Result<bool, DbError> {
    settle(tx, may.scope(), (State::Withdrawn, None), now)
}

/// Accepts or refuses a proposal; `false` when it does not wait any more.
pub(in crate::duties) fn decide<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DecideCorrection>,
    (state, answer): (State, Option<&str>),
    now: Timestamp,
) -> Result<bool, DbError> {
    settle(tx, may.scope(), (state, answer), now)
}

fn settle(
    tx: &mut Tx<'_>,
    id: CorrectionId,
    (state, answer): (State, Option<&str>),
    now: Timestamp,
) -> Result<bool, DbError> {
    use duty_corrections as c;
    let this = c::table.find((tx.caller().organisation(), id)).filter(c::state.eq(State::Proposed.as_str()));
    let settled = diesel::update(this)
        .set((
            c::state.eq(state.as_str()),
            c::decided_at.eq(now.to_diesel()),
            c::decided_by.eq(tx.caller().person_id()),
            c::answer.eq(answer),
        ))
        .execute(tx.conn())?;
    Ok(settled == 1)
}

diesel::define_sql_function! {
    /// Writes a correction that the caller accepted in this transaction; false when the duty changed meanwhile.
    fn app_apply_correction(wanted: SqlUuid) -> diesel::sql_types::Bool;
}

/// Writes what was accepted a moment ago, in this transaction; `false` when the duty is no longer what it was made on.
pub(in crate::duties) fn apply<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, DecideCorrection>) -> Result<bool, DbError> {
    Ok(diesel::select(app_apply_correction(may.scope().0)).get_result(tx.conn())?)
}
