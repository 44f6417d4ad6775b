//! The end of a vault, with all that is in it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

use super::shared::{crumb, vault_crumb};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::vault::{Vaults, service};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

/// What is typed to mean it.
const WORD: &str = "remove";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    word: String,
}

#[derive(Debug, Serialize)]
struct StartOverPage {
    word: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl StartOverPage {
    fn new(typed: &str, errors: FormErrors) -> Self {
        let word = Field::new("word", format!("Type “{WORD}” to show that you mean it")).value(typed).errors(&errors);
        Self { word, errors }
    }
}

impl PageContext for StartOverPage {
    const TEMPLATE: &'static str = "vault/start-over";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Remove your vault and all your notes?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb(), vault_crumb()]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("word", "Type “remove”");
        Self::new("", errors)
    }
}

/// Asks whether they mean it.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&StartOverPage::new("", FormErrors::new()))
}

/// Removes the vault.
pub(super) async fn submit(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    if typed.word.trim().to_lowercase() != WORD {
        let mut errors = FormErrors::new();
        errors.add("word", format!("Type “{WORD}” if you want to remove all of it, or keep it"));
        return ask.page_again(&StartOverPage::new(&typed.word, errors));
    }
    service::destroy(&ask.site().db, &vaults, ask.caller()).await?;
    Ok(ask.redirect_with("/wellbeing", FlashKind::Success, "Your vault and all that was in it are removed."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::StartOverPage>();
    }
}
