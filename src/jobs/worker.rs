//! The threads that do the work.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::SignedDuration;

use super::{Job, Queue, store};
use crate::authz::{Caller, SystemName};
use crate::db::{Db, DbError};
use crate::kernel::clock::Clock;
use crate::kernel::ids::OrganisationId;

/// After so many tries a job is laid aside.
const ATTEMPTS: i32 = 5;

/// How often a running job's lease is extended: well within the lease.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Why a job did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It may work later: it is tried again, ever more patiently.
    #[error("{0}")]
    Again(String),
    /// It will not work, ever: it is laid aside, and the console shows it.
    #[error("{0}")]
    Never(String),
    /// The server stops; it is done at the next start.
    #[error("the server is stopping")]
    Stopping,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Whether the server is stopping: a long job looks at it now and then.
#[derive(Debug, Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// Whether to come to an end.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What does one kind of job. Safe to run twice.
pub type Handler = Arc<dyn Fn(&Job, &Stopping) -> Result<(), JobError> + Send + Sync>;

/// Which kinds of jobs a set of workers takes: what may have to wait for others long, such as a mail server, has
/// workers of its own.
#[derive(Debug, Clone, Copy)]
pub enum Lane {
    /// These kinds.
    Only(&'static [&'static str]),
    /// Every kind but these.
    AllBut(&'static [&'static str]),
}

/// The running workers.
pub struct Workers {
    queue: Queue,
    stopping: Stopping,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts `count` threads that do the jobs of `lane`.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        lane: Lane,
        db: &Db,
        queue: &Queue,
        clock: &Arc<dyn Clock>,
        count: u16,
        poll: Duration,
        handlers: BTreeMap<&'static str, Handler>,
    ) -> std::io::Result<Self> {
        let stopping = Stopping::default();
        let handlers = Arc::new(handlers);
        let mut threads = Vec::new();
        for number in 0..count {
            let worker = Worker {
                lane,
                db: db.clone(),
                queue: queue.clone(),
                clock: Arc::clone(clock),
                stopping: stopping.clone(),
                handlers: Arc::clone(&handlers),
            };
            threads.push(std::thread::Builder::new().name(format!("job-{number}")).spawn(move || worker.work(poll))?);
        }
        Ok(Self { queue: queue.clone(), stopping, threads })
    }

    /// Asks the workers to take no further job, without waiting.
    pub fn ask_to_stop(&self) {
        self.stopping.set();
        self.queue.wake();
    }

    /// Asks the workers to finish what they are at, and waits for them at most `patience`. Returns whether they did;
    /// what they did not finish is done again at the next start.
    pub fn stop(self, patience: Duration) -> bool {
        self.ask_to_stop();
        let until = std::time::Instant::now() + patience;
        while std::time::Instant::now() < until {
            if self.threads.iter().all(JoinHandle::is_finished) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

struct Worker {
    lane: Lane,
    db: Db,
    queue: Queue,
    clock: Arc<dyn Clock>,
    stopping: Stopping,
    handlers: Arc<BTreeMap<&'static str, Handler>>,
}

impl Worker {
    fn work(&self, poll: Duration) {
        let mut heard = 0;
        while !self.stopping.is_set() {
            match self.one() {
                Ok(true) => {}
                Ok(false) => heard = self.queue.wait(heard, poll),
                Err(error) => {
                    tracing::warn!(%error, "the job queue cannot be reached");
                    heard = self.queue.wait(heard, poll.max(Duration::from_secs(2)));
                }
            }
        }
    }

    /// Does the next job; `false` when there is none.
    fn one(&self) -> Result<bool, DbError> {
        let Some(job) = self.db.write_blocking(&caller(), |tx| store::take(tx, &self.lane, self.clock.now()))? else {
            return Ok(false);
        };
        let span = tracing::info_span!("job", job_id = %job.id, kind = %job.kind);
        let outcome = span.in_scope(|| self.with_heartbeat(&job));
        let now = self.clock.now();
        self.db.write_blocking(&caller(), |tx| match &outcome {
            Ok(()) => store::remove(tx, job.id),
            Err(JobError::Stopping) => store::put_back(tx, job.id, "stopped with the server", Some(now), now),
            Err(JobError::Never(why)) => store::put_back(tx, job.id, why, None, now),
            Err(error @ (JobError::Again(_) | JobError::Db(_))) => {
                let again = (job.attempts < ATTEMPTS).then(|| now + pause(job.attempts));
                store::put_back(tx, job.id, &error.to_string(), again, now)
            }
        })?;
        if let Err(error) = outcome {
            tracing::warn!(parent: &span, %error, attempts = job.attempts, "a job did not finish");
        }
        Ok(true)
    }

    fn with_heartbeat(&self, job: &Job) -> Result<(), JobError> {
        let Some(handler) = self.handlers.get(job.kind.as_str()) else {
            return Err(JobError::Never(format!("nothing here does jobs of kind {}", job.kind)));
        };
        let done = Queue::default();
        std::thread::scope(|scope| {
            let beat = done.clone();
            scope.spawn(move || {
                while beat.wait(0, HEARTBEAT) == 0 {
                    let now = self.clock.now();
                    if let Err(error) = self.db.write_blocking(&caller(), |tx| store::extend(tx, job.id, now)) {
                        tracing::warn!(%error, "a job's lease could not be extended");
                    }
                }
            });
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| handler(job, &self.stopping)));
            done.wake();
            outcome.unwrap_or_else(|_panic| Err(JobError::Again("the handler panicked".to_owned())))
        })
    }
}

const fn caller() -> Caller {
    Caller::system(SystemName::Jobs, OrganisationId::NIL)
}

/// 10 s, 40 s, 90 s, 160 s.
fn pause(attempts: i32) -> SignedDuration {
    let attempts = i64::from(attempts);
    SignedDuration::from_secs(10 * attempts * attempts)
}
