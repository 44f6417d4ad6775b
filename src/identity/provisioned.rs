//! People whose record a directory keeps: changed, closed and opened again as it says.
//!
//! Like `vouched`, these are verbs for another slice, inside a transaction that its worker has entered.

use jiff::Timestamp;

use super::people::{Details, changes, taken};
use super::{IdentityError, store, vouched, vouched_store};
use crate::audit::{self, Entry, Field};
use crate::crypto::Keyring;
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

/// Who somebody is, and whether they left.
///
/// # Errors
/// [`DbError`].
pub fn details(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<(Details, bool)>, DbError> {
    vouched_store::details(tx, id)
}

/// Changes who somebody is. With an account, a new e-mail address is what they sign in with from then on.
///
/// # Errors
/// [`IdentityError::Taken`]; [`IdentityError::NoEmail`] when somebody with an account would be left without an address.
pub fn change(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    id: PersonId,
    (before, after): (&Details, &Details),
    now: Timestamp,
) -> Result<(), IdentityError> {
    if before == after {
        return Ok(());
    }
    if before.email != after.email
        && let Some(account) = vouched_store::account_email(tx, id)?
    {
        let email = super::sign_in::normal(after.email.as_deref().ok_or(IdentityError::NoEmail)?);
        vouched_store::account_rename(tx, id, &email).map_err(taken)?;
        let organisation = tx.caller().organisation();
        store::directory_remove(tx, &store::directory_key(keys, &account), organisation)?;
        store::directory_add(tx, &store::directory_key(keys, &email), organisation)?;
    }
    vouched_store::details_put(tx, id, after).map_err(taken)?;
    let entry = Entry::new("person.edit").on("person", id).about(id);
    audit::record(tx, now, entry.changed(changes(Some(before), after)))?;
    Ok(())
}

/// Records that somebody left: the account is switched off, sessions end, roles go, and what they did stays.
///
/// # Errors
/// [`IdentityError::LastAdministrator`].
pub fn leave(tx: &mut Tx<'_>, keys: &Keyring, id: PersonId, now: Timestamp) -> Result<(), IdentityError> {
    let account = vouched_store::account_email(tx, id)?;
    // The database switches the account off and takes sessions, links and roles away: see let_leavers_go.
    vouched_store::left_put(tx, id, Some(now))?;
    vouched_store::keep_an_owner(tx).map_err(|error| IdentityError::from(error).last_owner())?;
    if let Some(email) = &account {
        store::directory_remove(tx, &store::directory_key(keys, email), tx.caller().organisation())?;
    }
    let entry = Entry::new("person.leave").on("person", id).about(id);
    audit::record(tx, now, entry.changed([Field::shown("left").change(false, true)]))?;
    Ok(())
}

/// Records that somebody came back. Their account is switched on without a password; roles come from rules, or are
/// given anew.
///
/// # Errors
/// [`IdentityError::Taken`] when their address is somebody else's by now.
pub fn come_back(tx: &mut Tx<'_>, keys: &Keyring, id: PersonId, now: Timestamp) -> Result<(), IdentityError> {
    vouched_store::left_put(tx, id, None)?;
    match vouched_store::account_email(tx, id)? {
        Some(email) => {
            vouched_store::account_revive(tx, id)?;
            store::directory_add(tx, &store::directory_key(keys, &email), tx.caller().organisation())?;
        }
        None => {
            let email = vouched_store::details(tx, id)?.and_then(|(details, _left)| details.email);
            vouched::open_account(tx, keys, id, email.as_deref(), now)?;
        }
    }
    let entry = Entry::new("person.reinstate").on("person", id).about(id);
    audit::record(tx, now, entry.changed([Field::shown("left").change(true, false)]))?;
    Ok(())
}
