//! The one thread that turns the log into a tree.
//!
//! It looks for new entries every `interval` while there are any and ever more rarely, down to once in two seconds,
//! while there are none; it signs the head once per `checkpoint_interval` when something was added, and at stop.
//! A refusal or a lost database never reaches the writers: they go on, and [`Health`] says what is wrong.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::sequence::{BATCH, Log, Refusal, SequenceError, caller};
use super::sequence_store;
use super::signing::signer;
use crate::crypto::Keyring;
use crate::crypto::checkpoint::LogSigner;
use crate::crypto::tiles::TileStore;
use crate::db::Db;
use crate::kernel::clock::Clock;

/// The longest pause while nothing happens.
const IDLE: Duration = Duration::from_secs(2);

/// The pause after the database was lost.
const AFTER_ERROR: Duration = Duration::from_secs(2);

/// The pause after a refusal: somebody has to do something first.
const AFTER_REFUSAL: Duration = Duration::from_secs(30);

/// How the sequencer works.
#[derive(Debug, Clone)]
pub struct SequencerSettings {
    /// The directory of the tree: `audit` under the state directory.
    pub dir: PathBuf,
    /// Pause between two looks at the log while entries come.
    pub interval: Duration,
    /// How often the head is signed when it has grown.
    pub checkpoint_interval: Duration,
}

/// How the tree stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Entries in the tree.
    pub size: u64,
    /// Entries under the newest signed checkpoint.
    pub sealed: u64,
    /// For how long the oldest entry that is not in the tree has been waiting. More than 5 s deserves a look.
    pub lag: SignedDuration,
    /// Why nothing is signed, in a sentence for the operator.
    pub refused: Option<String>,
    /// That the tree could not be carried on just now (the database is away, the disk is full); it is tried again.
    pub trouble: Option<String>,
}

impl Health {
    /// Whether the log is being sealed as it should be.
    pub fn is_good(&self) -> bool {
        self.refused.is_none() && self.trouble.is_none() && self.lag < SignedDuration::from_secs(5)
    }
}

/// The running sequencer.
pub struct Sequencer {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
    health: watch::Receiver<Health>,
}

impl Sequencer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(db: &Db, keys: &Keyring, clock: &Arc<dyn Clock>, settings: SequencerSettings) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let (says, health) = watch::channel(Health::default());
        let work = Work {
            db: db.clone(),
            signer: signer(keys),
            store: TileStore::new(&settings.dir),
            clock: Arc::clone(clock),
            settings,
            says,
            open: None,
            unsealed_since: None,
        };
        let thread = std::thread::Builder::new().name("audit".to_owned()).spawn(move || work.run(&stopped))?;
        Ok(Self { stop, thread, health })
    }

    /// How the tree stands.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.health.clone()
    }

    /// Takes in what is there, signs it, and ends. Blocks until then.
    pub fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the audit sequencer had panicked");
        }
    }
}

struct Work {
    db: Db,
    signer: LogSigner,
    store: TileStore,
    clock: Arc<dyn Clock>,
    settings: SequencerSettings,
    says: watch::Sender<Health>,
    /// The tree, with the lock on its directory.
    open: Option<(Log, File)>,
    unsealed_since: Option<Timestamp>,
}

impl Work {
    fn run(mut self, stopped: &mpsc::Receiver<()>) {
        let mut pause = Duration::ZERO;
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(pause) {
            pause = self.turn(pause);
        }
        // The last words: everything that is committed gets under a signature.
        if let Err(error) = self.finish() {
            self.complain(&error);
            tracing::warn!("the audit log was not sealed at stop; it is tried again at the next start");
        }
    }

    /// One look at the log; returns how long to rest.
    fn turn(&mut self, pause: Duration) -> Duration {
        match self.advance() {
            Ok(BATCH..) => Duration::ZERO,
            Ok(1..) => self.settings.interval,
            Ok(0) => (pause * 2).clamp(self.settings.interval, IDLE.max(self.settings.interval)),
            Err(error) => {
                self.open = None;
                self.complain(&error);
                if matches!(error, SequenceError::Refused(_)) { AFTER_REFUSAL } else { AFTER_ERROR }
            }
        }
    }

    fn advance(&mut self) -> Result<u64, SequenceError> {
        let now = self.clock.now();
        let (log, _) = match &mut self.open {
            Some(open) => open,
            closed => {
                let lock = claim(&self.store)?;
                let log = Log::open(&self.db, &self.store, self.signer.verifier(), now)?;
                self.store.write_text("log.pub", &format!("{}\n", self.signer.verifier().to_vkey()))?;
                tracing::info!(entries = log.size(), "the audit log is open");
                closed.insert((log, lock))
            }
        };
        let taken = log.advance(&self.db)?;
        if log.size() > log.sealed() {
            let since = *self.unsealed_since.get_or_insert(now);
            if now.duration_since(since).unsigned_abs() >= self.settings.checkpoint_interval {
                log.seal(&self.db, &self.signer, now)?;
                self.unsealed_since = None;
            }
        } else {
            self.unsealed_since = None;
        }
        let waiting = match taken.oldest {
            Some(oldest) => Some(oldest),
            // Nothing to take in, which is not the same as nothing waiting: an old transaction may stand before it.
            None => self.db.read_blocking(&caller(), |tx| sequence_store::waiting_since(tx, log.last()))?,
        };
        let lag = waiting.map_or(SignedDuration::ZERO, |at| now.duration_since(at).max(SignedDuration::ZERO));
        let health = Health { size: log.size(), sealed: log.sealed(), lag, refused: None, trouble: None };
        publish(&health, taken.entries);
        self.says.send_if_modified(|old| std::mem::replace(old, health.clone()) != health);
        Ok(taken.entries)
    }

    fn finish(&mut self) -> Result<(), SequenceError> {
        while self.advance()? > 0 {}
        if let Some((log, _)) = &mut self.open {
            log.seal(&self.db, &self.signer, self.clock.now())?;
            self.says.send_modify(|health| health.sealed = log.sealed());
        }
        Ok(())
    }

    fn complain(&self, error: &SequenceError) {
        let text = error.to_string();
        let mut health = self.says.borrow().clone();
        let known = health.refused.as_ref().or(health.trouble.as_ref()) == Some(&text);
        (health.refused, health.trouble) = match error {
            SequenceError::Refused(_) => (Some(text.clone()), None),
            SequenceError::Db(_) | SequenceError::Tiles(_) => (None, Some(text.clone())),
        };
        match error {
            // Said once, not every half minute.
            _ if known => {}
            SequenceError::Refused(_) => tracing::error!(reason = text, "the audit log is not being signed"),
            SequenceError::Db(_) | SequenceError::Tiles(_) => {
                tracing::warn!(reason = text, "the audit log could not be carried on; trying again");
            }
        }
        publish(&health, 0);
        self.says.send_replace(health);
    }
}

#[expect(clippy::as_conversions, reason = "a gauge is a float; entries stay far below 2^53")]
fn publish(health: &Health, taken: u64) {
    metrics::counter!("watchroom_audit_entries_sequenced_total").increment(taken);
    metrics::gauge!("watchroom_audit_tree_entries").set(health.size as f64);
    metrics::gauge!("watchroom_audit_sealed_entries").set(health.sealed as f64);
    metrics::gauge!("watchroom_audit_lag_seconds").set(health.lag.as_secs_f64());
    metrics::gauge!("watchroom_audit_refused").set(if health.refused.is_some() { 1.0 } else { 0.0 });
}

/// The lock on the tree's directory; a second process with the same state directory does not get it.
fn claim(store: &TileStore) -> Result<File, SequenceError> {
    let path = store.root().join("lock");
    let io = |source| crate::crypto::tiles::TileError::Io { path: path.clone(), source };
    fs::create_dir_all(store.root()).map_err(io)?;
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(Refusal::OtherWriter.into()),
        Err(fs::TryLockError::Error(source)) => Err(io(source).into()),
    }
}
