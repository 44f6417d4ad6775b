//! The pages of imports and crews.

mod columns;
mod crew_pages;
mod crews;
mod download;
mod list;
mod show;
mod show_page;
mod upload;

use actix_web::web;

use crate::authz::permission::{CREW_MANAGE, IMPORT_PEOPLE, IMPORT_RUN};
use crate::http::{Access, Class, Route};

const IMPORT: Access = Access::NeedsOne(&[IMPORT_RUN, IMPORT_PEOPLE]);
const CREW: Access = Access::Needs(CREW_MANAGE);

/// The routes of imports and crews.
pub static ROUTES: &[Route] = &[
    Route::get("import.list", "/imports", IMPORT, || web::get().to(list::list)),
    Route::get("import.form", "/imports/new", IMPORT, || web::get().to(upload::form)),
    Route::post("import.begin", "/imports/new", IMPORT, || web::post().to(upload::submit)).counted(Class::Costly),
    Route::get("import.read", "/imports/{id}", IMPORT, || web::get().to(show::show)),
    Route::get("import.progress", "/imports/{id}/progress", IMPORT, || web::get().to(show::progress)),
    Route::get("import.columns-form", "/imports/{id}/columns", IMPORT, || web::get().to(columns::form)),
    Route::post("import.map", "/imports/{id}/columns", IMPORT, || web::post().to(columns::submit)),
    Route::post("import.check", "/imports/{id}/check", IMPORT, || web::post().to(show::check)),
    Route::post("import.commit", "/imports/{id}/commit", IMPORT, || web::post().to(show::commit)),
    Route::get("import.discard-form", "/imports/{id}/discard", IMPORT, || web::get().to(show::discard_form)),
    Route::post("import.discard", "/imports/{id}/discard", IMPORT, || web::post().to(show::discard)),
    Route::get("import.rejected", "/imports/{id}/rejected.csv", IMPORT, || web::get().to(download::rejected)).step_up(),
    Route::get("crew.list", "/crews", CREW, || web::get().to(crews::list)),
    Route::post("crew.assign", "/crews", CREW, || web::post().to(crews::add)),
    Route::get("crew.export", "/crews.csv", CREW, || web::get().to(download::crews)).step_up(),
    Route::get("crew.form", "/crews/{id}", CREW, || web::get().to(crews::form)),
    Route::post("crew.change", "/crews/{id}", CREW, || web::post().to(crews::change)),
    Route::get("crew.remove-form", "/crews/{id}/remove", CREW, || web::get().to(crews::remove_form)),
    Route::post("crew.remove", "/crews/{id}/remove", CREW, || web::post().to(crews::remove)),
];

/// A form with nothing in it but its token.
#[derive(Debug, serde::Deserialize)]
struct Nothing {}
