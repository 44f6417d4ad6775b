//! Workers under 18: limits by day and by week, and the hours in which they do not work at all.
//!
//! Regulation 5A(1) knows neither an average nor an opt-out, and (2) counts the work for all employers together.

use super::days::Days;
use super::facts::Facts;
use super::union::Slice;
use crate::kernel::civil;
use crate::working_time::calendar::Day;
use crate::working_time::seconds::Seconds;

/// The day and the week of a worker under 18.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YoungFigure {
    /// Hours worked on the day.
    pub day: Seconds,
    /// The limit for it.
    pub day_limit: Seconds,
    /// Hours worked from Monday to the end of the day.
    pub week: Seconds,
    /// The limit for the week.
    pub week_limit: Seconds,
    /// Hours worked on the day in the restricted period: regulation 6A.
    pub night: Seconds,
}

impl YoungFigure {
    /// Whether the day keeps all three.
    pub fn is_within(&self) -> bool {
        self.day <= self.day_limit && self.week <= self.week_limit && self.night == Seconds::ZERO
    }
}

/// The figure of a day; `slices` are those of the day. `None` for adults.
pub(super) fn figure(
    facts: &Facts<'_>,
    days: &Days,
    slices: &[Slice],
    number: usize,
    today: &Day,
) -> Option<YoungFigure> {
    if !facts.is_young_on(today.date) {
        return None;
    }
    let law = &today.rules.young;
    let monday = facts.calendar.numbers(civil::monday(today.date), None).start;
    let tomorrow = number.saturating_add(1);
    Some(YoungFigure {
        day: days.all_worked(number, tomorrow),
        day_limit: law.day.value,
        week: days.all_worked(monday, tomorrow),
        week_limit: law.week.value,
        night: slices.iter().map(|slice| today.night_young_in(slice.span)).sum(),
    })
}
