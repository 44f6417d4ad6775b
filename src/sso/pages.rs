//! The way to a provider and back, and the console's pages for providers, rules and links.

mod enter;
mod links;
mod mapping;
mod overview;
mod provider;
mod provider_form;

use actix_web::http::header::HOST;
use actix_web::web;
use serde::Deserialize;

use super::policy::CONFIGURE;
use crate::authz::permission::SIGNIN_CONFIGURE;
use crate::http::{Access, Ask, Route};
use crate::kernel::ids::SsoProviderId;
use crate::views::Crumb;

const CONFIGURES: Access = Access::Needs(CONFIGURE);
const PASSWORDS: Access = Access::Needs(SIGNIN_CONFIGURE);

/// The routes of signing in with a provider.
pub static ROUTES: &[Route] = &[
    Route::get("sso.begin", "/sign-in/with/{id}", Access::Public, || web::get().to(enter::begin)),
    Route::get("sso.finish", "/sign-in/with/{id}/back", Access::Public, || web::get().to(enter::finish)),
    Route::post("sso.logout", "/sign-in/with/{id}/ended", Access::Public, || web::post().to(enter::ended)),
    Route::get("sso.overview", "/signing-in", CONFIGURES, || web::get().to(overview::show)),
    Route::post("sso.passwords", "/signing-in/passwords", PASSWORDS, || web::post().to(overview::passwords)).step_up(),
    Route::get("sso.add-form", "/signing-in/providers/new", CONFIGURES, || web::get().to(provider_form::add_form))
        .step_up(),
    Route::post("sso.add", "/signing-in/providers/new", CONFIGURES, || web::post().to(provider_form::add)).step_up(),
    Route::get("sso.read", "/signing-in/providers/{id}", CONFIGURES, || web::get().to(provider::show)),
    Route::post("sso.test", "/signing-in/providers/{id}/test", CONFIGURES, || web::post().to(provider::test)),
    Route::post("sso.switch", "/signing-in/providers/{id}/switch", CONFIGURES, || web::post().to(provider::switch))
        .step_up(),
    Route::get("sso.change-form", "/signing-in/providers/{id}/edit", CONFIGURES, || {
        web::get().to(provider_form::edit_form)
    })
    .step_up(),
    Route::post("sso.change", "/signing-in/providers/{id}/edit", CONFIGURES, || web::post().to(provider_form::edit))
        .step_up(),
    Route::get("sso.remove-form", "/signing-in/providers/{id}/remove", CONFIGURES, || {
        web::get().to(provider::remove_form)
    })
    .step_up(),
    Route::post("sso.remove", "/signing-in/providers/{id}/remove", CONFIGURES, || web::post().to(provider::remove))
        .step_up(),
    Route::get("sso.rules", "/signing-in/groups", CONFIGURES, || web::get().to(mapping::list)),
    Route::post("sso.rule-add", "/signing-in/groups", CONFIGURES, || web::post().to(mapping::add)).step_up(),
    Route::post("sso.rule-remove", "/signing-in/groups/{id}/remove", CONFIGURES, || web::post().to(mapping::remove))
        .step_up(),
    Route::get("sso.links", "/people/{id}/providers", Access::Signed, || web::get().to(links::list)),
    Route::post("sso.permit", "/people/{id}/providers/permit", Access::Signed, || web::post().to(links::permit))
        .step_up(),
    Route::post("sso.withdraw", "/people/{id}/providers/withdraw", Access::Signed, || web::post().to(links::withdraw)),
    Route::post("sso.unlink", "/people/{id}/providers/cut", Access::Signed, || web::post().to(links::cut)),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}

/// The address that people type, without a slash at its end: the configured one, or the one that was typed just now.
/// A provider sends people back only to addresses that are registered with it, whatever a request pretends.
fn base(ask: &Ask) -> String {
    let configured = ask.site().config.server.public_url.as_deref();
    if let Some(url) = configured {
        return url.trim_end_matches('/').to_owned();
    }
    let headers = ask.request().headers();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("https://{host}")
}

/// Where a provider sends people back to.
fn return_address(ask: &Ask, provider: SsoProviderId) -> String {
    format!("{}/sign-in/with/{provider}/back", base(ask))
}

/// Where a provider says that somebody signed out.
fn sign_out_address(ask: &Ask, provider: SsoProviderId) -> String {
    format!("{}/sign-in/with/{provider}/ended", base(ask))
}

fn crumbs() -> Vec<Crumb> {
    vec![Crumb::new("Signing in", "/signing-in")]
}
