//! Which duties are expected: pure functions from patterns, assignments and absences to stretches of time.
//!
//! A pattern is lived on the wall clock: a night shift from 18:00 to 09:00 lasts an hour less when the clocks go forward
//! in it, an hour more when they go back. A time that does not exist is an hour later; of one that comes twice it is the
//! first, for a beginning as for an end.

mod by_whom;

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::model::{Assignment, Expected, Form, Logged, Slot};
use crate::absences::model::Days;
use crate::kernel::civil::{self, Instant};
use crate::kernel::ids::{DutyId, DutyPatternId};

pub use by_whom::ByWhom;

/// Days that are worked out at once at most.
pub const LONGEST_DAYS: usize = 400;

/// The longest duty of a pattern: a whole day, on that in October on which it has an hour more.
pub const LONGEST_DUTY: SignedDuration = SignedDuration::from_hours(25);

/// A pattern with its duties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// After how many days it comes again.
    pub days: i32,
    /// Its duties.
    pub slots: Vec<Slot>,
}

/// The instant at which a wall clock of the United Kingdom shows `time` on `day`.
pub fn at(day: Date, time: Time) -> Timestamp {
    let wall = day.to_datetime(time);
    let later = || wall.checked_add(1.hour()).map(civil::instant);
    match civil::instant(wall) {
        Instant::One(at) | Instant::Twice(at, _) => at,
        Instant::Never => match later() {
            Ok(Instant::One(at) | Instant::Twice(at, _)) => at,
            Ok(Instant::Never) | Err(_) => civil::start_of_day(day),
        },
    }
}

/// When a slot that begins on `day` begins and ends.
pub fn span(slot: &Slot, day: Date) -> (Timestamp, Timestamp) {
    let last = if slot.ends > slot.starts { day } else { day.tomorrow().unwrap_or(day) };
    (at(day, slot.starts), at(last, slot.ends))
}

/// The duties that somebody is expected to begin from `first` to `last`, in their order. `assignments` are those of the
/// person and of their unit: on a day that has one of their own, that of the unit does not count. None begins on a day
/// of absence.
pub fn expected(
    assignments: &[Assignment],
    cycles: &BTreeMap<DutyPatternId, Cycle>,
    absences: &[Days],
    first: Date,
    last: Date,
) -> Vec<Expected> {
    let mut found = Vec::new();
    for day in first.series(1.day()).take_while(|day| *day <= last).take(LONGEST_DAYS) {
        if absences.iter().any(|days| days.has(day)) {
            continue;
        }
        let covering = || assignments.iter().filter(move |one| one.covers(day));
        let own = covering().any(|one| one.person.is_some());
        for assignment in covering().filter(|one| one.person.is_some() == own) {
            let Some(cycle) = cycles.get(&assignment.pattern) else { continue };
            let place = (day - assignment.anchor).get_days().rem_euclid(cycle.days.max(1));
            found.extend(cycle.slots.iter().filter(|slot| slot.day == place).map(|slot| on(slot, day)));
        }
    }
    found.sort_by_key(|one| (one.starts_at, one.slot));
    found.dedup_by_key(|one| (one.slot, one.day));
    found
}

fn on(slot: &Slot, day: Date) -> Expected {
    let (starts_at, ends_at) = span(slot, day);
    Expected { slot: slot.id, day, starts_at, ends_at, form: slot.form, break_minutes: slot.break_minutes }
}

/// Whether what was logged stands for an expected duty: together it fills half of it or more.
pub fn is_done(expected: &Expected, logged: &[Logged]) -> bool {
    let filled: i64 = logged
        .iter()
        .map(|duty| {
            let start = duty.started_at.max(expected.starts_at);
            let end = duty.ended_at.min(expected.ends_at);
            end.duration_since(start).as_secs().max(0)
        })
        .sum();
    is_filled(expected, filled)
}

/// Whether so many seconds of an expected duty that were logged stand for it.
pub fn is_filled(expected: &Expected, seconds: i64) -> bool {
    let whole = expected.ends_at.duration_since(expected.starts_at).as_secs();
    seconds.saturating_mul(2) >= whole && seconds > 0
}

/// That somebody stayed longer than was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overrun {
    /// The duty that ended late.
    pub duty: DutyId,
    /// When it was expected to end.
    pub expected: Timestamp,
    /// Minutes beyond that, begun ones not counted.
    pub minutes: i64,
}

/// How long somebody stayed beyond each shift that was expected and worked, in their order; nothing for one that ended in
/// time. `None` when no expected shift was worked, so that nothing can be said. A duty that goes on into the next expected
/// shift is late until that one begins. Cover on call does not end late.
pub fn overruns(expected: &[Expected], logged: &[Logged]) -> Option<Vec<Overrun>> {
    let shifts: Vec<&Expected> =
        expected.iter().filter(|one| one.form == Form::Shift && is_done(one, logged)).collect();
    if shifts.is_empty() {
        return None;
    }
    let late = |shift: &&Expected| {
        let during = logged.iter().filter(|duty| duty.started_at < shift.ends_at && duty.ended_at > shift.starts_at);
        let last = during.max_by_key(|duty| duty.ended_at)?;
        let next = expected.iter().map(|one| one.starts_at).filter(|starts| *starts >= shift.ends_at).min();
        let until = next.map_or(last.ended_at, |next| last.ended_at.min(next));
        let minutes = until.duration_since(shift.ends_at).as_mins();
        (minutes > 0).then_some(Overrun { duty: last.id, expected: shift.ends_at, minutes })
    };
    Some(shifts.iter().filter_map(late).collect())
}

/// The days that a page of a calendar shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first one: a Monday.
    pub first: Date,
    /// The last one: a Sunday.
    pub last: Date,
}

impl Range {
    /// The week of `day`.
    pub fn week(day: Date) -> Self {
        let first = civil::monday(day);
        Self { first, last: first.checked_add(6.days()).unwrap_or(first) }
    }

    /// The month of `day`, with the days beside it that fill its first and last week.
    pub fn month(day: Date) -> Self {
        Self { first: civil::monday(day.first_of_month()), last: Self::week(day.last_of_month()).last }
    }

    /// Its days.
    pub fn days(self) -> Vec<Date> {
        self.first.series(1.day()).take_while(|day| *day <= self.last).take(LONGEST_DAYS).collect()
    }

    /// From its first midnight to its last.
    pub fn span(self) -> (Timestamp, Timestamp) {
        (civil::start_of_day(self.first), civil::start_of_day(self.last.tomorrow().unwrap_or(self.last)))
    }
}

#[cfg(test)]
mod tests;
