//! From a date and two times on the wall to two instants.

use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan};

use super::fault::{At, Faults};
use super::text::{parse_date, parse_time};
use super::{LONGEST, Typed};
use crate::kernel::civil::{self, Instant};
use crate::views::format;

/// Start and end; `None` when something is wrong, which `faults` then says.
pub(super) fn span(typed: &Typed, faults: &mut Faults) -> Option<(Timestamp, Timestamp)> {
    let date = match typed.date.trim() {
        "" => {
            faults.add(At::Date, "Enter the date on which it started");
            None
        }
        text => parse_date(text).or_else(|| {
            faults.add(At::Date, "Enter a date like 22/11/2026");
            None
        }),
    };
    let start = time(&typed.start, At::Start, "Enter the time at which it started", faults);
    let end = time(&typed.end, At::End, "Enter the time at which it ended", faults);
    let date = date?;
    let start = start.and_then(|time| settle_start(date.to_datetime(time), &typed.start_turn, faults));
    let (start, end) = (start?, end?);
    let day = if typed.next_day == "yes" { date.checked_add(1.day()).ok()? } else { date };
    settle_end(start, day.to_datetime(end), typed, faults).map(|end| (start, end))
}

fn time(text: &str, at: At, missing: &str, faults: &mut Faults) -> Option<jiff::civil::Time> {
    match text.trim() {
        "" => {
            faults.add(at, missing);
            None
        }
        text => parse_time(text).or_else(|| {
            faults.add(at, "Enter a time like 07:00");
            None
        }),
    }
}

fn settle_start(wall: DateTime, turn: &str, faults: &mut Faults) -> Option<Timestamp> {
    match (civil::instant(wall), turn) {
        (Instant::One(at), _) | (Instant::Twice(at, _), "first") | (Instant::Twice(_, at), "second") => Some(at),
        (Instant::Twice(..), _) => {
            faults.add(At::StartTurn, twice(wall));
            None
        }
        (Instant::Never, _) => {
            faults.add(At::Start, never(wall));
            None
        }
    }
}

fn settle_end(start: Timestamp, wall: DateTime, typed: &Typed, faults: &mut Faults) -> Option<Timestamp> {
    let fits = |at: &Timestamp| *at > start && at.duration_since(start) <= LONGEST;
    match civil::instant(wall) {
        Instant::One(at) if at > start => Some(at),
        Instant::One(_) => {
            faults.add(At::End, backwards(start, wall, typed));
            None
        }
        Instant::Never => {
            faults.add(At::End, never(wall));
            None
        }
        Instant::Twice(first, second) => match (typed.end_turn.as_str(), fits(&first), fits(&second)) {
            ("first", true, _) => Some(first),
            ("second", _, true) => Some(second),
            // Only one of them comes after the start: no need to ask.
            (_, true, false) => Some(first),
            (_, false, true) => Some(second),
            (_, true, true) => {
                faults.add(At::EndTurn, twice(wall));
                None
            }
            // Too long: the rule for that says so, with the length.
            (_, false, false) if second > start => Some(second),
            (_, false, false) => {
                faults.add(At::End, backwards(start, wall, typed));
                None
            }
        },
    }
}

fn backwards(start: Timestamp, wall: DateTime, typed: &Typed) -> String {
    let (end, start) = (wall.strftime("%H:%M"), format::clock(start));
    if typed.next_day == "yes" {
        format!("The end, {end}, must be after the start, {start}")
    } else if end.to_string() == start {
        "The end is the same as the start. If it lasted a whole day, tick \u{201c}It ended the next day\u{201d}"
            .to_owned()
    } else {
        format!(
            "The end, {end}, is before the start, {start}. If it ended the next day, tick \u{201c}It ended the next day\u{201d}"
        )
    }
}

fn twice(wall: DateTime) -> String {
    let (date, time) = (format::long_date(wall.date()), wall.strftime("%H:%M"));
    format!("The clocks went back on {date}, so {time} came twice. Choose which one you mean")
}

fn never(wall: DateTime) -> String {
    let (date, time) = (format::long_date(wall.date()), wall.strftime("%H:%M"));
    format!("The clocks went forward on {date}, so {time} did not happen. Enter a time before 01:00 or from 02:00")
}
