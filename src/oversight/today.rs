//! The figures of oversight for a home page.

use jiff::Timestamp;

use super::error::OversightError;
use super::model::{List, Times};
use super::policy::ReadOverview;
use super::store;
use crate::authz;
use crate::db::Tx;

/// A figure, and the address of the list behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// How many.
    pub count: i64,
    /// The list of exactly these.
    pub href: String,
}

/// What an overseer should know today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// People who can sign in and have no second factor.
    pub no_factor: Figure,
    /// Leavers of whom something is open.
    pub leavers: Figure,
    /// Tokens about to end.
    pub tokens: Figure,
}

/// The figures; `None` for whoever may not see the overview. `dormant_days` as the configuration has them.
///
/// # Errors
/// [`OversightError::Db`].
pub fn figures(tx: &mut Tx<'_>, now: Timestamp, dormant_days: u16) -> Result<Option<Today>, OversightError> {
    let Some(may) = authz::if_may::<ReadOverview>(tx, ())? else { return Ok(None) };
    let overview = store::overview(tx, &may, Times::at(now, dormant_days))?;
    let figure = |count, list: List| Figure { count, href: format!("/security/lists/{}", list.slug()) };
    Ok(Some(Today {
        no_factor: figure(overview.factors.whole - overview.factors.part, List::NoFactor),
        leavers: figure(overview.leavers, List::Leavers),
        tokens: figure(overview.tokens, List::Tokens),
    }))
}
