//! Who may do what to a person's record, their roles and their way of signing in.
//!
//! Each verdict is pure; the matrix in `policy_tests.rs` prints them all.

use super::people_store;
use crate::authz::{Caller, Permission, SystemName, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, UnitId};

/// What the verdicts know of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PersonFacts {
    pub(super) id: PersonId,
    pub(super) unit: UnitId,
    pub(super) left: bool,
    /// Whether they may do more than keep their own records.
    pub(super) privileged: bool,
}

fn is_self(caller: &Caller, person: &PersonFacts) -> bool {
    caller.person_id() == Some(person.id)
}

fn is_operator(caller: &Caller) -> bool {
    matches!(caller, Caller::System { name: SystemName::Operator, .. })
}

fn sees(caller: &Caller, person: &PersonFacts) -> bool {
    is_self(caller, person) || caller.reaches(permission::PEOPLE_READ, person.id, person.unit)
}

/// No, in the way that tells the caller no more than they know.
fn refuse(caller: &Caller, person: &PersonFacts) -> Verdict {
    if sees(caller, person) { Verdict::Deny } else { Verdict::Hide }
}

fn when(allowed: bool, caller: &Caller, person: &PersonFacts) -> Verdict {
    if allowed { Verdict::Allow } else { refuse(caller, person) }
}

macro_rules! acts_on_a_person {
    ($($(#[$doc:meta])* $act:ident = $name:literal: |$caller:ident, $person:ident| $rule:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $act;

        impl Permission for $act {
            const NAME: &'static str = $name;
            type Scope = PersonId;
            type Facts = PersonFacts;

            fn facts(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<PersonFacts>, DbError> {
                people_store::facts(tx, id)
            }

            fn decide($caller: &Caller, $person: &PersonFacts) -> Verdict {
                when($rule, $caller, $person)
            }
        }
    )*};
}

acts_on_a_person! {
    /// Reads who somebody is and how to reach them.
    ReadPerson = "person.read": |caller, person| sees(caller, person);
    /// Changes who somebody is and where they belong.
    EditPerson = "person.edit": |caller, _person| caller.holds_for_all(permission::PEOPLE_MANAGE);
    /// Changes how somebody signs in: their account, its address, a link to choose a password. Whoever hands over a
    /// link could use it, so for somebody with more than their own records it takes the right to give roles.
    ChangeSignIn = "person.sign-in": |caller, person| {
        is_operator(caller)
            || (caller.holds_for_all(permission::PEOPLE_MANAGE)
                && (!person.privileged || caller.holds_for_all(permission::ROLE_GRANT)))
    };
    /// Hands over a link: as above, and never for oneself, because that is what one's password is for.
    LinkPassword = "password.link": |caller, person| {
        !is_self(caller, person) && !person.left && ChangeSignIn::decide(caller, person) == Verdict::Allow
    };
    /// Records that somebody left, or came back. Nobody records their own.
    RecordLeaving = "person.leave": |caller, person| {
        !is_self(caller, person) && caller.holds_for_all(permission::PEOPLE_MANAGE)
    };
    /// Reads which roles somebody has.
    ReadRoles = "role.read": |caller, person| {
        is_self(caller, person)
            || caller.holds_for_all(permission::PEOPLE_READ)
            || caller.holds_for_all(permission::ROLE_GRANT)
    };
    /// Gives somebody a role or takes one away. Nobody changes their own.
    GrantRole = "role.grant": |caller, person| {
        is_operator(caller) || (!is_self(caller, person) && caller.holds_for_all(permission::ROLE_GRANT))
    };
    /// Reads what HR holds about somebody.
    ReadHr = "hr.read": |caller, person| is_self(caller, person) || caller.holds_for_all(permission::HR_READ);
    /// Changes what HR holds about somebody.
    WriteHr = "hr.write": |caller, _person| caller.holds_for_all(permission::HR_WRITE);
}

/// Adds somebody.
pub(super) struct AddPerson;

impl Permission for AddPerson {
    const NAME: &'static str = "person.add";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if is_operator(caller) || caller.holds_for_all(permission::PEOPLE_MANAGE) {
            Verdict::Allow
        } else {
            Verdict::Deny
        }
    }
}

/// Lists people: those of the caller's units, or all.
pub(super) struct ListPeople;

impl Permission for ListPeople {
    const NAME: &'static str = "person.list";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if is_operator(caller) || caller.holds(permission::PEOPLE_READ) { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
