//! The way to the data: one door, [`Db`], that opens a transaction for a caller.
//!
//! The pool and its connections are private to this module. [`Db::read`] and [`Db::write`] take a permit before a
//! blocking thread, begin, set the caller for row-level security with `SET LOCAL`, and hand a [`Tx`] to the closure;
//! there is no other way to a query, so a query without a caller does not compile.

pub mod cluster;
pub mod migrate;
mod pool;
pub mod schema;
mod tx;

pub use pool::{Db, PoolSettings};
pub use tx::{CallerLoader, Tx};

/// What can go wrong between us and Postgres.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection within the configured time: the database is away, or everything is busy.
    #[error("the database did not answer in time")]
    Unavailable(#[source] r2d2::Error),
    /// The connection was lost on the way.
    #[error("the connection to the database was lost")]
    Lost(#[source] diesel::result::Error),
    /// The session was ended, or the person left, since the caller was made.
    #[error("the session has ended")]
    SignedOut,
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopping,
    /// Anything else that Postgres refused.
    #[error("the database refused a statement")]
    Query(#[source] diesel::result::Error),
}

impl From<diesel::result::Error> for DbError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        match error {
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _) | Error::BrokenTransactionManager => {
                Self::Lost(error)
            }
            other => Self::Query(other),
        }
    }
}

impl DbError {
    /// The name of the unique constraint that a row ran into, if that is what happened.
    pub fn unique_violation(&self) -> Option<&str> {
        use diesel::result::{DatabaseErrorKind, Error};
        match self {
            Self::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info)) => {
                info.constraint_name().or(Some(""))
            }
            _ => None,
        }
    }

    /// The name of the check that a row did not pass, if that is what happened.
    pub fn check_violation(&self) -> Option<&str> {
        use diesel::result::{DatabaseErrorKind, Error};
        match self {
            Self::Query(Error::DatabaseError(DatabaseErrorKind::CheckViolation, info)) => {
                info.constraint_name().or(Some(""))
            }
            _ => None,
        }
    }

    /// Whether other rows refer to a row that was to go, or a row was to refer to one that is not there.
    pub fn foreign_key_violation(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        matches!(self, Self::Query(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)))
    }
}
