//! What may be recorded: pure rules from what somebody typed to days, or to what is wrong with each field.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::model::{Days, Kind};
use crate::duties::rules::parse_date;
use crate::views::FormErrors;

/// Days of one absence at most: 52 weeks of maternity leave fit, and a year that was mistyped does not.
pub const LONGEST_DAYS: i32 = 400;

/// Years back and ahead for which one is recorded.
const BACK_YEARS: i16 = 5;
const AHEAD_YEARS: i16 = 2;

/// An absence as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedAbsence {
    /// Makes sending it twice harmless.
    pub key: String,
    /// What it is for.
    pub kind: String,
    /// The first day.
    pub first_on: String,
    /// The last day; nothing is the first one.
    pub last_on: String,
}

/// Checks an absence. `today` is the day in the United Kingdom.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check(typed: &TypedAbsence, today: Date) -> Result<Days, FormErrors> {
    let mut errors = FormErrors::new();
    let kind = Kind::parse(&typed.kind);
    if kind.is_none() {
        errors.add("kind", "Choose what it is for");
    }
    let first = day(&typed.first_on, "first_on", today, &mut errors);
    if first.is_none() {
        errors.add("first_on", "Enter the first day, like 22/11/2026");
    }
    let last = match typed.last_on.trim() {
        "" => first,
        _ => day(&typed.last_on, "last_on", today, &mut errors),
    };
    if let (Some(first), Some(last)) = (first, last) {
        if last < first {
            errors.add("last_on", "The last day must not be before the first");
        } else if (last - first).get_days() >= LONGEST_DAYS {
            errors.add("last_on", format!("Record {LONGEST_DAYS} days at most at once. Check the year"));
        }
    }
    match (kind, first, last) {
        (Some(kind), Some(first), Some(last)) if errors.is_empty() => Ok(Days { kind, first, last }),
        _ => Err(errors),
    }
}

fn day(text: &str, field: &str, today: Date, errors: &mut FormErrors) -> Option<Date> {
    if text.trim().is_empty() {
        return None;
    }
    let found = parse_date(text);
    let earliest = today.checked_sub(BACK_YEARS.years()).unwrap_or(today);
    let latest = today.checked_add(AHEAD_YEARS.years()).unwrap_or(today);
    match found {
        None => errors.add(field, "Enter a date like 22/11/2026"),
        Some(day) if !(earliest..=latest).contains(&day) => errors.add(
            field,
            format!("Check the year: absences are recorded for {BACK_YEARS} years back and {AHEAD_YEARS} ahead"),
        ),
        Some(_) => {}
    }
    found
}

/// What is left of `days` between `first` and `last`, earliest first; what lies outside is cut off.
pub fn within(days: &[Days], first: Date, last: Date) -> Vec<Days> {
    let mut kept: Vec<Days> = days
        .iter()
        .filter(|one| one.first <= last && one.last >= first)
        .map(|one| Days { kind: one.kind, first: one.first.max(first), last: one.last.min(last) })
        .collect();
    kept.sort_by_key(|one| one.first);
    kept
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 23);

    fn typed(kind: &str, first: &str, last: &str) -> TypedAbsence {
        TypedAbsence { key: String::new(), kind: kind.to_owned(), first_on: first.to_owned(), last_on: last.to_owned() }
    }

    fn fields(errors: &FormErrors) -> Vec<&str> {
        errors.as_slice().iter().map(|error| error.field.as_str()).collect()
    }

    #[test]
    fn days_may_be_past_or_to_come_and_one_day_needs_no_last() {
        let days = |first, last| check(&typed("sick", first, last), TODAY).expect("days");
        assert_eq!(days("20/11/2026", "").last, date(2026, 11, 20));
        assert_eq!(days("2026-12-21", "2027-01-03").last, date(2027, 1, 3));
        assert_eq!(days("23/11/2025", "").kind, Kind::Sick);
    }

    #[test]
    fn everything_wrong_is_said_at_its_field() {
        let wrong = |kind, first, last| {
            let errors = check(&typed(kind, first, last), TODAY).expect_err("wrong");
            fields(&errors).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(wrong("", "", ""), ["kind", "first_on"]);
        assert_eq!(wrong("flu", "soon", "later"), ["kind", "first_on", "last_on"]);
        assert_eq!(wrong("sick", "2026-11-20", "2026-11-19"), ["last_on"]);
        assert_eq!(wrong("sick", "2026-11-20", "2028-11-19"), ["last_on"]);
        assert_eq!(wrong("sick", "2062-11-20", ""), ["first_on"]);
    }

    #[test]
    fn a_year_of_maternity_leave_fits() {
        assert!(check(&typed("family", "2026-11-23", "2027-12-27"), TODAY).is_ok());
        assert!(check(&typed("family", "2026-11-23", "2027-12-28"), TODAY).is_err());
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let days =
            |first: i8, last: i8| Days { kind: Kind::Other, first: date(2026, 11, first), last: date(2026, 11, last) };
        let all = [days(20, 25), days(1, 3), days(8, 12)];
        assert_eq!(within(&all, date(2026, 11, 10), date(2026, 11, 22)), [days(10, 12), days(20, 22)]);
    }
}
