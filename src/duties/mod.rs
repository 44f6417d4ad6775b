//! The activity log: one entry for each duty that a person did.
//!
//! Owns `duties`, their notes and revisions. Does not own the words for work and the units (organisation), the people
//! (identity) or what came in from files (imports). A person reads and writes their own; a manager reads those of
//! their units without private notes; HR reads hours.

pub mod api;
mod changes;
pub mod corrections;
pub mod error;
pub mod export;
pub mod model;
pub mod pages;
pub mod policy;
pub mod port;
pub mod rules;
pub mod service;
mod store;
pub mod team;
pub mod today;
pub mod totals;
pub mod words;

pub use error::DutyError;
pub use store::{Named, Names, names};
