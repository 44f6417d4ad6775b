//! From plain facts and tuned numbers to what a signal says: raised or not, why in words and numbers, and what went into
//! it. Pure: knows no database and no page.

mod load;
mod time;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;

use super::model::{Comparison, Kind, Rule};
use crate::kernel::ids::DutyId;
use crate::rota::rules::Overrun;
use crate::working_time::strain::Strain;

/// People whose overruns are compared at least: with fewer, one could tell whose they are.
pub const FEWEST_PEOPLE: usize = 10;

/// A potentially traumatic job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traumatic {
    /// The duty; `None` for what was recorded without one.
    pub duty: Option<DutyId>,
    /// When it was over.
    pub at: Timestamp,
    /// What kind of work it was.
    pub work: Option<String>,
}

/// What is looked at, of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The day in the UK.
    pub today: Date,
    /// Averages, rests, nights, breaks and leave; `None` when no contract group holds for them.
    pub strain: Option<Strain>,
    /// Potentially traumatic jobs, in order.
    pub traumatic: Vec<Traumatic>,
    /// How long they stayed after shifts; `None` when no shift was expected and worked.
    pub overruns: Option<Vec<Overrun>>,
    /// What their overruns are compared with; `None` until that was worked out.
    pub comparison: Option<Comparison>,
}

/// Whether a signal is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is.
    Raised,
    /// It is not.
    Quiet,
    /// Nothing can be said.
    Unknown,
}

/// Where what went into a finding is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At a duty.
    Duty(DutyId),
    /// Among the hours of the average.
    Hours,
    /// Among the absences.
    Absences,
    /// Among the exposures.
    Exposures,
    /// Nowhere: work for another employer.
    None,
}

/// One thing that went into a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// In words and numbers.
    pub text: String,
    /// Where it is shown.
    pub place: Place,
}

impl Evidence {
    fn of_duty(text: String, duty: Option<DutyId>) -> Self {
        Self { text, place: duty.map_or(Place::None, Place::Duty) }
    }
}

/// What a signal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is raised.
    pub state: State,
    /// Why, or why not.
    pub reason: String,
    /// Everything that went into it.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    fn new(raised: bool, reason: String, evidence: Vec<Evidence>) -> Self {
        Self { state: if raised { State::Raised } else { State::Quiet }, reason, evidence }
    }

    fn unknown(reason: &str) -> Self {
        Self { state: State::Unknown, reason: reason.to_owned(), evidence: Vec::new() }
    }
}

/// What the signal of `rule` says of `facts`.
pub fn look(rule: &Rule, facts: &Facts) -> Finding {
    match (rule.kind, &facts.strain) {
        (Kind::Overruns, _) => load::overruns(rule, facts),
        (Kind::TraumaticJobs, _) => load::traumatic(rule, facts),
        (_, None) => Finding::unknown(
            "This cannot be worked out: your organisation has not said which contract group's limits and rests hold for you.",
        ),
        (Kind::LongHours, Some(strain)) => time::long_hours(rule, strain),
        (Kind::ShortRest, Some(strain)) => time::short_rest(rule, strain, facts.today),
        (Kind::Nights, Some(strain)) => time::nights(rule, strain, facts.today),
        (Kind::NoLeave, Some(strain)) => time::no_leave(rule, strain, facts.today),
        (Kind::MissedBreaks, Some(strain)) => time::missed_breaks(rule, strain, facts.today),
    }
}

/// The first of `days` days that end with `today`.
pub fn first_of(today: Date, days: i16) -> Date {
    today.checked_sub(jiff::Span::new().days(i64::from(days).saturating_sub(1))).unwrap_or(today)
}

/// From how many minutes on somebody is among the `per_cent` of people with most: of ten people the first one, of 25 the
/// first two. `None` for fewer people than may be compared.
pub fn tenth(mut minutes: Vec<i64>, per_cent: i16) -> Option<i64> {
    if minutes.len() < FEWEST_PEOPLE {
        return None;
    }
    minutes.sort_unstable_by(|one, other| other.cmp(one));
    let share = usize::try_from(per_cent).unwrap_or(0);
    let place = minutes.len().saturating_mul(share).checked_div(100).unwrap_or(0).max(1);
    minutes.get(place.saturating_sub(1)).copied()
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} and {last}", some.join(", ")),
    }
}

/// At most six of `words`, and how many more there are.
fn shortened(words: &[String]) -> String {
    const MOST: usize = 6;
    match words.get(..MOST) {
        Some(first) if words.len() > MOST => {
            format!("{}, and {} more", first.join(", "), words.len().saturating_sub(MOST))
        }
        Some(_) | None => listed(words),
    }
}
