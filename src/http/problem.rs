//! The closed list of what can be wrong with a request, and the only error type that becomes a response.
//!
//! A slice maps its errors to a [`Problem`] by an exhaustive match ([`AsProblem`]); `?` does the rest. The text and
//! the shape (page or problem+json, RFC 9457) are decided once, in [`super::edge`].

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::authz::AuthzError;
use crate::db::DbError;
use crate::views::{FormErrors, ViewsError};

/// What went wrong, as the client may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// 400: the request itself is malformed; the sentence says how to mend it.
    BadRequest(String),
    /// 401, or the sign-in page: nobody is signed in (any more).
    SignedOut,
    /// 401: a token that is no token, or not good; the sentence says why.
    BadToken(String),
    /// 403: a token that does not include the act.
    OutOfScope,
    /// 403: known caller, wrong act.
    Forbidden,
    /// 403: the form's token is missing or old.
    StaleForm,
    /// 403: the session is too long without a proof of who holds it, or has no second factor yet.
    ProofNeeded,
    /// 403: known caller, or a good token, that is not let in from its network; the sentence says what to do.
    WrongNetwork(String),
    /// 404: there is no such thing, as far as this caller may know.
    NotFound,
    /// 403: a program that came with a session's cookie did not send its `X-CSRF-Token`.
    NoCsrfToken,
    /// 405: the address exists, the method does not; the methods that do, as the `Allow` header lists them.
    MethodNotAllowed(String),
    /// 408: the body came in too slowly.
    TooSlow,
    /// 409: the thing has changed meanwhile, or is in a state that forbids the act.
    Conflict(String),
    /// 412: not at the revision that `If-Match` named.
    PreconditionFailed(String),
    /// 413: more bytes than allowed; the sentence names the limit.
    TooLarge(String),
    /// 415: not the content type that this address takes.
    UnsupportedMedia(String),
    /// 422: understood, and wrong; each field with its own sentence.
    Invalid(Vec<FieldProblem>),
    /// 429: too many attempts; try again after so many seconds.
    TooMany(u64),
    /// 431: the request's line and headers are longer than so many KiB.
    HeadTooLarge(u32),
    /// 500: our fault. The cause goes to the log.
    Internal,
    /// 503: the database is away or the server is stopping.
    Unavailable,
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// The field's name in the request: of the body, the query or a header.
    #[schema(example = "ended_at")]
    pub field: String,
    /// A sentence that says what to do.
    #[schema(example = "The end must be after the start.")]
    pub message: String,
}

impl FieldProblem {
    /// What is wrong with `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// A problem as `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Which problem: stable, made for programs.
    #[schema(example = "/problems/invalid")]
    pub r#type: String,
    /// A headline for people.
    #[schema(example = "Some of what you sent needs correcting")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What to do about it.
    #[schema(example = "The end must be after the start.")]
    pub detail: String,
    /// The request, as the server's log names it.
    #[schema(example = "0f6c5a3e9b7d4c1e8a2b6d4f0c9e7a51")]
    pub request_id: String,
    /// What is wrong with each field; only with `/problems/invalid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub errors: Option<Vec<FieldProblem>>,
}

impl ProblemBody {
    /// The body for `problem` of the request with this id.
    pub fn new(problem: &Problem, request_id: String) -> Self {
        Self {
            r#type: format!("/problems/{}", problem.slug()),
            title: problem.title().to_owned(),
            status: problem.status().as_u16(),
            detail: problem.detail(),
            request_id,
            errors: if let Problem::Invalid(fields) = problem { Some(fields.clone()) } else { None },
        }
    }
}

impl From<&FormErrors> for Problem {
    /// What is wrong with a form, each message as a sentence.
    fn from(errors: &FormErrors) -> Self {
        let fields = errors.as_slice().iter();
        Self::Invalid(fields.map(|error| FieldProblem::new(&error.field, format!("{}.", error.message))).collect())
    }
}

impl Problem {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::SignedOut | Self::BadToken(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden
            | Self::OutOfScope
            | Self::WrongNetwork(_)
            | Self::StaleForm
            | Self::NoCsrfToken
            | Self::ProofNeeded => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::PreconditionFailed(_) => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::HeadTooLarge(_) => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The stable word for it in problem+json: the end of `type`.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "bad-request",
            Self::SignedOut => "signed-out",
            Self::BadToken(_) => "bad-token",
            Self::OutOfScope => "out-of-scope",
            Self::Forbidden => "forbidden",
            Self::WrongNetwork(_) => "wrong-network",
            Self::StaleForm => "stale-form",
            Self::ProofNeeded => "proof-needed",
            Self::NotFound => "not-found",
            Self::NoCsrfToken => "no-csrf-token",
            Self::MethodNotAllowed(_) => "method-not-allowed",
            Self::TooSlow => "too-slow",
            Self::Conflict(_) => "conflict",
            Self::PreconditionFailed(_) => "precondition-failed",
            Self::TooLarge(_) => "too-large",
            Self::UnsupportedMedia(_) => "unsupported-media-type",
            Self::Invalid(_) => "invalid",
            Self::TooMany(_) => "too-many-attempts",
            Self::HeadTooLarge(_) => "head-too-large",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
        }
    }

    /// A headline for people.
    pub fn title(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "That request could not be read",
            Self::SignedOut => "You are not signed in",
            Self::BadToken(_) => "The token is not good",
            Self::Forbidden | Self::OutOfScope => "You may not do that",
            Self::WrongNetwork(_) => "You are not let in from here",
            Self::StaleForm => "This form is out of date",
            Self::ProofNeeded => "Confirm who you are first",
            Self::NotFound => "Page not found",
            Self::NoCsrfToken => "The X-CSRF-Token header is missing or old",
            Self::MethodNotAllowed(_) => "That cannot be done here",
            Self::TooSlow => "That came in too slowly",
            Self::Conflict(_) | Self::PreconditionFailed(_) => "It has changed meanwhile",
            Self::TooLarge(_) => "That is too large",
            Self::UnsupportedMedia(_) => "That kind of file or body is not accepted here",
            Self::Invalid(_) => "Some of what you sent needs correcting",
            Self::TooMany(_) => "Too many attempts",
            Self::HeadTooLarge(_) => "The headers are too large",
            Self::Internal => "Something went wrong on our side",
            Self::Unavailable => "Watchroom cannot reach its database",
        }
    }

    /// What to do about it.
    pub fn detail(&self) -> String {
        match self {
            Self::BadRequest(detail)
            | Self::WrongNetwork(detail)
            | Self::BadToken(detail)
            | Self::Conflict(detail)
            | Self::PreconditionFailed(detail)
            | Self::TooLarge(detail)
            | Self::UnsupportedMedia(detail) => detail.clone(),
            Self::SignedOut => "Sign in and try again.".to_owned(),
            Self::Forbidden => "Your role does not include this. An administrator of your organisation grants roles.".to_owned(),
            Self::OutOfScope => {
                "The token's permissions do not include this, or its person does not hold it (any more).".to_owned()
            }
            Self::StaleForm => {
                "You signed in again, or out, since it was opened. Go back, reload the page and send it once more.".to_owned()
            }
            Self::ProofNeeded => "Open the page again: it asks for your password, and then goes on.".to_owned(),
            Self::NotFound => "If you typed the address, check it. If you followed a link, the record may have gone, or may not be yours to see.".to_owned(),
            Self::NoCsrfToken => "Send the csrf_token of GET /api/v1/session in the header X-CSRF-Token.".to_owned(),
            Self::MethodNotAllowed(allowed) => format!("The address exists, but not for this method. It takes {allowed}."),
            Self::Invalid(fields) => {
                let messages: Vec<&str> = fields.iter().map(|field| field.message.as_str()).collect();
                messages.join(" ")
            }
            Self::TooMany(seconds) => format!("Wait {} and try again.", waiting(*seconds)),
            Self::TooSlow => "Nothing was changed. Send it again, over a better connection if you can.".to_owned(),
            Self::HeadTooLarge(kib) => {
                format!("The address and the headers together may have {kib} KiB. Clear this site's cookies, or shorten the address.")
            }
            Self::Internal => "Nothing was changed. Try again; if it happens again, give the reference below to your administrator.".to_owned(),
            Self::Unavailable => "Nothing was changed. It mends itself when the database is back; try again in a minute.".to_owned(),
        }
    }
}

fn waiting(seconds: u64) -> String {
    match seconds {
        0..=1 => "a second".to_owned(),
        2..=119 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// An error that knows which problem it is for the client.
pub trait AsProblem: std::error::Error + 'static {
    /// Which one.
    fn problem(&self) -> Problem;
}

/// What a handler fails with: the problem, and the cause for the log.
pub struct Failure {
    problem: Problem,
    cause: Option<Box<dyn std::error::Error>>,
}

impl Failure {
    /// The problem.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, cause: None }
    }
}

impl<E: AsProblem> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { problem: error.problem(), cause: Some(Box::new(error)) }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure").field("problem", &self.problem).field("cause", &self.cause).finish()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem.title())
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.problem.status()
    }

    /// An empty response that carries the problem; [`super::edge`] gives it its body.
    fn error_response(&self) -> HttpResponse {
        if let (Problem::Internal | Problem::Unavailable, Some(cause)) = (&self.problem, &self.cause) {
            tracing::error!(cause = %chain(cause.as_ref()), "request failed");
        }
        let mut response = HttpResponse::new(self.problem.status());
        response.extensions_mut().insert(self.problem.clone());
        response
    }
}

/// An error with all its sources, on one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl AsProblem for DbError {
    fn problem(&self) -> Problem {
        match self {
            Self::SignedOut => Problem::SignedOut,
            Self::Unavailable(_) | Self::Lost(_) | Self::Stopping => Problem::Unavailable,
            Self::Query(_) => Problem::Internal,
        }
    }
}

impl AsProblem for AuthzError {
    fn problem(&self) -> Problem {
        match self {
            Self::Denied(_) => Problem::Forbidden,
            Self::Hidden => Problem::NotFound,
            Self::Db(error) => error.problem(),
        }
    }
}

impl AsProblem for ViewsError {
    fn problem(&self) -> Problem {
        Problem::Internal
    }
}
