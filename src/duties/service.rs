//! The verbs of the activity log. Plain values in and out; each is one transaction.

mod read;
mod write;

pub use read::{
    Listed, Offered, Opened, broken, list_own, offered, open, page_own, to_delete, to_edit, to_note, words, words_in,
};
pub(super) use read::{as_seen, offered_in, refuse_locked};
pub(super) use write::check_facts;
pub use write::{Logged, Source, chosen_id, delete, edit, log, log_once, set_private_note};
