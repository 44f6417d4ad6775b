//! The pages of working time: one's own, a team's, what people declare, and the contract groups.

mod check;
mod declare;
mod group;
mod group_form;
mod groups;
mod hours;
mod jobs;
mod seen;
mod team;
mod terms;
mod words;

use actix_web::web;

use crate::authz::Scope;
use crate::authz::permission::{WORKTIME_DECLARE, WORKTIME_EXPORT, WORKTIME_MANAGE, WORKTIME_READ};
use crate::http::{Access, Class, Route};

const OWN: Access = Access::NeedsAt(Scope::Own, &[WORKTIME_READ]);
const READS: Access = Access::Needs(WORKTIME_READ);
const TEAM: Access = Access::NeedsAt(Scope::Unit, &[WORKTIME_READ]);
const EXPORT: Access = Access::NeedsAt(Scope::Unit, &[WORKTIME_EXPORT]);
const DECLARES: Access = Access::Needs(WORKTIME_DECLARE);
const MANAGES: Access = Access::Needs(WORKTIME_MANAGE);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("worktime.own", "/working-time", OWN, || web::get().to(seen::own)),
    Route::get("worktime.own-hours", "/working-time/hours", OWN, || web::get().to(hours::own)),
    Route::get("worktime.check", "/working-time/check", OWN, || web::get().to(check::show)),
    Route::get("worktime.declarations", "/working-time/declarations", DECLARES, || web::get().to(declare::show)),
    Route::post("worktime.opt-out", "/working-time/declarations/opt-outs", DECLARES, || {
        web::post().to(declare::opt_out)
    }),
    Route::post("worktime.opt-out-end", "/working-time/declarations/opt-outs/{id}/end", DECLARES, || {
        web::post().to(declare::end_opt_out)
    }),
    Route::get("worktime.employment-form", "/working-time/declarations/jobs/new", DECLARES, || {
        web::get().to(jobs::job_form)
    }),
    Route::post("worktime.declare-employment", "/working-time/declarations/jobs/new", DECLARES, || {
        web::post().to(jobs::declare_job)
    }),
    Route::get("worktime.employment", "/working-time/declarations/jobs/{id}", DECLARES, || {
        web::get().to(jobs::end_job_form)
    }),
    Route::post("worktime.end-employment", "/working-time/declarations/jobs/{id}", DECLARES, || {
        web::post().to(jobs::end_job)
    }),
    Route::post("worktime.remove-employment", "/working-time/declarations/jobs/{id}/remove", DECLARES, || {
        web::post().to(jobs::remove_job)
    }),
    Route::get("worktime.list", "/team/working-time", TEAM, || web::get().to(team::show)),
    Route::get("worktime.export", "/team/working-time.csv", EXPORT, || web::get().to(team::export))
        .counted(Class::Costly)
        .step_up(),
    Route::get("worktime.read", "/team/working-time/{id}", READS, || web::get().to(seen::show)),
    Route::get("worktime.hours", "/team/working-time/{id}/hours", READS, || web::get().to(hours::show)),
    Route::get("worktime.groups", "/contract-groups", MANAGES, || web::get().to(groups::list)),
    Route::post("worktime.recompute", "/contract-groups/recompute", MANAGES, || web::post().to(groups::recompute)),
    Route::get("worktime.group-form", "/contract-groups/new", MANAGES, || web::get().to(group_form::new)),
    Route::post("worktime.group-add", "/contract-groups/new", MANAGES, || web::post().to(group_form::add)),
    Route::get("worktime.sources-form", "/contract-groups/sources", MANAGES, || web::get().to(terms::sources)),
    Route::post("worktime.sources", "/contract-groups/sources", MANAGES, || web::post().to(terms::say_sources)),
    Route::get("worktime.terms", "/contract-groups/people/{id}", MANAGES, || web::get().to(terms::show)),
    Route::post("worktime.terms-remove", "/contract-groups/people/{id}/remove", MANAGES, || {
        web::post().to(terms::remove)
    }),
    Route::get("worktime.group", "/contract-groups/{id}", MANAGES, || web::get().to(group::show)),
    Route::get("worktime.group-edit-form", "/contract-groups/{id}/edit", MANAGES, || web::get().to(group_form::edit)),
    Route::post("worktime.group-change", "/contract-groups/{id}/edit", MANAGES, || web::post().to(group_form::change)),
    Route::post("worktime.assign-unit", "/contract-groups/{id}/units", MANAGES, || web::post().to(group::assign_unit)),
    Route::post("worktime.assign", "/contract-groups/{id}/people", MANAGES, || web::post().to(group::assign_one)),
    Route::post("worktime.group-retire", "/contract-groups/{id}/retire", MANAGES, || web::post().to(group::retire)),
    Route::post("worktime.group-restore", "/contract-groups/{id}/restore", MANAGES, || web::post().to(group::restore)),
];
