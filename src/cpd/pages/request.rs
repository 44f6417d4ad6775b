//! One request to confirm an entry: the entry as it is, and the two answers.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::query::{FileRow, Line, Written, errors_of, lines, request_id, written};
use crate::cpd::error::CpdError;
use crate::cpd::model::Request;
use crate::cpd::rules;
use crate::cpd::service::{self, Opened};
use crate::cpd::standards;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::CpdRequestId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AnswerForm {
    revision: String,
    words: String,
}

#[derive(Debug, Clone, Serialize)]
struct RequestPage {
    #[serde(skip)]
    heading: String,
    href: String,
    who: String,
    asked: String,
    message: Option<String>,
    lines: Vec<Line>,
    written: Vec<Written>,
    files: Vec<FileRow>,
    words: Field,
    revision: i32,
    changed: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for RequestPage {
    const TEMPLATE: &'static str = "cpd/request";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("CPD to confirm", "/cpd/requests")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let errors = FormErrors::new();
        Self {
            heading: "Trauma update".to_owned(),
            href: "/cpd/requests/1".to_owned(),
            who: "Jo Marsh".to_owned(),
            asked: "20 Nov 2026".to_owned(),
            message: None,
            lines: vec![Line::new("When", "20 Nov 2026")],
            written: Vec::new(),
            files: Vec::new(),
            words: words_field("", &errors),
            revision: 1,
            changed: false,
            errors,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn words_field(typed: &str, errors: &FormErrors) -> Field {
    Field::new("words", "A word to them (optional)")
        .hint("With a confirmation it stands in their record; otherwise say what they should put right")
        .value(typed)
        .errors(errors)
}

fn build((request, opened): &(Request, Opened), typed: &str, changed: bool, errors: FormErrors) -> RequestPage {
    let row = &opened.row;
    let texts = standards::of(row.draft.happened_on()).standards.map(|standard| standard.value);
    RequestPage {
        heading: row.draft.title.clone(),
        href: format!("/cpd/requests/{}", request.id),
        who: opened.name(request.person).to_owned(),
        asked: format::short_date(civil::local(request.asked_at).date()),
        message: request.message.clone(),
        lines: lines(row, &texts),
        written: written(row),
        files: opened.files.iter().map(FileRow::new).collect(),
        words: words_field(typed, &errors),
        revision: row.revision,
        changed,
        errors,
    }
}

async fn load(ask: &Ask, id: CpdRequestId) -> Result<(Request, Opened), CpdError> {
    service::to_answer(&ask.site().db, ask.caller(), id, ask.clock().now()).await
}

/// Shows the entry and asks for an answer.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let found = load(&ask, request_id(&path)?).await?;
    ask.page(&build(&found, "", false, FormErrors::new()))
}

/// Confirms the entry as it was shown.
pub(super) async fn confirm(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<AnswerForm>,
) -> Result<HttpResponse, Failure> {
    let revision = form.revision.parse().unwrap_or(0);
    answer(&ask, request_id(&path)?, Some(revision), &form).await
}

/// Says that one cannot confirm it.
pub(super) async fn decline(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<AnswerForm>,
) -> Result<HttpResponse, Failure> {
    answer(&ask, request_id(&path)?, None, &form).await
}

async fn answer(
    ask: &Ask,
    id: CpdRequestId,
    revision: Option<i32>,
    form: &AnswerForm,
) -> Result<HttpResponse, Failure> {
    let outcome = match rules::check_words(&form.words, "words") {
        Ok(words) => service::answer(&ask.site().db, ask.caller(), id, revision, words, ask.clock().now()).await,
        Err(faults) => Err(faults.into()),
    };
    let said = if revision.is_some() { "Confirmed." } else { "Declined." };
    match outcome {
        Ok(()) => {
            ask.site().queue.wake();
            Ok(ask.redirect_with(
                "/cpd/requests",
                FlashKind::Success,
                &format!("{said} They are told that there is an answer."),
            ))
        }
        Err(CpdError::Invalid(faults)) => {
            ask.page_again(&build(&load(ask, id).await?, &form.words, false, errors_of(&faults)))
        }
        Err(CpdError::Changed) => {
            let page = build(&load(ask, id).await?, &form.words, true, FormErrors::new());
            ask.page_with(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpd::model::Answer;
    use crate::cpd::pages::detail::tests::opened;
    use crate::cpd::paper::samples;
    use crate::cpd::policy::Sight;

    pub(super) fn samples() -> Vec<RequestPage> {
        let found = (samples::request(Answer::Asked), opened(Sight::Asked, Answer::Asked));
        let mut errors = FormErrors::new();
        errors.add("words", "Use 500 characters at most");
        vec![
            RequestPage::sample(),
            build(&found, "", false, FormErrors::new()),
            build(&found, "long", false, errors),
            build(&found, "", true, FormErrors::new()),
        ]
    }

    #[test]
    fn the_page_stands_fresh_wrong_and_in_conflict() {
        crate::views::testing::check::<RequestPage>();
    }
}
