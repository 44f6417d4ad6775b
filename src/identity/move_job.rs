//! Does what was planned when its day comes. A job that is late, because the appliance was off, does it then; one that is
//! done again finds that it happened.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::moves::{MoveKind, Planned};
use super::moves_policy::DoMove;
use super::{IdentityError, moves_store, store};
use crate::audit::{self, Entry, Field};
use crate::authz::{self, Caller, Granted, SystemName};
use crate::crypto::Keyring;
use crate::db::{Db, DbError, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob};
use crate::kernel::clock::Clock;
use crate::kernel::ids::MoveId;
use crate::organisation;

/// The kind of the job.
pub const KIND: &str = "person.move";

const UNIT: Field = Field::shown("unit");
const LEFT: Field = Field::shown("left");

#[derive(Debug, Serialize, Deserialize)]
struct Order {
    id: MoveId,
}

/// Sees to it that it is done when it is due.
pub(super) fn enqueue(tx: &mut Tx<'_>, id: MoveId, due: Timestamp, now: Timestamp) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let job = NewJob { organisation, kind: KIND, payload: serde_json::json!(Order { id }) };
    jobs::enqueue_at(tx, now, due, &job).map(drop)
}

/// What the job works with. Cheap to clone.
#[derive(Clone)]
pub struct Mover {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For the directory of addresses that people sign in with.
    pub keys: Arc<Keyring>,
}

impl Mover {
    /// As a handler of the job queue.
    pub fn handler(self) -> (&'static str, Handler) {
        (KIND, Arc::new(move |job: &Job, _stopping| self.work(job)))
    }

    fn work(&self, job: &Job) -> Result<(), JobError> {
        let order: Order = serde_json::from_value(job.payload.clone())
            .map_err(|error| JobError::Never(format!("the payload cannot be read: {error}")))?;
        let caller = Caller::system(SystemName::Moves, job.organisation);
        let now = self.clock.now();
        let done = self.db.write_blocking(&caller, |tx| self.carry_out(tx, order.id, now));
        match done.map_err(IdentityError::last_owner) {
            Ok(()) => Ok(()),
            // What was begun is undone; that it could not be is written down by itself.
            Err(error @ IdentityError::LastAdministrator) => {
                let why = error.advice();
                let noted = self.db.write_blocking(&caller, |tx| {
                    let may = authz::may::<DoMove>(tx, ())?;
                    match moves_store::planned(tx, order.id)? {
                        Some(planned) => fail(tx, &may, &planned, &why, now),
                        None => Ok(()),
                    }
                });
                noted.map_err(again)
            }
            Err(error) => Err(again(error)),
        }
    }

    fn carry_out(&self, tx: &mut Tx<'_>, id: MoveId, now: Timestamp) -> Result<(), IdentityError> {
        let may = authz::may::<DoMove>(tx, ())?;
        let planned = moves_store::planned(tx, id)?.filter(|planned| planned.is_planned() && planned.due_at <= now);
        let Some(planned) = planned else { return Ok(()) };
        if moves_store::has_left(tx, &may, planned.person)? {
            return fail(tx, &may, &planned, "They had left before.", now);
        }
        let entry = Entry::new("move.done").on("move", id).about(planned.person);
        let entry = match (planned.kind, planned.to) {
            (MoveKind::Transfer, Some(to)) => {
                if organisation::units::tree_in(tx)?.get(to).is_none_or(|unit| unit.closed) {
                    return fail(tx, &may, &planned, "The unit was closed meanwhile.", now);
                }
                moves_store::transfer(tx, &may, planned.person, to)?;
                entry.changed([UNIT.change(planned.unit.to_string(), to.to_string())])
            }
            (MoveKind::Transfer, None) => return fail(tx, &may, &planned, "No unit was named.", now),
            (MoveKind::Leaving, _) => {
                let account = moves_store::leave(tx, &may, planned.person, now)?;
                if let Some(email) = account {
                    let organisation = tx.caller().organisation();
                    store::directory_remove(tx, &store::directory_key(&self.keys, &email), organisation)?;
                }
                entry.changed([LEFT.change(false, true)])
            }
        };
        moves_store::settle(tx, &may, id, None, now)?;
        audit::record(tx, now, entry.noting("kind", planned.kind.as_str()))?;
        Ok(())
    }
}

/// Writes down why it did not happen; the list of planned moves shows it until somebody plans anew.
fn fail<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DoMove>,
    planned: &Planned,
    why: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    moves_store::settle(tx, may, planned.id, Some(why), now)?;
    audit::record(tx, now, Entry::new("move.failed").on("move", planned.id).about(planned.person))?;
    tracing::warn!(move_id = %planned.id, "a planned move was not done");
    Ok(())
}

fn again(error: IdentityError) -> JobError {
    match error {
        IdentityError::Db(error) => JobError::Db(error),
        other => JobError::Again(other.to_string()),
    }
}
