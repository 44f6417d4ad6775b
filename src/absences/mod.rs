//! Leave and sickness: whole days on which somebody does not work.
//!
//! Owns `absences`. The kind is read by the person and by whoever may read it for their unit; colleagues learn only that
//! somebody is away. Other slices read somebody's days with [`days_of`]. Says nothing of entitlement and of pay.

pub mod error;
pub mod model;
pub mod pages;
pub mod policy;
pub mod rules;
pub mod service;
mod store;
pub mod today;

pub use error::AbsenceError;
pub use store::{away, days_of, days_of_everybody, days_of_people};
