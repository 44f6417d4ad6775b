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
    wanted: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ChoicesPage {
    wanted: Field,
}

impl ChoicesPage {
    fn new(wanted: &[NoticeKind]) -> Self {
        let offered = NoticeKind::ALL.into_iter().filter_map(|kind| Some(Choice::new(kind.code(), kind.offer()?)));
        let chosen = wanted.iter().map(|kind| kind.code());
        Self { wanted: Field::new("wanted", "Tell me by e-mail").choices(offered).choose(chosen) }
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
        Self::new(&NoticeKind::ALL)
    }

    fn samples() -> Vec<Self> {
        vec![Self::new(&NoticeKind::ALL), Self::new(&[])]
    }
}

/// Shows what they have chosen.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    let wanted = choices::mine(&ask.site().db, ask.caller()).await?;
    ask.page(&ChoicesPage::new(&wanted))
}

/// Keeps what they choose.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let wanted = typed.wanted.iter().filter_map(|code| NoticeKind::of(code)).collect();
    choices::choose(&ask.site().db, ask.caller(), wanted, ask.clock().now()).await?;
    Ok(ask.redirect_with("/account/notices", FlashKind::Success, "Your choice is kept."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::ChoicesPage>();
    }
}
