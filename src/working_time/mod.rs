//! Working time: the limits, rests and breaks of the Working Time Regulations 1998, worked out for one person a day.
//!
//! Owns the engine (`rules`), the law as dated data (`law`) and the words for both (`model`). Holds no database and no
//! page yet: work, absences, terms and opt-outs are handed in. docs/working-time.md tells every rule with its source.

pub mod calendar;
pub mod error;
pub mod law;
pub mod model;
pub mod rules;
pub mod seconds;
pub mod span;

pub use calendar::Calendar;
pub use error::WorkingTimeError;
pub use law::{RuleBook, RuleSet, great_britain};
pub use rules::{DayFigure, Explanation, Ledger};
