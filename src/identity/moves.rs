//! Leaving and moving to another unit, planned for a day: written down now, done by a job at midnight in the United
//! Kingdom, and cancelled until then. Done by hand at once, they are `people::leave` and `people::edit`.
//!
//! A transfer moves the home unit, and with it who sees the person's records: managers of the new unit do, those of the old
//! one no longer. Roles that the person has for a unit stay theirs, for they may go on managing it; whoever plans is told so.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::move_job;
use super::moves_policy::{ListMoves, PlanLeaving, PlanTransfer, ReadMoves, SettleMove};
use super::moves_store as store;
use crate::audit::{self, AuditError, Entry};
use crate::authz::{self, AuthzError, Caller, Permission, permission};
use crate::db::{Db, DbError, Tx};
use crate::http::{AsProblem, FieldProblem, Problem};
use crate::kernel::civil;
use crate::kernel::ids::{MoveId, PersonId, UnitId};
use crate::organisation::{self, UnitTree};
use crate::views::FormErrors;

/// How far ahead something is planned (years).
const YEARS: i32 = 2;

/// Things that may be asked back.
const THINGS: usize = 30;

/// What is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveKind {
    /// To another unit.
    Transfer,
    /// Out of the organisation.
    Leaving,
}

impl MoveKind {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Leaving => "leaving",
        }
    }

    /// The moment at which it happens: a transfer when its first day begins, a leaving when the last day is over.
    pub fn due(self, day: Date) -> Timestamp {
        match self {
            Self::Transfer => civil::start_of_day(day),
            Self::Leaving => civil::start_of_day(day.tomorrow().unwrap_or(day)),
        }
    }
}

/// Something to be handed back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// What.
    pub what: String,
    /// Whether it came back.
    pub back: bool,
}

/// A transfer or a leaving that was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Which one.
    pub id: MoveId,
    /// Of whom.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// Their home unit.
    pub unit: UnitId,
    /// What is planned.
    pub kind: MoveKind,
    /// Where to.
    pub to: Option<UnitId>,
    /// The first day there, or the last day here.
    pub day: Date,
    /// When it happens.
    pub due_at: Timestamp,
    /// What was noted.
    pub note: Option<String>,
    /// What is to be handed back.
    pub things: Vec<Thing>,
    /// `planned`, `done`, `cancelled` or `failed`.
    pub state: String,
    /// Why it did not happen.
    pub outcome: Option<String>,
}

impl Planned {
    /// Whether it is still to come.
    pub fn is_planned(&self) -> bool {
        self.state == "planned"
    }
}

/// A plan as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedMove {
    /// The day.
    pub day: String,
    /// The unit.
    pub unit: String,
    /// A note.
    pub note: String,
    /// What is to be handed back, a thing on each line.
    pub things: String,
}

/// A plan that holds water.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub(super) kind: MoveKind,
    pub(super) to: Option<UnitId>,
    pub(super) day: Date,
    pub(super) note: Option<String>,
    pub(super) things: Vec<Thing>,
}

/// Checks a plan on the day `today`.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check(kind: MoveKind, typed: &TypedMove, home: UnitId, today: Date) -> Result<Draft, FormErrors> {
    let mut errors = FormErrors::new();
    let day = typed.day.trim().parse::<Date>().ok();
    let latest = today.checked_add(YEARS.years()).unwrap_or(Date::MAX);
    match (day, kind) {
        (None, _) => errors.add("day", "Enter the day"),
        (Some(day), MoveKind::Transfer) if day <= today => {
            errors.add("day", "The first day must be tomorrow or later. A move at once is made under Edit");
        }
        (Some(day), MoveKind::Leaving) if day < today => {
            errors.add("day", "The last day must be today or later. Record at once that somebody has left");
        }
        (Some(day), _) if day > latest => errors.add("day", format!("Plan at most {YEARS} years ahead")),
        (Some(_day), _) => {}
    }
    let to = typed.unit.trim().parse::<UnitId>().ok();
    if kind == MoveKind::Transfer {
        match to {
            None => errors.add("unit", "Choose the unit that they move to"),
            Some(to) if to == home => errors.add("unit", "This is their unit already"),
            Some(_other) => {}
        }
    }
    let note = typed.note.trim();
    if note.chars().count() > 500 {
        errors.add("note", "Use at most 500 characters");
    }
    let lines = typed.things.lines().map(str::trim).filter(|line| !line.is_empty());
    let things: Vec<Thing> = lines.map(|what| Thing { what: what.to_owned(), back: false }).collect();
    if things.len() > THINGS || things.iter().any(|thing| thing.what.chars().count() > 120) {
        errors.add("things", format!("Give at most {THINGS} lines of at most 120 characters"));
    }
    match day {
        Some(day) if errors.is_empty() => Ok(Draft {
            kind,
            to: to.filter(|_unit| kind == MoveKind::Transfer),
            day,
            note: (!note.is_empty()).then(|| note.to_owned()),
            things,
        }),
        _ => Err(errors),
    }
}

/// Why a plan was not made.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(FormErrors),
    /// One of this kind is planned already.
    #[error("one is planned already")]
    Planned,
    /// It happened, or was cancelled.
    #[error("it is over")]
    Over,
    /// Not allowed, or no such record.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<diesel::result::Error> for MoveError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for MoveError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => Problem::Invalid(
                errors
                    .as_slice()
                    .iter()
                    .map(|error| FieldProblem::new(error.field.clone(), format!("{}.", error.message)))
                    .collect(),
            ),
            Self::Planned => Problem::Conflict("One is planned already. Cancel it first.".to_owned()),
            Self::Over => Problem::Conflict("It has happened, or was cancelled meanwhile.".to_owned()),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}

/// Somebody for whom something may be planned, and all units.
///
/// # Errors
/// [`MoveError::Authz`].
pub async fn before_planning(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    kind: MoveKind,
) -> Result<(String, UnitId, UnitTree), MoveError> {
    db.read(caller, move |tx| {
        let (name, unit) = match kind {
            MoveKind::Transfer => {
                let may = authz::may::<PlanTransfer>(tx, person)?;
                (store::name_of(tx, &may)?, may.facts().unit)
            }
            MoveKind::Leaving => {
                let may = authz::may::<PlanLeaving>(tx, person)?;
                (store::name_of(tx, &may)?, may.facts().unit)
            }
        };
        Ok((name, unit, organisation::units::tree_in(tx)?))
    })
    .await
}

/// Plans a transfer or a leaving.
///
/// # Errors
/// [`MoveError::Invalid`]; [`MoveError::Planned`]; [`MoveError::Authz`], also for oneself.
pub async fn plan(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    kind: MoveKind,
    typed: TypedMove,
    now: Timestamp,
) -> Result<Date, MoveError> {
    db.write(caller, move |tx| {
        let today = civil::local(now).date();
        let id = MoveId::new(now);
        let draft = match kind {
            MoveKind::Transfer => {
                let may = authz::may::<PlanTransfer>(tx, person)?;
                let draft = check(kind, &typed, may.facts().unit, today).map_err(MoveError::Invalid)?;
                reachable(tx, person, draft.to)?;
                if !store::insert(tx, &may, id, &draft, now)? {
                    return Err(MoveError::Planned);
                }
                draft
            }
            MoveKind::Leaving => {
                let may = authz::may::<PlanLeaving>(tx, person)?;
                let draft = check(kind, &typed, may.facts().unit, today).map_err(MoveError::Invalid)?;
                if !store::insert(tx, &may, id, &draft, now)? {
                    return Err(MoveError::Planned);
                }
                draft
            }
        };
        move_job::enqueue(tx, id, draft.kind.due(draft.day), now)?;
        let entry = Entry::new("move.plan").on("move", id).about(person);
        audit::record(tx, now, entry.noting("kind", kind.as_str()).noting("day", draft.day.to_string()))?;
        Ok(draft.day)
    })
    .await
}

/// Whether somebody may be moved to this unit by the caller: one that is open, and that they look after too.
fn reachable(tx: &mut Tx<'_>, person: PersonId, to: Option<UnitId>) -> Result<(), MoveError> {
    let open = |units: &UnitTree, to: UnitId| units.get(to).is_some_and(|unit| !unit.closed);
    let units = organisation::units::tree_in(tx)?;
    let Some(to) = to else { return Ok(()) };
    if !open(&units, to) {
        let mut errors = FormErrors::new();
        errors.add("unit", "This unit is closed");
        return Err(MoveError::Invalid(errors));
    }
    if tx.caller().reaches(permission::PEOPLE_EDIT, person, to) {
        Ok(())
    } else {
        Err(AuthzError::Denied(PlanTransfer::NAME).into())
    }
}

/// Cancels what is planned, before it happens.
///
/// # Errors
/// [`MoveError::Over`]; [`MoveError::Authz`].
pub async fn cancel(db: &Db, caller: &Caller, id: MoveId, now: Timestamp) -> Result<PersonId, MoveError> {
    db.write(caller, move |tx| {
        let may = authz::may::<SettleMove>(tx, id)?;
        if !store::cancel(tx, &may, now)? {
            return Err(MoveError::Over);
        }
        let person = may.facts().0.person;
        audit::record(tx, now, Entry::new("move.cancel").on("move", id).about(person))?;
        Ok(person)
    })
    .await
}

/// Notes that something came back, or did not after all.
///
/// # Errors
/// [`MoveError::Over`] for a thing that is not on the list; [`MoveError::Authz`].
pub async fn note_back(
    db: &Db,
    caller: &Caller,
    id: MoveId,
    place: usize,
    now: Timestamp,
) -> Result<PersonId, MoveError> {
    db.write(caller, move |tx| {
        let may = authz::may::<SettleMove>(tx, id)?;
        let (planned, _facts) = may.facts().clone();
        let mut things = planned.things;
        let thing = things.get_mut(place).ok_or(MoveError::Over)?;
        thing.back = !thing.back;
        store::set_things(tx, &may, &things)?;
        audit::record(tx, now, Entry::new("move.returned").on("move", id).about(planned.person))?;
        Ok(planned.person)
    })
    .await
}

/// What is planned for somebody, and what was in the last months; with what the caller may do about it.
///
/// # Errors
/// [`MoveError::Authz`].
pub async fn of_person(db: &Db, caller: &Caller, person: PersonId) -> Result<OfPerson, MoveError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ReadMoves>(tx, person)?;
        let caller = tx.caller();
        Ok(OfPerson {
            may_transfer: PlanTransfer::decide(caller, may.facts()) == authz::Verdict::Allow,
            may_leaving: PlanLeaving::decide(caller, may.facts()) == authz::Verdict::Allow,
            moves: store::of_person(tx, &may)?,
            units: organisation::units::tree_in(tx)?,
        })
    })
    .await
}

/// What is planned for somebody.
#[derive(Debug, Clone)]
pub struct OfPerson {
    /// What, the latest first.
    pub moves: Vec<Planned>,
    /// All units, to name theirs.
    pub units: UnitTree,
    /// Whether the caller plans a transfer.
    pub may_transfer: bool,
    /// Whether the caller plans a leaving.
    pub may_leaving: bool,
}

/// All that is planned for people whom the caller sees, the next first.
///
/// # Errors
/// [`MoveError::Authz`].
pub async fn list(db: &Db, caller: &Caller) -> Result<(Vec<Planned>, UnitTree), MoveError> {
    db.read(caller, |tx| {
        let may = authz::may::<ListMoves>(tx, ())?;
        Ok((store::list(tx, &may)?, organisation::units::tree_in(tx)?))
    })
    .await
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 24);

    fn typed(day: &str) -> TypedMove {
        TypedMove { day: day.to_owned(), unit: UnitId(uuid::Uuid::from_u128(2)).to_string(), ..TypedMove::default() }
    }

    #[test]
    fn a_transfer_begins_tomorrow_at_the_earliest_and_a_leaving_may_end_today() {
        let on = |kind, day| check(kind, &typed(day), UnitId::NIL, TODAY).is_ok();
        let days = ["2026-11-23", "2026-11-24", "2026-11-25", "2028-11-24", "2028-11-25", "soon"];
        assert_eq!(days.map(|day| on(MoveKind::Transfer, day)), [false, false, true, true, false, false]);
        assert_eq!(days.map(|day| on(MoveKind::Leaving, day)), [false, true, true, true, false, false]);
        let here = UnitId(uuid::Uuid::from_u128(2));
        assert!(check(MoveKind::Transfer, &typed("2026-12-01"), here, TODAY).is_err(), "their own unit");
    }

    #[test]
    fn it_happens_at_midnight_in_the_united_kingdom() {
        for (kind, day, due) in [
            (MoveKind::Transfer, date(2026, 12, 1), "2026-12-01T00:00:00Z"),
            (MoveKind::Transfer, date(2027, 7, 1), "2027-06-30T23:00:00Z"),
            (MoveKind::Leaving, date(2026, 12, 1), "2026-12-02T00:00:00Z"),
            // The last day has 25 hours.
            (MoveKind::Leaving, date(2026, 10, 25), "2026-10-26T00:00:00Z"),
            // The last day is the first of summer time.
            (MoveKind::Leaving, date(2027, 3, 28), "2027-03-28T23:00:00Z"),
        ] {
            assert_eq!(kind.due(day).to_string(), due);
        }
    }

    #[test]
    fn what_is_to_come_back_is_a_line_each() {
        let typed = TypedMove {
            things: "Pager

 Locker key 
"
            .to_owned(),
            ..typed("2026-12-01")
        };
        let draft = check(MoveKind::Leaving, &typed, UnitId::NIL, TODAY).expect("a plan");
        assert_eq!(draft.things.iter().map(|thing| thing.what.as_str()).collect::<Vec<_>>(), ["Pager", "Locker key"]);
        assert!(draft.to.is_none() && draft.things.iter().all(|thing| !thing.back));
    }
}
