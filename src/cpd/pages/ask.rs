//! Asking somebody to confirm an entry, and taking that back.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::query::{Nothing, entry_id, errors_of};
use crate::cpd::error::CpdError;
use crate::cpd::model::EntryRow;
use crate::cpd::rules;
use crate::cpd::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AskForm {
    whom: String,
    message: String,
}

#[derive(Debug, Clone, Serialize)]
struct AskPage {
    href: String,
    entry: String,
    whom: Field,
    message: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl AskPage {
    fn new(href: String, entry: String, form: &AskForm, errors: FormErrors) -> Self {
        Self {
            href,
            entry,
            whom: Field::new("whom", "Whom do you ask?")
                .hint("Their work e-mail address or employee number: whoever ran it, was there, or mentors you")
                .value(&form.whom)
                .errors(&errors),
            message: Field::new("message", "A word to them (optional)")
                .hint("Like: you ran the drill on Tuesday. They read it here, not in the e-mail")
                .value(&form.message)
                .errors(&errors),
            errors,
        }
    }

    fn of(row: &EntryRow, form: &AskForm, errors: FormErrors) -> Self {
        Self::new(format!("/cpd/{}", row.id), row.draft.title.clone(), form, errors)
    }
}

impl PageContext for AskPage {
    const TEMPLATE: &'static str = "cpd/ask";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        "Ask somebody to confirm this entry".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My CPD", "/cpd"), Crumb::new("Entry", self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new("/cpd/1".to_owned(), "Trauma update".to_owned(), &AskForm::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("whom", "Say whom you ask");
        errors.add("message", "Use 500 characters at most");
        let form = AskForm { whom: "x".to_owned(), message: "<b>".to_owned() };
        vec![Self::sample(), Self::new("/cpd/1".to_owned(), "Trauma update".to_owned(), &form, errors)]
    }
}

/// Shows the form.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let row = service::to_edit(&ask.site().db, ask.caller(), entry_id(&path)?).await?;
    ask.page(&AskPage::of(&row, &AskForm::default(), FormErrors::new()))
}

/// Asks them, or shows the form again with what is wrong.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<AskForm>,
) -> Result<HttpResponse, Failure> {
    let id = entry_id(&path)?;
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let to = format!("/cpd/{id}");
    let outcome = match rules::check_words(&form.message, "message") {
        Ok(message) => service::ask(db, caller, id, form.whom.clone(), message, now).await,
        Err(faults) => Err(faults.into()),
    };
    match outcome {
        Ok(asked) => {
            let told = if asked.told {
                format!("{} is asked, and told by e-mail.", asked.name)
            } else {
                format!("{} is asked. They have no e-mail of ours: tell them yourself.", asked.name)
            };
            ask.site().queue.wake();
            Ok(ask.redirect_with(&to, FlashKind::Success, &told))
        }
        Err(CpdError::Invalid(faults)) => {
            let row = service::to_edit(db, caller, id).await?;
            ask.page_again(&AskPage::of(&row, &form, errors_of(&faults)))
        }
        Err(error @ (CpdError::AskedAlready | CpdError::TooManyRequests)) => {
            let text = format!("{}.", error.advice().unwrap_or_default());
            Ok(ask.redirect_with(&to, FlashKind::Notice, &text))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes the open request back.
pub(super) async fn withdraw(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = entry_id(&path)?;
    let was_open = service::withdraw(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    let to = format!("/cpd/{id}");
    Ok(if was_open {
        ask.redirect_with(&to, FlashKind::Success, "Request taken back. They no longer read the entry.")
    } else {
        ask.redirect_with(&to, FlashKind::Notice, "It was answered or taken back meanwhile.")
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<super::AskPage>();
    }
}
