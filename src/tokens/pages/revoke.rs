//! Revoking a token, after a page that says what it means.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::words::{last_used, short};
use super::{advice, token_id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::tokens::model::Token;
use crate::tokens::service;
use crate::views::{Crumb, PageContext};

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

#[derive(Debug, Serialize)]
struct RevokePage {
    href: String,
    short: String,
    used: String,
    whose: Option<String>,
    #[serde(skip)]
    name: String,
}

impl RevokePage {
    fn new(token: &Token, own: bool) -> Self {
        Self {
            href: format!("/tokens/{}", token.id),
            short: short(token),
            used: last_used(token),
            whose: if own { None } else { token.person_name.clone() },
            name: token.name.clone(),
        }
    }
}

impl PageContext for RevokePage {
    const TEMPLATE: &'static str = "tokens/revoke";

    fn title(&self) -> Cow<'_, str> {
        format!("Revoke “{}”?", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new(&self.name, &self.href)]
    }

    fn sample() -> Self {
        Self {
            href: "/tokens/1".to_owned(),
            short: "wrp_\u{2026}q7xm".to_owned(),
            used: "Never".to_owned(),
            whose: None,
            name: "Rota <export>".to_owned(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let token = crate::tokens::model::samples::token();
        vec![Self::new(&token, true), Self::new(&token, false), Self::sample()]
    }
}

/// Asks whether.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let token = service::to_revoke(&ask.site().db, ask.caller(), token_id(&path)?).await?;
    let own = ask.caller().person_id() == Some(token.person);
    ask.page(&RevokePage::new(&token, own))
}

/// Does it.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = token_id(&path)?;
    let page = format!("/tokens/{id}");
    match service::revoke(&ask.site().db, ask.caller(), id, ask.clock().now()).await {
        Ok(_token) => {
            ask.site().tokens.forget(id);
            Ok(ask.redirect_with(&page, FlashKind::Success, "The token is revoked: it lets nobody in any more."))
        }
        Err(error) => match advice(&error) {
            Some(text) => Ok(ask.redirect_with(&page, FlashKind::Notice, text)),
            None => Err(error.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::RevokePage>();
    }
}
