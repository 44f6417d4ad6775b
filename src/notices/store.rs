//! The table `mail_outbox`.

mod console;
mod sending;
mod writing;

pub(super) use console::{Mended, Which, discard_dead, figures, list, own_address, revive, revive_all};
pub(super) use sending::{
    Claim, Claimed, Ended, about_to_leave, claim, end, handing_over, holds_any, overdue, purge, put_off,
};
pub(super) use writing::{insert, insert_outside, lock_recipient, organisation_name, posted_since};
