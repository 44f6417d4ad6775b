//! Signals of hours, rests, nights, breaks and leave.

use jiff::civil::Date;

use super::{Evidence, Finding, Place, first_of, shortened};
use crate::kernel::civil;
use crate::signals::model::{REST_HOURS, Rule, times};
use crate::views::format;
use crate::working_time::strain::{Average, Rest, Strain, WorkDay};

fn small(count: usize) -> i16 {
    i16::try_from(count).unwrap_or(i16::MAX)
}

fn hours(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths.rem_euclid(100))
}

/// Days' work that began in the days of the rule.
fn within<'a>(rule: &Rule, strain: &'a Strain, today: Date) -> impl Iterator<Item = &'a WorkDay> {
    let first = first_of(today, rule.window());
    strain.days.iter().filter(move |day| civil::local(day.began).date() >= first)
}

pub(super) fn long_hours(rule: &Rule, strain: &Strain) -> Finding {
    let Some(average) = strain.average else {
        return Finding::unknown("There is no average of your hours yet.");
    };
    let Average { hundredths, limit, first, last, opted_out } = average;
    let raised = limit > 0 && hundredths.saturating_mul(100) >= limit.saturating_mul(rule.threshold.into());
    let share = hundredths.saturating_mul(100).checked_div(limit).unwrap_or(0);
    let counted = if opted_out { "You worked" } else { "Your working time averages" };
    let reason = format!(
        "{counted} {} hours a week from {} to {}: {share}% of the limit of {} hours. The signal is raised at {}%.",
        hours(hundredths),
        format::short_date(first),
        format::short_date(last),
        hours(limit),
        rule.threshold
    );
    let text = format!("Every hour from {} to {}", format::short_date(first), format::short_date(last));
    Finding::new(raised, reason, vec![Evidence { text, place: Place::Hours }])
}

pub(super) fn short_rest(rule: &Rule, strain: &Strain, today: Date) -> Finding {
    let least = i64::from(rule.rest_hours.unwrap_or(REST_HOURS.1));
    let first = first_of(today, rule.window());
    let short = |rest: &Rest| rest.minutes() < least.saturating_mul(60) && civil::local(rest.until).date() >= first;
    let found: Vec<Rest> = strain.days.iter().filter_map(|day| day.rest).filter(short).collect();
    let said = |rest: &Rest| {
        format!("{} before your work on {}", format::minutes(rest.minutes()), format::short_time(rest.until))
    };
    let words: Vec<String> = found.iter().map(said).collect();
    let count = small(found.len());
    let rested = match count {
        0 => format!("You rested {least} hours or more before all your work of the last {} days", rule.window()),
        count => format!(
            "You rested under {least} hours {} in the last {} days: {}",
            times(count),
            rule.window(),
            shortened(&words)
        ),
    };
    let evidence = found.iter().zip(&words).map(|(rest, text)| Evidence::of_duty(text.clone(), rest.duty)).collect();
    let reason = format!("{rested}. The signal is raised at {}.", times(rule.threshold));
    Finding::new(count >= rule.threshold, reason, evidence)
}

pub(super) fn nights(rule: &Rule, strain: &Strain, today: Date) -> Finding {
    let mut longest: Vec<(&WorkDay, Date)> = Vec::new();
    let mut run: Vec<(&WorkDay, Date)> = Vec::new();
    for (day, night) in within(rule, strain, today).filter_map(|day| day.night.map(|night| (day, night))) {
        match run.last() {
            // Two pieces of one night.
            Some((_day, last)) if *last == night => {}
            Some((_day, last)) if last.tomorrow().is_ok_and(|next| next == night) => run.push((day, night)),
            Some(_) | None => run = vec![(day, night)],
        }
        if run.len() >= longest.len() {
            longest.clone_from(&run);
        }
    }
    let count = small(longest.len());
    let worked = match (longest.first(), longest.last()) {
        (Some((_, first)), Some((_, last))) if count > 1 => format!(
            "You worked {count} nights in a row, from that of {} to that of {}",
            format::short_date(*first),
            format::short_date(*last)
        ),
        (Some((_, night)), _) => format!(
            "You worked no two nights in a row in the last {} days; the latest is that of {}",
            rule.window(),
            format::short_date(*night)
        ),
        (None, _) => format!("You worked no night in the last {} days", rule.window()),
    };
    let evidence = longest
        .iter()
        .map(|(day, night)| Evidence::of_duty(format!("The night of {}", format::short_date(*night)), day.duty));
    let reason = format!("{worked}. The signal is raised at more than {}.", rule.threshold);
    Finding::new(count > rule.threshold, reason, evidence.collect())
}

pub(super) fn no_leave(rule: &Rule, strain: &Strain, today: Date) -> Finding {
    let begun = strain.leave.iter().filter(|(first, _last)| *first <= today);
    let last = begun.map(|(_first, last)| (*last).min(today)).max();
    let since = last.unwrap_or(strain.since);
    let days = today.since(since).map_or(0, |span| i64::from(span.get_days())).max(0);
    let said = match last {
        Some(last) if last == today => "You are on leave today".to_owned(),
        Some(last) => format!(
            "Your last day of leave was {}, {} ago",
            format::short_date(last),
            format::count(days, "day", "days")
        ),
        None => format!(
            "No leave of yours is on record since {}, {} ago",
            format::short_date(since),
            format::count(days, "day", "days")
        ),
    };
    let next = strain.leave.iter().map(|(first, _last)| *first).filter(|first| *first > today).min();
    let next = next.map_or(String::new(), |first| format!(" Your next leave begins on {}.", format::short_date(first)));
    let reason = format!("{said}. The signal is raised after {} days.{next}", rule.threshold);
    let evidence = vec![Evidence { text: "Your absences".to_owned(), place: Place::Absences }];
    Finding::new(days >= i64::from(rule.threshold), reason, evidence)
}

pub(super) fn missed_breaks(rule: &Rule, strain: &Strain, today: Date) -> Finding {
    let found: Vec<&WorkDay> = within(rule, strain, today).filter(|day| day.missed_break).collect();
    let said = |day: &&WorkDay| {
        format!("{} from {} without the break", format::minutes(day.worked), format::short_time(day.began))
    };
    let words: Vec<String> = found.iter().map(said).collect();
    let count = small(found.len());
    let missed = match count {
        0 => format!("You missed no break in the last {} days", rule.window()),
        count => format!(
            "You missed the break that was due {} in the last {} days: {}",
            times(count),
            rule.window(),
            shortened(&words)
        ),
    };
    let evidence = found.iter().zip(words).map(|(day, text)| Evidence::of_duty(text, day.duty)).collect();
    let reason = format!("{missed}. The signal is raised at {}.", times(rule.threshold));
    Finding::new(count >= rule.threshold, reason, evidence)
}
