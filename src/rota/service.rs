//! The verbs of the rota. Plain values in and out; each is one transaction, but for confirming a duty, which `duties` logs
//! in one of its own.

mod assign;
mod availability;
mod calendar;
mod confirm;
mod feed;
mod overruns;
mod patterns;
mod shift;

pub use assign::{
    ContractOf, Overview, TypedAssign, TypedContract, TypedEnd, assign, contract_of, end, overview, set_contract,
    to_assign, to_end,
};
pub use availability::{
    CoverDay, Gap, Gaps, OwnAvailability, TypedNeed, cover, gaps, needs, own_availability, set, set_need,
};
pub(super) use availability::{gaps_in, given_this_week};
pub(super) use calendar::expected_open;
pub use calendar::{Calendar, PersonDays, TeamWeek, open_range, own, team_week};
pub use confirm::{Adjusting, adjust, confirm, to_adjust};
pub use feed::{FeedLink, answer, feed, make_feed, revoke_feed};
pub use overruns::overruns;
pub use patterns::{Opened, TypedPattern, TypedSlot, add, add_slot, list, open, remove_slot, retire, suggest};
pub use shift::on_shift_until;
