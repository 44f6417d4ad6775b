//! What each day holds, as running sums: the hours between any two days are one subtraction.

use super::facts::Facts;
use super::union::Slice;
use crate::working_time::law::OptedOutDays;
use crate::working_time::seconds::Seconds;

/// Running sums over the days of the calendar; the value at `n` is that of all days before day `n`.
#[derive(Debug)]
pub(super) struct Days {
    /// Seconds worked.
    all: Vec<i64>,
    /// Seconds worked on days to which the weekly limit applies: those of an opt-out are left out.
    limited: Vec<i64>,
    /// Excluded days.
    excluded: Vec<i64>,
    /// The numbers of the days on which the person worked while the weekly limit applied.
    worked: Vec<usize>,
    /// Whether an opt-out stands, by day.
    opted_out: Vec<bool>,
}

impl Days {
    /// Adds up slices that are in order.
    pub(super) fn new(facts: &Facts<'_>, slices: &[Slice]) -> Self {
        let length = facts.calendar.len();
        let mut seconds = vec![0_i64; length];
        for slice in slices {
            if let Some(day) = seconds.get_mut(slice.day) {
                *day = day.saturating_add(slice.span.length().get());
            }
        }
        let opted_out = opted_out(facts);
        let away = away(facts);
        let mut days =
            Self { all: vec![0], limited: vec![0], excluded: vec![0], worked: Vec::new(), opted_out: Vec::new() };
        for (number, day) in facts.calendar.days().enumerate() {
            let seconds = seconds.get(number).copied().unwrap_or(0);
            let out = opted_out.get(number).copied().unwrap_or(false);
            let stands_in = match day.rules.week.opted_out_days.value {
                OptedOutDays::Worked => out && seconds > 0,
                OptedOutDays::Calendar => out,
            };
            let excluded = stands_in || away.get(number).copied().unwrap_or(false);
            let limited = if out { 0 } else { seconds };
            if limited > 0 {
                days.worked.push(number);
            }
            grow(&mut days.all, seconds);
            grow(&mut days.limited, limited);
            grow(&mut days.excluded, i64::from(excluded));
        }
        days.opted_out = opted_out;
        days
    }

    /// Seconds worked from day `from` up to and without day `until`, opt-outs or not.
    pub(super) fn all_worked(&self, from: usize, until: usize) -> Seconds {
        Seconds::new(between(&self.all, from, until))
    }

    /// Seconds worked on days to which the weekly limit applies.
    pub(super) fn limited_work(&self, from: usize, until: usize) -> Seconds {
        Seconds::new(between(&self.limited, from, until))
    }

    /// Excluded days.
    pub(super) fn excluded_days(&self, from: usize, until: usize) -> i64 {
        between(&self.excluded, from, until)
    }

    /// The days from day `from` on, on which the person worked while the weekly limit applied.
    pub(super) fn worked_from(&self, from: usize) -> &[usize] {
        let before = self.worked.partition_point(|day| *day < from);
        self.worked.get(before..).unwrap_or_default()
    }

    /// Whether an opt-out stands on a day.
    pub(super) fn is_opted_out(&self, day: usize) -> bool {
        self.opted_out.get(day).copied().unwrap_or(false)
    }
}

fn grow(sums: &mut Vec<i64>, by: i64) {
    let last = sums.last().copied().unwrap_or(0);
    sums.push(last.saturating_add(by));
}

fn between(sums: &[i64], from: usize, until: usize) -> i64 {
    let at = |number: usize| sums.get(number).or(sums.last()).copied().unwrap_or(0);
    at(until.max(from)).saturating_sub(at(from))
}

/// Whether an opt-out stands, by day; workers under 18 have none.
fn opted_out(facts: &Facts<'_>) -> Vec<bool> {
    let mut out = vec![false; facts.calendar.len()];
    for opt_out in &facts.person.opt_outs {
        let days = facts.calendar.numbers(opt_out.first, opt_out.last);
        out.get_mut(days).unwrap_or_default().fill(true);
    }
    for (day, out) in facts.calendar.days().zip(&mut out) {
        *out = *out && !facts.is_young_on(day.date);
    }
    out
}

/// Whether an absence makes it an excluded day, by day.
fn away(facts: &Facts<'_>) -> Vec<bool> {
    let mut away = vec![false; facts.calendar.len()];
    for absence in &facts.person.absences {
        for number in facts.calendar.numbers(absence.first, Some(absence.last)) {
            let day = facts.calendar.day(number);
            let excluded = day.is_some_and(|day| day.rules.week.excluded.value.contains(&absence.kind));
            if let Some(away) = away.get_mut(number).filter(|_away| excluded) {
                *away = true;
            }
        }
    }
    away
}
