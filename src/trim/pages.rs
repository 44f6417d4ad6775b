//! The pages of TRiM: the member's, in private; those who practise; managers, who offer and count; and the criteria.

mod after_job;
mod caseload;
mod counts;
mod criteria;
mod meeting;
mod own;
mod scores;
mod the_case;
mod words;

use actix_web::web;

use crate::authz::Scope;
use crate::authz::permission::{
    EXPOSURE_KEEP, TRIM_ANSWER, TRIM_COUNT, TRIM_MANAGE, TRIM_OFFER, TRIM_PRACTISE, WELLBEING_KEEP,
};
use crate::http::{Access, Route};

const OWN: Access = Access::Needs(TRIM_ANSWER);
const EITHER: Access = Access::NeedsOne(&[EXPOSURE_KEEP, TRIM_ANSWER]);
const PRACTISE: Access = Access::Needs(TRIM_PRACTISE);
const OFFER: Access = Access::NeedsAt(Scope::Unit, &[TRIM_OFFER]);
const COUNT: Access = Access::NeedsAt(Scope::Unit, &[TRIM_COUNT]);
const SCORES: Access = Access::Needs(WELLBEING_KEEP);
const CRITERIA: Access = Access::Needs(TRIM_MANAGE);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("trim.after-job", "/after-job", EITHER, || web::get().to(after_job::show)),
    Route::get("trim.own", "/trim", OWN, || web::get().to(own::show)),
    Route::get("trim.ask-form", "/trim/ask", OWN, || web::get().to(own::ask_form)),
    Route::post("trim.ask", "/trim/ask", OWN, || web::post().to(own::ask)),
    Route::get("trim.answer-form", "/trim/offers/{id}", OWN, || web::get().to(own::answer_form)),
    Route::post("trim.answer", "/trim/offers/{id}", OWN, || web::post().to(own::answer)),
    Route::get("trim.caseload", "/trim/caseload", PRACTISE, || web::get().to(caseload::show)),
    Route::get("trim.case", "/trim/cases/{id}", PRACTISE, || web::get().to(the_case::show)),
    Route::post("trim.claim", "/trim/cases/{id}/claim", PRACTISE, || web::post().to(the_case::claim)),
    Route::post("trim.hand-over", "/trim/cases/{id}/hand-over", PRACTISE, || web::post().to(the_case::hand_over)),
    Route::post("trim.close", "/trim/cases/{id}/close", PRACTISE, || web::post().to(the_case::close)),
    Route::get("trim.meet-form", "/trim/cases/{id}/meeting", PRACTISE, || web::get().to(meeting::form)),
    Route::post("trim.meet", "/trim/cases/{id}/meeting", PRACTISE, || web::post().to(meeting::submit)),
    Route::get("trim.scores", "/trim/scores", SCORES, || web::get().to(scores::show)),
    Route::get("trim.count", "/team/trim", COUNT, || web::get().to(counts::show)),
    Route::get("trim.offer-form", "/team/trim/offer", OFFER, || web::get().to(counts::offer_form)),
    Route::post("trim.offer", "/team/trim/offer", OFFER, || web::post().to(counts::offer)),
    Route::get("trim-criterion.list", "/trim-criteria", CRITERIA, || web::get().to(criteria::show)),
    Route::post("trim-criterion.add", "/trim-criteria", CRITERIA, || web::post().to(criteria::add)),
    Route::post("trim-criterion.suggest", "/trim-criteria/usual", CRITERIA, || web::post().to(criteria::suggest)),
    Route::post("trim-criterion.remove", "/trim-criteria/{id}/remove", CRITERIA, || web::post().to(criteria::remove)),
];
