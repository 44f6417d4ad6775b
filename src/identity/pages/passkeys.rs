//! One's own passkeys: adding one, removing one.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::Nothing;
use super::factor::{challenge, relying_party};
use super::factors::{enrolled, removed};
use crate::http::{Ask, Failure, Posted, Problem};
use crate::identity::factors::passkeys::{self, Answer};
use crate::identity::sessions::Proof;
use crate::identity::{IdentityError, factors, own_password};
use crate::kernel::ids::PasskeyId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Made {
    name: String,
    ceremony: String,
    credential: String,
}

#[derive(Debug, Serialize)]
pub(super) struct NewPasskeyPage {
    name: Field,
    possible: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl NewPasskeyPage {
    fn new(name: &str, possible: bool, errors: FormErrors) -> Self {
        let name = Field::new("name", "What to call it")
            .hint("So that you know it again: \u{201c}My phone\u{201d}, \u{201c}Blue security key\u{201d}.")
            .value(name)
            .errors(&errors);
        Self { name, possible, errors }
    }
}

impl PageContext for NewPasskeyPage {
    const TEMPLATE: &'static str = "identity/passkey-new";

    fn title(&self) -> Cow<'_, str> {
        "Add a passkey".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Second factors", "/account/factors")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("name", "Use at most 60 characters.");
        Self::new("My phone", true, errors)
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new("", false, FormErrors::new())]
    }
}

/// Shows the form.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    let name = ask
        .request()
        .headers()
        .get(actix_web::http::header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .map(crate::identity::devices::name)
        .unwrap_or_default();
    ask.page(&NewPasskeyPage::new(&name, relying_party(&ask).is_some(), FormErrors::new()))
}

/// Makes a challenge for a new passkey.
pub(super) async fn options(ask: Ask, Posted(_typed): Posted<Made>) -> Result<HttpResponse, Failure> {
    let Some(rp) = relying_party(&ask) else { return challenge(Err(IdentityError::NoHostName)) };
    let site = ask.site();
    let email = own_password::email(&site.db, ask.caller()).await?;
    challenge(passkeys::begin_enrolment(&site.db, ask.caller(), &rp, &email, ask.clock().now()).await)
}

/// Adds the passkey that the browser made.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Made>) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    let name = typed.name.trim();
    if name.is_empty() {
        errors.add("name", "Give it a name.");
    } else if name.chars().count() > 60 {
        errors.add("name", "Use at most 60 characters.");
    }
    let (rp, answer) = (relying_party(&ask), Answer::of(&typed.ceremony, &typed.credential));
    if let (Some(rp), Some(answer), true) = (&rp, &answer, errors.is_empty()) {
        let site = ask.site();
        let now = ask.clock().now();
        match passkeys::finish_enrolment(&site.db, &site.keys, ask.caller(), rp, answer, name, now).await {
            Ok(codes) => return enrolled(&ask, Proof::Passkey, codes, "The passkey is added.").await,
            Err(error @ (IdentityError::PasskeyRefused(_) | IdentityError::PasskeyKnown)) => {
                tracing::info!(%error, "a passkey was not added");
                errors.add("name", error.advice());
            }
            Err(error) => return Err(error.into()),
        }
    }
    if errors.is_empty() {
        errors.add("name", "No passkey came from the browser. Press the button again.");
    }
    ask.page_again(&NewPasskeyPage::new(name, rp.is_some(), errors))
}

#[derive(Debug, Serialize)]
pub(super) struct RemovePasskeyPage {
    id: String,
    name: String,
}

impl PageContext for RemovePasskeyPage {
    const TEMPLATE: &'static str = "identity/passkey-remove";

    fn title(&self) -> Cow<'_, str> {
        format!("Remove the passkey \u{201c}{}\u{201d}?", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Second factors", "/account/factors")]
    }

    fn sample() -> Self {
        Self { id: PasskeyId::NIL.to_string(), name: "Station laptop".to_owned() }
    }
}

/// Asks whether to remove it.
pub(super) async fn remove_form(ask: Ask, id: Path<PasskeyId>) -> Result<HttpResponse, Failure> {
    let (factors, _due) = factors::own(&ask.site().db, ask.caller()).await?;
    let passkey = factors.passkeys.into_iter().find(|passkey| passkey.id == *id).ok_or(Problem::NotFound)?;
    ask.page(&RemovePasskeyPage { id: id.to_string(), name: passkey.name })
}

/// Removes it.
pub(super) async fn remove(
    ask: Ask,
    id: Path<PasskeyId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    removed(
        &ask,
        passkeys::remove(&ask.site().db, ask.caller(), *id, ask.clock().now()).await,
        "The passkey is removed.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<NewPasskeyPage>();
        check::<RemovePasskeyPage>();
    }
}
