//! Who may do what to a person's record, their roles and their way of signing in.
//!
//! Each verdict is pure; the matrix in `policy_tests.rs` prints them all.

use super::approvals::Request;
use super::{approval_store, people_store, role_design_store};
use crate::authz::{Caller, Permission, SystemName, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{GrantRequestId, PersonId, RoleId, UnitId};

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
    EditPerson = "person.edit": |caller, person| caller.reaches(permission::PEOPLE_EDIT, person.id, person.unit);
    /// Changes how somebody signs in: their account, its address, a link to choose a password. Whoever hands over a
    /// link could use it, so for somebody with more than their own records it takes the right to give roles.
    ChangeSignIn = "person.sign-in": |caller, person| {
        is_operator(caller)
            || (caller.holds_for_all(permission::ACCOUNT_MANAGE)
                && (!person.privileged || caller.holds_for_all(permission::ROLE_GRANT)))
    };
    /// Hands over a link: as above, and never for oneself, because that is what one's password is for.
    LinkPassword = "password.link": |caller, person| {
        !person.left
            && (is_operator(caller)
                || (!is_self(caller, person)
                    && caller.holds_for_all(permission::PASSWORD_LINK)
                    && (!person.privileged || caller.holds_for_all(permission::ROLE_GRANT))))
    };
    /// Invites somebody: opens their account and sends the link, under the limits of handing one over.
    InvitePerson = "invite.send": |caller, person| {
        !is_self(caller, person)
            && caller.holds_for_all(permission::INVITE_SEND)
            && (!person.privileged || caller.holds_for_all(permission::ROLE_GRANT))
    };
    /// Records that somebody left, or came back. Nobody records their own.
    RecordLeaving = "person.leave": |caller, person| {
        !is_self(caller, person) && caller.holds_for_all(permission::PEOPLE_LEAVE)
    };
    /// Reads which roles somebody has.
    ReadRoles = "role.read": |caller, person| {
        is_self(caller, person) || caller.holds_for_all(permission::ROLE_READ)
    };
    /// Gives somebody a role. Nobody gives themself one.
    GrantRole = "role.grant": |caller, person| {
        is_operator(caller) || (!is_self(caller, person) && caller.holds_for_all(permission::ROLE_GRANT))
    };
    /// Asks for a role for somebody, or for oneself: a second person decides.
    RequestRole = "role.request": |caller, _person| caller.holds_for_all(permission::ROLE_GRANT);
    /// Takes a role from somebody. Nobody takes one from themself.
    RevokeRole = "role.revoke": |caller, person| {
        is_operator(caller) || (!is_self(caller, person) && caller.holds_for_all(permission::ROLE_REVOKE))
    };
    /// Reads where somebody is signed in.
    ReadSessions = "session.read": |caller, person| {
        is_self(caller, person) || caller.holds_for_all(permission::SESSION_READ)
    };
    /// Ends somebody's sessions.
    EndSessions = "session.revoke": |caller, person| {
        is_operator(caller) || is_self(caller, person) || caller.holds_for_all(permission::SESSION_REVOKE)
    };
    /// Takes away somebody's second factors, with a second person's consent; nobody their own that way.
    ResetFactors = "factor.reset": |caller, person| {
        is_operator(caller) || (!is_self(caller, person) && caller.holds_for_all(permission::FACTOR_RESET))
    };
    /// Asks who can see somebody's record: whoever sees it, and who may ask about everybody's.
    ExplainAccess = "access.explain": |caller, person| {
        sees(caller, person) || caller.holds_for_all(permission::ACCESS_EXPLAIN)
    };
    /// Reads something that HR holds about somebody; which sets, [`HrSet`] says.
    ReadHr = "hr.read": |caller, person| {
        is_self(caller, person) || HrSet::ALL.iter().any(|set| set.reads(caller, person))
    };
    /// Changes something that HR holds about somebody; which sets, [`HrSet`] says.
    WriteHr = "hr.write": |caller, person| HrSet::ALL.iter().any(|set| set.writes(caller, person));
}

/// A set of HR fields: a table of its own, under a permission to read it and one to change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HrSet {
    /// Type and hours of the contract, first day of work.
    Contract,
    /// Payroll number.
    Payroll,
    /// Next of kin.
    Kin,
    /// Fitness for duty.
    Fitness,
}

impl HrSet {
    pub(super) const ALL: [Self; 4] = [Self::Contract, Self::Payroll, Self::Kin, Self::Fitness];

    /// The permissions to read them, in the same order.
    pub(super) const READS: [&'static str; 4] = [
        permission::HR_CONTRACT_READ,
        permission::HR_PAYROLL_READ,
        permission::HR_KIN_READ,
        permission::HR_FITNESS_READ,
    ];

    const fn permissions(self) -> (&'static str, &'static str) {
        match self {
            Self::Contract => (permission::HR_CONTRACT_READ, permission::HR_CONTRACT_WRITE),
            Self::Payroll => (permission::HR_PAYROLL_READ, permission::HR_PAYROLL_WRITE),
            Self::Kin => (permission::HR_KIN_READ, permission::HR_KIN_WRITE),
            Self::Fitness => (permission::HR_FITNESS_READ, permission::HR_FITNESS_WRITE),
        }
    }

    /// Whether `caller` reads this set of `person`'s.
    pub(super) fn reads(self, caller: &Caller, person: &PersonFacts) -> bool {
        is_self(caller, person) || caller.holds_for_all(self.permissions().0)
    }

    /// Whether `caller` changes this set of `person`'s: who changes it has read it.
    pub(super) fn writes(self, caller: &Caller, _person: &PersonFacts) -> bool {
        let (read, write) = self.permissions();
        caller.holds_for_all(read) && caller.holds_for_all(write)
    }
}

/// Whether `caller` may see how somebody else signs in.
pub(super) fn sees_accounts(caller: &Caller) -> bool {
    [permission::ACCOUNT_MANAGE, permission::PASSWORD_LINK, permission::PEOPLE_LEAVE]
        .into_iter()
        .any(|permission| caller.holds_for_all(permission))
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
        if is_operator(caller) || caller.holds_for_all(permission::PEOPLE_ADD) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Gives somebody who has just been added an account.
pub(super) struct AddAccount;

impl Permission for AddAccount {
    const NAME: &'static str = "account.open";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if is_operator(caller) || caller.holds_for_all(permission::ACCOUNT_MANAGE) {
            Verdict::Allow
        } else {
            Verdict::Deny
        }
    }
}

/// Changes what the organisation asks of sign-ins.
pub(super) struct ConfigureSignIn;

impl Permission for ConfigureSignIn {
    const NAME: &'static str = "signin.configure";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if is_operator(caller) || caller.holds_for_all(permission::SIGNIN_CONFIGURE) {
            Verdict::Allow
        } else {
            Verdict::Deny
        }
    }
}

/// Sees who is invited, and how many could be.
pub(super) struct SeeInvitations;

impl Permission for SeeInvitations {
    const NAME: &'static str = "invitation.list";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::INVITE_SEND) { Verdict::Allow } else { Verdict::Deny }
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

/// Lists requests for roles: row-level security shows those about oneself, or all with the right to.
pub(super) struct ReadRequests;

impl Permission for ReadRequests {
    const NAME: &'static str = "role.requests";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.person().is_some() { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Approves or refuses a request: a second person, who neither asked nor gets the role.
pub(super) struct DecideRequest;

impl Permission for DecideRequest {
    const NAME: &'static str = "role.approve";
    type Scope = GrantRequestId;
    type Facts = Request;

    fn facts(tx: &mut Tx<'_>, id: GrantRequestId) -> Result<Option<Request>, DbError> {
        approval_store::facts(tx, id)
    }

    fn decide(caller: &Caller, request: &Request) -> Verdict {
        let me = caller.person_id();
        let second = me != Some(request.requested_by) && me != Some(request.person);
        if second && caller.holds_for_all(permission::ROLE_APPROVE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Takes one's own request back.
pub(super) struct WithdrawRequest;

impl Permission for WithdrawRequest {
    const NAME: &'static str = "role.withdraw";
    type Scope = GrantRequestId;
    type Facts = Request;

    fn facts(tx: &mut Tx<'_>, id: GrantRequestId) -> Result<Option<Request>, DbError> {
        approval_store::facts(tx, id)
    }

    fn decide(caller: &Caller, request: &Request) -> Verdict {
        if caller.person_id() == Some(request.requested_by) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Builds a role of the organisation's own.
pub(super) struct BuildRole;

impl Permission for BuildRole {
    const NAME: &'static str = "role.design";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::ROLE_DESIGN) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// What a verdict on changing a role needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RoleFacts {
    pub(super) built_in: bool,
    pub(super) retired: bool,
    /// Whether the caller has it, now or later: nobody widens what they have themself.
    pub(super) own: bool,
}

/// Changes or retires a role: one that the organisation built, that is in use, and that the caller does not have.
pub(super) struct ChangeRole;

impl Permission for ChangeRole {
    const NAME: &'static str = "role.change";
    type Scope = RoleId;
    type Facts = RoleFacts;

    fn facts(tx: &mut Tx<'_>, id: RoleId) -> Result<Option<RoleFacts>, DbError> {
        role_design_store::facts(tx, id)
    }

    fn decide(caller: &Caller, role: &RoleFacts) -> Verdict {
        let open = !role.built_in && !role.retired && !role.own;
        if open && caller.holds_for_all(permission::ROLE_DESIGN) { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
