//! Signing in with an OpenID provider: whom it may let in, which of its groups give which role, and what it is told to
//! undo.
//!
//! Owns the `sso_*` tables and the console's pages for them. Who people are, their sessions and their roles are
//! identity's: this slice asks it (`identity::vouched`) and never touches its tables.

mod admit;
pub mod attempt;
pub mod check;
pub mod claims;
pub mod discovery;
pub mod error;
pub mod flow;
mod link_store;
pub mod links;
pub mod logout;
pub mod mapping;
pub mod model;
pub mod pages;
mod policy;
pub mod rules;
pub mod service;
mod store;
pub mod tokens;
pub mod wire;

pub use error::SsoError;
pub use flow::Federation;

use crate::db::Tx;
use crate::kernel::ids::{PersonId, RoleId, UnitId};

/// The roles that the organisation's rules give somebody who is in `groups`, as far as they can be given.
///
/// # Errors
/// [`SsoError::Db`].
pub fn roles_by_rule(
    tx: &mut Tx<'_>,
    groups: &[String],
    person: PersonId,
) -> Result<Vec<(RoleId, Option<UnitId>)>, SsoError> {
    let rules = store::rules(tx)?;
    admit::usable(tx, mapping::wanted(&rules, groups, person))
}
