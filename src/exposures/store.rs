//! The tables of exposures.

mod ledger;
mod people;
mod proposals;
mod rules;

pub(super) use ledger::{correct, exposure, insert, is_own, of_own, of_subject};
pub(super) use people::{find, subject};
pub(super) use proposals::{proposal, proposals};
pub(super) use rules::{add, remove, rules, work};
