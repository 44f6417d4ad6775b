//! The pages of exposures: one's own record, what a medical professional is shown, and the rules as the organisation's data.

mod answer;
mod correct;
mod detail;
mod download;
mod fields;
mod form;
pub mod naming;
mod own;
mod proposing;
mod readers;
mod words;

use actix_web::web;

use crate::authz::permission::{EXPOSURE_KEEP, EXPOSURE_MANAGE, EXPOSURE_READ};
use crate::http::{Access, Class, Route};

const KEEPS: Access = Access::Needs(EXPOSURE_KEEP);
const READS: Access = Access::Needs(EXPOSURE_READ);
const RULES: Access = Access::Needs(EXPOSURE_MANAGE);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("exposure.list", "/exposures", KEEPS, || web::get().to(own::show)),
    Route::get("exposure.export", "/exposures.csv", KEEPS, || web::get().to(download::csv)).step_up(),
    Route::get("exposure.pdf.export", "/exposures.pdf", KEEPS, || web::get().to(download::pdf))
        .counted(Class::Costly)
        .step_up(),
    Route::get("exposure.form", "/exposures/new", KEEPS, || web::get().to(form::new)),
    Route::post("exposure.record", "/exposures/new", KEEPS, || web::post().to(form::record)),
    Route::post("exposure.confirm", "/exposures/confirm", KEEPS, || web::post().to(answer::confirm)),
    Route::post("exposure.deny", "/exposures/deny", KEEPS, || web::post().to(answer::deny)),
    Route::get("exposure.open", "/exposures/{id}", KEEPS, || web::get().to(detail::show)),
    Route::get("exposure.correct-form", "/exposures/{id}/correct", KEEPS, || web::get().to(correct::form)),
    Route::post("exposure.correct", "/exposures/{id}/correct", KEEPS, || web::post().to(correct::submit)),
    Route::get("exposure.of-duty", "/duties/{id}/exposures", KEEPS, || web::get().to(own::of_duty)),
    Route::get("exposure.find", "/exposure-records", READS, || web::get().to(readers::find)),
    Route::get("exposure.read", "/exposure-records/{id}", READS, || web::get().to(readers::show)),
    Route::get("exposure.paper.export", "/exposure-records/{id}/record.pdf", READS, || web::get().to(readers::paper))
        .counted(Class::Costly)
        .step_up(),
    Route::get("exposure-rule.list", "/exposure-rules", RULES, || web::get().to(proposing::show)),
    Route::post("exposure-rule.add", "/exposure-rules", RULES, || web::post().to(proposing::add)),
    Route::post("exposure-rule.suggest", "/exposure-rules/usual", RULES, || web::post().to(proposing::suggest)),
    Route::post("exposure-rule.remove", "/exposure-rules/{id}/remove", RULES, || web::post().to(proposing::remove)),
];
