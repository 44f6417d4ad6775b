//! Writing vacancies, opening and closing them, and listing what came.

use jiff::Timestamp;

use crate::applications::error::ApplicationError;
use crate::applications::model::{Application, Vacancy, VacancyState};
use crate::applications::policy::{HandleVacancies, HandleVacancy, Handles};
use crate::applications::rules::{self, TypedVacancy};
use crate::applications::store;
use crate::audit::{self, Entry, Field};
use crate::authz::{self, AuthzError, Caller, permission};
use crate::db::{Db, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{UnitId, VacancyId};
use crate::organisation::{self, UnitTree};
use crate::views::FormErrors;

const TITLE: Field = Field::shown("title");
const CLOSES: Field = Field::shown("closes_on");
const UNIT: Field = Field::shown("unit");

/// A vacancy in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// What it is.
    pub vacancy: Vacancy,
    /// How many applications for it are open.
    pub open: i64,
    /// How many there are.
    pub all: i64,
}

/// The vacancies that the caller handles, and all units to name theirs.
///
/// # Errors
/// [`ApplicationError::Authz`].
pub async fn list(db: &Db, caller: &Caller) -> Result<(Vec<Listed>, UnitTree), ApplicationError> {
    db.read(caller, |tx| {
        let may = authz::may::<HandleVacancies>(tx, ())?;
        let counts = store::counts(tx, &may)?;
        let listed = |vacancy: Vacancy| {
            let (open, all) = counts.get(&vacancy.id).copied().unwrap_or_default();
            Listed { vacancy, open, all }
        };
        let vacancies = store::vacancies(tx, &may)?.into_iter().map(listed).collect();
        Ok((vacancies, organisation::units::tree_in(tx)?))
    })
    .await
}

/// The units for which the caller may write a vacancy.
///
/// # Errors
/// [`ApplicationError::Authz`].
pub async fn before_adding(db: &Db, caller: &Caller) -> Result<(UnitTree, Handles), ApplicationError> {
    db.read(caller, |tx| {
        let may = authz::may::<HandleVacancies>(tx, ())?;
        let handles = may.facts().clone().ok_or(AuthzError::Hidden)?;
        Ok((organisation::units::tree_in(tx)?, handles))
    })
    .await
}

/// Whether a vacancy may be put into this unit.
fn fits(tx: &mut Tx<'_>, unit: UnitId) -> Result<(), ApplicationError> {
    let open = organisation::units::tree_in(tx)?.get(unit).is_some_and(|unit| !unit.closed);
    if open && Handles::of(tx.caller()).is_some_and(|handles| handles.has(unit)) {
        return Ok(());
    }
    let mut errors = FormErrors::new();
    errors.add("unit", "Choose a unit for which you handle applications");
    Err(errors.into())
}

/// Writes a vacancy; it takes no applications before it is opened.
///
/// # Errors
/// [`ApplicationError::Invalid`]; [`ApplicationError::Authz`].
pub async fn add(db: &Db, caller: &Caller, typed: TypedVacancy, now: Timestamp) -> Result<VacancyId, ApplicationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HandleVacancies>(tx, ())?;
        let draft = rules::check_vacancy(&typed, civil::local(now).date())?;
        fits(tx, draft.unit)?;
        let id = VacancyId::new(now);
        store::add_vacancy(tx, &may, id, &draft, now)?;
        let changes = [
            TITLE.change(None::<&str>, draft.title.as_str()),
            CLOSES.change(None::<&str>, draft.closes_on.to_string()),
            UNIT.change(None::<&str>, draft.unit.to_string()),
        ];
        audit::record(tx, now, Entry::new("vacancy.add").on("vacancy", id).changed(changes))?;
        Ok(id)
    })
    .await
}

/// A vacancy for whoever may change it, with all units, and whether its form is fixed.
///
/// # Errors
/// [`ApplicationError::Authz`].
pub async fn to_change(
    db: &Db,
    caller: &Caller,
    id: VacancyId,
) -> Result<(Vacancy, UnitTree, Handles, bool), ApplicationError> {
    db.read(caller, move |tx| {
        let may = authz::may::<HandleVacancy>(tx, id)?;
        let fixed = store::has_applications(tx, &may)?;
        let handles = Handles::of(tx.caller()).ok_or(AuthzError::Hidden)?;
        Ok((may.facts().clone(), organisation::units::tree_in(tx)?, handles, fixed))
    })
    .await
}

/// Changes a vacancy. Once somebody applied, what was asked, the stages, the criteria and the unit stay: everybody is
/// treated alike.
///
/// # Errors
/// [`ApplicationError::Invalid`]; [`ApplicationError::Changed`]; [`ApplicationError::Authz`].
pub async fn change(
    db: &Db,
    caller: &Caller,
    id: VacancyId,
    typed: TypedVacancy,
    now: Timestamp,
) -> Result<(), ApplicationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HandleVacancy>(tx, id)?;
        let before = may.facts().clone();
        let fixed = store::has_applications(tx, &may)?;
        let revision = typed.revision.parse::<i32>().unwrap_or(0);
        let typed = if fixed {
            let kept = TypedVacancy::of(&before.draft, before.revision);
            TypedVacancy {
                unit: kept.unit,
                questions: kept.questions,
                stages: kept.stages,
                criteria: kept.criteria,
                ..typed
            }
        } else {
            typed
        };
        let draft = rules::check_vacancy(&typed, civil::local(now).date())?;
        fits(tx, draft.unit)?;
        if !store::change_vacancy(tx, &may, revision, &draft)? {
            return Err(ApplicationError::Changed);
        }
        let changes = [
            TITLE.change(before.draft.title, draft.title),
            CLOSES.change(before.draft.closes_on.to_string(), draft.closes_on.to_string()),
            UNIT.change(before.draft.unit.to_string(), draft.unit.to_string()),
        ];
        audit::record(tx, now, Entry::new("vacancy.change").on("vacancy", id).changed(changes))?;
        Ok(())
    })
    .await
}

/// Opens a vacancy, or closes it before its last day.
///
/// # Errors
/// [`ApplicationError::Authz`].
pub async fn set_open(
    db: &Db,
    caller: &Caller,
    id: VacancyId,
    open: bool,
    now: Timestamp,
) -> Result<(), ApplicationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HandleVacancy>(tx, id)?;
        store::set_state(tx, &may, if open { VacancyState::Open } else { VacancyState::Closed })?;
        let entry = if open { Entry::new("vacancy.open") } else { Entry::new("vacancy.close") };
        audit::record(tx, now, entry.on("vacancy", id))?;
        Ok(())
    })
    .await
}

/// What came for a vacancy.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The vacancy.
    pub vacancy: Vacancy,
    /// Its unit, as a path.
    pub unit: String,
    /// The applications, the first to come first.
    pub applications: Vec<Application>,
}

/// Lists what came for a vacancy: one audit entry.
///
/// # Errors
/// [`ApplicationError::Authz`].
pub async fn queue(db: &Db, caller: &Caller, id: VacancyId, now: Timestamp) -> Result<Queue, ApplicationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HandleVacancy>(tx, id)?;
        let applications = store::list(tx, &may)?;
        let vacancy = may.facts().clone();
        let unit = organisation::units::tree_in(tx)?.path(vacancy.draft.unit);
        let entry = Entry::new("application.list").on("vacancy", id);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::APPLICATION_HANDLE]))?;
        Ok(Queue { vacancy, unit, applications })
    })
    .await
}
