//! Inviting many, in the background, as the person who asked for it and with what they may do now.
//!
//! Each is a transaction of their own, so that one who cannot be invited keeps nobody else from it; whoever has an open
//! invitation is passed over, so a job that is done again invites nobody twice.

use std::sync::Arc;

use serde::Deserialize;

use super::invitations::{BATCH, JOB, invite_in};
use super::policy::SeeInvitations;
use super::{IdentityError, invitation_store};
use crate::authz::{self, AuthzError, Caller, Person};
use crate::crypto::Keyring;
use crate::db::{Db, DbError};
use crate::jobs::{Handler, Job, JobError, Queue, Stopping};
use crate::kernel::clock::Clock;
use crate::kernel::ids::PersonId;

/// What inviting many needs. Cheap to clone.
#[derive(Clone)]
pub struct Inviter {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What links are made of.
    pub keys: Arc<Keyring>,
    /// The bell for the senders.
    pub queue: Queue,
}

#[derive(Debug, Deserialize)]
struct Order {
    by: PersonId,
}

impl Inviter {
    /// As a handler of the job queue.
    pub fn handler(self) -> (&'static str, Handler) {
        (JOB, Arc::new(move |job: &Job, stopping: &Stopping| self.work(job, stopping)))
    }

    fn work(&self, job: &Job, stopping: &Stopping) -> Result<(), JobError> {
        let order: Order = serde_json::from_value(job.payload.clone())
            .map_err(|error| JobError::Never(format!("the payload cannot be read: {error}")))?;
        let caller = Caller::Person(Arc::new(Person::unloaded(job.organisation, order.by)));
        let mut after = PersonId::NIL;
        loop {
            if stopping.is_set() {
                return Err(JobError::Stopping);
            }
            match self.batch(&caller, after) {
                Ok(Some(last)) => after = last,
                Ok(None) => return Ok(()),
                Err(IdentityError::Db(DbError::SignedOut)) => {
                    return Err(JobError::Never("the person has left the organisation".to_owned()));
                }
                Err(IdentityError::Authz(error)) => return Err(JobError::Never(error.to_string())),
                Err(IdentityError::Db(error)) => return Err(error.into()),
                Err(error) => return Err(JobError::Again(error.to_string())),
            }
            self.queue.wake();
        }
    }

    /// Invites the next people by their ids; the last of them, `None` when there is nobody left.
    fn batch(&self, caller: &Caller, after: PersonId) -> Result<Option<PersonId>, IdentityError> {
        let people = self.db.read_blocking(caller, |tx| {
            let may = authz::may::<SeeInvitations>(tx, ())?;
            Ok::<_, IdentityError>(invitation_store::others(tx, &may, after, BATCH)?)
        })?;
        for person in &people {
            let now = self.clock.now();
            let invited = self.db.write_blocking(caller, |tx| invite_in(tx, &self.keys, *person, true, now));
            match invited {
                Ok(_invited) => {}
                Err(IdentityError::Authz(AuthzError::Db(error))) => return Err(error.into()),
                // Whoever may do more than the inviter, the inviter themself, who was written to just now, and whose
                // address is somebody else's.
                Err(
                    IdentityError::Authz(_)
                    | IdentityError::HasPassword
                    | IdentityError::InvitedLately
                    | IdentityError::NoEmail
                    | IdentityError::Left
                    | IdentityError::Taken(_),
                ) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(people.last().copied())
    }
}
