//! The weekly summary: one message with a number and one link, on the morning that its person chose, if there is anything
//! unread of the kinds that they chose; and the end of what is old.
//!
//! Looked at every morning. The row that says how many, the marks on what it counts and the message in the outbox are one
//! transaction: a process that is killed has written all of it or nothing, and a look that is taken again finds nothing.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Weekday;

use super::error::NoticeError;
use super::inbox::KEEP;
use super::kinds::NoticeKind;
use super::model::{NewNotice, Posted};
use super::policy::SendMessages;
use super::quiet::{digest_due, next_morning};
use super::{inbox_store as store, outbox};
use crate::authz::{self, Caller, Granted, SystemName};
use crate::db::{Db, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob, Queue, Stopping};
use crate::kernel::civil;
use crate::kernel::clock::Clock;
use crate::kernel::ids::{NoticeId, OrganisationId};

/// The kind of the job.
pub const MORNING: &str = "notice.morning";

/// The job of one organisation.
pub(super) fn in_the_morning(organisation: OrganisationId) -> NewJob {
    NewJob { organisation, kind: MORNING, payload: serde_json::json!({}) }
}

/// What the job works with. Cheap to clone.
#[derive(Clone)]
pub struct Summariser {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The bell for those who send.
    pub queue: Queue,
}

impl Summariser {
    /// As a handler of the job queue.
    pub fn handler(self) -> (&'static str, Handler) {
        (MORNING, Arc::new(move |job: &Job, _stopping: &Stopping| self.work(job)))
    }

    fn work(&self, job: &Job) -> Result<(), JobError> {
        let (caller, now) = (Caller::system(SystemName::Mail, job.organisation), self.clock.now());
        let written = self.db.write_blocking(&caller, |tx| {
            let may = authz::may::<SendMessages>(tx, ())?;
            store::lock(tx, &may)?;
            write_due(tx, &may, now)?;
            store::purge(tx, &may, now - KEEP, civil::local(now).date())?;
            if store::holds_any(tx)? {
                jobs::enqueue_once_at(tx, now, next_morning(now), &in_the_morning(job.organisation))?;
            }
            Ok::<_, NoticeError>(())
        });
        written.map_err(|error| match error {
            NoticeError::Db(error) => JobError::Db(error),
            other => JobError::Again(other.to_string()),
        })?;
        self.queue.wake();
        Ok(())
    }
}

/// Writes the summaries whose morning it is.
fn write_due<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, SendMessages>, now: Timestamp) -> Result<(), NoticeError> {
    for one in store::waiting(tx, may)? {
        let day = i8::try_from(one.day).ok().and_then(|day| Weekday::from_monday_one_offset(day).ok());
        let Some(due) = digest_due(day.unwrap_or(Weekday::Monday), one.last, one.oldest, now) else { continue };
        let id = NoticeId::new(now).0;
        let message =
            NewNotice { kind: NoticeKind::WeeklyDigest, person: one.person, recipient: one.email, about: Some(id) };
        // Whoever got too many messages within the hour is looked at again tomorrow: nothing is marked for them.
        if !matches!(outbox::mail(tx, now, &message)?, Posted::Queued(_)) {
            continue;
        }
        let count = store::count_into(tx, may, one.person, id)?;
        store::insert_digest(tx, may, id, (one.person, due), count, now)?;
    }
    Ok(())
}
