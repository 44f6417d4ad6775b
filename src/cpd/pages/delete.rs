//! Deleting an entry: a page that names it and what goes with it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::query::{Line, entry_id, lines};
use crate::cpd::error::CpdError;
use crate::cpd::service::{self, Opened};
use crate::cpd::standards;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::CpdEntryId;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DeleteForm {
    revision: String,
}

#[derive(Debug, Clone, Serialize)]
struct DeletePage {
    href: String,
    lines: Vec<Line>,
    files: Option<String>,
    revision: i32,
    changed: bool,
}

impl PageContext for DeletePage {
    const TEMPLATE: &'static str = "cpd/delete";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        "Delete this entry?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My CPD", "/cpd"), Crumb::new("Entry", self.href.clone())]
    }

    fn sample() -> Self {
        Self {
            href: "/cpd/1".to_owned(),
            lines: vec![Line::new("Title", "Trauma update")],
            files: Some("2 files".to_owned()),
            revision: 1,
            changed: false,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Asks whether to delete it.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    ask.page(&page(&ask, entry_id(&path)?, false).await?)
}

/// Deletes it, or asks again.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<DeleteForm>,
) -> Result<HttpResponse, Failure> {
    let id = entry_id(&path)?;
    let revision = form.revision.parse().unwrap_or(0);
    match service::delete(&ask.site().db, ask.caller(), id, revision, ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with("/cpd", FlashKind::Success, "Entry deleted.")),
        Err(CpdError::Changed) => ask.page_with(StatusCode::CONFLICT, &page(&ask, id, true).await?),
        Err(error) => Err(error.into()),
    }
}

async fn page(ask: &Ask, id: CpdEntryId, changed: bool) -> Result<DeletePage, Failure> {
    // Whoever may not change it gets no further than here; it is opened after that.
    service::to_edit(&ask.site().db, ask.caller(), id).await?;
    let opened = service::open(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    Ok(build(&opened, changed))
}

fn build(opened: &Opened, changed: bool) -> DeletePage {
    let row = &opened.row;
    let texts = standards::of(row.draft.happened_on()).standards.map(|standard| standard.value);
    let mut all = vec![Line::new("Title", row.draft.title.clone())];
    all.extend(lines(row, &texts));
    let files = i64::try_from(opened.files.len()).unwrap_or(i64::MAX);
    DeletePage {
        href: format!("/cpd/{}", row.id),
        lines: all,
        files: (files > 0).then(|| format::count(files, "file", "files")),
        revision: row.revision,
        changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpd::model::Answer;
    use crate::cpd::pages::detail::tests::opened;
    use crate::cpd::policy::Sight;

    pub(super) fn samples() -> Vec<DeletePage> {
        let opened = opened(Sight::Own, Answer::Asked);
        let bare = Opened { files: Vec::new(), ..opened.clone() };
        vec![build(&opened, false), build(&bare, true)]
    }

    #[test]
    fn the_page_stands_fresh_and_in_conflict() {
        crate::views::testing::check::<DeletePage>();
    }
}
