//! Downloads: one's own duties, and a team's.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Query;

use super::super::export::{self, Pieces};
use super::query::{ListQuery, uuid};
use super::team::TeamQuery;
use crate::http::{Ask, Failure, Problem};
use crate::kernel::civil;
use crate::kernel::ids::UnitId;
use crate::views::FormErrors;

/// Downloads one's own duties, as the list is filtered.
pub(super) async fn own(ask: Ask, query: Query<ListQuery>) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    let filter = query.filter(&mut errors);
    if let Some(error) = errors.as_slice().first() {
        return Err(Problem::BadRequest(format!("{}.", error.message)).into());
    }
    let pieces = export::own(&ask.site().db, ask.caller(), filter, ask.clock().now()).await?;
    Ok(download(&ask, "duties", pieces))
}

/// Downloads the duties of a team.
pub(super) async fn team(ask: Ask, query: Query<TeamQuery>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let (weeks, _length) = query.period(civil::local(now).date());
    let unit = uuid(&query.unit).map(UnitId);
    let pieces = export::team(&ask.site().db, ask.caller(), unit, weeks, now).await?;
    Ok(download(&ask, "team", pieces))
}

fn download(ask: &Ask, name: &str, pieces: Pieces) -> HttpResponse {
    let date = civil::local(ask.clock().now()).date();
    let body = futures_util::stream::unfold(pieces, async |mut pieces: Pieces| {
        pieces.recv().await.map(|piece| (piece, pieces))
    });
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}-{date}.csv\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(Box::pin(body))
}
