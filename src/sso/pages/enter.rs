//! To the provider and back, and what it says behind the scenes when somebody signs out there.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Data, Form, Path, Query};
use serde::{Deserialize, Serialize};

use super::return_address;
use crate::http::ask::local;
use crate::http::session::{cookie, removal};
use crate::http::{Ask, Failure, FlashKind, Problem};
use crate::identity::doors;
use crate::identity::pages::{after_proof, go_on, origin};
use crate::identity::step_up;
use crate::kernel::ids::SsoProviderId;
use crate::sso::attempt::{Attempt, COOKIE, Wish};
use crate::sso::error::{Refusal, SsoError};
use crate::sso::flow::{Answer, Arrived, Door, Federation};
use crate::views::PageContext;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Where {
    next: String,
    link: String,
    prove: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Ended {
    logout_token: String,
}

/// What somebody is told who is not let in.
#[derive(Debug, Serialize)]
pub(super) struct RefusedPage {
    #[serde(skip)]
    heading: &'static str,
    text: String,
    advice: Vec<&'static str>,
    again: Option<String>,
}

impl PageContext for RefusedPage {
    const TEMPLATE: &'static str = "sso/refused";

    fn title(&self) -> Cow<'_, str> {
        self.heading.into()
    }

    fn sample() -> Self {
        Self::of(&SsoError::Refused(Refusal::NotInvited), SsoProviderId::NIL).1
    }

    fn samples() -> Vec<Self> {
        let errors = [
            SsoError::Refused(Refusal::NotInvited),
            SsoError::Refused(Refusal::Closed),
            SsoError::Refused(Refusal::LinkedToAnother),
            SsoError::Refused(Refusal::SomebodyElse),
            SsoError::StartAgain,
            SsoError::MixedUp,
            SsoError::Said("access_denied".to_owned()),
            SsoError::SecretLost,
        ];
        errors.iter().map(|error| Self::of(error, SsoProviderId::NIL).1).collect()
    }
}

const PASSWORD: &str = "If you have a password for Watchroom, sign in with your e-mail address and password.";
const ADMINISTRATOR: &str = "If it stays so, tell your administrator: the console shows them what is wrong.";

impl RefusedPage {
    fn of(error: &SsoError, provider: SsoProviderId) -> (StatusCode, Self) {
        let again = Some(format!("/sign-in/with/{provider}"));
        let page = |heading, text: &str, advice, again| Self { heading, text: text.to_owned(), advice, again };
        match error {
            SsoError::Refused(Refusal::NotInvited) => (
                StatusCode::FORBIDDEN,
                page(
                    "You are not known here yet",
                    "Your organisation's account is in order, but it does not belong to anybody in Watchroom.",
                    vec![
                        "Ask your administrator to let you in: on your record, under \"Signing in with a provider\".",
                        "If you have a password for Watchroom, sign in with it; then connect the account yourself, under \"Your account\".",
                    ],
                    None,
                ),
            ),
            SsoError::Refused(Refusal::Closed) => (
                StatusCode::FORBIDDEN,
                page(
                    "Your access has ended",
                    "The record that this account belongs to is closed.",
                    vec!["If that is a mistake, ask your administrator."],
                    None,
                ),
            ),
            SsoError::Refused(Refusal::LinkedToAnother) => (
                StatusCode::FORBIDDEN,
                page(
                    "That account belongs to somebody else here",
                    "It was not connected to you, because it is connected to another person in Watchroom.",
                    vec![
                        "Sign out at the provider, and try again with your own account.",
                        "If it is yours, ask your administrator.",
                    ],
                    None,
                ),
            ),
            SsoError::Refused(Refusal::SomebodyElse) => (
                StatusCode::FORBIDDEN,
                page(
                    "That is not your account",
                    "The provider vouched for somebody else than who is signed in here.",
                    vec![
                        "Sign in there with the account that you sign in to Watchroom with.",
                        "If this is not your session, sign out and sign in as yourself.",
                    ],
                    None,
                ),
            ),
            SsoError::StartAgain => (
                StatusCode::BAD_REQUEST,
                page(
                    "The sign-in was not finished",
                    "It took longer than ten minutes, was begun in another browser, or two were begun at once.",
                    vec!["Begin again."],
                    again,
                ),
            ),
            SsoError::Said(code) => (
                StatusCode::FORBIDDEN,
                page(
                    "The provider did not sign you in",
                    &format!("It said: {code}."),
                    vec!["Try again.", PASSWORD, ADMINISTRATOR],
                    again,
                ),
            ),
            SsoError::MixedUp | SsoError::Token(_) => (
                StatusCode::BAD_REQUEST,
                page(
                    "The provider's answer could not be trusted",
                    "You were not signed in. Nothing that you did is the cause.",
                    vec!["Begin again.", PASSWORD, ADMINISTRATOR],
                    again,
                ),
            ),
            SsoError::Discovery(_) | SsoError::Wire(_) | SsoError::SecretLost => (
                StatusCode::SERVICE_UNAVAILABLE,
                page(
                    "Your organisation's sign-in does not answer",
                    "Watchroom itself works. It could not reach the provider, or the provider refused to talk to it.",
                    vec![PASSWORD, "Otherwise try again in a few minutes.", ADMINISTRATOR],
                    again,
                ),
            ),
            SsoError::Replayed
            | SsoError::UnitNeeded
            | SsoError::HasRule
            | SsoError::OwnerUnconfirmed
            | SsoError::Identity(_)
            | SsoError::Authz(_)
            | SsoError::Random(_)
            | SsoError::Audit(_)
            | SsoError::Db(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                page(
                    "You could not be signed in",
                    "The provider vouched for you, but your record could not be made or changed.",
                    vec!["Try again.", ADMINISTRATOR],
                    again,
                ),
            ),
        }
    }
}

fn door<'a>(ask: &'a Ask, federation: &'a Federation) -> Door<'a> {
    let site = ask.site();
    Door { db: &site.db, keys: &site.keys, federation, sessions: &site.config.sign_in.session }
}

fn refused(ask: &Ask, error: SsoError, provider: SsoProviderId) -> Result<HttpResponse, Failure> {
    // What is ours is answered as everywhere else; what is the provider's or the person's has a page.
    if let SsoError::Db(_) | SsoError::Audit(_) | SsoError::Random(_) | SsoError::Authz(_) = error {
        return Err(error.into());
    }
    tracing::info!(%error, %provider, "a sign-in with a provider came to nothing");
    let (status, page) = RefusedPage::of(&error, provider);
    let mut response = ask.page_with(status, &page)?;
    add(&mut response, removal(COOKIE));
    Ok(response)
}

fn add(response: &mut HttpResponse, cookie: actix_web::cookie::Cookie<'_>) {
    if let Err(error) = response.add_cookie(&cookie) {
        tracing::error!(%error, "a cookie could not be set");
    }
}

/// Sends the browser to the provider.
pub(super) async fn begin(
    ask: Ask,
    federation: Data<Federation>,
    id: Path<SsoProviderId>,
    query: Query<Where>,
) -> Result<HttpResponse, Failure> {
    let (links, proves) = (query.link == "1", query.prove == "1");
    let next = if links { "" } else { local(&query.next) };
    let wish = match ask.caller().person() {
        Some(person) if links => Wish::Link(person.id),
        Some(person) if proves => Wish::Prove(person.id),
        Some(_person) => return Ok(ask.redirect(next)),
        None if links || proves => return Err(Problem::SignedOut.into()),
        None => Wish::SignIn,
    };
    let offer = doors::find(&ask.site().db, *id).await?.ok_or(Problem::NotFound)?;
    if ask.caller().person().is_some_and(|person| person.organisation != offer.organisation) {
        return Err(Problem::NotFound.into());
    }
    let now = ask.clock().now();
    let begun = door(&ask, &federation).begin(&offer, next, wish, &return_address(&ask, *id), now).await;
    let (address, attempt) = match begun {
        Ok(begun) => begun,
        Err(error) => return refused(&ask, error, *id),
    };
    let kept = attempt.seal(&ask.site().keys).map_err(SsoError::from)?;
    let mut response = HttpResponse::SeeOther();
    response.insert_header((LOCATION, address)).insert_header((CACHE_CONTROL, "no-store"));
    Ok(response.cookie(cookie(COOKIE, kept)).finish())
}

/// Takes the browser back.
pub(super) async fn finish(
    ask: Ask,
    federation: Data<Federation>,
    id: Path<SsoProviderId>,
    answer: Query<Answer>,
) -> Result<HttpResponse, Failure> {
    let (site, now) = (ask.site(), ask.clock().now());
    let kept = ask.request().cookie(COOKIE);
    let attempt = kept.and_then(|kept| Attempt::open(&site.keys, kept.value(), now));
    // Whoever asked to be linked has to be who is signed in now.
    let attempt = attempt.filter(|attempt| attempt.person.is_none() || attempt.person == ask.caller().person_id());
    let next = attempt.as_ref().map_or_else(|| "/".to_owned(), |attempt| local(&attempt.next).to_owned());
    let redirect = return_address(&ask, *id);
    let arrived =
        door(&ask, &federation).finish(attempt, (*id, answer.into_inner()), &redirect, &origin(&ask), now).await;
    let mut response = match arrived {
        Ok(Arrived::In(admission, person)) => {
            site.sessions.forget_person(person);
            go_on(&ask, &next, &admission)
        }
        Ok(Arrived::Linked(person)) => {
            site.sessions.forget_person(person);
            let text = "Connected. From now on you can sign in with it.";
            ask.redirect_with(&format!("/people/{person}/providers"), FlashKind::Success, text)
        }
        Ok(Arrived::Proven(_person)) => {
            let before = ask.session_cookie().ok_or(Problem::SignedOut)?;
            let after = step_up::by_provider(&site.db, ask.caller(), &before, now).await?;
            after_proof(&ask, &next, &before, &after)?
        }
        Err(error) => return refused(&ask, error, *id),
    };
    add(&mut response, removal(COOKIE));
    Ok(response)
}

/// Ends sessions because the provider says so. Speaks to a machine: 200 when it was done, 400 when the token is not
/// what it should be (Back-Channel Logout 1.0, section 2.8).
pub(super) async fn ended(
    ask: Ask,
    federation: Data<Federation>,
    id: Path<SsoProviderId>,
    body: Option<Form<Ended>>,
) -> Result<HttpResponse, Failure> {
    let bad = |code: &str, why: &str| {
        let body = serde_json::json!({"error": code, "error_description": why});
        HttpResponse::BadRequest().insert_header((CACHE_CONTROL, "no-store")).json(body)
    };
    let Some(Form(said)) = body else {
        return Ok(bad("invalid_request", "Post a logout_token as application/x-www-form-urlencoded."));
    };
    let Some(offer) = doors::find(&ask.site().db, *id).await? else {
        return Ok(bad("invalid_request", "There is no such provider."));
    };
    match door(&ask, &federation).end(&offer, &said.logout_token, ask.clock().now()).await {
        Ok(people) => {
            for person in people {
                ask.site().sessions.forget_person(person);
            }
            Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).finish())
        }
        Err(error @ (SsoError::Token(_) | SsoError::Replayed | SsoError::StartAgain)) => {
            tracing::warn!(%error, provider = %*id, "a logout token was refused");
            Ok(bad("invalid_request", &error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::RefusedPage>();
    }
}
