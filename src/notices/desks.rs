//! Telling those whose decision something waits for, when whoever caused it may not know who they are: an applicant, a
//! member. The deed enqueues a job that names a kind and a thing; the job finds people by a function that answers nobody
//! else, and tells them as they chose.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::hours::{Crier, again, payload_of};
use super::kinds::NoticeKind;
use super::model::NewNotice;
use super::{hours_store as store, outbox};
use crate::authz::{Caller, SystemName};
use crate::db::{DbError, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob, Stopping};

/// The job that tells those whom something concerns.
pub const CONCERNED: &str = "notice.concerned";

#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    /// The code of the kind.
    notice: String,
    thing: Uuid,
}

/// Tells those who decide on `thing` that it waits, when the transaction commits. Call [`crate::jobs::Queue::wake`]
/// afterwards, or the job waits for the poll.
///
/// # Errors
/// [`DbError`]; the deed must then fail too.
pub fn those_concerned(tx: &mut Tx<'_>, notice: NoticeKind, thing: Uuid, now: Timestamp) -> Result<(), DbError> {
    let payload = serde_json::json!(Waiting { notice: notice.code().to_owned(), thing });
    jobs::enqueue(tx, now, &NewJob { organisation: tx.caller().organisation(), kind: CONCERNED, payload })?;
    Ok(())
}

impl Crier {
    /// The handler of the job that tells those whom something concerns.
    pub fn concerned(&self) -> (&'static str, Handler) {
        let crier = self.clone();
        (CONCERNED, Arc::new(move |job: &Job, _stopping: &Stopping| crier.tell_concerned(job)))
    }

    /// Done again after it was killed, it tells nobody twice: each kind has a pause.
    fn tell_concerned(&self, job: &Job) -> Result<(), JobError> {
        let Waiting { notice, thing } = payload_of(job)?;
        let Some(kind) = NoticeKind::of(&notice) else {
            return Err(JobError::Never("there is no such kind of notice".to_owned()));
        };
        let (caller, now) = (Caller::system(SystemName::Hours, job.organisation), self.clock.now());
        self.db
            .write_blocking(&caller, |tx| {
                for (person, recipient) in store::whom_it_concerns(tx, kind, thing)? {
                    outbox::post(tx, now, &NewNotice { kind, person, recipient, about: Some(thing) })?;
                }
                Ok::<_, super::NoticeError>(())
            })
            .map_err(again)?;
        self.queue.wake();
        Ok(())
    }
}
