//! Making a vault.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

use super::shared::{CodePage, advice, crumb, keep, new_fields};
use crate::http::{Ask, Failure, Posted};
use crate::kernel::secret::Secret;
use crate::vault::{Vaults, rules, service};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    passphrase: Secret<String>,
    again: Secret<String>,
    understood: String,
}

#[derive(Debug, Serialize)]
struct SetUpPage {
    passphrase: Field,
    again: Field,
    understood: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl SetUpPage {
    fn new(errors: FormErrors) -> Self {
        let (passphrase, again) = new_fields(&errors);
        let understood =
            Choice::new("yes", "I understand that my notes are lost if I lose both the passphrase and the code");
        Self {
            passphrase,
            again,
            understood: Field::new("understood", "Before you begin").choices([understood]).errors(&errors),
            errors,
        }
    }
}

impl PageContext for SetUpPage {
    const TEMPLATE: &'static str = "vault/set-up";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Set up your vault".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb()]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("passphrase", "Use at least 16 characters");
        errors.add("again", "The two differ");
        errors.add("understood", "Tick the box");
        vec![Self::sample(), Self::new(errors)]
    }
}

/// Shows what a vault is, and the form; or leads on when there is one.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    if service::exists(&ask.site().db, ask.caller()).await? {
        return Ok(ask.redirect("/wellbeing"));
    }
    ask.page(&SetUpPage::new(FormErrors::new()))
}

/// Makes the vault, and shows its recovery code.
pub(super) async fn submit(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    if typed.passphrase != typed.again {
        errors.add("again", "Enter the same passphrase again: the two differ");
    }
    if typed.understood != "yes" {
        errors.add("understood", "Tick the box to show that you understand it");
    }
    if errors.is_empty() {
        let passphrase = rules::normal(&typed.passphrase);
        match service::set_up(&ask.site().db, &vaults, ask.caller(), passphrase, ask.clock().now()).await {
            Ok(fresh) => {
                keep(&ask, &vaults, fresh.key)?;
                return ask.page(&CodePage::new(&fresh.code, true));
            }
            Err(error) => match advice(&error) {
                Some(advice) => errors.add("passphrase", advice),
                None => return Err(error.into()),
            },
        }
    }
    ask.page_again(&SetUpPage::new(errors))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::SetUpPage>();
    }
}
