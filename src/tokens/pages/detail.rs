//! One token: what it may do, and what was done with it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Path, Query};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::token_id;
use super::words::{Tag, kind, last_used, short, standing};
use crate::http::{Ask, Failure, Problem};
use crate::kernel::cursor::Cursor;
use crate::tokens::export;
use crate::tokens::model::Used;
use crate::tokens::service::{self, Opened};
use crate::views::{Crumb, PageContext, format};

/// Uses on one page.
const PER_PAGE: u16 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct UsesQuery {
    after: String,
}

#[derive(Debug, Serialize)]
struct UseRow {
    when: String,
    machine: String,
    route: String,
    status: i16,
    from: String,
}

#[derive(Debug, Serialize)]
struct Link {
    href: String,
}

#[derive(Debug, Serialize)]
struct TokenPage {
    href: String,
    short: String,
    kind: &'static str,
    whose: Option<String>,
    standing: Tag,
    scopes: Vec<String>,
    networks: Vec<String>,
    created: String,
    ends: String,
    old_until: Option<String>,
    revoked: Option<String>,
    used: String,
    rotates: bool,
    revokes: bool,
    days: u16,
    rows: Vec<UseRow>,
    first: Option<Link>,
    next: Option<Link>,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    own: bool,
}

impl TokenPage {
    fn new(opened: Opened, later: bool, days: u16, now: Timestamp) -> Self {
        let Opened { token, scopes, uses, own, revokes } = opened;
        let href = format!("/tokens/{}", token.id);
        let row = |used: Used| UseRow {
            when: format::short_time(used.at),
            machine: format::machine_time(used.at),
            route: used.route,
            status: used.status,
            from: used.address.unwrap_or_else(|| "not known".to_owned()),
        };
        Self {
            short: short(&token),
            kind: kind(token.kind),
            whose: if own { None } else { Some(token.person_name.clone().unwrap_or_else(|| "Not known".to_owned())) },
            standing: standing(&token, now),
            scopes: scopes.into_iter().map(|scope| scope.summary).collect(),
            networks: token.networks.iter().map(ToString::to_string).collect(),
            created: format::short_time(token.created_at),
            ends: format::short_time(token.expires_at),
            old_until: token.previous_until.filter(|until| *until > now).map(format::short_time),
            revoked: token.revoked_at.map(format::short_time),
            used: last_used(&token),
            rotates: own && token.is_good(now),
            revokes: revokes && token.revoked_at.is_none(),
            days,
            first: later.then(|| Link { href: href.clone() }),
            next: uses.next.map(|next| Link { href: format!("{href}?after={}", next.encode()) }),
            rows: uses.rows.into_iter().map(row).collect(),
            href,
            name: token.name,
            own,
        }
    }
}

impl PageContext for TokenPage {
    const TEMPLATE: &'static str = "tokens/token";
    const SECTION: &'static str = "tokens";

    fn title(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.name)
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        if self.own {
            vec![Crumb::new("Your account", "/account"), Crumb::new("Your tokens", "/account/tokens")]
        } else {
            vec![Crumb::new("Tokens", "/tokens")]
        }
    }

    fn sample() -> Self {
        Self {
            href: "/tokens/1".to_owned(),
            short: "wrp_\u{2026}q7xm".to_owned(),
            kind: "Personal",
            whose: Some("Jo <Marsh>".to_owned()),
            standing: Tag::grey("Expired"),
            scopes: vec!["Log duties".to_owned()],
            networks: Vec::new(),
            created: "1 Nov 2026, 09:00".to_owned(),
            ends: "30 Jan 2027, 09:00".to_owned(),
            old_until: None,
            revoked: Some("22 Nov 2026, 09:00".to_owned()),
            used: "Never".to_owned(),
            rotates: false,
            revokes: false,
            days: 90,
            rows: Vec::new(),
            first: None,
            next: None,
            name: "Rota <export>".to_owned(),
            own: false,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows a token and its uses.
pub(super) async fn show(ask: Ask, path: Path<String>, query: Query<UsesQuery>) -> Result<HttpResponse, Failure> {
    let (id, now) = (token_id(&path)?, ask.clock().now());
    let after = match query.after.as_str() {
        "" => None,
        text => Some(Cursor::decode(text).ok_or_else(|| {
            Problem::BadRequest("The address of this page is damaged. Open the token again.".to_owned())
        })?),
    };
    let opened = service::open(&ask.site().db, ask.caller(), id, after, PER_PAGE, now).await?;
    ask.page(&TokenPage::new(opened, after.is_some(), ask.site().config.tokens.usage_days, now))
}

/// Downloads all uses of a token.
pub(super) async fn export(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let (id, now) = (token_id(&path)?, ask.clock().now());
    let body = export::begin(&ask.site().db, ask.caller(), id, now).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"token-uses.csv\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(Box::pin(body)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::model::{Offered, Page, samples};

    pub(super) fn samples() -> Vec<TokenPage> {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().expect("a time");
        let used = Used {
            at: now,
            id: uuid::Uuid::from_u128(1),
            route: "api.duty.list".to_owned(),
            status: 200,
            address: Some("192.0.2.0".to_owned()),
        };
        let opened = |own| Opened {
            token: samples::token(),
            scopes: vec![Offered { code: "duty.log".into(), area: "Duties".into(), summary: "Log duties".into() }],
            uses: Page { next: Some(Cursor { at: now, id: used.id }), rows: vec![used.clone()] },
            own,
            revokes: true,
        };
        vec![
            TokenPage::new(opened(true), true, 90, now),
            TokenPage::new(opened(false), false, 90, now),
            TokenPage::sample(),
        ]
    }

    #[test]
    fn the_page_stands_for_its_person_for_others_and_when_it_is_over() {
        crate::views::testing::check::<TokenPage>();
    }
}
