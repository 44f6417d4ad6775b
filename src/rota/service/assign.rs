//! Who works which pattern from when, and who gives how much on-call cover.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::calendar::offered;
use crate::audit::{self, Entry, Field};
use crate::authz::{self, AuthzError, Caller};
use crate::db::Db;
use crate::duties::rules::parse_date;
use crate::duties::service::words_in;
use crate::duties::words::Units;
use crate::kernel::civil;
use crate::kernel::ids::{DutyPatternId, PersonId, RotaAssignmentId, UnitId};
use crate::rota::error::RotaError;
use crate::rota::model::{Assignment, Contract, Member, Pattern};
use crate::rota::policy::{Assign, AssignTeam, EndAssignment, Whom};
use crate::rota::store;
use crate::views::FormErrors;

const PATTERN: Field = Field::shown("pattern");
const FROM: Field = Field::shown("from_on");
const UNTIL: Field = Field::shown("until_on");
const ANCHOR: Field = Field::shown("anchor_on");
const COVER: Field = Field::shown("cover_minutes");

/// Assignments that a page shows at most.
const SHOWN: u16 = 500;

/// People that a search finds at most.
const FOUND: u16 = 25;

/// Who is assigned to what.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Assignments that count today or later, with the name of the person.
    pub assignments: Vec<(Assignment, Option<String>)>,
    /// All patterns.
    pub patterns: Vec<Pattern>,
    /// The units that can be assigned.
    pub offered: Vec<UnitId>,
    /// What units are called.
    pub units: Units,
    /// Who was searched for.
    pub found: Vec<Member>,
}

/// Who of the caller's units is assigned to what.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn overview(db: &Db, caller: &Caller, search: String, now: Timestamp) -> Result<Overview, RotaError> {
    db.read(caller, move |tx| {
        let may = authz::may::<AssignTeam>(tx, ())?;
        let team = may.facts().clone().ok_or(AuthzError::Hidden)?;
        let assignments = store::assigned_now(tx, &may, civil::local(now).date(), SHOWN)?;
        let search = search.trim();
        let found = if search.is_empty() { Vec::new() } else { store::find(tx, &may, search, FOUND)? };
        let (_kinds, units) = words_in(tx)?;
        let offered = offered(&team, &units);
        Ok(Overview { assignments, patterns: store::patterns(tx)?, offered, units, found })
    })
    .await
}

/// An assignment as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedAssign {
    /// The pattern's id.
    pub pattern: String,
    /// The first day.
    pub from_on: String,
    /// The last day; nothing is until further notice.
    pub until_on: String,
    /// Which day of the cycle the first day is, from 1.
    pub cycle_day: String,
}

fn check(typed: &TypedAssign, patterns: &[Pattern], whom: Whom, now: Timestamp) -> Result<Assignment, FormErrors> {
    let mut errors = FormErrors::new();
    let id = Uuid::try_parse(typed.pattern.trim()).ok().map(DutyPatternId);
    let pattern = patterns.iter().find(|pattern| Some(pattern.id) == id && !pattern.retired);
    if pattern.is_none() {
        errors.add("pattern", "Choose a pattern");
    }
    let from = parse_date(&typed.from_on);
    if from.is_none() {
        errors.add("from_on", "Enter the first day, like 22/11/2026");
    }
    let until = match typed.until_on.trim() {
        "" => None,
        text => {
            let until = parse_date(text);
            if until.is_none() {
                errors.add("until_on", "Enter a date like 22/11/2026, or leave it empty");
            }
            until
        }
    };
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        errors.add("until_on", "The last day must not be before the first");
    }
    let longest = pattern.map_or(366, |pattern| pattern.cycle_days);
    let place = typed.cycle_day.trim().parse::<i32>().ok().filter(|day| (1..=longest).contains(day));
    if place.is_none() {
        errors.add("cycle_day", format!("Enter a day of the cycle, 1 to {longest}"));
    }
    let (person, unit) = match whom {
        Whom::Person(person) => (Some(person), UnitId::NIL),
        Whom::Unit(unit) => (None, unit),
    };
    match (pattern, from, place) {
        (Some(pattern), Some(from), Some(place)) if errors.is_empty() => {
            let anchor = from.checked_sub(jiff::Span::new().days(place - 1)).unwrap_or(from);
            let id = RotaAssignmentId::new(now);
            Ok(Assignment { id, pattern: pattern.id, person, unit, anchor, from, until })
        }
        _ => Err(errors),
    }
}

/// Whom the caller is about to assign, what they are called, and the patterns that are offered.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn to_assign(db: &Db, caller: &Caller, whom: Whom) -> Result<(String, Vec<Pattern>), RotaError> {
    db.read(caller, move |tx| {
        let may = authz::may::<Assign>(tx, whom)?;
        let (_kinds, units) = words_in(tx)?;
        let (unit, member) = may.facts();
        if !units.has(*unit) {
            return Err(AuthzError::Hidden.into());
        }
        let name = member.as_ref().map_or_else(|| units.label(*unit), |member| member.name.clone());
        Ok((name, store::patterns(tx)?.into_iter().filter(|pattern| !pattern.retired).collect()))
    })
    .await
}

/// Assigns a person or a unit to a pattern.
///
/// # Errors
/// [`RotaError::Invalid`].
pub async fn assign(db: &Db, caller: &Caller, whom: Whom, typed: TypedAssign, now: Timestamp) -> Result<(), RotaError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Assign>(tx, whom)?;
        let patterns = store::patterns(tx)?;
        let assignment = check(&typed, &patterns, whom, now)?;
        store::assign(tx, &may, &assignment, now)?;
        let name = patterns.iter().find(|pattern| pattern.id == assignment.pattern).map(|one| one.name.clone());
        let changed = [
            PATTERN.change(None::<&str>, name),
            FROM.change(None::<&str>, assignment.from.to_string()),
            UNTIL.change(None::<&str>, assignment.until.map(|day| day.to_string())),
            ANCHOR.change(None::<&str>, assignment.anchor.to_string()),
        ];
        let entry = match whom {
            Whom::Person(person) => Entry::new("rota.assign").on("person", person).about(person),
            Whom::Unit(unit) => Entry::new("rota.assign").on("unit", unit),
        };
        audit::record(tx, now, entry.changed(changed))?;
        Ok(())
    })
    .await
}

/// When an assignment ends, as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedEnd {
    /// The last day; the day before the first one takes it back.
    pub last: String,
}

/// An assignment and whose it is, for whoever may end it.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn to_end(db: &Db, caller: &Caller, id: RotaAssignmentId) -> Result<(Assignment, String, String), RotaError> {
    db.read(caller, move |tx| {
        let may = authz::may::<EndAssignment>(tx, id)?;
        let assignment = *may.facts();
        let (_kinds, units) = words_in(tx)?;
        let who = match assignment.person {
            Some(person) => store::member(tx, person)?.map_or_else(String::new, |member| member.name),
            None => units.label(assignment.unit),
        };
        let pattern = store::pattern(tx, assignment.pattern)?.map_or_else(String::new, |pattern| pattern.name);
        Ok((assignment, who, pattern))
    })
    .await
}

/// Lets an assignment end. What was logged stays; what was expected after that day no longer is.
///
/// # Errors
/// [`RotaError::Invalid`].
pub async fn end(
    db: &Db,
    caller: &Caller,
    id: RotaAssignmentId,
    typed: TypedEnd,
    now: Timestamp,
) -> Result<(), RotaError> {
    db.write(caller, move |tx| {
        let may = authz::may::<EndAssignment>(tx, id)?;
        let assignment = *may.facts();
        let earliest = assignment.from.yesterday().unwrap_or(assignment.from);
        let last: Date =
            parse_date(&typed.last).ok_or_else(|| RotaError::field("last", "Enter the last day, like 22/11/2026"))?;
        if last < earliest {
            return Err(RotaError::field("last", "Enter the day before it began, to take it back, or a later one"));
        }
        store::end(tx, &may, last)?;
        let until = assignment.until.map(|day| day.to_string());
        let entry = Entry::new("rota.end").on("assignment", id).changed([UNTIL.change(until, last.to_string())]);
        let entry = match assignment.person {
            Some(person) => entry.about(person),
            None => entry,
        };
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// A contract as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedContract {
    /// Hours of cover a week; nothing is no contract.
    pub hours: String,
    /// The first day.
    pub from_on: String,
}

/// Somebody, and what cover they agreed to give.
#[derive(Debug, Clone)]
pub struct ContractOf {
    /// Who.
    pub member: Member,
    /// The contract.
    pub contract: Option<Contract>,
}

/// What cover somebody agreed to give, for whoever may change it.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn contract_of(db: &Db, caller: &Caller, person: PersonId) -> Result<ContractOf, RotaError> {
    db.read(caller, move |tx| {
        let may = authz::may::<Assign>(tx, Whom::Person(person))?;
        let (_unit, member) = may.facts().clone();
        let member = member.ok_or(AuthzError::Hidden)?;
        Ok(ContractOf { member, contract: store::contract(tx, person)? })
    })
    .await
}

/// Sets what cover somebody gives; no hours take the contract away.
///
/// # Errors
/// [`RotaError::Invalid`].
pub async fn set_contract(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    typed: TypedContract,
    now: Timestamp,
) -> Result<(), RotaError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Assign>(tx, Whom::Person(person))?;
        let before = store::contract(tx, person)?.map(|contract| contract.cover_minutes);
        let entry = Entry::new("rota.contract").on("person", person).about(person);
        if typed.hours.trim().is_empty() {
            if store::drop_contract(tx, &may, person)? {
                audit::record(tx, now, entry.changed([COVER.change(before, None::<i32>)]))?;
            }
            return Ok(());
        }
        let mut errors = FormErrors::new();
        let hours = typed.hours.trim().parse::<i32>().ok().filter(|hours| (1..=168).contains(hours));
        if hours.is_none() {
            errors.add("hours", "Enter whole hours a week, 1 to 168");
        }
        let from = parse_date(&typed.from_on);
        if from.is_none() {
            errors.add("from_on", "Enter the first day, like 22/11/2026");
        }
        let (Some(hours), Some(from)) = (hours, from) else { return Err(errors.into()) };
        let (unit, _member) = may.facts();
        let contract = Contract { person, unit: *unit, cover_minutes: hours * 60, from };
        store::set_contract(tx, &may, &contract, now)?;
        audit::record(tx, now, entry.changed([COVER.change(before, contract.cover_minutes)]))?;
        Ok(())
    })
    .await
}
