//! One application: what was sent, how it went, marks, and the decision.

mod scores;

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

use self::scores::{Scores, scores};
use super::words::{Line, id, paragraphs};
use crate::applications::error::ApplicationError;
use crate::applications::model::{Criterion, State};
use crate::applications::rules::{HIGHEST, grouped};
use crate::applications::service::{self, ByMail, Decision, Opened, Scored};
use crate::cpd::file_rules::FileKind;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::{ApplicationFileId, ApplicationId, PersonId};
use crate::notices::Desk;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct FileRow {
    href: String,
    name: String,
    kind: &'static str,
    size: String,
}

#[derive(Debug, Clone, Serialize)]
struct Step {
    at: String,
    said: String,
    by: String,
}

#[derive(Debug, Clone, Serialize)]
struct LetterRow {
    what: &'static str,
    at: String,
    sent: &'static str,
    paragraphs: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Answered {
    question: String,
    paragraphs: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Work {
    revision: i32,
    stage: Field,
    tell: Field,
    /// Nothing when the caller has given theirs, or nothing is scored.
    marks: Option<Vec<Field>>,
    note: Field,
    outcome: Field,
    reason: Field,
}

#[derive(Debug, Clone, Serialize)]
struct ApplicationPage {
    href: String,
    vacancy: String,
    vacancy_href: String,
    state: &'static str,
    colour: &'static str,
    lines: Vec<Line>,
    answers: Vec<Answered>,
    files: Vec<FileRow>,
    steps: Vec<Step>,
    letters: Vec<LetterRow>,
    scores: Option<Scores>,
    work: Option<Work>,
    convert: bool,
    person: Option<String>,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for ApplicationPage {
    const TEMPLATE: &'static str = "applications/application";
    const SECTION: &'static str = "vacancies";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Vacancies", "/vacancies"), Crumb::new(&self.vacancy, &self.vacancy_href)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self {
            href: "/applications/1".to_owned(),
            vacancy: "Firefighter".to_owned(),
            vacancy_href: "/vacancies/1".to_owned(),
            state: "Open",
            colour: "govuk-tag--blue",
            lines: vec![Line::new("Reference", "ABCD-EFGH")],
            answers: Vec::new(),
            files: Vec::new(),
            steps: Vec::new(),
            letters: Vec::new(),
            scores: None,
            work: None,
            convert: true,
            person: None,
            heading: "Kit Vane".to_owned(),
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// What was typed into one of the forms, when it comes back with what is wrong.
#[derive(Debug, Clone, Default)]
struct Typed {
    marks: Vec<String>,
    note: String,
    successful: Option<bool>,
    reason: String,
}

fn build(opened: &Opened, typed: &Typed, errors: FormErrors) -> ApplicationPage {
    let (application, vacancy) = (&opened.application, &opened.vacancy);
    let mut lines = vec![
        Line::new("Reference", grouped(&application.reference, 4)),
        Line::new("Received", format::long_time(application.received_at)),
        Line::new("Stage", &application.stage),
        Line::new("E-mail", &application.who.email),
        Line::new("Telephone", application.who.phone.as_deref().unwrap_or("Not given")),
    ];
    if let Some(reason) = &application.reason {
        lines.push(Line::new("Reason for the decision", reason));
    }
    if let Some(day) = application.delete_after {
        lines.push(Line::new("Kept until", format::long_date(day)));
    }
    let name = |person: PersonId| opened.names.get(&person).cloned().unwrap_or_else(|| "Somebody".to_owned());
    ApplicationPage {
        href: format!("/applications/{}", application.id),
        vacancy: vacancy.draft.title.clone(),
        vacancy_href: format!("/vacancies/{}", vacancy.id),
        state: application.state.title(),
        colour: application.state.colour(),
        lines,
        answers: application
            .who
            .answers
            .iter()
            .map(|answer| Answered { question: answer.question.clone(), paragraphs: paragraphs(&answer.answer) })
            .collect(),
        files: opened
            .files
            .iter()
            .map(|file| FileRow {
                href: format!("/applications/{}/files/{}/download", application.id, file.id),
                name: file.name.clone(),
                kind: FileKind::name_of(&file.media_type),
                size: format::size(u64::try_from(file.bytes).unwrap_or(0)),
            })
            .collect(),
        steps: opened
            .events
            .iter()
            .map(|event| Step {
                at: format::short_time(event.at),
                said: event.said.clone(),
                by: event.by.map_or_else(|| "the applicant".to_owned(), name),
            })
            .collect(),
        letters: opened
            .letters
            .iter()
            .map(|letter| LetterRow {
                what: letter.kind.title(),
                at: format::short_time(letter.written_at),
                sent: sent(&letter.state),
                paragraphs: paragraphs(&letter.body),
            })
            .collect(),
        scores: opened.scored.then(|| scores(&vacancy.draft.criteria, &opened.marks, &name)),
        work: (application.state == State::Open).then(|| work(opened, typed, &errors)),
        convert: opened.may_convert,
        person: application.person.map(|person| format!("/people/{person}")),
        heading: application.name(),
        errors,
    }
}

fn sent(state: &str) -> &'static str {
    match state {
        "waiting" | "leaving" => "The e-mail waits to be sent",
        "sent" => "Told by e-mail",
        "failed" => "The e-mail could not be sent",
        _ => "On their page only: no e-mail goes out",
    }
}

fn work(opened: &Opened, typed: &Typed, errors: &FormErrors) -> Work {
    let (application, draft) = (&opened.application, &opened.vacancy.draft);
    let stages = draft.stages.iter().map(|stage| Choice::new(stage, stage));
    let mark = |(place, criterion): (usize, &Criterion)| {
        let all = (0..=HIGHEST).map(|mark| Choice::new(mark.to_string(), mark.to_string()));
        let typed = typed.marks.get(place).cloned().unwrap_or_default();
        Field::new(format!("mark-{place}"), format!("{} (weight {})", criterion.name, criterion.weight))
            .choices(std::iter::once(Choice::new("", "Choose a mark")).chain(all))
            .choose([typed])
            .errors(errors)
    };
    let outcome = match typed.successful {
        Some(true) => "successful",
        Some(false) => "unsuccessful",
        None => "",
    };
    Work {
        revision: application.revision,
        stage: Field::new("stage", "Stage").choices(stages).choose([&application.stage]).errors(errors),
        tell: Field::new("tell", "Applicant").choices([Choice::new("yes", "Write to the applicant that it moved")]),
        marks: (!opened.scored && !draft.criteria.is_empty())
            .then(|| draft.criteria.iter().enumerate().map(mark).collect()),
        note: Field::new("note", "Note (optional)")
            .hint("For the other scorers. The applicant may ask to see it")
            .value(&typed.note)
            .errors(errors),
        outcome: Field::new("outcome", "Outcome")
            .choices([Choice::new("successful", "Successful"), Choice::new("unsuccessful", "Unsuccessful")])
            .choose([outcome])
            .errors(errors),
        reason: Field::new("reason", "Reason")
            .hint("Kept here and never sent. The applicant may ask to see it")
            .value(&typed.reason)
            .errors(errors),
    }
}

/// Shows an application.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let opened = service::open(&ask.site().db, ask.caller(), id(&path, ApplicationId)?, ask.clock().now()).await?;
    ask.page(&build(&opened, &Typed::default(), FormErrors::new()))
}

/// Answers a deed: back to the page, or the page again with what is wrong.
async fn answer(
    ask: &Ask,
    id: ApplicationId,
    done: Result<(), ApplicationError>,
    said: &str,
    typed: Typed,
) -> Result<HttpResponse, Failure> {
    match done {
        Ok(()) => {
            ask.site().queue.wake();
            Ok(ask.redirect_with(&format!("/applications/{id}"), FlashKind::Success, said))
        }
        Err(ApplicationError::Invalid(errors)) => {
            let opened = service::open(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
            ask.page_again(&build(&opened, &typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MoveForm {
    revision: String,
    stage: String,
    tell: String,
}

/// Moves it to another stage.
pub(super) async fn move_to(
    ask: Ask,
    path: Path<String>,
    desk: Data<Desk>,
    Posted(form): Posted<MoveForm>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ApplicationId)?;
    let tell = (!form.tell.is_empty()).then(|| ByMail(desk.mailer.is_some()));
    let wanted = (form.revision.parse().unwrap_or(0), form.stage);
    let done = service::move_to(&ask.site().db, ask.caller(), id, wanted, tell, ask.clock().now()).await;
    answer(&ask, id, done, "Moved.", Typed::default()).await
}

/// Gives the caller's marks.
pub(super) async fn score(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<std::collections::BTreeMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ApplicationId)?;
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    // A vacancy has twelve criteria at most.
    let marks: Vec<String> = (0..12).map(|place| text(&format!("mark-{place}"))).collect();
    let scored = Scored { marks, note: text("note") };
    let typed = Typed { marks: scored.marks.clone(), note: scored.note.clone(), ..Typed::default() };
    let done = service::score(&ask.site().db, ask.caller(), id, scored, ask.clock().now()).await;
    answer(&ask, id, done, "Your marks are given. You now see those of others.", typed).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DecideForm {
    revision: String,
    outcome: String,
    reason: String,
}

/// Decides on it.
pub(super) async fn decide(
    ask: Ask,
    path: Path<String>,
    desk: Data<Desk>,
    Posted(form): Posted<DecideForm>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ApplicationId)?;
    let successful = match form.outcome.as_str() {
        "successful" => Some(true),
        "unsuccessful" => Some(false),
        _ => None,
    };
    let typed = Typed { successful, reason: form.reason.clone(), ..Typed::default() };
    let done = match successful {
        None => {
            let mut errors = FormErrors::new();
            errors.add("outcome", "Choose the outcome");
            Err(errors.into())
        }
        Some(successful) => {
            let revision = form.revision.parse().unwrap_or(0);
            let by_mail = desk.mailer.is_some();
            let decision = Decision { revision, successful, reason: form.reason, by_mail };
            service::decide(&ask.site().db, ask.caller(), id, decision, ask.clock().now()).await
        }
    };
    answer(&ask, id, done, "Decided. The applicant has a letter.", typed).await
}

/// Hands a document out, to be stored and never opened as a page of ours.
pub(super) async fn download(ask: Ask, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (application, file) = (id(&path.0, ApplicationId)?, id(&path.1, ApplicationFileId)?);
    let found = service::download(&ask.site().db, ask.caller(), application, file, ask.clock().now()).await?;
    Ok(HttpResponse::Ok()
        .content_type(found.file.media_type)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", found.file.name)))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(found.content))
}

#[cfg(test)]
mod tests;
