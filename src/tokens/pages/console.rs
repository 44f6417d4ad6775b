//! All tokens of the organisation: whose they are and what they may do, never their text.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Query;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::words::{Row, row};
use crate::crypto::TokenKind;
use crate::http::{Ask, Failure};
use crate::kernel::ids::TokenId;
use crate::tokens::model::{Filter, Page, Standing, Token};
use crate::tokens::{export, service};
use crate::views::{Choice, Field, PageContext};

/// Tokens on one page.
const PER_PAGE: u16 = 50;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    kind: String,
    state: String,
    after: String,
}

impl ListQuery {
    fn filter(&self) -> Filter {
        let standing = match self.state.as_str() {
            "good" => Some(Standing::Good),
            "ending" => Some(Standing::Ending),
            _ => None,
        };
        Filter { kind: TokenKind::parse(&self.kind), standing }
    }
}

#[derive(Debug, Serialize)]
struct Link {
    href: String,
}

#[derive(Debug, Serialize)]
struct ConsolePage {
    kind: Field,
    state: Field,
    filtered: bool,
    rows: Vec<Row>,
    export: String,
    first: Option<Link>,
    next: Option<Link>,
}

impl ConsolePage {
    fn new(query: &ListQuery, page: &Page<Token, TokenId>, now: Timestamp) -> Self {
        let link = |after: &str| {
            let mut pairs = form_urlencoded::Serializer::new(String::new());
            let all = [("kind", query.kind.as_str()), ("state", query.state.as_str()), ("after", after)];
            pairs.extend_pairs(all.iter().filter(|(_name, value)| !value.is_empty()));
            Link { href: format!("/tokens?{}", pairs.finish()) }
        };
        Self {
            kind: Field::new("kind", "Kind")
                .choices([("", "All"), ("service", "Service"), ("personal", "Personal")].map(choice))
                .choose([&query.kind]),
            state: Field::new("state", "State")
                .choices([("", "All"), ("good", "Let in now"), ("ending", "End soon")].map(choice))
                .choose([&query.state]),
            filtered: !query.kind.is_empty() || !query.state.is_empty(),
            export: {
                let mut pairs = form_urlencoded::Serializer::new(String::new());
                let all = [("kind", query.kind.as_str()), ("state", query.state.as_str())];
                pairs.extend_pairs(all.iter().filter(|(_name, value)| !value.is_empty()));
                format!("/tokens.csv?{}", pairs.finish()).trim_end_matches('?').to_owned()
            },
            rows: page.rows.iter().map(|token| row(token, now)).collect(),
            first: (!query.after.is_empty()).then(|| link("")),
            next: page.next.map(|next| link(&next.to_string())),
        }
    }
}

fn choice((value, text): (&str, &str)) -> Choice {
    Choice::new(value, text)
}

impl PageContext for ConsolePage {
    const TEMPLATE: &'static str = "tokens/console";
    const SECTION: &'static str = "tokens";

    fn title(&self) -> Cow<'_, str> {
        "Tokens".into()
    }

    fn sample() -> Self {
        Self::new(&ListQuery::default(), &Page { rows: Vec::new(), next: None }, Timestamp::UNIX_EPOCH)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let now = "2026-11-22T09:00:00Z".parse().expect("a time");
        let token = crate::tokens::model::samples::token();
        let page = Page { next: Some(token.id), rows: vec![token] };
        let query = ListQuery { kind: "service".to_owned(), state: "good".to_owned(), after: TokenId::NIL.to_string() };
        let empty = Page { rows: Vec::new(), next: None };
        vec![Self::new(&ListQuery::default(), &page, now), Self::new(&query, &empty, now), Self::sample()]
    }
}

/// Lists them.
pub(super) async fn list(ask: Ask, query: Query<ListQuery>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let filter = query.filter();
    let after = query.after.parse().ok();
    let page = service::list(&ask.site().db, ask.caller(), filter, after, PER_PAGE, now).await?;
    ask.page(&ConsolePage::new(&query, &page, now))
}

/// Downloads them.
pub(super) async fn export_list(ask: Ask, query: Query<ListQuery>) -> Result<HttpResponse, Failure> {
    let body = export::begin_list(&ask.site().db, ask.caller(), query.filter(), ask.clock().now()).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"tokens.csv\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(Box::pin(body)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands_full_filtered_and_empty() {
        crate::views::testing::check::<super::ConsolePage>();
    }
}
