//! Asking somebody to confirm an entry, and answering.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::entries::Opened;
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::cpd::error::CpdError;
use crate::cpd::model::Request;
use crate::cpd::policy::{AnswerRequest, EditEntry, KeepRecord, ReadEntry, ReadRequests};
use crate::cpd::rules::Faults;
use crate::cpd::store;
use crate::db::{Db, Tx};
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{CpdEntryId, CpdRequestId, PersonId};
use crate::notices::{self, NewNotice, NoticeKind};

/// Requests that one person may make within a day.
const A_DAY: i64 = 20;

/// Whom a request went to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Their name.
    pub name: String,
    /// Whether a message to them is on its way.
    pub told: bool,
}

/// Asks somebody, by their work address or number, to confirm an entry of the caller's. From then on until they answer
/// they read the entry and its evidence.
///
/// # Errors
/// [`CpdError::Invalid`] when that is nobody who may, or not one person; [`CpdError::AskedAlready`];
/// [`CpdError::TooManyRequests`].
pub async fn ask(
    db: &Db,
    caller: &Caller,
    entry: CpdEntryId,
    whom: String,
    message: Option<String>,
    now: Timestamp,
) -> Result<Asked, CpdError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.write(caller, move |tx| {
        let may = authz::may::<EditEntry>(tx, entry)?;
        let keeps = authz::may::<KeepRecord>(tx, me)?;
        if store::asked_since(tx, &keeps, now - SignedDuration::from_hours(24))? >= A_DAY {
            return Err(CpdError::TooManyRequests);
        }
        let Some((verifier, name)) = store::find_verifier(tx, &may, whom.trim())? else {
            return Err(Faults::one(
                "whom",
                "Nobody else who may confirm entries has this work address or number. Check it, or ask somebody else",
            )
            .into());
        };
        let id = CpdRequestId::new(now);
        if !store::ask(tx, &may, id, verifier, message.as_deref(), now)? {
            return Err(CpdError::AskedAlready);
        }
        let noted = Entry::new("cpd.ask").on("cpd", entry).about(me).noting("verifier", verifier.0);
        audit::record(tx, now, noted)?;
        Ok(Asked { name, told: tell(tx, id, NoticeKind::CpdAsked, now)? })
    })
    .await
}

/// Writes to the other one of a request, if they have an account; whether a message is on its way. One that went out a
/// few minutes ago leads to the same page, so a second is not needed.
fn tell(tx: &mut Tx<'_>, id: CpdRequestId, kind: NoticeKind, now: Timestamp) -> Result<bool, CpdError> {
    let Some((person, recipient)) = store::counterpart(tx, id)? else { return Ok(false) };
    let notice = NewNotice { kind, person, recipient, about: Some(id.0) };
    Ok(matches!(notices::post(tx, now, &notice)?, notices::Posted::Queued(_) | notices::Posted::Limited))
}

/// Takes the open request of an entry back. `false` when there is none any more.
///
/// # Errors
/// [`CpdError::Authz`] when the entry is not the caller's.
pub async fn withdraw(db: &Db, caller: &Caller, entry: CpdEntryId, now: Timestamp) -> Result<bool, CpdError> {
    db.write(caller, move |tx| {
        let may = authz::may::<EditEntry>(tx, entry)?;
        let Some(verifier) = store::withdraw(tx, &may, now)? else { return Ok(false) };
        let person = may.facts().row.person;
        let noted = Entry::new("cpd.withdraw").on("cpd", entry).about(person).noting("verifier", verifier.0);
        audit::record(tx, now, noted)?;
        Ok(true)
    })
    .await
}

/// What the caller is asked, and what they answered.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    /// Not answered yet, the oldest first.
    pub open: Vec<Request>,
    /// A page of those that are.
    pub answered: Vec<Request>,
    /// Where the answered ones go on.
    pub next: Option<Cursor>,
    /// Who asked.
    pub names: BTreeMap<PersonId, String>,
}

/// How many requests wait for the caller: none for whoever may confirm nothing.
///
/// # Errors
/// [`CpdError::Db`].
pub fn waiting(tx: &mut Tx<'_>) -> Result<usize, CpdError> {
    match authz::if_may::<ReadRequests>(tx, ())? {
        Some(may) => Ok(store::open_requests(tx, &may)?.len()),
        None => Ok(0),
    }
}

/// Lists what the caller is asked to confirm.
///
/// # Errors
/// [`CpdError::Authz`] when they may confirm nothing.
pub async fn inbox(db: &Db, caller: &Caller, after: Option<Cursor>, limit: u16) -> Result<Inbox, CpdError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ReadRequests>(tx, ())?;
        let open = store::open_requests(tx, &may)?;
        let (answered, next) = store::answered_page(tx, &may, after, limit)?;
        let people: Vec<PersonId> = open.iter().chain(&answered).map(|request| request.person).collect();
        let names = store::names(tx, &people)?.into_iter().collect();
        Ok(Inbox { open, answered, next, names })
    })
    .await
}

/// A request that waits for the caller, with the entry that it is about. That they opened it is written to the audit
/// trail.
///
/// # Errors
/// [`CpdError::Authz`] when it is not theirs to answer, or no longer.
pub async fn to_answer(
    db: &Db,
    caller: &Caller,
    id: CpdRequestId,
    now: Timestamp,
) -> Result<(Request, Opened), CpdError> {
    let request =
        db.read(caller, move |tx| Ok::<_, CpdError>(authz::may::<AnswerRequest>(tx, id)?.facts().clone())).await?;
    let opened = super::open(db, caller, request.entry, now).await?;
    Ok((request, opened))
}

/// Answers a request: confirms the entry as it is at `revision`, or declines when there is none. The one who asked is
/// told that there is an answer.
///
/// # Errors
/// [`CpdError::Changed`] when the entry is at another revision by now; [`CpdError::Answered`];
/// [`CpdError::Authz`] when the caller was not asked, or no longer is.
pub async fn answer(
    db: &Db,
    caller: &Caller,
    id: CpdRequestId,
    revision: Option<i32>,
    words: Option<String>,
    now: Timestamp,
) -> Result<(), CpdError> {
    db.write(caller, move |tx| {
        let may = authz::may::<AnswerRequest>(tx, id)?;
        let request = may.facts().clone();
        let entry = authz::may::<ReadEntry>(tx, request.entry)?;
        if revision.is_some_and(|revision| revision != entry.facts().row.revision) {
            return Err(CpdError::Changed);
        }
        if !store::answer(tx, &may, revision, words.as_deref(), now)? {
            return Err(CpdError::Answered);
        }
        let noted = if revision.is_some() { Entry::new("cpd.confirm") } else { Entry::new("cpd.decline") };
        audit::record(tx, now, noted.on("cpd", request.entry).about(request.person))?;
        tell(tx, id, NoticeKind::CpdAnswered, now)?;
        Ok(())
    })
    .await
}
