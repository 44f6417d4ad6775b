//! Competence: what the service wants its people to be able to do, who needs it, who has a certificate of it that
//! counts, and what follows when they have not.
//!
//! Owns `competence_kinds`, `competence_needs`, `competence_exceptions`, `certificates` and `certificate_notices`. What
//! counts on a day is decided in one place, [`standing_rules`]; pages, the download and the gaps of a unit ask it.

pub mod error;
mod export;
pub mod job;
pub mod model;
pub mod pages;
pub mod policy;
pub mod rules;
pub mod service;
pub mod standing_rules;
mod store;
pub mod suggested;

pub use error::CompetenceError;
