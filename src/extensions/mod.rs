//! Plugins in the console, what they are granted, and their runs.
//!
//! Owns `plugins`, `plugin_runs` and `plugin_documents`, the catalogue of data sets, and the SQL that a plugin's
//! questions become. The sandbox itself is `plugin_host`; what people logged belongs to `duties`, and is read here only
//! under row-level security, as the person for whom a report is made.

pub mod data_sets;
mod error;
mod held;
pub mod job;
pub mod model;
pub mod operator;
pub mod pages;
mod policy;
mod query;
pub mod reports;
mod rows_store;
pub mod runtime;
pub mod service;
mod store;
pub mod today;

pub use error::ExtensionError;
pub use runtime::Runtime;
