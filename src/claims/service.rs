//! Making, taking back, seeing and deciding claims: each with its entry in the audit trail, in one transaction.

use jiff::Timestamp;

use super::error::ClaimError;
use super::model::{Claim, ClaimedDuty, Seen, State};
use super::policy::{DecideClaim, ListClaims, ListOwn, MakeClaim, ReadClaim, ReopenClaim, WithdrawClaim};
use super::rules::{self, Kind};
use super::store;
pub use super::store::Which;
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, permission};
use crate::db::{Db, DbError, Tx};
use crate::duties::service::words_in;
use crate::duties::words::Units;
use crate::duties::{Named, names};
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{ClaimId, DutyId, PersonId};
use crate::notices::{self, NoticeKind};

/// What lets somebody see the claims of others.
const READS: [&str; 3] = [permission::CLAIM_DECIDE, permission::PAYROLL_EXPORT, permission::TIMESHEET_APPROVE];

/// Claims on one page.
pub const PER_PAGE: u16 = 50;

/// A duty of the caller's and what they claimed for it.
///
/// # Errors
/// [`ClaimError::Authz`] when there is no such duty of theirs.
pub async fn of_duty(db: &Db, caller: &Caller, duty: DutyId) -> Result<(ClaimedDuty, Vec<Claim>), ClaimError> {
    db.read(caller, move |tx| {
        let may = authz::may::<MakeClaim>(tx, duty)?;
        let claims = store::of_duty(tx, &may)?;
        Ok((*may.facts(), claims))
    })
    .await
}

/// What somebody typed into the form for a claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// What is claimed.
    pub kind: String,
    /// How much.
    pub amount: String,
    /// What they say of it.
    pub note: String,
}

/// Claims something for a duty of the caller's.
///
/// # Errors
/// [`ClaimError::Invalid`]; [`ClaimError::Claimed`] when the same is claimed already; [`ClaimError::Authz`].
pub async fn make(db: &Db, caller: &Caller, duty: DutyId, typed: Typed, now: Timestamp) -> Result<ClaimId, ClaimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<MakeClaim>(tx, duty)?;
        let worked = may.facts().worked_minutes;
        let new = rules::check(&typed.kind, &typed.amount, &typed.note, worked)?;
        let id = ClaimId::new(now);
        store::insert(tx, &may, id, &new, now).map_err(|error| match error.unique_violation() {
            Some("claims_once") => ClaimError::Claimed,
            _ => error.into(),
        })?;
        let entry = Entry::new("claim.make")
            .on("claim", id)
            .about(may.facts().person)
            .noting("duty", duty.0)
            .noting("kind", new.kind.as_str())
            .noting("amount", new.amount);
        audit::record(tx, now, entry)?;
        Ok(id)
    })
    .await
}

/// Takes a claim of the caller's back; for which duty it was.
///
/// # Errors
/// [`ClaimError::Decided`] when it does not wait any more; [`ClaimError::Authz`].
pub async fn withdraw(db: &Db, caller: &Caller, id: ClaimId, now: Timestamp) -> Result<DutyId, ClaimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<WithdrawClaim>(tx, id)?;
        let (person, duty) = (may.facts().person, may.facts().duty);
        if !store::withdraw(tx, &may, now)? {
            return Err(ClaimError::Decided);
        }
        audit::record(tx, now, Entry::new("claim.withdraw").on("claim", id).about(person))?;
        Ok(duty)
    })
    .await
}

/// The caller's own claims, the last made first, and where they go on; only those that were decided since then, if it is
/// said.
///
/// # Errors
/// [`ClaimError::Authz`] when the caller claims nothing.
pub async fn own(
    db: &Db,
    caller: &Caller,
    decided_since: Option<Timestamp>,
    after: Option<Cursor>,
) -> Result<(Vec<Claim>, Option<Cursor>), ClaimError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<ListOwn>(tx, me)?;
        Ok(store::own(tx, &may, decided_since, after, PER_PAGE)?)
    })
    .await
}

/// What the list for HR shows.
#[derive(Debug, Clone)]
pub struct Listed {
    /// A page of claims.
    pub claims: Vec<Seen>,
    /// Where the list goes on.
    pub next: Option<Cursor>,
    /// The words for units.
    pub units: Units,
}

/// Lists claims of everybody.
///
/// # Errors
/// [`ClaimError::Authz`] when the caller neither decides on claims nor runs payroll.
pub async fn list(db: &Db, caller: &Caller, which: Which, after: Option<Cursor>) -> Result<Listed, ClaimError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ListClaims>(tx, ())?;
        let (claims, next) = store::page(tx, &may, which, after, PER_PAGE)?;
        let (_kinds, units) = words_in(tx)?;
        Ok(Listed { claims: seen(tx, claims)?, next, units })
    })
    .await
}

/// Claims with what there is to know of their duties, and whose they are.
fn seen(tx: &mut Tx<'_>, claims: Vec<Claim>) -> Result<Vec<Seen>, DbError> {
    let ids: Vec<ClaimId> = claims.iter().map(|claim| claim.id).collect();
    let facts = store::facts(tx, &ids)?;
    let names = names(tx, claims.iter().map(|claim| claim.person).collect())?;
    let one = |claim: Claim| {
        let Named { name: who, number } = names.of(claim.person);
        Seen { facts: facts.get(&claim.id).copied(), who, number, claim }
    };
    Ok(claims.into_iter().map(one).collect())
}

/// What the page of one claim shows.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The claim.
    pub seen: Seen,
    /// Whether it is the caller's own.
    pub own: bool,
    /// Whether the caller may decide on it now.
    pub decides: bool,
    /// Whether the caller may undo its approval now.
    pub reopens: bool,
    /// Whether the caller may open the duty.
    pub reads_duty: bool,
    /// The words for units.
    pub units: Units,
}

/// Opens a claim. Opening somebody else's is written to the audit trail.
///
/// # Errors
/// [`ClaimError::Authz`] when there is none that the caller may see.
pub async fn open(db: &Db, caller: &Caller, id: ClaimId, now: Timestamp) -> Result<Opened, ClaimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadClaim>(tx, id)?;
        let claim = may.facts().clone();
        let caller = tx.caller();
        let own = caller.is(claim.person);
        if !own {
            let entry = Entry::new("claim.read").on("claim", id).about(claim.person);
            audit::record(tx, now, entry.allowed_by(caller, &READS))?;
        }
        let decides = claim.state == State::Waiting && authz::require::<DecideClaim>(tx, id).is_ok();
        let reopens =
            claim.state == State::Approved && claim.run.is_none() && authz::require::<ReopenClaim>(tx, id).is_ok();
        let reads = [permission::DUTY_READ, permission::HOURS_READ];
        let reads_duty = reads.iter().any(|code| caller.reaches(code, claim.person, claim.unit));
        let (_kinds, units) = words_in(tx)?;
        let seen = seen(tx, vec![claim])?.pop().ok_or(authz::AuthzError::Hidden)?;
        let decides = decides && seen.facts.is_some_and(|facts| facts.hours_approved && !facts.gone);
        Ok(Opened { own, decides, reopens, reads_duty, units, seen })
    })
    .await
}

/// What HR decides of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// So much of it is approved, with what is to be said of it: as it was typed.
    Approve {
        /// How much.
        amount: String,
        /// What is said of it.
        answer: String,
    },
    /// It is refused, for this reason: as it was typed.
    Refuse(String),
}

/// Decides on a claim.
///
/// # Errors
/// [`ClaimError::Invalid`]; [`ClaimError::HoursOpen`] when nobody has approved the hours; [`ClaimError::Decided`] when it
/// does not wait any more; [`ClaimError::Authz`].
pub async fn decide(
    db: &Db,
    caller: &Caller,
    id: ClaimId,
    decision: Decision,
    now: Timestamp,
) -> Result<(), ClaimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<DecideClaim>(tx, id)?;
        let claim = may.facts().clone();
        if claim.state != State::Waiting {
            return Err(ClaimError::Decided);
        }
        let (amount, answer) = checked(claim.kind, claim.amount, &decision)?;
        if !store::facts(tx, &[id])?.get(&id).is_some_and(|facts| facts.hours_approved) {
            return Err(ClaimError::HoursOpen);
        }
        if !store::decide(tx, &may, (amount, answer.as_deref()), now)? {
            return Err(ClaimError::Decided);
        }
        let caller = tx.caller();
        let deed = if amount.is_some() { "claim.approve" } else { "claim.refuse" };
        let entry = Entry::new(deed)
            .on("claim", id)
            .about(claim.person)
            .noting("kind", claim.kind.as_str())
            .noting("claimed", claim.amount)
            .allowed_by(caller, &READS);
        let entry = match amount {
            Some(amount) => entry.noting("approved", amount),
            None => entry,
        };
        let entry = match answer {
            Some(answer) => entry.noting("answer", answer),
            None => entry,
        };
        audit::record(tx, now, entry)?;
        notices::hours::tell(tx, claim.person, NoticeKind::HoursDecided, now)?;
        Ok(())
    })
    .await
}

/// Undoes the approval of a claim that payroll has not taken: it waits again, with the reason.
///
/// # Errors
/// [`ClaimError::Invalid`] without a reason; [`ClaimError::Paid`] once payroll took it; [`ClaimError::NotApproved`];
/// [`ClaimError::Authz`].
pub async fn reopen(db: &Db, caller: &Caller, id: ClaimId, reason: String, now: Timestamp) -> Result<(), ClaimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReopenClaim>(tx, id)?;
        let claim = may.facts().clone();
        if claim.run.is_some() {
            return Err(ClaimError::Paid);
        }
        if claim.state != State::Approved {
            return Err(ClaimError::NotApproved);
        }
        let reason = rules::check_reopening(&reason)?;
        if !store::reopen(tx, &may, &reason)? {
            // A payroll run or somebody else was there first.
            let taken = store::claim(tx, id)?.is_some_and(|claim| claim.run.is_some());
            return Err(if taken { ClaimError::Paid } else { ClaimError::NotApproved });
        }
        let entry = Entry::new("claim.reopen")
            .on("claim", id)
            .about(claim.person)
            .noting("kind", claim.kind.as_str())
            .noting("approved", claim.decided_amount.unwrap_or_default())
            .noting("reason", reason)
            .allowed_by(tx.caller(), &READS);
        audit::record(tx, now, entry)?;
        notices::hours::tell(tx, claim.person, NoticeKind::ClaimReopened, now)?;
        Ok(())
    })
    .await
}

fn checked(kind: Kind, claimed: i32, decision: &Decision) -> Result<(Option<i32>, Option<String>), ClaimError> {
    Ok(match decision {
        Decision::Approve { amount, answer } => {
            let (amount, answer) = rules::check_approval(kind, claimed, amount, answer)?;
            (Some(amount), answer)
        }
        Decision::Refuse(answer) => (None, Some(rules::check_refusal(answer)?)),
    })
}
