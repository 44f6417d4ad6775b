//! Signals of late finishes and of hard jobs.

use super::{Evidence, Facts, Finding, Place, first_of, shortened};
use crate::kernel::civil;
use crate::rota::rules::Overrun;
use crate::signals::model::Rule;
use crate::views::format;

/// Compared with others, of whom it says nothing: not how many there are, nor what theirs is.
pub(super) fn overruns(rule: &Rule, facts: &Facts) -> Finding {
    let Some(all) = &facts.overruns else {
        return Finding::unknown(
            "This cannot be worked out: no shift of yours was both expected on the rota and logged.",
        );
    };
    let first = first_of(facts.today, rule.window());
    let found: Vec<&Overrun> = all.iter().filter(|one| civil::local(one.expected).date() >= first).collect();
    let sum: i64 = found.iter().map(|one| one.minutes).sum();
    let evidence: Vec<Evidence> = found
        .iter()
        .map(|one| {
            let text =
                format!("{} after the end at {}", format::minutes(one.minutes), format::short_time(one.expected));
            Evidence { text, place: Place::Duty(one.duty) }
        })
        .collect();
    let stayed = format!(
        "You stayed {} after {} in the last {} days",
        format::minutes(sum),
        format::count(i64::try_from(found.len()).unwrap_or(i64::MAX), "shift", "shifts"),
        rule.window()
    );
    let compared = match facts.comparison {
        None => {
            let reason = format!("{stayed}. They are compared once a day, and have not been yet.");
            return Finding { evidence, ..Finding::unknown(&reason) };
        }
        Some(comparison) => comparison,
    };
    let Some(from) = compared.minutes else {
        let reason = format!("{stayed}. There are not enough people to compare.");
        return Finding { evidence, ..Finding::unknown(&reason) };
    };
    let raised = sum > 0 && sum >= i64::from(from);
    let place = if raised { "That is among" } else { "That is not among" };
    let reason = format!(
        "{stayed}. {place} the highest {}% of your organisation, as compared on {}.",
        rule.threshold,
        format::short_date(compared.day)
    );
    Finding::new(raised, reason, evidence)
}

pub(super) fn traumatic(rule: &Rule, facts: &Facts) -> Finding {
    let first = first_of(facts.today, rule.window());
    let found: Vec<_> = facts.traumatic.iter().filter(|job| civil::local(job.at).date() >= first).collect();
    let days: Vec<String> = found.iter().map(|job| format::short_date(civil::local(job.at).date())).collect();
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let did = match count {
        0 => format!("You did no potentially traumatic job in the last {} days", rule.window()),
        count => format!(
            "You did {} in the last {} days, on {}",
            format::count(count, "potentially traumatic job", "potentially traumatic jobs"),
            rule.window(),
            shortened(&days)
        ),
    };
    let evidence = found.iter().zip(&days).map(|(job, day)| {
        let what = job.work.as_deref().unwrap_or("An event that you recorded");
        let place = job.duty.map_or(Place::Exposures, Place::Duty);
        Evidence { text: format!("{what}, {day}"), place }
    });
    let reason = format!("{did}. The signal is raised at {}.", rule.threshold);
    Finding::new(count >= i64::from(rule.threshold), reason, evidence.collect())
}
