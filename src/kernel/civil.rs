//! Wall-clock time in the United Kingdom.
//!
//! Duties are lived on the wall clock and stored as instants. Twice a year the two disagree: one hour does not
//! exist in March, one hour comes twice in October. [`instant`] says so instead of guessing.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan, Zoned};

/// The zone of every duty.
pub const ZONE: &str = "Europe/London";

/// The UK's time zone; UTC only if the time zone data is missing from the program, which a test rules out.
pub fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)
}

/// What a wall-clock time names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instant {
    /// Exactly one instant.
    One(Timestamp),
    /// The clocks went back: it came twice. The first is summer time, the second an hour later.
    Twice(Timestamp, Timestamp),
    /// The clocks went forward over it: it did not happen.
    Never,
}

/// The instant or instants that `wall` names in the UK.
pub fn instant(wall: DateTime) -> Instant {
    let zone = zone();
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall).map_or(Instant::Never, Instant::One),
        AmbiguousOffset::Gap { .. } => Instant::Never,
        AmbiguousOffset::Fold { before, after } => match (before.to_timestamp(wall), after.to_timestamp(wall)) {
            (Ok(first), Ok(second)) => Instant::Twice(first, second),
            _ => Instant::Never,
        },
    }
}

/// `at` on the UK's wall clock.
pub fn local(at: Timestamp) -> Zoned {
    at.to_zoned(zone())
}

/// The Monday of the week that `date` lies in (ISO 8601 weeks).
pub fn monday(date: Date) -> Date {
    let back = i64::from(date.weekday().since(Weekday::Monday));
    date.checked_sub(back.days()).unwrap_or(date)
}

/// The instant at which `date` begins in the UK.
pub fn start_of_day(date: Date) -> Timestamp {
    match instant(date.at(0, 0, 0, 0)) {
        Instant::One(at) | Instant::Twice(at, _) => at,
        // Midnight has existed in the UK on every day of the civil calendar that we accept.
        Instant::Never => Timestamp::UNIX_EPOCH,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    #[test]
    fn the_zone_is_known() {
        assert_eq!(zone().iana_name(), Some(ZONE));
    }

    #[test]
    fn the_hour_that_never_was() {
        assert_eq!(instant(datetime(2026, 3, 29, 1, 30, 0, 0)), Instant::Never);
    }

    #[test]
    fn the_hour_that_came_twice() {
        let Instant::Twice(first, second) = instant(datetime(2026, 10, 25, 1, 30, 0, 0)) else {
            panic!("not twice");
        };
        assert_eq!(second.duration_since(first).as_secs(), 3600);
    }

    #[test]
    fn an_ordinary_summer_time_is_one_instant() {
        let expected = "2026-07-01T07:00:00Z".parse().expect("time");
        assert_eq!(instant(datetime(2026, 7, 1, 8, 0, 0, 0)), Instant::One(expected));
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(monday(date(2026, 11, 22)), date(2026, 11, 16));
        assert_eq!(monday(date(2026, 11, 16)), date(2026, 11, 16));
    }

    #[test]
    fn a_dst_day_has_23_hours() {
        let length = start_of_day(date(2026, 3, 30)).duration_since(start_of_day(date(2026, 3, 29)));
        assert_eq!(length.as_hours(), 23);
    }
}
