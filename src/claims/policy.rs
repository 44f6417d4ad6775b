//! Who may do what with claims. The row-level policies say the same in SQL.

use super::model::{Claim, ClaimedDuty};
use super::store;
use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{ClaimId, DutyId, PersonId};

/// Seeing and making claims for a duty of one's own.
#[derive(Debug)]
pub struct MakeClaim;

impl Permission for MakeClaim {
    const NAME: &'static str = "claim.make";
    type Scope = DutyId;
    type Facts = ClaimedDuty;

    fn facts(tx: &mut Tx<'_>, id: DutyId) -> Result<Option<ClaimedDuty>, DbError> {
        store::duty(tx, id)
    }

    fn decide(caller: &Caller, duty: &ClaimedDuty) -> Verdict {
        // Of somebody else's duty nothing is said here: those who may see it have its page.
        match (caller.is(duty.person), claims(caller)) {
            (true, true) => Verdict::Allow,
            (true, false) => Verdict::Deny,
            (false, _) => Verdict::Hide,
        }
    }
}

macro_rules! acts_on_a_claim {
    ($($(#[$doc:meta])* $act:ident = $name:literal: |$caller:ident, $claim:ident| $rule:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $act;

        impl Permission for $act {
            const NAME: &'static str = $name;
            type Scope = ClaimId;
            type Facts = Claim;

            fn facts(tx: &mut Tx<'_>, id: ClaimId) -> Result<Option<Claim>, DbError> {
                store::claim(tx, id)
            }

            fn decide($caller: &Caller, $claim: &Claim) -> Verdict {
                match ($rule, sees($caller, $claim)) {
                    (true, true) => Verdict::Allow,
                    (false, true) => Verdict::Deny,
                    (_, false) => Verdict::Hide,
                }
            }
        }
    )*};
}

acts_on_a_claim! {
    /// Opening a claim.
    ReadClaim = "claim.read": |_caller, _claim| true;
    /// Taking a claim of one's own back.
    WithdrawClaim = "claim.withdraw": |caller, claim| caller.is(claim.person) && claims(caller);
    /// Approving or refusing a claim; nobody decides on their own.
    DecideClaim = "claim.decide": |caller, claim|
        caller.person_id() != Some(claim.person) && caller.holds_for_all(permission::CLAIM_DECIDE);
    /// Undoing an approval before payroll took it; nobody does on their own.
    ReopenClaim = "claim.reopen": |caller, claim|
        caller.person_id() != Some(claim.person) && caller.holds_for_all(permission::CLAIM_DECIDE);
}

/// Listing claims of one's own.
#[derive(Debug)]
pub struct ListOwn;

impl Permission for ListOwn {
    const NAME: &'static str = "claim.mine";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        if caller.is(*person) && claims(caller) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Listing claims of everybody: for HR and payroll.
#[derive(Debug)]
pub struct ListClaims;

impl Permission for ListClaims {
    const NAME: &'static str = "claim.list";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let may = [permission::CLAIM_DECIDE, permission::PAYROLL_EXPORT].iter().any(|code| caller.holds_for_all(code));
        if may { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Taking approved claims to payroll, and what was taken.
#[derive(Debug)]
pub struct RunPayroll;

impl Permission for RunPayroll {
    const NAME: &'static str = "payroll.run";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::PAYROLL_EXPORT) { Verdict::Allow } else { Verdict::Deny }
    }
}

fn claims(caller: &Caller) -> bool {
    caller.reach(permission::TIMESHEET_SUBMIT).is_some_and(|reach| reach.own)
}

fn sees(caller: &Caller, claim: &Claim) -> bool {
    (caller.is(claim.person) && claims(caller))
        || caller.holds_for_all(permission::CLAIM_DECIDE)
        || caller.holds_for_all(permission::PAYROLL_EXPORT)
        || caller.reaches(permission::TIMESHEET_APPROVE, claim.person, claim.unit)
}
