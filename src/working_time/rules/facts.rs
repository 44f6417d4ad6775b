//! Who is asked about, when, and under which law and terms each of their days lies.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::working_time::calendar::{Calendar, Day};
use crate::working_time::error::WorkingTimeError;
use crate::working_time::model::{Person, Terms};

/// A person, the calendar, and how far their record is known.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    /// The days and their law.
    pub(super) calendar: &'a Calendar,
    /// The person.
    pub(super) person: &'a Person,
    /// The second up to which the record is known; never after the end of the calendar.
    pub(super) now: i64,
    earliest: &'a Terms,
    /// By their first day.
    terms: Vec<&'a Terms>,
}

impl<'a> Facts<'a> {
    /// # Errors
    /// [`WorkingTimeError::NoTerms`] for a person without terms.
    pub(super) fn new(calendar: &'a Calendar, person: &'a Person, now: Timestamp) -> Result<Self, WorkingTimeError> {
        let mut terms: Vec<&Terms> = person.terms.iter().collect();
        terms.sort_by_key(|terms| terms.from);
        let earliest = terms.first().copied().ok_or(WorkingTimeError::NoTerms)?;
        let now = now.as_second().min(calendar.span().until);
        Ok(Self { calendar, person, now, earliest, terms })
    }

    /// The terms of a day.
    pub(super) fn terms_on(&self, date: Date) -> &'a Terms {
        let begun = self.terms.partition_point(|terms| terms.from <= date);
        begun.checked_sub(1).and_then(|last| self.terms.get(last).copied()).unwrap_or(self.earliest)
    }

    /// Whether the person is under 18 on a day.
    pub(super) fn is_young_on(&self, date: Date) -> bool {
        self.person.adult_from.is_some_and(|adult| date < adult)
    }

    /// The law and the terms under which something lies that begins at a second.
    pub(super) fn at(&self, second: i64) -> Option<Moment<'a>> {
        let day = self.calendar.day_at(second)?;
        Some(Moment { day, terms: self.terms_on(day.date), young: self.is_young_on(day.date) })
    }

    /// The second up to which a day is known: its end, or now.
    pub(super) fn known_of(&self, day: &Day) -> i64 {
        day.span.until.min(self.now)
    }
}

/// The law and the terms of one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment<'a> {
    /// Its day.
    pub(super) day: &'a Day,
    /// The terms of the day.
    pub(super) terms: &'a Terms,
    /// Whether the person is under 18.
    pub(super) young: bool,
}

impl Moment<'_> {
    /// Whether rest that is missed at this moment has to be made up for by regulation 24, instead of being a breach at
    /// once: regulation 21 lifts regulations 10(1), 11(1) and (2) and 12(1), which are those of adult workers.
    pub(super) const fn rest_may_be_compensated(&self) -> bool {
        self.terms.civil_protection && !self.young
    }
}
