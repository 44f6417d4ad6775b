//! What can go wrong with tokens.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::crypto::RandomError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};

/// Why a token was not made, rotated, revoked or shown.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The form was sent twice: the token was made the first time, and was shown then.
    #[error("this token was made already")]
    MadeAlready,
    /// It was revoked or has expired, so nothing can be done with it.
    #[error("the token is not good any more")]
    Over,
    /// A scope was asked for that the person does not hold.
    #[error("a scope is not held")]
    NotHeld,
    /// The operating system gave no randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Not allowed, or no such token.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl AsProblem for TokenError {
    fn problem(&self) -> Problem {
        match self {
            Self::MadeAlready => Problem::Conflict(
                "This token was made when you sent the form the first time, and was shown then. If you have not kept it, \
                 revoke it and make another."
                    .to_owned(),
            ),
            Self::Over => Problem::Conflict("The token has expired or was revoked. Make another.".to_owned()),
            Self::NotHeld => Problem::Forbidden,
            Self::Random(_) => Problem::Internal,
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
