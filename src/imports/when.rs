//! Dates and times as people write them in the United Kingdom: the day before the month, never the other way round.
//!
//! [`parse`] reads one cell; [`settle`] and [`settle_after`] turn wall-clock times into instants and say when the
//! clocks make a time come twice or not at all.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::kernel::civil::{self, Instant};

/// What a cell names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A day and a time on the wall clock in the UK.
    Wall(DateTime),
    /// An instant, written with its offset from UTC.
    Exact(Timestamp),
}

/// Why a cell names no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WhenFault {
    /// In no form that we know.
    #[error("is not a date and time. Write it as 31/01/2026 18:30, 31 Jan 2026 18:30 or 2026-01-31 18:30")]
    Unknown,
    /// A year of two digits.
    #[error("has a year of two digits. Write the year with four, such as 31/01/2026")]
    ShortYear,
    /// A date that does not exist.
    #[error("is not a day that exists. The day comes first and the month second: 31/01/2026 is 31 January")]
    NoSuchDay,
    /// A time of day that does not exist.
    #[error("is not a time of day. Write hours and minutes from 00:00 to 23:59")]
    NoSuchTime,
    /// The hour that the clocks skip in spring.
    #[error("never was: the clocks went forward over that hour. Correct the time")]
    Skipped,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads `text`: `2026-01-31`, `31/01/2026`, `31 Jan 2026` (with `/`, `-`, `.` or blanks between), followed by
/// `18:30` or `18:30:15` if there is a time, and by `Z` or `+01:00` if there is an offset; or a time alone.
///
/// # Errors
/// [`WhenFault`], which follows the quoted text in a sentence.
pub fn parse(text: &str) -> Result<Stamp, WhenFault> {
    let mut cursor = Cursor(text.trim().as_bytes());
    let (first, digits) = cursor.number().ok_or(WhenFault::Unknown)?;
    if cursor.peek() == Some(b':') || (digits == 4 && cursor.0.is_empty()) {
        let time = time_after(first, digits, &mut cursor)?;
        return if cursor.0.is_empty() { Ok(Stamp::Time(time)) } else { Err(WhenFault::Unknown) };
    }
    let date = date_after(first, digits, &mut cursor)?;
    if cursor.0.is_empty() {
        return Ok(Stamp::Date(date));
    }
    if !cursor.gap() {
        return Err(WhenFault::Unknown);
    }
    let (hour, digits) = cursor.number().ok_or(WhenFault::Unknown)?;
    let time = time_after(hour, digits, &mut cursor)?;
    let wall = date.to_datetime(time);
    if cursor.0.is_empty() {
        return Ok(Stamp::Wall(wall));
    }
    let offset = cursor.offset().ok_or(WhenFault::Unknown)?;
    offset.to_timestamp(wall).map(Stamp::Exact).map_err(|_out_of_range| WhenFault::NoSuchDay)
}

fn date_after(first: i16, digits: usize, cursor: &mut Cursor<'_>) -> Result<Date, WhenFault> {
    let between = cursor.separator().ok_or(WhenFault::Unknown)?;
    let month = match cursor.number() {
        Some((month, _digits)) => month,
        None => cursor.month().ok_or(WhenFault::Unknown)?,
    };
    if cursor.separator().ok_or(WhenFault::Unknown)? != between {
        return Err(WhenFault::Unknown);
    }
    let (last, last_digits) = cursor.number().ok_or(WhenFault::Unknown)?;
    let (year, day) = match (digits, last_digits) {
        (4, 1 | 2) => (first, last),
        (1 | 2, 4) => (last, first),
        (1 | 2, 2) => return Err(WhenFault::ShortYear),
        _ => return Err(WhenFault::Unknown),
    };
    let small = |number: i16| i8::try_from(number).map_err(|_too_large| WhenFault::NoSuchDay);
    Date::new(year, small(month)?, small(day)?).map_err(|_no_such_day| WhenFault::NoSuchDay)
}

/// The time whose hour has been read: `18:30`, `18:30:15`, `18:30:15.000`, or the four digits `1830`.
fn time_after(first: i16, digits: usize, cursor: &mut Cursor<'_>) -> Result<Time, WhenFault> {
    let (hour, minute, second) = if cursor.take(b':') {
        let (minute, minute_digits) = cursor.number().ok_or(WhenFault::NoSuchTime)?;
        let second = if cursor.take(b':') {
            let (second, _digits) = cursor.number().ok_or(WhenFault::NoSuchTime)?;
            if cursor.take(b'.') {
                cursor.number().ok_or(WhenFault::NoSuchTime)?;
            }
            second
        } else {
            0
        };
        if digits > 2 || minute_digits != 2 {
            return Err(WhenFault::NoSuchTime);
        }
        (first, minute, second)
    } else if digits == 4 {
        (first / 100, first % 100, 0)
    } else {
        return Err(WhenFault::Unknown);
    };
    let small = |number: i16| i8::try_from(number).map_err(|_too_large| WhenFault::NoSuchTime);
    Time::new(small(hour)?, small(minute)?, small(second)?, 0).map_err(|_no_such_time| WhenFault::NoSuchTime)
}

/// What is left of a cell.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn step(&mut self) {
        self.0 = self.0.get(1..).unwrap_or_default();
    }

    fn take(&mut self, wanted: u8) -> bool {
        let here = self.peek() == Some(wanted);
        if here {
            self.step();
        }
        here
    }

    /// A number and how many digits it has; what is longer than nine digits is no part of a date.
    fn number(&mut self) -> Option<(i16, usize)> {
        let (mut value, mut digits) = (0_i32, 0);
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            value = value.saturating_mul(10).saturating_add(i32::from(digit - b'0'));
            digits += 1;
            self.step();
        }
        (1..=9).contains(&digits).then(|| (i16::try_from(value).unwrap_or(i16::MAX), digits))
    }

    /// `/`, `-`, `.` or blanks.
    fn separator(&mut self) -> Option<u8> {
        let found = self.peek().filter(|byte| matches!(byte, b'/' | b'-' | b'.' | b' '))?;
        self.step();
        while found == b' ' && self.take(b' ') {}
        Some(found)
    }

    /// What stands between a date and its time.
    fn gap(&mut self) -> bool {
        let found = self.take(b'T') || self.take(b',') || self.peek() == Some(b' ');
        while self.take(b' ') {}
        found
    }

    /// A month by its name or its first three letters (four for "Sept").
    fn month(&mut self) -> Option<i16> {
        let letters = self.0.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = std::str::from_utf8(self.0.get(..letters)?).ok()?.to_ascii_lowercase();
        let index = MONTHS
            .iter()
            .position(|month| *month == word || ((3..=4).contains(&letters) && month.starts_with(&word)))?;
        self.0 = self.0.get(letters..)?;
        i16::try_from(index).ok().map(|index| index + 1)
    }

    /// `Z` or `+01:00`, and nothing after it.
    fn offset(&mut self) -> Option<Offset> {
        while self.take(b' ') {}
        if self.take(b'Z') {
            return self.0.is_empty().then_some(Offset::UTC);
        }
        let back = match self.peek()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.step();
        let (hours, digits) = self.number()?;
        let (hours, minutes) = if self.take(b':') { (hours, self.number()?.0) } else { (hours / 100, hours % 100) };
        let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60 * back;
        (matches!(digits, 2 | 4) && minutes < 60 && self.0.is_empty()).then(|| Offset::from_seconds(seconds).ok())?
    }
}

/// An instant, and whether its wall-clock time came twice that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The instant.
    pub at: Timestamp,
    /// The clocks went back over it, and the file does not say which of the two is meant.
    pub twice: bool,
}

/// The instant of a wall-clock time; of two, the first.
///
/// # Errors
/// [`WhenFault::Skipped`] when it never was.
pub fn settle(wall: DateTime) -> Result<Settled, WhenFault> {
    match civil::instant(wall) {
        Instant::One(at) => Ok(Settled { at, twice: false }),
        Instant::Twice(first, _second) => Ok(Settled { at: first, twice: true }),
        Instant::Never => Err(WhenFault::Skipped),
    }
}

/// The instant of a wall-clock time that lies after `start`; of two, the first that does.
///
/// # Errors
/// [`WhenFault::Skipped`] when it never was.
pub fn settle_after(wall: DateTime, start: Timestamp) -> Result<Settled, WhenFault> {
    match civil::instant(wall) {
        Instant::Twice(first, second) if first <= start => Ok(Settled { at: second, twice: true }),
        _ => settle(wall),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime, time};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_of_a_date_is_the_same_day() {
        for text in [
            "2026-01-05",
            "05/01/2026",
            "5/1/2026",
            "5.1.2026",
            "05-01-2026",
            "5 Jan 2026",
            "05-JAN-2026",
            "5 january 2026",
            "2026/1/5",
        ] {
            assert_eq!(parse(text), Ok(Stamp::Date(date(2026, 1, 5))), "{text}");
        }
        assert_eq!(parse("1 Sept 2026"), Ok(Stamp::Date(date(2026, 9, 1))));
    }

    #[test]
    fn every_form_of_a_time_is_the_same_time() {
        let wall = Ok(Stamp::Wall(datetime(2026, 1, 5, 18, 30, 0, 0)));
        for text in [
            "2026-01-05T18:30",
            "2026-01-05 18:30:00",
            "05/01/2026 18:30",
            "5 Jan 2026, 18:30:00.000",
            " 05/01/2026  1830 ",
        ] {
            assert_eq!(parse(text), wall, "{text}");
        }
        assert_eq!(parse("18:30:09"), Ok(Stamp::Time(time(18, 30, 9, 0))));
        assert_eq!(parse("0930"), Ok(Stamp::Time(time(9, 30, 0, 0))));
    }

    #[test]
    fn an_offset_names_an_instant() {
        let at = Ok(Stamp::Exact("2026-07-01T07:00:00Z".parse().expect("time")));
        for text in ["2026-07-01T07:00:00Z", "2026-07-01T08:00:00+01:00", "2026-07-01 02:00 -0500"] {
            assert_eq!(parse(text), at, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_says_why() {
        let of = |text| parse(text).expect_err(text);
        assert_eq!(of("31/02/2026 09:00"), WhenFault::NoSuchDay);
        assert_eq!(of("12/31/2026"), WhenFault::NoSuchDay);
        assert_eq!(of("01/02/26"), WhenFault::ShortYear);
        assert_eq!(of("01/02/2026 24:00"), WhenFault::NoSuchTime);
        assert_eq!(of("01/02/2026 9:5"), WhenFault::NoSuchTime);
        for text in ["", "soon", "1/2-2026", "5 Foo 2026", "05/01/2026x", "05/01/2026 18:30 pm", "202", "2026-01-05T"] {
            assert!(matches!(of(text), WhenFault::Unknown | WhenFault::NoSuchTime), "{text}");
        }
    }

    #[test]
    fn an_hour_that_came_twice_is_the_first_and_says_so() {
        let wall = datetime(2026, 10, 25, 1, 30, 0, 0);
        let first = settle(wall).expect("it was");
        assert!(first.twice);
        assert_eq!(first.at, "2026-10-25T00:30:00Z".parse().expect("time"));
        let end = settle_after(datetime(2026, 10, 25, 1, 10, 0, 0), first.at).expect("it was");
        assert_eq!(end.at, "2026-10-25T01:10:00Z".parse().expect("time"));
    }

    #[test]
    fn an_hour_that_never_was_is_refused() {
        assert_eq!(settle(datetime(2026, 3, 29, 1, 30, 0, 0)), Err(WhenFault::Skipped));
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "\\PC{0,30}") {
            let _answer = parse(&text);
        }

        #[test]
        fn what_was_written_is_read_back(days in 0_i32..40_000, seconds in 0_i32..86_400) {
            let day = date(1990, 1, 1).checked_add(jiff::Span::new().days(days)).expect("in range");
            let small = |number: i32| i8::try_from(number).expect("small");
            let wall = day.at(small(seconds / 3600), small(seconds / 60 % 60), small(seconds % 60), 0);
            for form in ["%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d %b %Y %H:%M:%S"] {
                prop_assert_eq!(parse(&wall.strftime(form).to_string()), Ok(Stamp::Wall(wall)));
            }
        }
    }
}
