//! The plugin console, and the reports that everybody may run.

mod ask;
mod confirm;
mod detail;
mod history;
mod list;
mod report;
mod reports;
mod review;
mod samples;
mod settings;
mod upload;
mod words;

use actix_web::web;

use crate::authz::permission::{PLUGIN_MANAGE, REPORT_RUN};
use crate::http::{Access, Class, Route};

const MANAGE: Access = Access::Needs(PLUGIN_MANAGE);
const RUN: Access = Access::Needs(REPORT_RUN);

/// The routes of plugins and reports.
pub static ROUTES: &[Route] = &[
    Route::get("plugin.list", "/plugins", MANAGE, || web::get().to(list::list)),
    Route::get("plugin.upload-form", "/plugins/upload", MANAGE, || web::get().to(upload::form)).step_up(),
    Route::post("plugin.upload", "/plugins/upload", MANAGE, || web::post().to(upload::submit))
        .step_up()
        .counted(Class::Costly),
    Route::get("plugin.read", "/plugins/{plugin}", MANAGE, || web::get().to(detail::show)),
    Route::get("plugin.review", "/plugins/{plugin}/review", MANAGE, || web::get().to(review::form)).step_up(),
    Route::post("plugin.grant", "/plugins/{plugin}/review", MANAGE, || web::post().to(review::submit)).step_up(),
    Route::get("plugin.settings-form", "/plugins/{plugin}/settings", MANAGE, || web::get().to(settings::form)),
    Route::post("plugin.settings", "/plugins/{plugin}/settings", MANAGE, || web::post().to(settings::submit)),
    Route::get("plugin.enable-form", "/plugins/{plugin}/enable", MANAGE, || web::get().to(confirm::enable_form))
        .step_up(),
    Route::post("plugin.enable", "/plugins/{plugin}/enable", MANAGE, || web::post().to(confirm::enable)).step_up(),
    Route::get("plugin.disable-form", "/plugins/{plugin}/disable", MANAGE, || web::get().to(confirm::disable_form)),
    Route::post("plugin.disable", "/plugins/{plugin}/disable", MANAGE, || web::post().to(confirm::disable)),
    Route::get("plugin.remove-form", "/plugins/{plugin}/remove", MANAGE, || web::get().to(confirm::remove_form)),
    Route::post("plugin.remove", "/plugins/{plugin}/remove", MANAGE, || web::post().to(confirm::remove)),
    Route::get("plugin.runs", "/plugins/{plugin}/runs", MANAGE, || web::get().to(history::list)),
    Route::get("plugin.run-read", "/plugins/{plugin}/runs/{run}", MANAGE, || web::get().to(history::show)),
    Route::get("report.list", "/reports", RUN, || web::get().to(reports::list)),
    Route::get("report.form", "/reports/new/{plugin}", RUN, || web::get().to(ask::form)),
    Route::post("report.run", "/reports/new/{plugin}", RUN, || web::post().to(ask::submit)).counted(Class::Costly),
    Route::get("report.read", "/reports/{run}", RUN, || web::get().to(report::show)),
    Route::get("report.progress", "/reports/{run}/progress", RUN, || web::get().to(report::progress)),
    Route::get("report.export", "/reports/{run}/report.csv", RUN, || web::get().to(report::csv)).step_up(),
];
