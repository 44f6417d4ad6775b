//! Writing a message into the outbox, in the deed's own transaction; and what an administrator does with the rest.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::error::NoticeError;
use super::inbox::{self, Note};
use super::job;
use super::model::{Figures, MessageView, NewNotice, NoticeKind, Posted};
use super::policy::{MendOutbox, ReadOutbox};
use super::{choices, store};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::db::{Db, DbError, Tx};
use crate::jobs;
use crate::kernel::ids::MessageId;

/// Messages that one person gets within an hour at most, whatever they are about.
const AN_HOUR: i64 = 20;

/// How many messages a list shows.
const PAGE: i64 = 50;

/// How many messages are sent again at once at most: each is an entry in the audit trail.
const ALL_AT_ONCE: i64 = 500;

/// Tells somebody something in the app and by e-mail when the transaction commits, as they chose. Call
/// [`crate::jobs::Queue::wake`] afterwards, or the message waits for the poll. What is returned is the message's fate.
///
/// # Errors
/// [`NoticeError::Db`]; the deed must then fail too.
pub fn post(tx: &mut Tx<'_>, now: Timestamp, notice: &NewNotice) -> Result<Posted, NoticeError> {
    inbox::note(tx, now, &Note { about: notice.about, ..Note::of(notice.kind, notice.person) })?;
    mail(tx, now, notice)
}

/// Puts a message into the outbox when the transaction commits, and nothing into the app: for a deed that has told it
/// there.
///
/// # Errors
/// [`NoticeError::Db`]; the deed must then fail too.
pub fn mail(tx: &mut Tx<'_>, now: Timestamp, notice: &NewNotice) -> Result<Posted, NoticeError> {
    let unwanted = notice.kind.is_optional() && !choices::wants_mail(tx, notice.person, notice.kind)?;
    if unwanted || !notice.kind.row().by_mail {
        return Ok(Posted::Unwanted);
    }
    // One at a time for each person, or two requests at once would both find that nothing was sent lately.
    store::lock_recipient(tx, notice.person)?;
    let since = now - notice.kind.at_most_every();
    if store::posted_since(tx, notice.person, Some(notice.kind), since)? > 0
        || store::posted_since(tx, notice.person, None, now - SignedDuration::from_hours(1))? >= AN_HOUR
    {
        metrics::counter!("watchroom_mail_limited_total", "kind" => notice.kind.code()).increment(1);
        return Ok(Posted::Limited);
    }
    let id = MessageId::new(now);
    store::insert(tx, id, notice, now)?;
    jobs::enqueue(tx, now, &job::to_send(tx.caller().organisation(), id))?;
    jobs::enqueue_once_at(tx, now, now + job::SWEEP_EVERY, &job::to_sweep(tx.caller().organisation()))?;
    Ok(Posted::Queued(id))
}

/// Puts a message to somebody without an account into the outbox when the transaction commits. The row names nobody: who
/// sends finds the address by `about` ([`super::desk::FindOutsider`]) right before the message leaves.
///
/// # Errors
/// [`DbError`]; the deed must then fail too.
pub fn mail_outside(tx: &mut Tx<'_>, now: Timestamp, kind: NoticeKind, about: Uuid) -> Result<(), DbError> {
    let (id, organisation) = (MessageId::new(now), tx.caller().organisation());
    store::insert_outside(tx, id, kind, about, now)?;
    jobs::enqueue(tx, now, &job::to_send(organisation, id))?;
    jobs::enqueue_once_at(tx, now, now + job::SWEEP_EVERY, &job::to_sweep(organisation))
}

/// The outbox as its page shows it.
#[derive(Debug, Clone)]
pub struct Overview {
    /// In figures.
    pub figures: Figures,
    /// Given up, newest first.
    pub dead: Vec<MessageView>,
    /// Waiting, oldest first.
    pub waiting: Vec<MessageView>,
    /// Finished otherwise, newest first.
    pub finished: Vec<MessageView>,
}

/// What is in the outbox.
///
/// # Errors
/// [`NoticeError::Authz`].
pub async fn overview(db: &Db, caller: &Caller, now: Timestamp) -> Result<Overview, NoticeError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ReadOutbox>(tx, ())?;
        Ok(Overview {
            figures: store::figures(tx, &may, now - SignedDuration::from_hours(1))?,
            dead: store::list(tx, &may, store::Which::Dead, PAGE)?,
            waiting: store::list(tx, &may, store::Which::Waiting, PAGE)?,
            finished: store::list(tx, &may, store::Which::Finished, PAGE)?,
        })
    })
    .await
}

/// Sends again all that was given up, each with its patience anew; how many.
///
/// # Errors
/// [`NoticeError::Authz`].
pub async fn mend_all(db: &Db, caller: &Caller, now: Timestamp) -> Result<usize, NoticeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<MendOutbox>(tx, ())?;
        let revived = store::revive_all(tx, &may, ALL_AT_ONCE, now)?;
        for (id, mended) in &revived {
            jobs::enqueue(tx, now, &job::to_send(tx.caller().organisation(), *id))?;
            audit::record(tx, now, entry_of("mail.retry", *id, *mended))?;
        }
        Ok(revived.len())
    })
    .await
}

/// The outbox in figures; `None` for whoever may not look into it.
///
/// # Errors
/// [`NoticeError::Db`].
pub fn figures(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Figures>, NoticeError> {
    let Some(may) = authz::if_may::<ReadOutbox>(tx, ())? else { return Ok(None) };
    Ok(Some(store::figures(tx, &may, now - SignedDuration::from_hours(1))?))
}

/// What to do with a message that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mend {
    /// Send it after all, with its patience anew.
    Again,
    /// Let it be.
    Discard,
}

/// Sends a message again that was given up, or discards it.
///
/// # Errors
/// [`NoticeError::NotGivenUp`]; [`NoticeError::Authz`].
pub async fn mend(db: &Db, caller: &Caller, id: MessageId, how: Mend, now: Timestamp) -> Result<(), NoticeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<MendOutbox>(tx, ())?;
        let (action, found) = match how {
            Mend::Again => ("mail.retry", store::revive(tx, &may, id, now)?),
            Mend::Discard => ("mail.discard", store::discard_dead(tx, &may, id, now)?),
        };
        let mended = found.ok_or(NoticeError::NotGivenUp)?;
        if how == Mend::Again {
            jobs::enqueue(tx, now, &job::to_send(tx.caller().organisation(), id))?;
        }
        audit::record(tx, now, entry_of(action, id, mended))?;
        Ok(())
    })
    .await
}

fn entry_of(action: &'static str, id: MessageId, mended: store::Mended) -> Entry {
    let entry = Entry::new(action).on("message", id);
    match mended.person {
        Some(person) => entry.about(person),
        None => entry,
    }
}
