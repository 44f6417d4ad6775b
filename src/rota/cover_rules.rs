//! Availability in quarters of an hour, and what it does to the cover of a unit. Pure: knows no database and no page.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::Deserialize;

use super::model::{Need, Off, Reason, Ride};
use super::rules::{Range, at};
use crate::duties::rules::{parse_date, parse_time};
use crate::kernel::civil;
use crate::kernel::ids::UnavailableId;
use crate::views::FormErrors;

/// The length of a block, in seconds.
pub const BLOCK_S: i64 = 900;

/// How many days ahead availability is said.
pub const AHEAD_DAYS: i32 = 7;

/// A change of availability as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedStretch {
    /// `available`, or why not.
    pub state: String,
    /// The first day.
    pub from_date: String,
    /// The time on it.
    pub from_time: String,
    /// The last day; nothing is the first one.
    pub to_date: String,
    /// The time on it.
    pub to_time: String,
    /// `yes`: they know what it does to the cover.
    pub confirm: String,
}

/// A change of availability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// From when: the beginning of a block.
    pub from: Timestamp,
    /// Until when: the end of one.
    pub to: Timestamp,
    /// Why they are not available; `None`: they are.
    pub off: Option<Reason>,
}

/// The beginning of the block in which `at` lies.
pub fn block_of(at: Timestamp) -> Timestamp {
    let second = at.as_second();
    Timestamp::from_second(second - second.rem_euclid(BLOCK_S)).unwrap_or(at)
}

/// The last instant for which availability is said now: the midnight after the seventh day ahead.
pub fn horizon(now: Timestamp) -> Timestamp {
    let today = civil::local(now).date();
    civil::start_of_day(today.checked_add((AHEAD_DAYS + 1).days()).unwrap_or(today))
}

/// Checks a change of availability.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check(typed: &TypedStretch, now: Timestamp) -> Result<Stretch, FormErrors> {
    let mut errors = FormErrors::new();
    let off = match typed.state.as_str() {
        "available" => None,
        other => {
            let reason = Reason::parse(other);
            if reason.is_none() {
                errors.add("state", "Choose whether you are available, or why not");
            }
            reason
        }
    };
    let from = moment([&typed.from_date, &typed.from_time], ["from_date", "from_time"], &mut errors);
    let to_date = if typed.to_date.trim().is_empty() { &typed.from_date } else { &typed.to_date };
    let to = moment([to_date, &typed.to_time], ["to_date", "to_time"], &mut errors);
    if let Some(from) = from
        && from < block_of(now)
    {
        errors.add("from_time", "What is past stays as it was. Begin now or later");
    }
    if let (Some(from), Some(to)) = (from, to) {
        if to <= from {
            errors.add("to_time", "The end must be after the beginning");
        } else if to > horizon(now) {
            errors.add("to_date", format!("Availability is said for {AHEAD_DAYS} days ahead. Choose an earlier end"));
        }
    }
    match (from, to) {
        (Some(from), Some(to)) if errors.is_empty() => Ok(Stretch { from, to, off }),
        _ => Err(errors),
    }
}

/// A day and a time on the quarter of an hour, in the United Kingdom.
fn moment([day, time]: [&str; 2], fields: [&str; 2], errors: &mut FormErrors) -> Option<Timestamp> {
    let [day_field, time_field] = fields;
    let day = parse_date(day);
    if day.is_none() {
        errors.add(day_field, "Enter a date like 22/11/2026");
    }
    let time = parse_time(time);
    match time {
        None => errors.add(time_field, "Enter a time like 18:15"),
        Some(time) if time.minute() % 15 != 0 => {
            errors.add(time_field, "Enter a quarter of an hour, like 18:00, 18:15, 18:30 or 18:45");
        }
        Some(_) => {}
    }
    day.zip(time).map(|(day, time)| at(day, time))
}

/// What has to be written so that somebody is (un)available in a stretch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    /// Stretches that go.
    pub remove: Vec<UnavailableId>,
    /// Stretches that end earlier.
    pub cut: Vec<(UnavailableId, Timestamp)>,
    /// Stretches to add: from, until, why.
    pub add: Vec<(Timestamp, Timestamp, Reason)>,
}

/// What a change does to the stretches that there are.
pub fn edits(existing: &[Off], stretch: Stretch) -> Edits {
    let mut edits = Edits::default();
    for off in existing.iter().filter(|off| off.starts_at < stretch.to && off.ends_at > stretch.from) {
        if off.starts_at < stretch.from {
            edits.cut.push((off.id, stretch.from));
        } else {
            edits.remove.push(off.id);
        }
        if off.ends_at > stretch.to {
            edits.add.push((stretch.to, off.ends_at, off.reason));
        }
    }
    edits.add.extend(stretch.off.map(|reason| (stretch.from, stretch.to, reason)));
    edits
}

/// What a number of riders is for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Fewer than the least: off the run.
    Critical,
    /// Enough to ride, and fewer than a full crew.
    Reduced,
    /// A full crew.
    Full,
}

impl Level {
    /// Of so many riders.
    pub fn of(riders: i32, need: Need) -> Self {
        if riders >= need.full {
            Self::Full
        } else if riders >= need.least {
            Self::Reduced
        } else {
            Self::Critical
        }
    }

    /// In words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Full => "Full crew",
            Self::Reduced => "Reduced crew",
            Self::Critical => "Off the run",
        }
    }
}

/// Successive blocks with the same number of riders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// How many ride.
    pub riders: i32,
}

/// How many riders there are in each block from `from` to `to`, blocks with the same number put together. A rider counts
/// in a block only when they are there for all of it.
pub fn cover(rides: &[Ride], from: Timestamp, to: Timestamp) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut start = block_of(from);
    while start < to {
        let end = start + SignedDuration::from_secs(BLOCK_S);
        let riders = riders_in(rides, start, end);
        match runs.last_mut() {
            Some(run) if run.riders == riders => run.to = end,
            Some(_) | None => runs.push(Run { from: start, to: end, riders }),
        }
        start = end;
    }
    runs
}

/// The stretches from `from`, the beginning of a block, to `to` in which a unit is off the run, with the fewest riders in
/// each; none where nobody gives cover at all. Looks only at blocks in which something may change.
pub fn gaps(rides: &[Ride], need: Need, from: Timestamp, to: Timestamp) -> Vec<Run> {
    if rides.iter().all(|ride| ride.off) {
        return Vec::new();
    }
    let block = SignedDuration::from_secs(BLOCK_S);
    let around = |at: Timestamp| [block_of(at), block_of(at) + block];
    let mut points: Vec<Timestamp> =
        rides.iter().flat_map(|ride| [ride.starts_at, ride.ends_at]).flat_map(around).collect();
    points.push(from);
    points.retain(|point| (from..to).contains(point));
    points.sort_unstable();
    points.dedup();
    let ends = points.iter().skip(1).copied().chain([to]);
    let mut gaps: Vec<Run> = Vec::new();
    for (start, end) in points.iter().copied().zip(ends) {
        let riders = riders_in(rides, start, start + block);
        if Level::of(riders, need) != Level::Critical {
            continue;
        }
        match gaps.last_mut() {
            Some(run) if run.to == start => *run = Run { to: end, riders: run.riders.min(riders), ..*run },
            Some(_) | None => gaps.push(Run { from: start, to: end, riders }),
        }
    }
    gaps
}

fn riders_in(rides: &[Ride], start: Timestamp, end: Timestamp) -> i32 {
    let under_contract = rides.iter().filter(|ride| !ride.off && ride.starts_at <= start && ride.ends_at >= end);
    let there = under_contract.filter(|ride| {
        let touches =
            |other: &&Ride| other.off && other.rider == ride.rider && other.starts_at < end && other.ends_at > start;
        !rides.iter().any(|other| touches(&other))
    });
    i32::try_from(there.count()).unwrap_or(i32::MAX)
}

/// The runs of a stretch in which one rider less than now leaves too few: those that fall below a full crew by it. The
/// riders are those that are left. `off` are the stretches in which the rider is off already, so that nothing changes.
pub fn made_critical(rides: &[Ride], off: &[(Timestamp, Timestamp)], stretch: Stretch, need: Need) -> Vec<Run> {
    let mut left: Vec<Run> = Vec::new();
    let mut start = block_of(stretch.from);
    while start < stretch.to {
        let end = start + SignedDuration::from_secs(BLOCK_S);
        let already = off.iter().any(|(from, to)| *from < end && *to > start);
        let riders = riders_in(rides, start, end).saturating_sub(1).max(0);
        if !already && Level::of(riders, need) < Level::Full {
            match left.last_mut() {
                Some(run) if run.riders == riders && run.to == start => run.to = end,
                Some(_) | None => left.push(Run { from: start, to: end, riders }),
            }
        }
        start = end;
    }
    left
}

/// Minutes of cover that somebody gives in the week of `day`: all of it but for the stretches off, which may overlap.
pub fn given_minutes(off: &[(Timestamp, Timestamp)], day: Date, from: Date) -> i64 {
    let (start, end) = Range::week(day).span();
    let start = start.max(civil::start_of_day(from)).min(end);
    let mut spans: Vec<(Timestamp, Timestamp)> =
        off.iter().map(|(from, to)| ((*from).max(start), (*to).min(end))).filter(|(from, to)| to > from).collect();
    spans.sort_unstable();
    let mut given = end.duration_since(start);
    let mut counted = start;
    for (from, to) in spans {
        let from = from.max(counted);
        if to > from {
            given -= to.duration_since(from);
            counted = to;
        }
    }
    given.as_mins()
}

/// What per cent of the contract that is, rounded down.
pub fn per_cent(given_minutes: i64, contract_minutes: i32) -> i64 {
    given_minutes.saturating_mul(100).checked_div(i64::from(contract_minutes)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
