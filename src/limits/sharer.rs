//! The thread that exchanges what the nodes counted.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Limits;
use crate::db::Db;
use crate::kernel::clock::Clock;

/// The shortest pause between two exchanges, however much is asked.
const SHORTEST: Duration = Duration::from_millis(250);

/// How often what limits nobody any more is removed from the database.
const PRUNE: Duration = Duration::from_secs(60);

/// What the thread is told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Message {
    /// Somebody uses up a limit quickly.
    Hurry,
    /// The server stops.
    Stop,
}

/// The running exchange.
pub struct Sharer {
    tell: SyncSender<Message>,
    thread: JoinHandle<()>,
}

impl Sharer {
    /// Takes over what was counted before this start, and begins to exchange every `interval`. Waits for the former: a
    /// restart must not give anybody a fresh burst.
    ///
    /// # Errors
    /// When the operating system gives no thread. A database that is away is no error: it is tried again.
    pub fn start(limits: &Arc<Limits>, db: &Db, clock: &Arc<dyn Clock>, interval: Duration) -> io::Result<Self> {
        match limits.restore(db, clock.now()) {
            Ok(keys) => tracing::debug!(keys, "what was counted before is counted on"),
            Err(error) => tracing::warn!(%error, "what was counted before the start is not known"),
        }
        // One place for a wish and one for the order to stop.
        let (tell, told) = mpsc::sync_channel(2);
        if limits.wake.set(tell.clone()).is_err() {
            tracing::warn!("a second exchange of the same counts was started");
        }
        let work = Work { limits: Arc::clone(limits), db: db.clone(), clock: Arc::clone(clock), interval };
        let thread = std::thread::Builder::new().name("limits".to_owned()).spawn(move || work.run(&told))?;
        Ok(Self { tell, thread })
    }

    /// Tells the database everything that was counted, and ends. Blocks until then.
    pub fn stop(self) {
        // Fails only when the thread is gone already.
        let _gone_already = self.tell.send(Message::Stop);
        if self.thread.join().is_err() {
            tracing::error!("the exchange of counts had panicked");
        }
    }
}

struct Work {
    limits: Arc<Limits>,
    db: Db,
    clock: Arc<dyn Clock>,
    interval: Duration,
}

impl Work {
    fn run(self, told: &Receiver<Message>) {
        let mut pruned = Instant::now();
        loop {
            match told.recv_timeout(self.interval.saturating_sub(SHORTEST)) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Message::Hurry) | Err(RecvTimeoutError::Timeout) => {}
            }
            self.exchange(false);
            if pruned.elapsed() >= PRUNE {
                pruned = Instant::now();
                if let Err(error) = self.limits.prune(&self.db, self.clock.now()) {
                    tracing::warn!(%error, "counts that limit nobody any more could not be removed");
                }
            }
            std::thread::sleep(SHORTEST);
        }
        self.exchange(true);
    }

    fn exchange(&self, all: bool) {
        metrics::gauge!("watchroom_rate_limit_keys")
            .set(f64::from(u32::try_from(self.limits.book.len()).unwrap_or(u32::MAX)));
        match self.limits.exchange(&self.db, all, self.clock.now()) {
            Ok(0) => {}
            Ok(keys) => {
                let keys = u64::try_from(keys).unwrap_or(u64::MAX);
                metrics::counter!("watchroom_rate_limit_keys_shared_total").increment(keys);
            }
            // Each node then limits by what it has counted itself.
            Err(error) => tracing::warn!(%error, "the counts could not be exchanged; they are told the next time"),
        }
        if let Err(error) = self.limits.tell_refusals(&self.db, self.clock.now()) {
            tracing::warn!(%error, "how often somebody was refused could not be told; it is told the next time");
        }
    }
}
