//! Background work of working time: figures are made again whenever something changed, and every night for the new day.
//!
//! What changed puts the first of the two jobs into the queue itself, in the database and in its own transaction.

use std::sync::Arc;
use std::thread::available_parallelism;

use jiff::{SignedDuration, Timestamp};

use super::failure::TimeError;
use super::recompute;
use crate::authz::{Caller, SystemName};
use crate::db::{Db, DbError, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob, Queue, Stopping};
use crate::kernel::civil::{self, Instant};
use crate::kernel::clock::Clock;

/// The kind of the job that makes what changed; the migration names it too.
pub const RECOMPUTE: &str = "working-time.recompute";

/// The kind of the job that begins a day.
pub const NIGHT: &str = "working-time.night";

/// When it runs, on the clock in the United Kingdom: once on every night, also on those in which the clocks change.
const HOUR: i8 = 3;
const MINUTE: i8 = 10;

/// Threads that a run uses at most: the people at work come first.
const MOST_THREADS: usize = 2;

/// What both need. Cheap to clone.
#[derive(Clone)]
pub struct Recorder {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The bell for the worker that makes the figures.
    pub queue: Queue,
}

/// Sees to it that there will be a night: the next one, unless one waits already.
pub(super) fn work_nightly(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let job = NewJob { organisation, kind: NIGHT, payload: serde_json::json!({}) };
    jobs::enqueue_once_at(tx, now, next_night(now), &job)
}

/// The next time that it is ten past three.
fn next_night(now: Timestamp) -> Timestamp {
    let today = civil::local(now).date();
    let days = [Some(today), today.tomorrow().ok()];
    let nights = days.into_iter().flatten().filter_map(|day| match civil::instant(day.at(HOUR, MINUTE, 0, 0)) {
        Instant::One(at) | Instant::Twice(at, _) => Some(at),
        Instant::Never => None,
    });
    nights.into_iter().find(|at| *at > now).unwrap_or_else(|| now + SignedDuration::from_hours(24))
}

/// How many threads a run uses on this machine.
pub fn threads() -> usize {
    available_parallelism().map_or(1, |threads| threads.get().min(MOST_THREADS))
}

impl Recorder {
    /// As handlers of the job queue.
    pub fn handlers(self) -> [(&'static str, Handler); 2] {
        let night = self.clone();
        [
            (RECOMPUTE, Arc::new(move |job: &Job, stopping: &Stopping| self.recompute(job, stopping))),
            (NIGHT, Arc::new(move |job: &Job, _stopping: &Stopping| night.begin_day(job))),
        ]
    }

    fn recompute(&self, job: &Job, stopping: &Stopping) -> Result<(), JobError> {
        let stop = || stopping.is_set();
        let done = recompute::run(&self.db, job.organisation, self.clock.now(), threads(), &stop).map_err(failed)?;
        tracing::info!(people = done.people, rows = done.rows, "working time was worked out");
        if stopping.is_set() { Err(JobError::Stopping) } else { Ok(()) }
    }

    fn begin_day(&self, job: &Job) -> Result<(), JobError> {
        let caller = Caller::system(SystemName::WorkingTime, job.organisation);
        let now = self.clock.now();
        // The next night first, and by itself: whatever happens to this one, there will be another.
        self.db.write_blocking(&caller, |tx| work_nightly(tx, now))?;
        recompute::forget(&self.db, job.organisation, now).map_err(failed)?;
        recompute::everybody(&self.db, job.organisation).map_err(failed)?;
        self.queue.wake();
        Ok(())
    }
}

fn failed(error: TimeError) -> JobError {
    match error {
        TimeError::Db(error) => JobError::Db(error),
        error => JobError::Again(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_is_taken_once_whatever_the_clocks_do() {
        for (now, next) in [
            ("2026-11-23T03:09:00Z", "2026-11-23T03:10:00Z"),
            ("2026-11-23T03:10:00Z", "2026-11-24T03:10:00Z"),
            ("2026-03-28T12:00:00Z", "2026-03-29T02:10:00Z"),
            ("2026-10-24T12:00:00Z", "2026-10-25T03:10:00Z"),
        ] {
            let now: Timestamp = now.parse().expect("a time");
            assert_eq!(next_night(now).to_string(), next, "after {now}");
        }
    }
}
