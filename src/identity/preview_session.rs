//! Sessions of those who look at the console as a role, in the organisation that is made up for it.
//!
//! They are sessions like others, but nobody signs in to get one: `app::preview` begins and ends them, for somebody who
//! has a session of their own meanwhile.

use jiff::{SignedDuration, Timestamp};

use super::{IdentityError, session_store};
use crate::authz::{Caller, SystemName};
use crate::crypto::{Token, TokenDigest};
use crate::db::Db;
use crate::kernel::ids::{OrganisationId, PersonId};

/// Begins one for `viewer`, for at most `lasts`.
///
/// # Errors
/// [`IdentityError::Authz`] for an organisation that is not made up; [`IdentityError::Db`].
pub async fn begin(
    db: &Db,
    made_up: OrganisationId,
    viewer: PersonId,
    token: &Token,
    lasts: SignedDuration,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if !made_up.is_preview() {
        return Err(crate::authz::AuthzError::Hidden.into());
    }
    let TokenDigest(digest) = token.digest();
    db.write(&door(made_up), move |tx| Ok(session_store::insert_unproven(tx, viewer, &digest, now, now + lasts)?)).await
}

/// Ends the one with that digest, if there is one.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn end(db: &Db, made_up: OrganisationId, digest: [u8; 32]) -> Result<(), IdentityError> {
    db.write(&door(made_up), move |tx| {
        session_store::delete(tx, &digest)?;
        Ok(())
    })
    .await
}

const fn door(made_up: OrganisationId) -> Caller {
    Caller::system(SystemName::SignIn, made_up)
}
