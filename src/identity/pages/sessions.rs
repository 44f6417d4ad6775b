//! Signing out, here and everywhere, and the list of one's sessions.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use serde::Serialize;

use super::Nothing;
use super::device::in_words;
use crate::http::session::{COOKIE, removal};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::identity::sessions::{self, SessionView};
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
struct Row {
    began: String,
    used: String,
    address: String,
    device: String,
    this_one: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct SessionsPage {
    rows: Vec<Row>,
}

impl PageContext for SessionsPage {
    const TEMPLATE: &'static str = "identity/sessions";

    fn title(&self) -> Cow<'_, str> {
        "Where you are signed in".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your account", "/account")]
    }

    fn sample() -> Self {
        let row = |this_one| Row {
            began: "22 Nov 2026, 07:00".to_owned(),
            used: "22 Nov 2026, 09:12".to_owned(),
            address: "192.0.2.0".to_owned(),
            device: "Chrome on Android".to_owned(),
            this_one,
        };
        Self { rows: vec![row(true), row(false)] }
    }
}

/// Lists the caller's sessions.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let this = ask.session_cookie().map(|cookie| cookie.token.digest().0);
    let row = |session: SessionView| Row {
        began: format::short_time(session.created_at),
        used: format::short_time(session.seen_at),
        address: session.masked_address.unwrap_or_else(|| "not known".to_owned()),
        device: session.device.map_or_else(|| "not known".to_owned(), |agent| in_words(&agent)),
        this_one: this.is_some_and(|this| session.token_hash == this),
    };
    let rows = sessions::list(&ask.site().db, ask.caller()).await?.into_iter().map(row).collect();
    ask.page(&SessionsPage { rows })
}

/// Ends this session.
pub(super) async fn end(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    if let (Some(cookie), Some(_person)) = (ask.session_cookie(), ask.caller().person()) {
        sessions::sign_out(&ask.site().db, ask.caller(), &cookie, ask.clock().now()).await?;
        ask.site().sessions.forget(&cookie.token.digest().0);
    }
    Ok(goodbye(&ask, "You are signed out."))
}

/// Ends every session of the caller's.
pub(super) async fn end_all(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    sessions::sign_out_everywhere(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    ask.site().sessions.forget_person(ask.person()?.id);
    Ok(goodbye(&ask, "You are signed out everywhere."))
}

fn goodbye(ask: &Ask, text: &str) -> HttpResponse {
    let mut response = ask.redirect_with("/sign-in", FlashKind::Success, text);
    // Pages that a shared station computer keeps are of no use to the next person.
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
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
