//! The security overview and the lists behind its figures.

mod limits;
mod list;
mod overview;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpResponse, web};

use super::model::Times;
use crate::authz::permission::{LIMIT_READ, SECURITY_EXPORT, SECURITY_READ};
use crate::http::{Access, Ask, Route};

/// The routes of oversight.
pub static ROUTES: &[Route] = &[
    Route::get("security.overview", "/security", Access::Needs(SECURITY_READ), || web::get().to(overview::show)),
    Route::get("security.export", "/security.csv", Access::Needs(SECURITY_EXPORT), || web::get().to(overview::export))
        .step_up(),
    Route::get("security.list", "/security/lists/{list}", Access::Needs(SECURITY_READ), || web::get().to(list::show)),
    Route::get("security.list.export", "/security/lists/{list}/export.csv", Access::Needs(SECURITY_EXPORT), || {
        web::get().to(list::export)
    })
    .step_up(),
    Route::get("security.limits", "/security/limits", Access::Needs(LIMIT_READ), || web::get().to(limits::show)),
];

fn times(ask: &Ask) -> Times {
    Times::at(ask.clock().now(), ask.site().config.oversight.dormant_days)
}

fn csv(name: &str, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body)
}
