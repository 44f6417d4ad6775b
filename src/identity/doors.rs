//! The ways in that the sign-in page offers beside a password: providers that are switched on.
//!
//! Owns `sign_in_doors`, which is read before an organisation is known: it holds labels and ids, and nothing secret.

use super::{IdentityError, vouched_store};
use crate::authz::{Caller, SystemName};
use crate::db::{Db, DbError, Tx};
use crate::kernel::ids::{OrganisationId, SsoProviderId};

/// One way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The provider.
    pub provider: SsoProviderId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What its button says.
    pub label: String,
}

/// What stands on the sign-in page, by label; at most 20.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn listed(db: &Db) -> Result<Vec<Offer>, IdentityError> {
    db.read(&nowhere(), |tx| Ok(vouched_store::doors_listed(tx)?)).await
}

/// One way in, listed or not; `None` when it is switched off.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn find(db: &Db, provider: SsoProviderId) -> Result<Option<Offer>, IdentityError> {
    db.read(&nowhere(), move |tx| Ok(vouched_store::door(tx, provider)?)).await
}

/// The ways in of the transaction's organisation, by label.
///
/// # Errors
/// [`DbError`].
pub fn of_organisation(tx: &mut Tx<'_>) -> Result<Vec<Offer>, DbError> {
    vouched_store::doors_of_organisation(tx)
}

/// Opens a way in of the transaction's organisation, or says what it is called now.
///
/// # Errors
/// [`DbError`].
pub fn open(tx: &mut Tx<'_>, provider: SsoProviderId, label: &str, listed: bool) -> Result<(), DbError> {
    vouched_store::door_put(tx, provider, label, listed)
}

/// Closes it.
///
/// # Errors
/// [`DbError`].
pub fn close(tx: &mut Tx<'_>, provider: SsoProviderId) -> Result<(), DbError> {
    vouched_store::door_remove(tx, provider)
}

const fn nowhere() -> Caller {
    Caller::system(SystemName::SignIn, OrganisationId::NIL)
}
