//! Signals of workload: what a member has looked at of their own work, one by one, and whom they have told.
//!
//! Owns the tables whose names begin with `signal_`. The rules are pure (`rules`) and their numbers an organisation's own
//! data (`model`). Which signals somebody switched on, and what is raised, shows to them alone, and of one signal to whom
//! they chose: nothing of it goes to the audit trail, and logs do not tell its pages apart. Uses `working_time` for
//! averages, rests, nights and breaks, `rota` for what was expected, `notices` to say that there is something.

pub mod error;
pub mod job;
pub mod model;
pub mod pages;
pub mod policy;
pub mod rules;
pub mod service;
mod store;
pub mod typed;

pub use error::SignalError;
