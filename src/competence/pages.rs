//! The pages of competences: one's own, a person's and a team's, and the kinds as the organisation's own data.

mod certificate;
mod concerned;
mod exception;
mod kind_form;
mod kind_page;
mod kinds;
mod person;
mod record;
mod skills;
mod team;
mod words;

use actix_web::web;

use crate::authz::Scope;
use crate::authz::permission::{CERTIFICATE_EXPORT, CERTIFICATE_READ, CERTIFICATE_WRITE, COMPETENCE_MANAGE};
use crate::http::{Access, Class, Route};

const READS: Access = Access::Needs(CERTIFICATE_READ);
const TEAM: Access = Access::NeedsAt(Scope::Unit, &[CERTIFICATE_READ]);
const EXPORT: Access = Access::NeedsAt(Scope::Unit, &[CERTIFICATE_EXPORT]);
const WRITES: Access = Access::Needs(CERTIFICATE_WRITE);
const KINDS: Access = Access::Needs(COMPETENCE_MANAGE);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("competence.own", "/competences", READS, || web::get().to(person::own)),
    Route::get("certificate.list", "/team/competences", TEAM, || web::get().to(team::show)),
    Route::get("certificate.export", "/team/competences.csv", EXPORT, || web::get().to(team::export))
        .counted(Class::Costly)
        .step_up(),
    Route::get("certificate.concerned", "/team/certificates", TEAM, || web::get().to(concerned::show)),
    Route::get("certificate.read", "/team/competences/{id}", READS, || web::get().to(person::show)),
    Route::get("certificate.form", "/team/competences/{id}/record", WRITES, || web::get().to(record::form)),
    Route::post("certificate.record", "/team/competences/{id}/record", WRITES, || web::post().to(record::submit)),
    Route::get("certificate.except-form", "/team/competences/{id}/need", WRITES, || web::get().to(exception::form)),
    Route::post("certificate.except", "/team/competences/{id}/need", WRITES, || web::post().to(exception::submit)),
    Route::get("certificate.edit-form", "/certificates/{id}/edit", WRITES, || web::get().to(certificate::edit)),
    Route::post("certificate.change", "/certificates/{id}/edit", WRITES, || web::post().to(certificate::change)),
    Route::get("certificate.end-form", "/certificates/{id}/end", WRITES, || web::get().to(certificate::end_form)),
    Route::post("certificate.end", "/certificates/{id}/end", WRITES, || web::post().to(certificate::end)),
    Route::get("competence.list", "/competence-kinds", KINDS, || web::get().to(kinds::show)),
    Route::post("competence.suggest", "/competence-kinds/suggested", KINDS, || web::post().to(kinds::suggest)),
    Route::get("competence.form", "/competence-kinds/new", KINDS, || web::get().to(kind_form::new)),
    Route::post("competence.add", "/competence-kinds/new", KINDS, || web::post().to(kind_form::add)),
    Route::get("competence.read", "/competence-kinds/{id}", KINDS, || web::get().to(kind_page::show)),
    Route::get("competence.edit-form", "/competence-kinds/{id}/edit", KINDS, || web::get().to(kind_form::edit)),
    Route::post("competence.change", "/competence-kinds/{id}/edit", KINDS, || web::post().to(kind_form::change)),
    Route::post("competence.retire", "/competence-kinds/{id}/retire", KINDS, || web::post().to(kind_page::retire)),
    Route::post("competence.restore", "/competence-kinds/{id}/restore", KINDS, || web::post().to(kind_page::restore)),
    Route::get("competence.delete-form", "/competence-kinds/{id}/delete", KINDS, || {
        web::get().to(kind_page::delete_form)
    }),
    Route::post("competence.delete", "/competence-kinds/{id}/delete", KINDS, || web::post().to(kind_page::delete)),
    Route::post("competence.need", "/competence-kinds/{id}/needs", KINDS, || web::post().to(kind_page::add_need)),
    Route::post("competence.unneed", "/competence-kinds/{id}/needs/{need}/remove", KINDS, || {
        web::post().to(kind_page::remove_need)
    }),
];

/// The routes of the search. They stand before those of people: `/people/{id}` would take `/people/skills` for somebody.
pub static SKILL_ROUTES: &[Route] = &[
    Route::get("skill.search", "/people/skills", TEAM, || web::get().to(skills::show)),
    Route::get("skill.export", "/people/skills.csv", EXPORT, || web::get().to(skills::export))
        .counted(Class::Costly)
        .step_up(),
];
