//! Night work: who is a night worker, their average per 24 hours, and the hours that no average excuses.
//!
//! The average is that of regulation 6(5): the hours of the reference period, over its days without those of weekly
//! rest, which are one in seven. The government's example: four nights of 12 hours a week for 17 weeks are 816 hours
//! over 119 - 17 = 102 days, 8 hours. All hours that count stand for the "normal hours" of the text.

use super::days::Days;
use super::facts::Facts;
use super::rest::DailyRest;
use crate::working_time::calendar::{Day, days_between, later};
use crate::working_time::error::WorkingTimeError;
use crate::working_time::seconds::Seconds;
use crate::working_time::span::Span;

/// How a figure stands to the limit of night work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NightStanding {
    /// Not a night worker: the limit does not apply.
    NotANightWorker,
    /// At the limit or below it.
    Within,
    /// Above it.
    Over,
    /// A night worker to whom the limit does not apply: regulation 21.
    Exempt,
}

/// The night work of a day's reference period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NightFigure {
    /// Days' work, each from a rest to the next, in the reference period.
    pub days_worked: i64,
    /// Of these, those with enough hours in night time.
    pub nights: i64,
    /// Hours worked in each 24 hours on average, rounded down to the second.
    pub average: Seconds,
    /// The limit for it.
    pub limit: Seconds,
    /// How it stands.
    pub standing: NightStanding,
    /// The most that was worked within any 24 hours with night work, of the last days, if such work holds special
    /// hazards.
    pub hazardous: Option<Seconds>,
    /// Whether that is more than regulation 6(7) allows.
    pub hazardous_over: bool,
}

/// What the figures of night work are taken from.
#[derive(Debug)]
pub(super) struct Nights {
    /// When each day's work began, in order.
    starts: Vec<i64>,
    /// How many nights there were before each of them.
    before: Vec<i64>,
    /// The hours of each 24 hours with hazardous night work, by the second at which they end.
    hazardous: Vec<(i64, Seconds)>,
}

impl Nights {
    /// Counts the nights among the periods; `work` are stretches that do not touch.
    pub(super) fn new(facts: &Facts<'_>, work: &[Span], daily: &[DailyRest]) -> Self {
        let mut nights = Self { starts: Vec::with_capacity(daily.len()), before: vec![0], hazardous: Vec::new() };
        let mut count = 0_i64;
        for rest in daily {
            let hours = facts.at(rest.period.from).map(|moment| moment.day.rules.night.hours.value);
            count = count.saturating_add(i64::from(hours.is_some_and(|hours| rest.night >= hours)));
            nights.starts.push(rest.period.from);
            nights.before.push(count);
        }
        if facts.person.terms.iter().any(|terms| terms.special_hazards) {
            nights.hazardous = hazardous(facts, work);
        }
        nights
    }

    /// The figure of a day; the limits for workers under 18 are others.
    pub(super) fn figure(
        &self,
        facts: &Facts<'_>,
        days: &Days,
        number: usize,
        today: &Day,
    ) -> Result<NightFigure, WorkingTimeError> {
        let (law, terms) = (&today.rules.night, facts.terms_on(today.date));
        let length = law.reference_weeks.value.saturating_mul(7);
        let employed = days_between(facts.person.started_on, today.date).saturating_add(1);
        let length = length.min(employed).max(1);
        let first = later(today.date, 1_i64.saturating_sub(length));
        let first = first.ok_or(WorkingTimeError::DayOutOfRange(today.date))?;
        let first_number = facts.calendar.number(first).ok_or(WorkingTimeError::CalendarTooShort(first))?;
        let begins = facts.calendar.day(first_number).map_or(today.span.from, |day| day.span.from);
        let (days_worked, nights) = self.count(begins, today.span.until);
        let worked = days.all_worked(first_number, number.saturating_add(1)).get();
        // Over the days without one in seven: worked / (length * 6 / 7).
        let (over, under) = (worked.saturating_mul(7), length.saturating_mul(6));
        let night_worker = nights > 0 && nights.saturating_mul(law.once_in.value) >= days_worked;
        let standing = match (night_worker, terms.civil_protection) {
            (false, _) => NightStanding::NotANightWorker,
            (true, true) => NightStanding::Exempt,
            (true, false) if over > law.limit.value.get().saturating_mul(under) => NightStanding::Over,
            (true, false) => NightStanding::Within,
        };
        let hazardous = self.hazardous(facts, number, today);
        let too_long = hazardous.is_some_and(|worst| worst > law.hazard_limit.value);
        Ok(NightFigure {
            days_worked,
            nights,
            average: Seconds::new(over.div_euclid(under)),
            limit: law.limit.value,
            standing,
            hazardous,
            hazardous_over: too_long && night_worker && !terms.civil_protection,
        })
    }

    /// Days' work that begin between two seconds, and how many of them are nights.
    fn count(&self, from: i64, until: i64) -> (i64, i64) {
        let (low, high) =
            (self.starts.partition_point(|start| *start < from), self.starts.partition_point(|start| *start < until));
        let before = |number: usize| self.before.get(number).copied().unwrap_or(0);
        let worked = i64::try_from(high.saturating_sub(low)).unwrap_or(i64::MAX);
        (worked, before(high).saturating_sub(before(low)))
    }

    /// The worst of the 24 hours that end on the last days.
    fn hazardous(&self, facts: &Facts<'_>, number: usize, today: &Day) -> Option<Seconds> {
        let from = facts.calendar.look_back(number);
        let begin = self.hazardous.partition_point(|(until, _worked)| *until <= from);
        let ended = self.hazardous.iter().skip(begin).take_while(|(until, _worked)| *until <= today.span.until);
        ended.map(|(_until, worked)| *worked).max()
    }
}

/// The hours worked in each 24 hours that begin or end with a stretch of work and hold hazardous night work: the most
/// that any 24 hours hold is among them.
fn hazardous(facts: &Facts<'_>, work: &[Span]) -> Vec<(i64, Seconds)> {
    let sums = Sums::new(facts, work);
    let mut found = Vec::new();
    for span in work {
        let Some(moment) = facts.at(span.from).filter(|moment| moment.terms.special_hazards) else { continue };
        let per = moment.day.rules.rest.per.value.get();
        let from = Span::new(span.from, span.from.saturating_add(per));
        let until = Span::new(span.until.saturating_sub(per), span.until);
        for window in [from, until] {
            let (worked, night) = sums.within(facts, window);
            if night > Seconds::ZERO {
                found.push((window.until.min(facts.now), worked));
            }
        }
    }
    found.sort_unstable();
    found
}

/// Running sums over stretches of work: work and night work before each.
struct Sums<'a> {
    work: &'a [Span],
    before: Vec<(Seconds, Seconds)>,
}

impl<'a> Sums<'a> {
    fn new(facts: &Facts<'_>, work: &'a [Span]) -> Self {
        let (mut worked, mut night) = (Seconds::ZERO, Seconds::ZERO);
        let mut before = Vec::with_capacity(work.len());
        for span in work {
            before.push((worked, night));
            worked += span.length();
            night += facts.calendar.night_in(*span);
        }
        before.push((worked, night));
        Self { work, before }
    }

    /// Work and night work before a second.
    fn until(&self, facts: &Facts<'_>, second: i64) -> (Seconds, Seconds) {
        let over = self.work.partition_point(|span| span.until <= second);
        let (worked, night) = self.before.get(over).copied().unwrap_or_default();
        let begun = self.work.get(over).map(|span| Span::new(span.from, second)).filter(|begun| !begun.is_empty());
        match begun {
            Some(begun) => (worked + begun.length(), night + facts.calendar.night_in(begun)),
            None => (worked, night),
        }
    }

    /// Work and night work within a window.
    fn within(&self, facts: &Facts<'_>, window: Span) -> (Seconds, Seconds) {
        let (until, from) = (self.until(facts, window.until), self.until(facts, window.from));
        (until.0 - from.0, until.1 - from.1)
    }
}
