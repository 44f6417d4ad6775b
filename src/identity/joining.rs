//! Becoming a person of the organisation in one deed: added, and invited by e-mail, or neither.

use jiff::Timestamp;

use super::people::{self, Details};
use super::{IdentityError, invitations, store};
use crate::crypto::Keyring;
use crate::db::Tx;
use crate::kernel::ids::PersonId;

/// Adds somebody and, if `invite`, opens an account for them with an invitation by e-mail, inside a transaction.
///
/// # Errors
/// [`IdentityError::Taken`], [`IdentityError::UnitClosed`], [`IdentityError::NoEmail`]; [`IdentityError::Authz`].
pub fn join_in(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    details: &Details,
    invite: bool,
    now: Timestamp,
) -> Result<PersonId, IdentityError> {
    let directory = details.email.as_deref().map(|email| store::directory_key(keys, email));
    let (person, _no_link) = people::add_in(tx, details, false, directory, now)?;
    if invite {
        invitations::invite_in(tx, keys, person, true, now)?;
    }
    Ok(person)
}
