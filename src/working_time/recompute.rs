//! Making the kept figures: everybody's whose record changed, many at a time.
//!
//! A batch is one transaction: it takes lines that say whose figures have to be made again, loads what those are made
//! of, works them out, and writes the rows that differ. A process that dies in between leaves the lines where they were.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};

use super::assemble::{self, Days, OnRecord};
use super::calendar::Calendar;
use super::failure::TimeError;
use super::kept;
use super::mapping::Mapping;
use super::policy::KnowWork;
use super::record::{Group, Kept};
use super::rules::Ledger;
use super::store::{self, NewRow};
use super::watch::{days_for, law};
use crate::authz::{self, Caller, SystemName};
use crate::db::Db;
use crate::kernel::civil;
use crate::kernel::ids::OrganisationId;

/// Days of which figures are made: 26 weeks.
pub const KEPT_DAYS: i32 = 182;

/// Years after which kept figures go: regulation 9 asks for two years of records (not confirmed).
const KEPT_YEARS: i32 = 2;

/// Before every figure.
const LONG_AGO: Date = date(1900, 1, 1);

/// Lines that a transaction takes: its statements stay well within a statement's time.
const BATCH: i32 = 100;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// People whose figures were made.
    pub people: u64,
    /// Rows that were written, because they differed.
    pub rows: u64,
}

/// Makes the figures of everybody whose record changed, on so many threads at once, until there is nobody left or
/// `stop` says so.
///
/// # Errors
/// [`TimeError`] of the first batch that failed; what it took is made at the next run.
pub fn run(
    db: &Db,
    organisation: OrganisationId,
    now: Timestamp,
    threads: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Done, TimeError> {
    let (people, rows, failed) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let work = || -> Result<(), TimeError> {
        while !stop() && !failed.load(Ordering::Relaxed) {
            match batch(db, organisation, now) {
                Ok(None) => return Ok(()),
                Ok(Some(done)) => {
                    people.fetch_add(done.people, Ordering::Relaxed);
                    rows.fetch_add(done.rows, Ordering::Relaxed);
                }
                Err(error) => {
                    failed.store(true, Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.max(1)).map(|_number| scope.spawn(work)).collect();
        let mut outcome = work();
        for other in others {
            match other.join() {
                Ok(theirs) => outcome = outcome.and(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        outcome
    })?;
    Ok(Done { people: people.into_inner(), rows: rows.into_inner() })
}

/// Notes that everybody's figures have to be made again, as background work; how many people that are.
///
/// # Errors
/// [`TimeError::Db`].
pub fn everybody(db: &Db, organisation: OrganisationId) -> Result<i64, TimeError> {
    let caller = Caller::system(SystemName::WorkingTime, organisation);
    db.write_blocking(&caller, |tx| Ok(store::recompute_all(tx)?))
}

/// Forgets figures that nobody has to keep any longer.
///
/// # Errors
/// [`TimeError::Db`].
pub fn forget(db: &Db, organisation: OrganisationId, now: Timestamp) -> Result<usize, TimeError> {
    let caller = Caller::system(SystemName::WorkingTime, organisation);
    let today = civil::local(now).date();
    db.write_blocking(&caller, |tx| {
        let may = authz::may::<KnowWork>(tx, None)?;
        Ok(store::forget(tx, &may, today.checked_sub(KEPT_YEARS.years()).unwrap_or(today))?)
    })
}

/// The days of which figures are made.
fn kept_days(now: Timestamp) -> (Date, Date) {
    let today = civil::local(now).date();
    (today.checked_sub((KEPT_DAYS - 1).days()).unwrap_or(today), today)
}

/// One batch; `None` when there is nobody left.
fn batch(db: &Db, organisation: OrganisationId, now: Timestamp) -> Result<Option<Done>, TimeError> {
    let caller = Caller::system(SystemName::WorkingTime, organisation);
    db.write_blocking(&caller, |tx| {
        let may = authz::may::<KnowWork>(tx, None)?;
        let people = store::take(tx, &may, BATCH)?;
        if people.is_empty() {
            return Ok(None);
        }
        let groups = store::groups(tx)?;
        let mapping = Mapping::new(&store::kinds(tx)?);
        let (first, today) = kept_days(now);
        let days = days_for(first, today, &groups);
        let calendar = Calendar::new(&law()?, days.first, days.last)?;
        let units = store::units_of(tx, &may, &people)?;
        let here: Vec<_> = units.keys().copied().collect();
        let rules = Rules { groups: &groups, mapping: &mapping, calendar: &calendar, days, first, now };
        let (mut rows, mut firsts) = (Vec::new(), Vec::new());
        for (person, record) in store::records(tx, &may, &here, days)? {
            let Some(unit) = units.get(&person).copied() else { continue };
            let kept = rules.figures(&record).unwrap_or_else(|error| {
                tracing::warn!(%error, person_id = %person, "working time could not be worked out");
                Vec::new()
            });
            // Rows before the employment go; those of days before the first that is made are history, and stay.
            let begins = kept.first().map(|kept| if kept.day > first { kept.day } else { LONG_AGO });
            firsts.push((person, begins));
            rows.extend(kept.into_iter().map(|kept| NewRow { person, unit, kept }));
        }
        store::clear(tx, &may, &firsts)?;
        let written = store::write(tx, &may, &rows)?;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Ok(Some(Done { people: count(here.len()), rows: count(written) }))
    })
}

/// What a batch works out figures with.
struct Rules<'a> {
    groups: &'a [Group],
    mapping: &'a Mapping,
    calendar: &'a Calendar,
    days: Days,
    /// The first day that is kept.
    first: Date,
    now: Timestamp,
}

impl Rules<'_> {
    /// The rows of one person, the latest with all that a figure says.
    fn figures(&self, record: &OnRecord) -> Result<Vec<Kept>, TimeError> {
        let Some(person) = assemble::person(record, self.groups, self.mapping, self.days) else {
            return Ok(Vec::new());
        };
        let (first, today) = (self.first.max(person.started_on), self.days.last);
        if first > today || civil::start_of_day(today) >= self.now {
            return Ok(Vec::new());
        }
        let ledger = Ledger::draw_up(self.calendar, &person, self.now)?;
        let figures = ledger.figures(first, today)?;
        let mut rows: Vec<Kept> = figures.iter().map(kept::row).collect();
        if let (Some(row), Some(figure)) = (rows.last_mut(), figures.last()) {
            row.more = Some(kept::more(&ledger, figure));
        }
        Ok(rows)
    }
}
