//! Timesheets: hours submitted by week or month, approved or returned, and locked once they are approved.
//!
//! Owns `timesheets`, their moves, the rules by which they are submitted, and who decides in whose stead. Does not own the
//! duties that a sheet counts, nor the corrections of them (duties), nor what is claimed beside the hours (claims). The
//! database counts the hours of each move itself, and keeps the duties of an approved sheet as they are.

pub mod decisions;
mod delegation_store;
pub mod delegations;
pub mod desk;
pub mod error;
pub mod export;
pub mod missing;
pub mod model;
pub mod own;
pub mod pages;
pub mod policy;
pub mod rules;
pub mod settings;
mod settings_store;
mod store;
pub mod today;

pub use error::TimesheetError;
