//! The pages of claims: for a duty of one's own, one's own claims, the list for HR, one claim, and payroll.

mod claim;
mod mine;
mod of_duty;
mod payroll;
mod queue;

use actix_web::web;
use serde::Deserialize;

use crate::authz::Scope;
use crate::authz::permission::{CLAIM_DECIDE, PAYROLL_EXPORT, TIMESHEET_APPROVE, TIMESHEET_SUBMIT};
use crate::http::{Access, Failure, Problem, Route};
use crate::kernel::cursor::Cursor;

const OWN: Access = Access::Needs(TIMESHEET_SUBMIT);
const LISTS: Access = Access::NeedsAt(Scope::Organisation, &[CLAIM_DECIDE, PAYROLL_EXPORT]);
const DECIDES: Access = Access::NeedsAt(Scope::Organisation, &[CLAIM_DECIDE]);
const PAYROLL: Access = Access::NeedsAt(Scope::Organisation, &[PAYROLL_EXPORT]);
const READS: Access = Access::NeedsOne(&[TIMESHEET_SUBMIT, TIMESHEET_APPROVE, CLAIM_DECIDE, PAYROLL_EXPORT]);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("claim.of-duty", "/duties/{id}/claims", OWN, || web::get().to(of_duty::show)),
    Route::post("claim.make", "/duties/{id}/claims", OWN, || web::post().to(of_duty::make)),
    Route::get("claim.list", "/claims", LISTS, || web::get().to(queue::show)),
    Route::get("claim.mine", "/claims/mine", OWN, || web::get().to(mine::show)),
    Route::get("claim.read", "/claims/{id}", READS, || web::get().to(claim::show)),
    Route::post("claim.withdraw", "/claims/{id}/withdraw", OWN, || web::post().to(of_duty::withdraw)),
    Route::post("claim.approve", "/claims/{id}/approve", DECIDES, || web::post().to(claim::approve)),
    Route::post("claim.refuse", "/claims/{id}/refuse", DECIDES, || web::post().to(claim::refuse)),
    Route::post("claim.reopen", "/claims/{id}/reopen", DECIDES, || web::post().to(claim::reopen)),
    Route::get("payroll.show", "/payroll", PAYROLL, || web::get().to(payroll::show)),
    Route::post("payroll.run", "/payroll/runs", PAYROLL, || web::post().to(payroll::run)).step_up(),
    Route::get("payroll.export", "/payroll/runs/{id}/claims.csv", PAYROLL, || web::get().to(payroll::file)).step_up(),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}

/// A link to another page of a list.
#[derive(Debug, Clone, serde::Serialize)]
struct PageLink {
    href: String,
    text: Option<String>,
}

/// Where a list goes on.
///
/// # Errors
/// [`Problem::BadRequest`] for a cursor that is none of ours.
fn cursor(text: &str) -> Result<Option<Cursor>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let damaged = || Problem::BadRequest("The address of this page is damaged. Open the list again.".to_owned());
    Cursor::decode(text).map(Some).ok_or_else(|| damaged().into())
}
