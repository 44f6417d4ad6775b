//! How long one's records are kept.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

use super::shared::crumb;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::vault::Vaults;
use crate::vault::pages::{Door, opened};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};
use crate::wellbeing::model::Keep;
use crate::wellbeing::service;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    keep: String,
}

#[derive(Debug, Clone, Serialize)]
struct SettingsPage {
    keep: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl SettingsPage {
    fn new(keep: Keep, errors: FormErrors) -> Self {
        let choices = Keep::ALL.map(|keep| Choice::new(keep.slug(), keep.title()));
        let field = Field::new("keep", "How long are your notes kept?")
            .hint("Counted from the day that a note is about, to the end of that month")
            .choices(choices)
            .choose([keep.slug()])
            .errors(&errors);
        Self { keep: field, errors }
    }
}

impl PageContext for SettingsPage {
    const TEMPLATE: &'static str = "wellbeing/settings";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "How long your notes are kept".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb(), Crumb::new("Your vault", "/wellbeing/vault")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(Keep::DEFAULT, FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("keep", "Choose one");
        vec![Self::sample(), Self::new(Keep::Always, errors)]
    }
}

/// Shows the choice.
pub(super) async fn form(ask: Ask, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    match opened(&ask, &vaults).await? {
        Door::Open(_key) => {
            let keep = service::keep(&ask.site().db, ask.caller()).await?;
            ask.page(&SettingsPage::new(keep, FormErrors::new()))
        }
        Door::Shut(elsewhere) => Ok(elsewhere),
    }
}

/// Keeps the choice, for the notes that are there as well.
pub(super) async fn submit(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let (db, caller) = (&ask.site().db, ask.caller());
    match Keep::parse(&typed.keep) {
        Some(keep) => {
            service::set_keep(db, caller, key, keep).await?;
            Ok(ask.redirect_with("/wellbeing/vault", FlashKind::Success, "Saved."))
        }
        None => {
            let mut errors = FormErrors::new();
            errors.add("keep", "Choose how long your notes are kept");
            let keep = service::keep(db, caller).await?;
            ask.page_again(&SettingsPage::new(keep, errors))
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::SettingsPage>();
    }
}
