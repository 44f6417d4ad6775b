//! Deletes uses that are older than the operator keeps them, once a day for each organisation that has tokens.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::store;
use crate::authz::{Caller, SystemName};
use crate::db::{Db, DbError, Tx};
use crate::jobs::{self, Handler, Job, NewJob, Stopping};
use crate::kernel::clock::Clock;
use crate::kernel::ids::OrganisationId;

/// What the job is called in the queue.
pub const KIND: &str = "token.purge";

/// How often it is done.
const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// What the job works with.
pub struct Purge {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long uses are kept.
    pub keep: SignedDuration,
}

/// Sees to it that the job will be done for an organisation.
pub(super) fn see_to_it(tx: &mut Tx<'_>, organisation: OrganisationId, now: Timestamp) -> Result<(), DbError> {
    let job = NewJob { organisation, kind: KIND, payload: serde_json::json!({}) };
    jobs::enqueue_once_at(tx, now, now.checked_add(EVERY).unwrap_or(now), &job)
}

impl Purge {
    /// The handler for the queue.
    pub fn handler(self) -> Handler {
        Arc::new(move |job: &Job, stopping: &Stopping| {
            self.run(job.organisation, stopping).map_err(jobs::JobError::from)
        })
    }

    /// Deletes what is too old, and has itself called again tomorrow while there are tokens or uses.
    fn run(&self, organisation: OrganisationId, stopping: &Stopping) -> Result<(), DbError> {
        let caller = Caller::system(SystemName::Tokens, organisation);
        let now = self.clock.now();
        let before = now.checked_sub(self.keep).unwrap_or(now);
        while !stopping.is_set() && self.db.write_blocking(&caller, |tx| store::delete_before(tx, before))? > 0 {}
        self.db.write_blocking(&caller, |tx| {
            if store::tokens_used(tx, now)? { see_to_it(tx, organisation, now) } else { Ok(()) }
        })
    }
}
