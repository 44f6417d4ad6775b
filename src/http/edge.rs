//! The life of a request around its handler: id and span, who asks, whether they may even try, and what becomes of
//! a problem. [`mount`] puts the table of routes under it.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{ConnectionType, Method, header};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use tracing::Instrument;
use uuid::Uuid;

use super::ask::RequestId;
use super::connection::Connection;
use super::session::{Asked, COOKIE, SessionCookie, SessionFacts};
use super::{
    Access, Ask, Class, Problem, ProblemBody, Route, Site, bearer, body, csrf, headers, problem, rate, step_up,
};
use crate::authz::{Caller, permission};
use crate::config::Config;
use crate::db::DbError;
use crate::kernel::address::MaskedAddress;

/// Puts `routes` under the edge, and a 404 under everything else.
pub fn mount(config: &mut ServiceConfig, routes: &'static [&'static [Route]]) {
    let mut paths: Vec<&'static str> = Vec::new();
    for route in routes.iter().flat_map(|table| table.iter()) {
        if !paths.contains(&route.path) {
            paths.push(route.path);
        }
    }
    let mut scope = web::scope("");
    for path in paths {
        let here: Vec<&'static Route> =
            routes.iter().flat_map(|table| table.iter()).filter(|route| route.path == path).collect();
        let mut resource = web::resource(path);
        for route in &here {
            resource = resource.route((route.handler)().method(route.http_method()));
        }
        resource = resource.default_service(web::to(no_such_method));
        scope = scope.service(resource.wrap(from_fn(move |request, next| guard(here.clone(), request, next))));
    }
    config.service(scope.default_service(web::to(no_such_page)).wrap(from_fn(around)));
}

/// Only behind [`guard`], which knows better; here for a route whose handler insists on another method.
async fn no_such_method() -> Result<HttpResponse, super::Failure> {
    Err(Problem::MethodNotAllowed(String::new()).into())
}

async fn no_such_page() -> Result<HttpResponse, super::Failure> {
    Err(Problem::NotFound.into())
}

/// Outermost: the request's id, its span, who asks; afterwards the headers and the body of a problem.
async fn around(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // Whatever way it ends, the request is answered then.
    let _answering = request.conn_data::<Arc<Connection>>().map(|connection| connection.begin());
    let id = Uuid::new_v4().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span =
        tracing::info_span!("request", request_id = %id, method = %request.method(), route = tracing::field::Empty);
    async move {
        let started = std::time::Instant::now();
        let (asked, given_up) = match precheck(&request) {
            Ok(bytes_per_s) => (who(request.request()).await, body::watch(&mut request, bytes_per_s, body::WINDOW)),
            Err(problem) => (Err(problem), None),
        };
        let answer = match asked {
            Ok(asked) => {
                remember(request.request(), asked);
                match next.call(request).await {
                    // Instead of what the handler made of a body that ended in the middle.
                    Ok(answer) if given_up.is_some_and(|given_up| given_up.get()) => {
                        answer.into_response(problem_response(Problem::TooSlow))
                    }
                    Ok(answer) => answer.map_into_boxed_body(),
                    Err(error) => return Err(error),
                }
            }
            Err(problem) => refusal(request, problem),
        };
        let mut answer = explain(answer);
        hand_over_replaced_token(&mut answer);
        headers::add(answer.headers_mut());
        observe(&answer, started.elapsed());
        Ok(answer)
    }
    .instrument(span)
    .await
}

/// What is known without asking anybody: whether the request came the right way, in bounds, and not too often. Returns
/// the pace that its body must keep.
fn precheck(request: &ServiceRequest) -> Result<u32, Problem> {
    if comes_round_the_proxy(request.request()) {
        return Err(Problem::Forbidden);
    }
    let site = request.app_data::<Data<Site>>().ok_or(Problem::Internal)?;
    let settings = &site.config.server;
    if head_bytes(request) > settings.head_bytes() {
        return Err(Problem::HeadTooLarge(settings.head_kib));
    }
    if !rate::is_free(request.path()) {
        rate::arrived(&site.limits, client_address(request.request(), &site.config), site.clock.now())?;
    }
    Ok(settings.body_bytes_per_s)
}

/// The size of the request's line and headers, as they came, but for a few separators.
fn head_bytes(request: &ServiceRequest) -> usize {
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let line = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    headers.sum::<usize>() + line
}

/// Around one address: is it ours that asks, may they even try?
async fn guard(
    routes: Vec<&'static Route>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.method() == Method::HEAD {
        // The handlers know GET; the connection remembers that the answer goes out without its body.
        request.head_mut().method = Method::GET;
    }
    let Some(route) = routes.iter().find(|route| route.http_method() == *request.method()) else {
        return Ok(refusal(request, Problem::MethodNotAllowed(allowed(&routes))));
    };
    tracing::Span::current().record("route", route.shown_name());
    request.extensions_mut().insert(RouteName(route.shown_name()));
    if csrf::is_foreign(request.request()) {
        return Ok(refusal(request, Problem::Forbidden));
    }
    if lacks_csrf_token(request.request()) {
        return Ok(refusal(request, Problem::NoCsrfToken));
    }
    if changes_a_preview(&request, route) {
        let why = "You see the console as a role: nothing can be changed here. Leave the preview first.";
        return Ok(refusal(request, Problem::Conflict(why.to_owned())));
    }
    let verdict = {
        let extensions = request.extensions();
        extensions.get::<Caller>().map_or(Err(Problem::SignedOut), |caller| admit(route.access, caller))
    };
    let verdict = match verdict {
        // Never refused on what was known a moment ago: the role may have been given since.
        Err(Problem::Forbidden | Problem::OutOfScope) => match who_afresh(request.request()).await {
            Ok(asked) => {
                let verdict = admit(route.access, &asked.caller);
                remember(request.request(), asked);
                verdict
            }
            Err(problem) => Err(problem),
        },
        known => known,
    };
    let verdict = match verdict {
        Ok(()) => at_the_gate(&request, route).await.and_then(|()| counted(&request, route.class)),
        refused => refused,
    };
    match verdict {
        Ok(()) => match step_up::missing(route, request.request()) {
            None => {
                ring(request.request()).await;
                next.call(request).await.map(ServiceResponse::map_into_boxed_body)
            }
            Some(missing) => step_up::ask(missing, request).await,
        },
        Err(problem) => Ok(refusal(request, problem)),
    }
}

/// Keeps who asks where handlers look for it.
fn remember(request: &HttpRequest, asked: Asked) {
    let mut extensions = request.extensions_mut();
    extensions.insert(asked.caller);
    if let Some(session) = asked.session {
        extensions.insert(session);
    }
    if let Some(cookie) = asked.replaced {
        extensions.insert(Replaced(cookie));
    }
}

/// Notes what stands around the page that is answered, for somebody whose whole session it is.
async fn ring(request: &HttpRequest) {
    let whole = request.extensions().get::<SessionFacts>().is_none_or(|session| !session.confined);
    let caller = request.extensions().get::<Caller>().cloned();
    let (Some(site), Some(caller)) = (request.app_data::<Data<Site>>(), caller) else { return };
    let page = !request.path().starts_with("/api/") && !request.path().starts_with("/assets/");
    if page && whole && caller.person().is_some() && caller.token().is_none() {
        let rung = site.bell.look(&caller).await;
        request.extensions_mut().insert(rung);
    }
}

struct Replaced(SessionCookie);

/// Sets the cookie of a session whose token was replaced on the way in, unless the handler set or removed it.
fn hand_over_replaced_token(answer: &mut ServiceResponse<BoxBody>) {
    let replaced = answer.request().extensions_mut().remove::<Replaced>();
    let Some(Replaced(cookie)) = replaced else { return };
    let response = answer.response_mut();
    if response.cookies().any(|cookie| cookie.name() == COOKIE) {
        return;
    }
    if let Err(error) = response.add_cookie(&cookie.to_cookie()) {
        tracing::error!(%error, "the replaced session cookie could not be set");
    }
}

/// Whether somebody who is signed in is let in from where they are. What is for everybody stays open: it shows
/// nothing of anybody, and they can sign out.
async fn at_the_gate(request: &ServiceRequest, route: &Route) -> Result<(), Problem> {
    if route.access == Access::Public {
        return Ok(());
    }
    let site = request.app_data::<Data<Site>>().ok_or(Problem::Internal)?;
    let caller = request.extensions().get::<Caller>().cloned().ok_or(Problem::Internal)?;
    let Some(person) = caller.person() else { return Ok(()) };
    let address = client_address(request.request(), &site.config);
    match site.gate.admit(person, address, route.is_console()).await {
        Ok(None) => Ok(()),
        Ok(Some(sentence)) => Err(Problem::WrongNetwork(sentence)),
        Err(error) => {
            tracing::error!(cause = %problem::chain(&error), "the rules on networks could not be read");
            Err(super::AsProblem::problem(&error))
        }
    }
}

/// Counts a request that may be made.
fn counted(request: &ServiceRequest, class: Class) -> Result<(), Problem> {
    let site = request.app_data::<Data<Site>>().ok_or(Problem::Internal)?;
    let address = client_address(request.request(), &site.config);
    let extensions = request.extensions();
    let caller = extensions.get::<Caller>().ok_or(Problem::Internal)?;
    rate::admitted(&site.limits, class, caller, address, site.clock.now())
}

struct RouteName(&'static str);

/// The methods of an address, as the `Allow` header lists them.
fn allowed(routes: &[&Route]) -> String {
    let mut methods: Vec<&str> = routes.iter().map(|route| route.method).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.sort_unstable();
    methods.join(", ")
}

/// Whether a program that is signed in with a session's cookie would do something without the session's token. (A
/// form carries the token in its body; `Posted` looks there.)
fn lacks_csrf_token(request: &HttpRequest) -> bool {
    if *request.method() == Method::GET || !request.path().starts_with("/api/") || SessionCookie::of(request).is_none()
    {
        return false;
    }
    let Some(site) = request.app_data::<Data<Site>>() else { return true };
    let given = request.headers().get(csrf::HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    !csrf::matches(&site.keys, request, given)
}

fn admit(access: Access, caller: &Caller) -> Result<(), Problem> {
    let held = match access {
        Access::Public => return Ok(()),
        Access::Signed => true,
        Access::Needs(permission) => caller.holds(permission),
        Access::NeedsOne(permissions) => permissions.iter().any(|permission| caller.holds(permission)),
        Access::NeedsAt(scope, permissions) => permissions.iter().any(|permission| caller.holds_at(permission, scope)),
    };
    match caller {
        Caller::Person(_) if held => Ok(()),
        Caller::Person(person) => Err(if person.token.is_some() { Problem::OutOfScope } else { Problem::Forbidden }),
        Caller::Anonymous { .. } | Caller::System { .. } => Err(Problem::SignedOut),
    }
}

async fn who(request: &HttpRequest) -> Result<Asked, Problem> {
    let site = request.app_data::<Data<Site>>().ok_or(Problem::Internal)?;
    let address = client_address(request, &site.config);
    if bearer::is_asked(request) {
        return bearer::caller(request, site, address).await;
    }
    let address = address.map(MaskedAddress::from);
    let path = request.path();
    if path.starts_with("/assets/") || path.starts_with("/health/") {
        return Ok(Asked::nobody(address));
    }
    let looked_up = async {
        let own = site.sessions.caller(SessionCookie::of(request), address, site.clock.now()).await?;
        // Whoever looks at the console as a role does so beside their own session, and only as long as they may.
        let whole = own.session.is_some_and(|session| !session.confined);
        let preview = SessionCookie::of_preview(request).filter(|preview| {
            let organisation = own.caller.organisation().preview();
            whole && own.caller.holds_for_all(permission::ROLE_PREVIEW) && preview.organisation == organisation
        });
        let Some(preview) = preview else { return Ok(own) };
        let seen_as = site.sessions.caller(Some(preview), address, site.clock.now()).await?;
        if seen_as.caller.person().is_none() {
            return Ok(own);
        }
        // What is made up asks nobody who they are: nothing of a session goes along.
        Ok::<_, DbError>(Asked { caller: seen_as.caller, session: None, replaced: own.replaced })
    };
    looked_up.await.map_err(|error| {
        tracing::error!(cause = %problem::chain(&error), "the session could not be looked up");
        super::AsProblem::problem(&error)
    })
}

/// The name of the one form that somebody who looks at the console as a role can send: the one that ends it.
pub const END_PREVIEW: &str = "preview.end";

/// Whether the caller looks at the console as a role and tries to change something.
fn changes_a_preview(request: &ServiceRequest, route: &Route) -> bool {
    let previews = request.extensions().get::<Caller>().is_some_and(|caller| caller.organisation().is_preview());
    previews && !matches!(*request.method(), Method::GET | Method::HEAD) && route.name != END_PREVIEW
}

/// [`who`], asking the database whatever is remembered.
async fn who_afresh(request: &HttpRequest) -> Result<Asked, Problem> {
    let site = request.app_data::<Data<Site>>().ok_or(Problem::Internal)?;
    if let Some(cookie) = SessionCookie::of(request) {
        site.sessions.forget(&cookie.token.digest().0);
    }
    let token = request.extensions().get::<Caller>().and_then(Caller::token).map(|token| token.id);
    if let Some(token) = token {
        site.tokens.forget(token);
    }
    who(request).await
}

/// Behind a proxy we speak plain HTTP: to that proxy alone.
fn comes_round_the_proxy(request: &HttpRequest) -> bool {
    let Some(site) = request.app_data::<Data<Site>>() else { return true };
    let settings = &site.config.server;
    settings.behind_proxy.enabled && !request.peer_addr().is_some_and(|peer| settings.trusts(peer.ip()))
}

/// The address that speaks to us, or the one that a trusted proxy says it speaks for.
pub fn client_address(request: &HttpRequest, config: &Config) -> Option<IpAddr> {
    let mut address = request.peer_addr()?.ip();
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let mut hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    // From the right: each hop is believed only as long as the one that reported it is trusted.
    while config.server.trusts(address) {
        match hops.pop().and_then(|hop| hop.parse().ok()) {
            Some(hop) => address = hop,
            None => break,
        }
    }
    Some(address)
}

pub(super) fn refusal(request: ServiceRequest, problem: Problem) -> ServiceResponse<BoxBody> {
    request.into_response(problem_response(problem))
}

/// An answer that carries the problem; [`explain`] gives it its body.
fn problem_response(problem: Problem) -> HttpResponse {
    actix_web::ResponseError::error_response(&super::Failure::from(problem))
}

/// Gives a problem its body: a page for a browser, problem+json for the API, the sign-in page for somebody who has
/// to sign in first.
fn explain(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let found = answer.response().extensions().get::<Problem>().cloned();
    let problem = match found {
        Some(problem) => problem,
        // An answer of the framework itself, such as a path that does not parse.
        None if answer.status().is_client_error() && answer.headers().get(header::CONTENT_TYPE).is_none() => {
            if answer.status() == actix_web::http::StatusCode::NOT_FOUND {
                Problem::NotFound
            } else {
                Problem::BadRequest("The address or the body is malformed.".into())
            }
        }
        None => return answer,
    };
    let request = answer.request().clone();
    let body = match request.path() {
        path if path.starts_with("/api/") => Ok(json(&request, &problem)),
        path if path.starts_with("/scim/") => Ok(scim(&problem)),
        _ => page(&request, &problem),
    };
    match body {
        Ok(mut response) => {
            if problem == Problem::TooSlow {
                // What is left of the body is not waited for.
                response.head_mut().set_connection_type(ConnectionType::Close);
            }
            if let Problem::TooMany(seconds) = problem {
                response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
            }
            if let Some(challenge) = challenge(&problem).filter(|_challenge| request.path().starts_with("/api/")) {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static(challenge));
            }
            if let Problem::MethodNotAllowed(allowed) = &problem
                && let Ok(allowed) = header::HeaderValue::from_str(allowed)
            {
                response.headers_mut().insert(header::ALLOW, allowed);
            }
            answer.into_response(response)
        }
        Err(error) => {
            tracing::error!(?error, "the error page could not be made");
            answer.into_response(
                HttpResponse::build(problem.status()).content_type("text/plain; charset=utf-8").body(problem.title()),
            )
        }
    }
}

/// What a refused program is told about tokens (RFC 6750).
fn challenge(problem: &Problem) -> Option<&'static str> {
    match problem {
        Problem::SignedOut => Some("Bearer realm=\"watchroom\""),
        Problem::BadToken(_) => Some("Bearer realm=\"watchroom\", error=\"invalid_token\""),
        Problem::OutOfScope => Some("Bearer realm=\"watchroom\", error=\"insufficient_scope\""),
        _ => None,
    }
}

fn page(request: &HttpRequest, problem: &Problem) -> Result<HttpResponse, super::Failure> {
    let ask = Ask::of(request)?;
    if *problem == Problem::SignedOut {
        let next = if *request.method() == Method::GET { request.uri().path_and_query() } else { None };
        let to = next.map_or_else(
            || "/sign-in".to_owned(),
            |next| {
                format!(
                    "/sign-in?{}",
                    form_urlencoded::Serializer::new(String::new()).append_pair("next", next.as_str()).finish()
                )
            },
        );
        return Ok(ask.redirect(&to));
    }
    ask.problem_page(problem)
}

/// As RFC 7644 wants errors.
fn scim(problem: &Problem) -> HttpResponse {
    let body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": problem.status().as_u16().to_string(),
        "detail": problem.detail(),
    });
    HttpResponse::build(problem.status()).content_type("application/scim+json; charset=utf-8").body(body.to_string())
}

fn json(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    HttpResponse::build(problem.status())
        .content_type("application/problem+json")
        .body(serde_json::json!(ProblemBody::new(problem, id)).to_string())
}

fn observe(answer: &ServiceResponse<BoxBody>, took: std::time::Duration) {
    let route = answer.request().extensions().get::<RouteName>().map_or("none", |name| name.0);
    let status = answer.status().as_u16();
    if let Some(site) = answer.request().app_data::<Data<Site>>() {
        bearer::note(answer.request(), site, route, status, client_address(answer.request(), &site.config));
    }
    metrics::counter!("watchroom_requests_total", "route" => route, "status" => status.to_string()).increment(1);
    if let Some(refused) = [408, 413, 429, 431].into_iter().find(|bound| *bound == status) {
        metrics::counter!("watchroom_refused_total", "status" => refused.to_string()).increment(1);
    }
    metrics::histogram!("watchroom_request_seconds", "route" => route).record(took.as_secs_f64());
    if status >= 500 || tracing::enabled!(tracing::Level::DEBUG) {
        tracing::info!(status, took_us = took.as_micros(), "answered");
    }
}
