//! What was worked, what is expected, and when people are away, on the days of a calendar.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::absences::{self, model::Days};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Team, permission};
use crate::db::{Db, DbError, Tx};
use crate::duties::service::words_in;
use crate::duties::words::Units;
use crate::kernel::ids::{DutyPatternId, PersonId, UnitId};
use crate::rota::error::RotaError;
use crate::rota::model::{Expected, Logged, Member, Off};
use crate::rota::policy::{ReadOf, ReadTeam};
use crate::rota::rules::{self, ByWhom, Cycle, Range};
use crate::rota::store;

/// Days back for which what was expected is still asked to be confirmed.
const OPEN_DAYS: i32 = 27;

/// The days in which what is to be confirmed is looked for.
pub fn open_range(today: Date) -> Range {
    Range { first: today.checked_sub(OPEN_DAYS.days()).unwrap_or(today), last: today }
}

/// People of a unit that a week shows at most.
const PEOPLE: u16 = 60;

/// The days of one person.
#[derive(Debug, Clone, Default)]
pub struct PersonDays {
    /// What is expected and not done yet, in order.
    pub expected: Vec<Expected>,
    /// What was logged.
    pub logged: Vec<Logged>,
    /// On which days they are away.
    pub absences: Vec<Days>,
    /// When they are not available for on-call.
    pub off: Vec<Off>,
}

/// One's own calendar.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Which days.
    pub range: Range,
    /// What is on them.
    pub days: PersonDays,
    /// Whether they give on-call cover.
    pub on_call: bool,
}

/// All patterns with their duties.
pub(super) fn cycles(tx: &mut Tx<'_>) -> Result<BTreeMap<DutyPatternId, Cycle>, DbError> {
    let mut cycles: BTreeMap<DutyPatternId, Cycle> = store::patterns(tx)?
        .into_iter()
        .map(|pattern| (pattern.id, Cycle { days: pattern.cycle_days, slots: Vec::new() }))
        .collect();
    for slot in store::slots_of_all(tx)? {
        if let Some(cycle) = cycles.get_mut(&slot.pattern) {
            cycle.slots.push(slot);
        }
    }
    Ok(cycles)
}

/// All duties that somebody is expected to begin in these days, done or not.
pub(super) fn expected_of(tx: &mut Tx<'_>, member: &Member, range: Range) -> Result<Vec<Expected>, DbError> {
    let assignments = store::assignments_for(tx, &[member.id], &[member.unit], range.first, range.last)?;
    let absences = absences::days_of(tx, member.id, range.first, range.last)?;
    Ok(rules::expected(&assignments, &cycles(tx)?, &absences, range.first, range.last))
}

/// The duties that somebody is expected to begin in these days and that are not done.
pub(in crate::rota) fn expected_open(tx: &mut Tx<'_>, member: &Member, range: Range) -> Result<Vec<Expected>, DbError> {
    Ok(days_of(tx, member, range)?.expected)
}

fn days_of(tx: &mut Tx<'_>, member: &Member, range: Range) -> Result<PersonDays, DbError> {
    Ok(days_of_all(tx, std::slice::from_ref(member), range)?.pop().unwrap_or_default())
}

/// The days of each of these people, in their order: the same number of statements for one as for many.
fn days_of_all(tx: &mut Tx<'_>, members: &[Member], range: Range) -> Result<Vec<PersonDays>, DbError> {
    let Range { first, last } = range;
    let (from, to) = range.span();
    let persons: Vec<PersonId> = members.iter().map(|member| member.id).collect();
    let units: BTreeSet<UnitId> = members.iter().map(|member| member.unit).collect();
    let units: Vec<UnitId> = units.into_iter().collect();
    let assigned = ByWhom::of(store::assignments_for(tx, &persons, &units, first, last)?);
    let cycles = cycles(tx)?;
    let absences = absences::days_of_people(tx, &persons, first, last)?;
    // A night that begins on the last evening is worked on the day after.
    let logged = store::logged(tx, &persons, from, to + rules::LONGEST_DUTY)?;
    let confirmed = store::confirmed(tx, &persons, first, last)?;
    let off = store::off_between(tx, &persons, from, to)?;
    let days = |member: &Member| {
        let assignments = assigned.for_one(member.id, member.unit);
        let absences: Vec<Days> = of_person(&absences, member.id);
        let mut logged: Vec<Logged> = logged.iter().filter(|duty| duty.person == member.id).cloned().collect();
        let mut expected = rules::expected(&assignments, &cycles, &absences, first, last);
        expected.retain(|one| !confirmed.contains(&(member.id, one.slot, one.day)) && !rules::is_done(one, &logged));
        logged.retain(|duty| duty.started_at < to);
        PersonDays { expected, logged, absences, off: of_person(&off, member.id) }
    };
    Ok(members.iter().map(days).collect())
}

fn of_person<T: Copy>(all: &[(PersonId, T)], person: PersonId) -> Vec<T> {
    all.iter().filter(|(of, _one)| *of == person).map(|(_of, one)| *one).collect()
}

/// One's own calendar of these days.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn own(db: &Db, caller: &Caller, range: Range) -> Result<Calendar, RotaError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<ReadOf>(tx, me)?;
        let member = may.facts().clone();
        let on_call = store::contract(tx, me)?.is_some();
        Ok(Calendar { range, days: days_of(tx, &member, range)?, on_call })
    })
    .await
}

/// A week of the people of a unit.
#[derive(Debug, Clone)]
pub struct TeamWeek {
    /// Which days.
    pub range: Range,
    /// Which unit.
    pub picked: UnitId,
    /// Units to choose from.
    pub offered: Vec<UnitId>,
    /// Their names.
    pub units: Units,
    /// Its people by name, with their days.
    pub people: Vec<(Member, PersonDays)>,
}

/// A week of the people of a unit, the first one that the caller reads when none is picked. Written to the audit trail.
///
/// # Errors
/// [`RotaError::Authz`], also for a unit whose rota the caller does not read.
pub async fn team_week(
    db: &Db,
    caller: &Caller,
    picked: Option<UnitId>,
    day: Date,
    now: Timestamp,
) -> Result<TeamWeek, RotaError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadTeam>(tx, ())?;
        let (_kinds, units) = words_in(tx)?;
        let team = may.facts().clone().ok_or(AuthzError::Hidden)?;
        let offered = offered(&team, &units);
        let picked = picked.or(offered.first().copied()).filter(|unit| team.has(*unit) && units.has(*unit));
        let picked = picked.ok_or(AuthzError::Hidden)?;
        let range = Range::week(day);
        let members = store::team(tx, &may, picked, PEOPLE)?;
        let days = days_of_all(tx, &members, range)?;
        let people = members.into_iter().zip(days).collect();
        let entry = Entry::new("rota.list").on("unit", picked).noting("from", range.first.to_string());
        audit::record(tx, now, entry.allowed_by(tx.caller(), &[permission::ROTA_READ]))?;
        Ok(TeamWeek { range, picked, offered, units, people })
    })
    .await
}

/// The open units of a team, in the order of the tree.
pub(super) fn offered(team: &Team, units: &Units) -> Vec<UnitId> {
    let open = units.in_order().into_iter().filter(|(unit, _depth)| !unit.closed && team.has(unit.id));
    open.map(|(unit, _depth)| unit.id).collect()
}
