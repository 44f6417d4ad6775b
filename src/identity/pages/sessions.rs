//! Signing out, here and everywhere, and the list of one's sessions.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{Data, Path};
use serde::Serialize;
use uuid::Uuid;

use super::Nothing;
use crate::authz::permission::SESSION_REVOKE;
use crate::http::session::{COOKIE, removal};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::identity::people;
use crate::identity::sessions::{self, Proof, SessionView};
use crate::kernel::ids::PersonId;
use crate::vault::Vaults;
use crate::vault::pages::session_of;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    began: String,
    used: String,
    address: String,
    device: String,
    /// By what its holder last showed who they are.
    proof: &'static str,
    this_one: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct SessionsPage {
    rows: Vec<Row>,
    /// Whose they are, when they are another person's: their name and the address of their record.
    of: Option<(String, String)>,
    may_end: bool,
}

impl PageContext for SessionsPage {
    const TEMPLATE: &'static str = "identity/sessions";

    fn title(&self) -> Cow<'_, str> {
        match &self.of {
            Some((name, _href)) => format!("Where {name} is signed in").into(),
            None => "Where you are signed in".into(),
        }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        match &self.of {
            Some((name, href)) => vec![Crumb::new("People", "/people"), Crumb::new(name, href)],
            None => vec![Crumb::new("Your account", "/account")],
        }
    }

    fn samples() -> Vec<Self> {
        let of = Some(("Jo Marsh".to_owned(), "/people/1".to_owned()));
        let theirs = Self { of: of.clone(), ..Self::sample() };
        vec![Self::sample(), theirs, Self { rows: Vec::new(), of, may_end: false }]
    }

    fn sample() -> Self {
        let row = |this_one| Row {
            id: Uuid::nil().to_string(),
            began: "22 Nov 2026, 07:00".to_owned(),
            used: "22 Nov 2026, 09:12".to_owned(),
            address: "192.0.2.0".to_owned(),
            device: "Firefox on Android".to_owned(),
            proof: "Passkey",
            this_one,
        };
        Self { rows: vec![row(true), row(false)], of: None, may_end: true }
    }
}

/// Lists the caller's sessions.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let this = ask.person()?.session;
    let listed = sessions::list(&ask.site().db, ask.caller()).await?;
    let rows = listed.into_iter().map(|session| row(session, this)).collect();
    ask.page(&SessionsPage { rows, of: None, may_end: true })
}

fn row(session: SessionView, this: Option<[u8; 32]>) -> Row {
    Row {
        id: session.id.to_string(),
        began: format::short_time(session.created_at),
        used: format::short_time(session.seen_at),
        address: session.masked_address.unwrap_or_else(|| "not known".to_owned()),
        device: session.device.unwrap_or_else(|| "not known".to_owned()),
        proof: match session.proof {
            Some(Proof::Password) | None => "Password",
            Some(Proof::Totp) => "Authenticator app",
            Some(Proof::Passkey) => "Passkey",
            Some(Proof::Recovery) => "Recovery code",
            Some(Proof::Provider) => "Your organisation's provider",
        },
        this_one: this.is_some_and(|this| session.token_hash == this),
    }
}

/// Lists another person's sessions.
pub(super) async fn list_of(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let now = ask.clock().now();
    let listed = sessions::list_of(&site.db, ask.caller(), *id, now).await?;
    let view = people::read(&site.db, ask.caller(), *id, now).await?;
    let rows = listed.into_iter().map(|session| row(session, None)).collect();
    let may_end = ask.caller().holds_for_all(SESSION_REVOKE);
    ask.page(&SessionsPage { rows, of: Some((view.record.name(), format!("/people/{id}"))), may_end })
}

/// Ends another person's sessions.
pub(super) async fn end_of(
    ask: Ask,
    id: Path<PersonId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    sessions::end_all_of(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    ask.site().sessions.forget_person(*id);
    Ok(ask.redirect_with(&format!("/people/{id}/sessions"), FlashKind::Success, "They are signed out everywhere."))
}

/// Ends this session.
pub(super) async fn end(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    if let (Some(cookie), Some(_person)) = (ask.session_cookie(), ask.caller().person()) {
        sessions::sign_out(&ask.site().db, ask.caller(), &cookie, ask.clock().now()).await?;
        ask.site().sessions.forget(&cookie.token.digest().0);
        vaults.lock(session_of(&ask)?);
    }
    Ok(goodbye(&ask, "You are signed out."))
}

/// Ends one session of the caller's; the one in use like signing out.
pub(super) async fn end_one(
    ask: Ask,
    id: Path<Uuid>,
    vaults: Data<Vaults>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let this = ask.person()?.session;
    let listed = sessions::list(&ask.site().db, ask.caller()).await?;
    let is_this = listed.iter().any(|session| session.id == *id && this.is_some_and(|this| session.token_hash == this));
    sessions::end_one(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    let person = ask.person()?;
    ask.site().sessions.forget_person(person.id);
    // Which of their sessions has unlocked their vault is not known by its row: all of them lock.
    vaults.lock_everywhere(person.organisation, person.id);
    if is_this {
        return Ok(goodbye(&ask, "You are signed out."));
    }
    Ok(ask.redirect_with("/account/sessions", FlashKind::Success, "That session has ended."))
}

/// Ends every session of the caller's.
pub(super) async fn end_all(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    sessions::sign_out_everywhere(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let person = ask.person()?;
    ask.site().sessions.forget_person(person.id);
    vaults.lock_everywhere(person.organisation, person.id);
    Ok(goodbye(&ask, "You are signed out everywhere."))
}

fn goodbye(ask: &Ask, text: &str) -> HttpResponse {
    let mut response = ask.redirect_with("/sign-in", FlashKind::Success, text);
    // Whatever a shared station computer keeps of us is of no use to the next person.
    let everything = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), everything);
    if let Err(error) = response.add_cookie(&removal(COOKIE)) {
        tracing::error!(%error, "the session cookie could not be removed");
    }
    response
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::SessionsPage>();
    }
}
