//! The organisation, the tree of its units, and its words for work.
//!
//! Owns `organisations`, `units` and `duty_kinds`. Does not own people (identity) or what they did (duties).

pub mod error;
mod kind_store;
pub mod kinds;
pub mod pages;
mod policy;
pub mod settings;
mod store;
pub mod units;
pub mod work;

pub use error::OrganisationError;
pub use units::{Unit, UnitKind, UnitTree};

use jiff::Timestamp;

use crate::db::{DbError, Tx};
use crate::kernel::ids::UnitId;

/// Which service it is: decides with which types and categories it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Fire and rescue.
    Fire,
    /// Ambulance.
    Ambulance,
    /// Both, or neither can be said.
    Both,
}

impl Service {
    /// As the database and the forms have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fire => "fire",
            Self::Ambulance => "ambulance",
            Self::Both => "both",
        }
    }

    /// Reads what [`Service::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Fire, Self::Ambulance, Self::Both].into_iter().find(|service| service.as_str() == text)
    }
}

/// Writes the transaction's organisation with its top unit and its types and categories of work.
///
/// # Errors
/// [`DbError`]; a second organisation with the same id is one.
pub fn found(tx: &mut Tx<'_>, name: &str, service: Service, now: Timestamp) -> Result<UnitId, DbError> {
    store::organisation_insert(tx, name, service, now)?;
    let unit = store::top_unit_insert(tx, name, now)?;
    store::kinds_insert(tx, kinds::of(service), now)?;
    Ok(unit)
}

/// Adds a unit under `parent` while an organisation is being set up; afterwards the console does.
///
/// # Errors
/// [`DbError`].
pub fn found_unit(
    tx: &mut Tx<'_>,
    parent: UnitId,
    kind: &str,
    name: &str,
    code: Option<&str>,
    now: Timestamp,
) -> Result<UnitId, DbError> {
    store::founding_unit_insert(tx, parent, kind, name, code, now)
}
