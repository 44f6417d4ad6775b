//! What people write of their wellbeing, for themselves: notes, how they feel, the WHO-5, and what they share of it.
//!
//! Owns the tables whose names begin with `wellbeing_`. Every record is sealed to its person by `vault`: this slice sees
//! it only while that person has unlocked it. Nothing here goes to the audit trail, and logs do not tell its pages apart:
//! not even that somebody wrote is anybody else's business. Uses `duties` to name the duty that a note came out of.

pub mod error;
pub mod job;
pub mod model;
pub mod pages;
pub mod policy;
pub mod rules;
pub mod service;
mod store;
pub mod support;
pub mod who5;

pub use error::WellbeingError;
