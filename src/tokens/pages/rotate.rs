//! Giving a token another text.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::{advice, shown, token_id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::tokens::model::Token;
use crate::tokens::{rules, service};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    overlap: String,
}

#[derive(Debug, Serialize)]
struct RotatePage {
    href: String,
    overlap: Field,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl RotatePage {
    fn new(token: &Token, chosen: &str, errors: FormErrors) -> Self {
        Self {
            href: format!("/tokens/{}", token.id),
            overlap: Field::new("overlap", "What happens to the text it has now?")
                .choices(rules::OVERLAPS.map(|(value, text, _hours)| {
                    if value == "0" {
                        Choice::new(value, text)
                    } else {
                        Choice::new(value, format!("It stays good for {}", text.to_lowercase()))
                    }
                }))
                .choose([chosen])
                .errors(&errors),
            name: token.name.clone(),
            errors,
        }
    }
}

impl PageContext for RotatePage {
    const TEMPLATE: &'static str = "tokens/rotate";

    fn title(&self) -> Cow<'_, str> {
        format!("Rotate “{}”", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your tokens", "/account/tokens"), Crumb::new(&self.name, &self.href)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("overlap", "Choose what happens to the text it has now");
        let overlap = Field::new("overlap", "What happens?").choices([Choice::new("0", "It stops")]).errors(&errors);
        Self { href: "/tokens/1".to_owned(), overlap, name: "Rota <export>".to_owned(), errors }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self::new(&crate::tokens::model::samples::token(), "24", FormErrors::new()), Self::sample()]
    }
}

/// Asks how.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let token = service::to_rotate(&ask.site().db, ask.caller(), token_id(&path)?).await?;
    if !token.is_good(ask.clock().now()) {
        return Ok(over(&ask, &token));
    }
    ask.page(&RotatePage::new(&token, "24", FormErrors::new()))
}

/// Does it, and shows the new text.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let (site, id, now) = (ask.site(), token_id(&path)?, ask.clock().now());
    let token = service::to_rotate(&site.db, ask.caller(), id).await?;
    let Some(overlap) = rules::overlap(&typed.overlap) else {
        let mut errors = FormErrors::new();
        errors.add("overlap", "Choose what happens to the text it has now");
        return ask.page_again(&RotatePage::new(&token, &typed.overlap, errors));
    };
    match service::rotate(&site.db, ask.caller(), id, overlap, now).await {
        Ok((token, text)) => {
            site.tokens.forget(id);
            let until = (!overlap.is_zero()).then(|| now.checked_add(overlap).unwrap_or(now));
            shown::show(&ask, id, &token.name, &text, until)
        }
        Err(error) if advice(&error).is_some() => Ok(over(&ask, &token)),
        Err(error) => Err(error.into()),
    }
}

fn over(ask: &Ask, token: &Token) -> HttpResponse {
    let text = "That token has expired or was revoked. Make another.";
    ask.redirect_with(&format!("/tokens/{}", token.id), FlashKind::Notice, text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::RotatePage>();
    }
}
