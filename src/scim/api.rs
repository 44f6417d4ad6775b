//! The interface at `/scim/v2`: a token instead of a session, and SCIM's own media type and errors.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH, LOCATION,
};
use actix_web::web::{self, Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::error::MEDIA_TYPE;
use super::query::{MOST, Query, Sent, page};
use super::tokens::{self, Bearer};
use super::users::{Desk, Versioned};
use super::{ScimError, schema};
use crate::authz::{Caller, SystemName};
use crate::db::Tx;
use crate::http::{Access, Ask, Class, Route};
use crate::kernel::ids::{PersonId, ScimGroupId};

const BASE: &str = "/scim/v2";

/// Counted as a page for everybody and not as an attempt to get in: nobody guesses its random token, and a directory
/// that brings thousands of people for the first time must not wait hours.
const fn program(route: Route) -> Route {
    route.counted(Class::Public)
}

/// The interface's routes. Public to the edge, which knows people only: each handler asks for the token.
pub static ROUTES: &[Route] = &[
    program(Route::get("scim.config", "/scim/v2/ServiceProviderConfig", Access::Public, || web::get().to(config))),
    program(Route::get("scim.types", "/scim/v2/ResourceTypes", Access::Public, || web::get().to(types))),
    program(Route::get("scim.type", "/scim/v2/ResourceTypes/{id}", Access::Public, || web::get().to(one_type))),
    program(Route::get("scim.schemas", "/scim/v2/Schemas", Access::Public, || web::get().to(schemas))),
    program(Route::get("scim.schema", "/scim/v2/Schemas/{id}", Access::Public, || web::get().to(one_schema))),
    program(Route::get("scim.users", "/scim/v2/Users", Access::Public, || web::get().to(users))),
    program(Route::post("scim.user-create", "/scim/v2/Users", Access::Public, || web::post().to(user_create))),
    program(Route::get("scim.user", "/scim/v2/Users/{id}", Access::Public, || web::get().to(user))),
    program(
        Route::get("scim.user-replace", "/scim/v2/Users/{id}", Access::Public, || web::put().to(user_replace))
            .with_method("PUT"),
    ),
    program(
        Route::get("scim.user-change", "/scim/v2/Users/{id}", Access::Public, || web::patch().to(user_change))
            .with_method("PATCH"),
    ),
    program(
        Route::get("scim.user-delete", "/scim/v2/Users/{id}", Access::Public, || web::delete().to(user_delete))
            .with_method("DELETE"),
    ),
    program(Route::get("scim.groups", "/scim/v2/Groups", Access::Public, || web::get().to(groups))),
    program(Route::post("scim.group-create", "/scim/v2/Groups", Access::Public, || web::post().to(group_create))),
    program(Route::get("scim.group", "/scim/v2/Groups/{id}", Access::Public, || web::get().to(group))),
    program(
        Route::get("scim.group-replace", "/scim/v2/Groups/{id}", Access::Public, || web::put().to(group_replace))
            .with_method("PUT"),
    ),
    program(
        Route::get("scim.group-change", "/scim/v2/Groups/{id}", Access::Public, || web::patch().to(group_change))
            .with_method("PATCH"),
    ),
    program(
        Route::get("scim.group-delete", "/scim/v2/Groups/{id}", Access::Public, || web::delete().to(group_delete))
            .with_method("DELETE"),
    ),
    program(Route::get("scim.elsewhere", "/scim/v2/{rest}", Access::Public, || web::get().to(elsewhere))),
];

type Answer = Result<HttpResponse, ScimError>;

/// Gives every answer its form, the errors too.
fn said(answer: Answer) -> HttpResponse {
    answer.unwrap_or_else(|error| error.response())
}

/// A directory's request.
struct Request<'a> {
    ask: &'a Ask,
    bearer: Bearer,
    admitted: tokens::Admitted,
    base: String,
}

impl<'a> Request<'a> {
    /// Lets a directory in by its token.
    async fn admitted(ask: &'a Ask) -> Result<Self, ScimError> {
        let header = ask.request().headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = header.and_then(|header| header.split_once(' ')).ok_or(ScimError::Unauthorised)?;
        let bearer = Bearer::parse(token.trim()).filter(|_token| scheme.eq_ignore_ascii_case("bearer"));
        let bearer = bearer.ok_or(ScimError::Unauthorised)?;
        let admitted = tokens::admit(&ask.site().db, &bearer, ask.clock().now()).await?;
        Ok(Self { ask, bearer, admitted, base: base(ask) })
    }

    fn caller(&self) -> Caller {
        Caller::system(SystemName::Scim, self.bearer.organisation)
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl for<'tx> FnOnce(&Desk<'_>, &mut Tx<'tx>) -> Result<T, ScimError> + Send + 'static,
    ) -> Result<T, ScimError> {
        let (site, base, token, now) = (self.ask.site_data(), self.base.clone(), self.admitted, self.ask.clock().now());
        let db = site.db.clone();
        db.read(&self.caller(), move |tx| work(&Desk { keys: &site.keys, base: &base, token, now }, tx)).await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl for<'tx> FnOnce(&Desk<'_>, &mut Tx<'tx>) -> Result<T, ScimError> + Send + 'static,
    ) -> Result<T, ScimError> {
        let (site, base, token, now) = (self.ask.site_data(), self.base.clone(), self.admitted, self.ask.clock().now());
        let db = site.db.clone();
        db.write(&self.caller(), move |tx| work(&Desk { keys: &site.keys, base: &base, token, now }, tx)).await
    }

    fn query(&self) -> Result<Sent, ScimError> {
        let query = web::Query::<Sent>::from_query(self.ask.request().query_string());
        query
            .map(web::Query::into_inner)
            .map_err(|error| ScimError::Value(format!("The query cannot be read: {error}.")))
    }

    fn header(&self, name: HeaderName) -> Option<String> {
        header(self.ask.request(), name)
    }
}

fn header(request: &HttpRequest, name: HeaderName) -> Option<String> {
    request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The address of the interface, as directories know it.
pub(super) fn base(ask: &Ask) -> String {
    let configured = ask.site().config.server.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
    let host = || header(ask.request(), actix_web::http::header::HOST).unwrap_or_else(|| "localhost".to_owned());
    format!("{}{BASE}", configured.unwrap_or_else(|| format!("https://{}", host())))
}

fn json_of(status: StatusCode, body: &Value) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.content_type(MEDIA_TYPE).insert_header((CACHE_CONTROL, "no-store")).body(body.to_string())
}

/// A resource with its version, as it is wanted; 304 when the client has it.
fn versioned(status: StatusCode, request: &Request<'_>, found: Versioned) -> Answer {
    if status == StatusCode::OK
        && *request.ask.request().method() == actix_web::http::Method::GET
        && request.header(IF_NONE_MATCH).is_some_and(|known| known.split(',').any(|one| one.trim() == found.etag))
    {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, found.etag)).finish());
    }
    let location = found.resource.get("meta").and_then(|meta| meta.get("location")).and_then(Value::as_str);
    let location = location.unwrap_or_default().to_owned();
    let shape = request.query()?.shape()?;
    let mut response = json_of(status, &Value::Object(shape.of(found.resource)));
    for (name, value) in [(ETAG, found.etag), (LOCATION, location)] {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

/// Reads a body; the media type is SCIM's, or JSON's.
fn body(ask: &Ask, bytes: Result<Bytes, actix_web::Error>) -> Result<Value, ScimError> {
    let kind = header(ask.request(), CONTENT_TYPE).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind != "application/scim+json" && kind != "application/json" {
        return Err(ScimError::Syntax("Send the body as application/scim+json.".to_owned()));
    }
    let bytes = bytes.map_err(|error| {
        if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE {
            ScimError::TooLarge
        } else {
            ScimError::Syntax("The body ended too soon.".to_owned())
        }
    })?;
    serde_json::from_slice(&bytes).map_err(|error| ScimError::Syntax(format!("The body is not JSON: {error}.")))
}

fn id<T: std::str::FromStr>(path: &Path<String>) -> Result<T, ScimError> {
    path.parse().map_err(|_no_id| ScimError::NotFound)
}

type Body = Result<Bytes, actix_web::Error>;

async fn config(ask: Ask) -> HttpResponse {
    said(
        async { Ok(json_of(StatusCode::OK, &schema::configuration(&Request::admitted(&ask).await?.base, MOST))) }.await,
    )
}

/// What the program says of itself is a list that is not filtered (RFC 7644, 4).
fn unfiltered(request: &Request<'_>, all: Vec<(&'static str, Value)>) -> Answer {
    if request.ask.request().query_string().contains("filter=") {
        return Err(ScimError::Refused("This is not filtered."));
    }
    let total = all.len();
    let all = all.into_iter().map(|(_id, value)| value).collect();
    Ok(json_of(StatusCode::OK, &page(all, 0, total)))
}

fn among(all: Vec<(&'static str, Value)>, id: &str) -> Answer {
    let found = all.into_iter().find(|(known, _value)| *known == id).ok_or(ScimError::NotFound)?;
    Ok(json_of(StatusCode::OK, &found.1))
}

async fn types(ask: Ask) -> HttpResponse {
    said(
        async { Request::admitted(&ask).await.and_then(|one| unfiltered(&one, schema::resource_types(&one.base))) }
            .await,
    )
}

async fn one_type(ask: Ask, id: Path<String>) -> HttpResponse {
    said(async { among(schema::resource_types(&Request::admitted(&ask).await?.base), &id) }.await)
}

async fn schemas(ask: Ask) -> HttpResponse {
    said(async { Request::admitted(&ask).await.and_then(|one| unfiltered(&one, schema::schemas(&one.base))) }.await)
}

async fn one_schema(ask: Ask, id: Path<String>) -> HttpResponse {
    said(async { among(schema::schemas(&Request::admitted(&ask).await?.base), &id) }.await)
}

async fn users(ask: Ask) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let query: Query = request.query()?.read()?;
            let found = request.read(move |desk, tx| desk.list(tx, &query)).await?;
            Ok(json_of(StatusCode::OK, &found))
        }
        .await,
    )
}

async fn user(ask: Ask, path: Path<String>) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let id: PersonId = id(&path)?;
            let found = request.read(move |desk, tx| desk.user(tx, id)).await?;
            versioned(StatusCode::OK, &request, found)
        }
        .await,
    )
}

/// Whoever was changed is looked at anew at their next request.
fn forget(ask: &Ask, id: PersonId) {
    ask.site().sessions.forget_person(id);
}

async fn user_create(ask: Ask, bytes: Body) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let sent = body(&ask, bytes)?;
            let (_id, made) = request.write(move |desk, tx| desk.create(tx, &sent)).await?;
            versioned(StatusCode::CREATED, &request, made)
        }
        .await,
    )
}

async fn user_replace(ask: Ask, path: Path<String>, bytes: Body) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let (id, sent, expected): (PersonId, _, _) = (id(&path)?, body(&ask, bytes)?, request.header(IF_MATCH));
            let found = request.write(move |desk, tx| desk.replace(tx, id, &sent, expected.as_deref())).await?;
            forget(&ask, id);
            versioned(StatusCode::OK, &request, found)
        }
        .await,
    )
}

async fn user_change(ask: Ask, path: Path<String>, bytes: Body) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let (id, sent, expected): (PersonId, _, _) = (id(&path)?, body(&ask, bytes)?, request.header(IF_MATCH));
            let found = request.write(move |desk, tx| desk.change(tx, id, &sent, expected.as_deref())).await?;
            forget(&ask, id);
            versioned(StatusCode::OK, &request, found)
        }
        .await,
    )
}

async fn user_delete(ask: Ask, path: Path<String>) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let (id, expected): (PersonId, _) = (id(&path)?, request.header(IF_MATCH));
            request.write(move |desk, tx| desk.delete(tx, id, expected.as_deref())).await?;
            forget(&ask, id);
            Ok(HttpResponse::NoContent().finish())
        }
        .await,
    )
}

async fn groups(ask: Ask) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let query: Query = request.query()?.read()?;
            let found = request.read(move |desk, tx| desk.groups(tx, &query)).await?;
            Ok(json_of(StatusCode::OK, &found))
        }
        .await,
    )
}

async fn group(ask: Ask, path: Path<String>) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let id: ScimGroupId = id(&path)?;
            let with_members = request.query()?.shape()?.wants("members");
            let found = request.read(move |desk, tx| desk.group(tx, id, with_members)).await?;
            versioned(StatusCode::OK, &request, found)
        }
        .await,
    )
}

/// Members' roles may have changed.
fn forget_members(ask: &Ask, request: &Request<'_>) {
    ask.site().sessions.forget_organisation(request.bearer.organisation);
}

async fn group_create(ask: Ask, bytes: Body) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let sent = body(&ask, bytes)?;
            let (_id, made) = request.write(move |desk, tx| desk.group_create(tx, &sent)).await?;
            forget_members(&ask, &request);
            versioned(StatusCode::CREATED, &request, made)
        }
        .await,
    )
}

async fn group_replace(ask: Ask, path: Path<String>, bytes: Body) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let (id, sent, expected): (ScimGroupId, _, _) = (id(&path)?, body(&ask, bytes)?, request.header(IF_MATCH));
            let found = request.write(move |desk, tx| desk.group_replace(tx, id, &sent, expected.as_deref())).await?;
            forget_members(&ask, &request);
            versioned(StatusCode::OK, &request, found)
        }
        .await,
    )
}

async fn group_change(ask: Ask, path: Path<String>, bytes: Body) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let (id, sent, expected): (ScimGroupId, _, _) = (id(&path)?, body(&ask, bytes)?, request.header(IF_MATCH));
            let found = request.write(move |desk, tx| desk.group_change(tx, id, &sent, expected.as_deref())).await?;
            forget_members(&ask, &request);
            versioned(StatusCode::OK, &request, found)
        }
        .await,
    )
}

async fn group_delete(ask: Ask, path: Path<String>) -> HttpResponse {
    said(
        async {
            let request = Request::admitted(&ask).await?;
            let (id, expected): (ScimGroupId, _) = (id(&path)?, request.header(IF_MATCH));
            request.write(move |desk, tx| desk.group_delete(tx, id, expected.as_deref())).await?;
            forget_members(&ask, &request);
            Ok(HttpResponse::NoContent().finish())
        }
        .await,
    )
}

async fn elsewhere(ask: Ask) -> HttpResponse {
    said(async { Request::admitted(&ask).await.and_then(|_one| Err(ScimError::NotFound)) }.await)
}
