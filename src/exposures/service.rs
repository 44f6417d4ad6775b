//! The verbs of exposures. Plain values in and out; each is one transaction.

mod own;
mod readers;
mod rules;

pub use own::{
    Home, begin_export, chosen_id, confirm, correct, deny, home, of_duty, open, prefill, proposals_waiting, record,
    waiting_in,
};
pub use readers::{Read, find, paper_of, read};
pub use rules::{Listed, RulesPage, add_rule, remove_rule, rules, seed, suggest};
