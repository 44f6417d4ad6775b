//! Who may do what with somebody's records. The row-level policies say the same in SQL.

use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

fn holds_own(caller: &Caller, permission: &str) -> bool {
    // A program that acts for somebody has no session in which a vault could be unlocked.
    caller.token().is_none() && caller.reach(permission).is_some_and(|reach| reach.own)
}

/// Keeping records of one's own: reading, writing, sharing and removing them. Nobody else may any of it.
#[derive(Debug)]
pub struct KeepRecords;

impl Permission for KeepRecords {
    const NAME: &'static str = "wellbeing.keep";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        let may = caller.is(*person) && holds_own(caller, permission::WELLBEING_KEEP);
        if may { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Opening what others shared with one by name.
#[derive(Debug)]
pub struct ReceiveRecords;

impl Permission for ReceiveRecords {
    const NAME: &'static str = "wellbeing.receive";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if holds_own(caller, permission::WELLBEING_RECEIVE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Writing to whom people can talk.
#[derive(Debug)]
pub struct WriteSupport;

impl Permission for WriteSupport {
    const NAME: &'static str = "wellbeing.support";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::ORGANISATION_CONFIGURE) { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::OrganisationId;

    fn caller(permission: &str, reach: Reach) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, PersonId(Uuid::from_u128(1)));
        person.permissions.insert(permission.to_owned(), reach);
        Caller::Person(Arc::new(person))
    }

    #[test]
    fn records_are_their_persons_alone_whatever_anybody_holds() {
        let (me, other) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        let own = Reach { own: true, ..Reach::default() };
        let all = Reach { organisation: true, ..Reach::default() };
        assert_eq!(KeepRecords::decide(&caller(permission::WELLBEING_KEEP, own.clone()), &me), Verdict::Allow);
        assert_eq!(KeepRecords::decide(&caller(permission::WELLBEING_KEEP, own.clone()), &other), Verdict::Deny);
        assert_eq!(KeepRecords::decide(&caller(permission::WELLBEING_KEEP, all.clone()), &other), Verdict::Deny);
        assert_eq!(KeepRecords::decide(&caller(permission::AUDIT_READ, all.clone()), &other), Verdict::Deny);
        assert_eq!(ReceiveRecords::decide(&caller(permission::WELLBEING_RECEIVE, own.clone()), &()), Verdict::Allow);
        assert_eq!(ReceiveRecords::decide(&caller(permission::WELLBEING_KEEP, own), &()), Verdict::Deny);
        assert_eq!(WriteSupport::decide(&caller(permission::ORGANISATION_CONFIGURE, all), &()), Verdict::Allow);
    }
}
