//! People's own details: what they propose to change, what HR approves or returns, and whom to call in an emergency.
//!
//! Owns `detail_changes`, `person_addresses` and `emergency_contacts`. What was and what should become stay side by side,
//! nobody decides on their own, and what holds was approved: the database refuses anything else. An approved name or
//! telephone number is written to the person's record, which `identity` owns. What HR alone holds (contract, payroll, next
//! of kin, fitness) is the business of `identity`.

pub mod error;
pub mod model;
pub mod pages;
pub mod policy;
pub mod rules;
pub mod service;
mod store;
pub mod today;

pub use error::DetailError;
