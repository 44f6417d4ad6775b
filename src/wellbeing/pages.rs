//! The pages of somebody's wellbeing: the start page, notes, the WHO-5, sharing, what was shared with one, how long
//! records are kept, to whom one can talk.

mod export;
mod home;
mod note;
mod note_form;
mod note_remove;
mod received;
mod settings;
mod shared;
mod sharing;
mod support;
mod who5;

use actix_web::web;

use crate::authz::permission::{ORGANISATION_CONFIGURE, WELLBEING_KEEP, WELLBEING_RECEIVE};
use crate::http::{Access, Class, Route};

const KEEPS: Access = Access::Needs(WELLBEING_KEEP);
const RECEIVES: Access = Access::Needs(WELLBEING_RECEIVE);
const CONFIGURES: Access = Access::Needs(ORGANISATION_CONFIGURE);

/// The routes of the pages. Logs and figures do not tell those of people's own apart.
pub static ROUTES: &[Route] = &[
    Route::get("wellbeing.home", "/wellbeing", KEEPS, || web::get().to(home::show)).unseen(),
    Route::get("wellbeing.support", "/wellbeing/support", KEEPS, || web::get().to(support::show)).unseen(),
    Route::get("wellbeing.settings", "/wellbeing/settings", KEEPS, || web::get().to(settings::form)).unseen(),
    Route::post("wellbeing.settings.save", "/wellbeing/settings", KEEPS, || web::post().to(settings::submit)).unseen(),
    Route::get("wellbeing.export", "/wellbeing/download", KEEPS, || web::get().to(export::show))
        .counted(Class::Costly)
        .step_up()
        .unseen(),
    Route::get("wellbeing.note.form", "/wellbeing/notes/new", KEEPS, || web::get().to(note_form::new)).unseen(),
    Route::post("wellbeing.note.add", "/wellbeing/notes/new", KEEPS, || web::post().to(note_form::add)).unseen(),
    Route::get("wellbeing.note.read", "/wellbeing/notes/{id}", KEEPS, || web::get().to(note::show)).unseen(),
    Route::get("wellbeing.note.edit.form", "/wellbeing/notes/{id}/edit", KEEPS, || web::get().to(note_form::edit))
        .unseen(),
    Route::post("wellbeing.note.edit", "/wellbeing/notes/{id}/edit", KEEPS, || web::post().to(note_form::change))
        .unseen(),
    Route::get("wellbeing.note.delete.form", "/wellbeing/notes/{id}/delete", KEEPS, || {
        web::get().to(note_remove::form)
    })
    .unseen(),
    Route::post("wellbeing.note.delete", "/wellbeing/notes/{id}/delete", KEEPS, || web::post().to(note_remove::submit))
        .unseen(),
    Route::get("wellbeing.share.form", "/wellbeing/notes/{id}/share", KEEPS, || web::get().to(sharing::form)).unseen(),
    Route::post("wellbeing.share", "/wellbeing/notes/{id}/share", KEEPS, || web::post().to(sharing::submit)).unseen(),
    Route::post("wellbeing.unshare", "/wellbeing/notes/{id}/share/{share}/withdraw", KEEPS, || {
        web::post().to(sharing::withdraw)
    })
    .unseen(),
    Route::get("wellbeing.who5", "/wellbeing/who5", KEEPS, || web::get().to(who5::show)).unseen(),
    Route::get("wellbeing.who5.form", "/wellbeing/who5/new", KEEPS, || web::get().to(who5::form)).unseen(),
    Route::post("wellbeing.who5.add", "/wellbeing/who5/new", KEEPS, || web::post().to(who5::submit)).unseen(),
    Route::get("wellbeing.received", "/wellbeing/received", RECEIVES, || web::get().to(received::list)).unseen(),
    Route::get("wellbeing.received.read", "/wellbeing/received/{id}", RECEIVES, || web::get().to(received::show))
        .unseen(),
    Route::get("wellbeing.support.form", "/organisation/wellbeing", CONFIGURES, || web::get().to(support::form)),
    Route::post("wellbeing.support.save", "/organisation/wellbeing", CONFIGURES, || web::post().to(support::submit)),
];
