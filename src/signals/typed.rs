//! What people type about signals: the numbers of a rule, how long one sleeps. Pure.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::model::{Bounds, Kind, REST_HOURS, Rule};
use crate::duties::rules::parse_date;
use crate::views::FormErrors;

/// How long somebody may put a signal to sleep, in days.
const LONGEST_SLEEP_DAYS: i32 = 366;

/// A rule as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedRule {
    /// `yes` when members can switch it on.
    pub offered: String,
    /// What is compared with.
    pub threshold: String,
    /// How many days back.
    pub window_days: String,
    /// A rest under so many hours is short.
    pub rest_hours: String,
}

impl TypedRule {
    /// As a form shows a rule.
    pub fn of(rule: &Rule) -> Self {
        let text = |number: Option<i16>| number.map_or_else(String::new, |number| number.to_string());
        Self {
            offered: if rule.offered { "yes" } else { "no" }.to_owned(),
            threshold: rule.threshold.to_string(),
            window_days: text(rule.window_days),
            rest_hours: text(rule.rest_hours),
        }
    }
}

fn number(typed: &str, field: &str, (least, most): Bounds, errors: &mut FormErrors) -> Option<i16> {
    let found = typed.trim().parse::<i16>().ok().filter(|number| (least..=most).contains(number));
    if found.is_none() {
        errors.add(field, format!("Enter a whole number from {least} to {most}"));
    }
    found
}

/// Checks the rule of a kind.
///
/// # Errors
/// What is wrong, at the fields of the form.
pub fn check_rule(kind: Kind, typed: &TypedRule) -> Result<Rule, FormErrors> {
    let mut errors = FormErrors::new();
    let offered = match typed.offered.as_str() {
        "yes" => true,
        "no" => false,
        _ => {
            errors.add("offered", "Choose whether members can switch it on");
            false
        }
    };
    let threshold = number(&typed.threshold, "threshold", kind.bounds(), &mut errors);
    let window_days =
        kind.window_bounds().and_then(|bounds| number(&typed.window_days, "window_days", bounds, &mut errors));
    let rests = kind == Kind::ShortRest;
    let rest_hours = rests.then(|| number(&typed.rest_hours, "rest_hours", REST_HOURS, &mut errors)).flatten();
    match threshold {
        Some(threshold) if errors.is_empty() => Ok(Rule { kind, offered, threshold, window_days, rest_hours }),
        Some(_) | None => Err(errors),
    }
}

/// How long a signal is to sleep.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedSnooze {
    /// `week`, `four-weeks`, `until` or `wake`.
    pub how: String,
    /// The last day, for `until`.
    pub until: String,
}

/// Checks it: the last day on which nobody is told; `None` wakes the signal.
///
/// # Errors
/// What is wrong, at the fields of the form.
pub fn check_snooze(typed: &TypedSnooze, today: Date) -> Result<Option<Date>, FormErrors> {
    let mut errors = FormErrors::new();
    let latest = today.checked_add(LONGEST_SLEEP_DAYS.days()).unwrap_or(Date::MAX);
    match (typed.how.as_str(), parse_date(&typed.until)) {
        ("wake", _) => return Ok(None),
        ("week", _) => return Ok(today.checked_add(7.days()).ok()),
        ("four-weeks", _) => return Ok(today.checked_add(28.days()).ok()),
        ("until", Some(day)) if day < today => errors.add("until", "That day is over. Enter today or a later day"),
        ("until", Some(day)) if day > latest => errors.add("until", "Enter a day within the next year"),
        ("until", Some(day)) => return Ok(Some(day)),
        ("until", None) => errors.add("until", "Enter the last day, like 22/11/2026"),
        _ => errors.add("how", "Choose for how long"),
    }
    Err(errors)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_rule_is_taken_within_its_bounds_and_not_beyond() {
        for kind in Kind::ALL {
            let shipped = kind.shipped();
            assert_eq!(check_rule(kind, &TypedRule::of(&shipped)), Ok(shipped), "{kind:?}");
            let (least, most) = kind.bounds();
            for (number, taken) in [(least, true), (most, true), (least - 1, false), (most + 1, false)] {
                let typed = TypedRule { threshold: number.to_string(), ..TypedRule::of(&shipped) };
                assert_eq!(check_rule(kind, &typed).is_ok(), taken, "{kind:?} {number}");
            }
            for wrong in ["", "x", "1.5", "99999"] {
                let typed = TypedRule { threshold: wrong.to_owned(), ..TypedRule::of(&shipped) };
                let errors = check_rule(kind, &typed).expect_err(wrong);
                assert!(errors.get("threshold").is_some_and(|text| text.contains(&most.to_string())));
            }
        }
        let typed = TypedRule { rest_hours: "12".to_owned(), ..TypedRule::of(&Kind::ShortRest.shipped()) };
        assert!(check_rule(Kind::ShortRest, &typed).expect_err("12 h").get("rest_hours").is_some());
    }

    #[test]
    fn a_signal_sleeps_for_a_week_four_weeks_or_until_a_day_that_is_not_over() {
        let today = date(2026, 11, 22);
        let how =
            |how: &str, until: &str| check_snooze(&TypedSnooze { how: how.to_owned(), until: until.to_owned() }, today);
        assert_eq!(how("wake", ""), Ok(None));
        assert_eq!(how("week", ""), Ok(Some(date(2026, 11, 29))));
        assert_eq!(how("four-weeks", ""), Ok(Some(date(2026, 12, 20))));
        assert_eq!(how("until", "22/11/2026"), Ok(Some(today)));
        assert!(how("until", "21/11/2026").is_err_and(|errors| errors.get("until").is_some()));
        assert!(how("until", "22/11/2030").is_err() && how("until", "soon").is_err());
        assert!(how("for ever", "").is_err_and(|errors| errors.get("how").is_some()));
    }
}
