//! The tables of competences.

mod certificates;
mod kinds;
mod reminders;
mod team;

pub(super) use certificates::{
    certificate, certificates_of, change, end, except, exceptions_of, insert, is_recorded, member, needed_by, unexcept,
};
pub(super) use kinds::{
    add_kind, add_need, change_kind, delete_kind, kind, kinds, last_position, need, needs, needs_by_kind, remove_need,
    retire, roles,
};
pub(super) use reminders::{Due, due, lock, note, readers};
pub(super) use team::{Gap, gaps, members, members_of, needed_in, of_members, shortfalls};
