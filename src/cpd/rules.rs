//! What may stand in the record: pure rules from what somebody typed to an entry, a request or a profile, or to what is
//! wrong with each field. Knows no database and no page.

use jiff::civil::{Date, date};
use serde::Deserialize;

use super::model::{Draft, Kind, Profile, Standards};
use crate::duties::rules::parse_date;
use crate::kernel::ids::DutyId;
use crate::views::format;

/// The first day that is taken for one: before it, a year was mistyped.
const EARLIEST: Date = date(1950, 1, 1);

/// Characters of the long texts; the database holds the same limits.
const LONG: usize = 10_000;
const HISTORY: usize = 20_000;
const STATEMENT: usize = 40_000;

/// The longest time that an activity may have taken (minutes): 1,000 hours.
const LONGEST: u32 = 60_000;

/// One thing wrong, at the field with this id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field of the form.
    pub field: &'static str,
    /// What to do about it.
    pub message: String,
}

/// Everything wrong, in the order of the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes that something is wrong; the first message for a field stays.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        if !self.0.iter().any(|fault| fault.field == field) {
            self.0.push(Fault { field, message: message.into() });
        }
    }

    /// One thing wrong.
    pub fn one(field: &'static str, message: impl Into<String>) -> Self {
        Self(vec![Fault { field, message: message.into() }])
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    fn or<T>(self, good: Option<T>) -> Result<T, Self> {
        match good {
            Some(good) if self.0.is_empty() => Ok(good),
            Some(_) | None => Err(self),
        }
    }
}

/// An entry as somebody typed it: every field any text, so that all of it can be shown again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Makes sending it twice harmless.
    pub key: String,
    /// On which revision the form was opened.
    pub revision: String,
    /// One of the five types.
    pub kind: String,
    /// What it is called.
    pub title: String,
    /// Who gave it.
    pub provider: String,
    /// Its day, or its first one.
    pub started_on: String,
    /// Its last day, if it took more than one.
    pub ended_on: String,
    /// Hours.
    pub hours: String,
    /// What they learned.
    pub outcome: String,
    /// What they think of it.
    pub reflection: String,
    /// What it changed in how they work.
    pub practice: String,
    /// What it did for others.
    pub benefit: String,
    /// The numbers of standards.
    pub standards: Vec<String>,
    /// The id of a duty of theirs.
    pub duty: String,
}

/// Checks an entry. `today` is the day in the United Kingdom.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check(typed: &Typed, today: Date) -> Result<Draft, Faults> {
    let mut faults = Faults::default();
    let kind = Kind::parse(&typed.kind);
    if kind.is_none() {
        faults.add("kind", "Choose what type of activity it was");
    }
    let title = line(&typed.title, 200, "title", &mut faults);
    if title.is_none() {
        faults.add("title", "Say what it was, like \u{201c}Paediatric life support, update\u{201d}");
    }
    let provider = line(&typed.provider, 120, "provider", &mut faults);
    let started_on = day(&typed.started_on, "started_on", today, &mut faults);
    if started_on.is_none() {
        faults.add("started_on", "Enter the day on which it was");
    }
    let ended_on = day(&typed.ended_on, "ended_on", today, &mut faults);
    if let (Some(start), Some(end)) = (parse_date(&typed.started_on), parse_date(&typed.ended_on))
        && end < start
    {
        faults.add("ended_on", "The last day must not be before the first");
    }
    let minutes = hours(&typed.hours, &mut faults);
    let long = |text: &str, field, faults: &mut Faults| text_of(text, LONG, field, faults);
    let duty = uuid::Uuid::try_parse(typed.duty.trim()).ok().map(DutyId);
    let numbers = typed.standards.iter().filter_map(|number| number.parse::<u8>().ok());
    let standards = numbers.fold(Standards::default(), Standards::with);
    let outcome = long(&typed.outcome, "outcome", &mut faults);
    let reflection = long(&typed.reflection, "reflection", &mut faults);
    let practice = long(&typed.practice, "practice", &mut faults);
    let benefit = long(&typed.benefit, "benefit", &mut faults);
    let draft = kind.zip(title).zip(started_on).map(|((kind, title), started_on)| Draft {
        kind,
        title,
        provider,
        started_on,
        ended_on: ended_on.filter(|end| *end > started_on),
        minutes,
        outcome,
        reflection,
        practice,
        benefit,
        standards,
        duty,
    });
    faults.or(draft)
}

/// What somebody writes to whom they ask, and what that one answers: at most 500 characters.
///
/// # Errors
/// What is wrong with it.
pub fn check_words(text: &str, field: &'static str) -> Result<Option<String>, Faults> {
    let mut faults = Faults::default();
    let words = text_of(text, 500, field, &mut faults);
    faults.or(Some(words))
}

/// A profile as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedProfile {
    /// On which revision the form was opened.
    pub revision: String,
    /// `yes` when they are on the register.
    pub registrant: String,
    /// Their profession.
    pub profession: String,
    /// Their number.
    pub registration: String,
    /// The first day that it is about.
    pub from: String,
    /// The last day that it is about.
    pub to: String,
    /// What they have done at work.
    pub history: String,
    /// How they met the standards.
    pub statement: String,
}

/// Checks a profile. Its revision is the one of the form; numbers of words are shown and not enforced.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_profile(typed: &TypedProfile) -> Result<Profile, Faults> {
    let mut faults = Faults::default();
    let bound = |text: &str, field, faults: &mut Faults| day(text, field, Date::MAX, faults);
    let from = bound(&typed.from, "from", &mut faults);
    let to = bound(&typed.to, "to", &mut faults);
    if let (Some(from), Some(to)) = (parse_date(&typed.from), parse_date(&typed.to))
        && to <= from
    {
        faults.add("to", "The last day must be after the first");
    }
    let profile = Profile {
        registrant: typed.registrant == "yes",
        profession: line(&typed.profession, 80, "profession", &mut faults),
        registration: line(&typed.registration, 20, "registration", &mut faults),
        from,
        to,
        history: text_of(&typed.history, HISTORY, "history", &mut faults),
        statement: text_of(&typed.statement, STATEMENT, "statement", &mut faults),
        revision: typed.revision.parse().unwrap_or(0),
    };
    faults.or(Some(profile))
}

fn day(text: &str, field: &'static str, today: Date, faults: &mut Faults) -> Option<Date> {
    if text.trim().is_empty() {
        return None;
    }
    let found = parse_date(text);
    match found {
        None => faults.add(field, "Enter a date like 22/11/2026"),
        Some(day) if day < EARLIEST => faults.add(field, "Check the year: it must be 1950 or later"),
        Some(day) if day > today => {
            faults.add(field, "That day is still to come. Add an activity once it has taken place");
        }
        Some(_) => {}
    }
    // A day that is wrong still is one, so that nothing else is asked about it.
    found.or(Some(today))
}

/// Minutes from hours as people write them: `2`, `1.5`, `1:30`. Nothing typed is none.
fn hours(text: &str, faults: &mut Faults) -> Option<i32> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let digits = |part: &str, longest: usize| -> Option<u32> {
        let good = (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        good.then(|| part.parse().ok()).flatten()
    };
    let minutes = if let Some((hours, minutes)) = text.split_once(':') {
        let minutes = Some(minutes).filter(|part| part.len() == 2).and_then(|part| digits(part, 2));
        let minutes = minutes.filter(|minutes| *minutes < 60);
        digits(hours, 4).zip(minutes).map(|(hours, minutes)| hours * 60 + minutes)
    } else {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let hundredths = if part.len() == 1 { digits(part, 1).map(|tenths| tenths * 10) } else { digits(part, 2) };
        digits(whole, 4).zip(hundredths).map(|(whole, hundredths)| whole * 60 + (hundredths * 60 + 50) / 100)
    };
    match minutes {
        Some(minutes @ 1..=LONGEST) => i32::try_from(minutes).ok(),
        Some(0) => {
            faults.add("hours", "Leave it empty rather than 0: nobody has to say how long it took");
            None
        }
        Some(_) => {
            faults.add("hours", "Enter 1,000 hours at most");
            None
        }
        None => {
            faults.add("hours", "Enter hours like 2, 1.5 or 1:30");
            None
        }
    }
}

/// Hours as [`check`] reads them: `1:30`, `2`.
pub fn in_hours(minutes: i32) -> String {
    match (minutes / 60, minutes % 60) {
        (hours, 0) => hours.to_string(),
        (hours, minutes) => format!("{hours}:{minutes:02}"),
    }
}

/// One line of text without what surrounds it; nothing typed is none.
fn line(text: &str, longest: usize, field: &'static str, faults: &mut Faults) -> Option<String> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        faults.add(field, "Write it on one line, without special characters");
    }
    bounded(text, longest, field, faults)
}

/// Several lines of text; line ends as the database keeps them.
fn text_of(text: &str, longest: usize, field: &'static str, faults: &mut Faults) -> Option<String> {
    let text = text.replace("\r\n", "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        faults.add(field, "Remove the special characters");
    }
    bounded(text.trim(), longest, field, faults)
}

fn bounded(text: &str, longest: usize, field: &'static str, faults: &mut Faults) -> Option<String> {
    let length = text.chars().count();
    if length > longest {
        let count = |value: usize| format::number(i64::try_from(value).unwrap_or(i64::MAX));
        faults.add(field, format!("Use {} characters at most; there are {}", count(longest), count(length)));
    }
    (length > 0).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    fn typed() -> Typed {
        Typed {
            kind: "formal".to_owned(),
            title: " Trauma update ".to_owned(),
            started_on: "20/11/2026".to_owned(),
            hours: "1.5".to_owned(),
            standards: ["3", "4", "x", "9"].map(str::to_owned).into(),
            reflection: "Tourniquets\r\nearly".to_owned(),
            ..Typed::default()
        }
    }

    fn wrong(change: impl FnOnce(&mut Typed)) -> Vec<&'static str> {
        let mut typed = typed();
        change(&mut typed);
        check(&typed, TODAY).err().map(|faults| faults.iter().map(|fault| fault.field).collect()).unwrap_or_default()
    }

    #[test]
    fn an_entry_is_read_from_what_was_typed() {
        let draft = check(&typed(), TODAY).expect("an entry");
        assert_eq!((draft.kind, draft.title.as_str(), draft.minutes), (Kind::Formal, "Trauma update", Some(90)));
        assert_eq!(
            (draft.started_on, draft.ended_on, draft.happened_on()),
            (date(2026, 11, 20), None, date(2026, 11, 20))
        );
        assert_eq!(draft.reflection.as_deref(), Some("Tourniquets\nearly"));
        assert_eq!(draft.standards.numbers().collect::<Vec<_>>(), [3, 4]);
        let same_day = Typed { ended_on: "2026-11-20".to_owned(), ..typed() };
        assert_eq!(check(&same_day, TODAY).expect("an entry").ended_on, None, "one day is one day");
        let days = Typed { ended_on: "22/11/26".to_owned(), ..typed() };
        assert_eq!(check(&days, TODAY).expect("an entry").happened_on(), TODAY);
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field_and_all_of_it_at_once() {
        assert_eq!(check(&Typed::default(), TODAY).expect_err("nothing").iter().count(), 3);
        assert_eq!(wrong(|typed| typed.title = "x".repeat(201)), ["title"]);
        assert_eq!(wrong(|typed| typed.started_on = "23/11/2026".to_owned()), ["started_on"]);
        assert_eq!(wrong(|typed| typed.started_on = "soon".to_owned()), ["started_on"]);
        assert_eq!(wrong(|typed| typed.ended_on = "19/11/2026".to_owned()), ["ended_on"]);
        assert_eq!(wrong(|typed| typed.started_on = "20/11/1926".to_owned()), ["started_on"]);
        assert_eq!(wrong(|typed| typed.outcome = "\u{7}".to_owned()), ["outcome"]);
        assert_eq!(wrong(|typed| typed.benefit = "x".repeat(10_001)), ["benefit"]);
        assert_eq!(wrong(|_typed| {}), Vec::<&str>::new());
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        let read = |text: &str| {
            let mut faults = Faults::default();
            (hours(text, &mut faults), faults.iter().count())
        };
        for (text, minutes) in [("2", 120), ("1.5", 90), ("1.25", 75), ("0.1", 6), ("1:30", 90), ("12:05", 725)] {
            assert_eq!(read(text), (Some(minutes), 0), "{text}");
            assert_eq!(read(&in_hours(minutes)), (Some(minutes), 0), "{minutes}");
        }
        assert_eq!(read(" "), (None, 0));
        for text in ["0", "1001", "1:60", "-1", "1,5", "two", "1.234", ":30", "1:", "1:5"] {
            assert_eq!(read(text), (None, 1), "{text}");
        }
    }

    #[test]
    fn a_profile_has_a_period_in_order_and_texts_of_any_number_of_words() {
        let typed = TypedProfile {
            registrant: "yes".to_owned(),
            from: "01/09/2025".to_owned(),
            to: "31/08/2027".to_owned(),
            statement: "word ".repeat(2_000),
            ..TypedProfile::default()
        };
        let profile = check_profile(&typed).expect("a profile");
        assert_eq!((profile.from, profile.to), (Some(date(2025, 9, 1)), Some(date(2027, 8, 31))));
        assert!(profile.registrant && profile.history.is_none());
        let turned = TypedProfile { to: "01/08/2025".to_owned(), ..typed };
        assert_eq!(
            check_profile(&turned).expect_err("turned round").iter().map(|f| f.field).collect::<Vec<_>>(),
            ["to"]
        );
    }

    #[test]
    fn words_to_somebody_are_few() {
        assert_eq!(check_words("  ", "message"), Ok(None));
        assert_eq!(check_words(" Please ", "message"), Ok(Some("Please".to_owned())));
        assert!(check_words(&"x".repeat(501), "message").is_err());
    }
}
