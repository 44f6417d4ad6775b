//! Background work on Postgres: enqueued in the transaction that asks for it, taken with `SKIP LOCKED` under a lease.
//!
//! Owns the queue and its workers; knows no slice. A job's payload holds ids, never content. A worker that dies loses
//! its lease, and another one does the job again: so every handler must be safe to run twice.

mod store;
mod worker;

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

pub use worker::{Handler, JobError, Lane, Stopping, Workers};

use crate::db::{DbError, Tx};
use crate::kernel::ids::{JobId, OrganisationId};

/// Work to be done.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// For which organisation.
    pub organisation: OrganisationId,
    /// Which handler.
    pub kind: &'static str,
    /// What it needs: ids.
    pub payload: serde_json::Value,
}

/// A job as a handler gets it.
#[derive(Debug, Clone)]
pub struct Job {
    /// Which one.
    pub id: JobId,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// Which handler.
    pub kind: String,
    /// What it needs.
    pub payload: serde_json::Value,
    /// How often it has been tried, this time included.
    pub attempts: i32,
}

/// A job that was laid aside for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// Which handler.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was given up.
    pub at: Timestamp,
}

/// The jobs of the caller's organisation that were given up, the last first; at most 200. What they were about is not
/// told.
///
/// # Errors
/// [`DbError`].
pub fn given_up(tx: &mut Tx<'_>) -> Result<Vec<GivenUp>, DbError> {
    store::given_up(tx)
}

/// Puts `job` into the queue when the transaction commits. Call [`Queue::wake`] afterwards, or it waits for the poll.
///
/// # Errors
/// [`DbError`].
pub fn enqueue(tx: &mut Tx<'_>, now: Timestamp, job: &NewJob) -> Result<JobId, DbError> {
    store::insert(tx, now, now, job)
}

/// Puts `job` into the queue for a later time.
///
/// # Errors
/// [`DbError`].
pub fn enqueue_at(tx: &mut Tx<'_>, now: Timestamp, run_at: Timestamp, job: &NewJob) -> Result<JobId, DbError> {
    store::insert(tx, now, run_at, job)
}

/// Puts `job` into the queue for a later time, unless one of its kind waits for the same organisation already: for
/// what is done every so often.
///
/// # Errors
/// [`DbError`].
pub fn enqueue_once_at(tx: &mut Tx<'_>, now: Timestamp, run_at: Timestamp, job: &NewJob) -> Result<(), DbError> {
    if !store::waits(tx, job.organisation, job.kind)? {
        store::insert(tx, now, run_at, job)?;
    }
    Ok(())
}

/// The bell of the queue: whoever enqueued rings it, idle workers wait for it. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Queue(Arc<(Mutex<u64>, Condvar)>);

impl Queue {
    /// Says that there is something to do.
    pub fn wake(&self) {
        let (count, bell) = &*self.0;
        *count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        bell.notify_all();
    }

    /// Waits for the bell to ring after `seen`, at most for `time`; returns how often it has rung by then.
    fn wait(&self, seen: u64, time: Duration) -> u64 {
        let (count, bell) = &*self.0;
        let guard = count.lock().unwrap_or_else(PoisonError::into_inner);
        let (guard, _timed_out) =
            bell.wait_timeout_while(guard, time, |count| *count == seen).unwrap_or_else(PoisonError::into_inner);
        *guard
    }
}
