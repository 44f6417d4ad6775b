//! What may stand in a record, and until when it is kept: pure.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde::Deserialize;

use super::model::{Keep, LinkedDuty, Note};
use super::who5::{Answers, STATEMENTS};
use crate::duties::rules::parse_date;

/// Characters of a note.
pub const LONGEST: usize = 20_000;

/// The first day that is taken for one: before it, a year was mistyped.
const EARLIEST: Date = date(1950, 1, 1);

/// What each step of the mood says: a plain scale of five, no published instrument.
pub const MOOD: [&str; 5] = ["Very low", "Low", "Neither low nor good", "Good", "Very good"];

/// What each step of the fatigue says: a plain scale of five, no published instrument.
pub const FATIGUE: [&str; 5] = ["Not tired", "A little tired", "Tired", "Very tired", "Exhausted"];

/// The word for a step of a scale.
pub fn step(scale: &[&'static str; 5], value: u8) -> &'static str {
    usize::from(value).checked_sub(1).and_then(|index| scale.get(index)).copied().unwrap_or("Not said")
}

/// One thing wrong, at the field with this id.
pub type Fault = (&'static str, String);

/// A note as somebody typed it: every field any text, so that all of it can be shown again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Makes sending it twice harmless; which record it is, when it is changed.
    pub key: String,
    /// Which state of the record the form was opened on.
    pub mark: String,
    /// When the record was written, as the form was given it.
    pub written_at: String,
    /// The day that it is about.
    pub day: String,
    /// What they wrote.
    pub text: String,
    /// How they felt.
    pub mood: String,
    /// How tired they were.
    pub fatigue: String,
    /// A duty.
    pub duty: String,
}

fn scale(typed: &str) -> Result<Option<u8>, ()> {
    match typed {
        "" => Ok(None),
        text => text.parse().ok().filter(|value| (1..=5).contains(value)).map(Some).ok_or(()),
    }
}

/// The day that was typed.
fn day_of(typed: &str, today: Date, faults: &mut Vec<Fault>) -> Option<Date> {
    match parse_date(typed) {
        Some(day) if day > today => {
            faults.push(("day", "Enter today or a day before".to_owned()));
            None
        }
        Some(day) if day >= EARLIEST => Some(day),
        _ => {
            faults.push(("day", "Enter the day, like 24/11/2026".to_owned()));
            None
        }
    }
}

/// The day and the note that were typed, with the duty that was chosen among `duties`.
///
/// # Errors
/// What is wrong, field by field.
pub fn check(typed: &Typed, today: Date, duties: &[LinkedDuty]) -> Result<(Date, Note), Vec<Fault>> {
    let mut faults = Vec::new();
    let day = day_of(&typed.day, today, &mut faults);
    let text = typed.text.replace("\r\n", "\n").trim().to_owned();
    let (mood, fatigue) = (scale(&typed.mood), scale(&typed.fatigue));
    let said_nothing = text.is_empty() && mood == Ok(None) && fatigue == Ok(None);
    if said_nothing {
        faults.push(("text", "Write something, or choose how you feel".to_owned()));
    }
    if text.chars().count() > LONGEST {
        faults.push(("text", "A note has at most 20,000 characters. Split it into two".to_owned()));
    }
    if mood.is_err() {
        faults.push(("mood", "Choose how you feel, or leave it open".to_owned()));
    }
    if fatigue.is_err() {
        faults.push(("fatigue", "Choose how tired you are, or leave it open".to_owned()));
    }
    let duty = match typed.duty.as_str() {
        "" => None,
        chosen => {
            let found = duties.iter().find(|duty| duty.id.to_string() == chosen).cloned();
            if found.is_none() {
                faults.push(("duty", "Choose one of your own duties, or none".to_owned()));
            }
            found
        }
    };
    match (day, mood, fatigue) {
        (Some(day), Ok(mood), Ok(fatigue)) if faults.is_empty() => Ok((day, Note { text, mood, fatigue, duty })),
        _ => Err(faults),
    }
}

/// The five answers that were typed.
///
/// # Errors
/// The field ids of those that are missing, `answer1` to `answer5`, with what to do.
pub fn answers(typed: &[String; 5]) -> Result<Answers, Vec<(String, String)>> {
    let mut faults = Vec::new();
    let mut points = [0_u8; 5];
    for ((number, text), (statement, slot)) in (1_u8..).zip(typed).zip(STATEMENTS.iter().zip(&mut points)) {
        match text.parse::<u8>().ok().filter(|points| *points <= 5) {
            Some(given) => *slot = given,
            None => faults.push((format!("answer{number}"), format!("Choose how often: “{statement}”"))),
        }
    }
    if faults.is_empty() { Answers::try_from(points).map_err(|_out| Vec::new()) } else { Err(faults) }
}

/// From which day on a record about `day` is removed: the first of the month after its time is over, so that the day in
/// the database says no more than a month. `None`: it is kept.
pub fn delete_on(day: Date, keep: Keep) -> Option<Date> {
    let months = keep.months()?;
    let over = day.checked_add(i32::from(months).months()).ok()?;
    over.first_of_month().checked_add(1.month()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::DutyId;

    const TODAY: Date = date(2026, 11, 24);

    fn typed(text: &str, mood: &str) -> Typed {
        Typed { day: "2026-11-23".to_owned(), text: text.to_owned(), mood: mood.to_owned(), ..Typed::default() }
    }

    #[test]
    fn a_note_says_something() {
        assert!(check(&typed("A hard night", ""), TODAY, &[]).is_ok());
        assert!(check(&typed("", "2"), TODAY, &[]).is_ok());
        let faults = check(&typed("  \r\n ", ""), TODAY, &[]).expect_err("nothing");
        assert_eq!(faults[0].0, "text");
        let long = check(&typed(&"x".repeat(LONGEST + 1), ""), TODAY, &[]).expect_err("long");
        assert_eq!(long[0].0, "text");
    }

    #[test]
    fn every_wrong_field_is_told() {
        let wrong = Typed {
            day: "2026-11-25".to_owned(),
            text: String::new(),
            mood: "6".to_owned(),
            fatigue: "0".to_owned(),
            duty: "somebody else's".to_owned(),
            ..Typed::default()
        };
        let faults = check(&wrong, TODAY, &[]).expect_err("wrong");
        let fields: Vec<&str> = faults.iter().map(|fault| fault.0).collect();
        assert_eq!(fields, ["day", "mood", "fatigue", "duty"]);
    }

    #[test]
    fn a_duty_is_one_of_their_own() {
        let own = LinkedDuty { id: DutyId(uuid::Uuid::from_u128(9)), label: "Fire".to_owned() };
        let chosen = Typed { duty: own.id.to_string(), ..typed("x", "") };
        let (_day, note) = check(&chosen, TODAY, std::slice::from_ref(&own)).expect("a note");
        assert_eq!(note.duty, Some(own));
    }

    #[test]
    fn all_five_statements_are_answered() {
        let given = ["5", "4", "3", "2", "1"].map(str::to_owned);
        assert_eq!(answers(&given).map(Answers::score), Ok(60));
        let missing = answers(&["5", "", "3", "9", "1"].map(str::to_owned)).expect_err("two are missing");
        assert_eq!(missing.iter().map(|fault| fault.0.as_str()).collect::<Vec<_>>(), ["answer2", "answer4"]);
    }

    #[test]
    fn records_go_on_the_first_of_a_month() {
        assert_eq!(delete_on(date(2026, 11, 24), Keep::Months(24)), Some(date(2028, 12, 1)));
        assert_eq!(delete_on(date(2026, 12, 31), Keep::Months(6)), Some(date(2027, 7, 1)));
        assert_eq!(delete_on(date(2024, 2, 29), Keep::Months(12)), Some(date(2025, 3, 1)));
        assert_eq!(delete_on(date(2026, 11, 24), Keep::Always), None);
    }

    #[test]
    fn steps_have_words() {
        assert_eq!((step(&MOOD, 1), step(&MOOD, 5), step(&FATIGUE, 0)), ("Very low", "Very good", "Not said"));
    }
}
