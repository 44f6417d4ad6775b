//! Unlocking the vault for this session, and locking it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

use super::shared::{advice, keep, session_of};
use crate::http::ask::local;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::secret::Secret;
use crate::vault::{VaultError, Vaults, rules, service};
use crate::views::form::FieldError;
use crate::views::{Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Next {
    next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    passphrase: Secret<String>,
    next: String,
}

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

#[derive(Debug, Serialize)]
struct UnlockPage {
    passphrase: Field,
    next: String,
    /// Whether a passkey opens it too.
    passkey: bool,
    /// What is wrong with the passkey, which has no field of its own.
    passkey_error: Option<String>,
    #[serde(skip)]
    errors: FormErrors,
}

impl UnlockPage {
    fn new(next: &str, passkey: bool, errors: FormErrors) -> Self {
        Self {
            passphrase: Field::new("passphrase", "Wellbeing passphrase")
                .hint("Not the password that you sign in with")
                .errors(&errors),
            next: within(next).to_owned(),
            passkey,
            passkey_error: errors.get("passkey").map(str::to_owned),
            errors,
        }
    }
}

/// Where to go on: within these pages alone.
pub(super) fn within(next: &str) -> &str {
    let next = local(next);
    if next == "/wellbeing" || next.starts_with("/wellbeing/") { next } else { "/wellbeing" }
}

impl PageContext for UnlockPage {
    const TEMPLATE: &'static str = "vault/unlock";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Unlock your vault".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new("/wellbeing", false, FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("passphrase", "This does not open your vault");
        let mut refused = FormErrors::new();
        refused.add("passkey", "This passkey did not open your vault");
        vec![Self::sample(), Self::new("/elsewhere", false, errors), Self::new("/wellbeing", true, refused)]
    }
}

/// Asks for the passphrase.
pub(super) async fn form(ask: Ask, query: Query<Next>) -> Result<HttpResponse, Failure> {
    if !service::exists(&ask.site().db, ask.caller()).await? {
        return Ok(ask.redirect("/wellbeing/vault/new"));
    }
    ask.page(&UnlockPage::new(&query.next, by_passkey(&ask).await?, FormErrors::new()))
}

async fn by_passkey(ask: &Ask) -> Result<bool, Failure> {
    Ok(!service::passkeys::all(&ask.site().db, ask.caller()).await?.is_empty())
}

/// Asks once more, with what was wrong.
pub(super) async fn show_again(ask: &Ask, next: &str, field: &str, words: &str) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    errors.add(field, words);
    ask.page_again(&UnlockPage::new(next, by_passkey(ask).await?, errors))
}

/// Unlocks the vault for this session.
pub(super) async fn submit(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let passphrase = rules::normal(&typed.passphrase);
    match service::unlock(&ask.site().db, &vaults, ask.caller(), passphrase, ask.clock().now()).await {
        Ok(key) => {
            keep(&ask, &vaults, key)?;
            Ok(ask.redirect(within(&typed.next)))
        }
        Err(VaultError::NotSetUp) => Ok(ask.redirect("/wellbeing/vault/new")),
        Err(error) => match advice(&error) {
            Some(advice) => show_again(&ask, &typed.next, "passphrase", &advice).await,
            None => Err(error.into()),
        },
    }
}

/// Forgets the key of this session, and leaves these pages.
pub(super) async fn lock(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    vaults.lock(session_of(&ask)?);
    Ok(ask.redirect_with("/", FlashKind::Success, "Locked."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<UnlockPage>();
    }

    #[test]
    fn one_goes_on_within_these_pages_alone() {
        assert_eq!(within("/wellbeing/notes/new"), "/wellbeing/notes/new");
        for next in ["/duties", "/wellbeingx", "https://elsewhere.example/wellbeing/", "//wellbeing/", ""] {
            assert_eq!(within(next), "/wellbeing", "{next}");
        }
    }
}
