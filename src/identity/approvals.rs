//! Four eyes: roles that weigh too much for one person's word are asked for by one and approved by another, in time.
//!
//! Owns `grant_requests`. The database refuses what this file refuses: an approval by who asked or who gets the role,
//! one that comes too late, and a grant that nobody approved.

use jiff::Timestamp;

use super::grants::{self, Fitting, Wanted};
use super::policy::{DecideRequest, ReadRequests, RequestRole, WithdrawRequest};
use super::{IdentityError, approval_store, grant_store};
use crate::audit::{self, Entry, Field};
use crate::authz::{self, Caller, Granted, Permission, Verdict, permission};
use crate::db::{Db, Tx};
use crate::kernel::ids::{GrantRequestId, PersonId, RoleId, UnitId};
use crate::organisation::UnitTree;
use crate::organisation::units;

const STATE: Field = Field::shown("state");

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided.
    Waiting,
    /// A second person said yes.
    Approved,
    /// A second person said no.
    Refused,
    /// Who asked took it back.
    Withdrawn,
}

impl State {
    const ALL: [Self; 4] = [Self::Waiting, Self::Approved, Self::Refused, Self::Withdrawn];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Withdrawn)
    }
}

/// A request as it is stored.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its id.
    pub id: GrantRequestId,
    /// For whom.
    pub person: PersonId,
    /// Which role.
    pub role: RoleId,
    /// For which unit.
    pub unit: Option<UnitId>,
    /// From when on.
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub requested_by: PersonId,
    /// When.
    pub requested_at: Timestamp,
    /// Until when it can be approved.
    pub expires_at: Timestamp,
    /// What became of it.
    pub state: State,
    /// When that was.
    pub decided_at: Option<Timestamp>,
}

/// A request with its names, and what the caller may do with it.
#[derive(Debug, Clone)]
pub struct RequestView {
    /// As it is stored.
    pub request: Request,
    /// For whom; `None` when their name is not for the caller.
    pub person: Option<String>,
    /// Who asked.
    pub requested_by: Option<String>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// The role's name.
    pub role: String,
    /// Whether its time has passed.
    pub late: bool,
    /// Approve or refuse it.
    pub may_decide: bool,
    /// Take it back.
    pub may_withdraw: bool,
}

/// Requests that wait, and the latest that do not.
#[derive(Debug, Clone)]
pub struct Requests {
    /// Newest first.
    pub all: Vec<RequestView>,
    /// All units, to name theirs.
    pub units: UnitTree,
}

/// Asks for a role, in the transaction of whoever tried to give it.
pub(super) fn ask_in<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, RequestRole>,
    what: &Fitting,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<GrantRequestId, IdentityError> {
    let reason = what.wanted.reason.as_deref().ok_or(IdentityError::ReasonNeeded)?;
    if approval_store::waiting_for(tx, may.scope(), what.role.id, now)? {
        return Err(IdentityError::AskedAlready);
    }
    let id = GrantRequestId::new(now);
    approval_store::insert(tx, may, id, what, reason, expires_at, now)?;
    let person = may.scope();
    let entry = Entry::new("role.request").on("grant_request", id).about(person).changed(grants::changes(what));
    let entry = entry.noting("reason", reason).noting("expires", expires_at.to_string());
    let caller = tx.caller();
    audit::record(tx, now, entry.allowed_by(caller, &[permission::ROLE_GRANT]))?;
    Ok(id)
}

/// The requests that the caller may see: all with the right to approve or to see roles, else those about oneself.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn list(db: &Db, caller: &Caller, now: Timestamp) -> Result<Requests, IdentityError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ReadRequests>(tx, ())?;
        Ok(Requests { all: seen(tx, &may, now)?, units: units::tree_in(tx)? })
    })
    .await
}

/// The requests with what the caller may do with each.
pub(super) fn seen<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadRequests>,
    now: Timestamp,
) -> Result<Vec<RequestView>, IdentityError> {
    let mut all = approval_store::list(tx, may)?;
    for view in &mut all {
        let request = &view.request;
        let open = request.state == State::Waiting;
        view.late = open && request.expires_at < now;
        view.may_decide = open && !view.late && DecideRequest::decide(tx.caller(), request) == Verdict::Allow;
        view.may_withdraw = open && WithdrawRequest::decide(tx.caller(), request) == Verdict::Allow;
    }
    Ok(all)
}

/// Approves a request: the role is given in the same transaction.
///
/// # Errors
/// [`IdentityError::RequestOver`] when it was decided or its time has passed; [`IdentityError::HasRole`],
/// [`IdentityError::Left`]; [`IdentityError::Authz`], also for who asked and who would get it.
pub async fn approve(db: &Db, caller: &Caller, id: GrantRequestId, now: Timestamp) -> Result<PersonId, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<DecideRequest>(tx, id)?;
        let request = may.facts().clone();
        still_open(&request, now)?;
        let role = grant_store::roles(tx)?.into_iter().find(|role| role.id == request.role && !role.retired);
        let role = role.ok_or(IdentityError::RequestOver)?;
        if approval_store::has_left(tx, &may)? {
            return Err(IdentityError::Left);
        }
        if !approval_store::decide(tx, &may, State::Approved, now)? {
            return Err(IdentityError::RequestOver);
        }
        approval_store::grant(tx, &may, now).map_err(grants::has_role)?;
        let what = Fitting {
            role,
            wanted: Wanted {
                unit: request.unit,
                starts_at: request.starts_at,
                ends_at: request.ends_at,
                reason: Some(request.reason.clone()),
            },
        };
        let entry = Entry::new("role.approve").on("grant_request", id).about(request.person);
        let entry = entry.changed(grants::changes(&what)).noting("requested_by", request.requested_by.0);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::ROLE_APPROVE]))?;
        Ok(request.person)
    })
    .await
}

/// Refuses a request.
///
/// # Errors
/// [`IdentityError::RequestOver`], [`IdentityError::Authz`].
pub async fn refuse(db: &Db, caller: &Caller, id: GrantRequestId, now: Timestamp) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<DecideRequest>(tx, id)?;
        let request = may.facts().clone();
        still_open(&request, now)?;
        if !approval_store::decide(tx, &may, State::Refused, now)? {
            return Err(IdentityError::RequestOver);
        }
        let entry = Entry::new("role.refuse").on("grant_request", id).about(request.person);
        let entry = entry.changed([STATE.change(State::Waiting.as_str(), State::Refused.as_str())]);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::ROLE_APPROVE]))?;
        Ok(())
    })
    .await
}

/// Takes one's own request back, also after its time.
///
/// # Errors
/// [`IdentityError::RequestOver`] when it was decided; [`IdentityError::Authz`].
pub async fn withdraw(db: &Db, caller: &Caller, id: GrantRequestId, now: Timestamp) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<WithdrawRequest>(tx, id)?;
        let request = may.facts().clone();
        if !approval_store::withdraw(tx, &may, now)? {
            return Err(IdentityError::RequestOver);
        }
        let entry = Entry::new("role.withdraw").on("grant_request", id).about(request.person);
        audit::record(tx, now, entry.changed([STATE.change(State::Waiting.as_str(), State::Withdrawn.as_str())]))?;
        Ok(())
    })
    .await
}

fn still_open(request: &Request, now: Timestamp) -> Result<(), IdentityError> {
    if request.state == State::Waiting && now <= request.expires_at { Ok(()) } else { Err(IdentityError::RequestOver) }
}
