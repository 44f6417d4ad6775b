//! The pages of the activity log: one's own list, the form, one duty, deleting; and the team's hours.

mod correct;
mod corrections;
mod delete;
mod detail;
mod edit;
mod export;
mod fields;
mod lines;
mod list;
mod log;
mod marks;
mod person;
mod query;
mod removal;
mod sums;
mod team;

use actix_web::web;

use crate::authz::Scope;
use crate::authz::permission::{
    DUTY_DELETE, DUTY_EDIT, DUTY_EXPORT, DUTY_LOG, DUTY_READ, HOURS_READ, TIMESHEET_APPROVE, TIMESHEET_SUBMIT,
};
use crate::http::{Access, Route};

const READERS: Access = Access::NeedsOne(&[DUTY_READ, HOURS_READ]);
const TEAM_READERS: Access = Access::NeedsAt(Scope::Unit, &[DUTY_READ, HOURS_READ]);
const OWN_DOWNLOADS: Access = Access::NeedsAt(Scope::Own, &[DUTY_EXPORT]);
const TEAM_DOWNLOADS: Access = Access::NeedsAt(Scope::Unit, &[DUTY_EXPORT]);
const EDITS: Access = Access::Needs(DUTY_EDIT);
const DELETES: Access = Access::Needs(DUTY_DELETE);
const PROPOSES: Access = Access::Needs(TIMESHEET_SUBMIT);
const DECIDES: Access = Access::Needs(TIMESHEET_APPROVE);
const CONCERNED: Access = Access::NeedsOne(&[TIMESHEET_SUBMIT, TIMESHEET_APPROVE]);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("duty.list", "/duties", READERS, || web::get().to(list::show)),
    Route::get("duty.log.form", "/duties/new", Access::Needs(DUTY_LOG), || web::get().to(log::form)),
    Route::post("duty.log", "/duties/new", Access::Needs(DUTY_LOG), || web::post().to(log::submit)),
    Route::get("duty.export", "/duties/export.csv", OWN_DOWNLOADS, || web::get().to(export::own)).step_up(),
    Route::get("duty.read", "/duties/{id}", READERS, || web::get().to(detail::show)),
    Route::get("duty.edit.form", "/duties/{id}/edit", EDITS, || web::get().to(edit::form)),
    Route::post("duty.edit", "/duties/{id}/edit", EDITS, || web::post().to(edit::submit)),
    Route::get("duty.delete.form", "/duties/{id}/delete", DELETES, || web::get().to(delete::form)),
    Route::post("duty.delete", "/duties/{id}/delete", DELETES, || web::post().to(delete::submit)),
    Route::get("duty.note.form", "/duties/{id}/private-note", EDITS, || web::get().to(removal::note_form)),
    Route::post("duty.note", "/duties/{id}/private-note", EDITS, || web::post().to(removal::note)),
    Route::get("correction.propose.form", "/duties/{id}/correct", PROPOSES, || web::get().to(correct::form)),
    Route::post("correction.propose", "/duties/{id}/correct", PROPOSES, || web::post().to(correct::submit)),
    Route::get("correction.remove.form", "/duties/{id}/propose-removal", PROPOSES, || web::get().to(removal::form)),
    Route::post("correction.remove", "/duties/{id}/propose-removal", PROPOSES, || web::post().to(removal::submit)),
    Route::get("correction.list", "/corrections", CONCERNED, || web::get().to(corrections::list)),
    Route::get("correction.add.form", "/corrections/new", PROPOSES, || web::get().to(correct::add_form)),
    Route::post("correction.add", "/corrections/new", PROPOSES, || web::post().to(correct::add)),
    Route::get("correction.read", "/corrections/{id}", CONCERNED, || web::get().to(corrections::show)),
    Route::post("correction.withdraw", "/corrections/{id}/withdraw", PROPOSES, || {
        web::post().to(corrections::withdraw)
    }),
    Route::post("correction.accept", "/corrections/{id}/accept", DECIDES, || web::post().to(corrections::accept)),
    Route::post("correction.refuse", "/corrections/{id}/refuse", DECIDES, || web::post().to(corrections::refuse)),
    Route::get("team.read", "/team", TEAM_READERS, || web::get().to(team::show)),
    Route::get("team.export", "/team/export.csv", TEAM_DOWNLOADS, || web::get().to(export::team)).step_up(),
    Route::get("team.person", "/team/{person}", READERS, || web::get().to(person::show)),
];
