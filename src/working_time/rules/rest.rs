//! Daily rest and rest breaks: the work of a person in periods of 24 hours, each from the start of work.
//!
//! Regulation 10(1) gives 11 hours on end "in each 24-hour period during which he works". The law does not say when
//! such a period begins; here it begins with the first work after a rest of 11 hours, so that a day's work may last 13
//! hours. Where the rest was missed, the next 24 hours follow at once: a rest that comes later is theirs, and what of
//! it goes beyond their own 11 hours makes up for what was missed.

use super::facts::{Facts, Moment};
use crate::working_time::seconds::Seconds;
use crate::working_time::span::Span;

/// One period of 24 hours, or of less when the rest was had earlier, and the rest in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyRest {
    /// From the start of work to when it was decided whether the rest was had.
    pub period: Span,
    /// The rest that was had: the longest one within the 24 hours; empty if there was none.
    pub rest: Span,
    /// The rest that is due.
    pub due: Seconds,
    /// What was missing to it; nothing if it was had.
    pub missed: Seconds,
    /// Hours worked in the period.
    pub worked: Seconds,
    /// Of these, in night time.
    pub night: Seconds,
    /// The break that was missed within the work: regulation 12(1).
    pub missed_break: Seconds,
    /// Whether what was missed is made up for by compensatory rest; if not, missing it is a breach.
    pub compensated: bool,
    /// Which gap the rest lies in: the one before this stretch of duty.
    pub(super) gap: usize,
}

/// The periods of all duty in order, as far as they are decided. `duty` and `work` are stretches that do not touch,
/// with rest breaks and without.
pub(super) fn daily(facts: &Facts<'_>, duty: &[Span], work: &[Span]) -> Vec<DailyRest> {
    let mut periods = Vec::new();
    let mut next = duty.first().map(|first| (first.from, 0));
    while let Some((from, number)) = next {
        let Some(moment) = facts.at(from) else { break };
        let Some(period) = decide(facts, &moment, (duty, work), from, number) else { break };
        periods.push(period);
        next = if period.missed == Seconds::ZERO {
            // The rest lasts until the next work.
            duty.get(period.gap).map(|span| (span.from, period.gap))
        } else {
            follow(duty, period.period, number, moment.day.rules.rest.per.value)
        };
    }
    periods
}

/// The period that begins at `from`; `number` is the first stretch of duty that ends after it. `None` while it is not
/// over and its rest may still come.
fn decide(
    facts: &Facts<'_>,
    moment: &Moment<'_>,
    (duty, work): (&[Span], &[Span]),
    from: i64,
    number: usize,
) -> Option<DailyRest> {
    let rules = &moment.day.rules;
    let due = if moment.young { rules.rest.daily_young.value } else { rules.rest.daily.value };
    let window = Span::new(from, from.saturating_add(rules.rest.per.value.get()));
    let (rest, gap) = longest_rest(facts, duty, window, number, due);
    let had = rest.length() >= due;
    if !had && window.until > facts.now {
        return None;
    }
    let done = work_within(facts, work, if had { Span::new(from, rest.from) } else { window });
    let (after, length) = if moment.young {
        (rules.breaks.after_young.value, rules.breaks.length_young.value)
    } else {
        (rules.breaks.after.value, rules.breaks.length.value)
    };
    let missed_break = done.worked > after && done.longest_pause < length;
    Some(DailyRest {
        period: Span::new(from, if had { rest.from.saturating_add(due.get()) } else { window.until }),
        rest,
        due,
        missed: (due - rest.length()).or_zero(),
        worked: done.worked,
        night: done.night,
        missed_break: if missed_break { length } else { Seconds::ZERO },
        compensated: moment.rest_may_be_compensated(),
        gap,
    })
}

/// The first rest of `due` within a window, or else the longest rest; and the stretch of duty that ends it.
fn longest_rest(facts: &Facts<'_>, duty: &[Span], window: Span, number: usize, due: Seconds) -> (Span, usize) {
    let (mut longest, mut of_gap) = (Span::new(window.from, window.from), number);
    let mut free_since = window.from;
    let mut gap = number;
    let within = duty.iter().skip(number).take_while(|span| span.from < window.until);
    let ends = within.map(|span| (span.from, span.until));
    // The last rest is known up to the end of the window, or to now.
    let end = window.until.min(facts.now);
    for (begins, free_next) in ends.chain([(end, end)]) {
        let rest = Span::new(free_since, begins);
        if rest.length() > longest.length() {
            (longest, of_gap) = (rest, gap);
        }
        if rest.length() >= due {
            break;
        }
        free_since = free_next;
        gap = gap.saturating_add(1);
    }
    (longest, of_gap)
}

/// Work within a span of time.
#[derive(Debug, Clone, Copy)]
struct Done {
    worked: Seconds,
    night: Seconds,
    /// The longest pause between two stretches of it.
    longest_pause: Seconds,
}

/// What was worked within a span of time.
fn work_within(facts: &Facts<'_>, work: &[Span], within: Span) -> Done {
    let mut done = Done { worked: Seconds::ZERO, night: Seconds::ZERO, longest_pause: Seconds::ZERO };
    let begin = work.partition_point(|span| span.until <= within.from);
    let mut ended = None;
    for span in work.iter().skip(begin).take_while(|span| span.from < within.until) {
        if let Some(ended) = ended {
            done.longest_pause = done.longest_pause.max(Span::new(ended, span.from).length());
        }
        let span = span.overlap(within);
        done.worked += span.length();
        done.night += facts.calendar.night_in(span);
        ended = Some(span.until);
    }
    done
}

/// Where the period after a missed rest begins: at once if there is duty within the next 24 hours, else with the next
/// duty. `number` is a stretch of duty before the end of the period.
fn follow(duty: &[Span], period: Span, number: usize, per: Seconds) -> Option<(i64, usize)> {
    let later = duty.get(number..)?;
    let number = number.saturating_add(later.partition_point(|span| span.until <= period.until));
    let next = duty.get(number)?;
    let soon = next.from < period.until.saturating_add(per.get());
    Some((if soon { period.until } else { next.from }, number))
}

/// The longest stretches of work without a break of the length that the law asks for, in order; shorter pauses do not
/// interrupt one.
pub(super) fn stretches(facts: &Facts<'_>, work: &[Span]) -> Vec<Span> {
    let mut stretches: Vec<Span> = Vec::new();
    for span in work {
        let shortest = facts.at(span.from).map_or(Seconds::ZERO, |moment| {
            let breaks = &moment.day.rules.breaks;
            if moment.young { breaks.length_young.value } else { breaks.length.value }
        });
        match stretches.last_mut() {
            Some(last) if Span::new(last.until, span.from).length() < shortest => last.until = span.until,
            Some(_) | None => stretches.push(*span),
        }
    }
    stretches
}
