//! The description of the JSON API, made from the types and attributes of the slices and from the table of routes.
//!
//! A slice says what is its own: parameters, bodies, answers. What the edge does on every address (who may try, what
//! it refuses and how) is the same everywhere and is written here once, from the same table that the edge goes by.

use std::collections::BTreeSet;

use serde_json::json;
use utoipa::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, HttpMethod, Ref, RefOr, Response, ResponseBuilder};

use super::{api, routes};
use crate::duties;
use crate::http::session::COOKIE;
use crate::http::{Access, FieldProblem, Problem, ProblemBody, Route};

/// The path below which every address is described.
const BASE: &str = "/api/v1/";

#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Watchroom",
        description = "The record of duty of a fire and rescue or ambulance service. See `docs/api.md` for a first \
                       walk through it.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    components(schemas(ProblemBody)),
)]
struct Base;

/// The whole description.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Base::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    for part in [api::Document::openapi(), duties::api::Document::openapi()] {
        document.merge(part);
    }
    for route in described() {
        if let Some(operation) = operation(&mut document, route) {
            operation.security = Some(securities(route));
            declare_problems(operation);
        }
    }
    if let Some(components) = document.components.as_mut() {
        components.add_security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                COOKIE,
                "The cookie of a session, from /sign-in.",
            ))),
        );
        components.add_security_scheme(
            "csrf",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                "X-CSRF-Token",
                "The csrf_token of /api/v1/session: with every request that changes something in a session.",
            ))),
        );
        components.add_security_scheme(
            "token",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("wrp_… or wrs_…, 76 characters")
                    .description(Some(
                        "A token, from “Your tokens”. The scopes are permission codes: the token has those that it was \
                         given and that its person holds at that moment. Never together with a session's cookie.",
                    ))
                    .build(),
            ),
        );
        for (status, problem, description) in problems() {
            components.responses.insert(name_of(status), RefOr::T(response(&problem, description)));
        }
    }
    document
}

/// The routes that the description has to know.
pub fn described() -> impl Iterator<Item = &'static Route> {
    routes::ALL.iter().flat_map(|table| table.iter()).filter(|route| route.path.starts_with(BASE))
}

fn operation<'a>(document: &'a mut utoipa::openapi::OpenApi, route: &Route) -> Option<&'a mut Operation> {
    let item = document.paths.paths.get_mut(route.path)?;
    match method(route)? {
        HttpMethod::Get => item.get.as_mut(),
        HttpMethod::Post => item.post.as_mut(),
        HttpMethod::Put => item.put.as_mut(),
        HttpMethod::Delete => item.delete.as_mut(),
        HttpMethod::Patch => item.patch.as_mut(),
        _ => None,
    }
}

fn method(route: &Route) -> Option<HttpMethod> {
    Some(match route.method {
        "GET" => HttpMethod::Get,
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "DELETE" => HttpMethod::Delete,
        "PATCH" => HttpMethod::Patch,
        _ => return None,
    })
}

/// The ways in: a token with one of the permissions that are needed, or a session.
fn securities(route: &Route) -> Vec<SecurityRequirement> {
    let scopes: Vec<&str> = match route.access {
        Access::Public | Access::Signed => Vec::new(),
        Access::Needs(permission) => vec![permission],
        Access::NeedsOne(permissions) | Access::NeedsAt(_, permissions) => permissions.to_vec(),
    };
    let token = |scopes: &[&str]| SecurityRequirement::new("token", scopes.iter().copied());
    let mut ways: Vec<SecurityRequirement> = scopes.iter().map(|scope| token(&[scope])).collect();
    if ways.is_empty() {
        ways.push(token(&[]));
    }
    ways.push(session(route));
    ways
}

/// A session's cookie, and its token where something is changed.
fn session(route: &Route) -> SecurityRequirement {
    let cookie = SecurityRequirement::new("session", Vec::<String>::new());
    if route.method == "GET" { cookie } else { cookie.add("csrf", Vec::<String>::new()) }
}

/// Adds what the edge may answer to this route, and gives every problem its shape.
fn declare_problems(operation: &mut Operation) {
    let mut statuses: BTreeSet<u16> = [400, 401, 403, 422, 429, 431, 500, 503].into();
    if operation.request_body.is_some() {
        statuses.extend([408, 413, 415]);
    }
    if operation.parameters.is_none() && operation.request_body.is_none() {
        // Nothing is read of such a request.
        statuses.remove(&422);
    }
    let examples = problems();
    for (status, answer) in &mut operation.responses.responses {
        let own = status.parse().ok().filter(|status: &u16| *status >= 400);
        let example = own.and_then(|own| examples.iter().find(|(status, ..)| *status == own));
        if let (RefOr::T(answer), Some((_status, problem, _description))) = (answer, example) {
            let description = answer.description.clone();
            *answer = response(problem, &description);
        }
    }
    for status in statuses {
        let reference = Ref::new(format!("#/components/responses/{}", name_of(status)));
        operation.responses.responses.entry(status.to_string()).or_insert(RefOr::Ref(reference));
    }
}

fn name_of(status: u16) -> String {
    format!("Problem{status}")
}

fn response(problem: &Problem, description: &str) -> Response {
    let example = json!(ProblemBody::new(problem, "0f6c5a3e9b7d4c1e8a2b6d4f0c9e7a51".to_owned()));
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).example(Some(example)).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// What may go wrong, each with an example and with what it means anywhere.
fn problems() -> Vec<(u16, Problem, &'static str)> {
    let text = str::to_owned;
    let all = [
        (
            Problem::BadRequest(text(
                "The body is no JSON that can be read: EOF while parsing an object at line 1 column 8.",
            )),
            "The request cannot be read",
        ),
        (Problem::SignedOut, "Nobody is signed in (any more), or the token is not good"),
        (
            Problem::Forbidden,
            "Your role or the token does not include this, it is the wrong network, or the X-CSRF-Token is missing",
        ),
        (Problem::NotFound, "There is no such record, as far as you may know"),
        (Problem::TooSlow, "The body came in too slowly"),
        (Problem::TooMany(12), "Too many requests: wait as many seconds as `Retry-After` says"),
        (Problem::HeadTooLarge(32), "The address and the headers are too large (server.head_kib)"),
        (Problem::Conflict(text("The duty was changed since you opened it.")), "It has changed meanwhile"),
        (Problem::PreconditionFailed(text("The duty was changed since you read it.")), "It has changed meanwhile"),
        (Problem::TooLarge(text("The body is larger than this server accepts (server.body_kib).")), "Too large"),
        (Problem::UnsupportedMedia(text("Send the body as application/json.")), "Not JSON, or encoded"),
        (
            Problem::Invalid(vec![FieldProblem::new("ended_at", "The end must be after the start.")]),
            "It can be read and is wrong: `errors` names each field",
        ),
        (Problem::Internal, "A defect of ours; the server's log has the cause"),
        (Problem::Unavailable, "The database is away, or the server is stopping"),
    ];
    all.into_iter().map(|(problem, description)| (problem.status().as_u16(), problem, description)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");

    fn text() -> String {
        format!("{}\n", serde_json::to_string_pretty(&document()).expect("JSON"))
    }

    #[test]
    fn the_checked_in_description_is_what_the_types_make() {
        #[expect(clippy::disallowed_methods, reason = "a switch of the test itself")]
        if std::env::var("WATCHROOM_WRITE_OPENAPI").is_ok() {
            std::fs::write(FILE, text()).expect("write");
        }
        let found = std::fs::read_to_string(FILE).expect("docs/openapi.json");
        assert!(found == text(), "run WATCHROOM_WRITE_OPENAPI=1 cargo test --lib openapi, and look at what changed");
    }

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let document = serde_json::to_value(document()).expect("JSON");
        let mut described_there = Vec::new();
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for method in methods.as_object().expect("methods").keys() {
                described_there.push(format!("{} {path}", method.to_uppercase()));
            }
        }
        let mut served: Vec<String> = described().map(|route| format!("{} {}", route.method, route.path)).collect();
        described_there.sort();
        served.sort();
        assert_eq!(described_there, served);
        assert_eq!(
            (&document["openapi"], &document["info"]["version"]),
            (&json!("3.1.0"), &json!(env!("CARGO_PKG_VERSION")))
        );
    }

    #[test]
    fn every_operation_says_who_may_and_what_may_go_wrong() {
        let document = serde_json::to_value(document()).expect("JSON");
        for route in described() {
            let operation = &document["paths"][route.path][route.method.to_lowercase()];
            let ways = operation["security"].as_array().expect("ways in");
            let (session, tokens) = ways.split_last().expect("a session");
            assert!(session.get("session").is_some(), "{}", route.name);
            assert_eq!(session.get("csrf").is_some(), route.method != "GET", "{}", route.name);
            assert!(!tokens.is_empty() && tokens.iter().all(|way| way.get("token").is_some()), "{}", route.name);
            for status in ["400", "401", "500", "503"] {
                assert!(operation["responses"].get(status).is_some(), "{} {status}", route.name);
            }
            assert!(operation["operationId"].is_string() && operation["summary"].is_string(), "{}", route.name);
            for (status, answer) in operation["responses"].as_object().expect("responses") {
                let shaped = answer.get("$ref").is_some() || answer["content"].is_object() || status == "204";
                assert!(shaped, "{} {status}", route.name);
            }
        }
    }
}
