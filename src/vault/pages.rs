//! The pages of a vault: making it, unlocking and locking it, its passphrase, its recovery code and its
//! passkeys, its end.

mod code;
mod overview;
mod passkeys;
mod passphrase;
mod recover;
mod set_up;
mod shared;
mod start_over;
mod unlock;

use actix_web::web;

use crate::authz::permission::WELLBEING_KEEP;
use crate::http::{Access, Class, Route};

pub use shared::{Door, opened, session_of};

const KEEPS: Access = Access::Needs(WELLBEING_KEEP);

/// The routes of the pages. Logs and figures do not tell them apart; what takes a passphrase is counted as costly.
pub static ROUTES: &[Route] = &[
    Route::get("vault.read", "/wellbeing/vault", KEEPS, || web::get().to(overview::show)).unseen(),
    Route::get("vault.set-up.form", "/wellbeing/vault/new", KEEPS, || web::get().to(set_up::form)).unseen(),
    Route::post("vault.set-up", "/wellbeing/vault/new", KEEPS, || web::post().to(set_up::submit))
        .counted(Class::Costly)
        .unseen(),
    Route::get("vault.unlock.form", "/wellbeing/unlock", KEEPS, || web::get().to(unlock::form)).unseen(),
    Route::post("vault.unlock", "/wellbeing/unlock", KEEPS, || web::post().to(unlock::submit))
        .counted(Class::Costly)
        .unseen(),
    Route::post("vault.unlock.passkey-options", "/wellbeing/unlock/passkey/options", KEEPS, || {
        web::post().to(passkeys::unlock_options)
    })
    .unseen(),
    Route::post("vault.unlock.passkey", "/wellbeing/unlock/passkey", KEEPS, || web::post().to(passkeys::unlock))
        .counted(Class::Costly)
        .unseen(),
    Route::post("vault.lock", "/wellbeing/lock", KEEPS, || web::post().to(unlock::lock)).unseen(),
    Route::get("vault.passphrase.form", "/wellbeing/vault/passphrase", KEEPS, || web::get().to(passphrase::form))
        .unseen(),
    Route::post("vault.passphrase", "/wellbeing/vault/passphrase", KEEPS, || web::post().to(passphrase::submit))
        .counted(Class::Costly)
        .unseen(),
    Route::get("vault.code.form", "/wellbeing/vault/code", KEEPS, || web::get().to(code::form)).unseen(),
    Route::post("vault.code", "/wellbeing/vault/code", KEEPS, || web::post().to(code::submit))
        .counted(Class::Costly)
        .unseen(),
    Route::get("vault.passkeys.list", "/wellbeing/vault/passkeys", KEEPS, || web::get().to(passkeys::show)).unseen(),
    Route::post("vault.passkey.options", "/wellbeing/vault/passkeys/options", KEEPS, || {
        web::post().to(passkeys::add_options)
    })
    .unseen(),
    Route::post("vault.passkey.add", "/wellbeing/vault/passkeys", KEEPS, || web::post().to(passkeys::add)).unseen(),
    Route::post("vault.passkey.remove", "/wellbeing/vault/passkeys/{id}/remove", KEEPS, || {
        web::post().to(passkeys::remove)
    })
    .unseen(),
    Route::get("vault.recover.form", "/wellbeing/recover", KEEPS, || web::get().to(recover::form)).unseen(),
    Route::post("vault.recover", "/wellbeing/recover", KEEPS, || web::post().to(recover::submit))
        .counted(Class::Costly)
        .unseen(),
    Route::get("vault.destroy.form", "/wellbeing/vault/start-over", KEEPS, || web::get().to(start_over::form)).unseen(),
    Route::post("vault.destroy", "/wellbeing/vault/start-over", KEEPS, || web::post().to(start_over::submit)).unseen(),
];
