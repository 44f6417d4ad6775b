//! The thread that starts the server, watches it, starts it again when it stops by itself, and ends it.

use std::path::PathBuf;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::ClusterError;
use super::account::Account;
use super::leftovers;
use super::postmaster::{self, CommandLine, LastWords, PidFile};

/// How often a starting or stopping server is looked at, and a running one.
const SOON: Duration = Duration::from_millis(10);
const SELDOM: Duration = Duration::from_millis(250);

/// The pause before a server that stopped by itself is started again; doubled each time up to the second.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long a server gets after it was told to stop at once, before it is killed.
const LAST_GRACE: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Supervisor {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    child: Option<Child>,
    words: LastWords,
    ready: bool,
    /// It was ready once; from then on it is started again and again.
    settled: bool,
    stopping: bool,
    /// Why the first start failed.
    failure: Option<ClusterError>,
    /// The thread has ended.
    done: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a change for at most `patience`.
    fn wait<'a>(&self, state: MutexGuard<'a, State>, patience: Duration) -> MutexGuard<'a, State> {
        self.changed.wait_timeout(state, patience).unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Supervisor {
    /// Starts the server and waits until it takes connections.
    pub(super) fn start(
        account: Account,
        data: PathBuf,
        line: CommandLine,
        patience: Duration,
    ) -> Result<Self, ClusterError> {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let program = line.program.clone();
        let thread = std::thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || Watch { shared: theirs, account, data, line }.run())
            .map_err(|source| ClusterError::Program { path: program, source })?;
        let supervisor = Self { shared, thread: Some(thread) };
        supervisor.await_first_start(patience)?;
        Ok(supervisor)
    }

    fn await_first_start(&self, patience: Duration) -> Result<(), ClusterError> {
        let deadline = Instant::now() + patience;
        let mut state = self.shared.lock();
        loop {
            if state.ready {
                return Ok(());
            }
            if let Some(failure) = state.failure.take() {
                return Err(failure);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ClusterError::SlowStart(state.words.text()));
            }
            state = self.shared.wait(state, left);
        }
    }

    /// Process id of the server, while there is one.
    pub(super) fn pid(&self) -> Option<u32> {
        self.shared.lock().child.as_ref().map(Child::id)
    }

    /// What the server said last.
    #[cfg(test)]
    pub(super) fn words(&self) -> String {
        self.shared.lock().words.text()
    }

    /// Stops the server: within `patience` by a fast shutdown, then at once (which recovery makes good), then by force.
    pub(super) fn stop(mut self, patience: Duration) -> Result<(), ClusterError> {
        self.end(patience)
    }

    fn end(&mut self, patience: Duration) -> Result<(), ClusterError> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        let ladder = [(Signal::SIGINT, patience), (Signal::SIGQUIT, LAST_GRACE), (Signal::SIGKILL, LAST_GRACE)];
        let mut outcome = Err(ClusterError::SlowStop);
        for (signal, patience) in ladder.into_iter().skip(usize::from(patience.is_zero())) {
            if self.signal_and_wait(signal, patience) {
                outcome = if signal == Signal::SIGINT { Ok(()) } else { Err(ClusterError::SlowStop) };
                break;
            }
        }
        if thread.join().is_err() {
            tracing::error!("the thread that watches the private database panicked");
        }
        outcome
    }

    fn signal_and_wait(&self, signal: Signal, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut state = self.shared.lock();
        state.stopping = true;
        // The child is only ever reaped under this lock, so its number is still its own.
        if let Some(pid) = state.child.as_ref().and_then(|child| i32::try_from(child.id()).ok())
            && let Err(errno) = kill(Pid::from_raw(pid), signal)
        {
            tracing::warn!(%errno, "the private database could not be signalled");
        }
        self.shared.changed.notify_all();
        while !state.done {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.shared.wait(state, left);
        }
        true
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // Only when a first start failed or was too slow: `stop` has taken the thread otherwise.
        if self.end(Duration::ZERO).is_err() {
            tracing::debug!("a private database that did not start was made to stop");
        }
    }
}

/// What the thread works with.
struct Watch {
    shared: Arc<Shared>,
    account: Account,
    data: PathBuf,
    line: CommandLine,
}

impl Watch {
    fn run(self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let born = Instant::now();
            let outcome = self.one_life();
            let mut state = self.shared.lock();
            state.child = None;
            state.ready = false;
            if state.stopping || !state.settled {
                state.failure = outcome.err();
                state.done = true;
                self.shared.changed.notify_all();
                return;
            }
            let words = state.words.text();
            tracing::error!(outcome = ?outcome.err(), "the private database stopped by itself; starting it again\n{words}");
            pause = if born.elapsed() > LONGEST_PAUSE { FIRST_PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
            let until = Instant::now() + pause;
            while !state.stopping && Instant::now() < until {
                state = self.shared.wait(state, until.saturating_duration_since(Instant::now()));
            }
        }
    }

    /// Starts the server and stays until it has ended.
    fn one_life(&self) -> Result<(), ClusterError> {
        // Children of a killed postmaster hold its shared memory; a new one refuses to start beside them.
        leftovers::clear(&self.data, LAST_GRACE)?;
        let mut state = self.shared.lock();
        if state.stopping {
            return Ok(());
        }
        let (child, words) = postmaster::spawn(&self.account, &self.data, &self.line)
            .map_err(|source| ClusterError::Program { path: self.line.program.clone(), source })?;
        let pid = i32::try_from(child.id()).unwrap_or_default();
        state.child = Some(child);
        state.words = words;
        loop {
            let ended = state.child.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)));
            if ended && !state.ready {
                // Its last lines may still be on their way through the pipe.
                drop(state);
                std::thread::sleep(SOON * 5);
                return Err(ClusterError::Died(self.shared.lock().words.text()));
            }
            if ended {
                return Ok(());
            }
            if !state.ready && PidFile::read(&self.data) == Some(PidFile { pid, ready: true }) {
                state.ready = true;
                state.settled = true;
                self.shared.changed.notify_all();
            }
            let pause = if state.ready && !state.stopping { SELDOM } else { SOON };
            state = self.shared.wait(state, pause);
        }
    }
}
