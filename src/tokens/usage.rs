//! The log of uses, written in batches by a thread of its own: no request waits for it.
//!
//! It is kept for people to see what their tokens do; what was done stands in the audit trail, in the deed's own
//! transaction. A crash may cost the uses of the last seconds.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::store;
use crate::authz::{Caller, SystemName};
use crate::db::{Db, DbError};
use crate::http::bearer::{Use, UseLog};
use crate::kernel::ids::OrganisationId;

/// How long uses wait to be written together.
const PAUSE: Duration = Duration::from_secs(2);

/// The running thread.
pub struct Writer {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(db: &Db, log: &UseLog) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let (db, log) = (db.clone(), log.clone());
        let thread = std::thread::Builder::new().name("token-uses".to_owned()).spawn(move || {
            loop {
                let over = !matches!(stopped.recv_timeout(PAUSE), Err(RecvTimeoutError::Timeout));
                write_waiting(&db, &log);
                if over {
                    return;
                }
            }
        })?;
        Ok(Self { stop, thread })
    }

    /// Writes what waits, and ends. Blocks until then.
    pub fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the writer of token uses had panicked");
        }
    }
}

/// Writes what waits, one transaction for each organisation. What cannot be written now waits on.
pub fn write_waiting(db: &Db, log: &UseLog) {
    let mut by_organisation: BTreeMap<OrganisationId, Vec<Use>> = BTreeMap::new();
    for one in log.take() {
        by_organisation.entry(one.organisation).or_default().push(one);
    }
    for (organisation, uses) in by_organisation {
        let caller = Caller::system(SystemName::Tokens, organisation);
        if let Err(error) = db.write_blocking(&caller, |tx| store::write(tx, &uses)) {
            // Away for a while: later. Anything else would be refused again, and again.
            let later = matches!(error, DbError::Unavailable(_) | DbError::Lost(_) | DbError::Stopping);
            tracing::warn!(%error, uses = uses.len(), later, "the uses of tokens could not be written");
            if later {
                log.put_back(uses);
            }
        }
    }
}
