//! The SQL of imports: the imports themselves, crews, what rows refer to, and what rows become.

mod crews;
mod directory;
mod imports;
mod records;

pub(super) use crews::{
    Assignment, assignment, assignment_delete, assignment_insert, assignment_update, assignments, person_by, spans_of,
};
pub(super) use directory::{load as directory, types};
pub(super) use imports::{
    NewImport, begin_check, begin_commit, end_check, end_commit, end_without, import, imports, insert, lock, map,
    progress, set_discarded,
};
pub(super) use records::{existing_keys, insert_duties, insert_people, locked, overlapping};
