//! The short welcome at the first sign-in: what is known of somebody, and what they should do next.

use jiff::Timestamp;

use super::IdentityError;
use super::welcome_store as store;
use crate::audit::{self, Entry};
use crate::authz::Caller;
use crate::db::Db;
use crate::organisation::units;

/// What somebody is shown of themself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Given and family name.
    pub name: String,
    /// Employee number.
    pub employee_number: Option<String>,
    /// What they sign in with.
    pub email: String,
    /// Telephone number.
    pub phone: Option<String>,
    /// Home unit, as a path.
    pub unit: String,
}

/// Whether the caller has not read it yet.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn is_due(db: &Db, caller: &Caller) -> Result<bool, IdentityError> {
    db.read(caller, |tx| Ok(store::is_due(tx)?)).await
}

/// What it shows.
///
/// # Errors
/// [`IdentityError::NoAccount`].
pub async fn known(db: &Db, caller: &Caller) -> Result<Known, IdentityError> {
    db.read(caller, |tx| {
        let (details, email) = store::known(tx)?.ok_or(IdentityError::NoAccount)?;
        Ok(Known {
            name: format!("{} {}", details.given_name, details.family_name),
            employee_number: details.employee_number,
            email,
            phone: details.phone,
            unit: units::tree_in(tx)?.path(details.unit),
        })
    })
    .await
}

/// The caller has read it.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn read(db: &Db, caller: &Caller, now: Timestamp) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        if store::welcomed(tx, now)? {
            audit::record(tx, now, Entry::new("account.welcomed").on("account", ""))?;
        }
        Ok(())
    })
    .await
}
