//! The verbs of working time. Plain values in and out; each is one transaction, or one to ask and one to work.

mod groups;
mod own;
mod team;

pub use super::store::{Latest, Standing};
pub use groups::{
    GroupPage, Listed, Sources, add, assign_one, assign_unit, edit, lines_of, list, open, recompute, retire,
    say_sources, sources, take_back,
};
pub use own::{
    Declared, Explained, Judged, Seen, chosen_job, declare_job, declared, end_job, end_opt_out, explain, judge_plan,
    opt_out, own, read, remove_job,
};
pub(super) use team::near_limit;
pub use team::{Concern, Count, Dashboard, UnitCount, dashboard, export};
