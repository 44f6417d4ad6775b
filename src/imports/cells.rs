//! Values out of single cells: bounded text, minutes, miles, seconds.

use std::borrow::Cow;

/// The names of a file's columns, for sentences.
#[derive(Debug, Clone)]
pub struct Cells {
    header: Vec<String>,
}

impl Cells {
    /// A file with this header.
    pub fn new(header: &[String]) -> Self {
        Self { header: header.to_vec() }
    }

    /// What column `index` is called, from 0; one without a header is called by its number.
    pub fn name(&self, index: usize) -> &str {
        self.header
            .get(index)
            .map(String::as_str)
            .filter(|name| !name.is_empty())
            .unwrap_or("A column without a header")
    }
}

/// The text of a cell if it has at most `longest` characters; nothing for an empty one.
///
/// # Errors
/// A sentence when it is longer.
pub fn text_at_most(text: Cow<'_, str>, longest: usize) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    // Bytes are never fewer than characters: most texts are done with this.
    if text.len() > longest && text.chars().count() > longest {
        return Err(format!("The text is longer than {longest} characters. Shorten it."));
    }
    Ok(Some(text.into_owned()))
}

/// Whole minutes: `30`, `0:30`, `30 min`; nothing is none.
///
/// # Errors
/// A sentence when it is no such number, or more than a day.
pub fn minutes(text: &str) -> Result<i32, String> {
    let fault = || {
        format!(
            "{text} is not a number of minutes. Write whole minutes, such as 30, or hours and minutes, such as 0:30."
        )
    };
    let lower = text.to_lowercase();
    let bare =
        ["minutes", "mins", "min", "m"].iter().find_map(|unit| lower.strip_suffix(unit)).unwrap_or(&lower).trim();
    if bare.is_empty() {
        return if text.is_empty() { Ok(0) } else { Err(fault()) };
    }
    let minutes = match bare.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => {
            let (hours, minutes) = (whole(hours).ok_or_else(fault)?, whole(minutes).ok_or_else(fault)?);
            if minutes > 59 {
                return Err(fault());
            }
            hours.saturating_mul(60).saturating_add(minutes)
        }
        Some(_) => return Err(fault()),
        None => whole(without_zero_fraction(bare)).ok_or_else(fault)?,
    };
    if minutes > 1440 {
        return Err(format!("{text} is more than a day of breaks. Correct it."));
    }
    Ok(minutes)
}

/// Miles in tenths: `12`, `12.5`, rounded to the nearest tenth; nothing when the cell is empty.
///
/// # Errors
/// A sentence when it is no such number, or more than 10,000 miles.
pub fn decimal_tenths(text: &str) -> Result<Option<i32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let fault = || {
        format!("{text} is not a number of miles. Write digits with a decimal point, such as 12.5, and nothing else.")
    };
    let (miles, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let miles = whole(if miles.is_empty() { "0" } else { miles }).ok_or_else(fault)?;
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault());
    }
    let hundredths: i32 = format!("{fraction:0<2}").get(..2).and_then(|two| two.parse().ok()).unwrap_or(0);
    let tenths = miles.saturating_mul(10).saturating_add((hundredths + 5) / 10);
    if tenths > 100_000 {
        return Err("More than 10,000 miles in one duty. Correct it.".to_owned());
    }
    Ok(Some(tenths))
}

/// Seconds up to a day, as `319` or `319.0`; nothing when the cell is empty.
///
/// # Errors
/// A sentence when it is no such number.
pub fn seconds(text: &str) -> Result<Option<i32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    whole(without_zero_fraction(text)).filter(|seconds| *seconds <= 86_400).map(Some).ok_or_else(|| {
        format!("{text} is not a number of seconds from 0 to 86400. Correct it, or leave the cell empty.")
    })
}

/// A number that a spreadsheet or a data frame wrote as a decimal: `253.0` is `253`.
pub fn without_zero_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}

/// Digits alone, up to nine.
fn whole(text: &str) -> Option<i32> {
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_read_as_people_write_them() {
        for (text, value) in
            [("", 0), ("30", 30), ("30.0", 30), ("0:30", 30), ("1:05", 65), ("45 mins", 45), ("45m", 45)]
        {
            assert_eq!(minutes(text), Ok(value), "{text}");
        }
        for text in ["half an hour", "-5", "1:75", "1:5", "30.5", "1441", "m", "99999999999"] {
            assert!(minutes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn miles_are_rounded_to_tenths() {
        for (text, value) in [("12", 120), ("12.5", 125), ("12.25", 123), ("0.04", 0), (".5", 5), ("10000", 100_000)] {
            assert_eq!(decimal_tenths(text), Ok(Some(value)), "{text}");
        }
        for text in ["12 miles", "1,200", "-1", "10000.1", "1.", "1.2.3"] {
            assert!(decimal_tenths(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_may_have_been_through_a_data_frame() {
        assert_eq!(seconds("253.0"), Ok(Some(253)));
        assert_eq!(seconds(""), Ok(None));
        assert!(seconds("253.5").is_err() && seconds("-1").is_err() && seconds("86401").is_err());
    }

    #[test]
    fn characters_are_counted_and_not_bytes() {
        assert_eq!(text_at_most("ééé".into(), 3), Ok(Some("ééé".to_owned())));
        assert!(text_at_most("éééé".into(), 3).is_err());
    }
}
