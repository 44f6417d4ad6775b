//! Removing a record: a page that says what goes with it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

use super::shared::{Nothing, crumb, record_id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::vault::Vaults;
use crate::vault::pages::{Door, opened};
use crate::views::{Crumb, PageContext, format};
use crate::wellbeing::service;

#[derive(Debug, Clone, Serialize)]
struct RemovePage {
    href: String,
    day: String,
}

impl PageContext for RemovePage {
    const TEMPLATE: &'static str = "wellbeing/note-remove";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Remove this for good?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb()]
    }

    fn sample() -> Self {
        Self { href: "/wellbeing/notes/1".to_owned(), day: "22 Nov 2026".to_owned() }
    }
}

/// Asks whether to remove it.
pub(super) async fn form(ask: Ask, path: Path<String>, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    let id = record_id(&path)?;
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let one = service::open(&ask.site().db, ask.caller(), key, id).await?;
    ask.page(&RemovePage { href: format!("/wellbeing/notes/{id}"), day: format::long_date(one.record.day) })
}

/// Removes it.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let gone = service::remove(&ask.site().db, ask.caller(), record_id(&path)?).await?;
    let text = if gone { "Removed." } else { "It was removed already." };
    Ok(ask.redirect_with("/wellbeing", FlashKind::Success, text))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::RemovePage>();
    }
}
