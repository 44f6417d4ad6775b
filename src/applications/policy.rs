//! Who may do what with vacancies and applications. The row-level policies say the same in SQL.

use super::model::{Application, Vacancy};
use super::store;
use crate::authz::{Caller, Permission, SystemName, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{ApplicationId, UnitId, VacancyId};

/// Of which units somebody handles applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handles {
    /// Of all.
    All,
    /// Of these, sorted.
    Units(Vec<UnitId>),
}

impl Handles {
    /// What `caller` handles; `None` is nothing.
    pub fn of(caller: &Caller) -> Option<Self> {
        let reach = caller.reach(permission::APPLICATION_HANDLE)?;
        if reach.organisation {
            return Some(Self::All);
        }
        let mut units = reach.units.clone();
        units.sort_unstable();
        (!units.is_empty()).then_some(Self::Units(units))
    }

    /// Whether `unit` is among them.
    pub fn has(&self, unit: UnitId) -> bool {
        match self {
            Self::All => true,
            Self::Units(units) => units.binary_search(&unit).is_ok(),
        }
    }
}

fn handles(caller: &Caller, unit: UnitId) -> bool {
    Handles::of(caller).is_some_and(|handles| handles.has(unit))
}

/// Listing vacancies and writing new ones.
#[derive(Debug)]
pub struct HandleVacancies;

impl Permission for HandleVacancies {
    const NAME: &'static str = "vacancy.list";
    type Scope = ();
    type Facts = Option<Handles>;

    fn facts(tx: &mut Tx<'_>, (): ()) -> Result<Option<Option<Handles>>, DbError> {
        Ok(Some(Handles::of(tx.caller())))
    }

    fn decide(_caller: &Caller, handles: &Option<Handles>) -> Verdict {
        if handles.is_some() { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Changing, opening and closing a vacancy, and listing what came for it.
#[derive(Debug)]
pub struct HandleVacancy;

impl Permission for HandleVacancy {
    const NAME: &'static str = "vacancy.handle";
    type Scope = VacancyId;
    type Facts = Vacancy;

    fn facts(tx: &mut Tx<'_>, id: VacancyId) -> Result<Option<Vacancy>, DbError> {
        store::vacancy(tx, id)
    }

    fn decide(caller: &Caller, vacancy: &Vacancy) -> Verdict {
        if handles(caller, vacancy.draft.unit) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Reading an application, moving it, scoring it and deciding on it.
#[derive(Debug)]
pub struct HandleApplication;

impl Permission for HandleApplication {
    const NAME: &'static str = "application.handle";
    type Scope = ApplicationId;
    type Facts = Application;

    fn facts(tx: &mut Tx<'_>, id: ApplicationId) -> Result<Option<Application>, DbError> {
        store::application(tx, id)
    }

    fn decide(caller: &Caller, application: &Application) -> Verdict {
        if handles(caller, application.unit) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Making a person of an applicant: it takes the right to add people beside it.
#[derive(Debug)]
pub struct ConvertApplication;

impl Permission for ConvertApplication {
    const NAME: &'static str = "application.convert";
    type Scope = ApplicationId;
    type Facts = Application;

    fn facts(tx: &mut Tx<'_>, id: ApplicationId) -> Result<Option<Application>, DbError> {
        store::application(tx, id)
    }

    fn decide(caller: &Caller, application: &Application) -> Verdict {
        match (handles(caller, application.unit), caller.holds_for_all(permission::PEOPLE_ADD)) {
            (true, true) => Verdict::Allow,
            (true, false) => Verdict::Deny,
            (false, _) => Verdict::Hide,
        }
    }
}

/// Writing the organisation's own words to applicants.
#[derive(Debug)]
pub struct WriteWords;

impl Permission for WriteWords {
    const NAME: &'static str = "application.words";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::APPLICATION_HANDLE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// What the public form and the background do: an applicant is nobody's account.
#[derive(Debug)]
pub struct Outside;

impl Permission for Outside {
    const NAME: &'static str = "application.outside";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let is_it = matches!(caller, Caller::System { name: SystemName::Applications, .. });
        if is_it { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::applications::model::{Applicant, State};
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::{OrganisationId, PersonId};

    fn caller(permissions: &[(&str, Reach)]) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, PersonId::NIL);
        person.permissions.extend(permissions.iter().map(|(code, reach)| ((*code).to_owned(), reach.clone())));
        Caller::Person(Arc::new(person))
    }

    fn application() -> Application {
        Application {
            id: ApplicationId::NIL,
            vacancy: VacancyId::NIL,
            unit: UnitId(uuid::Uuid::from_u128(7)),
            reference: "ABCDEFGH".to_owned(),
            who: Applicant {
                given_name: "Kit".to_owned(),
                family_name: "Vane".to_owned(),
                email: "kit@example.org".to_owned(),
                phone: None,
                answers: Vec::new(),
            },
            stage: "Received".to_owned(),
            state: State::Open,
            reason: None,
            received_at: jiff::Timestamp::UNIX_EPOCH,
            person: None,
            delete_after: None,
            revision: 1,
        }
    }

    #[test]
    fn who_handles_a_unit_handles_its_applications_and_adds_nobody() {
        let unit = |number| Reach { units: vec![UnitId(uuid::Uuid::from_u128(number))], ..Reach::default() };
        let all = Reach { organisation: true, ..Reach::default() };
        let here = caller(&[(permission::APPLICATION_HANDLE, unit(7))]);
        let there = caller(&[(permission::APPLICATION_HANDLE, unit(8)), (permission::PEOPLE_ADD, all.clone())]);
        let hr = caller(&[(permission::APPLICATION_HANDLE, all.clone()), (permission::PEOPLE_ADD, all)]);
        let (allow, deny, hide) = (Verdict::Allow, Verdict::Deny, Verdict::Hide);
        let who = [&here, &there, &hr, &caller(&[])];
        assert_eq!(who.map(|who| HandleApplication::decide(who, &application())), [allow, hide, allow, hide]);
        assert_eq!(who.map(|who| ConvertApplication::decide(who, &application())), [deny, hide, allow, hide]);
        assert_eq!(who.map(|who| WriteWords::decide(who, &())), [deny, deny, allow, deny]);
    }

    #[test]
    fn only_the_form_and_the_background_act_from_outside() {
        let it = Caller::system(SystemName::Applications, OrganisationId::NIL);
        let other = Caller::system(SystemName::Jobs, OrganisationId::NIL);
        assert_eq!([&it, &other].map(|who| Outside::decide(who, &())), [Verdict::Allow, Verdict::Deny]);
    }
}
