//! What happened, who did it, and the proof that nobody changed it since.
//!
//! Owns `audit_entries`, the tree over it, the auditor's pages and the security log. Every slice calls [`record`] inside the
//! transaction of its deed, so that the deed and its entry are kept together or not at all; writers never wait for
//! one another, because the tree is built afterwards by one sequencer. Knows no other slice.

mod body;
mod deeds;
mod entry;
mod error;
mod export;
mod log;
pub mod pages;
mod place;
mod policy;
mod proof;
mod record;
mod sequence;
mod sequence_store;
mod sequencer;
mod shown;
mod signing;
mod store;
pub mod today;
mod trail;
mod trail_store;
pub mod verify;

pub use deeds::{Kind, security_deeds};
pub use entry::{Change, Entry, Field, Value};
pub use error::AuditError;
pub use record::record;
pub use sequence::Refusal;
pub use sequencer::{Health, Sequencer, SequencerSettings};
pub use signing::signer;
