//! The hours of a team: people by week, and what its units add up to.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::error::DutyError;
use super::model::{DutyView, Filter, Marks, Page, Sum};
use super::policy::{ReadDutiesOf, ReadTeam};
use super::service::as_seen;
use super::store;
use super::words::{Kinds, Units};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Team, permission};
use crate::db::Db;
use crate::kernel::civil;
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{DutyId, PersonId, UnitId};

/// What lets somebody see the hours of others.
const READS: [&str; 2] = [permission::DUTY_READ, permission::HOURS_READ];

/// People on one page.
const PEOPLE: u16 = 50;

/// Whole weeks, from a Monday to a Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weeks {
    /// The first Monday.
    pub from: Date,
    /// The last Sunday.
    pub to: Date,
}

impl Weeks {
    /// So many weeks, the last of which holds `ending`.
    pub fn ending(ending: Date, weeks: u8) -> Self {
        let last = civil::monday(ending);
        let back = i64::from(weeks.max(1) - 1) * 7;
        let from = last.checked_sub(back.days()).unwrap_or(last);
        Self { from, to: last.checked_add(6.days()).unwrap_or(last) }
    }

    /// The Mondays.
    pub fn mondays(&self) -> Vec<Date> {
        super::totals::weeks_between(self.from, self.to)
    }
}

/// What one person worked for the units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonHours {
    /// Who.
    pub person: PersonId,
    /// Their name, family name last.
    pub name: String,
    /// Their home unit.
    pub unit: UnitId,
    /// Minutes in each week of the period.
    pub minutes: Vec<i64>,
    /// Duties in all.
    pub duties: i64,
}

/// What the team page shows.
#[derive(Debug, Clone)]
pub struct TeamHours {
    /// The unit that was picked; hours are those of it and all below.
    pub picked: UnitId,
    /// Units that may be picked.
    pub offered: Team,
    /// A page of people, by name.
    pub people: Vec<PersonHours>,
    /// Where the list of people goes on.
    pub next: Option<PersonId>,
    /// What the units add up to, by week and category, whoever was on duty.
    pub sums: Vec<Sum>,
    /// The words for kinds.
    pub kinds: Kinds,
    /// The words for units.
    pub units: Units,
}

/// The units that somebody's pick stands for: those of its subtree that they may see.
///
/// # Errors
/// [`AuthzError::Hidden`] for a unit that they may not.
pub(super) fn picked_units(
    team: &Team,
    units: &Units,
    picked: Option<UnitId>,
) -> Result<(UnitId, Vec<UnitId>), AuthzError> {
    let picked = match picked {
        Some(unit) => unit,
        None => first_of(team, units).ok_or(AuthzError::Hidden)?,
    };
    if !team.has(picked) || !units.has(picked) {
        return Err(AuthzError::Hidden);
    }
    Ok((picked, units.subtree(picked).into_iter().filter(|unit| team.has(*unit)).collect()))
}

fn first_of(team: &Team, units: &Units) -> Option<UnitId> {
    units.in_order().into_iter().map(|(unit, _depth)| unit.id).find(|unit| team.has(*unit))
}

/// Reads a page of the team's hours: one audit entry.
///
/// # Errors
/// [`DutyError::Authz`] when the caller sees nobody's hours, or not those of the unit.
pub async fn hours(
    db: &Db,
    caller: &Caller,
    picked: Option<UnitId>,
    weeks: Weeks,
    after: Option<PersonId>,
    now: Timestamp,
) -> Result<TeamHours, DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadTeam>(tx, ())?;
        let team = may.facts().clone().ok_or(AuthzError::Hidden)?;
        let units = store::units(tx)?;
        let (picked, below) = picked_units(&team, &units, picked)?;
        let (members, more) = store::people_page(tx, &may, &below, weeks.from, after, PEOPLE)?;
        let ids: Vec<PersonId> = members.iter().map(|member| member.id).collect();
        let span = (weeks.from, weeks.to);
        let mut by_person: BTreeMap<PersonId, Vec<store::PersonSum>> = BTreeMap::new();
        for sum in store::sums_of_people(tx, &may, &ids, &below, span)? {
            by_person.entry(sum.person).or_default().push(sum);
        }
        let mondays = weeks.mondays();
        let next = members.last().filter(|_last| more).map(|last| last.id);
        let people = members
            .into_iter()
            .map(|member| {
                let sums = by_person.remove(&member.id).unwrap_or_default();
                let in_week = |monday: &Date| sums.iter().filter(|s| s.week_start == *monday).map(|s| s.minutes).sum();
                PersonHours {
                    person: member.id,
                    name: format!("{} {}", member.given, member.family),
                    unit: member.unit,
                    minutes: mondays.iter().map(in_week).collect(),
                    duties: sums.iter().map(|sum| sum.duties).sum(),
                }
            })
            .collect();
        let sums = store::sums_of_units(tx, &may, &below, span)?;
        let entry = Entry::new("team.read")
            .on("unit", picked)
            .noting("from", weeks.from.to_string())
            .noting("to", weeks.to.to_string());
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &READS))?;
        Ok(TeamHours { picked, offered: team, people, next, sums, kinds: store::kinds(tx)?, units })
    })
    .await
}

/// What the page of one person shows.
#[derive(Debug, Clone)]
pub struct PersonDuties {
    /// Their name.
    pub name: String,
    /// Their home unit.
    pub unit: UnitId,
    /// A page of their duties, as far as the reader sees each.
    pub page: Page<DutyView>,
    /// What stands beside each of them, as far as the reader may know.
    pub marks: BTreeMap<DutyId, Marks>,
    /// What the period adds up to.
    pub sums: Vec<Sum>,
    /// The words for kinds.
    pub kinds: Kinds,
    /// The words for units.
    pub units: Units,
}

/// Reads somebody's duties of a period: one audit entry, in the same transaction.
///
/// # Errors
/// [`DutyError::Authz`] when there is no such person whose hours the caller sees.
pub async fn duties_of(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    weeks: Weeks,
    after: Option<Cursor>,
    limit: u16,
    now: Timestamp,
) -> Result<PersonDuties, DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadDutiesOf>(tx, person)?;
        // Only when and what: a filter by a detail would tell HR who was at an incident.
        let filter = Filter { from: Some(weeks.from), to: Some(weeks.to), ..Filter::default() };
        let page = store::page(tx, &may, &filter, after, limit)?;
        let sums = store::sums(tx, &may, &filter)?;
        let whose = match may.facts().name {
            Some(_) => may.facts().clone(),
            None => store::person(tx, person)?.ok_or(AuthzError::Hidden)?,
        };
        let entry = Entry::new("duty.list")
            .on("person", person)
            .about(person)
            .noting("from", weeks.from.to_string())
            .noting("to", weeks.to.to_string());
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &READS))?;
        let page = as_seen(tx, page);
        Ok(PersonDuties {
            name: whose.name.unwrap_or_default(),
            unit: whose.unit.unwrap_or(UnitId::NIL),
            marks: store::marks(tx, &page.rows.iter().collect::<Vec<_>>())?,
            page,
            sums,
            kinds: store::kinds(tx)?,
            units: store::units(tx)?,
        })
    })
    .await
}

/// Lists somebody's duties for a program: one audit entry, in the same transaction.
///
/// # Errors
/// [`DutyError::Authz`] when there is no such person whose hours the caller sees.
pub async fn page_of(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    filter: Filter,
    after: Option<Cursor>,
    limit: u16,
    now: Timestamp,
) -> Result<Page<DutyView>, DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadDutiesOf>(tx, person)?;
        let page = store::page(tx, &may, &filter, after, limit)?;
        let day = |date: Option<Date>| date.map(|date| date.to_string());
        let entry = Entry::new("duty.list")
            .on("person", person)
            .about(person)
            .noting("from", day(filter.from))
            .noting("to", day(filter.to));
        audit::record(tx, now, entry)?;
        Ok(as_seen(tx, page))
    })
    .await
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::words::samples::units;
    use super::*;

    fn unit(n: u128) -> UnitId {
        UnitId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn weeks_end_with_the_one_that_holds_the_day() {
        let weeks = Weeks::ending(date(2026, 11, 18), 4);
        assert_eq!((weeks.from, weeks.to), (date(2026, 10, 26), date(2026, 11, 22)));
        assert_eq!(weeks.mondays().len(), 4);
        assert_eq!(Weeks::ending(date(2026, 11, 22), 0).mondays(), [date(2026, 11, 16)]);
    }

    #[test]
    fn a_pick_is_bounded_by_what_the_caller_may_see() {
        let station = Team::Units(vec![unit(3), unit(4)]);
        assert_eq!(picked_units(&station, &units(), None).expect("a pick"), (unit(3), vec![unit(3), unit(4)]));
        assert_eq!(picked_units(&station, &units(), Some(unit(4))).expect("a pick").1, [unit(4)]);
        assert!(picked_units(&station, &units(), Some(unit(2))).is_err());
        assert!(picked_units(&Team::All, &units(), Some(unit(9))).is_err());
        assert_eq!(picked_units(&Team::All, &units(), None).expect("a pick").1.len(), 4);
    }
}
