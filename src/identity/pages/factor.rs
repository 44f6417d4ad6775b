//! The second half of signing in: a code, a passkey or a recovery code; and signing in by a passkey alone.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::HOST;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

use super::sign_in::origin;
use crate::http::ask::local;
use crate::http::session::removal;
use crate::http::{Ask, Failure, FlashKind, Posted, SessionCookie};
use crate::identity::IdentityError;
use crate::identity::factor_door::{COOKIE, Step};
use crate::identity::factors::Factors;
use crate::identity::factors::passkeys::{Answer, Challenge, RelyingParty};
use crate::identity::passwords::Passwords;
use crate::identity::sign_in::Door;
use crate::views::form::FieldError;
use crate::views::{Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Where {
    #[serde(default)]
    next: String,
}

/// A code that was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Code {
    code: String,
    next: String,
}

/// A recovery code that was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RecoveryCode {
    recovery: String,
    next: String,
}

/// What a browser made of a challenge.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Signed {
    ceremony: String,
    credential: String,
    next: String,
}

#[derive(Debug, Serialize)]
pub(super) struct FactorPage {
    totp: bool,
    passkey: bool,
    recovery: bool,
    code: Field,
    recovery_code: Field,
    next: String,
    /// What is wrong with the passkey, which has no field of its own.
    passkey_error: Option<String>,
    #[serde(skip)]
    errors: FormErrors,
}

impl FactorPage {
    fn new(factors: &Factors, rp: Option<&RelyingParty>, next: &str, errors: FormErrors) -> Self {
        Self {
            totp: factors.totp.is_some(),
            passkey: rp.is_some_and(|rp| factors.passkeys.iter().any(|passkey| passkey.rp_id == rp.id())),
            recovery: factors.codes_left > 0,
            code: Field::new("code", "Code from your authenticator app")
                .hint("Six digits. They change every 30 seconds, and each is good once.")
                .errors(&errors),
            recovery_code: Field::new("recovery", "Recovery code")
                .hint("Such as abcd-efgh-jkmn-pqrs. Each is good once.")
                .errors(&errors),
            next: next.to_owned(),
            passkey_error: errors.get("passkey").map(str::to_owned),
            errors,
        }
    }
}

impl PageContext for FactorPage {
    const TEMPLATE: &'static str = "identity/factor";

    fn title(&self) -> Cow<'_, str> {
        "Your second factor".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("code", WRONG_CODE);
        let page = Self::new(&Factors::default(), None, "/duties", errors);
        Self { totp: true, passkey: true, recovery: true, ..page }
    }

    fn samples() -> Vec<Self> {
        let only = Self::new(&Factors::default(), None, "", FormErrors::new());
        let mut errors = FormErrors::new();
        errors.add("passkey", "The passkey was not accepted. Try again.");
        let refused = Self::new(&Factors::default(), None, "", errors);
        vec![Self::sample(), only, Self { passkey: true, ..refused }]
    }
}

const WRONG_CODE: &str = "This code is not right, or it was used before. Wait for the next one.";
const WRONG_RECOVERY: &str = "This recovery code is not right, or it was used before.";

fn door<'a>(ask: &'a Ask, passwords: &'a Passwords) -> Door<'a> {
    let site = ask.site();
    Door { db: &site.db, keys: &site.keys, passwords, settings: &site.config.sign_in }
}

/// Who we are to the browser that asks.
pub(super) fn relying_party(ask: &Ask) -> Option<RelyingParty> {
    let host = ask.request().headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = host.map(str::to_owned).or_else(|| ask.request().uri().authority().map(ToString::to_string));
    RelyingParty::of(ask.site().config.server.public_url.as_deref(), host.as_deref(), "Watchroom")
}

/// A challenge as the script takes it; a reason why there is none as plain text.
pub(super) fn challenge(made: Result<Challenge, IdentityError>) -> Result<HttpResponse, Failure> {
    match made {
        Ok(Challenge { options, ceremony }) => {
            Ok(HttpResponse::Ok().json(serde_json::json!({"options": options, "ceremony": ceremony.reveal()})))
        }
        Err(error @ (IdentityError::NoFactor | IdentityError::TooManyPasskeys | IdentityError::NoHostName)) => {
            Ok(HttpResponse::Conflict().content_type("text/plain; charset=utf-8").body(error.advice()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows what is asked for; without the first half, back to the start.
pub(super) async fn form(ask: Ask, query: Query<Where>, passwords: Data<Passwords>) -> Result<HttpResponse, Failure> {
    show(&ask, &passwords, &query.next, FormErrors::new()).await
}

async fn show(ask: &Ask, passwords: &Passwords, next: &str, errors: FormErrors) -> Result<HttpResponse, Failure> {
    let Some(step) = Step::of(ask.request()) else { return Ok(ask.redirect("/sign-in")) };
    match door(ask, passwords).factors(&step, ask.clock().now()).await {
        Ok(factors) => {
            let again = !errors.is_empty();
            let page = FactorPage::new(&factors, relying_party(ask).as_ref(), next, errors);
            if again { ask.page_again(&page) } else { ask.page(&page) }
        }
        Err(error) => over(ask, error),
    }
}

/// Takes a code of the authenticator app.
pub(super) async fn submit(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(typed): Posted<Code>,
) -> Result<HttpResponse, Failure> {
    let Some(step) = Step::of(ask.request()) else { return Ok(ask.redirect("/sign-in")) };
    let outcome = door(&ask, &passwords).by_code(&step, &typed.code, origin(&ask), ask.clock().now()).await;
    conclude(&ask, &passwords, &typed.next, ("code", WRONG_CODE), outcome).await
}

/// Takes a recovery code.
pub(super) async fn recover(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(typed): Posted<RecoveryCode>,
) -> Result<HttpResponse, Failure> {
    let Some(step) = Step::of(ask.request()) else { return Ok(ask.redirect("/sign-in")) };
    let door = door(&ask, &passwords);
    match door.by_recovery_code(&step, &typed.recovery, origin(&ask), ask.clock().now()).await {
        // What made the code necessary wants mending first.
        Ok(cookie) => Ok(enter(&ask, "/account/factors", &cookie)),
        outcome => conclude(&ask, &passwords, &typed.next, ("recovery", WRONG_RECOVERY), outcome).await,
    }
}

/// Makes a challenge for a passkey as the second factor.
pub(super) async fn passkey_options(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(_typed): Posted<Signed>,
) -> Result<HttpResponse, Failure> {
    let Some(step) = Step::of(ask.request()) else { return Ok(ask.redirect("/sign-in")) };
    let Some(rp) = relying_party(&ask) else { return challenge(Err(IdentityError::NoHostName)) };
    challenge(door(&ask, &passwords).begin_passkey(&step, &rp, ask.clock().now()).await)
}

/// Takes a passkey's signature as the second factor.
pub(super) async fn passkey(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(typed): Posted<Signed>,
) -> Result<HttpResponse, Failure> {
    let Some(step) = Step::of(ask.request()) else { return Ok(ask.redirect("/sign-in")) };
    let outcome = match (relying_party(&ask), Answer::of(&typed.ceremony, &typed.credential)) {
        (Some(rp), Some(answer)) => {
            door(&ask, &passwords).by_passkey(&step, &rp, &answer, origin(&ask), ask.clock().now()).await
        }
        _ => Err(IdentityError::PasskeyRefused("no answer".to_owned())),
    };
    conclude(&ask, &passwords, &typed.next, ("passkey", ""), outcome).await
}

async fn conclude(
    ask: &Ask,
    passwords: &Passwords,
    next: &str,
    (field, wrong): (&str, &str),
    outcome: Result<SessionCookie, IdentityError>,
) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    match outcome {
        Ok(cookie) => return Ok(enter(ask, local(next), &cookie)),
        Err(IdentityError::Refused) => errors.add(field, wrong),
        Err(IdentityError::Throttled(wait)) => {
            errors.add(field, format!("Too many attempts. Wait {} min and try again.", wait.div_ceil(60)));
        }
        Err(error @ IdentityError::PasskeyRefused(_)) => {
            tracing::info!(%error, "a passkey was refused");
            errors.add(field, error.advice());
        }
        Err(error) => return over(ask, error),
    }
    show(ask, passwords, next, errors).await
}

fn over(ask: &Ask, error: IdentityError) -> Result<HttpResponse, Failure> {
    match error {
        IdentityError::StepOver => {
            let mut response = ask.redirect_with("/sign-in", FlashKind::Notice, &error.advice());
            set(&mut response, &removal(COOKIE));
            Ok(response)
        }
        error => Err(error.into()),
    }
}

/// Goes on to `to` with a new session.
fn enter(ask: &Ask, to: &str, cookie: &SessionCookie) -> HttpResponse {
    let mut response = ask.redirect(to);
    set(&mut response, &cookie.to_cookie());
    set(&mut response, &removal(COOKIE));
    response
}

pub(super) fn set(response: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) {
    if let Err(error) = response.add_cookie(cookie) {
        tracing::error!(%error, "a cookie could not be set");
    }
}

/// Makes a challenge for a sign-in by passkey alone.
pub(super) async fn alone_options(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(_typed): Posted<Signed>,
) -> Result<HttpResponse, Failure> {
    let Some(rp) = relying_party(&ask) else { return challenge(Err(IdentityError::NoHostName)) };
    challenge(door(&ask, &passwords).begin_passkey_alone(&rp, ask.clock().now()).await)
}

/// Signs in by a passkey alone.
pub(super) async fn alone(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(typed): Posted<Signed>,
) -> Result<HttpResponse, Failure> {
    let outcome = match (relying_party(&ask), Answer::of(&typed.ceremony, &typed.credential)) {
        (Some(rp), Some(answer)) => {
            door(&ask, &passwords).by_passkey_alone(&rp, &answer, origin(&ask), ask.clock().now()).await
        }
        _ => Err(IdentityError::PasskeyRefused("no answer".to_owned())),
    };
    match outcome {
        Ok(cookie) => Ok(enter(&ask, local(&typed.next), &cookie)),
        Err(error @ IdentityError::PasskeyRefused(_)) => {
            tracing::info!(%error, "a passkey was refused");
            let advice = "The passkey was not accepted. Sign in with your password instead.";
            Ok(ask.redirect_with("/sign-in", FlashKind::Notice, advice))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::FactorPage>();
    }
}
