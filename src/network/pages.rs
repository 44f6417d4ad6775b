//! The console's pages for the rules: the lists with a form to add to them, a check of one address, a file to keep.

mod download;
mod list;
mod remove;

use actix_web::web;

use crate::authz::permission::NETWORK_CONFIGURE;
use crate::http::{Access, Route};

const CONFIGURE: Access = Access::Needs(NETWORK_CONFIGURE);

/// The routes of the rules on networks.
pub static ROUTES: &[Route] = &[
    Route::get("network.list", "/network", CONFIGURE, || web::get().to(list::show)),
    Route::post("network.add", "/network", CONFIGURE, || web::post().to(list::add)).step_up(),
    Route::get("network.export", "/network.csv", CONFIGURE, || web::get().to(download::csv)).step_up(),
    Route::post("network.switch-on", "/network/{id}/on", CONFIGURE, || web::post().to(list::switch_on)).step_up(),
    Route::post("network.switch-off", "/network/{id}/off", CONFIGURE, || web::post().to(list::switch_off)).step_up(),
    Route::get("network.remove-form", "/network/{id}/remove", CONFIGURE, || web::get().to(remove::form)),
    Route::post("network.remove", "/network/{id}/remove", CONFIGURE, || web::post().to(remove::submit)).step_up(),
];
