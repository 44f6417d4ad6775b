//! The `clock` interface, and the interface's days and moments.

use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};

use super::bindings::watchroom::plugin::clock;
use crate::kernel::civil;
use crate::plugin_host::run::RunState;

const EPOCH: Date = date(1970, 1, 1);

/// Days since 1970-01-01.
pub(super) fn days(day: Date) -> i32 {
    // Every day of the calendar is within four million days of the epoch.
    day.since(EPOCH).map_or(0, |span| span.get_days())
}

/// The day so many days after 1970-01-01, unless it is outside the calendar.
pub(super) fn day(days: i32) -> Option<Date> {
    EPOCH.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The moment so many microseconds after 1970-01-01T00:00:00Z, unless it is outside the calendar.
pub(super) fn moment(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros).ok()
}

impl clock::Host for RunState {
    fn now(&mut self) -> wasmtime::Result<i64> {
        self.enter()?;
        Ok(self.request.now.as_microsecond())
    }

    fn today(&mut self) -> wasmtime::Result<i32> {
        self.enter()?;
        Ok(days(civil::local(self.request.now).date()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        for (number, text) in [(0, "1970-01-01"), (20_779, "2026-11-22"), (-1, "1969-12-31")] {
            assert_eq!(days(text.parse().expect("date")), number);
            assert_eq!(day(number).expect("date").to_string(), text);
        }
        assert_eq!(day(i32::MAX), None);
        assert_eq!(moment(i64::MAX), None);
    }
}
