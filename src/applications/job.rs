//! The nightly removal of applications that are kept no longer: once a day for each organisation, at three in the
//! morning in the United Kingdom, as long as there are any.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::error::ApplicationError;
use super::policy::Outside;
use super::store;
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, SystemName};
use crate::db::{Db, DbError, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob};
use crate::kernel::civil::{self, Instant};
use crate::kernel::clock::Clock;

/// The kind of the job.
pub const KIND: &str = "application.sweep";

/// The hour of the day, on the clock in the United Kingdom; it exists on every day, and comes once.
const HOUR: i8 = 3;

/// What the job works with. Cheap to clone.
#[derive(Clone)]
pub struct Sweeper {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Sees to it that there will be a removal: the next night, unless one waits already.
pub(super) fn sweep_daily(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let job = NewJob { organisation, kind: KIND, payload: serde_json::json!({}) };
    jobs::enqueue_once_at(tx, now, next_night(now), &job)
}

fn next_night(now: Timestamp) -> Timestamp {
    let today = civil::local(now).date();
    let nights = [Some(today), today.tomorrow().ok()].into_iter().flatten();
    let mut at = nights.filter_map(|day| match civil::instant(day.at(HOUR, 0, 0, 0)) {
        Instant::One(at) | Instant::Twice(at, _) => Some(at),
        Instant::Never => None,
    });
    at.find(|at| *at > now).unwrap_or_else(|| now + SignedDuration::from_hours(24))
}

impl Sweeper {
    /// As a handler of the job queue.
    pub fn handler(self) -> (&'static str, Handler) {
        (KIND, Arc::new(move |job: &Job, _stopping| self.work(job)))
    }

    fn work(&self, job: &Job) -> Result<(), JobError> {
        let caller = Caller::system(SystemName::Applications, job.organisation);
        let now = self.clock.now();
        self.db
            .write_blocking(&caller, |tx| {
                let may = authz::may::<Outside>(tx, ())?;
                let removed = store::sweep(tx, &may, civil::local(now).date())?;
                if removed > 0 {
                    let organisation = tx.caller().organisation();
                    let entry = Entry::new("application.sweep").on("organisation", organisation);
                    let removed = u32::try_from(removed).unwrap_or(u32::MAX);
                    audit::record(tx, now, entry.noting("removed", removed))?;
                }
                if store::any(tx, &may)? {
                    sweep_daily(tx, now)?;
                }
                Ok::<_, ApplicationError>(())
            })
            .map_err(again)
    }
}

fn again(error: ApplicationError) -> JobError {
    match error {
        ApplicationError::Db(error) => JobError::Db(error),
        other => JobError::Again(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_comes_once_a_day_whatever_the_clocks_do() {
        for (now, next) in [
            ("2026-11-23T02:59:00Z", "2026-11-23T03:00:00Z"),
            ("2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z"),
            ("2026-10-24T12:00:00Z", "2026-10-25T03:00:00Z"),
            ("2027-03-27T12:00:00Z", "2027-03-28T02:00:00Z"),
        ] {
            let now: Timestamp = now.parse().expect("a time");
            assert_eq!(next_night(now).to_string(), next, "after {now}");
        }
    }
}
