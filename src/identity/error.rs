//! What can go wrong at the door.

use crate::audit::AuditError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};

/// Why somebody did not get in.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// No such account, or the wrong password: nobody learns which.
    #[error("the e-mail address or the password is not right")]
    Refused,
    /// Too many failures; how long to wait (seconds).
    #[error("too many attempts")]
    Throttled(u64),
    /// The set-up link is unknown, used or too old.
    #[error("the set-up link is not valid")]
    LinkInvalid,
    /// A password that is too easy to guess; the sentence says why.
    #[error("{0}")]
    WeakPassword(&'static str),
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
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

impl From<diesel::result::Error> for IdentityError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for IdentityError {
    fn problem(&self) -> Problem {
        match self {
            Self::Refused => Problem::SignedOut,
            Self::Throttled(seconds) => Problem::TooMany(*seconds),
            Self::LinkInvalid => Problem::NotFound,
            Self::WeakPassword(why) => Problem::BadRequest((*why).to_owned()),
            Self::Hash(_) | Self::Random(_) => Problem::Internal,
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
