//! The JSON API for duties: one's own, and any that one may open; problem+json for what is wrong.
//!
//! [`sent`] and [`shown`] are the shapes; the description of the API (`app::openapi`) is made from them and from the
//! attributes here. What every address of the API answers (401, 403, 503 and so on) is added there.

mod sent;
mod shown;

use actix_web::HttpResponse;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::{self, Data, Path};
use utoipa::OpenApi;

use self::sent::{ChangedDuty, ListQuery, NewDuty, Removal};
use self::shown::{Duty, DutyList, OpenedDuty, Saved, Words};
use super::error::DutyError;
use super::model::Sight;
use super::port::Watch;
use super::rules::{self, At, Faults};
use super::service::{self, Logged};
use super::team;
use crate::authz::permission::{DUTY_DELETE, DUTY_EDIT, DUTY_LOG, DUTY_READ, HOURS_READ};
use crate::http::condition::etag;
use crate::http::{Access, Ask, Failure, FieldProblem, IdempotencyKey, IfMatch, JsonBody, Problem, QueryOf, Route};
use crate::kernel::ids::DutyId;

const READERS: Access = Access::NeedsOne(&[DUTY_READ, HOURS_READ]);

/// The routes of the API.
pub static ROUTES: &[Route] = &[
    Route::get("api.duty.list", "/api/v1/duties", READERS, || web::get().to(list)),
    Route::post("api.duty.log", "/api/v1/duties", Access::Needs(DUTY_LOG), || web::post().to(log)),
    Route::get("api.duty.read", "/api/v1/duties/{id}", READERS, || web::get().to(read)),
    Route::post("api.duty.edit", "/api/v1/duties/{id}", Access::Needs(DUTY_EDIT), || web::put().to(edit))
        .with_method("PUT"),
    Route::post("api.duty.delete", "/api/v1/duties/{id}", Access::Needs(DUTY_DELETE), || web::delete().to(delete))
        .with_method("DELETE"),
    Route::get("api.words", "/api/v1/words", READERS, || web::get().to(words)),
];

/// The part of the API's description that is about duties.
#[derive(Debug, OpenApi)]
#[openapi(
    paths(list, log, read, edit, delete, words),
    tags(
        (name = "Duties", description = "The activity log: one entry for each duty that a person did."),
        (name = "Words", description = "The organisation's own words for work and units.")
    )
)]
pub struct Document;

/// List duties
///
/// One's own, newest first, or those of another person as far as you may see them. A page ends with `next_cursor`;
/// send it as `cursor` for the next one.
#[utoipa::path(
    get, path = "/api/v1/duties", operation_id = "listDuties", tag = "Duties", params(ListQuery),
    responses(
        (status = 200, description = "A page of duties", body = DutyList),
        (status = 404, description = "There is no such person, as far as you may know"),
    )
)]
async fn list(ask: Ask, QueryOf(query): QueryOf<ListQuery>) -> Result<HttpResponse, Failure> {
    let (db, caller, wanted) = (&ask.site().db, ask.caller(), query.read()?);
    let page = match wanted.person.filter(|person| Some(*person) != caller.person_id()) {
        None => service::page_own(db, caller, wanted.filter, wanted.after, wanted.limit).await?,
        // A filter by a detail would tell somebody who sees hours only who was at an incident.
        Some(_) if wanted.filter.incident.is_some() => {
            let message = "Leave it out for somebody else's duties.";
            return Err(Problem::Invalid(vec![FieldProblem::new("incident", message)]).into());
        }
        Some(person) => {
            let now = ask.clock().now();
            team::page_of(db, caller, person, wanted.filter, wanted.after, wanted.limit, now).await?
        }
    };
    Ok(HttpResponse::Ok().json(DutyList::new(page, caller)))
}

/// Log a duty of one's own
///
/// With an `Idempotency-Key`, sending the same again within two days makes no second duty and is answered with 200.
#[utoipa::path(
    post, path = "/api/v1/duties", operation_id = "logDuty", tag = "Duties",
    params(
        ("Idempotency-Key" = Option<String>, Header, nullable = false, min_length = 1, max_length = 100,
            pattern = "^[!-~]{1,100}$", example = "5f2b1c1e-6a4a-4a53-9d0e-3c2b7f1f0a11",
            description = "Names this attempt; choose a new one for each duty."),
    ),
    request_body(content = NewDuty),
    responses(
        (status = 201, description = "Logged", body = Saved, headers(
            ("Location" = String, description = "The address of the duty"),
            ("ETag" = String, description = "Its revision, for If-Match"),
        )),
        (status = 200, description = "Logged before, under the same Idempotency-Key", body = Saved, headers(
            ("Location" = String, description = "The address of the duty"),
        )),
    )
)]
async fn log(
    ask: Ask,
    key: IdempotencyKey,
    watch: Data<Watch>,
    JsonBody(body): JsonBody<NewDuty>,
) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let draft = rules::check_given(body.given(), now).map_err(DutyError::from)?;
    let logged = service::log_once(&ask.site().db, &watch, ask.caller(), body.attempt(key), draft, now).await?;
    let (mut response, id) = match logged {
        Logged::Now(id) => (HttpResponse::Created(), id),
        Logged::Before(id) => (HttpResponse::Ok(), id),
    };
    if matches!(logged, Logged::Now(_)) {
        response.insert_header((ETAG, etag(1)));
    }
    Ok(response.insert_header((LOCATION, format!("/api/v1/duties/{id}"))).json(Saved { id, revision: 1 }))
}

/// Open a duty
///
/// As far as you may see it; opening somebody else's is written to the audit trail.
#[utoipa::path(
    get, path = "/api/v1/duties/{id}", operation_id = "readDuty", tag = "Duties",
    params(("id" = uuid::Uuid, Path, description = "The duty")),
    responses(
        (status = 200, description = "The duty", body = OpenedDuty, headers(
            ("ETag" = Option<String>, description = "Its revision, for If-Match; not for readers of hours"),
        )),
        (status = 404, description = "There is no such duty, as far as you may know"),
    )
)]
async fn read(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let opened = service::open(&ask.site().db, ask.caller(), id_of(&path)?, ask.clock().now()).await?;
    let duty = Duty::new(opened.duty, opened.sight == Sight::Own);
    let mut response = HttpResponse::Ok();
    if let Some(revision) = duty.revision() {
        response.insert_header((ETAG, etag(revision)));
    }
    Ok(response.json(OpenedDuty::new(duty, opened.notes)))
}

/// Change a duty of one's own
///
/// Replaces all of it. Name the revision that you read, as `If-Match` or in the body: when the duty is at another one
/// by now, nothing is changed (412 and 409).
#[utoipa::path(
    put, path = "/api/v1/duties/{id}", operation_id = "editDuty", tag = "Duties",
    params(
        ("id" = uuid::Uuid, Path, description = "The duty"),
        ("If-Match" = Option<String>, Header, nullable = false, pattern = "^\"[0-9]{1,9}\"$", example = "\"1\"",
            description = "The ETag that you read"),
    ),
    request_body(content = ChangedDuty),
    responses(
        (status = 200, description = "Changed; or it said that already, then the revision stays", body = Saved, headers(
            ("ETag" = String, description = "Its revision now"),
        )),
        (status = 404, description = "There is no such duty, as far as you may know"),
        (status = 409, description = "It is at another revision than the body names"),
        (status = 412, description = "It is at another revision than If-Match names"),
    )
)]
async fn edit(
    ask: Ask,
    path: Path<String>,
    if_match: IfMatch,
    watch: Data<Watch>,
    JsonBody(body): JsonBody<ChangedDuty>,
) -> Result<HttpResponse, Failure> {
    let (id, now) = (id_of(&path)?, ask.clock().now());
    let revision = expected(if_match, body.revision);
    let reason = rules::check_reason(&body.reason);
    let draft = rules::check_given(body.given(), now);
    let (revision, draft, reason) = match (revision, draft, reason) {
        (Ok(revision), Ok(draft), Ok(reason)) => (revision, draft, reason),
        (revision, draft, reason) => {
            let mut faults = Faults::default();
            for wrong in [draft.err(), revision.err(), reason.err()].into_iter().flatten() {
                faults.extend(wrong);
            }
            return Err(DutyError::Invalid(faults).into());
        }
    };
    let edited = service::edit(&ask.site().db, &watch, ask.caller(), (id, revision), draft, reason, now).await;
    let changed = edited.map_err(|error| condition_failed(error, if_match))?;
    let revision = if changed { revision.saturating_add(1) } else { revision };
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(revision))).json(Saved { id, revision }))
}

/// Delete a duty of one's own
///
/// It leaves all lists and sums; its history stays. Name the revision that you read, as `If-Match` or in the body.
#[utoipa::path(
    delete, path = "/api/v1/duties/{id}", operation_id = "deleteDuty", tag = "Duties",
    params(
        ("id" = uuid::Uuid, Path, description = "The duty"),
        ("If-Match" = Option<String>, Header, nullable = false, pattern = "^\"[0-9]{1,9}\"$", example = "\"1\"",
            description = "The ETag that you read"),
    ),
    request_body(content = Removal),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "There is no such duty, as far as you may know"),
        (status = 409, description = "It is at another revision than the body names"),
        (status = 412, description = "It is at another revision than If-Match names"),
    )
)]
async fn delete(
    ask: Ask,
    path: Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<Removal>,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&path)?;
    let (revision, reason) = match (expected(if_match, body.revision), rules::check_reason(&body.reason)) {
        (Ok(revision), Ok(reason)) => (revision, reason),
        (revision, reason) => {
            let mut faults = revision.err().unwrap_or_default();
            faults.extend(reason.err().unwrap_or_default());
            return Err(DutyError::Invalid(faults).into());
        }
    };
    let deleted = service::delete(&ask.site().db, ask.caller(), id, revision, reason, ask.clock().now()).await;
    deleted.map_err(|error| condition_failed(error, if_match))?;
    Ok(HttpResponse::NoContent().finish())
}

/// List the organisation's words
///
/// The kinds of work and the units, whose ids a duty names.
#[utoipa::path(
    get, path = "/api/v1/words", operation_id = "listWords", tag = "Words",
    responses((status = 200, description = "Kinds and units, each after the one that it is below", body = Words))
)]
async fn words(ask: Ask) -> Result<HttpResponse, Failure> {
    let (kinds, units) = service::words(&ask.site().db, ask.caller()).await?;
    Ok(HttpResponse::Ok().json(Words::new(&kinds, &units)))
}

/// The revision that a change is to be made on, which has to be named once at least, and always the same.
fn expected(IfMatch(header): IfMatch, body: Option<i32>) -> Result<i32, Faults> {
    match (header, body) {
        (Some(header), Some(body)) if header != body => {
            Err(Faults::one(At::Revision, "It is another one than If-Match names. Send one of the two"))
        }
        (Some(revision), _) | (None, Some(revision)) => Ok(revision),
        (None, None) => Err(Faults::one(At::Revision, "Send the revision that you read, or its ETag as If-Match")),
    }
}

/// A change that came too late failed the condition of its header, if it had one.
fn condition_failed(error: DutyError, IfMatch(header): IfMatch) -> Failure {
    match (error, header) {
        (DutyError::Changed, Some(_)) => Problem::PreconditionFailed(
            "The duty was changed since you read it. Read it again, look at what changed, and repeat your change."
                .to_owned(),
        )
        .into(),
        (error, _) => error.into(),
    }
}

fn id_of(path: &Path<String>) -> Result<DutyId, Failure> {
    path.parse().map_err(|_error: uuid::Error| Problem::NotFound.into())
}
