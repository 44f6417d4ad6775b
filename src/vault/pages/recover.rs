//! Back in with the recovery code.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

use super::shared::{CodePage, advice, crumb, keep, new_fields};
use crate::crypto::personal::code::NotACode;
use crate::http::{Ask, Failure, Posted};
use crate::kernel::secret::Secret;
use crate::vault::{VaultError, Vaults, rules, service};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    code: Secret<String>,
    passphrase: Secret<String>,
    again: Secret<String>,
}

#[derive(Debug, Serialize)]
struct RecoverPage {
    code: Field,
    passphrase: Field,
    again: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl RecoverPage {
    fn new(code: &Secret<String>, errors: FormErrors) -> Self {
        let (passphrase, again) = new_fields(&errors);
        Self {
            // Forty characters from paper: nobody should have to type them twice because of a slip elsewhere.
            code: Field::new("code", "Recovery code")
                .hint("32 letters and digits in groups of four, as you wrote it down. Spaces, dashes and capitals do not matter")
                .value(code.expose())
                .errors(&errors),
            passphrase,
            again,
            errors,
        }
    }
}

impl PageContext for RecoverPage {
    const TEMPLATE: &'static str = "vault/recover";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Use your recovery code".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb()]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("code", "The code is mistyped");
        Self::new(&Secret::new("ABCD".to_owned()), errors)
    }
}

/// Shows the form.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&RecoverPage::new(&Secret::default(), FormErrors::new()))
}

/// Opens the vault by its code, and gives it a new passphrase and a new code.
pub(super) async fn submit(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    if typed.passphrase != typed.again {
        errors.add("again", "Enter the same passphrase again: the two differ");
    }
    let code = match service::read_code(typed.code.expose()) {
        Ok(code) => Some(code),
        Err(NotACode::Foreign) => {
            errors.add("code", "Enter the whole code: 32 letters and digits from 2 to 7");
            None
        }
        Err(NotACode::Mistyped) => {
            errors.add("code", "The code is mistyped. Compare it with what you wrote down");
            None
        }
    };
    if let Some(code) = code.filter(|_code| errors.is_empty()) {
        let wanted = rules::normal(&typed.passphrase);
        let (db, now) = (&ask.site().db, ask.clock().now());
        match service::recover(db, &vaults, ask.caller(), code, wanted, now).await {
            Ok(fresh) => {
                keep(&ask, &vaults, fresh.key)?;
                return ask.page(&CodePage::new(&fresh.code, false));
            }
            Err(VaultError::NotSetUp) => return Ok(ask.redirect("/wellbeing/vault/new")),
            Err(error) => {
                let field = if matches!(error, VaultError::Weak(_)) { "passphrase" } else { "code" };
                match advice(&error) {
                    Some(advice) => errors.add(field, advice),
                    None => return Err(error.into()),
                }
            }
        }
    }
    ask.page_again(&RecoverPage::new(&typed.code, errors))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::RecoverPage>();
    }
}
