//! The console's pages for the organisation: settings, units, words for work.

mod kinds;
mod settings;
mod unit_forms;
mod units;

use actix_web::web;

use crate::authz::permission::{KIND_MANAGE, ORGANISATION_CONFIGURE, UNIT_MANAGE};
use crate::http::{Access, Route};
use crate::views::FormErrors;

const SETTINGS: Access = Access::Needs(ORGANISATION_CONFIGURE);
const UNITS: Access = Access::Needs(UNIT_MANAGE);
const KINDS: Access = Access::Needs(KIND_MANAGE);

/// The routes of the organisation.
pub static ROUTES: &[Route] = &[
    Route::get("organisation.settings", "/organisation", SETTINGS, || web::get().to(settings::form)),
    Route::post("organisation.configure", "/organisation", SETTINGS, || web::post().to(settings::submit)),
    Route::get("unit.list", "/units", UNITS, || web::get().to(units::list)),
    Route::get("unit.form", "/units/{id}", UNITS, || web::get().to(units::rename_form)),
    Route::post("unit.rename", "/units/{id}", UNITS, || web::post().to(units::rename)),
    Route::get("unit.add-form", "/units/{id}/add", UNITS, || web::get().to(units::add_form)),
    Route::post("unit.add", "/units/{id}/add", UNITS, || web::post().to(units::add)),
    Route::get("unit.move-form", "/units/{id}/move", UNITS, || web::get().to(units::move_form)),
    Route::post("unit.move", "/units/{id}/move", UNITS, || web::post().to(units::move_under)),
    Route::get("unit.close-form", "/units/{id}/close", UNITS, || web::get().to(units::close_form)),
    Route::post("unit.close", "/units/{id}/close", UNITS, || web::post().to(units::close)),
    Route::post("unit.reopen", "/units/{id}/reopen", UNITS, || web::post().to(units::reopen)),
    Route::get("kind.list", "/kinds", KINDS, || web::get().to(kinds::types)),
    Route::post("kind.add-type", "/kinds", KINDS, || web::post().to(kinds::add_type)),
    Route::get("kind.read", "/kinds/{id}", KINDS, || web::get().to(kinds::below)),
    Route::post("kind.add", "/kinds/{id}/add", KINDS, || web::post().to(kinds::add_below)),
    Route::get("kind.form", "/kinds/{id}/rename", KINDS, || web::get().to(kinds::rename_form)),
    Route::post("kind.rename", "/kinds/{id}/rename", KINDS, || web::post().to(kinds::rename)),
    Route::post("kind.reorder", "/kinds/{id}/order", KINDS, || web::post().to(kinds::reorder)),
    Route::post("kind.retire", "/kinds/{id}/retire", KINDS, || web::post().to(kinds::retire)),
    Route::post("kind.restore", "/kinds/{id}/restore", KINDS, || web::post().to(kinds::restore)),
    Route::get("kind.delete-form", "/kinds/{id}/delete", KINDS, || web::get().to(kinds::delete_form)),
    Route::post("kind.delete", "/kinds/{id}/delete", KINDS, || web::post().to(kinds::delete)),
];

/// `text` trimmed, with the error noted when it is empty or longer than `longest` characters.
fn named(errors: &mut FormErrors, field: &str, text: &str, longest: usize, what: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        errors.add(field, format!("Enter {what}."));
    } else if text.chars().count() > longest {
        errors.add(field, format!("Use at most {longest} characters."));
    }
    text.to_owned()
}
