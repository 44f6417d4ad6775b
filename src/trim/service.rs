//! The verbs of TRiM. Plain values in and out; each is one transaction.

mod cases;
mod criteria;
mod own;
mod scores;
mod team;

pub(super) use cases::caseload_in;
pub use cases::{CaseLine, Caseload, Opened, caseload, claim, close, hand_over, meet, open};
pub use criteria::{CriteriaPage, Listed, add, criteria, remove, seed, suggest};
pub use own::{Home, HomeOffer, answer, ask, chosen_id, home, offer, open_offers};
pub use scores::{Scored, scores};
pub use team::{Counts, counts, give, may_offer_to};
