//! Working time: the limits, rests and breaks of the Working Time Regulations 1998, worked out for one person a day.
//!
//! Owns the engine (`rules`), which is pure, the law as dated data (`law`) and the words for both (`model`); and around
//! it what is on record (`record`, `store`), the kept figures (`recompute`, `job`), the pages, and what the activity log
//! asks before a duty is logged (`watch`). Reads duties, absences and kinds of work, and writes none of them.
//! docs/working-time.md tells every rule with its source.

pub mod assemble;
pub mod calendar;
pub mod error;
pub mod failure;
pub mod job;
pub mod judge;
pub mod kept;
pub mod law;
pub mod mapping;
pub mod model;
pub mod pages;
pub mod policy;
pub mod recompute;
pub mod record;
pub mod rules;
pub mod seconds;
pub mod service;
pub mod span;
mod store;
pub mod strain;
pub mod today;
pub mod typed;
pub mod watch;

pub use calendar::Calendar;
pub use error::WorkingTimeError;
pub use failure::TimeError;
pub use law::{RuleBook, RuleSet, great_britain};
pub use rules::{DayFigure, Explanation, Ledger};
