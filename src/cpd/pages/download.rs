//! What leaves as a file: evidence, the profile as PDF, and all of it as ZIP.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::Path;
use actix_web::{HttpResponse, HttpResponseBuilder};
use jiff::Timestamp;

use super::query::{entry_id, uuid};
use crate::cpd::error::CpdError;
use crate::cpd::service::{self, Whole};
use crate::cpd::{bundle, paper};
use crate::http::{Ask, Failure, Problem};
use crate::kernel::civil;
use crate::kernel::ids::CpdEvidenceId;
use crate::views::paper::pdf as made;

/// An answer that a browser stores and never opens as a page of ours: what it is, is what we found it to be; were it
/// opened all the same, it could run, load and send nothing.
fn file(name: &str, media_type: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .content_type(media_type)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"))
        .insert_header((CACHE_CONTROL, "no-store"));
    response
}

/// Hands out a file of evidence.
pub(super) async fn evidence(ask: Ask, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let entry = entry_id(&path.0)?;
    let id = uuid(&path.1).map(CpdEvidenceId).ok_or(Problem::NotFound)?;
    let found = service::download(&ask.site().db, ask.caller(), entry, id, ask.clock().now()).await?;
    Ok(file(&found.file.file_name, &found.file.media_type).body(found.content))
}

/// Hands the profile out as PDF.
pub(super) async fn pdf(ask: Ask) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let whole = service::begin_export(&ask.site().db, ask.caller(), "pdf", now).await?;
    let bytes = print(&whole, now).await?;
    Ok(file(&format!("cpd-profile-{}.pdf", civil::local(now).date()), "application/pdf").body(bytes))
}

/// Hands the profile out as ZIP: the PDF, the evidence and a manifest.
pub(super) async fn zip(ask: Ask) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let (db, caller) = (&ask.site().db, ask.caller());
    let whole = service::begin_export(db, caller, "zip", now).await?;
    let bytes = print(&whole, now).await?;
    let pieces = bundle::start(db, caller, whole, bytes, now);
    let body = futures_util::stream::unfold(pieces, async |mut pieces: bundle::Pieces| {
        pieces.recv().await.map(|piece| (piece, pieces))
    });
    Ok(file(&format!("cpd-profile-{}.zip", civil::local(now).date()), "application/zip").streaming(Box::pin(body)))
}

/// Makes the PDF, on a thread where it may take its time.
async fn print(whole: &Whole, now: Timestamp) -> Result<Vec<u8>, CpdError> {
    let paper = paper::paper(whole, now);
    let broken = |error: &dyn std::error::Error| CpdError::Broken(error.to_string());
    let printed = tokio::task::spawn_blocking(move || made(&paper, now)).await.map_err(|error| broken(&error))?;
    printed.map_err(|error| broken(&error))
}
