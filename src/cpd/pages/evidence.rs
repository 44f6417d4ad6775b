//! Adding a file of evidence to an entry, and removing one.

use std::borrow::Cow;

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::query::{FileRow, Nothing, entry_id, uuid};
use crate::cpd::error::CpdError;
use crate::cpd::file_rules::FileKind;
use crate::cpd::incoming::Incoming;
use crate::cpd::model::EntryRow;
use crate::cpd::service;
use crate::http::upload::{self, Upload};
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::kernel::bytes::ByteSize;
use crate::kernel::ids::{CpdEntryId, CpdEvidenceId};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

/// The field of the form that holds the file.
const FILE: &str = "file";

#[derive(Debug, Clone, Serialize)]
struct EvidencePage {
    href: String,
    entry: String,
    file: Field,
    accept: &'static str,
    #[serde(skip)]
    errors: FormErrors,
}

impl EvidencePage {
    fn new(href: String, entry: String, limit: ByteSize, errors: FormErrors) -> Self {
        Self {
            href,
            entry,
            file: Field::new(FILE, "File").hint(format!("{}, {limit} at most", FileKind::IN_WORDS)).errors(&errors),
            accept: ".pdf,.jpg,.jpeg,.png,.heic,.docx,.pptx,.txt,image/*",
            errors,
        }
    }

    fn of(row: &EntryRow, limit: ByteSize, errors: FormErrors) -> Self {
        Self::new(format!("/cpd/{}", row.id), row.draft.title.clone(), limit, errors)
    }
}

impl PageContext for EvidencePage {
    const TEMPLATE: &'static str = "cpd/evidence";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        "Add evidence".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My CPD", "/cpd"), Crumb::new("Entry", self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new("/cpd/1".to_owned(), "Trauma update".to_owned(), ByteSize::mib(10), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add(FILE, "Choose a file");
        vec![Self::sample(), Self { file: Field::new(FILE, "File").errors(&errors), errors, ..Self::sample() }]
    }
}

fn limit(ask: &Ask) -> ByteSize {
    ByteSize(ask.site().config.cpd.evidence_bytes())
}

/// Shows the form.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let row = service::to_edit(&ask.site().db, ask.caller(), entry_id(&path)?).await?;
    ask.page(&EvidencePage::of(&row, limit(&ask), FormErrors::new()))
}

/// Takes the file, or shows the form again with what is wrong with it.
pub(super) async fn submit(ask: Ask, path: Path<String>, form: Multipart) -> Result<HttpResponse, Failure> {
    let id = entry_id(&path)?;
    // Nobody's bytes are taken in for an entry that is not theirs.
    let row = service::to_edit(&ask.site().db, ask.caller(), id).await?;
    let folder = CpdEvidenceId::new(ask.clock().now());
    let incoming = Incoming::make(&ask.site().config.state.dir, folder).map_err(|error| disk(&error))?;
    let wrong = match upload::receive(&ask, form, incoming.path(), limit(&ask)).await {
        Ok(received) => match received.file(FILE).filter(|file| file.bytes > 0) {
            Some(file) => match keep(&ask, id, file).await? {
                None => {
                    return Ok(ask.redirect_with(&format!("/cpd/{id}"), FlashKind::Success, "File added."));
                }
                Some(wrong) => wrong,
            },
            None => "Choose a file that is not empty".to_owned(),
        },
        Err(failure) if matches!(failure.problem(), Problem::TooLarge(_)) => {
            format!("The file is larger than {}. Choose a smaller one, or save it with less detail", limit(&ask))
        }
        Err(failure) => return Err(failure),
    };
    let mut errors = FormErrors::new();
    errors.add(FILE, wrong);
    ask.page_again(&EvidencePage::of(&row, limit(&ask), errors))
}

/// Keeps a file that came in; what is wrong with it, when it cannot be kept.
async fn keep(ask: &Ask, id: CpdEntryId, file: &Upload) -> Result<Option<String>, Failure> {
    let content = tokio::fs::read(&file.path).await.map_err(|error| disk(&error))?;
    let site = ask.site();
    let all = ByteSize(site.config.cpd.person_bytes());
    match service::attach(&site.db, ask.caller(), id, &file.file_name, content, all, ask.clock().now()).await {
        Ok(_added) => Ok(None),
        Err(error @ (CpdError::FileKind | CpdError::Full(_) | CpdError::SameFile)) => Ok(error.advice()),
        Err(error) => Err(error.into()),
    }
}

fn disk(error: &std::io::Error) -> Failure {
    tracing::error!(%error, "a file of evidence could not be taken in");
    Problem::Internal.into()
}

#[derive(Debug, Clone, Serialize)]
struct RemovePage {
    href: String,
    file: FileRow,
}

impl PageContext for RemovePage {
    const TEMPLATE: &'static str = "cpd/evidence-remove";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        "Remove this file?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My CPD", "/cpd"), Crumb::new("Entry", self.href.clone())]
    }

    fn sample() -> Self {
        Self { href: "/cpd/1".to_owned(), file: FileRow::sample() }
    }
}

fn file_id(text: &str) -> Result<CpdEvidenceId, Failure> {
    uuid(text).map(CpdEvidenceId).ok_or_else(|| Problem::NotFound.into())
}

/// Asks whether to remove a file.
pub(super) async fn remove_form(ask: Ask, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (entry, file) = (entry_id(&path.0)?, file_id(&path.1)?);
    let (db, caller) = (&ask.site().db, ask.caller());
    service::to_edit(db, caller, entry).await?;
    let opened = service::open(db, caller, entry, ask.clock().now()).await?;
    let found = opened.files.iter().find(|found| found.id == file).ok_or(Problem::NotFound)?;
    ask.page(&RemovePage { href: format!("/cpd/{entry}"), file: FileRow::new(found) })
}

/// Removes it.
pub(super) async fn remove(
    ask: Ask,
    path: Path<(String, String)>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (entry, file) = (entry_id(&path.0)?, file_id(&path.1)?);
    service::detach(&ask.site().db, ask.caller(), entry, file, ask.clock().now()).await?;
    Ok(ask.redirect_with(&format!("/cpd/{entry}"), FlashKind::Success, "File removed."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<EvidencePage>();
    }

    #[test]
    fn the_question_stands() {
        crate::views::testing::check::<RemovePage>();
    }
}
