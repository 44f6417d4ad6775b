//! One's own record as a file: everything, for a lifetime.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, X_CONTENT_TYPE_OPTIONS};
use jiff::Timestamp;

use crate::exposures::error::ExposureError;
use crate::exposures::model::History;
use crate::exposures::paper::{About, paper};
use crate::exposures::{export, service};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::views::paper::pdf as made;

/// An answer that a browser stores.
pub(super) fn file(name: &str, media_type: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(bytes)
}

/// Makes a PDF, on a thread where it may take its time.
pub(super) async fn print(about: About, all: Vec<History>, now: Timestamp) -> Result<Vec<u8>, ExposureError> {
    let broken = |error: &dyn std::error::Error| ExposureError::Broken(error.to_string());
    let printed = tokio::task::spawn_blocking(move || made(&paper(&about, &all, now), now)).await;
    printed.map_err(|error| broken(&error))?.map_err(|error| broken(&error))
}

/// Hands out a table: a line for each version.
pub(super) async fn csv(ask: Ask) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let (_name, all) = service::begin_export(&ask.site().db, ask.caller(), "csv", now).await?;
    let name = format!("my-exposures-{}.csv", civil::local(now).date());
    Ok(file(&name, "text/csv; charset=utf-8", export::csv(&all)))
}

/// Hands out a paper.
pub(super) async fn pdf(ask: Ask) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let (name, all) = service::begin_export(&ask.site().db, ask.caller(), "pdf", now).await?;
    let about = About { name, number: None, made_by: None, left_out: None };
    let bytes = print(about, all, now).await?;
    Ok(file(&format!("my-exposures-{}.pdf", civil::local(now).date()), "application/pdf", bytes))
}
