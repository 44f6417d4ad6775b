//! "Confirm it is you": the page that asks for a proof, and the way back to what somebody wanted to do.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use super::factor::{challenge, relying_party, set};
use crate::http::ask::local;
use crate::http::came_from;
use crate::http::{Ask, Failure, Posted, Problem, SessionCookie, csrf};
use crate::identity::doors::Offer;
use crate::identity::factors::passkeys::Answer;
use crate::identity::passwords::Passwords;
use crate::identity::step_up::{self, StepUp};
use crate::identity::{IdentityError, factors};
use crate::kernel::secret::Secret;
use crate::views::form::FieldError;
use crate::views::{Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Where {
    #[serde(default)]
    next: String,
}

/// What was wanted: a page to go to, or a form to send.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Wanted {
    /// A page of ours.
    next: String,
    /// Where a form was going; empty when it is a page that was wanted.
    to: String,
    /// The form, as it was sent.
    kept: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    password: Secret<String>,
    code: String,
    ceremony: String,
    credential: String,
    next: String,
    to: String,
    kept: String,
}

#[derive(Debug, Serialize)]
pub(super) struct StepUpPage {
    password: Field,
    code: Field,
    totp: bool,
    passkey: bool,
    /// Whether there is a password to type.
    has_password: bool,
    providers: Vec<ProviderLink>,
    wanted: Wanted,
    window: String,
    #[serde(skip)]
    errors: FormErrors,
}

/// A provider that can vouch anew.
#[derive(Debug, Serialize)]
struct ProviderLink {
    text: String,
    href: String,
}

impl StepUpPage {
    fn new(wanted: Wanted, (totp, passkey): (bool, bool), minutes: u32, errors: FormErrors) -> Self {
        Self {
            password: Field::new("password", "Your password").errors(&errors),
            code: Field::new("code", "Code from your authenticator app").errors(&errors),
            totp,
            passkey,
            has_password: true,
            providers: Vec::new(),
            wanted,
            window: format::count(i64::from(minutes), "minute", "minutes"),
            errors,
        }
    }
}

impl PageContext for StepUpPage {
    const TEMPLATE: &'static str = "identity/step-up";

    fn title(&self) -> Cow<'_, str> {
        "Confirm it is you".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("password", "This is not your password.");
        let wanted = Wanted { to: "/people/1/roles".to_owned(), kept: "role=2&unit=".to_owned(), ..Wanted::default() };
        Self::new(wanted, (true, true), 10, errors)
    }

    fn samples() -> Vec<Self> {
        let wanted = Wanted { next: "/duties/export.csv".to_owned(), ..Wanted::default() };
        let provider = ProviderLink {
            text: "Confirm with Northmoor account".to_owned(),
            href: "/sign-in/with/1?prove=1&next=%2Fduties%2Fexport.csv".to_owned(),
        };
        let without = Self::new(wanted, (false, false), 10, FormErrors::new());
        vec![Self::sample(), Self { has_password: false, providers: vec![provider], ..without }]
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Kept {
    name: String,
    value: String,
}

/// What is left to press after the proof: a form that was kept, or a file to fetch.
#[derive(Debug, Serialize)]
pub(super) struct GoOnPage {
    /// Where the kept form goes.
    to: Option<String>,
    fields: Vec<Kept>,
    /// The file to fetch.
    file: Option<String>,
}

impl PageContext for GoOnPage {
    const TEMPLATE: &'static str = "identity/go-on";

    fn title(&self) -> Cow<'_, str> {
        "Thank you".into()
    }

    fn sample() -> Self {
        let field = Kept { name: "role".to_owned(), value: "\"2\" <3>\n".to_owned() };
        Self { to: Some("/people/1/roles".to_owned()), fields: vec![field], file: None }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { to: None, fields: Vec::new(), file: Some("/duties.csv?from=2026".to_owned()) }]
    }
}

/// The page that stands between a filled-in form and what it does. For the edge.
pub fn ask_for_proof(ask: Ask, to: String, kept: String) -> LocalBoxFuture<'static, Result<HttpResponse, Failure>> {
    Box::pin(async move {
        let wanted = Wanted { next: String::new(), to, kept };
        show(&ask, StatusCode::FORBIDDEN, wanted, FormErrors::new()).await
    })
}

async fn show(ask: &Ask, status: StatusCode, wanted: Wanted, errors: FormErrors) -> Result<HttpResponse, Failure> {
    let (factors, _due) = factors::own(&ask.site().db, ask.caller()).await?;
    let rp = relying_party(ask);
    let passkey = rp.is_some_and(|rp| factors.passkeys.iter().any(|passkey| passkey.rp_id == rp.id()));
    let minutes = ask.site().config.sign_in.session.step_up_minutes;
    let ways = step_up::ways(&ask.site().db, ask.caller()).await?;
    // A form cannot travel to the provider and back: then it is the page that it was on.
    let next = if wanted.to.is_empty() { wanted.next.clone() } else { came_from(ask.request()).unwrap_or_default() };
    let link = |offer: Offer| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("prove", "1")
            .append_pair("next", local(&next))
            .finish();
        let href = format!("/sign-in/with/{}?{query}", offer.provider);
        ProviderLink { text: format!("Confirm with {}", offer.label), href }
    };
    let page = StepUpPage::new(wanted, (factors.totp.is_some(), passkey), minutes, errors);
    let providers = ways.providers.into_iter().map(link).collect();
    ask.page_with(status, &StepUpPage { has_password: ways.password, providers, ..page })
}

/// Shows the form.
pub(super) async fn form(ask: Ask, query: Query<Where>) -> Result<HttpResponse, Failure> {
    let wanted = Wanted { next: query.into_inner().next, ..Wanted::default() };
    show(&ask, StatusCode::OK, wanted, FormErrors::new()).await
}

fn prover<'a>(ask: &'a Ask, passwords: &'a Passwords) -> StepUp<'a> {
    let site = ask.site();
    StepUp { db: &site.db, keys: &site.keys, passwords, settings: &site.config.sign_in }
}

/// Takes the password, and goes on.
pub(super) async fn submit(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let cookie = ask.session_cookie().ok_or(Problem::SignedOut)?;
    let now = ask.clock().now();
    let outcome = prover(&ask, &passwords).by_password(ask.caller(), &cookie, typed.password.clone(), now).await;
    conclude(&ask, &cookie, typed, ("password", "This is not your password."), outcome).await
}

/// Takes a code of the authenticator app, and goes on.
pub(super) async fn by_code(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let cookie = ask.session_cookie().ok_or(Problem::SignedOut)?;
    let outcome = prover(&ask, &passwords).by_code(ask.caller(), &cookie, &typed.code, ask.clock().now()).await;
    let wrong = "This code is not right, or it was used before. Wait for the next one.";
    conclude(&ask, &cookie, typed, ("code", wrong), outcome).await
}

/// Makes a challenge for one of the caller's passkeys.
pub(super) async fn options(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(_typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let Some(rp) = relying_party(&ask) else { return challenge(Err(IdentityError::NoHostName)) };
    challenge(prover(&ask, &passwords).begin_passkey(ask.caller(), &rp, ask.clock().now()).await)
}

/// Takes a passkey's signature, and goes on.
pub(super) async fn by_passkey(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let cookie = ask.session_cookie().ok_or(Problem::SignedOut)?;
    let outcome = match (relying_party(&ask), Answer::of(&typed.ceremony, &typed.credential)) {
        (Some(rp), Some(answer)) => {
            let now = ask.clock().now();
            prover(&ask, &passwords).by_passkey(ask.caller(), &cookie, &rp, &answer, now).await
        }
        _ => Err(IdentityError::PasskeyRefused("no answer".to_owned())),
    };
    conclude(&ask, &cookie, typed, ("password", ""), outcome).await
}

async fn conclude(
    ask: &Ask,
    cookie: &SessionCookie,
    typed: Typed,
    (field, wrong): (&str, &str),
    outcome: Result<SessionCookie, IdentityError>,
) -> Result<HttpResponse, Failure> {
    let wanted = Wanted { next: typed.next, to: typed.to, kept: typed.kept };
    let mut errors = FormErrors::new();
    match outcome {
        Ok(replaced) => return go_on(ask, &wanted, cookie, &replaced),
        Err(IdentityError::Refused) => errors.add(field, wrong),
        Err(IdentityError::Throttled(wait)) => {
            errors.add(field, format!("Too many attempts. Wait {} min and try again.", wait.div_ceil(60)));
        }
        Err(error @ IdentityError::PasskeyRefused(_)) => {
            tracing::info!(%error, "a passkey was refused");
            errors.add(field, error.advice());
        }
        Err(error) => return Err(error.into()),
    }
    show(ask, StatusCode::UNPROCESSABLE_ENTITY, wanted, errors).await
}

/// Back to the page that was wanted, with the session's new token.
///
/// # Errors
/// [`Failure`] when the page fails.
pub fn after_proof(
    ask: &Ask,
    next: &str,
    before: &SessionCookie,
    after: &SessionCookie,
) -> Result<HttpResponse, Failure> {
    go_on(ask, &Wanted { next: next.to_owned(), ..Wanted::default() }, before, after)
}

/// Back to what was wanted, with the session's new token.
fn go_on(ask: &Ask, wanted: &Wanted, before: &SessionCookie, after: &SessionCookie) -> Result<HttpResponse, Failure> {
    ask.site().sessions.forget(&before.token.digest().0);
    let page = local(&wanted.next);
    let is_file = page.split('?').next().is_some_and(|path| path.ends_with(".csv"));
    let mut response = if !wanted.to.is_empty() {
        let fields = form_urlencoded::parse(wanted.kept.as_bytes())
            .filter(|(name, _value)| name != csrf::FIELD)
            .map(|(name, value)| Kept { name: name.into_owned(), value: value.into_owned() })
            .collect();
        ask.page(&GoOnPage { to: Some(local(&wanted.to).to_owned()), fields, file: None })?
    } else if is_file {
        ask.page(&GoOnPage { to: None, fields: Vec::new(), file: Some(page.to_owned()) })?
    } else {
        ask.redirect(page)
    };
    set(&mut response, &after.to_cookie());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<StepUpPage>();
        check::<GoOnPage>();
    }
}
