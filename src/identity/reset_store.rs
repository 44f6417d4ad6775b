//! Requests to take away second factors.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::factors::resets::Waiting;
use super::policy::ResetFactors;
use crate::authz::Granted;
use crate::db::schema::{factor_resets, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{FactorResetId, PersonId};

/// What somebody is called, as far as the caller may know.
pub(super) fn name_of(tx: &mut Tx<'_>, person: PersonId) -> Result<String, DbError> {
    let found: Option<(String, String)> = people::table
        .find((tx.caller().organisation(), person))
        .select((people::given_name, people::family_name))
        .first(tx.conn())
        .optional()?;
    Ok(found.map_or_else(|| "Somebody".to_owned(), |(given, family)| format!("{given} {family}")))
}

/// What waits for a second administrator, oldest first; at most 200.
pub(super) fn waiting(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Waiting>, DbError> {
    type Row = (FactorResetId, PersonId, String, String, PersonId, jiff_diesel::Timestamp);
    let rows: Vec<Row> = factor_resets::table
        .inner_join(people::table.on(
            people::organisation_id.eq(factor_resets::organisation_id).and(people::id.eq(factor_resets::person_id)),
        ))
        .filter(factor_resets::organisation_id.eq(tx.caller().organisation()))
        .filter(factor_resets::decided_by.is_null().and(factor_resets::expires_at.gt(now.to_diesel())))
        .select((
            factor_resets::id,
            factor_resets::person_id,
            people::given_name,
            people::family_name,
            factor_resets::asked_by,
            factor_resets::expires_at,
        ))
        .order(factor_resets::id)
        .limit(200)
        .load(tx.conn())?;
    let mut waiting = Vec::with_capacity(rows.len());
    for (id, person, given, family, asked_by, expires_at) in rows {
        let asked_by_name = name_of(tx, asked_by)?;
        let name = format!("{given} {family}");
        waiting.push(Waiting { id, person, name, asked_by, asked_by_name, expires_at: expires_at.to_jiff() });
    }
    Ok(waiting)
}

/// Closes requests about somebody that nobody decided in time, as refused by whoever asks anew.
pub(super) fn close_overdue(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<(), DbError> {
    let overdue = factor_resets::table
        .filter(factor_resets::organisation_id.eq(tx.caller().organisation()))
        .filter(factor_resets::person_id.eq(person).and(factor_resets::decided_by.is_null()))
        .filter(factor_resets::expires_at.le(now.to_diesel()));
    diesel::update(overdue)
        .set((
            factor_resets::decided_by.eq(tx.caller().person_id()),
            factor_resets::decided_at.eq(now.to_diesel()),
            factor_resets::approved.eq(false),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ResetFactors>,
    id: FactorResetId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let asked_by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    diesel::insert_into(factor_resets::table)
        .values((
            factor_resets::organisation_id.eq(tx.caller().organisation()),
            factor_resets::id.eq(id),
            factor_resets::person_id.eq(may.scope()),
            factor_resets::asked_by.eq(asked_by),
            factor_resets::asked_at.eq(now.to_diesel()),
            factor_resets::expires_at.eq(expires_at.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Decides a request; `false` when somebody was faster.
pub(super) fn decide(tx: &mut Tx<'_>, id: FactorResetId, approved: bool, now: Timestamp) -> Result<bool, DbError> {
    let this = factor_resets::table
        .find((tx.caller().organisation(), id))
        .filter(factor_resets::decided_by.is_null().and(factor_resets::expires_at.gt(now.to_diesel())));
    let decided = diesel::update(this)
        .set((
            factor_resets::decided_by.eq(tx.caller().person_id()),
            factor_resets::decided_at.eq(now.to_diesel()),
            factor_resets::approved.eq(approved),
        ))
        .execute(tx.conn())?;
    Ok(decided == 1)
}
