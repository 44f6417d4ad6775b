//! The background work of TRiM: offers after duties were written, and a daily look at what is due.
//!
//! The database enqueues `trim.after-job` with the duties themselves, whoever writes them: by hand, by a program, from a
//! file. Offers are rows with the duty in their key, so a job that is done twice offers once. The message that goes with
//! them is the same for an exposure to confirm, and says neither.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::error::TrimError;
use super::policy::LookAfter;
use super::store;
use crate::authz::{self, Caller, SystemName};
use crate::db::{Db, DbError, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob, Queue, Stopping};
use crate::kernel::civil::{self, Instant};
use crate::kernel::clock::Clock;
use crate::notices::{self, NewNotice, NoticeKind};

/// The job that looks at duties that were written.
pub const AFTER_JOB: &str = "trim.after-job";
/// The job that looks at what is due.
pub const LOOK: &str = "trim.look";

/// The hour of the day, on the clock in the United Kingdom.
const HOUR: i8 = 8;

/// When the duties were written: the first and the last of them.
#[derive(Debug, Deserialize)]
struct Written {
    since: Timestamp,
    until: Timestamp,
}

/// What the jobs work with. Cheap to clone.
#[derive(Clone)]
pub struct Lookout {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The bell for the senders.
    pub queue: Queue,
}

/// Sees to it that there will be a look: the next morning, unless one waits already.
pub(super) fn look_daily(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    let order = NewJob { organisation: tx.caller().organisation(), kind: LOOK, payload: serde_json::json!({}) };
    jobs::enqueue_once_at(tx, now, next_morning(now), &order)
}

/// The next time that it is eight in the morning.
fn next_morning(now: Timestamp) -> Timestamp {
    let today = civil::local(now).date();
    let days = [Some(today), today.tomorrow().ok()];
    let mornings = days.into_iter().flatten().filter_map(|day| match civil::instant(day.at(HOUR, 0, 0, 0)) {
        Instant::One(at) | Instant::Twice(at, _) => Some(at),
        Instant::Never => None,
    });
    mornings.into_iter().find(|at| *at > now).unwrap_or_else(|| now + SignedDuration::from_hours(24))
}

impl Lookout {
    /// The handlers, by the kind of job.
    pub fn handlers(&self) -> [(&'static str, Handler); 2] {
        let (after, daily) = (self.clone(), self.clone());
        [
            (AFTER_JOB, Arc::new(move |job: &Job, _stopping: &Stopping| after.after_job(job))),
            (LOOK, Arc::new(move |job: &Job, _stopping: &Stopping| daily.look(job))),
        ]
    }

    fn after_job(&self, job: &Job) -> Result<(), JobError> {
        let written: Written = serde_json::from_value(job.payload.clone())
            .map_err(|error| JobError::Never(format!("the payload cannot be read: {error}")))?;
        let (caller, now) = (Caller::system(SystemName::Trim, job.organisation), self.clock.now());
        self.db
            .write_blocking(&caller, |tx| {
                let may = authz::may::<LookAfter>(tx, ())?;
                for (person, recipient) in store::offer_due(tx, &may, (written.since, written.until), now)? {
                    notices::post(tx, now, &NewNotice { kind: NoticeKind::AfterJob, person, recipient, about: None })?;
                }
                Ok::<_, TrimError>(())
            })
            .map_err(again)?;
        self.queue.wake();
        Ok(())
    }

    fn look(&self, job: &Job) -> Result<(), JobError> {
        let (caller, now) = (Caller::system(SystemName::Trim, job.organisation), self.clock.now());
        self.db
            .write_blocking(&caller, |tx| {
                let may = authz::may::<LookAfter>(tx, ())?;
                for (person, recipient) in store::due(tx, &may, now)? {
                    notices::post(tx, now, &NewNotice { kind: NoticeKind::TrimDue, person, recipient, about: None })?;
                }
                if store::any_open(tx, &may)? {
                    look_daily(tx, now)?;
                }
                Ok::<_, TrimError>(())
            })
            .map_err(again)?;
        self.queue.wake();
        Ok(())
    }
}

fn again(error: TrimError) -> JobError {
    match error {
        TrimError::Db(error) => JobError::Db(error),
        other => JobError::Again(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_look_is_taken_at_eight_in_winter_and_in_summer() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        assert_eq!(next_morning(at("2026-11-22T07:59:00Z")), at("2026-11-22T08:00:00Z"));
        assert_eq!(next_morning(at("2026-11-22T08:00:00Z")), at("2026-11-23T08:00:00Z"));
        assert_eq!(next_morning(at("2026-07-01T06:59:00Z")), at("2026-07-01T07:00:00Z"));
    }
}
