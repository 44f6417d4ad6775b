//! The engine of working time: from what a person worked to the figures of a day, and back to every hour in them.
//!
//! Pure: it knows no database, no page and no clock. The law comes in with the [`Calendar`], the person with a
//! [`Person`], and "now" is an argument. One [`Ledger`] per person is drawn up in time proportional to their work (and
//! its logarithm); each figure taken from it costs a few searches in sorted lists.

mod average;
mod days;
mod debt;
mod explain;
mod facts;
mod night;
mod opt_out;
mod rest;
mod union;
mod weekly;
mod young;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

pub use average::{AverageFigure, Period, Standing, reference_period};
pub use debt::{Debt, DebtFigure, RestKind};
pub use explain::{ExcludedDay, Explanation, LeftOut, Line, Part};
pub use night::{NightFigure, NightStanding};
pub use opt_out::last_day_of_opt_out;
pub use rest::DailyRest;
pub use weekly::WeeklyRest;
pub use young::YoungFigure;

use super::calendar::{Calendar, Day};
use super::error::WorkingTimeError;
use super::model::{Person, WorkId};
use super::seconds::Seconds;
use super::span::Span;
use days::Days;
use facts::Facts;
use night::Nights;
use union::{Piece, Slice};

/// Everything that can be said of a person's working time on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayFigure {
    /// The day.
    pub day: Date,
    /// The rule set that was in force on it.
    pub rule_version: Arc<str>,
    /// The weekly limit: A, B, C, average, headroom.
    pub average: AverageFigure,
    /// Rest and breaks of the last days, the day included.
    pub rest: RestFigure,
    /// Compensatory rest owed at the end of the day.
    pub debt: DebtFigure,
    /// Night work; `None` under 18.
    pub night: Option<NightFigure>,
    /// The limits under 18; `None` for adults.
    pub young: Option<YoungFigure>,
    /// Work in the reference period that nobody closed; it counts up to now, or for its longest time.
    pub unclosed: Vec<WorkId>,
}

/// Rest and breaks of the last days (`look_back_days` of the rule set, seven as it ships), as known at the end of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestFigure {
    /// How many days are looked at.
    pub days: i64,
    /// The daily rest that was shortest, each looked at within its 24 hours; `None` if none was decided.
    pub shortest: Option<DailyRest>,
    /// The longest stretch of work without a break, up to the end of the day; `None` without work.
    pub longest_stretch: Option<Span>,
    /// Daily rests that were missed.
    pub missed_daily: usize,
    /// Weekly rests that were missed.
    pub missed_weekly: usize,
    /// Breaks that were missed.
    pub missed_breaks: usize,
}

/// A person's working time, ready for every question.
#[derive(Debug)]
pub struct Ledger<'a> {
    facts: Facts<'a>,
    /// Every stretch of work as it was recorded, whether it counts or not.
    pieces: Vec<Piece>,
    /// What counts, attributed, by day.
    slices: Vec<Slice>,
    days: Days,
    daily: Vec<DailyRest>,
    weekly: Vec<WeeklyRest>,
    stretches: Vec<Span>,
    nights: Nights,
    debts: Vec<Debt>,
    /// By day of the calendar.
    balance: Vec<DebtFigure>,
    /// When work began that nobody closed, and which.
    unclosed: Vec<(i64, WorkId)>,
}

impl<'a> Ledger<'a> {
    /// Draws up the ledger of `person` over the days of `calendar`, as known at `now`: later work is not seen.
    ///
    /// # Errors
    /// [`WorkingTimeError::NoTerms`], [`WorkingTimeError::EndsBeforeItStarts`] and [`WorkingTimeError::BreaksTooLong`]
    /// for a record that makes no sense.
    pub fn draw_up(calendar: &'a Calendar, person: &'a Person, now: Timestamp) -> Result<Self, WorkingTimeError> {
        let facts = Facts::new(calendar, person, now)?;
        let pieces = union::pieces(&facts)?;
        let slices = union::slices(&facts, &pieces);
        let work = union::stretches_of_work(&slices);
        let duty = union::stretches_of_duty(&slices, &pieces);
        let days = Days::new(&facts, &slices);
        let daily = rest::daily(&facts, &duty, &work);
        let weekly = weekly::weekly(&facts, &duty);
        let stretches = rest::stretches(&facts, &work);
        let nights = Nights::new(&facts, &work, &daily);
        let debts = debt::debts(&facts, &duty, &daily, &weekly);
        let balance = debt::balance(&facts, &debts);
        let open = person.work.iter().filter(|work| work.ended_at.is_none());
        let mut unclosed: Vec<(i64, WorkId)> = open.map(|work| (work.started_at.as_second(), work.id)).collect();
        unclosed.sort_unstable();
        Ok(Self { facts, pieces, slices, days, daily, weekly, stretches, nights, debts, balance, unclosed })
    }

    /// The figures of a day. Those of a day that is not over are as they stand now.
    ///
    /// # Errors
    /// [`WorkingTimeError::NotYet`] for a day that has not begun; [`WorkingTimeError::BeforeEmployment`];
    /// [`WorkingTimeError::CalendarTooShort`] when the calendar lacks the day or a day of its reference period;
    /// [`WorkingTimeError::ReferencePeriodTooLong`] and [`WorkingTimeError::NoReferencePeriod`] for an agreement that
    /// the law of the day does not allow.
    pub fn figure(&self, day: Date) -> Result<DayFigure, WorkingTimeError> {
        let (number, today) = self.find(day)?;
        let average = average::figure(&self.facts, &self.days, number, today)?;
        let young = young::figure(&self.facts, &self.days, self.slices_of(number, number), number, today);
        let night = match young {
            Some(_) => None,
            None => Some(self.nights.figure(&self.facts, &self.days, number, today)?),
        };
        Ok(DayFigure {
            day,
            rule_version: Arc::clone(&today.rules.version),
            unclosed: self.unclosed_in(average.period, today),
            average,
            rest: self.rest(number, today),
            debt: self.balance.get(number).copied().unwrap_or_default(),
            night,
            young,
        })
    }

    /// The figures of successive days.
    ///
    /// # Errors
    /// Those of [`Ledger::figure`], for the first day that has one.
    pub fn figures(&self, first: Date, last: Date) -> Result<Vec<DayFigure>, WorkingTimeError> {
        first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last).map(|day| self.figure(day)).collect()
    }

    /// Every hour that went into the average of a day, and every hour that did not, with the reason.
    ///
    /// # Errors
    /// Those of [`Ledger::figure`].
    pub fn explain(&self, day: Date) -> Result<Explanation, WorkingTimeError> {
        explain::explain(self, day)
    }

    /// The daily rests that are decided, in order.
    pub fn daily_rests(&self) -> &[DailyRest] {
        &self.daily
    }

    /// The weekly rests of periods that are over, in order.
    pub fn weekly_rests(&self) -> &[WeeklyRest] {
        &self.weekly
    }

    /// All compensatory rest that was ever owed, in the order in which it arose.
    pub fn debts(&self) -> &[Debt] {
        &self.debts
    }

    /// A day of the calendar that has begun.
    fn find(&self, day: Date) -> Result<(usize, &'a Day), WorkingTimeError> {
        let number = self.facts.calendar.number(day).ok_or(WorkingTimeError::CalendarTooShort(day))?;
        let today = self.facts.calendar.day(number).ok_or(WorkingTimeError::CalendarTooShort(day))?;
        if self.facts.now <= today.span.from { Err(WorkingTimeError::NotYet(day)) } else { Ok((number, today)) }
    }

    /// The slices of the days from `first` to `last`.
    fn slices_of(&self, first: usize, last: usize) -> &[Slice] {
        let begin = self.slices.partition_point(|slice| slice.day < first);
        let end = self.slices.partition_point(|slice| slice.day <= last);
        self.slices.get(begin..end).unwrap_or_default()
    }

    /// Rest and breaks of the last days.
    fn rest(&self, number: usize, today: &Day) -> RestFigure {
        let (from, until) = (self.facts.calendar.look_back(number), self.facts.known_of(today));
        let begin = self.daily.partition_point(|rest| rest.period.until <= from);
        let end = self.daily.partition_point(|rest| rest.period.until <= until);
        let daily = self.daily.get(begin..end).unwrap_or_default();
        let begin = self.weekly.partition_point(|rest| rest.period.until <= from);
        let end = self.weekly.partition_point(|rest| rest.period.until <= until);
        let weekly = self.weekly.get(begin..end).unwrap_or_default();
        let begin = self.stretches.partition_point(|stretch| stretch.until <= from);
        let end = self.stretches.partition_point(|stretch| stretch.from < until);
        let stretches = self.stretches.get(begin..end).unwrap_or_default().iter();
        // A stretch that goes on after the day is as long as it was at its end.
        let stretches = stretches.map(|stretch| Span::new(stretch.from, stretch.until.min(until)));
        RestFigure {
            days: today.rules.house.look_back_days.value,
            shortest: daily.iter().min_by_key(|rest| rest.rest.length()).copied(),
            longest_stretch: stretches.max_by_key(|stretch| stretch.length()),
            missed_daily: daily.iter().filter(|rest| rest.missed > Seconds::ZERO).count(),
            missed_weekly: weekly.iter().filter(|rest| rest.missed > Seconds::ZERO).count(),
            missed_breaks: daily.iter().filter(|rest| rest.missed_break > Seconds::ZERO).count(),
        }
    }

    /// Work that began in the period, up to the end of the day, and that nobody closed.
    fn unclosed_in(&self, period: Period, today: &Day) -> Vec<WorkId> {
        if self.unclosed.is_empty() {
            return Vec::new();
        }
        let first = self.facts.calendar.numbers(period.first, None).start;
        let from = self.facts.calendar.day(first).map_or(today.span.from, |day| day.span.from);
        let within = |began: i64| from <= began && began < self.facts.known_of(today);
        self.unclosed.iter().filter(|(began, _id)| within(*began)).map(|(_began, id)| *id).collect()
    }
}

#[cfg(test)]
mod tests;
