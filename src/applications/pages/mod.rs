//! The pages: for those who handle applications, and for people from outside.

mod application;
mod apply;
mod convert;
mod letters;
mod status;
mod vacancies;
mod vacancy_form;
mod words;

use actix_web::web;

use crate::authz::Scope;
use crate::authz::permission::APPLICATION_HANDLE;
use crate::http::{Access, Route};

const HANDLES: Access = Access::NeedsAt(Scope::Unit, &[APPLICATION_HANDLE]);
const WORDS: Access = Access::NeedsAt(Scope::Organisation, &[APPLICATION_HANDLE]);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("apply.form", "/apply/{code}", Access::Public, || web::get().to(apply::form)),
    Route::post("apply.send", "/apply/{code}", Access::Public, || web::post().to(apply::submit)),
    Route::get("apply.status-form", "/apply/status/{organisation}", Access::Public, || web::get().to(status::form)),
    Route::post("apply.status", "/apply/status/{organisation}", Access::Public, || web::post().to(status::show)),
    Route::post("apply.withdraw", "/apply/status/{organisation}/withdraw", Access::Public, || {
        web::post().to(status::withdraw)
    }),
    Route::get("vacancy.list", "/vacancies", HANDLES, || web::get().to(vacancies::list)),
    Route::get("vacancy.form", "/vacancies/new", HANDLES, || web::get().to(vacancy_form::new)),
    Route::post("vacancy.add", "/vacancies/new", HANDLES, || web::post().to(vacancy_form::add)),
    Route::get("application.words-form", "/vacancies/letters", WORDS, || web::get().to(letters::show)),
    Route::post("application.words", "/vacancies/letters/{kind}", WORDS, || web::post().to(letters::write)),
    Route::get("vacancy.read", "/vacancies/{id}", HANDLES, || web::get().to(vacancies::queue)),
    Route::get("vacancy.edit-form", "/vacancies/{id}/edit", HANDLES, || web::get().to(vacancy_form::edit)),
    Route::post("vacancy.change", "/vacancies/{id}/edit", HANDLES, || web::post().to(vacancy_form::change)),
    Route::post("vacancy.open", "/vacancies/{id}/open", HANDLES, || web::post().to(vacancies::open)),
    Route::post("vacancy.close", "/vacancies/{id}/close", HANDLES, || web::post().to(vacancies::close)),
    Route::get("application.read", "/applications/{id}", HANDLES, || web::get().to(application::show)),
    Route::post("application.move", "/applications/{id}/move", HANDLES, || web::post().to(application::move_to)),
    Route::post("application.score", "/applications/{id}/score", HANDLES, || web::post().to(application::score)),
    Route::post("application.decide", "/applications/{id}/decide", HANDLES, || web::post().to(application::decide)),
    Route::get("application.download", "/applications/{id}/files/{file}/download", HANDLES, || {
        web::get().to(application::download)
    }),
    Route::get("application.convert-form", "/applications/{id}/convert", HANDLES, || web::get().to(convert::form)),
    Route::post("application.convert", "/applications/{id}/convert", HANDLES, || web::post().to(convert::submit)),
];
