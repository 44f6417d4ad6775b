//! Who may do what with signals. The row-level policies say the same in SQL.

use crate::authz::{Caller, Permission, Scope, SystemName, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

/// Having signals of one's own: switching them on, reading what they say, choosing who is told. Nobody else may any of it.
#[derive(Debug)]
pub struct KeepSignals;

impl Permission for KeepSignals {
    const NAME: &'static str = "signal.keep";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        // A program that acts for somebody has no business with it.
        let own = caller.token().is_none() && caller.reach(permission::SIGNAL_KEEP).is_some_and(|reach| reach.own);
        if own && caller.is(*person) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Reading what others have one told.
#[derive(Debug)]
pub struct ReceiveSignals;

impl Permission for ReceiveSignals {
    const NAME: &'static str = "signal.receive";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let may = caller.token().is_none() && caller.holds_at(permission::SIGNAL_RECEIVE, Scope::Unit);
        if may { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Tuning the rules.
#[derive(Debug)]
pub struct ManageRules;

impl Permission for ManageRules {
    const NAME: &'static str = "signal.manage";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::SIGNAL_MANAGE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// The background work: looking whether signals are raised, and telling.
#[derive(Debug)]
pub struct LookAfter;

impl Permission for LookAfter {
    const NAME: &'static str = "signal.look";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let is_it = matches!(caller, Caller::System { name: SystemName::Signals, .. });
        if is_it { Verdict::Allow } else { Verdict::Deny }
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
    fn signals_are_their_persons_alone_whatever_anybody_holds() {
        let (me, other) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        let own = Reach { own: true, ..Reach::default() };
        let all = Reach { organisation: true, ..Reach::default() };
        let keeps = caller(permission::SIGNAL_KEEP, own);
        let manages = caller(permission::SIGNAL_MANAGE, all.clone());
        let receives = caller(permission::SIGNAL_RECEIVE, all.clone());
        let too_much = caller(permission::SIGNAL_KEEP, all);
        let work = Caller::system(SystemName::Signals, OrganisationId::NIL);
        let (allow, deny) = (Verdict::Allow, Verdict::Deny);
        let everybody = [&keeps, &manages, &receives, &too_much, &work];
        assert_eq!(everybody.map(|who| KeepSignals::decide(who, &me)), [allow, deny, deny, deny, deny]);
        assert_eq!(everybody.map(|who| KeepSignals::decide(who, &other)), [deny; 5]);
        assert_eq!(everybody.map(|who| ReceiveSignals::decide(who, &())), [deny, deny, allow, deny, deny]);
        assert_eq!(everybody.map(|who| ManageRules::decide(who, &())), [deny, allow, deny, deny, deny]);
        assert_eq!(everybody.map(|who| LookAfter::decide(who, &())), [deny, deny, deny, deny, allow]);
    }
}
