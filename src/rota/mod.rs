//! What people are expected to work, when they are available for on-call, and both on a calendar.
//!
//! Owns duty patterns, who is assigned to them, which expected duties were confirmed, on-call contracts and availability,
//! the riders that units need, and the tokens of calendar feeds. Expected duties are worked out and never stored. Uses
//! `absences` for days on which none is expected, and `duties` to log one that is confirmed.

pub mod cover_rules;
pub mod error;
pub mod ical;
pub mod model;
pub mod pages;
pub mod policy;
pub mod port;
pub mod presets;
pub mod rules;
pub mod service;
mod store;
pub mod today;

pub use error::RotaError;
