//! What people learned: a record of their own, its evidence, who confirmed it, and the profile made of it.
//!
//! Owns the tables whose names begin with `cpd_`. A record belongs to its member: nobody else reads an entry unless it
//! was shared with the manager or its member asked them to confirm it. Certificates that the service keeps about its
//! people are the business of `competence`. Uses `duties` to name the duty that an entry came out of.

mod bundle;
mod changes;
pub mod error;
pub mod file_rules;
mod incoming;
pub mod model;
pub mod pages;
mod paper;
pub mod policy;
pub mod profile_rules;
pub mod review_rules;
pub mod rules;
pub mod service;
pub mod standards;
mod store;

pub use error::CpdError;
pub use incoming::{Incoming, clear_incoming};
