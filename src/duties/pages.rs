//! The pages of the activity log: one's own list, the form, one duty, deleting; and the team's hours.

mod fields;
mod list;
mod log;
mod query;

use actix_web::web;

use crate::authz::permission::DUTY_LOG;
use crate::http::{Access, Route};

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("duty.list", "/duties", Access::Needs(DUTY_LOG), || web::get().to(list::show)),
    Route::get("duty.log.form", "/duties/new", Access::Needs(DUTY_LOG), || web::get().to(log::form)),
    Route::post("duty.log", "/duties/new", Access::Needs(DUTY_LOG), || web::post().to(log::submit)),
];
