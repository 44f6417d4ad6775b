//! What of people and roles a home page shows.

use jiff::Timestamp;
use jiff::civil::Date;

use super::people::{Presence, Search};
use super::policy::{ListPeople, ReadRequests, SeeInvitations};
use super::{IdentityError, approvals, invitation_store, people_store};
use crate::authz::{self, permission};
use crate::db::Tx;

/// How many requests for roles wait for the caller's decision.
///
/// # Errors
/// [`IdentityError::Db`].
pub fn roles_to_decide(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, IdentityError> {
    let Some(may) = authz::if_may::<ReadRequests>(tx, ())? else { return Ok(0) };
    Ok(approvals::seen(tx, &may, now)?.iter().filter(|view| view.may_decide).count())
}

/// How many people have an address, have chosen no password, and are not invited; `None` for whoever invites nobody.
///
/// # Errors
/// [`IdentityError::Db`].
pub fn not_invited(tx: &mut Tx<'_>) -> Result<Option<i64>, IdentityError> {
    let Some(may) = authz::if_may::<SeeInvitations>(tx, ())? else { return Ok(None) };
    Ok(Some(invitation_store::count_others(tx, &may)?))
}

/// How many people left on this day or later; `None` for whoever does not read everybody's record.
///
/// # Errors
/// [`IdentityError::Db`].
pub fn leavers(tx: &mut Tx<'_>, since: Date) -> Result<Option<i64>, IdentityError> {
    if !tx.caller().holds_for_all(permission::PEOPLE_READ) {
        return Ok(None);
    }
    let Some(may) = authz::if_may::<ListPeople>(tx, ())? else { return Ok(None) };
    let search = Search { presence: Presence::Left, left_since: Some(since), ..Search::default() };
    Ok(Some(people_store::count(tx, &may, &search, None)?))
}
