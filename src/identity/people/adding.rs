//! Adding somebody, and giving somebody an account.

use std::sync::Arc;

use jiff::Timestamp;

use super::{ACCOUNT, Details, changes, open_unit, taken};
use crate::audit::{self, Entry};
use crate::authz;
use crate::authz::Caller;
use crate::crypto::Keyring;
use crate::db::{Db, Tx};
use crate::identity::password_links::{self, PasswordLink};
use crate::identity::policy::{AddAccount, AddPerson, ChangeSignIn};
use crate::identity::{IdentityError, people_store, store};
use crate::kernel::ids::PersonId;
use crate::organisation::UnitTree;
use crate::organisation::units;

/// The units that a new person may belong to.
///
/// # Errors
/// [`IdentityError::Authz`] when the caller may not add anybody.
pub async fn before_adding(db: &Db, caller: &Caller) -> Result<UnitTree, IdentityError> {
    db.read(caller, |tx| {
        authz::may::<AddPerson>(tx, ()).map(drop)?;
        Ok(units::tree_in(tx)?)
    })
    .await
}

/// Adds somebody; with `account`, they get one and the link by which they choose their password.
///
/// # Errors
/// [`IdentityError::Taken`], [`IdentityError::UnitClosed`], [`IdentityError::NoEmail`].
pub async fn add(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    details: Details,
    account: bool,
    now: Timestamp,
) -> Result<(PersonId, Option<PasswordLink>), IdentityError> {
    let directory = details.email.as_deref().map(|email| store::directory_key(keys, email));
    db.write(caller, move |tx| add_in(tx, &details, account, directory, now)).await
}

/// [`add`] inside a transaction; `directory` is the key of the e-mail address in the sign-in directory.
pub(in crate::identity) fn add_in(
    tx: &mut Tx<'_>,
    details: &Details,
    account: bool,
    directory: Option<[u8; 32]>,
    now: Timestamp,
) -> Result<(PersonId, Option<PasswordLink>), IdentityError> {
    let may = authz::may::<AddPerson>(tx, ())?;
    if account {
        authz::may::<AddAccount>(tx, ()).map(drop)?;
    }
    open_unit(tx, details.unit)?;
    let id = PersonId::new(now);
    people_store::insert(tx, &may, id, details, now).map_err(taken)?;
    let entry = Entry::new("person.add").on("person", id).about(id);
    let changes = changes(None, details).into_iter().chain([ACCOUNT.change(false, account)]);
    audit::record(tx, now, entry.changed(changes))?;
    if !account {
        return Ok((id, None));
    }
    let email = details.email.as_deref().ok_or(IdentityError::NoEmail)?;
    store::account_insert(tx, id, email, None, now).map_err(taken)?;
    if let Some(key) = directory {
        store::directory_add(tx, &key, tx.caller().organisation())?;
    }
    let link = password_links::issue_in(tx, id, now)?;
    Ok((id, Some(link)))
}

/// Gives somebody an account, with the link by which they choose their password.
///
/// # Errors
/// [`IdentityError::NoEmail`] when no address of theirs is known; [`IdentityError::Taken`].
pub async fn open_account(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    id: PersonId,
    now: Timestamp,
) -> Result<PasswordLink, IdentityError> {
    let keys = Arc::clone(keys);
    db.write(caller, move |tx| {
        let may = authz::may::<ChangeSignIn>(tx, id)?;
        if may.facts().left {
            return Err(IdentityError::Left);
        }
        let record = people_store::for_edit(tx, &may)?;
        let email = record.details.email.ok_or(IdentityError::NoEmail)?;
        store::account_insert(tx, id, &email, None, now).map_err(taken)?;
        store::directory_add(tx, &store::directory_key(&keys, &email), tx.caller().organisation())?;
        let entry = Entry::new("account.open").on("person", id).about(id).changed([ACCOUNT.change(false, true)]);
        audit::record(tx, now, entry)?;
        password_links::issue_in(tx, id, now)
    })
    .await
}
