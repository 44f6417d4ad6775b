//! What can go wrong with an import as a whole.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};

/// Why an import did not go on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The caller may not, or there is none.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// It is not in a state for this; the sentence says what to do.
    #[error("{0}")]
    WrongState(&'static str),
    /// The file cannot be used; the sentence says what to do.
    #[error("{0}")]
    File(String),
    /// A crew assignment that cannot be: the form field, and what to do.
    #[error("{1}")]
    Crew(&'static str, String),
    /// The disk.
    #[error("a file of the import could not be read or written")]
    Io(#[from] std::io::Error),
    /// The report could not be read or written.
    #[error("the report of the import is malformed")]
    Report(#[from] serde_json::Error),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] crate::crypto::RandomError),
    /// Whoever asked for it may no longer import.
    #[error("whoever asked for the import may no longer import")]
    NoLonger,
    /// Somebody cancelled it while it ran.
    #[error("the import was cancelled")]
    Cancelled,
    /// The server is stopping; the job goes on at the next start.
    #[error("the server is stopping")]
    Stopping,
    /// Another worker is at it.
    #[error("another worker is at this import")]
    Busy,
}

impl From<diesel::result::Error> for ImportError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for ImportError {
    fn problem(&self) -> Problem {
        match self {
            Self::Authz(error) => error.problem(),
            Self::WrongState(text) => Problem::Conflict((*text).to_owned()),
            Self::File(text) | Self::Crew(_, text) => Problem::BadRequest(text.clone()),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
            Self::Io(_) | Self::Report(_) | Self::Random(_) => Problem::Internal,
            Self::NoLonger => Problem::Forbidden,
            Self::Cancelled | Self::Stopping | Self::Busy => Problem::Unavailable,
        }
    }
}
