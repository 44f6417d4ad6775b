//! The tables of people's records.

mod content;
mod entries;
mod evidence;
mod profile;
mod requests;

pub(super) use entries::{
    delete, duty_is_own, entries_of, entry_facts, insert, is_own, last_before, own_of, page, seen, set_shared,
    shared_page, update,
};
pub(super) use evidence::{
    NewFile, add_evidence, evidence, evidence_of, fetch, held_bytes, lock_files, remove_evidence,
};
pub(super) use profile::{chosen, profile, replace_chosen, save_profile};
pub(super) use requests::{
    answer, answered_page, ask, asked_since, counterpart, find_verifier, names, open_requests, request, requests_of,
    withdraw,
};
