//! What can go wrong with a notice.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};

/// Why a notice could not be written, read or mended.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// There is no such message, or it is not one that was given up.
    #[error("there is no such message among those that were given up")]
    NotGivenUp,
    /// No mail server is configured.
    #[error("no mail server is configured")]
    Off,
    /// The caller may not.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl AsProblem for NoticeError {
    fn problem(&self) -> Problem {
        match self {
            Self::NotGivenUp => {
                Problem::Conflict("It is not among the messages that were given up: look at the list again.".to_owned())
            }
            Self::Off => Problem::Conflict("No mail server is configured: set mail.server first.".to_owned()),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
