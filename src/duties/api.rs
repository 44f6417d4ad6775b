//! The JSON API: one's own duties, and any duty that one may open. Session sign-in; problem+json for what is wrong.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, Path, Query};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::DutyError;
use super::model::{DutyView, Filter, Notes};
use super::rules::{self, At, Faults, Given};
use super::service::{self, Source};
use crate::authz::permission::{DUTY_DELETE, DUTY_EDIT, DUTY_LOG, DUTY_READ, HOURS_READ};
use crate::http::{Access, Ask, Failure, JsonBody, Problem, Route};
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{DutyId, DutyKindId, UnitId};

/// The description of the API, also checked in as `docs/openapi.json`.
const OPENAPI: &str = include_str!("../../docs/openapi.json");

const READERS: Access = Access::NeedsOne(&[DUTY_READ, HOURS_READ]);

/// The routes of the API.
pub static ROUTES: &[Route] = &[
    Route::get("api.describe", "/api/openapi.json", Access::Public, || web::get().to(describe)),
    Route::get("api.duty.list", "/api/v1/duties", READERS, || web::get().to(list)),
    Route::post("api.duty.log", "/api/v1/duties", Access::Needs(DUTY_LOG), || web::post().to(log)),
    Route::get("api.duty.read", "/api/v1/duties/{id}", READERS, || web::get().to(read)),
    Route::post("api.duty.edit", "/api/v1/duties/{id}", Access::Needs(DUTY_EDIT), || web::put().to(edit))
        .with_method("PUT"),
    Route::post("api.duty.delete", "/api/v1/duties/{id}", Access::Needs(DUTY_DELETE), || web::delete().to(delete))
        .with_method("DELETE"),
    Route::get("api.words", "/api/v1/words", READERS, || web::get().to(words)),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ListQuery {
    from: String,
    to: String,
    cursor: String,
    limit: Option<u16>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    id: Option<String>,
    started_at: Timestamp,
    ended_at: Timestamp,
    kind_id: DutyKindId,
    unit_id: UnitId,
    #[serde(default)]
    break_minutes: i64,
    mileage_tenths: Option<i64>,
    #[serde(default)]
    incident_number: String,
    #[serde(default)]
    job_role: String,
    #[serde(default)]
    call_sign: String,
    #[serde(default)]
    shared_note: String,
    #[serde(default)]
    private_note: String,
    #[serde(default)]
    allow_overlap: bool,
    revision: Option<i32>,
    reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Removal {
    revision: i32,
    reason: String,
}

#[derive(Debug, Serialize)]
struct DutyJson {
    id: DutyId,
    person_id: crate::kernel::ids::PersonId,
    unit_id: UnitId,
    started_at: String,
    ended_at: String,
    break_minutes: i32,
    worked_minutes: i32,
    type_id: DutyKindId,
    category_id: Option<DutyKindId>,
    subcategory_id: Option<DutyKindId>,
    #[serde(flatten)]
    record: Option<RecordJson>,
}

#[derive(Debug, Serialize)]
struct RecordJson {
    incident_number: Option<String>,
    job_role: Option<String>,
    call_sign: Option<String>,
    mileage_tenths: Option<i32>,
    source: String,
    revision: i32,
    created_at: String,
}

#[derive(Debug, Serialize)]
struct OpenedJson {
    #[serde(flatten)]
    duty: DutyJson,
    shared_note: Option<String>,
    private_note: Option<String>,
}

impl From<DutyView> for DutyJson {
    fn from(duty: DutyView) -> Self {
        Self {
            id: duty.id,
            person_id: duty.person,
            unit_id: duty.unit,
            started_at: duty.started_at.to_string(),
            ended_at: duty.ended_at.to_string(),
            break_minutes: duty.break_minutes,
            worked_minutes: duty.worked_minutes,
            type_id: duty.kind.type_id,
            category_id: duty.kind.category,
            subcategory_id: duty.kind.subcategory,
            record: duty.record.map(|record| RecordJson {
                incident_number: record.details.incident_number,
                job_role: record.details.job_role,
                call_sign: record.details.call_sign,
                mileage_tenths: record.details.mileage_tenths,
                source: record.source,
                revision: record.revision,
                created_at: record.created_at.to_string(),
            }),
        }
    }
}

impl Body {
    fn given(&self) -> Given {
        Given {
            started_at: self.started_at,
            ended_at: self.ended_at,
            kind: self.kind_id,
            unit: self.unit_id,
            break_minutes: self.break_minutes,
            mileage_tenths: self.mileage_tenths,
            incident_number: self.incident_number.clone(),
            job_role: self.job_role.clone(),
            call_sign: self.call_sign.clone(),
            shared_note: self.shared_note.clone(),
            private_note: self.private_note.clone(),
            both_right: self.allow_overlap,
        }
    }
}

async fn describe() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(OPENAPI)
}

/// Lists one's own duties, newest first.
async fn list(ask: Ask, query: Query<ListQuery>) -> Result<HttpResponse, Failure> {
    let bad = |what: &str| Problem::BadRequest(format!("{what} cannot be read."));
    let day = |text: &str, name: &str| match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_error: jiff::Error| bad(name)),
    };
    let filter = Filter { from: day(&query.from, "from")?, to: day(&query.to, "to")?, ..Filter::default() };
    let after = match query.cursor.as_str() {
        "" => None,
        text => Some(Cursor::decode(text).ok_or_else(|| bad("cursor"))?),
    };
    let limit = query.limit.unwrap_or(20);
    if !(1..=200).contains(&limit) {
        return Err(Problem::BadRequest("limit must be between 1 and 200.".to_owned()).into());
    }
    let page = service::page_own(&ask.site().db, ask.caller(), filter, after, limit).await?;
    let items: Vec<DutyJson> = page.rows.into_iter().map(DutyJson::from).collect();
    Ok(HttpResponse::Ok().json(serde_json::json!({
        "items": items,
        "next_cursor": page.next.map(|cursor| cursor.encode()),
    })))
}

/// Logs a duty: 201, or 200 when this id was logged already.
async fn log(ask: Ask, JsonBody(body): JsonBody<Body>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let id = match &body.id {
        Some(id) => service::chosen_id(id, now)?,
        None => DutyId::new(now),
    };
    let draft = rules::check_given(body.given(), now).map_err(DutyError::from)?;
    let new = service::log(&ask.site().db, ask.caller(), id, draft, Source::Api, now).await?;
    let mut response = if new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.insert_header((LOCATION, format!("/api/v1/duties/{id}"))).json(serde_json::json!({ "id": id })))
}

/// Opens a duty, as far as one may see it.
async fn read(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let opened = service::open(&ask.site().db, ask.caller(), id_of(&path)?, ask.clock().now()).await?;
    let Notes { shared, private } = opened.notes;
    Ok(HttpResponse::Ok().json(OpenedJson { duty: opened.duty.into(), shared_note: shared, private_note: private }))
}

/// Replaces a duty that is at `revision`.
async fn edit(ask: Ask, path: Path<String>, JsonBody(body): JsonBody<Body>) -> Result<HttpResponse, Failure> {
    let (id, now) = (id_of(&path)?, ask.clock().now());
    let mut faults = Faults::default();
    let reason = rules::check_reason(body.reason.as_deref().unwrap_or_default());
    let draft = rules::check_given(body.given(), now);
    let (draft, reason) = match (draft, reason) {
        (Ok(draft), Ok(reason)) => (draft, reason),
        (draft, reason) => {
            for wrong in [draft.err(), reason.err()].into_iter().flatten() {
                faults.extend(wrong);
            }
            return Err(DutyError::Invalid(faults).into());
        }
    };
    let Some(revision) = body.revision else {
        return Err(DutyError::Invalid(Faults::one(At::Revision, "Send the revision that you read")).into());
    };
    let changed = service::edit(&ask.site().db, ask.caller(), id, revision, draft, reason, now).await?;
    let revision = if changed { revision.saturating_add(1) } else { revision };
    Ok(HttpResponse::Ok().json(serde_json::json!({ "id": id, "revision": revision })))
}

/// Deletes a duty that is at `revision`.
async fn delete(ask: Ask, path: Path<String>, JsonBody(body): JsonBody<Removal>) -> Result<HttpResponse, Failure> {
    let id = id_of(&path)?;
    let reason = rules::check_reason(&body.reason).map_err(DutyError::from)?;
    service::delete(&ask.site().db, ask.caller(), id, body.revision, reason, ask.clock().now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The kinds of work and the units, whose ids a duty names.
async fn words(ask: Ask) -> Result<HttpResponse, Failure> {
    let (kinds, units) = service::words(&ask.site().db, ask.caller()).await?;
    let kinds: Vec<_> = kinds
        .in_order()
        .into_iter()
        .map(|kind| serde_json::json!({ "id": kind.id, "parent_id": kind.parent, "code": kind.code, "name": kind.name, "retired": kind.retired }))
        .collect();
    let units: Vec<_> = units
        .in_order()
        .into_iter()
        .map(|(unit, _depth)| serde_json::json!({ "id": unit.id, "parent_id": unit.parent, "kind": unit.kind, "name": unit.name, "closed": unit.closed }))
        .collect();
    Ok(HttpResponse::Ok().json(serde_json::json!({ "kinds": kinds, "units": units })))
}

fn id_of(path: &Path<String>) -> Result<DutyId, Failure> {
    path.parse().map_err(|_error: uuid::Error| Problem::NotFound.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_of_the_api_is_described_and_nothing_else() {
        let document: serde_json::Value = serde_json::from_str(OPENAPI).expect("JSON");
        assert_eq!(document["openapi"], "3.1.0");
        let paths = document["paths"].as_object().expect("paths");
        let mut described: Vec<String> = Vec::new();
        for (path, methods) in paths {
            for method in methods.as_object().expect("methods").keys() {
                described.push(format!("{} {path}", method.to_uppercase()));
            }
        }
        let mut served: Vec<String> =
            ROUTES[1..].iter().map(|route| format!("{} {}", route.method, route.path)).collect();
        described.sort();
        served.sort();
        assert_eq!(described, served);
    }
}
