//! The tables of signals.

mod choices;
mod looking;
mod rules;

pub(super) use choices::{
    choices, is_used, people, raisings, receivers, snooze, switch_off, switch_on, tell, tellings, told, withdraw,
};
pub(super) use looking::{
    addresses, close, comparison, may_be_told, note_noticed, note_told, raise, set_comparison, traumatic, unhear,
};
pub(super) use rules::{reset, rules, tune};
