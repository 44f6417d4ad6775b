//! Leaving and moving to another unit, planned for a day: written down now, done by a job at midnight in the United
//! Kingdom, and cancelled until then. Done by hand at once, they are `people::leave` and `people::edit`.
//!
//! A transfer moves the home unit, and with it who sees the person's records: managers of the new unit do, those of the old
//! one no longer. Roles that the person has for a unit stay theirs, for they may go on managing it; whoever plans is told so.

mod rules;

use jiff::Timestamp;
use jiff::civil::Date;

use super::move_job;
use super::moves_policy::{ListMoves, PlanLeaving, PlanTransfer, ReadMoves, SettleMove};
use super::moves_store as store;
use crate::audit::{self, AuditError, Entry};
use crate::authz::{self, AuthzError, Caller, Permission, permission};
use crate::db::{Db, DbError, Tx};
use crate::http::{AsProblem, Problem};
use crate::kernel::civil;
use crate::kernel::ids::{MoveId, PersonId, UnitId};
use crate::organisation::{self, UnitTree};
use crate::views::FormErrors;

pub use rules::{Draft, MoveKind, Planned, Thing, TypedMove, check};

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
            Self::Invalid(errors) => Problem::from(errors),
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
