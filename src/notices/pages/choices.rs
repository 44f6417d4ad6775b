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
    new_device: String,
}

#[derive(Debug, Serialize)]
pub(super) struct ChoicesPage {
    new_device: Field,
}

impl ChoicesPage {
    fn new(new_device: bool) -> Self {
        let choices = [Choice::new("yes", "When I sign in from a browser or a network that I have not used before")];
        let chosen: &[&str] = if new_device { &["yes"] } else { &[] };
        Self {
            new_device: Field::new("new_device", "Tell me by e-mail").choices(choices).choose(chosen.iter().copied()),
        }
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
        Self::new(true)
    }

    fn samples() -> Vec<Self> {
        vec![Self::new(true), Self::new(false)]
    }
}

/// Shows what they have chosen.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    let wanted = choices::mine(&ask.site().db, ask.caller(), NoticeKind::NewDevice).await?;
    ask.page(&ChoicesPage::new(wanted))
}

/// Keeps what they choose.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let wanted = typed.new_device == "yes";
    choices::choose(&ask.site().db, ask.caller(), NoticeKind::NewDevice, wanted, ask.clock().now()).await?;
    Ok(ask.redirect_with("/account/notices", FlashKind::Success, "Your choice is kept."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::ChoicesPage>();
    }
}
