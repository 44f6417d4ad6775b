//! What of timesheets a home page shows: what of one's own is to be submitted, and what of others' waits.

use jiff::Timestamp;
use jiff::civil::Date;

use super::desk::{offered, sees_others};
use super::error::TimesheetError;
use super::missing::seen;
use super::model::State;
use super::own::{Only, OwnPeriod, periods_up_to};
use super::policy::{ReadDesk, SubmitHours};
use super::rules::period::Period;
use super::{settings_store, store};
use crate::authz;
use crate::db::Tx;
use crate::duties::service::words_in;
use crate::kernel::ids::PersonId;

/// The caller's last periods, as the page of their timesheets shows them first; none for whoever submits no hours.
///
/// # Errors
/// [`TimesheetError::Db`].
pub fn own(tx: &mut Tx<'_>, today: Date) -> Result<Vec<OwnPeriod>, TimesheetError> {
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let Some(may) = authz::if_may::<SubmitHours>(tx, me)? else { return Ok(Vec::new()) };
    let calendar = settings_store::calendar(tx)?;
    let mut periods = periods_up_to(tx, &may, &calendar, today)?;
    periods.retain(|period| period.is(Only::Due, today) || period.is(Only::Returned, today));
    Ok(periods)
}

/// What of others waits for the caller's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Timesheets.
    pub sheets: i64,
    /// When the one that waits longest was submitted.
    pub oldest: Option<Timestamp>,
    /// Proposed corrections.
    pub corrections: i64,
}

/// What waits for the caller; `None` for whoever decides on nobody's hours.
///
/// # Errors
/// [`TimesheetError::Db`].
pub fn waiting(tx: &mut Tx<'_>) -> Result<Option<Waiting>, TimesheetError> {
    let Some(may) = authz::if_may::<ReadDesk>(tx, ())? else { return Ok(None) };
    if !may.facts().approves && may.facts().stands_in.is_empty() {
        return Ok(None);
    }
    let filter = store::Filter { state: State::Submitted, units: None, from: None };
    Ok(Some(Waiting {
        sheets: store::totals(tx, &may, &filter)?.sheets,
        oldest: store::oldest(tx, &may, &filter)?,
        // A stand-in decides on sheets alone.
        corrections: if may.facts().approves { store::corrections_waiting(tx, &may)? } else { 0 },
    }))
}

/// Who is late with a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// Which period.
    pub period: Period,
    /// By when it should have been submitted.
    pub due: Date,
    /// How many people have not; counted up to 200.
    pub people: i64,
}

/// Who has not submitted the last period that was due before `today`; `None` for whoever sees nobody's hours, and when
/// none was due yet.
///
/// # Errors
/// [`TimesheetError::Db`].
pub fn late(tx: &mut Tx<'_>, today: Date) -> Result<Option<Late>, TimesheetError> {
    let Some(may) = authz::if_may::<ReadDesk>(tx, ())? else { return Ok(None) };
    let facts = may.facts().clone();
    if !sees_others(&facts) {
        return Ok(None);
    }
    let calendar = settings_store::calendar(tx)?;
    let periods = calendar.back_from(today, super::own::PER_PAGE);
    let Some(period) = periods.into_iter().find(|period| calendar.due(*period) < today) else { return Ok(None) };
    let (_kinds, units) = words_in(tx)?;
    let all = units.in_order().into_iter().map(|(unit, _depth)| unit.id).collect();
    let wanted = seen(all, offered(tx.caller(), &facts).as_deref());
    let people = store::missing_count(tx, &may, period, &wanted)?;
    Ok(Some(Late { period, due: calendar.due(period), people }))
}
