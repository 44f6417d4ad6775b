//! Sends what is in the outbox, and sweeps it.
//!
//! A message is claimed in one transaction, handed over outside any, and marked in another. The mark "handing-over" is
//! set right before the message's own bytes leave, so that a worker that is killed leaves no doubt but in that moment:
//! there the message goes again under the same Message-ID, because an invitation that never comes is worse than one
//! that comes twice, and its link works once either way. After three hand-overs without an answer it is given up.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::compose::veiled;
use super::desk::Desk;
use super::error::NoticeError;
use super::model::NoticeKind;
use super::policy::SendMessages;
use super::schedule::{self, Next, Tries};
use super::store::{self, Claim, Claimed, Ended};
use super::{choices_store, quiet};
use crate::authz::{self, Caller, Granted, SystemName};
use crate::crypto::Keyring;
use crate::db::{Db, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob, Stopping};
use crate::kernel::clock::Clock;
use crate::kernel::ids::{JobId, MessageId, OrganisationId};
use crate::mail::{Letter, Verdict};

/// The job that sends one message.
pub const SEND: &str = "mail.send";
/// The job that removes what is old and finds what was lost.
pub const SWEEP: &str = "mail.sweep";
/// Both: they wait for mail servers, so they have workers of their own.
pub const KINDS: &[&str] = &[SEND, SWEEP];

/// How often an outbox is swept.
pub(super) const SWEEP_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// How much longer than a conversation a claim lasts.
const SPARE: SignedDuration = SignedDuration::from_secs(60);

#[derive(Debug, Serialize, Deserialize)]
struct Order {
    message: MessageId,
}

/// The job that sends this message.
pub(super) fn to_send(organisation: OrganisationId, message: MessageId) -> NewJob {
    NewJob { organisation, kind: SEND, payload: serde_json::json!(Order { message }) }
}

/// The job that sweeps this organisation's outbox.
pub(super) fn to_sweep(organisation: OrganisationId) -> NewJob {
    NewJob { organisation, kind: SWEEP, payload: serde_json::json!({}) }
}

/// What sending needs. Cheap to clone.
#[derive(Clone)]
pub struct Postman {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For links that are made of the appliance's key.
    pub keys: Arc<Keyring>,
    /// The mail server and what goes with it.
    pub desk: Arc<Desk>,
}

/// What the first transaction of a try found.
enum Begun {
    /// This is to be sent; the address of somebody without an account stands in no row.
    Letter(Claimed, Box<Letter>, Option<String>),
    /// There is nothing (more) to do.
    Nothing,
}

impl Postman {
    /// The handlers, by the kind of job.
    pub fn handlers(&self) -> [(&'static str, Handler); 2] {
        let (sender, sweeper) = (self.clone(), self.clone());
        [
            (SEND, Arc::new(move |job: &Job, stopping: &Stopping| sender.send(job, stopping))),
            (SWEEP, Arc::new(move |job: &Job, _stopping: &Stopping| sweeper.sweep(job))),
        ]
    }

    fn send(&self, job: &Job, stopping: &Stopping) -> Result<(), JobError> {
        let order: Order = serde_json::from_value(job.payload.clone())
            .map_err(|error| JobError::Never(format!("the payload cannot be read: {error}")))?;
        let caller = Caller::system(SystemName::Mail, job.organisation);
        let now = self.clock.now();
        let begun = self.db.write_blocking(&caller, |tx| self.begin(tx, order.message, job.id, now)).map_err(again)?;
        let Begun::Letter(mut claimed, letter, hidden) = begun else { return Ok(()) };
        let Some(mailer) = &self.desk.mailer else { return Ok(()) };
        let outcome = mailer.send(&letter, &mut || self.point_of_no_return(&caller, claimed.id, job.id));
        let now = self.clock.now();
        let kind = claimed.kind.clone();
        let (ended, answer) = match outcome {
            Ok(accepted) => {
                self.desk.health.is_well(now);
                metrics::counter!("watchroom_mail_sent_total", "kind" => kind).increment(1);
                (Ended::Sent, veiled(&accepted.answer, hidden.as_deref()))
            }
            Err(error) => {
                claimed.unconfirmed += i32::from(error.verdict == Verdict::Unknown);
                let answer = veiled(&error.to_string(), hidden.as_deref());
                match error.verdict {
                    Verdict::ServerTrouble => self.desk.health.is_in_trouble(&answer, now),
                    Verdict::Later | Verdict::Never => self.desk.health.is_well(now),
                    Verdict::Unknown | Verdict::BrokenOff => {}
                }
                (self.after(error.verdict, &claimed, now), answer)
            }
        };
        self.end(&caller, &claimed, job, ended, &answer, stopping)
    }

    /// Claims the message and writes its text; what is no longer wanted is discarded.
    fn begin(&self, tx: &mut Tx<'_>, id: MessageId, job: JobId, now: Timestamp) -> Result<Begun, NoticeError> {
        let may = authz::may::<SendMessages>(tx, ())?;
        if let Some(until) = hold(&self.desk, tx, &may, id, now)? {
            jobs::enqueue_at(tx, now, until, &to_send(tx.caller().organisation(), id))?;
            return Ok(Begun::Nothing);
        }
        let lasting = SignedDuration::try_from(self.desk.settings.timeout()).unwrap_or(SPARE) + SPARE;
        let claimed = match store::claim(tx, &may, id, job, now, now + lasting)? {
            Claim::Mine(claimed) => claimed,
            Claim::Finished => return Ok(Begun::Nothing),
            Claim::Taken(until) => {
                let organisation = tx.caller().organisation();
                jobs::enqueue_at(tx, now, until + SignedDuration::from_secs(1), &to_send(organisation, id))?;
                return Ok(Begun::Nothing);
            }
        };
        let verdict = if claimed.unconfirmed >= schedule::UNCONFIRMED {
            Err((Ended::Dead, "handed over three times, and the server never said that it has it".to_owned()))
        } else if self.desk.mailer.is_none() {
            Err((Ended::Discarded, "no mail server is configured".to_owned()))
        } else {
            match (claimed.person, &claimed.recipient) {
                (Some(person), Some(recipient)) => {
                    let letter = self.compose(tx, &may, &claimed, (person, recipient), now)?;
                    letter.map(|letter| (letter, None))
                }
                _outside => self.compose_outside(tx, &claimed)?,
            }
        };
        match verdict {
            Ok((letter, hidden)) => Ok(Begun::Letter(claimed, Box::new(letter), hidden)),
            Err((ended, why)) => {
                store::end(tx, &may, &claimed, job, ended, &why, now)?;
                Ok(Begun::Nothing)
            }
        }
    }

    /// Marks the message as leaving; `false` keeps it here.
    fn point_of_no_return(&self, caller: &Caller, id: MessageId, job: JobId) -> bool {
        let marked = self.db.write_blocking(caller, |tx| {
            let may = authz::may::<SendMessages>(tx, ())?;
            Ok::<_, NoticeError>(store::handing_over(tx, &may, id, job)?)
        });
        marked.unwrap_or_else(|error| {
            tracing::warn!(%error, message_id = %id, "a message stays here: it could not be marked as leaving");
            false
        })
    }

    fn after(&self, verdict: Verdict, claimed: &Claimed, now: Timestamp) -> Ended {
        let tries = Tries {
            attempts: claimed.attempts,
            unconfirmed: claimed.unconfirmed,
            created_at: claimed.created_at,
            patience: SignedDuration::from_hours(i64::from(self.desk.settings.give_up_hours)),
        };
        match schedule::next(verdict, tries, now) {
            Next::Again(at) => {
                metrics::counter!("watchroom_mail_deferred_total").increment(1);
                Ended::Again(at)
            }
            Next::GiveUp => {
                metrics::counter!("watchroom_mail_dead_total").increment(1);
                Ended::Dead
            }
        }
    }

    /// Writes down how it ended. What the server has said must not be lost for a hiccup of the database, or the message
    /// would go twice: so this is tried for a while.
    fn end(
        &self,
        caller: &Caller,
        claimed: &Claimed,
        job: &Job,
        ended: Ended,
        answer: &str,
        stopping: &Stopping,
    ) -> Result<(), JobError> {
        const TRIES: u32 = 20;
        let mut tried = 0;
        loop {
            let now = self.clock.now();
            let written = self.db.write_blocking(caller, |tx| {
                let may = authz::may::<SendMessages>(tx, ())?;
                store::end(tx, &may, claimed, job.id, ended, answer, now)?;
                if let Ended::Again(at) = ended {
                    jobs::enqueue_at(tx, now, at, &to_send(job.organisation, claimed.id))?;
                }
                Ok::<_, NoticeError>(())
            });
            tried += 1;
            match written {
                Ok(()) => return Ok(()),
                Err(error) if tried >= TRIES || stopping.is_set() => return Err(again(error)),
                Err(error) => {
                    tracing::warn!(%error, message_id = %claimed.id, "what became of a message could not be written down yet");
                    std::thread::sleep(Duration::from_secs(1));
                }
            }
        }
    }

    /// Removes what is old, gives a new job to what has lost its own, and comes again while there is anything.
    fn sweep(&self, job: &Job) -> Result<(), JobError> {
        let caller = Caller::system(SystemName::Mail, job.organisation);
        let now = self.clock.now();
        let keep = SignedDuration::from_hours(24 * i64::from(self.desk.settings.keep_days));
        self.db
            .write_blocking(&caller, |tx| {
                let may = authz::may::<SendMessages>(tx, ())?;
                let removed = store::purge(tx, &may, now - keep)?;
                if removed > 0 {
                    tracing::info!(removed, "old messages were removed from the outbox");
                }
                for message in store::overdue(tx, &may, now - SWEEP_EVERY)? {
                    jobs::enqueue(tx, now, &to_send(job.organisation, message))?;
                }
                if store::holds_any(tx)? {
                    jobs::enqueue_once_at(tx, now, now + SWEEP_EVERY, &to_sweep(job.organisation))?;
                }
                Ok::<_, NoticeError>(())
            })
            .map_err(again)
    }
}

/// Until when a message waits because its person is left alone; `None` when it goes now. What the server was tried with
/// and put off waits too.
fn hold<'tx>(
    desk: &Desk,
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, SendMessages>,
    id: MessageId,
    now: Timestamp,
) -> Result<Option<Timestamp>, NoticeError> {
    let Some((kind, Some(person))) = store::about_to_leave(tx, may, id)? else { return Ok(None) };
    if !NoticeKind::of(&kind).is_some_and(NoticeKind::may_wait) {
        return Ok(None);
    }
    let Some(times) = choices_store::times(tx, person)? else { return Ok(None) };
    let on_duty = if times.not_on_duty {
        choices_store::on_duty_until(tx, may, person, now)?.max((desk.expected_duty)(tx, person, now)?)
    } else {
        None
    };
    let until = quiet::wait_until(&times, on_duty, now);
    if let Some(until) = until {
        store::put_off(tx, may, id, until)?;
    }
    Ok(until)
}

fn again(error: NoticeError) -> JobError {
    match error {
        NoticeError::Db(error) => JobError::Db(error),
        other => JobError::Again(other.to_string()),
    }
}
