//! The routes of second factors, and of what administrators decide about signing in.

use actix_web::web;

use super::{factor, factor_resets, factors, passkeys, sessions, sign_in_settings, step_up};
use crate::authz::permission::{FACTOR_RESET, SESSION_READ, SESSION_REVOKE, SIGNIN_CONFIGURE};
use crate::http::{Access, Route};

/// The routes of second factors.
pub static FACTOR_ROUTES: &[Route] = &[
    Route::get("factor.form", "/sign-in/factor", Access::Public, || web::get().to(factor::form)),
    Route::post("factor.code", "/sign-in/factor", Access::Public, || web::post().to(factor::submit)),
    Route::post("factor.recover", "/sign-in/recovery", Access::Public, || web::post().to(factor::recover)),
    Route::post("factor.passkey-options", "/sign-in/factor/passkey/options", Access::Public, || {
        web::post().to(factor::passkey_options)
    }),
    Route::post("factor.passkey", "/sign-in/factor/passkey", Access::Public, || web::post().to(factor::passkey)),
    Route::post("passkey.alone-options", "/sign-in/passkey/options", Access::Public, || {
        web::post().to(factor::alone_options)
    }),
    Route::post("passkey.alone", "/sign-in/passkey", Access::Public, || web::post().to(factor::alone)),
    own(Route::get("factor.list", "/account/factors", Access::Signed, || web::get().to(factors::list))),
    own(Route::post("totp.begin", "/account/factors/totp/new", Access::Signed, || web::post().to(factors::totp_new)))
        .step_up(),
    own(Route::get("totp.form", "/account/factors/totp", Access::Signed, || web::get().to(factors::totp_form)))
        .step_up(),
    own(Route::post("totp.confirm", "/account/factors/totp", Access::Signed, || web::post().to(factors::totp_confirm)))
        .step_up(),
    Route::post("totp.remove", "/account/factors/totp/remove", Access::Signed, || web::post().to(factors::totp_remove))
        .step_up(),
    Route::post("recovery.renew", "/account/factors/recovery-codes", Access::Signed, || {
        web::post().to(factors::new_codes)
    })
    .step_up(),
    own(Route::get("passkey.form", "/account/factors/passkeys/new", Access::Signed, || web::get().to(passkeys::form)))
        .step_up(),
    own(Route::post("passkey.options", "/account/factors/passkeys/options", Access::Signed, || {
        web::post().to(passkeys::options)
    }))
    .step_up(),
    own(Route::post("passkey.add", "/account/factors/passkeys/new", Access::Signed, || {
        web::post().to(passkeys::submit)
    }))
    .step_up(),
    Route::get("passkey.remove-form", "/account/factors/passkeys/{id}/remove", Access::Signed, || {
        web::get().to(passkeys::remove_form)
    })
    .step_up(),
    Route::post("passkey.remove", "/account/factors/passkeys/{id}/remove", Access::Signed, || {
        web::post().to(passkeys::remove)
    })
    .step_up(),
    own(Route::post("session.step-up-code", "/step-up/code", Access::Signed, || web::post().to(step_up::by_code))),
    own(Route::post("session.step-up-options", "/step-up/passkey/options", Access::Signed, || {
        web::post().to(step_up::options)
    })),
    own(Route::post("session.step-up-passkey", "/step-up/passkey", Access::Signed, || {
        web::post().to(step_up::by_passkey)
    })),
];

/// The routes by which administrators look after how others sign in.
pub static SIGN_IN_ROUTES: &[Route] = &[
    Route::get("session.list-of", "/people/{id}/sessions", Access::Needs(SESSION_READ), || {
        web::get().to(sessions::list_of)
    }),
    Route::post("session.end-of", "/people/{id}/sessions/end-all", Access::Needs(SESSION_REVOKE), || {
        web::post().to(sessions::end_of)
    }),
    Route::get("factor-reset.read", "/people/{id}/factors", Access::Needs(FACTOR_RESET), || {
        web::get().to(factor_resets::read)
    }),
    Route::post("factor-reset.ask", "/people/{id}/factors/reset", Access::Needs(FACTOR_RESET), || {
        web::post().to(factor_resets::ask_for)
    })
    .step_up(),
    Route::get("factor-reset.list", "/factor-resets", Access::Needs(FACTOR_RESET), || {
        web::get().to(factor_resets::list)
    }),
    Route::post("factor-reset.approve", "/factor-resets/{id}/approve", Access::Needs(FACTOR_RESET), || {
        web::post().to(factor_resets::approve)
    })
    .step_up(),
    Route::post("factor-reset.refuse", "/factor-resets/{id}/refuse", Access::Needs(FACTOR_RESET), || {
        web::post().to(factor_resets::refuse)
    }),
    Route::get("signin.rules", "/sign-in-rules", Access::Needs(SIGNIN_CONFIGURE), || {
        web::get().to(sign_in_settings::list)
    }),
    Route::post("signin.configure", "/sign-in-rules", Access::Needs(SIGNIN_CONFIGURE), || {
        web::post().to(sign_in_settings::submit)
    })
    .step_up(),
    Route::get("signin.role-form", "/sign-in-rules/{role}", Access::Needs(SIGNIN_CONFIGURE), || {
        web::get().to(sign_in_settings::role_form)
    })
    .step_up(),
    Route::post("signin.configure-role", "/sign-in-rules/{role}", Access::Needs(SIGNIN_CONFIGURE), || {
        web::post().to(sign_in_settings::role_submit)
    })
    .step_up(),
];

/// A route that somebody takes who still has to enrol a factor.
const fn own(route: Route) -> Route {
    route.while_enrolling()
}
