//! The verbs of the activity log. Plain values in and out; each is one transaction.

mod read;
mod write;

pub(super) use read::as_seen;
pub use read::{Listed, Offered, Opened, list_own, offered, open, page_own, to_delete, to_edit, words, words_in};
pub use write::{Logged, Source, chosen_id, delete, edit, log, log_once};
