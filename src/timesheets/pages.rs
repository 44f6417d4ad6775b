//! The pages of timesheets: one's own, those of others, who stands in for whom, and how hours are submitted.

mod confirm;
mod delegations;
mod export;
mod missing;
mod own;
mod query;
mod queue;
mod reopen;
mod settings;
mod sheet;

use actix_web::web;
use serde::Deserialize;

use crate::authz::Scope;
use crate::authz::permission::{ORGANISATION_CONFIGURE, PAYROLL_EXPORT, TIMESHEET_APPROVE, TIMESHEET_SUBMIT};
use crate::http::{Access, Route};

const OWN: Access = Access::Needs(TIMESHEET_SUBMIT);
const APPROVES: Access = Access::Needs(TIMESHEET_APPROVE);
const PAYROLL: Access = Access::NeedsAt(Scope::Organisation, &[PAYROLL_EXPORT]);
const CONFIGURES: Access = Access::Needs(ORGANISATION_CONFIGURE);
// Whoever stands in for somebody holds no permission: the pages ask the database.
const ANYBODY: Access = Access::Signed;

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("timesheet.own", "/timesheets", OWN, || web::get().to(own::list)),
    Route::get("timesheet.period", "/timesheets/period/{from}", OWN, || web::get().to(own::show)),
    Route::post("timesheet.submit", "/timesheets/period/{from}", OWN, || web::post().to(own::submit)),
    Route::post("timesheet.withdraw", "/timesheets/{id}/withdraw", OWN, || web::post().to(own::withdraw)),
    Route::get("timesheet.read", "/timesheets/{id}", ANYBODY, || web::get().to(sheet::show)),
    Route::post("timesheet.approve", "/timesheets/{id}/approve", ANYBODY, || web::post().to(sheet::approve)),
    Route::post("timesheet.return", "/timesheets/{id}/return", ANYBODY, || web::post().to(sheet::send_back)),
    Route::get("timesheet.reopen.form", "/timesheets/{id}/reopen", APPROVES, || web::get().to(reopen::form)),
    Route::post("timesheet.reopen", "/timesheets/{id}/reopen", APPROVES, || web::post().to(reopen::submit)),
    Route::get("timesheet.list", "/approvals", ANYBODY, || web::get().to(queue::show)),
    Route::get("timesheet.confirm", "/approvals/confirm", ANYBODY, || web::get().to(confirm::show)),
    Route::post("timesheet.approve-many", "/approvals/approve", ANYBODY, || web::post().to(confirm::approve)),
    Route::get("timesheet.missing", "/approvals/missing", ANYBODY, || web::get().to(missing::show)),
    Route::get("delegation.list", "/approvals/delegations", ANYBODY, || web::get().to(delegations::list)),
    Route::get("delegation.make.form", "/approvals/delegations/new", APPROVES, || web::get().to(delegations::form))
        .step_up(),
    Route::post("delegation.make", "/approvals/delegations/new", APPROVES, || web::post().to(delegations::submit))
        .step_up(),
    Route::get("delegation.end.form", "/approvals/delegations/{id}/end", ANYBODY, || {
        web::get().to(delegations::end_form)
    }),
    Route::post("delegation.end", "/approvals/delegations/{id}/end", ANYBODY, || web::post().to(delegations::end)),
    Route::get("payroll.export-hours", "/payroll/hours.csv", PAYROLL, || web::get().to(export::hours)).step_up(),
    Route::get("timesheet.configure.form", "/organisation/timesheets", CONFIGURES, || web::get().to(settings::form)),
    Route::post("timesheet.configure", "/organisation/timesheets", CONFIGURES, || web::post().to(settings::submit)),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}
