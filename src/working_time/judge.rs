//! What a piece of work would break that is not broken without it. Pure.

use jiff::{SignedDuration, Timestamp};

use super::calendar::Calendar;
use super::error::WorkingTimeError;
use super::model::{Person, Work};
use super::rules::{DailyRest, DayFigure, Ledger, NightStanding, Standing};
use super::seconds::Seconds;
use crate::kernel::civil;
use crate::views::format;

/// Breaks that `planned` makes, as sentences without a full stop; nothing when it makes none.
///
/// `before` is the person without it. What is still to come is taken as if it had been worked.
///
/// # Errors
/// Those of [`Ledger::draw_up`] and [`Ledger::figure`].
pub fn breaks(
    calendar: &Calendar,
    before: &Person,
    planned: Work,
    now: Timestamp,
) -> Result<Vec<String>, WorkingTimeError> {
    let ends = planned.ended_at.unwrap_or(now);
    let seen = now.max(ends);
    // Work that ends at midnight belongs to the day before.
    let last_moment = ends.checked_sub(SignedDuration::from_secs(1)).unwrap_or(ends);
    let day = civil::local(last_moment).date();
    if day < before.started_on {
        return Ok(Vec::new());
    }
    let mut after = before.clone();
    after.work.push(planned);
    let (without, with) = (Ledger::draw_up(calendar, before, seen)?, Ledger::draw_up(calendar, &after, seen)?);
    let mut said = Vec::new();
    let today = civil::local(now).date().max(day);
    for on in [day, today] {
        if said.is_empty() {
            said.extend(limit(&without.figure(on)?, &with.figure(on)?));
        }
    }
    said.extend(daily_rest(without.daily_rests(), with.daily_rests()));
    said.extend(weekly_rest(&without, &with));
    let (had, has) = (without.figure(day)?, with.figure(day)?);
    said.extend(young(&had, &has));
    said.extend(night(&had, &has));
    Ok(said)
}

fn limit(had: &DayFigure, has: &DayFigure) -> Option<String> {
    let (had, has) = (had.average, has.average);
    let adds = has.a + has.b > had.a + had.b;
    (adds && has.standing == Standing::Over).then(|| {
        format!(
            "With it, working time from {} to {} averages {} hours a week, and the limit is {}",
            format::short_date(has.period.first),
            format::short_date(has.period.last),
            has.average,
            has.limit
        )
    })
}

/// The shortest rest that was long enough before, or was none of its own.
fn daily_rest(had: &[DailyRest], has: &[DailyRest]) -> Option<String> {
    let missed = |rests: &[DailyRest]| rests.iter().map(|rest| rest.missed).sum::<Seconds>();
    if missed(has) <= missed(had) {
        return None;
    }
    let new = has.iter().filter(|rest| rest.missed > Seconds::ZERO && !had.contains(rest));
    let worst = new.max_by_key(|rest| rest.missed)?;
    let owed = if worst.compensated { ", so the rest has to be made up for" } else { "" };
    Some(format!(
        "In the 24 hours from {} the longest rest is {}, and {} are due{owed}",
        format::short_time(worst.period.begins()),
        worst.rest.length(),
        worst.due
    ))
}

fn weekly_rest(without: &Ledger<'_>, with: &Ledger<'_>) -> Option<String> {
    let worse = with.weekly_rests().iter().find(|rest| {
        let same = without.weekly_rests().iter().find(|other| other.period == rest.period);
        rest.missed > same.map_or(Seconds::ZERO, |same| same.missed)
    })?;
    let from = civil::local(worse.period.begins()).date();
    Some(format!("{} are missing to the weekly rest in the period from {}", worse.missed, format::short_date(from)))
}

fn young(had: &DayFigure, has: &DayFigure) -> Option<String> {
    let (had, has) = (had.young, has.young?);
    (!has.is_within() && had.is_none_or(|had| had.is_within())).then(|| {
        format!(
            "Under 18, {} a day, {} a week and nothing at night are allowed: with it, it is {} on the day and {} in the week",
            has.day_limit, has.week_limit, has.day, has.week
        )
    })
}

fn night(had: &DayFigure, has: &DayFigure) -> Option<String> {
    let (had, has) = (had.night?, has.night?);
    let over = has.standing == NightStanding::Over && had.standing != NightStanding::Over;
    over.then(|| {
        format!("With it, night work averages {} in each 24 hours, and the limit is {}", has.average, has.limit)
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;
    use crate::working_time::law::{RuleBook, great_britain};
    use crate::working_time::model::{
        Blocks, Breaks, ReferenceWeeks, Source, StandbyRule, Terms, WeeklyRestRule, WorkId,
    };

    fn work(number: u128, from: &str, until: &str) -> Work {
        let at = |text: &str| -> Timestamp { text.parse().expect("a time") };
        Work {
            id: WorkId(Uuid::from_u128(number)),
            source: Source::Shift,
            started_at: at(from),
            ended_at: Some(at(until)),
            breaks: Breaks::None,
        }
    }

    fn person(work: Vec<Work>) -> Person {
        let terms = Terms {
            from: date(2026, 1, 5),
            civil_protection: true,
            reference_weeks: ReferenceWeeks::Agreed(17),
            blocks: Blocks::Rolling,
            standby: StandbyRule::TurnoutOnly,
            weekly_rest: WeeklyRestRule::EverySevenDays,
            breaks_count: false,
            special_hazards: false,
        };
        Person {
            started_on: date(2026, 1, 5),
            adult_from: None,
            terms: vec![terms],
            opt_outs: Vec::new(),
            absences: Vec::new(),
            work,
        }
    }

    fn said(before: Vec<Work>, planned: Work, now: &str) -> Vec<String> {
        let book = RuleBook::new(vec![great_britain()]).expect("a book");
        let calendar = Calendar::new(&book, date(2026, 1, 1), date(2026, 12, 31)).expect("a calendar");
        breaks(&calendar, &person(before), planned, now.parse().expect("a time")).expect("a judgement")
    }

    #[test]
    fn a_short_rest_before_the_next_duty_is_said_whether_it_was_or_is_to_be() {
        let late = work(1, "2026-03-02T12:00:00Z", "2026-03-02T22:00:00Z");
        for now in ["2026-03-01T09:00:00Z", "2026-03-05T09:00:00Z"] {
            let found = said(vec![late.clone()], work(2, "2026-03-03T06:00:00Z", "2026-03-03T14:00:00Z"), now);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains("the longest rest is 8 h, and 11 h are due, so the rest"), "{found:?}");
            let enough = said(vec![late.clone()], work(2, "2026-03-03T09:00:00Z", "2026-03-03T14:00:00Z"), now);
            assert_eq!(enough, Vec::<String>::new());
        }
    }

    #[test]
    fn the_limit_is_named_with_its_period() {
        // A new starter: six days of 8 hours in the first week are exactly the limit.
        let week: Vec<Work> = (5..11)
            .map(|day| work(day, &format!("2026-01-{day:02}T09:00:00Z"), &format!("2026-01-{day:02}T17:00:00Z")))
            .collect();
        let (first, sixth) = (week[..5].to_vec(), week[5].clone());
        let found = said(first.clone(), Work { id: WorkId(Uuid::from_u128(99)), ..sixth }, "2026-01-12T09:00:00Z");
        assert!(
            found.iter().any(|text| text.contains("averages 56.00 hours a week, and the limit is 48 h")),
            "{found:?}"
        );
        let none = said(first, work(99, "2026-01-11T09:00:00Z", "2026-01-11T17:00:00Z"), "2026-01-12T09:00:00Z");
        assert_eq!(none, Vec::<String>::new(), "exactly the limit after a whole week");
    }

    #[test]
    fn what_was_broken_before_is_not_said_again() {
        let before = vec![
            work(1, "2026-03-02T12:00:00Z", "2026-03-02T22:00:00Z"),
            work(2, "2026-03-03T06:00:00Z", "2026-03-03T08:00:00Z"),
        ];
        let found = said(before, work(3, "2026-03-10T09:00:00Z", "2026-03-10T12:00:00Z"), "2026-03-12T09:00:00Z");
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn nothing_is_said_of_work_before_the_employment() {
        let found = said(Vec::new(), work(1, "2026-01-02T00:00:00Z", "2026-01-02T23:00:00Z"), "2026-01-12T09:00:00Z");
        assert_eq!(found, Vec::<String>::new());
    }
}
