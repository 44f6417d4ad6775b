//! Weekly rest: once or twice in each 7 or 14 days in which the person worked, from Monday midnight on.
//!
//! Regulation 11(4) and (6) let the periods begin with the week, which "starts at midnight between Sunday and Monday",
//! and (5) the first one of 14 days with the week in which the employment begins. A rest that reaches over the end of a
//! period counts in each of the two with the part that lies in it.

use super::facts::{Facts, Moment};
use crate::kernel::civil;
use crate::working_time::calendar::days_between;
use crate::working_time::model::WeeklyRestRule;
use crate::working_time::seconds::Seconds;
use crate::working_time::span::Span;

/// One period of 7 or 14 days and the rest in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeeklyRest {
    /// From Monday to Monday.
    pub period: Span,
    /// The longest rest within it.
    pub longest: Seconds,
    /// The rest that is due in all.
    pub due: Seconds,
    /// What was missing to it; nothing if it was had.
    pub missed: Seconds,
    /// Whether what was missed is made up for by compensatory rest; if not, missing it is a breach.
    pub compensated: bool,
    /// What was taken for it from which gap: the one before this stretch of duty.
    pub(super) taken: Vec<(usize, Seconds)>,
}

/// The periods with work in them that are over, in order: `duty` are stretches that do not touch.
pub(super) fn weekly(facts: &Facts<'_>, duty: &[Span]) -> Vec<WeeklyRest> {
    let mut found = Vec::new();
    let first_week = civil::monday(facts.person.started_on);
    let mut number = facts.calendar.numbers(first_week, None).start;
    while let Some(day) = facts.calendar.day(number) {
        let since = days_between(first_week, day.date);
        if since.rem_euclid(7) != 0 {
            number = number.saturating_add(1);
            continue;
        }
        let Some(moment) = facts.at(day.span.from) else { break };
        let days = length(&moment);
        // A fortnight that began before the calendar, or under other terms, is not looked at.
        if days == 14 && since.rem_euclid(14) != 0 {
            number = number.saturating_add(7);
            continue;
        }
        let end = number.saturating_add(days);
        let last = facts.calendar.day(end.saturating_sub(1));
        let Some(last) = last.filter(|last| last.span.until <= facts.now) else { break };
        found.extend(judge(&moment, duty, Span::new(day.span.from, last.span.until)));
        number = end;
    }
    found
}

/// Days of the period that begins at a moment.
fn length(moment: &Moment<'_>) -> usize {
    match moment.terms.weekly_rest {
        WeeklyRestRule::TwiceInFourteenDays | WeeklyRestRule::OnceInFourteenDays if moment.young => 7,
        WeeklyRestRule::EverySevenDays => 7,
        WeeklyRestRule::TwiceInFourteenDays | WeeklyRestRule::OnceInFourteenDays => 14,
    }
}

/// The rests that are due in the period that begins at a moment.
fn due(moment: &Moment<'_>) -> Vec<Seconds> {
    let law = &moment.day.rules.rest;
    // Where daily rest may not lie within it, the weekly rest comes on top.
    let daily = if law.weekly_may_hold_daily.value { Seconds::ZERO } else { law.daily.value };
    if moment.young {
        return vec![law.weekly_young.value];
    }
    match moment.terms.weekly_rest {
        WeeklyRestRule::EverySevenDays => vec![law.weekly.value + daily],
        WeeklyRestRule::TwiceInFourteenDays => vec![law.weekly.value + daily; 2],
        WeeklyRestRule::OnceInFourteenDays => vec![law.fortnightly.value + daily],
    }
}

/// The rest in one period; `None` if nobody worked in it.
fn judge(moment: &Moment<'_>, duty: &[Span], period: Span) -> Option<WeeklyRest> {
    let mut gaps = gaps(duty, period)?;
    let longest = gaps.iter().map(|(_gap, length)| *length).max().unwrap_or_default();
    let due = due(moment);
    let mut missed = Seconds::ZERO;
    let mut taken = Vec::new();
    for wanted in &due {
        // Each from the longest rest that is left, so that one of 48 hours is two of 24.
        let best = gaps.iter_mut().max_by_key(|(_gap, left)| *left);
        let had = best.map_or(Seconds::ZERO, |(gap, left)| {
            let had = (*left).min(*wanted);
            *left -= had;
            taken.push((*gap, had));
            had
        });
        missed += *wanted - had;
    }
    let due = due.into_iter().sum();
    Some(WeeklyRest { period, longest, due, missed, compensated: moment.rest_may_be_compensated(), taken })
}

/// The gaps between duty within a period, each by the stretch of duty that ends it; `None` without duty.
fn gaps(duty: &[Span], period: Span) -> Option<Vec<(usize, Seconds)>> {
    let begin = duty.partition_point(|span| span.until <= period.from);
    let mut gaps = Vec::new();
    let mut free_since = period.from;
    let mut number = begin;
    for span in duty.iter().skip(begin).take_while(|span| span.from < period.until) {
        gaps.push((number, Span::new(free_since, span.from).length()));
        free_since = span.until;
        number = number.saturating_add(1);
    }
    gaps.push((number, Span::new(free_since, period.until).length()));
    (number > begin).then_some(gaps)
}
