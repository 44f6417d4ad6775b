//! Everybody's own choice: which notices they get by e-mail.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::notices::{NoticeKind, choices};
use crate::views::{Choice, Crumb, Field, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    tell: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ChoicesPage {
    tell: Field,
}

/// The kinds that have a switch, each with what it is called.
fn offered() -> impl Iterator<Item = (NoticeKind, &'static str)> {
    NoticeKind::ALL.into_iter().filter_map(|kind| Some((kind, kind.offer()?)))
}

impl ChoicesPage {
    fn new(wanted: &[NoticeKind]) -> Self {
        let choices = offered().map(|(kind, text)| Choice::new(kind.code(), text));
        let chosen = wanted.iter().map(|kind| kind.code());
        Self { tell: Field::new("tell", "Tell me by e-mail").choices(choices).choose(chosen) }
    }
}

impl PageContext for ChoicesPage {
    const TEMPLATE: &'static str = "mail/choices";

    fn title(&self) -> Cow<'_, str> {
        "Notices by e-mail".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your account", "/account")]
    }

    fn sample() -> Self {
        Self::new(&[NoticeKind::NewDevice])
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new(&[])]
    }
}

/// Shows what they have chosen.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    let mut wanted = Vec::new();
    for (kind, _text) in offered() {
        if choices::mine(&ask.site().db, ask.caller(), kind).await? {
            wanted.push(kind);
        }
    }
    ask.page(&ChoicesPage::new(&wanted))
}

/// Keeps what they choose.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    for (kind, _text) in offered() {
        let wanted = typed.tell.iter().any(|code| code == kind.code());
        choices::choose(&ask.site().db, ask.caller(), kind, wanted, ask.clock().now()).await?;
    }
    Ok(ask.redirect_with("/account/notices", FlashKind::Success, "Your choice is kept."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::ChoicesPage>();
    }
}
