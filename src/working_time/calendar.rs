//! The days of the United Kingdom as spans of seconds, each with the law of the day: laid out once, used for everybody.
//!
//! A day is "a period of 24 hours beginning at midnight" (regulation 2(1)); on the two days on which the clocks change
//! it has 23 or 25 hours, and so it has here. Looking up the day of an instant takes no search and no time zone.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::{Date, Time};

use super::error::WorkingTimeError;
use super::law::{RuleBook, RuleSet};
use super::seconds::Seconds;
use super::span::Span;
use crate::kernel::civil;

/// Successive days with their law.
#[derive(Debug, Clone)]
pub struct Calendar {
    first: Date,
    days: Vec<Day>,
}

/// One day.
#[derive(Debug, Clone)]
pub(super) struct Day {
    /// Its date.
    pub(super) date: Date,
    /// From midnight to midnight.
    pub(super) span: Span,
    /// The law in force.
    pub(super) rules: Arc<RuleSet>,
    /// Its hours of night time: those after midnight, and those before the next one.
    night: [Span; 2],
    /// The same for workers under 18.
    night_young: [Span; 2],
}

impl Calendar {
    /// The days from `first` to `last`.
    ///
    /// A figure needs the days of its reference period, 52 weeks at most, and a week or two before them in which rests
    /// find their rhythm; B needs the days after it. Work outside is not seen.
    ///
    /// # Errors
    /// [`WorkingTimeError::CalendarBackwards`] if `last` is before `first`; [`WorkingTimeError::NoRulesOn`] for a day
    /// before the first rule set; [`WorkingTimeError::DayOutOfRange`] at the end of time.
    pub fn new(book: &RuleBook, first: Date, last: Date) -> Result<Self, WorkingTimeError> {
        if last < first {
            return Err(WorkingTimeError::CalendarBackwards);
        }
        let mut days = Vec::new();
        let (mut date, mut begins) = (first, civil::start_of_day(first).as_second());
        while date <= last {
            let rules = book.on(date).ok_or(WorkingTimeError::NoRulesOn(date))?;
            let tomorrow = date.tomorrow().map_err(|_end_of_time| WorkingTimeError::DayOutOfRange(date))?;
            let ends = civil::start_of_day(tomorrow).as_second();
            let span = Span::new(begins, ends);
            let (night, young) = (&rules.night, &rules.young);
            days.push(Day {
                date,
                span,
                rules: Arc::clone(rules),
                night: night_time(date, span, night.from.value, night.until.value)?,
                night_young: night_time(date, span, young.night_from.value, young.night_until.value)?,
            });
            (date, begins) = (tomorrow, ends);
        }
        Ok(Self { first, days })
    }

    /// How many days.
    pub(super) fn len(&self) -> usize {
        self.days.len()
    }

    /// From the first midnight to the last.
    pub(super) fn span(&self) -> Span {
        let begins = self.days.first().map_or(0, |day| day.span.from);
        Span::new(begins, self.days.last().map_or(begins, |day| day.span.until))
    }

    /// A day by its number, from 0.
    pub(super) fn day(&self, number: usize) -> Option<&Day> {
        self.days.get(number)
    }

    /// All days in order.
    pub(super) fn days(&self) -> impl Iterator<Item = &Day> {
        self.days.iter()
    }

    /// The number of a date; `None` if the calendar does not hold it.
    pub(super) fn number(&self, date: Date) -> Option<usize> {
        let number = usize::try_from(days_between(self.first, date)).ok()?;
        (number < self.days.len()).then_some(number)
    }

    /// The numbers of the days from `first` to `last`, or to the end, as far as the calendar holds them.
    pub(super) fn numbers(&self, first: Date, last: Option<Date>) -> Range<usize> {
        let from = usize::try_from(days_between(self.first, first)).unwrap_or(0);
        let until =
            last.map_or(Ok(self.len()), |last| usize::try_from(days_between(self.first, last).saturating_add(1)));
        // A number below zero is a date before the calendar.
        let until = until.unwrap_or(0).min(self.len());
        from.min(until)..until
    }

    /// The number of the day that holds a second; `None` outside of the calendar.
    pub(super) fn number_at(&self, second: i64) -> Option<usize> {
        let begins = self.days.first()?.span.from;
        let guess = usize::try_from(second.checked_sub(begins)?.div_euclid(24 * 3600)).ok()?;
        // Days of 23 and 25 hours shift the guess by one day at most.
        let near = [Some(guess), guess.checked_sub(1), guess.checked_add(1)];
        near.into_iter().flatten().find(|number| self.day(*number).is_some_and(|day| day.holds(second)))
    }

    /// The day that holds a second; the first or last one outside of the calendar.
    pub(super) fn day_at(&self, second: i64) -> Option<&Day> {
        match self.number_at(second) {
            Some(number) => self.day(number),
            None if second < self.span().from => self.days.first(),
            None => self.days.last(),
        }
    }

    /// The second at which the days begin that are looked back over from the end of a day.
    pub(super) fn look_back(&self, number: usize) -> i64 {
        let days = self.day(number).map_or(1, |day| day.rules.house.look_back_days.value);
        let back = usize::try_from(days.saturating_sub(1)).unwrap_or(0);
        self.day(number.saturating_sub(back)).map_or(self.span().from, |day| day.span.from)
    }

    /// How much of `span` is night time.
    pub(super) fn night_in(&self, span: Span) -> Seconds {
        let mut night = Seconds::ZERO;
        let mut number = self.number_at(span.from.max(self.span().from));
        while let Some(day) = number.and_then(|number| self.day(number)).filter(|day| day.span.from < span.until) {
            night += day.night_in(span);
            number = number.and_then(|number| number.checked_add(1));
        }
        night
    }
}

impl Day {
    fn holds(&self, second: i64) -> bool {
        self.span.from <= second && second < self.span.until
    }

    /// How much of `span` is night time of this day.
    pub(super) fn night_in(&self, span: Span) -> Seconds {
        self.night.iter().map(|night| night.overlap(span).length()).sum()
    }

    /// How much of `span` is time of this day in which workers under 18 do not work.
    pub(super) fn night_young_in(&self, span: Span) -> Seconds {
        self.night_young.iter().map(|night| night.overlap(span).length()).sum()
    }
}

/// Days from one date to another; below zero backwards.
pub(super) fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours().div_euclid(24)
}

/// The date so many days later, or earlier below zero; `None` at the ends of time.
pub(super) fn later(date: Date, days: i64) -> Option<Date> {
    let span = jiff::Span::new().try_days(days).ok()?;
    date.checked_add(span).ok()
}

/// The two parts of a day that are night when night lasts from `from` before midnight to `until` after it.
fn night_time(date: Date, day: Span, from: Time, until: Time) -> Result<[Span; 2], WorkingTimeError> {
    let wall = |time: Time| {
        // A time that the clocks skip is taken an hour later, one that comes twice the first time.
        let zoned = date.to_datetime(time).to_zoned(civil::zone());
        zoned.map(|zoned| zoned.timestamp().as_second()).map_err(|_end_of_time| WorkingTimeError::DayOutOfRange(date))
    };
    Ok([Span::new(day.from, wall(until)?), Span::new(wall(from)?, day.until)])
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::working_time::law::great_britain;

    fn book() -> RuleBook {
        RuleBook::new(vec![great_britain()]).expect("a book")
    }

    fn calendar(first: Date, last: Date) -> Calendar {
        Calendar::new(&book(), first, last).expect("a calendar")
    }

    #[test]
    fn days_on_which_the_clocks_change_have_23_and_25_hours() {
        let year = calendar(date(2026, 1, 1), date(2026, 12, 31));
        let hours = |day| year.day(year.number(day).expect("in the year")).expect("a day").span.length();
        assert_eq!(hours(date(2026, 3, 29)), Seconds::from_hours(23));
        assert_eq!(hours(date(2026, 10, 25)), Seconds::from_hours(25));
        assert_eq!(hours(date(2026, 6, 1)), Seconds::from_hours(24));
        assert_eq!(year.span().length(), Seconds::from_hours(365 * 24));
    }

    #[test]
    fn every_second_lies_in_the_day_that_holds_it() {
        let year = calendar(date(2026, 1, 1), date(2026, 12, 31));
        for (number, day) in year.days().enumerate() {
            assert_eq!(year.number(day.date), Some(number));
            for second in [day.span.from, day.span.from + 3600, day.span.until - 3600, day.span.until - 1] {
                assert_eq!(year.number_at(second), Some(number), "{}", day.date);
            }
        }
        assert_eq!(year.number_at(year.span().from - 1), None);
        assert_eq!(year.number_at(year.span().until), None);
        assert_eq!(year.number(date(2025, 12, 31)), None);
        assert_eq!(year.number(date(2027, 1, 1)), None);
    }

    #[test]
    fn night_time_is_shorter_and_longer_when_the_clocks_change() {
        let year = calendar(date(2026, 1, 1), date(2026, 12, 31));
        let night = |first, last| {
            let from = year.day(year.number(first).expect("in the year")).expect("a day").span.until - 3600;
            let until = year.day(year.number(last).expect("in the year")).expect("a day").span.until;
            year.night_in(Span::new(from, until - 3600))
        };
        // From 23:00 to 23:00 of the next day.
        assert_eq!(night(date(2026, 6, 1), date(2026, 6, 2)), Seconds::from_hours(7));
        assert_eq!(night(date(2026, 3, 28), date(2026, 3, 29)), Seconds::from_hours(6));
        assert_eq!(night(date(2026, 10, 24), date(2026, 10, 25)), Seconds::from_hours(8));
    }

    #[test]
    fn a_calendar_needs_days_and_law() {
        let backwards = Calendar::new(&book(), date(2026, 1, 2), date(2026, 1, 1)).map(|_calendar| ());
        assert_eq!(backwards.expect_err("refused"), WorkingTimeError::CalendarBackwards);
        let lawless = Calendar::new(&book(), date(2003, 4, 5), date(2003, 4, 7)).map(|_calendar| ());
        assert_eq!(lawless.expect_err("refused"), WorkingTimeError::NoRulesOn(date(2003, 4, 5)));
    }
}
