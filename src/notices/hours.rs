//! Telling people about hours: that theirs were decided, at once; that hours wait for them, in the morning.
//!
//! The deed writes the notice in the app and enqueues a job that names a person and a kind. The job runs under a name of
//! its own, which finds an address by a function that answers nobody else, and puts the message into the outbox. Neither
//! holds any content.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::NoticeError;
use super::inbox::{self, Note};
use super::model::{NewNotice, NoticeKind};
use super::quiet::next_morning;
use super::{hours_store as store, outbox};
use crate::authz::{Caller, SystemName};
use crate::db::{Db, DbError, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob, Queue, Stopping};
use crate::kernel::clock::Clock;
use crate::kernel::ids::{OrganisationId, PersonId};

/// The job that tells one person something.
pub const TELL: &str = "hours.tell";
/// The job that tells in the morning what waits.
pub const MORNING: &str = "hours.morning";

#[derive(Debug, Serialize, Deserialize)]
struct Word {
    person: PersonId,
    /// The code of the kind.
    notice: String,
}

/// Since when nobody was told: the last morning, or the first thing that waits after there was nothing. So a morning on
/// which the appliance was switched off, or that came 25 hours after the last one, loses nothing.
#[derive(Debug, Serialize, Deserialize)]
struct Untold {
    since: Timestamp,
}

/// Tells somebody something when the transaction commits, in the app and by e-mail, as they chose.
///
/// # Errors
/// [`DbError`]; the deed must then fail too.
pub fn tell(tx: &mut Tx<'_>, person: PersonId, notice: NoticeKind, now: Timestamp) -> Result<(), DbError> {
    inbox::note(tx, now, &Note::of(notice, person))?;
    let payload = serde_json::json!(Word { person, notice: notice.code().to_owned() });
    jobs::enqueue(tx, now, &NewJob { organisation: tx.caller().organisation(), kind: TELL, payload })?;
    Ok(())
}

/// Sees to it that those who decide hear of what waits, in the morning.
///
/// # Errors
/// [`DbError`]; the deed must then fail too.
pub fn those_who_decide(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    // What was submitted now came after it.
    let since = now.checked_sub(SignedDuration::from_secs(1)).unwrap_or(now);
    let job = in_the_morning(tx.caller().organisation(), since);
    jobs::enqueue_once_at(tx, now, next_morning(now), &job)
}

fn in_the_morning(organisation: OrganisationId, since: Timestamp) -> NewJob {
    NewJob { organisation, kind: MORNING, payload: serde_json::json!(Untold { since }) }
}

/// What the jobs work with. Cheap to clone.
#[derive(Clone)]
pub struct Crier {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The bell for those who send.
    pub queue: Queue,
}

impl Crier {
    /// The handlers, by the kind of job.
    pub fn handlers(&self) -> [(&'static str, Handler); 2] {
        let (one, all) = (self.clone(), self.clone());
        [
            (TELL, Arc::new(move |job: &Job, _stopping: &Stopping| one.one(job))),
            (MORNING, Arc::new(move |job: &Job, _stopping: &Stopping| all.morning(job))),
        ]
    }

    fn one(&self, job: &Job) -> Result<(), JobError> {
        let word: Word = payload_of(job)?;
        let Some(kind) = NoticeKind::of(&word.notice) else {
            return Err(JobError::Never("there is no such kind of notice".to_owned()));
        };
        let (caller, now) = (Caller::system(SystemName::Hours, job.organisation), self.clock.now());
        self.db
            .write_blocking(&caller, |tx| {
                if let Some(recipient) = store::address(tx, word.person)? {
                    outbox::mail(tx, now, &NewNotice { kind, person: word.person, recipient, about: None })?;
                }
                Ok::<_, NoticeError>(())
            })
            .map_err(again)?;
        self.queue.wake();
        Ok(())
    }

    /// Tells of what came since the last morning, and of what has waited for whole weeks; comes again while anything waits.
    fn morning(&self, job: &Job) -> Result<(), JobError> {
        let Untold { since } = payload_of(job)?;
        let (caller, now) = (Caller::system(SystemName::Hours, job.organisation), self.clock.now());
        self.db
            .write_blocking(&caller, |tx| {
                for (person, recipient) in store::those_who_decide(tx, since, now)? {
                    let kind = NoticeKind::HoursWaiting;
                    outbox::post(tx, now, &NewNotice { kind, person, recipient, about: None })?;
                }
                if store::anything_waits(tx)? {
                    jobs::enqueue_once_at(tx, now, next_morning(now), &in_the_morning(job.organisation, now))?;
                }
                Ok::<_, NoticeError>(())
            })
            .map_err(again)?;
        self.queue.wake();
        Ok(())
    }
}

pub(super) fn payload_of<T: serde::de::DeserializeOwned>(job: &Job) -> Result<T, JobError> {
    serde_json::from_value(job.payload.clone())
        .map_err(|error| JobError::Never(format!("the payload cannot be read: {error}")))
}

pub(super) fn again(error: NoticeError) -> JobError {
    match error {
        NoticeError::Db(error) => JobError::Db(error),
        other => JobError::Again(other.to_string()),
    }
}
