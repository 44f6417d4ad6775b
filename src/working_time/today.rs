//! What of working time a home page shows: how near to the limit one is oneself, and how many of those one looks after.

use jiff::civil::Date;

use super::failure::TimeError;
use super::policy::{ReadOf, ReadTeam};
use super::service::{Concern, Latest, near_limit};
use super::store;
use crate::authz;
use crate::db::Tx;
use crate::kernel::ids::PersonId;

/// The caller's own figure, when it is near the limit or above it.
///
/// # Errors
/// [`TimeError::Db`].
pub fn own(tx: &mut Tx<'_>, today: Date) -> Result<Option<(Concern, Latest)>, TimeError> {
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    if authz::if_may::<ReadOf>(tx, me)?.is_none() {
        return Ok(None);
    }
    let latest = store::latest(tx, me, today)?.map(|kept| Latest::from(&kept));
    let concern = Concern::of(latest.as_ref(), today);
    Ok(latest.filter(|_figure| concern.is_about_limit()).map(|figure| (concern, figure)))
}

/// How many people are above the limit and how many near it, on the page that the team's working time begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamLimit {
    /// Above it.
    pub over: usize,
    /// At nine tenths of it or more.
    pub near: usize,
    /// Which unit, with all below it.
    pub unit: String,
}

/// How those whom the caller looks after stand; `None` for whoever looks after nobody.
///
/// # Errors
/// [`TimeError`].
pub fn team(tx: &mut Tx<'_>, today: Date) -> Result<Option<TeamLimit>, TimeError> {
    let Some(may) = authz::if_may::<ReadTeam>(tx, ())? else { return Ok(None) };
    near_limit(tx, &may, today)
}
