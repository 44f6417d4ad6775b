//! What a session may lack for a route (a fresh proof of who holds it, a second factor), and how it is asked for.
//!
//! A page is asked for again once the proof is there. A form that was already filled in is kept in the page that asks,
//! so that nothing typed is lost; an upload cannot be kept, so its own page is asked for and the file chosen again.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpMessage as _, HttpRequest};

use super::edge::refusal;
use super::session::SessionFacts;
use super::{Ask, Problem, Route, Site, csrf};

/// Where a second factor is enrolled.
pub(super) const ENROL: &str = "/account/factors";

/// Where one proves who one is.
pub(super) const PROVE: &str = "/step-up";

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// A proof of who holds the session.
    Proof,
    /// A second factor.
    Factor,
}

/// What the session of `request` lacks for `route`; a caller without a session lacks nothing.
pub(super) fn missing(route: &Route, request: &HttpRequest) -> Option<Missing> {
    let session = request.extensions().get::<SessionFacts>().copied()?;
    if session.confined && !route.needs.takes_confined() && route.access != super::Access::Public {
        return Some(Missing::Factor);
    }
    let site = request.app_data::<Data<Site>>()?;
    let window = site.config.sign_in.session.step_up();
    (route.needs.proof() && !session.is_fresh(window, site.clock.now())).then_some(Missing::Proof)
}

/// Answers with the way to what is missing.
pub(super) async fn ask(missing: Missing, mut request: ServiceRequest) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.path().starts_with("/api/") {
        return Ok(refusal(request, Problem::ProofNeeded));
    }
    let ask = match Ask::of(request.request()) {
        Ok(ask) => ask,
        Err(failure) => return Ok(refusal(request, failure.problem().clone())),
    };
    if missing == Missing::Factor {
        return Ok(request.into_response(ask.redirect(ENROL)));
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str()).to_owned();
        return Ok(request.into_response(ask.redirect(&with_next(&wanted))));
    }
    if !is_form(request.request()) {
        // An upload: back to the page that it came from, by way of the proof.
        let page = came_from(request.request()).unwrap_or_else(|| "/".to_owned());
        return Ok(request.into_response(ask.redirect(&with_next(&page))));
    }
    let body = request.extract::<Bytes>().await;
    let body = body.ok().and_then(|body| String::from_utf8(body.to_vec()).ok());
    let token = |body: &str| {
        form_urlencoded::parse(body.as_bytes())
            .find(|(name, _value)| name == csrf::FIELD)
            .map(|(_name, value)| value.into_owned())
    };
    let ours = |body: &str| token(body).is_some_and(|token| csrf::matches(&ask.site().keys, request.request(), &token));
    let Some(body) = body.filter(|body| ours(body)) else {
        return Ok(refusal(request, Problem::StaleForm));
    };
    let to = request.path().to_owned();
    match (ask.site().ask_for_proof)(ask, to, body).await {
        Ok(page) => Ok(request.into_response(page)),
        Err(failure) => Ok(refusal(request, failure.problem().clone())),
    }
}

fn with_next(next: &str) -> String {
    format!("{PROVE}?{}", form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish())
}

fn is_form(request: &HttpRequest) -> bool {
    request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The path of the page that a form was on, as its browser says; ours, or nothing.
pub fn came_from(request: &HttpRequest) -> Option<String> {
    let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let (referer, host) = (text(header::REFERER)?, text(header::HOST)?);
    let (_scheme, rest) = referer.split_once("://")?;
    let path = rest.strip_prefix(host)?;
    path.starts_with('/').then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_page_of_an_upload_is_ours_or_none() {
        let from = |referer: &'static str| {
            let request = TestRequest::post()
                .insert_header((header::HOST, "watchroom.example:8443"))
                .insert_header((header::REFERER, referer));
            came_from(&request.to_http_request())
        };
        assert_eq!(from("https://watchroom.example:8443/plugins/upload").as_deref(), Some("/plugins/upload"));
        assert_eq!(from("https://elsewhere.example/plugins/upload"), None);
        assert_eq!(from("https://watchroom.example:8443.elsewhere.example/x"), None);
        assert_eq!(from("nonsense"), None);
    }
}
