//! A profile's words and its period. Pure.

use jiff::ToSpan;
use jiff::civil::Date;

use super::model::Profile;
use super::standards;

/// Words of a text, as a person would count them: what stands between white space and has a letter or a digit.
pub fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// How many words a text has and how many it should have at most: `412 of about 500 words`.
pub fn word_count(text: Option<&str>, about: usize) -> String {
    let number = |value: usize| crate::views::format::number(i64::try_from(value).unwrap_or(i64::MAX));
    format!("{} of about {} words", number(words(text.unwrap_or_default())), number(about))
}

/// Whether a text is so much longer than it should be that an assessor would say so: a tenth and more.
pub fn is_long(text: Option<&str>, about: usize) -> bool {
    words(text.unwrap_or_default()) > about + about / 10
}

/// The days that a profile is about: those that its member gave; else two years up to the last one, which is today or,
/// for a profession whose renewals we know, the end of the period of registration.
pub fn period(profile: &Profile, today: Date) -> (Date, Date) {
    let renewal = profile.profession.as_deref().and_then(|profession| standards::renews_by(profession, today));
    let months = standards::of(today).window_months.value;
    let usual = renewal.unwrap_or(today);
    let to = profile.to.unwrap_or_else(|| match profile.from {
        // It begins after the usual period ends: it is as long as that one.
        Some(from) if from > usual => from.checked_add(months.months()).and_then(Date::yesterday).unwrap_or(from),
        Some(_) | None => usual,
    });
    let from = profile.from.unwrap_or_else(|| {
        let day_after = to.tomorrow().unwrap_or(to);
        day_after.checked_sub(months.months()).unwrap_or(to)
    });
    (from, to)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn words_are_counted_as_people_count_them() {
        assert_eq!(words("I  worked on\nRed Watch \u{2013} for 12 years."), 8);
        assert_eq!(words(" \n - "), 0);
        assert_eq!(word_count(Some("one two"), 1_500), "2 of about 1,500 words");
        assert_eq!(word_count(None, 500), "0 of about 500 words");
        let long = "word ".repeat(551);
        assert!(is_long(Some(&long), 500) && !is_long(Some("word"), 500) && !is_long(Some(&"w ".repeat(550)), 500));
    }

    #[test]
    fn a_period_is_what_was_given_or_two_years() {
        let none = Profile::default();
        assert_eq!(period(&none, TODAY), (date(2024, 11, 23), TODAY));
        let paramedic = Profile { profession: Some("Paramedic".to_owned()), ..Profile::default() };
        assert_eq!(period(&paramedic, TODAY), (date(2025, 9, 1), date(2027, 8, 31)));
        let given = Profile { from: Some(date(2026, 1, 1)), to: Some(date(2026, 6, 30)), ..paramedic };
        assert_eq!(period(&given, TODAY), (date(2026, 1, 1), date(2026, 6, 30)));
        let next = Profile { from: Some(date(2027, 9, 1)), to: None, ..given };
        assert_eq!(period(&next, TODAY), (date(2027, 9, 1), date(2029, 8, 31)), "in order, whatever was given");
    }
}
