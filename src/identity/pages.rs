//! The pages of the door: sign in, sign out, sessions, first set-up.

mod sessions;
mod set_up;
mod sign_in;

use actix_web::web;

use crate::http::{Access, Route};

/// The routes of the door.
pub static ROUTES: &[Route] = &[
    Route::get("session.form", "/sign-in", Access::Public, || web::get().to(sign_in::form)),
    Route::post("session.begin", "/sign-in", Access::Public, || web::post().to(sign_in::submit)),
    Route::post("session.end", "/sign-out", Access::Public, || web::post().to(sessions::end)),
    Route::get("session.list", "/account/sessions", Access::Signed, || web::get().to(sessions::list)),
    Route::post("session.end-all", "/account/sessions/end-all", Access::Signed, || web::post().to(sessions::end_all)),
    Route::get("setup.form", "/set-up/{token}", Access::Public, || web::get().to(set_up::form)),
    Route::post("setup.found", "/set-up/{token}", Access::Public, || web::post().to(set_up::submit)),
];
