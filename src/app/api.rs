//! What the JSON API offers beside the slices' own addresses: its description, and who one is.

use actix_web::HttpResponse;
use actix_web::web;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::http::{Access, Ask, Failure, Route, csrf};
use crate::kernel::ids::{OrganisationId, PersonId, UnitId};

/// The description of the API as it is checked in; a test holds it to what `openapi` makes of the types.
const DESCRIPTION: &str = include_str!("../../docs/openapi.json");

/// The routes.
pub static ROUTES: &[Route] = &[
    Route::get("api.describe", "/api/openapi.json", Access::Public, || web::get().to(describe)),
    Route::get("api.session", "/api/v1/session", Access::Signed, || web::get().to(session)),
];

/// The part of the API's description that is about the caller.
#[derive(Debug, OpenApi)]
#[openapi(paths(session), tags((name = "Session", description = "Who you are to this server.")))]
pub struct Document;

/// Who one is, and what one holds.
#[derive(Debug, Serialize, ToSchema)]
struct Session {
    /// You.
    #[schema(value_type = uuid::Uuid)]
    person_id: PersonId,
    /// Your organisation.
    #[schema(value_type = uuid::Uuid)]
    organisation_id: OrganisationId,
    /// Your home unit.
    #[schema(value_type = uuid::Uuid)]
    unit_id: UnitId,
    /// Codes of your roles.
    #[schema(example = json!(["member"]))]
    roles: Vec<String>,
    /// Codes of the permissions that you hold in some way.
    #[schema(example = json!(["duty.log", "duty.read"]))]
    permissions: Vec<String>,
    /// What to send as `X-CSRF-Token` with every request that changes something; null without a session's cookie.
    #[schema(required)]
    csrf_token: Option<String>,
}

async fn describe() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(DESCRIPTION)
}

/// See who you are
///
/// Your ids, roles and permissions, and the token that a program with a session's cookie sends with changes.
#[utoipa::path(
    get, path = "/api/v1/session", operation_id = "readSession", tag = "Session",
    responses((status = 200, description = "You", body = Session))
)]
async fn session(ask: Ask) -> Result<HttpResponse, Failure> {
    let person = ask.person()?;
    let secret = ask.session_cookie().and_then(|_cookie| csrf::secret_of(ask.request()));
    Ok(HttpResponse::Ok().json(Session {
        person_id: person.id,
        organisation_id: person.organisation,
        unit_id: person.unit,
        roles: person.roles.clone(),
        permissions: person.permissions.keys().cloned().collect(),
        csrf_token: secret.map(|secret| csrf::token(&ask.site().keys, &secret)),
    }))
}
