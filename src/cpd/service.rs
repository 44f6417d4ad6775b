//! The verbs of a record of development. Plain values in and out; each is one transaction.

mod entries;
mod evidence;
mod profile;
mod requests;

pub use entries::{
    Listed, Marks, Opened, Shared, add, chosen_id, delete, duties_to_offer, duty_label, edit, list, open, set_shared,
    shared, to_edit,
};
pub use evidence::{Downloaded, attach, detach, download};
pub(super) use profile::file_bytes;
pub use profile::{Overview, Pickable, Picked, Shown, Whole, begin_export, overview, pick, pickable, save, whole};
pub use requests::{Asked, Inbox, answer, ask, inbox, to_answer, waiting, withdraw};
