//! One's own tokens.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use super::words::{Row, row};
use crate::http::{Ask, Failure};
use crate::tokens::service;
use crate::views::{Crumb, PageContext};

#[derive(Debug, Serialize)]
struct OwnPage {
    rows: Vec<Row>,
    makes: bool,
}

impl PageContext for OwnPage {
    const TEMPLATE: &'static str = "tokens/own";

    fn title(&self) -> Cow<'_, str> {
        "Your tokens".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your account", "/account")]
    }

    fn sample() -> Self {
        Self { rows: Vec::new(), makes: true }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let now = "2026-11-22T09:00:00Z".parse().expect("a time");
        let one = row(&crate::tokens::model::samples::token(), now);
        vec![Self { rows: vec![one], makes: true }, Self::sample(), Self { rows: Vec::new(), makes: false }]
    }
}

/// Lists the caller's tokens.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let tokens = service::own(&ask.site().db, ask.caller()).await?;
    let makes = !service::kinds(ask.caller()).is_empty();
    ask.page(&OwnPage { rows: tokens.iter().map(|token| row(token, now)).collect(), makes })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands_with_tokens_and_without() {
        crate::views::testing::check::<super::OwnPage>();
    }
}
