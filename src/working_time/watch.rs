//! What the activity log asks before a duty is logged: the port of `duties`, filled in.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::assemble::{self, Days, OnRecord};
use super::calendar::Calendar;
use super::error::WorkingTimeError;
use super::judge;
use super::law::{RuleBook, great_britain};
use super::mapping::Mapping;
use super::model::{Breaks, Person, Work, WorkId};
use super::policy::KnowWork;
use super::record::{Action, Group};
use super::store;
use crate::authz::{self, AuthzError, Granted};
use crate::db::{DbError, Tx};
use crate::duties::port::{Breach, Planned, WorkingTime};
use crate::kernel::civil;
use crate::kernel::ids::{DutyId, PersonId};

/// Days before the reference period in which rests find their rhythm.
pub(super) const SLACK_DAYS: i64 = 28;

/// The law that ships.
pub fn law() -> Result<RuleBook, WorkingTimeError> {
    RuleBook::new(vec![great_britain()])
}

/// The days that a figure of `day` needs, with so many weeks of reference period at most.
pub(super) fn days_for(first: Date, last: Date, groups: &[Group]) -> Days {
    let weeks = groups.iter().map(|group| i64::from(group.draft.reference_weeks)).max().unwrap_or(17).max(17);
    let back = weeks.saturating_mul(7).saturating_add(SLACK_DAYS);
    Days { first: first.checked_sub(back.days()).unwrap_or(first), last }
}

/// One person with everything that a judgement of their work needs.
pub(super) struct Known {
    pub(super) record: OnRecord,
    pub(super) groups: Vec<Group>,
    pub(super) mapping: Mapping,
    pub(super) days: Days,
}

impl Known {
    /// What is on record of somebody for figures of the days from `first` to `last`.
    pub(super) fn of<'tx>(
        tx: &mut Tx<'tx>,
        may: &Granted<'tx, KnowWork>,
        person: PersonId,
        (first, last): (Date, Date),
    ) -> Result<Self, DbError> {
        let groups = store::groups(tx)?;
        let mapping = Mapping::new(&store::kinds(tx)?);
        let days = days_for(first, last, &groups);
        let record = store::records(tx, may, &[person], days)?.remove(&person).unwrap_or_default();
        Ok(Self { record, groups, mapping, days })
    }

    /// As the engine takes them; `None` when no group holds for them.
    pub(super) fn person(&self) -> Option<Person> {
        assemble::person(&self.record, &self.groups, &self.mapping, self.days)
    }

    /// What happens on a day when something is broken.
    pub(super) fn action(&self, day: Date) -> Action {
        assemble::group_on(&self.groups, &self.record.belongings, day).map_or(Action::Off, |group| group.draft.action)
    }

    /// The days with their law.
    pub(super) fn calendar(&self) -> Result<Calendar, WorkingTimeError> {
        Calendar::new(&law()?, self.days.first, self.days.last)
    }
}

/// Who knows the limits and rests, for the activity log.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits;

impl Limits {
    /// As the program is wired with it.
    pub fn shared() -> Arc<dyn WorkingTime> {
        Arc::new(Self)
    }
}

impl WorkingTime for Limits {
    fn judge(&self, tx: &mut Tx<'_>, planned: &Planned, now: Timestamp) -> Result<Option<Breach>, DbError> {
        let groups = store::groups(tx)?;
        if groups.iter().all(|group| group.draft.action == Action::Off) {
            return Ok(None);
        }
        let may = match authz::may::<KnowWork>(tx, Some(planned.person)) {
            Ok(may) => may,
            Err(AuthzError::Db(error)) => return Err(error),
            // A program that acts for the organisation is nobody, and logs nothing.
            Err(AuthzError::Denied(_) | AuthzError::Hidden) => return Ok(None),
        };
        let (day, ends) = (civil::local(planned.started_at).date(), civil::local(planned.ended_at).date());
        let today = civil::local(now).date();
        let last = ends.max(today).tomorrow().unwrap_or(ends);
        let mut known = Known::of(tx, &may, planned.person, (day.min(today), last))?;
        let action = known.action(day);
        known.record.duties.retain(|duty| duty.id != planned.id);
        let (Some(person), true) = (known.person(), action != Action::Off) else { return Ok(None) };
        let Some(source) = known.mapping.of(planned.kind.deepest()).source() else { return Ok(None) };
        let breaks = u32::try_from(planned.break_minutes).unwrap_or(0);
        let work = Work {
            id: WorkId(planned.id.0),
            source,
            started_at: planned.started_at,
            ended_at: Some(planned.ended_at),
            breaks: if breaks == 0 { Breaks::None } else { Breaks::Minutes(breaks) },
        };
        let said = known.calendar().and_then(|calendar| judge::breaks(&calendar, &person, work, now));
        match said {
            Ok(said) if said.is_empty() => Ok(None),
            Ok(said) => Ok(Some(Breach { said, refused: action == Action::Block && planned.started_at > now })),
            Err(error) => {
                // A record that makes no sense to the engine is no reason not to log what somebody did.
                tracing::warn!(%error, person_id = %planned.person, "working time could not be judged");
                Ok(None)
            }
        }
    }

    fn mark(&self, tx: &mut Tx<'_>, planned: &Planned, breach: &Breach, now: Timestamp) -> Result<(), DbError> {
        store::mark(tx, planned.person, planned.id, &breach.line(), now)
    }

    fn marked(&self, tx: &mut Tx<'_>, duty: DutyId) -> Result<Option<String>, DbError> {
        store::marked(tx, duty)
    }
}
