//! One import: its state, its result, and what can be done with it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Path;
use serde::Serialize;
use serde_json::json;

use super::Nothing;
use super::show_page::{self, ShowPage};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::imports::model::Import;
use crate::imports::service;
use crate::kernel::ids::ImportId;
use crate::views::{Crumb, PageContext};

/// Shows an import.
pub(super) async fn show(ask: Ask, id: Path<ImportId>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let import = service::import(&site.db, ask.caller(), *id).await?;
    let report = service::report(&site.config.state.dir, *id).await?;
    ask.page(&ShowPage::new(&import, report))
}

/// Says how far the job is, for the script on the page.
pub(super) async fn progress(ask: Ask, id: Path<ImportId>) -> Result<HttpResponse, Failure> {
    let import = service::import(&ask.site().db, ask.caller(), *id).await?;
    let done = !import.state.is_running();
    let text = if done { "Done".to_owned() } else { show_page::progress(&import) };
    let answer = json!({ "text": text, "done": done, "href": format!("/imports/{id}") });
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// Begins the check again.
pub(super) async fn check(
    ask: Ask,
    id: Path<ImportId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    service::check(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    ask.site().queue.wake();
    Ok(ask.redirect(&format!("/imports/{id}")))
}

/// Begins the commit.
pub(super) async fn commit(
    ask: Ask,
    id: Path<ImportId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    service::commit(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    ask.site().queue.wake();
    Ok(ask.redirect(&format!("/imports/{id}")))
}

#[derive(Debug, Clone, Serialize)]
struct DiscardPage {
    id: String,
    running: bool,
    #[serde(skip)]
    file_name: String,
}

impl DiscardPage {
    fn new(import: &Import) -> Self {
        Self { id: import.id.to_string(), running: import.state.is_running(), file_name: import.file_name.clone() }
    }
}

impl PageContext for DiscardPage {
    const TEMPLATE: &'static str = "imports/discard";
    const SECTION: &'static str = "imports";

    fn title(&self) -> Cow<'_, str> {
        if self.running { "Cancel this import?".into() } else { "Throw this import away?".into() }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Imports", "/imports"), Crumb::new(self.file_name.clone(), format!("/imports/{}", self.id))]
    }

    fn sample() -> Self {
        Self { id: "1".to_owned(), running: false, file_name: "rota.csv".to_owned() }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { running: true, ..Self::sample() }]
    }
}

/// Asks whether it shall be thrown away.
pub(super) async fn discard_form(ask: Ask, id: Path<ImportId>) -> Result<HttpResponse, Failure> {
    let import = service::import(&ask.site().db, ask.caller(), *id).await?;
    if import.state.is_final() {
        return Ok(ask.redirect(&format!("/imports/{id}")));
    }
    ask.page(&DiscardPage::new(&import))
}

/// Throws it away.
pub(super) async fn discard(
    ask: Ask,
    id: Path<ImportId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    service::discard(&site.db, ask.caller(), &site.config.state.dir, *id, ask.clock().now()).await?;
    Ok(ask.redirect_with("/imports", FlashKind::Success, "The import was thrown away. Nothing of it was imported."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_question_stands() {
        crate::views::testing::check::<super::DiscardPage>();
    }
}
