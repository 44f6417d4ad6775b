//! The daily look at the signals of those who switched one on: at seven in the morning in the United Kingdom.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::error::SignalError;
use super::{service, store};
use crate::authz::{Caller, SystemName};
use crate::db::{Db, DbError, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob, Queue};
use crate::kernel::civil::{self, Instant};
use crate::kernel::clock::Clock;

/// The kind of the job.
pub const KIND: &str = "signals.look";

/// The hour of the day, on the clock in the United Kingdom: after the night in which working time is worked out.
const HOUR: i8 = 7;

/// What the work needs. Cheap to clone.
#[derive(Clone)]
pub struct Look {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The bell for the senders.
    pub queue: Queue,
}

/// Sees to it that there will be a look: the next morning, unless one waits already.
pub(super) fn look_daily(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let order = NewJob { organisation, kind: KIND, payload: serde_json::json!({}) };
    jobs::enqueue_once_at(tx, now, next_morning(now), &order)
}

/// The next time that it is seven in the morning.
fn next_morning(now: Timestamp) -> Timestamp {
    let today = civil::local(now).date();
    let days = [Some(today), today.tomorrow().ok()];
    let mornings = days.into_iter().flatten().filter_map(|day| match civil::instant(day.at(HOUR, 0, 0, 0)) {
        Instant::One(at) | Instant::Twice(at, _) => Some(at),
        Instant::Never => None,
    });
    mornings.into_iter().find(|at| *at > now).unwrap_or_else(|| now + SignedDuration::from_hours(24))
}

impl Look {
    /// As a handler of the job queue.
    pub fn handler(self) -> (&'static str, Handler) {
        (KIND, Arc::new(move |job: &Job, _stopping| self.work(job)))
    }

    fn work(&self, job: &Job) -> Result<(), JobError> {
        let caller = Caller::system(SystemName::Signals, job.organisation);
        let now = self.clock.now();
        // The next one first, and by itself: whatever happens to this one, there will be another tomorrow. Not where
        // nobody has a signal on: whoever switches one on orders the next.
        let anybody = self.db.write_blocking(&caller, |tx| {
            let anybody = !store::people(tx)?.is_empty();
            if anybody {
                look_daily(tx, now)?;
            }
            Ok::<_, DbError>(anybody)
        })?;
        if anybody {
            service::look_at_everybody(&self.db, job.organisation, now).map_err(again)?;
            self.queue.wake();
        }
        Ok(())
    }
}

fn again(error: SignalError) -> JobError {
    match error {
        SignalError::Db(error) => JobError::Db(error),
        other => JobError::Again(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_look_is_taken_at_seven_in_winter_and_in_summer() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        assert_eq!(next_morning(at("2026-11-22T06:59:00Z")), at("2026-11-22T07:00:00Z"));
        assert_eq!(next_morning(at("2026-11-22T07:00:00Z")), at("2026-11-23T07:00:00Z"));
        assert_eq!(next_morning(at("2026-07-01T05:59:00Z")), at("2026-07-01T06:00:00Z"));
    }
}
