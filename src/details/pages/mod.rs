//! The pages: one's own details, what waits for a decision, and whom to call.

mod contact;
mod decide;
mod own;

use actix_web::web;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::authz::Scope;
use crate::authz::permission::{DETAIL_APPROVE, DETAIL_PROPOSE};
use crate::http::{Access, Failure, Problem, Route};

const OWN: Access = Access::NeedsAt(Scope::Own, &[DETAIL_PROPOSE]);
const DECIDES: Access = Access::Needs(DETAIL_APPROVE);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("detail.own", "/account/details", OWN, || web::get().to(own::show)),
    Route::get("detail.form", "/account/details/{part}", OWN, || web::get().to(own::form)),
    Route::post("detail.propose", "/account/details/{part}", OWN, || web::post().to(own::propose)),
    Route::post("detail.withdraw", "/account/details/changes/{id}/withdraw", OWN, || web::post().to(own::withdraw)),
    Route::get("detail.list", "/details", DECIDES, || web::get().to(decide::list)),
    Route::get("detail.read", "/details/{id}", DECIDES, || web::get().to(decide::show)),
    Route::post("detail.approve", "/details/{id}/approve", DECIDES, || web::post().to(decide::approve)),
    Route::post("detail.return", "/details/{id}/return", DECIDES, || web::post().to(decide::give_back)),
    Route::get("contact.read", "/people/{id}/contact", Access::Signed, || web::get().to(contact::show)),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}

#[derive(Debug, Clone, Serialize)]
struct Text {
    text: String,
}

/// One line of a summary list.
#[derive(Debug, Clone, Serialize)]
struct Line {
    key: Text,
    value: Text,
}

impl Line {
    fn new(key: &str, value: impl Into<String>) -> Self {
        Self { key: Text { text: key.to_owned() }, value: Text { text: value.into() } }
    }
}

fn id<T>(text: &str, of: fn(Uuid) -> T) -> Result<T, Failure> {
    Uuid::try_parse(text.trim()).map(of).map_err(|_no_id| Problem::NotFound.into())
}
