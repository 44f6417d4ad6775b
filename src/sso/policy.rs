//! Who may set up providers, write rules, and let somebody be linked.

use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::identity::vouched;
use crate::kernel::ids::PersonId;

/// What it takes to set up providers.
pub(super) const CONFIGURE: &str = permission::SSO_CONFIGURE;

fn held(allowed: bool) -> Verdict {
    if allowed { Verdict::Allow } else { Verdict::Deny }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident = $name:literal: |$caller:ident| $rule:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $act;

        impl Permission for $act {
            const NAME: &'static str = $name;
            type Scope = ();
            type Facts = ();

            fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
                Ok(Some(()))
            }

            fn decide($caller: &Caller, (): &()) -> Verdict {
                held($rule)
            }
        }
    )*};
}

acts! {
    /// Sees and changes providers.
    Configure = "sso.configure": |caller| caller.holds_for_all(CONFIGURE);
    /// Says for whom passwords work.
    SetPasswords = "signin.configure": |caller| caller.holds_for_all(permission::SIGNIN_CONFIGURE);
    /// Writes rules: a rule gives roles, so it takes the right to give them.
    EditRules = "sso.rule": |caller| {
        caller.holds_for_all(CONFIGURE) && caller.holds_for_all(permission::ROLE_GRANT)
    };
}

/// What the verdicts know of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PersonFacts {
    pub(super) id: PersonId,
    pub(super) left: bool,
    pub(super) privileged: bool,
}

fn facts(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<PersonFacts>, DbError> {
    let known = vouched::person(tx, id)?;
    Ok(known.map(|known| PersonFacts { id, left: known.left, privileged: known.privileged }))
}

fn manages(caller: &Caller) -> bool {
    caller.holds_for_all(permission::ACCOUNT_MANAGE)
}

fn or_hidden(allowed: bool, caller: &Caller, person: PersonId) -> Verdict {
    if allowed {
        Verdict::Allow
    } else if caller.person_id() == Some(person) || caller.holds_for_all(permission::PEOPLE_READ) {
        Verdict::Deny
    } else {
        Verdict::Hide
    }
}

/// Sees with which providers somebody is linked, and cuts a link.
pub(super) struct SeeLinks;

impl Permission for SeeLinks {
    const NAME: &'static str = "sso.link.read";
    type Scope = PersonId;
    type Facts = PersonFacts;

    fn facts(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<PersonFacts>, DbError> {
        facts(tx, id)
    }

    fn decide(caller: &Caller, person: &PersonFacts) -> Verdict {
        or_hidden(caller.person_id() == Some(person.id) || manages(caller), caller, person.id)
    }
}

/// Lets somebody be linked by their verified address: as with password links, never oneself, and for somebody with more
/// than their own records it takes the right to give roles.
pub(super) struct Permit;

impl Permission for Permit {
    const NAME: &'static str = "sso.permit";
    type Scope = PersonId;
    type Facts = PersonFacts;

    fn facts(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<PersonFacts>, DbError> {
        facts(tx, id)
    }

    fn decide(caller: &Caller, person: &PersonFacts) -> Verdict {
        let allowed = manages(caller)
            && caller.person_id() != Some(person.id)
            && !person.left
            && (!person.privileged || caller.holds_for_all(permission::ROLE_GRANT));
        or_hidden(allowed, caller, person.id)
    }
}
