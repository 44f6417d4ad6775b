//! Who has not submitted a period: what payroll waits for.

use jiff::Timestamp;
use jiff::civil::Date;

use super::desk::{PER_PAGE, READS, offered, sees_others};
use super::error::TimesheetError;
use super::model::{Amount, State};
use super::policy::ReadDesk;
use super::rules::period::Period;
use super::{settings_store, store};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller};
use crate::db::Db;
use crate::duties::Named;
use crate::duties::service::words_in;
use crate::duties::words::Units;
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, TimesheetId, UnitId};

/// Somebody who has not submitted a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub who: Named,
    /// Their home unit.
    pub unit: UnitId,
    /// Of a sheet that was taken back, returned or reopened.
    pub sheet: Option<(TimesheetId, State)>,
    /// What they have logged so far.
    pub logged: Amount,
}

/// What the page of those who have not submitted shows.
#[derive(Debug, Clone)]
pub struct MissingList {
    /// The period; `None` when no hours are submitted here.
    pub period: Option<Period>,
    /// By when it should have been submitted.
    pub due: Option<Date>,
    /// A page of people, by name.
    pub people: Vec<Missing>,
    /// Where the list goes on.
    pub next: Option<PersonId>,
    /// The periods that may be picked, the latest first.
    pub periods: Vec<Period>,
    /// The words for units.
    pub units: Units,
    /// Units that may be picked; `None` for all.
    pub offered: Option<Vec<UnitId>>,
}

/// Those of `units` that are `offered`.
pub(super) fn seen(units: Vec<UnitId>, offered: Option<&[UnitId]>) -> Vec<UnitId> {
    units.into_iter().filter(|unit| offered.is_none_or(|offered| offered.contains(unit))).collect()
}

/// Who has not submitted the period that begins on `from`, or the last one that is over: one audit entry.
///
/// # Errors
/// [`TimesheetError::Authz`] for a unit whose hours the caller does not see.
pub async fn list(
    db: &Db,
    caller: &Caller,
    (from, unit): (Option<Date>, Option<UnitId>),
    after: Option<PersonId>,
    now: Timestamp,
) -> Result<MissingList, TimesheetError> {
    let today = civil::local(now).date();
    db.write(caller, move |tx| {
        let may = authz::may::<ReadDesk>(tx, ())?;
        let facts = may.facts().clone();
        let calendar = settings_store::calendar(tx)?;
        let (_kinds, units) = words_in(tx)?;
        let offered = offered(tx.caller(), &facts);
        let wanted = match unit {
            Some(unit) => units.subtree(unit),
            None => units.in_order().into_iter().map(|(unit, _depth)| unit.id).collect(),
        };
        let wanted = seen(wanted, offered.as_deref());
        if wanted.is_empty() && unit.is_some() {
            return Err(AuthzError::Hidden.into());
        }
        let periods = calendar.back_from(today, super::own::PER_PAGE);
        let over = periods.iter().find(|period| period.to < today).or(periods.first()).copied();
        let period = from.and_then(|from| calendar.beginning(from)).or(over);
        let (people, more) = match period {
            Some(period) => store::missing(tx, &may, period, &wanted, after, PER_PAGE)?,
            None => (Vec::new(), false),
        };
        if sees_others(&facts)
            && let Some(period) = period
        {
            let entry = Entry::new("timesheet.list").on("organisation", tx.caller().organisation());
            let entry = entry
                .noting("not_submitted_from", period.from.to_string())
                .noting("people", i64::try_from(people.len()).unwrap_or(i64::MAX));
            let caller = tx.caller();
            audit::record(tx, now, entry.allowed_by(caller, &READS))?;
        }
        Ok(MissingList {
            due: period.map(|period| calendar.due(period)),
            next: people.last().filter(|_last| more).map(|last| last.person),
            people: people
                .into_iter()
                .map(|one| Missing {
                    person: one.person,
                    who: Named { name: one.name, number: one.number },
                    unit: one.unit,
                    sheet: one.sheet.zip(one.state),
                    logged: one.logged,
                })
                .collect(),
            period,
            periods,
            units,
            offered,
        })
    })
    .await
}
