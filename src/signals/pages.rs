//! The pages of signals: a member's own, what others have one told, and the rules in the console.

mod one;
mod own;
mod told;
mod tuning;

use actix_web::web;
use serde::Deserialize;

use super::model::Kind;
use crate::authz::AuthzError;
use crate::authz::Scope;
use crate::authz::permission::{SIGNAL_KEEP, SIGNAL_MANAGE, SIGNAL_RECEIVE};
use crate::http::{Access, Failure, Route};

const EITHER: Access = Access::NeedsOne(&[SIGNAL_KEEP, SIGNAL_RECEIVE]);
const KEEPS: Access = Access::Needs(SIGNAL_KEEP);
const RECEIVES: Access = Access::NeedsAt(Scope::Unit, &[SIGNAL_RECEIVE]);
const MANAGES: Access = Access::Needs(SIGNAL_MANAGE);

/// The routes of the pages. Logs and figures do not tell those of people's own apart.
pub static ROUTES: &[Route] = &[
    Route::get("signal.own", "/signals", EITHER, || web::get().to(own::show)).unseen(),
    Route::get("signal.told", "/signals/told", RECEIVES, || web::get().to(told::show)).unseen(),
    Route::get("signal.read", "/signals/{kind}", KEEPS, || web::get().to(one::show)).unseen(),
    Route::post("signal.switch", "/signals/{kind}/switch", KEEPS, || web::post().to(one::switch)).unseen(),
    Route::post("signal.snooze", "/signals/{kind}/snooze", KEEPS, || web::post().to(one::snooze)).unseen(),
    Route::post("signal.tell", "/signals/{kind}/tell", KEEPS, || web::post().to(one::tell)).unseen(),
    Route::get("signal-rule.list", "/organisation/signals", MANAGES, || web::get().to(tuning::list)),
    Route::get("signal-rule.form", "/organisation/signals/{kind}", MANAGES, || web::get().to(tuning::form)),
    Route::post("signal-rule.tune", "/organisation/signals/{kind}", MANAGES, || web::post().to(tuning::tune)),
    Route::post("signal-rule.reset", "/organisation/signals/{kind}/reset", MANAGES, || web::post().to(tuning::reset)),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}

/// The kind that an address names.
fn kind(path: &str) -> Result<Kind, Failure> {
    Kind::parse(path).ok_or_else(|| AuthzError::Hidden.into())
}
