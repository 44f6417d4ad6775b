//! What an applicant sees of their application, by reference and code.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::words::{id, paragraphs};
use crate::applications::error::ApplicationError;
use crate::applications::model::State;
use crate::applications::service::{self, Followed};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::OrganisationId;
use crate::views::form::FieldError;
use crate::views::{Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    reference: String,
    code: String,
}

#[derive(Debug, Clone, Serialize)]
struct AskPage {
    href: String,
    reference: Field,
    code: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl AskPage {
    fn new(href: String, typed: &Typed, errors: FormErrors) -> Self {
        Self {
            href,
            reference: Field::new("reference", "Reference").value(&typed.reference).errors(&errors),
            code: Field::new("code", "Code").hint("You were shown both when you applied").errors(&errors),
            errors,
        }
    }
}

impl PageContext for AskPage {
    const TEMPLATE: &'static str = "applications/status-form";

    fn title(&self) -> Cow<'_, str> {
        "Your application".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("reference", "No application has this reference and code");
        Self::new("/apply/status/1".to_owned(), &Typed::default(), errors)
    }
}

#[derive(Debug, Clone, Serialize)]
struct LetterPart {
    at: String,
    paragraphs: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct StatusPage {
    href: String,
    organisation: String,
    vacancy: String,
    reference: String,
    code: String,
    received: String,
    state: String,
    colour: &'static str,
    letters: Vec<LetterPart>,
    open: bool,
}

impl PageContext for StatusPage {
    const TEMPLATE: &'static str = "applications/status";

    fn title(&self) -> Cow<'_, str> {
        "Your application".into()
    }

    fn sample() -> Self {
        Self {
            href: "/apply/status/1".to_owned(),
            organisation: "Northmoor".to_owned(),
            vacancy: "Firefighter".to_owned(),
            reference: "ABCD-EFGH".to_owned(),
            code: "ABCDE".to_owned(),
            received: "Monday 23 November 2026, 09:00".to_owned(),
            state: "Interview".to_owned(),
            colour: "govuk-tag--blue",
            letters: vec![LetterPart { at: "today".to_owned(), paragraphs: vec!["Dear Kit,".to_owned()] }],
            open: true,
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { open: false, letters: Vec::new(), ..Self::sample() }]
    }
}

fn path(organisation: OrganisationId) -> String {
    format!("/apply/status/{}", organisation.0.simple())
}

/// Asks for reference and code.
pub(super) async fn form(ask: Ask, organisation: Path<String>) -> Result<HttpResponse, Failure> {
    let organisation = id(&organisation, OrganisationId)?;
    ask.page(&AskPage::new(path(organisation), &Typed::default(), FormErrors::new()))
}

/// Shows the application; of a wrong reference or code, nobody learns which.
pub(super) async fn show(
    ask: Ask,
    organisation: Path<String>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let organisation = id(&organisation, OrganisationId)?;
    let found = service::follow(&ask.site().db, organisation, typed.reference.clone(), typed.code.clone()).await;
    match found {
        Ok(followed) => ask.page(&page(organisation, &typed, followed)),
        Err(ApplicationError::Unknown) => unknown(&ask, organisation, &typed),
        Err(error) => Err(error.into()),
    }
}

fn unknown(ask: &Ask, organisation: OrganisationId, typed: &Typed) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    errors.add("reference", "No application has this reference and code. Look at both again");
    ask.page_again(&AskPage::new(path(organisation), typed, errors))
}

fn page(organisation: OrganisationId, typed: &Typed, followed: Followed) -> StatusPage {
    let application = followed.application;
    let open = application.state == State::Open;
    let letter = |letter: crate::applications::model::Letter| LetterPart {
        at: format::long_time(letter.written_at),
        paragraphs: paragraphs(&letter.body),
    };
    StatusPage {
        href: path(organisation),
        organisation: followed.organisation,
        vacancy: followed.title,
        reference: crate::applications::rules::grouped(&application.reference, 4),
        code: typed.code.clone(),
        received: format::long_time(application.received_at),
        state: if open { application.stage } else { application.state.title().to_owned() },
        colour: application.state.colour(),
        letters: followed.letters.into_iter().map(letter).collect(),
        open,
    }
}

/// Withdraws the application.
pub(super) async fn withdraw(
    ask: Ask,
    organisation: Path<String>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let organisation = id(&organisation, OrganisationId)?;
    let now = ask.clock().now();
    match service::withdraw(&ask.site().db, organisation, typed.reference.clone(), typed.code.clone(), now).await {
        Ok(()) => {
            let text = "Your application is withdrawn. Nobody works on it any more.";
            Ok(ask.redirect_with(&path(organisation), FlashKind::Success, text))
        }
        Err(ApplicationError::Unknown) => unknown(&ask, organisation, &typed),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<super::AskPage>();
        crate::views::testing::check::<super::StatusPage>();
    }
}
