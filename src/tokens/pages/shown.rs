//! The page that shows a token's text, this once.

use std::borrow::Cow;

use actix_web::HttpResponse;
use jiff::Timestamp;
use serde::Serialize;

use crate::crypto::ApiToken;
use crate::http::{Ask, Failure};
use crate::kernel::ids::TokenId;
use crate::views::{Crumb, Field, PageContext, format};

#[derive(Debug, Serialize)]
struct ShownPage {
    href: String,
    text: Field,
    old_until: Option<String>,
    #[serde(skip)]
    name: String,
}

impl PageContext for ShownPage {
    const TEMPLATE: &'static str = "tokens/shown";

    fn title(&self) -> Cow<'_, str> {
        format!("Copy the token “{}”", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your account", "/account"), Crumb::new("Your tokens", "/account/tokens")]
    }

    fn sample() -> Self {
        Self {
            href: "/tokens/1".to_owned(),
            text: Field::new("token", "The token").value("wrp_abc"),
            old_until: Some("22 Nov 2026, 10:00".to_owned()),
            name: "Rota <export>".to_owned(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { old_until: None, ..Self::sample() }]
    }
}

/// Shows it. It is not stored: loading the page again does not bring it back.
pub(super) fn show(
    ask: &Ask,
    id: TokenId,
    name: &str,
    text: &ApiToken,
    old_until: Option<Timestamp>,
) -> Result<HttpResponse, Failure> {
    ask.page(&ShownPage {
        href: format!("/tokens/{id}"),
        text: Field::new("token", "The token").value(text.reveal()),
        old_until: old_until.map(format::short_time),
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::ShownPage>();
    }
}
