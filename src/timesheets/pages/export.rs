//! Downloading approved hours for payroll.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Query;
use serde::Deserialize;

use super::super::export;
use super::super::rules::period::Period;
use super::query::day;
use crate::http::{Ask, Failure, Problem};

/// The most days that one file holds: thirteen months.
const MOST_DAYS: i32 = 396;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HoursQuery {
    from: String,
    to: String,
}

/// Downloads the approved hours of periods that begin within two days.
pub(super) async fn hours(ask: Ask, query: Query<HoursQuery>) -> Result<HttpResponse, Failure> {
    let days = day(&query.from).zip(day(&query.to)).map(|(from, to)| Period { from, to });
    let days = days
        .filter(|days| days.from <= days.to && days.days() <= MOST_DAYS)
        .ok_or_else(|| Problem::BadRequest("Say from which day to which: thirteen months at most.".to_owned()))?;
    let file = export::approved(&ask.site().db, ask.caller(), days, ask.clock().now()).await?;
    let name = format!("approved-hours-{}-{}.csv", days.from, days.to);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(file))
}
