//! To whom one can talk: the page, and where the organisation words it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use super::shared::crumb;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};
use crate::wellbeing::service;
use crate::wellbeing::support::{self, DEFAULT};

/// The lines that are shown: the organisation's, or those that the program ships.
pub(super) fn words(body: Option<String>) -> Vec<String> {
    support::lines(body.as_deref().unwrap_or(DEFAULT))
}

#[derive(Debug, Clone, Serialize)]
struct SupportPage {
    lines: Vec<String>,
}

impl PageContext for SupportPage {
    const TEMPLATE: &'static str = "wellbeing/support";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Somebody to talk to".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb()]
    }

    fn sample() -> Self {
        Self { lines: words(None) }
    }
}

/// Shows to whom one can talk. It needs no vault.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let body = service::support(&ask.site().db, ask.caller()).await?;
    ask.page(&SupportPage { lines: words(body) })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    body: String,
}

#[derive(Debug, Clone, Serialize)]
struct SupportForm {
    tab: &'static str,
    body: Field,
    shipped: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl SupportForm {
    fn new(body: &str, shipped: bool, errors: FormErrors) -> Self {
        let field = Field::new("body", "To whom can people talk?")
            .hint("One to a line. People see it on the pages where they write how they are")
            .value(body)
            .errors(&errors);
        Self { tab: "wellbeing", body: field, shipped, errors }
    }
}

impl PageContext for SupportForm {
    const TEMPLATE: &'static str = "organisation/wellbeing";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Wellbeing".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Organisation", "/organisation")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(DEFAULT, true, FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("body", "Enter something");
        vec![Self::sample(), Self::new("", false, errors)]
    }
}

/// Shows what is said, to change it.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    let body = service::support(&ask.site().db, ask.caller()).await?;
    let shipped = body.is_none();
    ask.page(&SupportForm::new(body.as_deref().unwrap_or(DEFAULT), shipped, FormErrors::new()))
}

/// Changes it.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    match support::check(&typed.body) {
        Ok(body) => {
            service::set_support(&ask.site().db, ask.caller(), body, ask.clock().now()).await?;
            Ok(ask.redirect_with("/organisation/wellbeing", FlashKind::Success, "Saved."))
        }
        Err(message) => {
            let mut errors = FormErrors::new();
            errors.add("body", message);
            ask.page_again(&SupportForm::new(&typed.body, false, errors))
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<super::SupportPage>();
        crate::views::testing::check::<super::SupportForm>();
    }
}
