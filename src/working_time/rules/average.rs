//! The weekly limit: the reference period of a day and its average, (A + B) / C of regulation 4(6).

use jiff::civil::Date;

use super::days::Days;
use super::facts::Facts;
use crate::working_time::calendar::{Day, days_between, later};
use crate::working_time::error::WorkingTimeError;
use crate::working_time::law::WeekLaw;
use crate::working_time::model::{Blocks, ReferenceWeeks, Terms};
use crate::working_time::seconds::{Seconds, WeeklyAverage};

/// A reference period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
}

impl Period {
    /// Its days; C of the formula is a seventh of them.
    pub fn days(self) -> i64 {
        days_between(self.first, self.last).saturating_add(1)
    }
}

/// How a figure stands to the weekly limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// At the limit or below it.
    Within,
    /// Above it.
    Over,
    /// An opt-out stands on the day: the limit does not apply.
    OptedOut,
}

/// The average of a day's reference period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AverageFigure {
    /// The reference period.
    pub period: Period,
    /// A: hours worked in the period, on days to which the limit applies.
    pub a: Seconds,
    /// B: hours worked right after the period, until as many days were worked as days were excluded.
    pub b: Seconds,
    /// C in days: 119 are 17 weeks.
    pub c_days: i64,
    /// Excluded days within the period: regulation 4(7).
    pub excluded_days: i64,
    /// Worked days that B is still short of; the figure is a lower bound until there are none.
    pub open_days: i64,
    /// Whether the last day of the period is over; if not, A still grows.
    pub period_over: bool,
    /// (A + B) / C.
    pub average: WeeklyAverage,
    /// What the average comes to if the open days of B are like the days worked in the period. An estimate, for warning
    /// in time; the law does not know it.
    pub expected: WeeklyAverage,
    /// All hours of the period over its weeks, opt-outs included, nothing excluded: what was worked in fact.
    pub worked: WeeklyAverage,
    /// The limit in each seven days.
    pub limit: Seconds,
    /// What is left to the limit in each seven days; below zero above it.
    pub headroom: Seconds,
    /// What is left to the limit in the whole period: the hours that can still be worked in a running block.
    pub hours_left: Seconds,
    /// How it stands.
    pub standing: Standing,
}

impl AverageFigure {
    /// Whether nothing that happens later can change it.
    pub const fn is_final(&self) -> bool {
        self.period_over && self.open_days == 0
    }
}

/// The reference period in which the figure of `day` lies.
///
/// Rolling, it ends on the day. Fixed, it is the block that holds the day, over or not. Whoever has been employed for
/// less than a whole period has the time since they started: regulation 4(4).
///
/// # Errors
/// [`WorkingTimeError::BeforeEmployment`]; [`WorkingTimeError::ReferencePeriodTooLong`] and
/// [`WorkingTimeError::NoReferencePeriod`] for an agreement that the law does not allow;
/// [`WorkingTimeError::DayOutOfRange`] at the end of time.
pub fn reference_period(law: &WeekLaw, terms: &Terms, started_on: Date, day: Date) -> Result<Period, WorkingTimeError> {
    let length = reference_weeks(law, terms)?.saturating_mul(7);
    let employed = days_between(started_on, day).saturating_add(1);
    if employed <= 0 {
        return Err(WorkingTimeError::BeforeEmployment(day));
    }
    if employed < length {
        return Ok(Period { first: started_on, last: day });
    }
    let back = match terms.blocks {
        Blocks::Rolling => length.saturating_sub(1),
        Blocks::Fixed(anchor) => days_between(anchor, day).rem_euclid(length),
    };
    let first = later(day, back.saturating_neg());
    let last = first.and_then(|first| later(first, length.saturating_sub(1)));
    first.zip(last).map(|(first, last)| Period { first, last }).ok_or(WorkingTimeError::DayOutOfRange(day))
}

fn reference_weeks(law: &WeekLaw, terms: &Terms) -> Result<i64, WorkingTimeError> {
    let longest = law.longest_reference_weeks.value;
    match terms.reference_weeks {
        ReferenceWeeks::Agreed(weeks) if weeks > longest => {
            Err(WorkingTimeError::ReferencePeriodTooLong { weeks, longest })
        }
        ReferenceWeeks::Agreed(weeks) if weeks <= 0 => Err(WorkingTimeError::NoReferencePeriod),
        ReferenceWeeks::Agreed(weeks) => Ok(weeks),
        ReferenceWeeks::Statutory if terms.civil_protection => Ok(law.reference_weeks_civil_protection.value),
        ReferenceWeeks::Statutory => Ok(law.reference_weeks.value),
    }
}

/// What follows a reference period: regulation 4(6), B.
#[derive(Debug, Clone, Copy)]
pub(super) struct Afterwards {
    /// The number of the first day after what was worked for B.
    pub(super) until: usize,
    /// Worked days that are over and still missing.
    open_days: i64,
}

/// Looks at the days from `after` on, until as many of them were worked as days are excluded.
///
/// The day on which the count is reached belongs to B with all its hours. Days of an opt-out neither count nor add.
pub(super) fn afterwards(facts: &Facts<'_>, days: &Days, after: usize, excluded: i64) -> Afterwards {
    let wanted = usize::try_from(excluded).unwrap_or(0);
    let worked = days.worked_from(after);
    let over = |number: &&usize| facts.calendar.day(**number).is_some_and(|day| day.span.until <= facts.now);
    let done = worked.iter().take(wanted).take_while(over).count();
    let until = match wanted.checked_sub(1) {
        None => after,
        // The count may not be reached yet: then everything that there is.
        Some(last) => worked.get(last).map_or(facts.calendar.len(), |day| day.saturating_add(1)),
    };
    let open_days = i64::try_from(wanted.saturating_sub(done)).unwrap_or(i64::MAX);
    Afterwards { until, open_days }
}

/// The average of a day's reference period.
pub(super) fn figure(
    facts: &Facts<'_>,
    days: &Days,
    number: usize,
    today: &Day,
) -> Result<AverageFigure, WorkingTimeError> {
    let law = &today.rules.week;
    let period = reference_period(law, facts.terms_on(today.date), facts.person.started_on, today.date)?;
    let first = facts.calendar.number(period.first).ok_or(WorkingTimeError::CalendarTooShort(period.first))?;
    let until = facts.calendar.numbers(period.first, Some(period.last)).end;
    let (a, excluded_days) = (days.limited_work(first, until), days.excluded_days(first, until));
    let afterwards = afterwards(facts, days, until, excluded_days);
    let b = days.limited_work(until, afterwards.until);
    let (c_days, limit) = (period.days(), law.limit.value);
    let average = WeeklyAverage::new(a + b, c_days);
    let standing = match (days.is_opted_out(number), average.exceeds(limit)) {
        (true, _) => Standing::OptedOut,
        (false, true) => Standing::Over,
        (false, false) => Standing::Within,
    };
    let ends = facts.calendar.day(until.saturating_sub(1)).map_or(i64::MAX, |day| day.span.until);
    Ok(AverageFigure {
        period,
        a,
        b,
        c_days,
        excluded_days,
        open_days: afterwards.open_days,
        period_over: facts.calendar.number(period.last).is_some() && ends <= facts.now,
        average,
        expected: WeeklyAverage::new(a + b + still_to_come(a, days, first, until, afterwards.open_days), c_days),
        worked: WeeklyAverage::new(days.all_worked(first, until), c_days),
        limit,
        headroom: average.left_to(limit),
        hours_left: Seconds::new(limit.get().saturating_mul(c_days).div_euclid(7)) - a - b,
        standing,
    })
}

/// The open days of B at the average of the days worked in the period.
fn still_to_come(a: Seconds, days: &Days, first: usize, until: usize, open_days: i64) -> Seconds {
    let worked = days.worked_from(first).partition_point(|day| *day < until);
    let worked = i64::try_from(worked).unwrap_or(i64::MAX).max(1);
    Seconds::new(a.get().saturating_mul(open_days).div_euclid(worked))
}
