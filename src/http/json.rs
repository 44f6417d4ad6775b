//! What a program sends: a JSON body and a query, each read strictly.
//!
//! A body that is no JSON is a bad request; one that is JSON and not what the address takes names each field that is
//! wrong. Unknown fields are refused by the types themselves (`deny_unknown_fields`), so that a misspelt one is not
//! taken for one that was left out.

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_ENCODING;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::{Map, Value};
use std::future::{Ready, ready};

use super::form::{is_type, too_large_or_bad};
use super::{Failure, FieldProblem, Problem};

/// Characters of a field's name, or of what is said of it, that an answer repeats.
const LONGEST: usize = 200;

/// A JSON object. Unknown fields are refused by the types themselves (`deny_unknown_fields`).
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Bytes::from_request(request, payload);
        // Only a same-origin script can send this type without a preflight, which we never answer.
        let json = is_type(request, "application/json");
        let encoded = request.headers().get(CONTENT_ENCODING).is_some_and(|value| value != "identity");
        Box::pin(async move {
            if !json {
                return Err(Problem::UnsupportedMedia("Send the body as application/json.".into()).into());
            }
            if encoded {
                return Err(Problem::UnsupportedMedia("Send the body without a content encoding.".into()).into());
            }
            let body = body.await.map_err(|error| too_large_or_bad(&error))?;
            Ok(Self(parse(&body)?))
        })
    }
}

/// The query of an address, each name at most once. `T` takes text, and converts it where it can say what is wrong.
#[derive(Debug)]
pub struct QueryOf<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for QueryOf<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(query(request.query_string()).map(Self).map_err(Failure::from))
    }
}

fn query<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let mut pairs = Map::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        if pairs.insert(name.clone().into_owned(), Value::String(value.into_owned())).is_some() {
            return Err(one(&name, "Send it once only."));
        }
    }
    serde_json::from_value(Value::Object(pairs)).map_err(|error| {
        let (field, message) = in_words(&error.to_string());
        one(field.as_deref().unwrap_or("query"), &message)
    })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // A struct would take an array too, field by field in their order: nobody means that.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Problem::BadRequest("Send a JSON object, not a list.".to_owned()));
    }
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => wrong_field::<T>(body, &error),
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::BadRequest(format!("The body is no JSON that can be read: {}.", cut(&error.to_string())))
        }
    })
}

/// Reads once more, to know which field it was: only what is wrong pays for that.
fn wrong_field<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> Problem {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let path = serde_path_to_error::deserialize::<_, T>(&mut reader).err().map(|error| error.path().to_string());
    let text = error.to_string();
    // "…at line 1 column 20" says nothing that the field does not say better.
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _place)| text);
    let (named, message) = in_words(text);
    let field = named.or_else(|| path.filter(|path| path != "." && path != "?"));
    one(field.as_deref().unwrap_or("body"), &message)
}

fn one(field: &str, message: &str) -> Problem {
    Problem::Invalid(vec![FieldProblem::new(cut(field), message)])
}

/// The field that serde names, if it does, and what to do about it. What was sent is never repeated: it may be a note.
fn in_words(text: &str) -> (Option<String>, String) {
    let quoted = |rest: &str| rest.split_once('`').map(|(name, _rest)| name.to_owned());
    if let Some(rest) = text.strip_prefix("unknown field `") {
        let taken: Vec<&str> = rest.split_once("expected").map_or("", |(_name, rest)| rest).split('`').collect();
        let taken: Vec<&str> = taken.into_iter().skip(1).step_by(2).collect();
        return (quoted(rest), format!("There is no such field here. It takes: {}.", taken.join(", ")));
    }
    if let Some(rest) = text.strip_prefix("missing field `") {
        return (quoted(rest), "Send it: it is required.".to_owned());
    }
    if let Some(rest) = text.strip_prefix("duplicate field `") {
        return (quoted(rest), "Send it once only.".to_owned());
    }
    if text.starts_with("UUID parsing failed") {
        return (None, "It must be a UUID.".to_owned());
    }
    match text.rsplit_once("expected ") {
        Some((_what, wanted)) => (None, format!("It must be {}.", plain(wanted))),
        None => (None, format!("It cannot be read: {}.", cut(text))),
    }
}

fn plain(wanted: &str) -> String {
    match wanted {
        "a boolean" => "true or false".to_owned(),
        "a string" | "a borrowed string" => "text".to_owned(),
        "i16" | "i32" | "i64" | "u16" | "u32" | "u64" => "a whole number, not too large".to_owned(),
        "a formatted UUID string" | "a UUID string" => "a UUID".to_owned(),
        other if other.starts_with("struct ") => "an object".to_owned(),
        other => cut(other),
    }
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Sent {
        id: Option<uuid::Uuid>,
        count: i32,
        yes: bool,
        list: Vec<Inner>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        text: String,
    }

    fn refused(body: impl AsRef<[u8]>) -> (u16, String, String) {
        let problem = parse::<Sent>(body.as_ref()).expect_err("refused");
        let status = problem.status().as_u16();
        match problem {
            Problem::Invalid(mut fields) => {
                let field = fields.pop().expect("a field");
                (status, field.field, field.message)
            }
            other => (status, String::new(), other.detail()),
        }
    }

    #[test]
    fn what_is_wrong_is_said_of_the_field_and_what_was_sent_is_not_repeated() {
        for (body, field, message) in [
            (r#"{"surprise": 1}"#, "surprise", "There is no such field here. It takes: id, count, yes, list."),
            (r#"{"count": "secret"}"#, "count", "It must be a whole number, not too large."),
            (r#"{"count": 99999999999}"#, "count", "It must be a whole number, not too large."),
            (r#"{"count": 1.5}"#, "count", "It must be a whole number, not too large."),
            (r#"{"count": 1, "count": 1}"#, "count", "Send it once only."),
            (r#"{"yes": null}"#, "yes", "It must be true or false."),
            (r#"{"id": "secret"}"#, "id", "It must be a UUID."),
            (r#"{"list": [{"text": "a"}, {}]}"#, "text", "Send it: it is required."),
            (r#"{"list": [{"text": "a"}, {"text": 1}]}"#, "list[1].text", "It must be text."),
            (r#""text""#, "body", "It must be an object."),
        ] {
            assert_eq!(refused(body), (422, field.to_owned(), message.to_owned()), "{body}");
        }
    }

    #[test]
    fn what_is_no_json_is_a_bad_request_and_never_worse() {
        let deep = format!("{}{}", r#"{"list":"#.repeat(10_000), "[".repeat(10_000));
        let in_field = format!(r#"{{"count": {}"#, "[".repeat(10_000));
        for body in [
            "",
            "{",
            "nonsense",
            r#"{"count": 1e400}"#,
            r#"{"count": 01}"#,
            r#"{"id": "\ud800"}"#,
            "[1]",
            " [1]",
            r#"{"count": 1} {"count": 2}"#,
            "{\"id\": \"\u{1}\"}",
            "{'count': 1}",
            "NaN",
        ] {
            assert_eq!(refused(body).0, 400, "{body}");
        }
        assert_eq!(refused(b"{\"id\": \"\xff\xfe\"}").0, 400);
        for body in [deep, in_field] {
            assert!([400, 422].contains(&refused(body).0));
        }
        let long = format!(r#"{{"{}": 1}}"#, "x".repeat(100_000));
        assert!(refused(long).1.len() <= LONGEST);
    }

    #[test]
    fn a_query_is_read_as_strictly() {
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        struct Asked {
            from: Option<String>,
        }
        let from = |text| query::<Asked>(text).map(|asked| asked.from);
        assert_eq!(from(""), Ok(None));
        assert_eq!(from("from="), Ok(Some(String::new())));
        assert_eq!(from("from=2026%2D01"), Ok(Some("2026-01".to_owned())));
        for (text, field) in [("from=1&from=2", "from"), ("form=1", "form"), ("%00", "")] {
            let Err(Problem::Invalid(fields)) = from(text) else { panic!("{text}") };
            assert_eq!(fields[0].field, field);
        }
    }
}
