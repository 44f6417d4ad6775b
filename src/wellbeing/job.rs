//! The daily removal of what its people wanted kept no longer: at four in the morning in the United Kingdom.

use std::sync::Arc;

use jiff::Timestamp;

use super::store;
use crate::authz::{Caller, SystemName};
use crate::db::{Db, DbError, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob};
use crate::kernel::civil::{self, Instant};
use crate::kernel::clock::Clock;

/// The kind of the job.
pub const KIND: &str = "wellbeing.expire";

/// The hour of the day, on the clock in the United Kingdom.
const HOUR: i8 = 4;

/// What the work needs. Cheap to clone.
#[derive(Clone)]
pub struct Expire {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Sees to it that it will be done: the next morning, unless it waits already. Says nothing of who wrote what.
pub(super) fn expire_daily(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let order = NewJob { organisation, kind: KIND, payload: serde_json::json!({}) };
    jobs::enqueue_once_at(tx, now, next(now), &order)
}

/// The next time that it is four in the morning.
fn next(now: Timestamp) -> Timestamp {
    let today = civil::local(now).date();
    let days = [Some(today), today.tomorrow().ok()];
    let mornings = days.into_iter().flatten().filter_map(|day| match civil::instant(day.at(HOUR, 0, 0, 0)) {
        Instant::One(at) | Instant::Twice(at, _) => Some(at),
        Instant::Never => None,
    });
    mornings.into_iter().find(|at| *at > now).unwrap_or_else(|| now + jiff::SignedDuration::from_hours(24))
}

impl Expire {
    /// As a handler of the job queue.
    pub fn handler(self) -> (&'static str, Handler) {
        (KIND, Arc::new(move |job: &Job, _stopping| self.work(job)))
    }

    fn work(&self, job: &Job) -> Result<(), JobError> {
        let caller = Caller::system(SystemName::Wellbeing, job.organisation);
        let now = self.clock.now();
        // The next one first, and by itself: whatever happens to this one, there will be another tomorrow.
        self.db.write_blocking(&caller, |tx| expire_daily(tx, now))?;
        self.db.write_blocking(&caller, |tx| store::expire(tx, civil::local(now).date()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_done_at_four_whatever_the_clocks_do() {
        for (now, then) in [
            ("2026-11-23T03:59:00Z", "2026-11-23T04:00:00Z"),
            ("2026-11-23T04:00:00Z", "2026-11-24T04:00:00Z"),
            ("2026-10-24T12:00:00Z", "2026-10-25T04:00:00Z"),
            ("2026-03-28T12:00:00Z", "2026-03-29T03:00:00Z"),
        ] {
            let now: Timestamp = now.parse().expect("a time");
            assert_eq!(next(now).to_string(), then, "after {now}");
        }
    }
}
