//! The sign-in page.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::USER_AGENT;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

use super::factor::{relying_party, set};
use crate::http::ask::local;
use crate::http::{Ask, Failure, Posted};
use crate::identity::factor_door::Admission;
use crate::identity::passwords::Passwords;
use crate::identity::sessions::Origin;
use crate::identity::sign_in::Door;
use crate::identity::{IdentityError, devices, doors};
use crate::kernel::secret::Secret;
use crate::views::form::FieldError;
use crate::views::{Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Where {
    #[serde(default)]
    next: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    email: String,
    password: Secret<String>,
    #[serde(default)]
    next: String,
}

#[derive(Debug, Serialize)]
pub(super) struct SignInPage {
    email: Field,
    password: Field,
    next: String,
    /// Whether a passkey alone can be offered: under a name, and not beside an error about the password.
    passkey: bool,
    doors: Vec<DoorLink>,
    #[serde(skip)]
    errors: FormErrors,
}

/// A provider to sign in with.
#[derive(Debug, Serialize)]
struct DoorLink {
    label: String,
    href: String,
}

impl SignInPage {
    fn new(email: &str, next: &str, passkey: bool, doors: Vec<DoorLink>, errors: FormErrors) -> Self {
        Self {
            passkey,
            email: Field::new("email", "E-mail address").value(email).errors(&errors),
            // What was typed as a password is never sent back.
            password: Field::new("password", "Password").errors(&errors),
            next: next.to_owned(),
            doors,
            errors,
        }
    }
}

impl PageContext for SignInPage {
    const TEMPLATE: &'static str = "identity/sign-in";

    fn title(&self) -> Cow<'_, str> {
        "Sign in".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("email", "The e-mail address or the password is not right.");
        let door = DoorLink { label: "Northmoor account".to_owned(), href: "/sign-in/with/1".to_owned() };
        Self::new("jo.marsh@example.org", "/duties", true, vec![door], errors)
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new("", "", false, vec![], FormErrors::new())]
    }
}

/// Shows the form; somebody who is signed in already goes on.
pub(super) async fn form(ask: Ask, query: Query<Where>) -> Result<HttpResponse, Failure> {
    if ask.caller().person().is_some() {
        return Ok(ask.redirect(local(&query.next)));
    }
    let doors = doors(&ask, &query.next).await;
    ask.page(&SignInPage::new("", &query.next, relying_party(&ask).is_some(), doors, FormErrors::new()))
}

/// The providers to sign in with. Without them the page still stands: a password needs nobody else.
async fn doors(ask: &Ask, next: &str) -> Vec<DoorLink> {
    let offers = match doors::listed(&ask.site().db).await {
        Ok(offers) => offers,
        Err(error) => {
            tracing::warn!(%error, "the providers to sign in with could not be listed");
            return Vec::new();
        }
    };
    let query = match local(next) {
        "/" => String::new(),
        next => format!("?{}", form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish()),
    };
    let link =
        |offer: doors::Offer| DoorLink { href: format!("/sign-in/with/{}{query}", offer.provider), label: offer.label };
    offers.into_iter().map(link).collect()
}

/// Signs in and goes on to where the person wanted to go.
pub(super) async fn submit(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let door = Door { db: &site.db, keys: &site.keys, passwords: &passwords, settings: &site.config.sign_in };
    let outcome = door.sign_in(&typed.email, typed.password.clone(), origin(&ask), site.clock.now()).await;
    let mut errors = FormErrors::new();
    match outcome {
        Ok(admission) => return Ok(go_on(&ask, local(&typed.next), &admission)),
        Err(IdentityError::Refused) => errors.add("email", "The e-mail address or the password is not right."),
        Err(IdentityError::Throttled(wait)) => {
            let minutes = wait.div_ceil(60);
            errors.add("email", format!("Too many attempts. Wait {minutes} min and try again."));
        }
        Err(error @ IdentityError::PasswordsOff) => errors.add("email", error.advice()),
        Err(error) => return Err(error.into()),
    }
    let doors = doors(&ask, &typed.next).await;
    let passkey = relying_party(&ask).is_some();
    ask.page_again(&SignInPage::new(&typed.email, &typed.next, passkey, doors, errors))
}

/// On from the first half of a sign-in: to where the person wanted to go, or to their second factor.
pub fn go_on(ask: &Ask, next: &str, admission: &Admission) -> HttpResponse {
    let with_next = |page: &str| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        format!("{page}?{query}")
    };
    let (to, cookie) = match admission {
        Admission::In(cookie, None) => (next.to_owned(), cookie.to_cookie()),
        // There is time yet: shown once at each sign-in, with a way on.
        Admission::In(cookie, Some(_due)) => (with_next("/account/factors"), cookie.to_cookie()),
        Admission::Enrol(cookie) => ("/account/factors".to_owned(), cookie.to_cookie()),
        Admission::Factor(step) => (with_next("/sign-in/factor"), step.to_cookie()),
    };
    let mut response = ask.redirect(&to);
    set(&mut response, &cookie);
    response
}

/// Where a sign-in comes from.
pub fn origin(ask: &Ask) -> Origin {
    let device = ask.request().headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    Origin { address: ask.caller().address(), device: device.map(devices::name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<SignInPage>();
    }
}
