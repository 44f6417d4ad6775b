//! What people are told in the app: a kind, a moment and where to look, written in the deed's own transaction.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::error::NoticeError;
use super::kinds::NoticeKind;
use super::quiet::next_morning;
use super::{digest, inbox_store as store};
use crate::authz::Caller;
use crate::db::{Db, DbError, Tx};
use crate::jobs;
use crate::kernel::ids::{NoticeId, PersonId};

/// How long a notice stays in the list, and the row of a weekly summary in the database.
pub const KEEP: SignedDuration = SignedDuration::from_hours(24 * 90);

/// How many notices a page of the list shows.
const PAGE: usize = 50;

/// Something to tell somebody in the app. Never content: what the list says is the kind's own sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// What about.
    pub kind: NoticeKind,
    /// To whom.
    pub person: PersonId,
    /// What it leads to, for kinds that lead to one thing.
    pub about: Option<Uuid>,
    /// The day that it is about, for kinds that have one.
    pub day: Option<Date>,
}

impl Note {
    /// That there is something of this kind.
    pub fn of(kind: NoticeKind, person: PersonId) -> Self {
        Self { kind, person, about: None, day: None }
    }
}

/// Tells somebody something in the app when the transaction commits, where they chose to hear of it. What leads to the
/// same place and was not read since a short while ago is not told twice.
///
/// # Errors
/// [`DbError`]; the deed must then fail too.
pub fn note(tx: &mut Tx<'_>, now: Timestamp, note: &Note) -> Result<(), DbError> {
    if note.kind.row().in_app.is_none() {
        return Ok(());
    }
    store::notify(tx, NoticeId::new(now), note, now)?;
    jobs::enqueue_once_at(tx, now, next_morning(now), &digest::in_the_morning(tx.caller().organisation()))
}

/// A notice in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub id: NoticeId,
    /// What about; `None` for a kind that this version does not know.
    pub kind: Option<NoticeKind>,
    /// What it leads to, for kinds that lead to one thing.
    pub about: Option<Uuid>,
    /// The day that it is about.
    pub day: Option<Date>,
    /// When it was written.
    pub at: Timestamp,
    /// Whether it was read.
    pub read: bool,
}

impl Told {
    /// Where it leads.
    pub fn path(&self) -> String {
        self.kind.and_then(|kind| kind.place(self.about)).unwrap_or_else(|| "/notifications".to_owned())
    }
}

/// A page of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inbox {
    /// The latest first.
    pub told: Vec<Told>,
    /// How many were not read, on this page and all others.
    pub unread: i64,
    /// After which notice the next page begins, if there is one.
    pub next: Option<NoticeId>,
}

/// What the caller was told, the latest first, after `after` when it is given.
///
/// # Errors
/// [`NoticeError::Db`].
pub async fn list(db: &Db, caller: &Caller, after: Option<NoticeId>) -> Result<Inbox, NoticeError> {
    let Some(person) = caller.person_id() else { return Ok(Inbox::default()) };
    db.read(caller, move |tx| {
        let mut told = store::list(tx, person, after, PAGE + 1)?;
        let next = if told.len() > PAGE { told.get(PAGE - 1).map(|last| last.id) } else { None };
        told.truncate(PAGE);
        Ok(Inbox { told, unread: store::unread(tx, person)?, next })
    })
    .await
}

/// Marks one notice of the caller's as read, and says which it is; `None` when it is not theirs or no longer there.
///
/// # Errors
/// [`NoticeError::Db`].
pub async fn read_one(db: &Db, caller: &Caller, id: NoticeId, now: Timestamp) -> Result<Option<Told>, NoticeError> {
    let Some(person) = caller.person_id() else { return Ok(None) };
    db.write(caller, move |tx| {
        store::mark(tx, person, Some(id), now)?;
        Ok(store::one(tx, person, id)?)
    })
    .await
}

/// Marks all notices of the caller's as read; how many were not.
///
/// # Errors
/// [`NoticeError::Db`].
pub async fn read_all(db: &Db, caller: &Caller, now: Timestamp) -> Result<usize, NoticeError> {
    let Some(person) = caller.person_id() else { return Ok(0) };
    db.write(caller, move |tx| Ok(store::mark(tx, person, None, now)?)).await
}
