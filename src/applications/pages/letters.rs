//! The organisation's own words to applicants.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use crate::applications::error::ApplicationError;
use crate::applications::model::LetterKind;
use crate::applications::rules::NAMES;
use crate::applications::service;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    body: String,
}

#[derive(Debug, Clone, Serialize)]
struct Part {
    href: String,
    heading: &'static str,
    own: bool,
    body: Field,
}

#[derive(Debug, Clone, Serialize)]
struct WordsPage {
    names: String,
    parts: Vec<Part>,
    #[serde(skip)]
    errors: FormErrors,
}

impl WordsPage {
    fn new(all: Vec<(LetterKind, String, bool)>, typed: Option<(LetterKind, &str, &FormErrors)>) -> Self {
        let mut shown = FormErrors::new();
        if let Some((kind, _body, errors)) = typed {
            for error in errors.as_slice() {
                shown.add(format!("{}-{}", kind.as_str(), error.field), error.message.clone());
            }
        }
        let part = |(kind, body, own): (LetterKind, String, bool)| {
            let again = typed.filter(|(of, ..)| *of == kind).map(|(_kind, body, _errors)| body.to_owned());
            Part {
                href: format!("/vacancies/letters/{}", kind.as_str()),
                heading: kind.title(),
                own,
                body: Field::new("body", "Words")
                    .id(format!("{}-body", kind.as_str()))
                    .value(again.unwrap_or(body))
                    .errors(&shown),
            }
        };
        Self { names: NAMES.join(", "), parts: all.into_iter().map(part).collect(), errors: shown }
    }
}

impl PageContext for WordsPage {
    const TEMPLATE: &'static str = "applications/letters";
    const SECTION: &'static str = "vacancies";

    fn title(&self) -> Cow<'_, str> {
        "Letters to applicants".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Vacancies", "/vacancies")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let all = LetterKind::ALL.map(|kind| (kind, kind.usual().to_owned(), kind == LetterKind::Moved));
        Self::new(all.into(), None)
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("body", "Write what the applicant is told");
        let all = LetterKind::ALL.map(|kind| (kind, kind.usual().to_owned(), false));
        vec![Self::sample(), Self::new(all.into(), Some((LetterKind::Received, "", &errors)))]
    }
}

/// Shows the words of all letters.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let all = service::read_words(&ask.site().db, ask.caller()).await?;
    ask.page(&WordsPage::new(all, None))
}

/// Changes the words of one.
pub(super) async fn write(ask: Ask, path: Path<String>, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let kind = LetterKind::parse(&path).ok_or(Problem::NotFound)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    match service::write_words(db, caller, kind, typed.body.clone(), ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with("/vacancies/letters", FlashKind::Success, "Words saved for the next letters.")),
        Err(ApplicationError::Invalid(errors)) => {
            let all = service::read_words(db, caller).await?;
            ask.page_again(&WordsPage::new(all, Some((kind, &typed.body, &errors))))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::WordsPage>();
    }
}
