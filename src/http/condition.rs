//! Requests with a condition: at which revision (`If-Match`), and not twice (`Idempotency-Key`).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use sha2::{Digest as _, Sha256};

use super::{Failure, FieldProblem, Problem};

/// The header that names one attempt to make something.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Characters of an idempotency key at most.
pub const LONGEST_KEY: usize = 100;

/// The `ETag` of a record at this revision.
pub fn etag(revision: i32) -> String {
    format!("\"{revision}\"")
}

/// The revision that the `If-Match` header names, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i32>);

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let given = request.headers().get(IF_MATCH);
        let read = |text: &str| text.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok();
        ready(match given.map(|value| value.to_str().ok().and_then(read)) {
            None => Ok(Self(None)),
            Some(Some(revision)) => Ok(Self(Some(revision))),
            Some(None) => Err(wrong("If-Match", "Send the one ETag that you read, in its quotation marks.")),
        })
    }
}

/// What a program calls one attempt to make something, if it does: the SHA-256 of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<[u8; 32]>);

impl FromRequest for IdempotencyKey {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let Some(given) = request.headers().get(IDEMPOTENCY_KEY) else { return ready(Ok(Self(None))) };
        let key = given.as_bytes();
        let good = (1..=LONGEST_KEY).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic);
        ready(if good {
            Ok(Self(Some(Sha256::digest(key).into())))
        } else {
            Err(wrong(IDEMPOTENCY_KEY, "Use 1 to 100 visible ASCII characters, such as a UUID."))
        })
    }
}

fn wrong(header: &str, message: &str) -> Failure {
    Problem::Invalid(vec![FieldProblem::new(header, message)]).into()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn if_match(value: &'static str) -> Option<Option<i32>> {
        let request = TestRequest::get().insert_header((IF_MATCH, value)).to_http_request();
        IfMatch::from_request(&request, &mut Payload::None).into_inner().ok().map(|found| found.0)
    }

    #[test]
    fn only_one_strong_tag_of_ours_is_a_revision() {
        assert_eq!(if_match(etag(7).leak()), Some(Some(7)));
        assert_eq!(if_match(" \"3\" "), Some(Some(3)));
        for wrong in ["3", "*", "W/\"3\"", "\"3\", \"4\"", "\"", "\"x\"", "\"99999999999\""] {
            assert_eq!(if_match(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_is_short_and_visible() {
        let key = |value: String| {
            let request = TestRequest::get().insert_header((IDEMPOTENCY_KEY, value)).to_http_request();
            IdempotencyKey::from_request(&request, &mut Payload::None).into_inner().map(|found| found.0)
        };
        assert!(key("a".repeat(LONGEST_KEY)).expect("taken").is_some());
        assert_ne!(key("a".to_owned()).ok(), key("b".to_owned()).ok());
        for wrong in ["", "a b", "é"] {
            assert!(key(wrong.to_owned()).is_err(), "{wrong}");
        }
        assert!(key("a".repeat(LONGEST_KEY + 1)).is_err());
        let none = TestRequest::get().to_http_request();
        assert_eq!(IdempotencyKey::from_request(&none, &mut Payload::None).into_inner().expect("none").0, None);
    }
}
