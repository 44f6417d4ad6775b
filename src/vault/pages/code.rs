//! A new recovery code.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

use super::shared::{CodePage, advice, crumb, vault_crumb};
use crate::http::{Ask, Failure, Posted};
use crate::kernel::secret::Secret;
use crate::vault::{Vaults, rules, service};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    passphrase: Secret<String>,
}

#[derive(Debug, Serialize)]
struct NewCodePage {
    passphrase: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl NewCodePage {
    fn new(errors: FormErrors) -> Self {
        Self { passphrase: Field::new("passphrase", "Wellbeing passphrase").errors(&errors), errors }
    }
}

impl PageContext for NewCodePage {
    const TEMPLATE: &'static str = "vault/new-code";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Make a new recovery code".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb(), vault_crumb()]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("passphrase", "This does not open your vault");
        Self::new(errors)
    }
}

/// Asks for the passphrase.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&NewCodePage::new(FormErrors::new()))
}

/// Makes the code and shows it.
pub(super) async fn submit(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let passphrase = rules::normal(&typed.passphrase);
    match service::new_code(&ask.site().db, &vaults, ask.caller(), passphrase, ask.clock().now()).await {
        Ok(code) => ask.page(&CodePage::new(&code, false)),
        Err(error) => match advice(&error) {
            Some(advice) => {
                let mut errors = FormErrors::new();
                errors.add("passphrase", advice);
                ask.page_again(&NewCodePage::new(errors))
            }
            None => Err(error.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::NewCodePage>();
    }
}
