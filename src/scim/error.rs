//! What can go wrong with a directory's request, in SCIM's own form (RFC 7644, 3.12).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use serde_json::json;

use super::filter::Unreadable;
use super::patch::Fault;
use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};
use crate::identity::IdentityError;
use crate::sso::SsoError;

/// The media type of all that is said.
pub(super) const MEDIA_TYPE: &str = "application/scim+json; charset=utf-8";

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ScimError {
    /// No token, or none that is valid.
    #[error("Send a token that is valid: Authorization: Bearer and the token, made in the console under Signing in.")]
    Unauthorised,
    /// There is no such thing.
    #[error("There is no such resource.")]
    NotFound,
    /// Somebody has it already.
    #[error("{0} is somebody else's already.")]
    Taken(&'static str),
    /// A value that will not do.
    #[error("{0}")]
    Value(String),
    /// The body cannot be read.
    #[error("{0}")]
    Syntax(String),
    /// The body is larger than the server takes.
    #[error("The body is larger than this server accepts (server.body_kib). Send it in parts.")]
    TooLarge,
    /// The filter cannot be read.
    #[error("The filter cannot be read: {0}.")]
    Filter(String),
    /// The path of a change cannot be read, or names nothing that there is.
    #[error("The path cannot be used: {0}.")]
    Path(String),
    /// There is nothing to remove.
    #[error("There is no target: {0}.")]
    NoTarget(String),
    /// It is ours to say, or there is none without it.
    #[error("{0} cannot be changed or removed so.")]
    Fixed(String),
    /// It has changed since it was read.
    #[error("It has changed since you read it: read it again.")]
    Changed,
    /// A directory must not do that here.
    #[error("{0}")]
    Refused(&'static str),
    /// What identity says.
    #[error(transparent)]
    Identity(IdentityError),
    /// What the rules for roles say.
    #[error(transparent)]
    Sso(#[from] SsoError),
    /// The caller may not (in the console).
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] crate::crypto::RandomError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<IdentityError> for ScimError {
    fn from(error: IdentityError) -> Self {
        use crate::identity::error::Taken;
        match error {
            IdentityError::Taken(Taken::Email) => Self::Taken("The e-mail address"),
            IdentityError::Taken(Taken::EmployeeNumber) => Self::Taken("The employee number"),
            IdentityError::LastAdministrator => Self::Refused(
                "They are the last who can give roles here. Give somebody else that role in the console first.",
            ),
            IdentityError::Db(error) => Self::Db(error),
            other => Self::Identity(other),
        }
    }
}

impl From<diesel::result::Error> for ScimError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<Unreadable> for ScimError {
    fn from(error: Unreadable) -> Self {
        Self::Filter(error.to_string())
    }
}

impl From<Fault> for ScimError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Syntax(why) => Self::Syntax(why),
            Fault::Path(why) => Self::Path(why),
            Fault::NoTarget(why) => Self::NoTarget(why),
            Fault::Fixed(name) => Self::Fixed(name.to_owned()),
            Fault::Value(name) => Self::Value(format!("{name} has a value of the wrong type.")),
        }
    }
}

impl ScimError {
    fn parts(&self) -> (StatusCode, Option<&'static str>) {
        match self {
            Self::Unauthorised => (StatusCode::UNAUTHORIZED, None),
            Self::NotFound => (StatusCode::NOT_FOUND, None),
            Self::Taken(_) => (StatusCode::CONFLICT, Some("uniqueness")),
            Self::Value(_) => (StatusCode::BAD_REQUEST, Some("invalidValue")),
            Self::Syntax(_) => (StatusCode::BAD_REQUEST, Some("invalidSyntax")),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, None),
            Self::Filter(_) => (StatusCode::BAD_REQUEST, Some("invalidFilter")),
            Self::Path(_) => (StatusCode::BAD_REQUEST, Some("invalidPath")),
            Self::NoTarget(_) => (StatusCode::BAD_REQUEST, Some("noTarget")),
            Self::Fixed(_) => (StatusCode::BAD_REQUEST, Some("mutability")),
            Self::Changed => (StatusCode::PRECONDITION_FAILED, None),
            Self::Refused(_) => (StatusCode::FORBIDDEN, None),
            Self::Identity(error) => (error.problem().status(), None),
            Self::Sso(error) => (error.problem().status(), None),
            Self::Authz(error) => (error.problem().status(), None),
            Self::Random(_) => (StatusCode::INTERNAL_SERVER_ERROR, None),
            Self::Audit(error) => (error.problem().status(), None),
            Self::Db(error) => (error.problem().status(), None),
        }
    }

    /// The answer.
    pub fn response(&self) -> HttpResponse {
        let (status, kind) = self.parts();
        let detail = if status.is_server_error() {
            tracing::error!(cause = %crate::http::problem::chain(self), "a directory's request failed");
            "Nothing was changed. Try again later.".to_owned()
        } else {
            self.to_string()
        };
        let mut response = HttpResponse::build(status);
        response.content_type(MEDIA_TYPE).insert_header((CACHE_CONTROL, "no-store"));
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"SCIM\""));
        }
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": status.as_u16().to_string(),
            "detail": detail,
        });
        if let (Some(kind), Some(object)) = (kind, body.as_object_mut()) {
            object.insert("scimType".to_owned(), json!(kind));
        }
        response.body(body.to_string())
    }
}

impl AsProblem for ScimError {
    fn problem(&self) -> Problem {
        match self {
            Self::Unauthorised => Problem::SignedOut,
            Self::NotFound => Problem::NotFound,
            Self::Taken(_) | Self::Changed => Problem::Conflict(self.to_string()),
            Self::Value(_) | Self::Syntax(_) | Self::Filter(_) | Self::Path(_) | Self::NoTarget(_) | Self::Fixed(_) => {
                Problem::BadRequest(self.to_string())
            }
            Self::TooLarge => Problem::TooLarge(self.to_string()),
            Self::Refused(_) => Problem::Forbidden,
            Self::Identity(error) => error.problem(),
            Self::Sso(error) => error.problem(),
            Self::Authz(error) => error.problem(),
            Self::Random(_) => Problem::Internal,
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
