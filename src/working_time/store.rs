//! The tables of working time, and what it reads of others: duties, absences, people and kinds of work.

mod declared;
mod figures;
mod groups;
mod team;
mod terms;
mod work;

pub(super) use declared::{add_job, add_opt_out, end_job, end_opt_out, jobs_of, opt_outs_of, remove_job};
pub(super) use figures::{
    NewRow, clear, forget, history, latest, mark, marked, marks_of, recompute_all, take, waiting, write,
};
pub(super) use groups::{add_group, change_group, group, groups, kinds, make_for_all, retire_group, say_source, uses};
pub(super) use team::standings;
pub use team::{Latest, Standing};
pub(super) use terms::{assign, belongings, member, members_of, people_of, person_by_number, unassign};
pub(super) use work::{records, units_of};
