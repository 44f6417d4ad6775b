//! From typed text to numbers, dates and clean text.

use jiff::civil::{Date, Time};

use super::fault::{At, Faults};

/// Characters of a note at most; the database holds the same limit.
const LONGEST_NOTE: usize = 10_000;

/// A date as browsers send it (`2026-11-22`) or as people write it (`22/11/2026`, `22.11.26`).
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(date) = Date::strptime("%Y-%m-%d", text) {
        return Some(date);
    }
    let mut parts = text.split(['/', '.', '-', ' ']).filter(|part| !part.is_empty());
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !(year.len() == 2 || year.len() == 4) {
        return None;
    }
    let mut year: i16 = year.parse().ok()?;
    if year < 100 {
        year += 2000;
    }
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A time as browsers send it (`07:00`, `07:00:30`) or as people write it (`7:00`, `0700`, `7.00`, `7`). Seconds are dropped.
pub fn parse_time(text: &str) -> Option<Time> {
    let text = text.trim();
    let (hour, minute) = match text.split_once([':', '.']) {
        Some((hour, rest)) => (hour, rest.split_once([':', '.']).map_or(rest, |(minute, _seconds)| minute)),
        None if text.len() <= 2 => (text, "00"),
        None => text.split_at_checked(text.len() - 2)?,
    };
    let digits = |part: &str, longest: usize| {
        let good = !part.is_empty() && part.len() <= longest && part.bytes().all(|byte| byte.is_ascii_digit());
        good.then(|| part.parse::<i8>().ok()).flatten()
    };
    if minute.len() != 2 {
        return None;
    }
    Time::new(digits(hour, 2)?, digits(minute, 2)?, 0, 0).ok()
}

/// Whole minutes; nothing typed is none.
pub(super) fn minutes(text: &str, faults: &mut Faults) -> Option<i64> {
    match text.trim() {
        "" => Some(0),
        text => text.parse().ok().or_else(|| {
            faults.add(At::Breaks, "Breaks must be a whole number of minutes, like 30");
            None
        }),
    }
}

/// Tenths of a mile from miles; nothing typed is none.
pub(super) fn miles(text: &str, faults: &mut Faults) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, longest: usize| {
        !part.is_empty() && part.len() <= longest && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let tenths = (digits(whole, 9) && digits(tenth, 1))
        .then(|| Some(whole.parse::<i64>().ok()? * 10 + tenth.parse::<i64>().ok()?))
        .flatten();
    if tenths.is_none() {
        faults.add(At::Mileage, "Mileage must be a number of miles with one decimal at most, like 12.5");
    }
    tenths
}

/// Tenths of a mile as [`miles`] reads them: `12.5`, `12`.
pub fn in_miles(tenths: i32) -> String {
    match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}

/// A number from 0 to `most`.
pub(super) fn whole(value: i64, most: i32) -> Option<i32> {
    i32::try_from(value).ok().filter(|value| (0..=most).contains(value))
}

/// One line of text without what surrounds it; nothing typed is none.
pub(super) fn line(text: &str, longest: usize, at: At, faults: &mut Faults) -> Option<String> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        faults.add(at, "Write it on one line, without special characters");
    }
    bounded(text, longest, at, faults)
}

/// Several lines of text; line ends as the database keeps them.
pub(super) fn note(text: &str, at: At, faults: &mut Faults) -> Option<String> {
    let text = text.replace("\r\n", "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        faults.add(at, "Remove the special characters from the note");
    }
    bounded(text.trim(), LONGEST_NOTE, at, faults)
}

fn bounded(text: &str, longest: usize, at: At, faults: &mut Faults) -> Option<String> {
    let length = text.chars().count();
    if length > longest {
        let (longest, length) = (count(longest), count(length));
        faults.add(at, format!("Use {longest} characters at most; there are {length}"));
    }
    (length > 0).then(|| text.to_owned())
}

fn count(value: usize) -> String {
    crate::views::format::number(i64::try_from(value).unwrap_or(i64::MAX))
}
