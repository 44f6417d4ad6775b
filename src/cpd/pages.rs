//! The pages of a record of development: the list, an entry, its evidence, asking and answering, the profile; and what
//! people shared, for their managers.

mod ask;
mod delete;
mod detail;
mod download;
mod evidence;
mod form;
mod list;
mod pick;
mod profile;
mod profile_text;
mod query;
mod request;
mod requests;
mod share;
mod shared;

use actix_web::web;

use crate::authz::Scope;
use crate::authz::permission::{CPD_KEEP, CPD_READ, CPD_VERIFY};
use crate::http::{Access, Class, Route};

const KEEPS: Access = Access::Needs(CPD_KEEP);
const VERIFIES: Access = Access::Needs(CPD_VERIFY);
const READS: Access = Access::NeedsOne(&[CPD_KEEP, CPD_READ, CPD_VERIFY]);
const TEAM: Access = Access::NeedsAt(Scope::Unit, &[CPD_READ]);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("cpd.list", "/cpd", KEEPS, || web::get().to(list::show)),
    Route::get("cpd.form", "/cpd/new", KEEPS, || web::get().to(form::new)),
    Route::post("cpd.add", "/cpd/new", KEEPS, || web::post().to(form::add)),
    Route::get("cpd.profile", "/cpd/profile", KEEPS, || web::get().to(profile::show)),
    Route::get("cpd.profile.form", "/cpd/profile/text", KEEPS, || web::get().to(profile_text::form)),
    Route::post("cpd.profile.save", "/cpd/profile/text", KEEPS, || web::post().to(profile_text::submit)),
    Route::get("cpd.profile.entries", "/cpd/profile/entries", KEEPS, || web::get().to(pick::form)),
    Route::post("cpd.profile.pick", "/cpd/profile/entries", KEEPS, || web::post().to(pick::submit)),
    Route::get("cpd.profile.preview", "/cpd/profile/preview", KEEPS, || web::get().to(profile::preview)),
    Route::get("cpd.pdf.export", "/cpd/profile.pdf", KEEPS, || web::get().to(download::pdf))
        .counted(Class::Costly)
        .step_up(),
    Route::get("cpd.zip.export", "/cpd/profile.zip", KEEPS, || web::get().to(download::zip))
        .counted(Class::Costly)
        .step_up(),
    Route::get("cpd.requests", "/cpd/requests", VERIFIES, || web::get().to(requests::show)),
    Route::get("cpd.request", "/cpd/requests/{id}", VERIFIES, || web::get().to(request::show)),
    Route::post("cpd.confirm", "/cpd/requests/{id}/confirm", VERIFIES, || web::post().to(request::confirm)),
    Route::post("cpd.decline", "/cpd/requests/{id}/decline", VERIFIES, || web::post().to(request::decline)),
    Route::get("cpd.read", "/cpd/{id}", READS, || web::get().to(detail::show)),
    Route::get("cpd.edit.form", "/cpd/{id}/edit", KEEPS, || web::get().to(form::edit)),
    Route::post("cpd.edit", "/cpd/{id}/edit", KEEPS, || web::post().to(form::change)),
    Route::get("cpd.delete.form", "/cpd/{id}/delete", KEEPS, || web::get().to(delete::form)),
    Route::post("cpd.delete", "/cpd/{id}/delete", KEEPS, || web::post().to(delete::submit)),
    Route::get("cpd.share.form", "/cpd/{id}/share", KEEPS, || web::get().to(share::form)),
    Route::post("cpd.share", "/cpd/{id}/share", KEEPS, || web::post().to(share::submit)),
    Route::get("cpd.attach.form", "/cpd/{id}/evidence", KEEPS, || web::get().to(evidence::form)),
    Route::post("cpd.attach", "/cpd/{id}/evidence", KEEPS, || web::post().to(evidence::submit)).counted(Class::Costly),
    Route::get("cpd.evidence", "/cpd/{id}/evidence/{file}/download", READS, || web::get().to(download::evidence))
        .counted(Class::Costly),
    Route::get("cpd.detach.form", "/cpd/{id}/evidence/{file}/remove", KEEPS, || web::get().to(evidence::remove_form)),
    Route::post("cpd.detach", "/cpd/{id}/evidence/{file}/remove", KEEPS, || web::post().to(evidence::remove)),
    Route::get("cpd.ask.form", "/cpd/{id}/ask", KEEPS, || web::get().to(ask::form)),
    Route::post("cpd.ask", "/cpd/{id}/ask", KEEPS, || web::post().to(ask::submit)),
    Route::post("cpd.withdraw", "/cpd/{id}/ask/withdraw", KEEPS, || web::post().to(ask::withdraw)),
    Route::get("cpd.shared", "/team/cpd", TEAM, || web::get().to(shared::show)),
];
