//! Files that become duties or people.
//!
//! Owns `imports` and `crew_assignments`, and the files under `imports/` in the state directory. A file is uploaded,
//! mapped, checked row by row, shown, and committed as a whole or not at all. The pure part (`text`, `reader`, `when`,
//! `fields`, `rules`, `presets`) knows no database; what it needs to know is handed in as a `Directory`.

pub mod cells;
mod check;
mod commit;
pub mod crews;
pub mod directory;
pub mod error;
pub mod fate;
pub mod fields;
mod files;
pub mod jobs;
mod locks;
pub mod model;
pub mod pages;
pub mod people_rules;
pub mod policy;
pub mod presets;
pub mod reader;
pub mod rules;
pub mod service;
mod store;
mod tally;
pub mod text;
pub mod when;

pub use error::ImportError;
