//! What of claims a home page shows: what was decided on one's own, and what waits for HR and for payroll.

use jiff::Timestamp;

use super::error::ClaimError;
use super::policy::{ListClaims, ListOwn, RunPayroll};
use super::{payroll_store, store};
use crate::authz::{self, permission};
use crate::db::Tx;
use crate::kernel::ids::PersonId;

/// How many claims of the caller's were decided since then; `None` for whoever claims nothing.
///
/// # Errors
/// [`ClaimError::Db`].
pub fn own_decided(tx: &mut Tx<'_>, since: Timestamp) -> Result<Option<i64>, ClaimError> {
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let Some(may) = authz::if_may::<ListOwn>(tx, me)? else { return Ok(None) };
    Ok(Some(store::own_decided(tx, &may, since)?))
}

/// How many claims can be decided, and when the one that waits longest was made; `None` for whoever decides on none.
///
/// # Errors
/// [`ClaimError::Db`].
pub fn to_decide(tx: &mut Tx<'_>) -> Result<Option<(i64, Option<Timestamp>)>, ClaimError> {
    if !tx.caller().holds_for_all(permission::CLAIM_DECIDE) {
        return Ok(None);
    }
    let Some(may) = authz::if_may::<ListClaims>(tx, ())? else { return Ok(None) };
    Ok(Some(store::ready(tx, &may)?))
}

/// How many approved claims the next payroll run takes, and how many wait for reopened hours; `None` for whoever runs
/// no payroll.
///
/// # Errors
/// [`ClaimError::Db`].
pub fn to_pay(tx: &mut Tx<'_>) -> Result<Option<(i64, i64)>, ClaimError> {
    let Some(may) = authz::if_may::<RunPayroll>(tx, ())? else { return Ok(None) };
    Ok(Some(payroll_store::to_take(tx, &may)?))
}
