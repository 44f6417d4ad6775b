//! What of the hours a home page shows: one's own week by day, a team's weeks, corrections that were decided.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::corrections;
use super::error::DutyError;
use super::policy::{ListCorrections, ReadDutiesOf, ReadTeam};
use super::store::{self, corrections::Whose};
use super::team::{Weeks, picked_units};
use crate::authz::{self, permission};
use crate::db::Tx;
use crate::kernel::civil;
use crate::kernel::ids::PersonId;

/// The caller's hours of a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnWeek {
    /// Its Monday.
    pub from: Date,
    /// Its Sunday.
    pub to: Date,
    /// Minutes on each of its days, from Monday.
    pub minutes: Vec<i64>,
    /// Duties in all.
    pub duties: i64,
}

/// The caller's hours of the week that holds `today`; `None` for whoever logs none. One statement.
///
/// # Errors
/// [`DutyError::Db`].
pub fn own_week(tx: &mut Tx<'_>, today: Date) -> Result<Option<OwnWeek>, DutyError> {
    if !tx.caller().holds(permission::DUTY_LOG) {
        return Ok(None);
    }
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let Some(may) = authz::if_may::<ReadDutiesOf>(tx, me)? else { return Ok(None) };
    let from = civil::monday(today);
    let days: Vec<Date> = (0..7_i64).filter_map(|day| from.checked_add(day.days()).ok()).collect();
    let to = days.last().copied().unwrap_or(from);
    let sums = store::sums_by_day(tx, &may, (from, to))?;
    let on = |day: &Date| sums.iter().filter(|sum| sum.day == *day).map(|sum| sum.minutes).sum();
    Ok(Some(OwnWeek {
        from,
        to,
        minutes: days.iter().map(on).collect(),
        duties: sums.iter().map(|sum| sum.duties).sum(),
    }))
}

/// The hours of a team by week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamWeeks {
    /// Of which unit and all below it.
    pub unit: String,
    /// Each Monday with the minutes of its week.
    pub weeks: Vec<(Date, i64)>,
    /// Minutes in all.
    pub minutes: i64,
}

/// What the team's page shows first: the hours of its first unit and all below; `None` for whoever sees no team's.
///
/// # Errors
/// [`DutyError::Db`].
pub fn team_weeks(tx: &mut Tx<'_>, weeks: Weeks) -> Result<Option<TeamWeeks>, DutyError> {
    let Some(may) = authz::if_may::<ReadTeam>(tx, ())? else { return Ok(None) };
    let Some(team) = may.facts().clone() else { return Ok(None) };
    let units = store::units(tx)?;
    let (picked, below) = picked_units(&team, &units, None)?;
    let sums = store::sums_of_units(tx, &may, &below, (weeks.from, weeks.to))?;
    let of = |monday: Date| {
        let minutes = sums.iter().filter(|sum| sum.week_start == monday).map(|sum| sum.minutes).sum();
        (monday, minutes)
    };
    Ok(Some(TeamWeeks {
        unit: units.label(picked),
        weeks: weeks.mondays().into_iter().map(of).collect(),
        minutes: sums.iter().map(|sum| sum.minutes).sum(),
    }))
}

/// How many corrections of the caller's were decided since then, as the list of them shows them; `None` for whoever
/// proposes none.
///
/// # Errors
/// [`DutyError::Db`].
pub fn corrections_decided(tx: &mut Tx<'_>, since: Timestamp) -> Result<Option<usize>, DutyError> {
    let Some(may) = authz::if_may::<ListCorrections>(tx, ())? else { return Ok(None) };
    Ok(Some(store::corrections::page(tx, &may, Whose::OwnDecided(since), None, corrections::PER_PAGE)?.rows.len()))
}
