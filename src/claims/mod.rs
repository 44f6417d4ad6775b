//! Claims: what is paid beside the hours (overtime, disturbance, mileage), decided by HR, and taken to payroll once.
//!
//! Owns `claims` and `payroll_runs`. A claim hangs on a duty of its claimer's; whoever approves the hours sees it, and HR
//! decides once the hours of the day are approved. Does not own duties and timesheets, of which it shows the hours.

pub mod error;
pub mod model;
pub mod pages;
pub mod payroll;
mod payroll_store;
pub mod policy;
pub mod rules;
pub mod service;
mod store;
pub mod today;

pub use error::ClaimError;
