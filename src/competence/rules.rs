//! What may be written down: pure rules from what somebody typed to a kind, a certificate, an exception, or to what is
//! wrong with each field. Knows no database and no page.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::Deserialize;

use super::model::{CertificateDraft, Effect, Ended, KindDraft};
use crate::duties::rules::parse_date;
use crate::views::{FormErrors, format};

/// The first day that is taken for one: before it, a year was mistyped.
const EARLIEST: Date = date(1950, 1, 1);

/// The last day that is taken for one.
const LATEST: Date = date(2100, 12, 31);

/// A kind as somebody typed it: every field any text, so that all of it can be shown again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedKind {
    /// What it is called.
    pub name: String,
    /// Months; nothing is for ever.
    pub validity_months: String,
    /// Days; nothing is none.
    pub grace_days: String,
    /// What follows.
    pub effect: String,
    /// The same in the service's words.
    pub effect_note: String,
}

/// Checks a kind.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_kind(typed: &TypedKind) -> Result<KindDraft, FormErrors> {
    let mut errors = FormErrors::new();
    let name = line(&typed.name, 120, "name", &mut errors);
    if name.is_none() {
        errors.add("name", "Say what it is called, like \u{201c}Breathing apparatus\u{201d}");
    }
    let validity_months = whole(&typed.validity_months, 1..=240, "validity_months", "months", &mut errors);
    let grace_days = whole(&typed.grace_days, 0..=366, "grace_days", "days", &mut errors).unwrap_or(0);
    let effect = Effect::parse(&typed.effect);
    if effect.is_none() {
        errors.add("effect", "Choose what follows when it is lacking");
    }
    let effect_note = line(&typed.effect_note, 200, "effect_note", &mut errors);
    let draft =
        name.zip(effect).map(|(name, effect)| KindDraft { name, validity_months, grace_days, effect, effect_note });
    or(errors, draft)
}

/// A certificate as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedCertificate {
    /// Makes sending it twice harmless.
    pub key: String,
    /// On which revision the form was opened.
    pub revision: String,
    /// Which kind, by its id.
    pub kind: String,
    /// The day on which they were found competent.
    pub awarded_on: String,
    /// The last day on which it counts.
    pub expires_on: String,
    /// Its number.
    pub reference: String,
    /// Who gave it.
    pub awarded_by: String,
}

/// Checks a certificate of a kind that is valid for so many months; a last day that was left empty is reckoned from
/// those. `today` is the day in the United Kingdom.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_certificate(
    typed: &TypedCertificate,
    validity_months: Option<i32>,
    today: Date,
) -> Result<CertificateDraft, FormErrors> {
    let mut errors = FormErrors::new();
    let awarded_on = day(&typed.awarded_on, "awarded_on", &mut errors);
    match awarded_on {
        None => errors.add("awarded_on", "Enter the day on which they were found competent"),
        Some(day) if day > today => {
            errors.add("awarded_on", "That day is still to come. Record it once they have been found competent");
        }
        Some(_) => {}
    }
    let given = day(&typed.expires_on, "expires_on", &mut errors);
    if let (Some(awarded), Some(last)) = (awarded_on, given)
        && last < awarded
    {
        errors.add("expires_on", "The last day must not be before the first");
    }
    let reference = line(&typed.reference, 80, "reference", &mut errors);
    let awarded_by = line(&typed.awarded_by, 120, "awarded_by", &mut errors);
    let draft = awarded_on.map(|awarded_on| CertificateDraft {
        awarded_on,
        expires_on: given.or_else(|| last_day(awarded_on, validity_months?)),
        reference,
        awarded_by,
    });
    or(errors, draft)
}

/// The last day of a certificate of this day that is valid for so many months: the day before the same day of the month
/// later. One of 31 August that is valid for 6 months ends with 27 February, as the month has no 31st.
pub fn last_day(awarded_on: Date, months: i32) -> Option<Date> {
    awarded_on.checked_add(months.months()).ok()?.yesterday().ok()
}

/// That a certificate is ended, as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedEnd {
    /// On which revision the form was opened.
    pub revision: String,
    /// The day.
    pub on: String,
    /// Why.
    pub reason: String,
}

/// Checks the end of a certificate that was given on `awarded_on`.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_end(typed: &TypedEnd, awarded_on: Date, today: Date) -> Result<Ended, FormErrors> {
    let mut errors = FormErrors::new();
    let on = day(&typed.on, "on", &mut errors);
    match on {
        None => errors.add("on", "Enter the day on which it was taken away"),
        Some(day) if day > today => errors.add("on", "That day is still to come. End it when it is due"),
        Some(day) if day < awarded_on => errors.add("on", "It must not end before it was given"),
        Some(_) => {}
    }
    let reason = line(&typed.reason, 300, "reason", &mut errors);
    if reason.is_none() {
        errors.add(
            "reason",
            "Say why, like \u{201c}Failed the reassessment\u{201d} or \u{201c}Recorded for the wrong person\u{201d}",
        );
    }
    let ended = on.zip(reason).map(|(on, reason)| Ended { on, reason });
    or(errors, ended)
}

/// That one person needs a kind or does not, as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedException {
    /// Which kind, by its id.
    pub kind: String,
    /// `needed`, `not-needed`, or `usual`: like others of their unit and role.
    pub needed: String,
    /// Why.
    pub reason: String,
}

/// Checks an exception: whether it is needed and why, or `None` when there is to be none.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_exception(typed: &TypedException) -> Result<Option<(bool, String)>, FormErrors> {
    let mut errors = FormErrors::new();
    let needed = match typed.needed.as_str() {
        "usual" => return Ok(None),
        "needed" => Some(true),
        "not-needed" => Some(false),
        _ => None,
    };
    if needed.is_none() {
        errors.add("needed", "Choose one");
    }
    let reason = line(&typed.reason, 300, "reason", &mut errors);
    if reason.is_none() {
        errors.add("reason", "Say why, like \u{201c}Light duties until June\u{201d}. They read it too");
    }
    or(errors, needed.zip(reason)).map(Some)
}

fn or<T>(errors: FormErrors, good: Option<T>) -> Result<T, FormErrors> {
    match good {
        Some(good) if errors.is_empty() => Ok(good),
        Some(_) | None => Err(errors),
    }
}

fn day(text: &str, field: &str, errors: &mut FormErrors) -> Option<Date> {
    if text.trim().is_empty() {
        return None;
    }
    let found = parse_date(text);
    match found {
        None => errors.add(field, "Enter a date like 22/11/2026"),
        Some(day) if !(EARLIEST..=LATEST).contains(&day) => errors.add(field, "Check the year"),
        Some(_) => {}
    }
    // A day that is wrong still is one, so that nothing else is asked about it.
    found.or(Some(EARLIEST))
}

/// A whole number within bounds; nothing typed is none.
fn whole(
    text: &str,
    bounds: std::ops::RangeInclusive<i32>,
    field: &str,
    what: &str,
    errors: &mut FormErrors,
) -> Option<i32> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let found = text.parse::<i32>().ok().filter(|number| bounds.contains(number));
    if found.is_none() {
        errors.add(field, format!("Enter {} to {} {what}, or leave it empty", bounds.start(), bounds.end()));
    }
    found
}

/// One line of text without what surrounds it; nothing typed is none.
fn line(text: &str, longest: usize, field: &str, errors: &mut FormErrors) -> Option<String> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        errors.add(field, "Write it on one line, without special characters");
    }
    let length = text.chars().count();
    if length > longest {
        let count = |value: usize| format::number(i64::try_from(value).unwrap_or(i64::MAX));
        errors.add(field, format!("Use {} characters at most; there are {}", count(longest), count(length)));
    }
    (length > 0).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = date(2026, 11, 23);

    fn fields(errors: &FormErrors) -> Vec<&str> {
        errors.as_slice().iter().map(|error| error.field.as_str()).collect()
    }

    #[test]
    fn a_kind_has_a_name_and_says_what_follows() {
        let typed = TypedKind {
            name: " Breathing apparatus ".to_owned(),
            validity_months: "24".to_owned(),
            grace_days: "28".to_owned(),
            effect: "off-the-run".to_owned(),
            effect_note: String::new(),
        };
        let draft = check_kind(&typed).expect("a kind");
        assert_eq!(
            (draft.name.as_str(), draft.validity_months, draft.grace_days),
            ("Breathing apparatus", Some(24), 28)
        );
        let for_ever = TypedKind { validity_months: " ".to_owned(), grace_days: String::new(), ..typed.clone() };
        let draft = check_kind(&for_ever).expect("a kind");
        assert_eq!((draft.validity_months, draft.grace_days), (None, 0));
        let wrong = TypedKind {
            name: "x".repeat(121),
            validity_months: "0".to_owned(),
            grace_days: "a year".to_owned(),
            effect: "sacked".to_owned(),
            effect_note: "a\nb".to_owned(),
        };
        let errors = check_kind(&wrong).expect_err("wrong");
        assert_eq!(fields(&errors), ["name", "validity_months", "grace_days", "effect", "effect_note"]);
        assert_eq!(fields(&check_kind(&TypedKind::default()).expect_err("nothing")), ["name", "effect"]);
    }

    #[test]
    fn a_certificate_ends_when_it_says_or_after_its_months() {
        let typed = TypedCertificate { awarded_on: "2026-11-01".to_owned(), ..TypedCertificate::default() };
        let check = |typed: &TypedCertificate, months| check_certificate(typed, months, TODAY);
        assert_eq!(check(&typed, Some(12)).expect("one").expires_on, Some(date(2027, 10, 31)));
        assert_eq!(check(&typed, None).expect("one").expires_on, None);
        let own = TypedCertificate { expires_on: "30/11/2027".to_owned(), ..typed.clone() };
        assert_eq!(check(&own, Some(12)).expect("one").expires_on, Some(date(2027, 11, 30)));
        let wrong = TypedCertificate {
            awarded_on: "24/11/2026".to_owned(),
            expires_on: "1/1/2020".to_owned(),
            reference: "x".repeat(81),
            ..typed
        };
        assert_eq!(fields(&check(&wrong, None).expect_err("wrong")), ["awarded_on", "expires_on", "reference"]);
        let nothing = check(&TypedCertificate::default(), Some(12)).expect_err("nothing");
        assert_eq!(fields(&nothing), ["awarded_on"]);
    }

    #[test]
    fn months_end_on_the_day_before() {
        assert_eq!(last_day(date(2026, 11, 1), 12), Some(date(2027, 10, 31)));
        assert_eq!(last_day(date(2024, 2, 29), 12), Some(date(2025, 2, 27)));
        assert_eq!(last_day(date(2026, 8, 31), 6), Some(date(2027, 2, 27)));
        assert_eq!(last_day(date(2026, 11, 23), 1), Some(date(2026, 12, 22)));
    }

    #[test]
    fn an_end_has_a_day_and_a_reason() {
        let typed = TypedEnd { on: "2026-11-20".to_owned(), reason: "Failed".to_owned(), ..TypedEnd::default() };
        assert!(check_end(&typed, date(2026, 11, 1), TODAY).is_ok());
        for (on, reason, wrong) in [
            ("", "", vec!["on", "reason"]),
            ("2026-11-24", "x", vec!["on"]),
            ("2026-10-31", "x", vec!["on"]),
            ("soon", "x", vec!["on"]),
        ] {
            let typed = TypedEnd { on: on.to_owned(), reason: reason.to_owned(), ..TypedEnd::default() };
            assert_eq!(fields(&check_end(&typed, date(2026, 11, 1), TODAY).expect_err(on)), wrong);
        }
    }

    #[test]
    fn an_exception_has_a_reason_and_the_usual_needs_none() {
        let check = |needed: &str, reason: &str| {
            let (needed, reason) = (needed.to_owned(), reason.to_owned());
            check_exception(&TypedException { needed, reason, ..TypedException::default() })
        };
        assert_eq!(check("usual", ""), Ok(None));
        assert_eq!(check("needed", "Instructor"), Ok(Some((true, "Instructor".to_owned()))));
        assert_eq!(fields(&check("", "").expect_err("nothing")), ["needed", "reason"]);
    }
}
