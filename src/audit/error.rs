//! What can go wrong in the audit slice.

use crate::authz::AuthzError;
use crate::crypto::RandomError;
use crate::crypto::tiles::TileError;
use crate::db::DbError;

/// Why an entry was not written, read or proved.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The database said no, or nothing.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The caller may not read the audit trail.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// No salt could be made; an entry without one must not be written.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The tree on disk could not be read or written.
    #[error(transparent)]
    Tiles(#[from] TileError),
}

impl From<diesel::result::Error> for AuditError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl crate::http::AsProblem for AuditError {
    fn problem(&self) -> crate::http::Problem {
        match self {
            Self::Db(error) => error.problem(),
            Self::Authz(error) => error.problem(),
            Self::Random(_) | Self::Tiles(_) => crate::http::Problem::Internal,
        }
    }
}
