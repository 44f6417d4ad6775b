//! The form of a note. Writing takes no key: what is typed is sealed to the public half, so nothing is lost when the
//! vault locked itself meanwhile.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::shared::{crumb, errors_of, record_id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::WellbeingRecordId;
use crate::vault::pages::{Door, opened, session_of};
use crate::vault::{self, Vaults};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};
use crate::wellbeing::error::WellbeingError;
use crate::wellbeing::model::{Content, LinkedDuty, Opened, Record};
use crate::wellbeing::rules::{self, FATIGUE, MOOD, Typed};
use crate::wellbeing::service;

#[derive(Debug, Clone, Serialize)]
struct Fields {
    day: Field,
    text: Field,
    mood: Field,
    fatigue: Field,
    duty: Option<Field>,
}

#[derive(Debug, Clone, Serialize)]
struct NoteForm {
    action: String,
    back: String,
    key: String,
    mark: String,
    written_at: String,
    fields: Fields,
    is_new: bool,
    changed: bool,
    #[serde(skip)]
    errors: FormErrors,
}

fn steps(name: &str, label: &str, words: &[&'static str; 5], chosen: &str, errors: &FormErrors) -> Field {
    let choices = (1..).zip(words).map(|(number, word)| Choice::new(number.to_string(), format!("{number}: {word}")));
    let open = Choice::new("", "I leave this open");
    Field::new(name, label).choices(choices.chain(std::iter::once(open))).choose([chosen]).errors(errors)
}

fn fields(typed: &Typed, duties: &[LinkedDuty], errors: &FormErrors) -> Fields {
    let duty = (!duties.is_empty()).then(|| {
        let choices = duties.iter().map(|duty| Choice::new(duty.id.to_string(), duty.label.clone()));
        Field::new("duty", "A duty that it is about (optional)")
            .hint(
                "Your own duties of the last four months. The link is sealed with the note: nobody sees it at the duty",
            )
            .choices(std::iter::once(Choice::new("", "None")).chain(choices))
            .choose([&typed.duty])
            .errors(errors)
    });
    Fields {
        day: Field::new("day", "Day").value(&typed.day).errors(errors),
        text: Field::new("text", "What do you want to keep? (optional)")
            .hint("After a hard job: what happened, what stays with you, what helped, what you need")
            .value(&typed.text)
            .errors(errors),
        mood: steps("mood", "How do you feel?", &MOOD, &typed.mood, errors),
        fatigue: steps("fatigue", "How tired are you?", &FATIGUE, &typed.fatigue, errors),
        duty,
    }
}

impl NoteForm {
    fn adding(typed: &Typed, duties: &[LinkedDuty], errors: FormErrors) -> Self {
        Self {
            action: "/wellbeing/notes/new".to_owned(),
            back: "/wellbeing".to_owned(),
            key: typed.key.clone(),
            mark: String::new(),
            written_at: String::new(),
            fields: fields(typed, duties, &errors),
            is_new: true,
            changed: false,
            errors,
        }
    }

    fn changing(id: WellbeingRecordId, typed: &Typed, duties: &[LinkedDuty], errors: FormErrors) -> Self {
        Self {
            action: format!("/wellbeing/notes/{id}/edit"),
            back: format!("/wellbeing/notes/{id}"),
            key: String::new(),
            mark: typed.mark.clone(),
            written_at: typed.written_at.clone(),
            fields: fields(typed, duties, &errors),
            is_new: false,
            changed: false,
            errors,
        }
    }
}

impl PageContext for NoteForm {
    const TEMPLATE: &'static str = "wellbeing/note-form";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        if self.is_new { "Write a note".into() } else { "Change a note".into() }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb()]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::adding(&Typed::default(), &[], FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// A note as it would have been typed.
fn typed_of(opened: &Opened) -> Option<Typed> {
    let Content::Note(note) = &opened.record.content else { return None };
    let number = |value: Option<u8>| value.map(|value| value.to_string()).unwrap_or_default();
    Some(Typed {
        key: String::new(),
        mark: opened.mark.to_string(),
        written_at: opened.record.written_at.to_string(),
        day: opened.record.day.to_string(),
        text: note.text.clone(),
        mood: number(note.mood),
        fatigue: number(note.fatigue),
        duty: note.duty.as_ref().map(|duty| duty.id.to_string()).unwrap_or_default(),
    })
}

/// The duties to choose from, with the one that is linked already even when it is older.
async fn offered(ask: &Ask, kept: Option<&Opened>) -> Result<Vec<LinkedDuty>, Failure> {
    let mut duties = service::duties_to_offer(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let kept = kept.and_then(|kept| match &kept.record.content {
        Content::Note(note) => note.duty.clone(),
        Content::Who5 { .. } => None,
    });
    if let Some(kept) = kept.filter(|kept| !duties.iter().any(|duty| duty.id == kept.id)) {
        duties.push(kept);
    }
    Ok(duties)
}

/// Shows the empty form, for today. It needs a vault, and none that is unlocked.
pub(super) async fn new(ask: Ask) -> Result<HttpResponse, Failure> {
    if !vault::service::exists(&ask.site().db, ask.caller()).await? {
        return Ok(ask.redirect("/wellbeing/vault/new"));
    }
    let typed = Typed {
        key: Uuid::new_v4().to_string(),
        day: civil::local(ask.clock().now()).date().to_string(),
        ..Typed::default()
    };
    ask.page(&NoteForm::adding(&typed, &offered(&ask, None).await?, FormErrors::new()))
}

/// Seals what was typed, or shows it again with what is wrong.
pub(super) async fn add(ask: Ask, vaults: Data<Vaults>, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let duties = offered(&ask, None).await?;
    match rules::check(&typed, civil::local(now).date(), &duties) {
        Ok((day, note)) => {
            let record = Record { day, written_at: now, content: Content::Note(note) };
            let id = service::chosen_id(&typed.key);
            service::add(&ask.site().db, &vaults, ask.caller(), id, record, now).await?;
            Ok(ask.redirect_with("/wellbeing", FlashKind::Success, "Kept. Only you can read it."))
        }
        Err(faults) => ask.page_again(&NoteForm::adding(&typed, &duties, errors_of(&faults))),
    }
}

/// Shows the form with what the note says.
pub(super) async fn edit(ask: Ask, path: Path<String>, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    let id = record_id(&path)?;
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let found = service::open(&ask.site().db, ask.caller(), key, id).await?;
    let duties = offered(&ask, Some(&found)).await?;
    match typed_of(&found) {
        Some(typed) => ask.page(&NoteForm::changing(id, &typed, &duties, FormErrors::new())),
        // Answers to the WHO-5 stay what they were.
        None => Ok(ask.redirect(&format!("/wellbeing/notes/{id}"))),
    }
}

/// What the record says now, if the vault is open.
async fn present(ask: &Ask, vaults: &Vaults, id: WellbeingRecordId) -> Result<Option<Opened>, Failure> {
    let person = ask.person()?;
    let key = vaults.key(session_of(ask)?, person.organisation, person.id, ask.clock().now());
    let Some(key) = key else { return Ok(None) };
    Ok(Some(service::open(&ask.site().db, ask.caller(), key, id).await?))
}

/// Puts what was typed in the place of the note, or shows it again with what is wrong.
pub(super) async fn change(
    ask: Ask,
    path: Path<String>,
    vaults: Data<Vaults>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let (id, now) = (record_id(&path)?, ask.clock().now());
    let present = present(&ask, &vaults, id).await?;
    let duties = offered(&ask, present.as_ref()).await?;
    let (day, note) = match rules::check(&typed, civil::local(now).date(), &duties) {
        Ok(checked) => checked,
        Err(faults) => return ask.page_again(&NoteForm::changing(id, &typed, &duties, errors_of(&faults))),
    };
    let written_at: Timestamp = typed.written_at.parse().unwrap_or(now);
    let record = Record { day, written_at, content: Content::Note(note) };
    let mark = Uuid::try_parse(&typed.mark).unwrap_or_default();
    match service::change(&ask.site().db, &vaults, ask.caller(), id, mark, record).await {
        Ok(()) => {
            let to = format!("/wellbeing/notes/{id}");
            Ok(ask.redirect_with(&to, FlashKind::Success, "Changed."))
        }
        Err(WellbeingError::Changed) => {
            // Sending it again is a decision: the form has the new mark.
            let mark = present.map(|present| present.mark.to_string()).unwrap_or_default();
            let page = NoteForm::changing(id, &Typed { mark, ..typed }, &duties, FormErrors::new());
            ask.page_with(StatusCode::CONFLICT, &NoteForm { changed: true, ..page })
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::shared::samples::note;
    use super::*;

    pub(super) fn samples() -> Vec<NoteForm> {
        let typed = typed_of(&note(22, 2)).expect("a note");
        let Content::Note(inside) = note(22, 2).record.content else { return Vec::new() };
        let duties: Vec<LinkedDuty> = inside.duty.into_iter().collect();
        let mut errors = FormErrors::new();
        for field in ["day", "text", "mood", "fatigue", "duty"] {
            errors.add(field, "Correct this");
        }
        let id = note(22, 2).id;
        vec![
            NoteForm::sample(),
            NoteForm::adding(&typed, &duties, errors),
            NoteForm::changing(id, &typed, &duties, FormErrors::new()),
            NoteForm { changed: true, ..NoteForm::changing(id, &typed, &duties, FormErrors::new()) },
        ]
    }

    #[test]
    fn the_form_stands_empty_wrong_filled_and_in_conflict() {
        crate::views::testing::check::<NoteForm>();
    }

    #[test]
    fn a_note_typed_again_is_the_same_note() {
        let opened = note(22, 2);
        let Content::Note(inside) = opened.record.content.clone() else { panic!("a note") };
        let duties: Vec<LinkedDuty> = inside.duty.clone().into_iter().collect();
        let typed = typed_of(&opened).expect("a note");
        let checked = rules::check(&typed, jiff::civil::date(2026, 11, 24), &duties).expect("good");
        assert_eq!(checked, (opened.record.day, inside));
    }
}
