//! TRiM, trauma risk management: support by peers after an event that may distress.
//!
//! Owns the tables whose names begin with `trim_`. An offer is made to whoever did work that calls for it, by a manager, or
//! is asked for by the member; it is answered in private. Only an acceptance makes a case, which those who practise see and
//! one of them takes over. Managers see counts, which the database suppresses where they are small. Nothing here is a
//! clinical record: of a meeting it is kept that it took place and what is done next.

pub mod defaults;
pub mod error;
pub mod job;
pub mod model;
pub mod pages;
pub mod policy;
pub mod rules;
pub mod score;
pub mod service;
mod store;
pub mod today;

pub use error::TrimError;
