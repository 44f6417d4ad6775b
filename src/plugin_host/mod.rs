//! The sandbox in which plugins run, and the only place that uses wasmtime.
//!
//! Owns: what a plugin file is, what it may ask for, how it is stopped, and the document it hands back.
//! Knows no slice and no SQL: rows come through a [`Port`] that the caller brings.
//!
//! ```text
//! let host = PluginHost::new(4)?;                          // once, at start
//! let seen = Loaded::inspect(&bytes, limit)?;              // upload: nothing is compiled or run
//! let plugin = Loaded::compile(&host, &bytes, limit)?;     // once per plugin; keep it, clones are cheap
//! let settings = kept.complete(&seen.manifest.settings)?;  // values for every setting, or what is wrong
//! let report = host.run(&plugin, RunRequest { .. }, &limits, &mut port);   // blocks; any number of times
//! report.outcome / report.figures / report.log
//! ```
//!
//! `run` calls the port on the thread that called it, so a port may borrow a transaction. What a port must keep to
//! is written at [`Port`]; [`port::TextBuilder`] and [`port::FixedBuilder`] make its batches. The data sets that a
//! port knows are described by a [`Catalogue`]; what a plugin may read of them is its [`Grants`]; both are enforced
//! here, before the port is asked.

mod bridge;
pub mod catalogue;
mod check;
mod columns;
pub mod document;
mod engine;
mod limits;
mod load;
pub mod manifest;
pub mod port;
mod run;
mod settings;
#[cfg(test)]
mod tests;
mod v1;

pub use catalogue::{Catalogue, ColumnSpec, DataSetSpec, Grants, Kind};
pub use document::Document;
pub use engine::{HostError, PluginHost};
pub use limits::PluginLimits;
pub use load::{Inspection, LoadError, Loaded};
pub use manifest::Manifest;
pub use port::Port;
pub use run::{Figures, GuestError, LogLevel, LogLine, Outcome, RunReport, RunRequest, Stop};
pub use settings::{SettingFault, SettingValue, SettingValues};
