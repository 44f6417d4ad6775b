//! One's calendar feed: its address, and the answer to a calendar program.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, ETAG, HOST, IF_NONE_MATCH};
use actix_web::web::{Data, Path};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Nothing;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::rota::error::RotaError;
use crate::rota::port::Reminders;
use crate::rota::service::{self, FeedLink};
use crate::views::{Crumb, Field, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct FeedPage {
    since: Option<String>,
    /// Its address, this once.
    link: Option<Field>,
}

impl PageContext for FeedPage {
    const TEMPLATE: &'static str = "rota/feed";
    const SECTION: &'static str = "calendar";

    fn title(&self) -> Cow<'_, str> {
        "Calendar feed".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My calendar", "/calendar")]
    }

    fn sample() -> Self {
        Self { since: None, link: None }
    }

    fn samples() -> Vec<Self> {
        let since = Some("23 Nov 2026, 09:00".to_owned());
        let link = Field::new("link", "The address").value("https://watchroom.example/feeds/a.b.ics");
        vec![Self::sample(), Self { since: since.clone(), link: None }, Self { since, link: Some(link) }]
    }
}

/// Shows whether there is one.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let since = service::feed(&ask.site().db, ask.caller()).await?;
    ask.page(&FeedPage { since: since.map(format::short_time), link: None })
}

/// Makes one, or gives it another address, and shows that this once.
pub(super) async fn make(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let link = service::make_feed(&ask.site().db, ask.caller(), now).await?;
    let link = Field::new("link", "The address of your calendar").value(format!("{}{}", base(&ask), link.path()));
    ask.page(&FeedPage { since: Some(format::short_time(now)), link: Some(link) })
}

/// The address of this program, as whoever asks knows it, without a slash at the end.
fn base(ask: &Ask) -> String {
    let host = ask.request().headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    match &ask.site().config.server.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("https://{host}"),
    }
}

/// Takes it away.
pub(super) async fn revoke(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let revoked = service::revoke_feed(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let text = if revoked { "The feed is revoked: its address no longer works." } else { "There was no feed." };
    Ok(ask.redirect_with("/calendar/feed", FlashKind::Success, text))
}

/// Answers a calendar program. Whatever is wrong with the address, it is not there.
pub(super) async fn answer(ask: Ask, reminders: Data<Reminders>, path: Path<String>) -> Result<HttpResponse, Failure> {
    let Some(link) = FeedLink::parse(&path) else { return Err(Problem::NotFound.into()) };
    let text = match service::answer(&ask.site().db, **reminders, base(&ask), &link, ask.clock().now()).await {
        Ok(text) => text,
        // Whoever has left has no calendar, and nobody signs in here.
        Err(RotaError::Db(DbError::SignedOut) | RotaError::Authz(AuthzError::Db(DbError::SignedOut))) => {
            return Err(Problem::NotFound.into());
        }
        Err(error) => return Err(error.into()),
    };
    let tag = format!("\"{}\"", data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes())));
    let asked = ask.request().headers().get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or("");
    let same = asked.split(',').any(|one| one.trim().trim_start_matches("W/") == tag);
    let mut answer = if same { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "private, no-cache"));
    if same {
        return Ok(answer.finish());
    }
    Ok(answer.content_type("text/calendar; charset=utf-8").body(text))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::FeedPage>();
    }
}
