//! Files that become duties or people.
//!
//! Owns `imports` and `crew_assignments`, and the files under `imports/` in the state directory. A file is uploaded,
//! mapped, checked row by row, shown, and committed as a whole or not at all. The pure part (`text`, `reader`, `when`,
//! `fields`, `rules`, `presets`) knows no database; what it needs to know is handed in as a `Directory`.

pub mod cells;
pub mod directory;
pub mod fate;
pub mod fields;
pub mod people_rules;
pub mod presets;
pub mod reader;
pub mod rules;
pub mod text;
pub mod when;
