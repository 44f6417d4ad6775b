//! The verbs of somebody's wellbeing. Plain values in and out; each is one transaction. What reads needs the key that
//! its person unlocked; what writes seals to the public half and needs none.

mod records;
mod settings;
mod sharing;

pub use records::{add, change, chosen_id, duties_to_offer, list, open, remove};
pub use settings::{keep, set_keep, set_support, support};
pub use sharing::{Received, open_received, received, receivers, share, shares, withdraw};
