//! Who asks, and the proof that they may.
//!
//! A request becomes a [`Caller`] once. A slice writes one [`Permission`] type for each act; [`may`] loads the facts
//! inside the transaction, asks the permission, and hands out a [`Granted`] that the store functions demand. This
//! module knows no slice: what a verdict needs to know is the slice's business.

mod caller;
mod catalogue;
mod granted;
mod scope;
mod team;

pub use caller::{ActingToken, Caller, Person, Reach, SystemName};
pub use catalogue::{CATALOGUE, CatalogueEntry, Weight, permission};
pub use granted::{AuthzError, Granted, Permission, Verdict, if_may, may, require};
pub use scope::Scope;
pub use team::{Team, TeamAct};
