//! The page "E-mail" of administrators; everybody's list behind the bell, and their choice of notices.

mod choices;
mod console;
mod inbox;
mod tested;

use actix_web::web;
use serde::Deserialize;

use crate::authz::permission::{MAIL_CONFIGURE, MAIL_READ};
use crate::http::{Access, Route};

/// The routes of notices.
pub static ROUTES: &[Route] = &[
    Route::get("mail.read", "/mail", Access::Needs(MAIL_READ), || web::get().to(console::show)),
    Route::post("mail.test", "/mail/test", Access::Needs(MAIL_CONFIGURE), || web::post().to(console::test)),
    Route::post("mail.retry-all", "/mail/retry", Access::Needs(MAIL_CONFIGURE), || web::post().to(console::retry_all)),
    Route::post("mail.retry", "/mail/{id}/retry", Access::Needs(MAIL_CONFIGURE), || web::post().to(console::retry)),
    Route::post("mail.discard", "/mail/{id}/discard", Access::Needs(MAIL_CONFIGURE), || {
        web::post().to(console::discard)
    }),
    Route::get("notice.inbox", "/notifications", Access::Signed, || web::get().to(inbox::show)),
    Route::post("notice.read-all", "/notifications/read", Access::Signed, || web::post().to(inbox::mark_all)),
    Route::post("notice.open", "/notifications/{id}/open", Access::Signed, || web::post().to(inbox::open)),
    Route::post("notice.read", "/notifications/{id}/read", Access::Signed, || web::post().to(inbox::mark)),
    Route::get("notice.list", "/account/notices", Access::Signed, || web::get().to(choices::form)),
    Route::post("notice.choose", "/account/notices", Access::Signed, || web::post().to(choices::submit)),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}
