//! What the pages share: ids in addresses, a record in words, errors of a form.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::http::{Failure, Problem};
use crate::kernel::ids::{WellbeingRecordId, WellbeingShareId};
use crate::views::{Crumb, FormErrors, format};
use crate::wellbeing::model::{Content, Record};
use crate::wellbeing::rules::{FATIGUE, Fault, MOOD, step};
use crate::wellbeing::who5::STATEMENTS;

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

/// The crumb of the start page.
pub(super) fn crumb() -> Crumb {
    Crumb::new("Wellbeing", "/wellbeing")
}

/// The record in an address; what is no id is no record.
pub(super) fn record_id(text: &str) -> Result<WellbeingRecordId, Failure> {
    Uuid::try_parse(text).ok().map(WellbeingRecordId).ok_or_else(|| Problem::NotFound.into())
}

/// The share in an address.
pub(super) fn share_id(text: &str) -> Result<WellbeingShareId, Failure> {
    Uuid::try_parse(text).ok().map(WellbeingShareId).ok_or_else(|| Problem::NotFound.into())
}

/// The record and the share in an address.
pub(super) fn both(path: &Path<(String, String)>) -> Result<(WellbeingRecordId, WellbeingShareId), Failure> {
    Ok((record_id(&path.0)?, share_id(&path.1)?))
}

/// What is wrong, beside its fields.
pub(super) fn errors_of(faults: &[Fault]) -> FormErrors {
    let mut errors = FormErrors::new();
    for (field, message) in faults {
        errors.add(*field, message.clone());
    }
    errors
}

#[derive(Debug, Clone, Serialize)]
struct Text {
    text: String,
}

/// One line of a summary list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    key: Text,
    value: Text,
}

impl Line {
    pub(super) fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: Text { text: key.into() }, value: Text { text: value.into() } }
    }
}

/// What a record says, for the page that shows it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct InWords {
    /// What it is.
    pub(super) what: &'static str,
    /// The day that it is about.
    pub(super) day: String,
    lines: Vec<Line>,
    paragraphs: Vec<String>,
}

impl InWords {
    pub(super) fn of(record: &Record) -> Self {
        let day = format::long_date(record.day);
        let mut lines = vec![Line::new("Day", day.clone())];
        let (what, text) = match &record.content {
            Content::Note(note) => {
                lines.extend(note.mood.map(|mood| Line::new("Mood", scale(mood, &MOOD))));
                lines.extend(note.fatigue.map(|fatigue| Line::new("Tiredness", scale(fatigue, &FATIGUE))));
                lines.extend(note.duty.as_ref().map(|duty| Line::new("About the duty", duty.label.clone())));
                ("Note", note.text.as_str())
            }
            Content::Who5 { answers } => {
                lines.push(Line::new("Score", format!("{} of 100 ({})", answers.score(), answers.band().title())));
                let points: [u8; 5] = (*answers).into();
                lines.extend(
                    STATEMENTS
                        .iter()
                        .zip(points)
                        .map(|(statement, points)| Line::new(*statement, format!("{points} of 5"))),
                );
                ("WHO-5", "")
            }
        };
        lines.push(Line::new("Written", format::long_time(record.written_at)));
        let paragraphs = text.split('\n').map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        Self { what, day, lines, paragraphs: paragraphs.collect() }
    }
}

/// A step of a scale, with its number: a word alone would not say how many steps there are.
pub(super) fn scale(value: u8, words: &[&'static str; 5]) -> String {
    format!("{value} of 5: {}", step(words, value).to_lowercase())
}

#[cfg(test)]
pub(super) mod samples {
    use jiff::Timestamp;
    use jiff::civil::date;

    use crate::kernel::ids::{DutyId, WellbeingRecordId};
    use crate::wellbeing::model::{Content, LinkedDuty, Note, Opened, Record};
    use crate::wellbeing::who5::Answers;
    use uuid::Uuid;

    pub(in crate::wellbeing::pages) fn note(number: u128, mood: u8) -> Opened {
        let duty = LinkedDuty { id: DutyId(Uuid::from_u128(9)), label: "20 Nov 2026, 19:00, House fire".to_owned() };
        let content = Content::Note(Note {
            text: "Could not sleep after the job.\n\nTalked to the crew.".to_owned(),
            mood: Some(mood),
            fatigue: Some(4),
            duty: Some(duty),
        });
        opened(number, content)
    }

    pub(in crate::wellbeing::pages) fn who5(number: u128, points: u8) -> Opened {
        opened(number, Content::Who5 { answers: Answers::try_from([points; 5]).expect("answers") })
    }

    fn opened(number: u128, content: Content) -> Opened {
        let day = date(2026, 11, i8::try_from(number).expect("a day"));
        Opened {
            id: WellbeingRecordId(Uuid::from_u128(number)),
            mark: Uuid::from_u128(number),
            record: Record { day, written_at: Timestamp::UNIX_EPOCH, content },
        }
    }
}
