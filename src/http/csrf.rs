//! Cross-site request forgery: two independent refusals.
//!
//! A browser says where a request comes from (`Sec-Fetch-Site`, `Origin`); an unsafe one from elsewhere is refused
//! before it is read. And every form carries a token bound to the anchor in the session cookie, or, before sign-in, to
//! a visit cookie of the same kind; it is a MAC, so nothing is stored.

use actix_web::http::header;
use actix_web::{HttpRequest, http::Method};
use data_encoding::BASE64URL_NOPAD;

use super::session::COOKIE;
use crate::crypto::{Keyring, same};

/// The cookie that stands for somebody who has not signed in.
pub const VISIT_COOKIE: &str = "__Host-visit";

/// The header in which a program that uses a session's cookie sends the token.
pub const HEADER: &str = "x-csrf-token";

/// The name of the token's field in a form.
pub const FIELD: &str = "csrf";

/// The token for the forms of a page shown to the holder of these cookies.
pub fn token(keys: &Keyring, secret: &str) -> String {
    BASE64URL_NOPAD.encode(&keys.mac("csrf", secret.as_bytes()))
}

/// Whether `token` belongs to the cookies of `request`.
pub fn matches(keys: &Keyring, request: &HttpRequest, given: &str) -> bool {
    secret_of(request).is_some_and(|secret| same(token(keys, &secret).as_bytes(), given.as_bytes()))
}

/// What the token is bound to: the anchor of the session cookie, else the visit cookie.
pub fn secret_of(request: &HttpRequest) -> Option<String> {
    let session = request.cookie(COOKIE).map(|cookie| anchor(cookie.value()).to_owned());
    session.or_else(|| request.cookie(VISIT_COOKIE).map(|cookie| cookie.value().to_owned()))
}

/// The last part of a session cookie: it stays while the token before it is replaced.
fn anchor(cookie: &str) -> &str {
    cookie.rsplit('.').next().unwrap_or(cookie)
}

/// Whether an unsafe request comes from another site, as far as the browser says.
pub fn is_foreign(request: &HttpRequest) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_scheme, authority)| authority != host),
        (Some(_origin), None) => true,
        // No browser of the last years: the form token decides alone.
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_form_outlives_the_token_of_its_session_but_not_the_session() {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = Keyring::open_or_create(dir.path()).expect("a keyring");
        let request = |value: &str| {
            TestRequest::post().cookie(actix_web::cookie::Cookie::new(COOKIE, value.to_owned())).to_http_request()
        };
        let form = token(&keys, &secret_of(&request("org.first.anchor")).expect("a session"));
        assert!(matches(&keys, &request("org.second.anchor"), &form));
        assert!(!matches(&keys, &request("org.first.other"), &form));
    }

    #[test]
    fn a_post_from_another_site_is_foreign() {
        let foreign = TestRequest::post().insert_header(("Sec-Fetch-Site", "cross-site")).to_http_request();
        assert!(is_foreign(&foreign));
        let origin = TestRequest::post()
            .insert_header(("Host", "watchroom.example"))
            .insert_header(("Origin", "https://elsewhere.example"))
            .to_http_request();
        assert!(is_foreign(&origin));
        let opaque = TestRequest::post()
            .insert_header(("Host", "watchroom.example"))
            .insert_header(("Origin", "null"))
            .to_http_request();
        assert!(is_foreign(&opaque));
    }

    #[test]
    fn a_post_from_our_own_page_is_not() {
        let ours = TestRequest::post()
            .insert_header(("Host", "watchroom.example:8443"))
            .insert_header(("Origin", "https://watchroom.example:8443"))
            .to_http_request();
        assert!(!is_foreign(&ours));
        let fetched = TestRequest::post().insert_header(("Sec-Fetch-Site", "same-origin")).to_http_request();
        assert!(!is_foreign(&fetched));
    }

    #[test]
    fn following_a_link_from_another_site_is_allowed() {
        let link = TestRequest::get().insert_header(("Sec-Fetch-Site", "cross-site")).to_http_request();
        assert!(!is_foreign(&link));
    }
}
