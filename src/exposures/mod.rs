//! Exposures: what somebody met at work that may matter to their health years later.
//!
//! Owns `exposure_rules`, `exposures`, `exposure_versions` and `exposure_health`. A duty of a kind that a rule names
//! proposes an exposure; nothing counts before the member confirms it. What is corrected keeps both values. Traumatic events
//! are the member's own; the others are read at any hour by whoever may, for a medical professional, with a receipt.

pub mod defaults;
pub mod error;
mod export;
pub mod model;
pub mod pages;
mod paper;
pub mod policy;
pub mod rules;
pub mod service;
mod store;
pub mod work;

pub use error::ExposureError;
