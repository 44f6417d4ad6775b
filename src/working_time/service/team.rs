//! The working time of a team: who is over, who is near, who is owed rest.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Granted, Team, permission};
use crate::db::{Db, DbError, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, UnitId};
use crate::organisation::{self, UnitTree};
use crate::views::csv_text::{guarded, table};
use crate::working_time::failure::TimeError;
use crate::working_time::policy::{ExportTeam, ReadTeam};
use crate::working_time::store::{self, Latest, Standing};
use crate::working_time::today::TeamLimit;

/// People on one page.
const PEOPLE: usize = 50;

/// How somebody stands, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// Above the limit.
    Over,
    /// At nine tenths of it or more.
    Near,
    /// Owed rest that should have been made up for.
    RestOverdue,
    /// Owed rest.
    RestOwed,
    /// Opted out of the limit.
    OptedOut,
    /// Nothing.
    Clear,
    /// There is no figure.
    Unknown,
}

impl Concern {
    /// Of a figure, on a day.
    pub fn of(figure: Option<&Latest>, today: Date) -> Self {
        let Some(figure) = figure else { return Self::Unknown };
        // The limit in hundredths is what is worked and what is left of it.
        let limit = i64::from(figure.average).saturating_add(figure.headroom.div_euclid(36));
        let near = i64::from(figure.average).saturating_mul(10) >= limit.saturating_mul(9);
        match figure.standing {
            "over" => Self::Over,
            "within" if near => Self::Near,
            _ if figure.owed > 0 && figure.due_on.is_some_and(|due| due < today) => Self::RestOverdue,
            _ if figure.owed > 0 => Self::RestOwed,
            "opted-out" => Self::OptedOut,
            _ => Self::Clear,
        }
    }

    /// Whether it is about the limit: above it or near it.
    pub fn is_about_limit(self) -> bool {
        matches!(self, Self::Over | Self::Near)
    }
}

/// How many people of a unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// All.
    pub people: i64,
    /// Above the limit.
    pub over: i64,
    /// At nine tenths of it or more.
    pub near: i64,
    /// Owed rest.
    pub owed: i64,
    /// Without a figure.
    pub unknown: i64,
}

impl Count {
    fn add(&mut self, standing: &Standing, concern: Concern) {
        self.people += 1;
        self.over += i64::from(concern == Concern::Over);
        self.near += i64::from(concern == Concern::Near);
        self.owed += i64::from(standing.figure.is_some_and(|figure| figure.owed > 0));
        self.unknown += i64::from(concern == Concern::Unknown);
    }
}

/// A unit with its counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitCount {
    /// Which.
    pub unit: UnitId,
    /// How many.
    pub count: Count,
}

/// What the team page shows.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// The unit that was picked, with all below it that the caller reads.
    pub picked: UnitId,
    /// Units that may be picked.
    pub offered: Team,
    /// All units.
    pub units: UnitTree,
    /// By unit, in the order of the tree.
    pub counts: Vec<UnitCount>,
    /// A page of people, the gravest first and then by name.
    pub people: Vec<(Standing, Concern)>,
    /// Where the list goes on.
    pub next: Option<PersonId>,
}

/// The units that somebody's pick stands for: those of its subtree that they read.
fn picked_units(team: &Team, units: &UnitTree, picked: Option<UnitId>) -> Result<(UnitId, Vec<UnitId>), AuthzError> {
    let first = || units.all().map(|(_depth, unit)| unit.id).find(|unit| team.has(*unit));
    let picked = picked.or_else(first).filter(|unit| team.has(*unit) && units.get(*unit).is_some());
    let picked = picked.ok_or(AuthzError::Hidden)?;
    Ok((picked, units.with_below(picked).into_iter().filter(|unit| team.has(*unit)).collect()))
}

/// Reads a page of the team's working time, of everybody or of those alone who are near the limit or above it: one audit
/// entry.
///
/// # Errors
/// [`TimeError::Authz`] when the caller reads nobody's, or not those of the unit.
pub async fn dashboard(
    db: &Db,
    caller: &Caller,
    picked: Option<UnitId>,
    only_limit: bool,
    after: Option<PersonId>,
    now: Timestamp,
) -> Result<Dashboard, TimeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadTeam>(tx, ())?;
        let team = may.facts().clone().ok_or(AuthzError::Hidden)?;
        let units = organisation::units::tree_in(tx)?;
        let (picked, below) = picked_units(&team, &units, picked)?;
        let today = civil::local(now).date();
        let mut people = judged(tx, &may, &below, today)?;
        let counts = counted(&people, &units, &below);
        people.retain(|(_standing, concern)| !only_limit || concern.is_about_limit());
        people.sort_by_key(|(_standing, concern)| *concern);
        let begin = after.and_then(|after| people.iter().position(|(one, _concern)| one.member.id == after));
        let mut people = people.split_off(begin.map_or(0, |found| found.saturating_add(1)));
        let more = people.len() > PEOPLE;
        people.truncate(PEOPLE);
        let next = people.last().filter(|_last| more).map(|(last, _concern)| last.member.id);
        let entry = Entry::new("worktime.list").on("unit", picked);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::WORKTIME_READ]))?;
        Ok(Dashboard { picked, offered: team, units, counts, people, next })
    })
    .await
}

fn judged<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadTeam>,
    below: &[UnitId],
    today: Date,
) -> Result<Vec<(Standing, Concern)>, DbError> {
    let judge = |standing: Standing| {
        let concern = Concern::of(standing.figure.as_ref(), today);
        (standing, concern)
    };
    Ok(store::standings(tx, may, below, today)?.into_iter().map(judge).collect())
}

/// How many are above the limit and near it, on the page that the team's working time begins with.
pub(in crate::working_time) fn near_limit<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadTeam>,
    today: Date,
) -> Result<Option<TeamLimit>, TimeError> {
    let Some(team) = may.facts().clone() else { return Ok(None) };
    let units = organisation::units::tree_in(tx)?;
    let Ok((picked, below)) = picked_units(&team, &units, None) else { return Ok(None) };
    let people = judged(tx, may, &below, today)?;
    let count = |wanted| people.iter().filter(|(_standing, concern)| *concern == wanted).count();
    Ok(Some(TeamLimit { over: count(Concern::Over), near: count(Concern::Near), unit: units.path(picked) }))
}

fn counted(people: &[(Standing, Concern)], units: &UnitTree, below: &[UnitId]) -> Vec<UnitCount> {
    let of = |unit: UnitId| {
        let mut count = Count::default();
        for (standing, concern) in people.iter().filter(|(standing, _concern)| standing.member.unit == unit) {
            count.add(standing, *concern);
        }
        UnitCount { unit, count }
    };
    let order = units.all().map(|(_depth, unit)| unit.id).filter(|unit| below.contains(unit));
    order.map(of).filter(|unit| unit.count.people > 0).collect()
}

/// The working time of the unit that was picked as CSV, with all below it that the caller may download.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn export(db: &Db, caller: &Caller, picked: Option<UnitId>, now: Timestamp) -> Result<Vec<u8>, TimeError> {
    db.write(caller, move |tx| {
        let export = authz::may::<ExportTeam>(tx, ())?;
        let downloads = export.facts().clone().ok_or(AuthzError::Hidden)?;
        let may = authz::may::<ReadTeam>(tx, ())?;
        let reads = may.facts().clone().ok_or(AuthzError::Hidden)?;
        let units = organisation::units::tree_in(tx)?;
        let (picked, below) = picked_units(&downloads, &units, picked)?;
        let below: Vec<UnitId> = below.into_iter().filter(|unit| reads.has(*unit)).collect();
        let people = store::standings(tx, &may, &below, civil::local(now).date())?;
        let entry = Entry::new("worktime.export").on("unit", picked);
        let caller = tx.caller();
        let count = u64::try_from(people.len()).unwrap_or(u64::MAX);
        audit::record(tx, now, entry.noting("people", count).allowed_by(caller, &[permission::WORKTIME_EXPORT]))?;
        Ok(as_table(&people, &units))
    })
    .await
}

const HEAD: [&str; 10] = [
    "Name",
    "Employee number",
    "Unit",
    "Day",
    "Average hours a week",
    "Hours a week left to the limit",
    "Standing",
    "Shortest rest of the last days, hours",
    "Rest owed, hours",
    "Due on",
];

fn as_table(people: &[Standing], units: &UnitTree) -> Vec<u8> {
    let row = |standing: &Standing| {
        let (member, figure) = (&standing.member, standing.figure.as_ref());
        let of = |value: &dyn Fn(&Latest) -> String| figure.map(value).unwrap_or_default();
        [
            guarded(&member.name).into_owned(),
            guarded(member.number.as_deref().unwrap_or_default()).into_owned(),
            guarded(&units.path(member.unit)).into_owned(),
            of(&|figure| figure.day.to_string()),
            of(&|figure| decimal(figure.average.into())),
            of(&|figure| decimal(figure.headroom.div_euclid(36))),
            of(&|figure| figure.standing.to_owned()),
            of(&|figure| figure.shortest_rest.map(|rest| decimal(i64::from(rest) / 36)).unwrap_or_default()),
            of(&|figure| decimal(figure.owed / 36)),
            of(&|figure| figure.due_on.map(|day| day.to_string()).unwrap_or_default()),
        ]
    };
    table(HEAD, people.iter().map(row))
}

/// Hundredths as a number that a spreadsheet reads.
fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let whole = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", whole / 100, whole % 100)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn nine_tenths_of_the_limit_are_near() {
        let figure = |average: i32, standing, owed, due_on| Latest {
            day: date(2026, 11, 23),
            average,
            headroom: (4_800 - i64::from(average)) * 36,
            standing,
            shortest_rest: None,
            owed,
            due_on,
        };
        let today = date(2026, 11, 23);
        let of = |figure: Latest| Concern::of(Some(&figure), today);
        assert_eq!(of(figure(4_319, "within", 0, None)), Concern::Clear);
        assert_eq!(of(figure(4_320, "within", 0, None)), Concern::Near);
        assert_eq!(of(figure(4_801, "over", 0, None)), Concern::Over);
        assert_eq!(of(figure(6_000, "opted-out", 0, None)), Concern::OptedOut);
        assert_eq!(of(figure(3_000, "within", 3_600, Some(date(2026, 11, 23)))), Concern::RestOwed);
        assert_eq!(of(figure(3_000, "within", 3_600, Some(date(2026, 11, 22)))), Concern::RestOverdue);
        assert_eq!(Concern::of(None, today), Concern::Unknown);
        assert_eq!([4_941, -25, 7].map(decimal), ["49.41", "-0.25", "0.07"]);
    }
}
