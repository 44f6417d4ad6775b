//! What of the rota a home page shows: what of one's own is to be confirmed and comes next, and where cover lacks.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::cover_rules;
use super::error::RotaError;
use super::model::Expected;
use super::policy::KeepOwn;
use super::rules::Range;
use super::service::{self, open_range};
use super::store;
use crate::authz;
use crate::db::{DbError, Tx};
use crate::kernel::civil;
use crate::kernel::ids::PersonId;

/// Days ahead that are looked through for the next duty.
const AHEAD_DAYS: i32 = 28;

/// The caller's own rota.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// Expected duties that are over and were not logged, in order.
    pub to_confirm: Vec<Expected>,
    /// The next one to begin.
    pub next: Option<Expected>,
    /// Of those who give on-call cover: minutes given this week, and minutes a week that were agreed.
    pub cover: Option<(i64, i32)>,
}

/// The caller's own rota; `None` for whoever keeps none.
///
/// # Errors
/// [`DbError`].
pub fn own(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Own>, DbError> {
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let Some(may) = authz::if_may::<KeepOwn>(tx, me)? else { return Ok(None) };
    let today = civil::local(now).date();
    let last = today.checked_add(AHEAD_DAYS.days()).unwrap_or(today);
    let range = Range { last, ..open_range(today) };
    let expected = service::expected_open(tx, may.facts(), range)?;
    let (over, rest): (Vec<Expected>, Vec<Expected>) = expected.into_iter().partition(|one| one.ends_at <= now);
    let cover = match store::contract(tx, me)? {
        Some(contract) => Some((service::given_this_week(tx, contract, today)?, contract.cover_minutes)),
        None => None,
    };
    Ok(Some(Own { to_confirm: over, next: rest.into_iter().find(|one| one.starts_at > now), cover }))
}

/// In how many stretches of the next seven days units of the caller are off the run for want of riders, and the first day
/// of one; `None` for whoever reads nobody's rota.
///
/// # Errors
/// [`RotaError`].
pub fn gaps(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<(usize, Option<Date>)>, RotaError> {
    let Some(gaps) = service::gaps_in(tx, now)? else { return Ok(None) };
    let first = gaps.gaps.iter().map(|gap| gap.run.from).min();
    Ok(Some((gaps.gaps.len(), first.map(|at| civil::local(at).date()))))
}

/// What per cent of the agreed cover somebody gives.
pub fn per_cent((given_minutes, agreed_minutes): (i64, i32)) -> i64 {
    cover_rules::per_cent(given_minutes, agreed_minutes)
}
