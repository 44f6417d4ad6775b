//! What can go wrong with looking on.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};

/// Why the overview or a list behind it was not shown.
#[derive(Debug, thiserror::Error)]
pub enum OversightError {
    /// Not allowed.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was shown.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl AsProblem for OversightError {
    fn problem(&self) -> Problem {
        match self {
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
