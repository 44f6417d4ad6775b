//! The page "E-mail" of administrators, and everybody's own choice of notices.

mod choices;
mod console;
mod tested;

use actix_web::web;
use serde::Deserialize;

use crate::authz::permission::{MAIL_CONFIGURE, MAIL_READ};
use crate::http::{Access, Route};

/// The routes of notices.
pub static ROUTES: &[Route] = &[
    Route::get("mail.read", "/mail", Access::Needs(MAIL_READ), || web::get().to(console::show)),
    Route::post("mail.test", "/mail/test", Access::Needs(MAIL_CONFIGURE), || web::post().to(console::test)),
    Route::post("mail.retry", "/mail/{id}/retry", Access::Needs(MAIL_CONFIGURE), || web::post().to(console::retry)),
    Route::post("mail.discard", "/mail/{id}/discard", Access::Needs(MAIL_CONFIGURE), || {
        web::post().to(console::discard)
    }),
    Route::get("notice.list", "/account/notices", Access::Signed, || web::get().to(choices::form)),
    Route::post("notice.choose", "/account/notices", Access::Signed, || web::post().to(choices::submit)),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}
