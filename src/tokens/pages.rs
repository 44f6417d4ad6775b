//! Pages of tokens: one's own under the account, all of them in the console, and each with its uses.

mod console;
mod detail;
mod form;
mod own;
mod revoke;
mod rotate;
mod shown;
mod words;

use actix_web::web;

use super::error::TokenError;
use crate::authz::permission::{TOKEN_OWN, TOKEN_READ, TOKEN_SERVICE};
use crate::http::{Access, Problem, Route};
use crate::kernel::ids::TokenId;

const MAKE: Access = Access::NeedsOne(&[TOKEN_OWN, TOKEN_SERVICE]);

/// The routes of tokens.
pub static ROUTES: &[Route] = &[
    Route::get("token.own", "/account/tokens", Access::Signed, || web::get().to(own::list)),
    Route::get("token.make.form", "/account/tokens/new", MAKE, || web::get().to(form::show)).step_up(),
    Route::post("token.make", "/account/tokens/new", MAKE, || web::post().to(form::submit)).step_up(),
    Route::get("token.list", "/tokens", Access::Needs(TOKEN_READ), || web::get().to(console::list)),
    Route::get("token.export-list", "/tokens.csv", Access::Needs(TOKEN_READ), || web::get().to(console::export_list))
        .step_up(),
    Route::get("token.read", "/tokens/{id}", Access::Signed, || web::get().to(detail::show)),
    Route::get("token.export", "/tokens/{id}/uses.csv", Access::Signed, || web::get().to(detail::export)).step_up(),
    Route::get("token.rotate.form", "/tokens/{id}/rotate", Access::Signed, || web::get().to(rotate::form)).step_up(),
    Route::post("token.rotate", "/tokens/{id}/rotate", Access::Signed, || web::post().to(rotate::submit)).step_up(),
    Route::get("token.revoke.form", "/tokens/{id}/revoke", Access::Signed, || web::get().to(revoke::form)),
    Route::post("token.revoke", "/tokens/{id}/revoke", Access::Signed, || web::post().to(revoke::submit)),
];

/// The id of the token in an address; what is no id is no token.
fn token_id(path: &str) -> Result<TokenId, Problem> {
    path.parse().map_err(|_error: uuid::Error| Problem::NotFound)
}

/// What is left to say when something cannot be done (any more), as a message on another page.
fn advice(error: &TokenError) -> Option<&'static str> {
    match error {
        TokenError::Over => Some("That token has expired or was revoked already."),
        TokenError::MadeAlready
        | TokenError::NotHeld
        | TokenError::Random(_)
        | TokenError::Authz(_)
        | TokenError::Audit(_)
        | TokenError::Db(_) => None,
    }
}
