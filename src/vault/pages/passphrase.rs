//! Changing the passphrase.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

use super::shared::{advice, crumb, keep, new_fields, vault_crumb};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::secret::Secret;
use crate::vault::{VaultError, Vaults, rules, service};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    present: Secret<String>,
    passphrase: Secret<String>,
    again: Secret<String>,
}

#[derive(Debug, Serialize)]
struct PassphrasePage {
    present: Field,
    passphrase: Field,
    again: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl PassphrasePage {
    fn new(errors: FormErrors) -> Self {
        let (passphrase, again) = new_fields(&errors);
        Self { present: Field::new("present", "Your present passphrase").errors(&errors), passphrase, again, errors }
    }
}

impl PageContext for PassphrasePage {
    const TEMPLATE: &'static str = "vault/passphrase";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Change your wellbeing passphrase".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb(), vault_crumb()]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("present", "This does not open your vault");
        Self::new(errors)
    }
}

/// Shows the form.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&PassphrasePage::new(FormErrors::new()))
}

/// Changes the passphrase; other sessions lock.
pub(super) async fn submit(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    if typed.passphrase == typed.again {
        let (present, wanted) = (rules::normal(&typed.present), rules::normal(&typed.passphrase));
        let (db, now) = (&ask.site().db, ask.clock().now());
        match service::change_passphrase(db, &vaults, ask.caller(), present, wanted, now).await {
            Ok(key) => {
                keep(&ask, &vaults, key)?;
                let text = "Your passphrase is changed. Your recovery code stays the same.";
                return Ok(ask.redirect_with("/wellbeing/vault", FlashKind::Success, text));
            }
            Err(error) => {
                let field = if matches!(error, VaultError::Weak(_)) { "passphrase" } else { "present" };
                match advice(&error) {
                    Some(advice) => errors.add(field, advice),
                    None => return Err(error.into()),
                }
            }
        }
    } else {
        errors.add("again", "Enter the same passphrase again: the two differ");
    }
    ask.page_again(&PassphrasePage::new(errors))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::PassphrasePage>();
    }
}
