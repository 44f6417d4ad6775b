//! The tables of TRiM.

mod cases;
mod criteria;
mod offers;
mod scores;
mod work;

pub(super) use cases::{case, cases, claim, close, hand_over, meet, meetings, people, practitioners};
pub(super) use criteria::{add, criteria, remove};
pub(super) use offers::{answer, ask, counts, give, offer, offers, whom};
pub(super) use scores::{Sealed, member_key, scores, write_score};
pub(super) use work::{any_open, due, offer_due};
