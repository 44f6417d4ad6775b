//! All of one's own records as one file: theirs to take along.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;

use crate::http::{Ask, Failure};
use crate::vault::Vaults;
use crate::vault::pages::{Door, opened};
use crate::views::format;
use crate::wellbeing::model::{Content, Record, Records};
use crate::wellbeing::rules::{FATIGUE, MOOD};
use crate::wellbeing::service;

use super::shared::scale;

/// Answers with the file. It leaves the server unsealed: whoever has the file reads it.
pub(super) async fn show(ask: Ask, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let records = service::list(&ask.site().db, ask.caller(), key).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"notes.txt\""))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(text(&records)))
}

/// The records in words, the latest day first.
fn text(records: &Records) -> String {
    let parts = records.opened.iter().map(|one| part(&one.record));
    parts.collect::<Vec<_>>().join("\n----\n\n")
}

fn part(record: &Record) -> String {
    let mut lines = vec![format::long_date(record.day)];
    match &record.content {
        Content::Note(note) => {
            lines.extend(note.mood.map(|mood| format!("Mood: {}", scale(mood, &MOOD))));
            lines.extend(note.fatigue.map(|fatigue| format!("Tiredness: {}", scale(fatigue, &FATIGUE))));
            lines.extend(note.duty.as_ref().map(|duty| format!("About the duty: {}", duty.label)));
            lines.push(String::new());
            lines.push(note.text.clone());
        }
        Content::Who5 { answers } => {
            let points: [u8; 5] = (*answers).into();
            let points = points.map(|points| points.to_string()).join(", ");
            lines.push(format!("WHO-5: {} of 100 (answers {points})", answers.score()));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::shared::samples::{note, who5};
    use super::*;

    #[test]
    fn everything_that_was_written_is_in_the_file() {
        let records = Records { opened: vec![who5(23, 2), note(22, 2)], unreadable: 0 };
        let text = text(&records);
        for part in
            ["23 November 2026", "WHO-5: 40 of 100", "Mood: 2 of 5: low", "House fire", "Could not sleep", "----"]
        {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}
