//! What belongs to no slice: the start page, the account page, help, assets, health.

use std::borrow::Cow;

use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::health::{self, Readiness};
use super::machine::{self, Machine};
use super::{home, preview};
use crate::authz::Scope;
use crate::authz::permission::{DETAIL_PROPOSE, ORGANISATION_CONFIGURE, ROLE_PREVIEW};
use crate::http::{Access, Ask, Class, END_PREVIEW, Failure, Problem, Route};
use crate::identity::welcome;
use crate::notices::Desk;
use crate::views::{PageContext, assets};

const LOOKS_AFTER: Access = Access::NeedsAt(Scope::Organisation, &[ORGANISATION_CONFIGURE]);

/// The routes of no slice.
pub static ROUTES: &[Route] = &[
    Route::get("home", "/", Access::Signed, || web::get().to(home)),
    Route::get("appliance.read", "/appliance", LOOKS_AFTER, || web::get().to(machine::show)),
    Route::get("account", "/account", Access::Signed, || web::get().to(account)),
    Route::post("role.preview", "/roles/{id}/preview", Access::Needs(ROLE_PREVIEW), || web::post().to(preview::begin)),
    Route::post(END_PREVIEW, "/preview/end", Access::Signed, || web::post().to(preview::end)),
    Route::get("help", "/help", Access::Public, || web::get().to(|ask| text(ask, "help"))),
    Route::get("privacy", "/privacy", Access::Public, || web::get().to(|ask| text(ask, "privacy"))),
    Route::get("accessibility", "/accessibility", Access::Public, || web::get().to(|ask| text(ask, "accessibility"))),
    Route::get("asset", "/assets/{hash}/{name}", Access::Public, || web::get().to(asset)).counted(Class::Free),
    Route::get("brand", "/brand/{colour}.css", Access::Public, || web::get().to(brand)).counted(Class::Free),
    Route::get("health.live", "/health/live", Access::Public, || web::get().to(health::live)).counted(Class::Free),
    Route::get("health.ready", "/health/ready", Access::Public, || web::get().to(health::ready)).counted(Class::Free),
];

async fn home(ask: Ask, readiness: Data<Readiness>, mail: Data<Desk>) -> Result<HttpResponse, Failure> {
    if welcome::is_due(&ask.site().db, ask.caller()).await? {
        return Ok(ask.redirect("/welcome"));
    }
    let machine = Machine::look(&ask, &readiness, &mail).await;
    home::show(&ask, machine).await
}

#[derive(Debug, Serialize)]
struct AccountPage {
    record: String,
    /// Whether they propose changes of their details.
    proposes: bool,
    name: String,
    organisation: String,
    roles: Vec<String>,
}

impl PageContext for AccountPage {
    const TEMPLATE: &'static str = "front/account";

    fn title(&self) -> Cow<'_, str> {
        "Your account".into()
    }

    fn sample() -> Self {
        Self {
            record: "/people/1".to_owned(),
            proposes: true,
            name: "Jo Marsh".to_owned(),
            organisation: "Northmoor Fire and Rescue Service".to_owned(),
            roles: vec!["member".to_owned(), "manager".to_owned()],
        }
    }
}

async fn account(ask: Ask) -> Result<HttpResponse, Failure> {
    let person = ask.person()?;
    ask.page(&AccountPage {
        record: format!("/people/{}", person.id),
        proposes: ask.caller().holds(DETAIL_PROPOSE),
        name: person.name.clone(),
        organisation: person.organisation_name.clone(),
        roles: person.roles.clone(),
    })
}

#[derive(Debug, Serialize)]
struct TextPage {
    #[serde(skip)]
    heading: &'static str,
    help: bool,
    privacy: bool,
    accessibility: bool,
}

impl TextPage {
    fn new(which: &str) -> Self {
        let heading = match which {
            "help" => "Help",
            "privacy" => "Privacy",
            _ => "Accessibility",
        };
        Self { heading, help: which == "help", privacy: which == "privacy", accessibility: which == "accessibility" }
    }
}

impl PageContext for TextPage {
    const TEMPLATE: &'static str = "front/text";

    fn title(&self) -> Cow<'_, str> {
        self.heading.into()
    }

    fn sample() -> Self {
        Self::new("help")
    }

    fn samples() -> Vec<Self> {
        ["help", "privacy", "accessibility"].map(Self::new).into()
    }
}

async fn text(ask: Ask, which: &'static str) -> Result<HttpResponse, Failure> {
    ask.page(&TextPage::new(which))
}

async fn asset(request: HttpRequest, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (hash, name) = path.into_inner();
    let asset = assets::find(&hash, &name).ok_or(Problem::NotFound)?;
    let accepts = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, asset.content_type))
        .insert_header((CACHE_CONTROL, asset.cache_control()))
        .insert_header((VARY, "Accept-Encoding"));
    Ok(match asset.gzip {
        Some(gzip) if accepts.contains("gzip") => {
            response.insert_header((CONTENT_ENCODING, "gzip")).body(gzip.into_owned())
        }
        _ => response.body(asset.bytes.into_owned()),
    })
}

/// A style sheet that sets one colour, given in the address, so that no page needs an inline style.
async fn brand(colour: Path<String>) -> Result<HttpResponse, Failure> {
    let colour = colour.into_inner();
    if colour.len() != 6 || !colour.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Problem::NotFound.into());
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .body(format!(":root{{--wr-brand:#{colour}}}")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<super::AccountPage>();
        crate::views::testing::check::<super::TextPage>();
    }
}
