//! The headers that every answer carries, whatever it is.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// Everything from ourselves, nothing inline, no frame, no plug-in.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

const ALWAYS: &[(&str, &str)] = &[
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Adds them. What a handler set itself stays (a stricter policy for a file, say); what nobody said about caching
/// becomes `no-store`, because most answers are about somebody.
pub(super) fn add(headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    let caching = HeaderName::from_static("cache-control");
    if !headers.contains_key(&caching) {
        headers.insert(caching, HeaderValue::from_static("no-store"));
    }
}
