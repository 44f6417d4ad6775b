//! What programs asked to be logged, by the key that they chose.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::super::model::Attempt;
use super::super::policy::LogDuty;
use crate::authz::Granted;
use crate::db::schema::duty_requests;
use crate::db::{DbError, Tx};
use crate::kernel::ids::DutyId;

/// Notes an attempt that is to become the duty `id`. When its key has been used before: what was sent then and which
/// duty it became. Another request with the same key waits here until this transaction is over.
pub(in crate::duties) fn first_attempt<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, LogDuty>,
    attempt: &Attempt,
    id: DutyId,
    now: Timestamp,
) -> Result<Option<(Vec<u8>, DutyId)>, DbError> {
    let organisation = tx.caller().organisation();
    let noted = diesel::insert_into(duty_requests::table)
        .values((
            duty_requests::organisation_id.eq(organisation),
            duty_requests::person_id.eq(may.scope()),
            duty_requests::key_hash.eq(attempt.key.as_slice()),
            duty_requests::fingerprint.eq(attempt.fingerprint.as_slice()),
            duty_requests::duty_id.eq(id),
            duty_requests::created_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    if noted == 1 {
        return Ok(None);
    }
    Ok(duty_requests::table
        .find((organisation, may.scope(), attempt.key.as_slice()))
        .select((duty_requests::fingerprint, duty_requests::duty_id))
        .first(tx.conn())
        .optional()?)
}

/// Forgets the caller's attempts from before `before`.
pub(in crate::duties) fn forget_attempts<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, LogDuty>,
    before: Timestamp,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let own = duty_requests::table
        .filter(duty_requests::organisation_id.eq(organisation).and(duty_requests::person_id.eq(may.scope())));
    diesel::delete(own.filter(duty_requests::created_at.lt(before.to_diesel()))).execute(tx.conn())?;
    Ok(())
}
