//! Who may do what with exposures. The row-level policies say the same in SQL.

use super::model::{Exposure, Subject};
use super::store;
use crate::authz::{Caller, Permission, Scope, SystemName, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{ExposureId, PersonId};

fn keeps(caller: &Caller) -> bool {
    caller.reach(permission::EXPOSURE_KEEP).is_some_and(|reach| reach.own)
}

/// Keeping one's own record: reading it, confirming what duties propose, adding to it.
#[derive(Debug)]
pub struct KeepExposures;

impl Permission for KeepExposures {
    const NAME: &'static str = "exposure.keep";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        if caller.is(*person) && keeps(caller) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Opening one exposure of one's own, and correcting it.
#[derive(Debug)]
pub struct OpenExposure;

impl Permission for OpenExposure {
    const NAME: &'static str = "exposure.open";
    type Scope = ExposureId;
    type Facts = Exposure;

    fn facts(tx: &mut Tx<'_>, id: ExposureId) -> Result<Option<Exposure>, DbError> {
        store::exposure(tx, id)
    }

    fn decide(caller: &Caller, exposure: &Exposure) -> Verdict {
        if caller.is(exposure.person) && keeps(caller) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Reading the exposures of somebody else, for a medical professional.
#[derive(Debug)]
pub struct ReadOf;

impl Permission for ReadOf {
    const NAME: &'static str = "exposure.read";
    type Scope = PersonId;
    type Facts = Subject;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Subject>, DbError> {
        store::subject(tx, person)
    }

    fn decide(caller: &Caller, subject: &Subject) -> Verdict {
        if !caller.is(subject.id) && caller.reaches(permission::EXPOSURE_READ, subject.id, subject.unit) {
            Verdict::Allow
        } else {
            Verdict::Hide
        }
    }
}

/// Looking for somebody whose exposures one may read.
#[derive(Debug)]
pub struct FindPeople;

impl Permission for FindPeople {
    const NAME: &'static str = "exposure.find";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_at(permission::EXPOSURE_READ, Scope::Unit) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Editing which kinds of work propose an exposure; the first ones are written when an organisation is founded.
#[derive(Debug)]
pub struct ManageRules;

impl Permission for ManageRules {
    const NAME: &'static str = "exposure.manage";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let founds = matches!(caller, Caller::System { name: SystemName::SetUp, .. });
        if founds || caller.holds_for_all(permission::EXPOSURE_MANAGE) { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach};
    use crate::exposures::model::Kind;
    use crate::kernel::ids::{OrganisationId, UnitId};

    fn person(number: u128) -> PersonId {
        PersonId(uuid::Uuid::from_u128(number))
    }

    fn caller(number: u128, permissions: &[(&str, Reach)]) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, person(number));
        person.permissions.extend(permissions.iter().map(|(code, reach)| ((*code).to_owned(), reach.clone())));
        Caller::Person(Arc::new(person))
    }

    #[test]
    fn members_open_their_own_and_readers_read_those_of_others() {
        let unit = UnitId(uuid::Uuid::from_u128(7));
        let own = Reach { own: true, ..Reach::default() };
        let at = Reach { units: vec![unit], ..Reach::default() };
        let jo = caller(1, &[(permission::EXPOSURE_KEEP, own)]);
        let reader = caller(2, &[(permission::EXPOSURE_READ, at)]);
        let nobody = caller(3, &[]);
        let exposure = |number| Exposure {
            id: ExposureId::NIL,
            person: person(number),
            duty: None,
            kind: Kind::Contaminant,
            version: 1,
        };
        let subject =
            |number, unit| Subject { id: person(number), name: "Jo".to_owned(), number: None, unit, left: true };
        let all = [&jo, &reader, &nobody];
        let (allow, deny, hide) = (Verdict::Allow, Verdict::Deny, Verdict::Hide);
        assert_eq!(all.map(|who| OpenExposure::decide(who, &exposure(1))), [allow, hide, hide]);
        assert_eq!(all.map(|who| ReadOf::decide(who, &subject(1, unit))), [hide, allow, hide]);
        assert_eq!(ReadOf::decide(&reader, &subject(2, unit)), hide, "their own stand under My exposures");
        assert_eq!(ReadOf::decide(&reader, &subject(1, UnitId::NIL)), hide);
        assert_eq!(all.map(|who| FindPeople::decide(who, &())), [deny, allow, deny]);
        assert_eq!(KeepExposures::decide(&jo, &person(2)), deny);
    }
}
