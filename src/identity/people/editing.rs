//! Changing who somebody is and where they belong; with an account, what they sign in with follows.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Details, changes, open_unit, taken};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Permission, permission};
use crate::crypto::Keyring;
use crate::db::Db;
use crate::identity::policy::{ChangeSignIn, EditPerson};
use crate::identity::{IdentityError, people_store, store};
use crate::kernel::ids::PersonId;

/// Changes who somebody is. With an account, a new e-mail address is what they sign in with from then on.
///
/// # Errors
/// [`IdentityError::Taken`], [`IdentityError::UnitClosed`]; [`IdentityError::NoEmail`] when somebody with an account
/// would be left without an address; [`IdentityError::Left`]; [`IdentityError::Authz`].
pub async fn edit(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    id: PersonId,
    details: Details,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let keys = Arc::clone(keys);
    db.write(caller, move |tx| {
        let may = authz::may::<EditPerson>(tx, id)?;
        if may.facts().left {
            return Err(IdentityError::Left);
        }
        let before = people_store::for_edit(tx, &may)?;
        if before.details.unit != details.unit {
            open_unit(tx, details.unit)?;
            // Whoever edits the people of some units moves them between those, and not out of sight.
            if !tx.caller().reaches(permission::PEOPLE_EDIT, id, details.unit) {
                return Err(AuthzError::Denied(EditPerson::NAME).into());
            }
        }
        // An account has to follow its person's address, so whoever cannot change the one cannot change the other.
        if before.details.email != details.email {
            let may = authz::may::<ChangeSignIn>(tx, id)?;
            if let Some(account) = people_store::account_email(tx, &may)? {
                let email = details.email.as_deref().ok_or(IdentityError::NoEmail)?;
                people_store::account_rename(tx, &may, email).map_err(taken)?;
                let organisation = tx.caller().organisation();
                store::directory_remove(tx, &store::directory_key(&keys, &account), organisation)?;
                store::directory_add(tx, &store::directory_key(&keys, email), organisation)?;
            }
        }
        people_store::update(tx, &may, &details).map_err(taken)?;
        let entry = Entry::new("person.edit").on("person", id).about(id);
        audit::record(tx, now, entry.changed(changes(Some(&before.details), &details)))?;
        Ok(())
    })
    .await
}
