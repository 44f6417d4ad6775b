//! The verbs of people's own details. Plain values in and out; each is one transaction.

use jiff::Timestamp;

use super::error::DetailError;
use super::model::{Change, Current, Member, Part, State};
use super::policy::{DecideChange, KeepDetails, ListChanges, ReadChange, ReadContact, WithdrawChange};
use super::rules::{self, Typed};
use super::store;
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, permission};
use crate::db::Db;
use crate::kernel::ids::{DetailChangeId, PersonId};
use crate::notices::{NoticeKind, desks, hours};

/// One's own details.
#[derive(Debug, Clone)]
pub struct Own {
    /// What holds.
    pub current: Current,
    /// What one proposed, the latest first.
    pub changes: Vec<Change>,
}

fn me(caller: &Caller) -> Result<PersonId, DetailError> {
    Ok(caller.person_id().ok_or(AuthzError::Denied("detail.propose"))?)
}

/// The caller's own details.
///
/// # Errors
/// [`DetailError::Authz`].
pub async fn own(db: &Db, caller: &Caller) -> Result<Own, DetailError> {
    let person = me(caller)?;
    db.read(caller, move |tx| {
        let may = authz::may::<KeepDetails>(tx, person)?;
        Ok(Own { current: store::own_current(tx, &may)?, changes: store::own_changes(tx, &may)? })
    })
    .await
}

/// Proposes a change of the caller's own details. `false` when it says that already.
///
/// # Errors
/// [`DetailError::Invalid`]; [`DetailError::Waits`]; [`DetailError::Authz`].
pub async fn propose(db: &Db, caller: &Caller, part: Part, typed: Typed, now: Timestamp) -> Result<bool, DetailError> {
    let person = me(caller)?;
    db.write(caller, move |tx| {
        let may = authz::may::<KeepDetails>(tx, person)?;
        let value = rules::check(part, &typed)?;
        let current = store::own_current(tx, &may)?;
        if current.of(part) == Some(&value) {
            return Ok(false);
        }
        let id = DetailChangeId::new(now);
        if !store::propose(tx, &may, (id, part), (current.of(part), &value), now)? {
            return Err(DetailError::Waits);
        }
        desks::those_concerned(tx, NoticeKind::DetailWaiting, id.0, now)?;
        let entry = Entry::new("detail.propose").on("detail", id).about(person);
        audit::record(tx, now, entry.noting("part", part.as_str()))?;
        Ok(true)
    })
    .await
}

/// Takes a change of the caller's back.
///
/// # Errors
/// [`DetailError::Settled`]; [`DetailError::Authz`].
pub async fn withdraw(db: &Db, caller: &Caller, id: DetailChangeId, now: Timestamp) -> Result<(), DetailError> {
    db.write(caller, move |tx| {
        let may = authz::may::<WithdrawChange>(tx, id)?;
        if !store::withdraw(tx, &may, now)? {
            return Err(DetailError::Settled);
        }
        audit::record(tx, now, Entry::new("detail.withdraw").on("detail", id).about(may.facts().person))?;
        Ok(())
    })
    .await
}

/// What waits for a decision, the longest waiting first, each with whose it is.
///
/// # Errors
/// [`DetailError::Authz`].
pub async fn waiting(db: &Db, caller: &Caller) -> Result<Vec<(Change, String)>, DetailError> {
    db.read(caller, |tx| {
        let may = authz::may::<ListChanges>(tx, ())?;
        Ok(store::waiting(tx, &may)?)
    })
    .await
}

/// A change as whoever decides sees it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What was proposed.
    pub change: Change,
    /// What the person is called.
    pub name: String,
    /// Whether what it would replace is no longer what it was.
    pub stale: bool,
    /// Whether the caller decides on it.
    pub may_decide: bool,
}

/// Opens a change: one audit entry.
///
/// # Errors
/// [`DetailError::Authz`].
pub async fn open(db: &Db, caller: &Caller, id: DetailChangeId, now: Timestamp) -> Result<Opened, DetailError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadChange>(tx, id)?;
        let change = may.facts().clone();
        let stale = store::current_for(tx, &may)?.of(change.part) != change.was.as_ref();
        let may_decide = match authz::may::<DecideChange>(tx, id) {
            Ok(_may) => true,
            Err(AuthzError::Denied(_) | AuthzError::Hidden) => false,
            Err(error) => return Err(error.into()),
        };
        let name = store::member(tx, change.person)?.map_or_else(|| "Somebody".to_owned(), |member| member.name);
        let caller = tx.caller();
        if caller.person_id() != Some(change.person) {
            let entry = Entry::new("detail.read").on("detail", id).about(change.person);
            audit::record(tx, now, entry.allowed_by(caller, &[permission::DETAIL_APPROVE]))?;
        }
        Ok(Opened { stale: stale && change.state == State::Proposed, change, name, may_decide })
    })
    .await
}

/// Approves a change, which then holds, or returns it with a reason.
///
/// # Errors
/// [`DetailError::Invalid`] for a return without a reason; [`DetailError::Changed`] when what it replaces is no longer what
/// it was; [`DetailError::Settled`]; [`DetailError::Authz`], also for one's own.
pub async fn decide(
    db: &Db,
    caller: &Caller,
    id: DetailChangeId,
    approves: bool,
    answer: String,
    now: Timestamp,
) -> Result<PersonId, DetailError> {
    db.write(caller, move |tx| {
        if store::change(tx, id)?.is_some_and(|change| change.state != State::Proposed) {
            authz::may::<ReadChange>(tx, id).map(drop)?;
            return Err(DetailError::Settled);
        }
        let may = authz::may::<DecideChange>(tx, id)?;
        let change = may.facts().clone();
        let answer = rules::check_answer(&answer, approves)?;
        let state = if approves { State::Approved } else { State::Returned };
        if approves && store::current_for(tx, &may)?.of(change.part) != change.was.as_ref() {
            return Err(DetailError::Changed);
        }
        if !store::decide(tx, &may, state, answer.as_deref(), now)? {
            return Err(DetailError::Settled);
        }
        let entry = if approves {
            let value = change.becomes.ok_or(DetailError::Changed)?;
            store::apply(tx, &may, &value, now)?;
            Entry::new("detail.approve")
        } else {
            Entry::new("detail.return")
        };
        hours::tell(tx, change.person, NoticeKind::DetailDecided, now)?;
        let entry = entry.on("detail", id).about(change.person).noting("part", change.part.as_str());
        audit::record(tx, now, entry)?;
        Ok(change.person)
    })
    .await
}

/// Whom to call when something happens to somebody.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Who.
    pub member: Member,
    /// What the caller reads of them.
    pub current: Current,
    /// Whether the caller reads where they live.
    pub address: bool,
    /// Whether it is the caller's own.
    pub own: bool,
}

/// Reads whom to call: one audit entry each time, unless it is one's own.
///
/// # Errors
/// [`DetailError::Authz`].
pub async fn contact(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<Contact, DetailError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadContact>(tx, person)?;
        let current = store::contact_of(tx, &may)?;
        let caller = tx.caller();
        let own = caller.person_id() == Some(person);
        if !own {
            let by = [permission::CONTACT_READ, permission::DETAIL_APPROVE];
            let entry = Entry::new("contact.read").on("person", person).about(person);
            audit::record(tx, now, entry.allowed_by(caller, &by))?;
        }
        let address = own || caller.holds_for_all(permission::DETAIL_APPROVE);
        Ok(Contact { member: may.facts().clone(), current, address, own })
    })
    .await
}
