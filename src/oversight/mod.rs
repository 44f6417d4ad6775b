//! Oversight: what an assurance return asks about accounts, in figures with what is behind them.
//!
//! Owns no table: it counts what other slices keep, through functions of the database that answer `security.read`
//! alone and tell names, units and dates, nothing of a record. Changes nothing; what is wrong is put right on the
//! pages of people, tokens and factors.

mod error;
mod export;
mod model;
pub mod pages;
mod policy;
mod service;
mod store;
pub mod today;

pub use error::OversightError;
