//! What can go wrong with duties.

use super::rules::Faults;
use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, FieldProblem, Problem};

/// Why a duty was not logged, changed, deleted or shown.
#[derive(Debug, thiserror::Error)]
pub enum DutyError {
    /// Something that was typed or sent is wrong.
    #[error("the duty is not right")]
    Invalid(Faults),
    /// Somebody (perhaps the same person, elsewhere) changed the duty since it was opened.
    #[error("the duty has changed since it was opened")]
    Changed,
    /// The id that a program chose for a new duty is taken, or was not made lately.
    #[error("the id cannot be used for a new duty")]
    IdTaken,
    /// A program asked for another duty under the same idempotency key.
    #[error("the idempotency key was used for another duty")]
    KeyUsed,
    /// Not allowed, or no such duty.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<Faults> for DutyError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<diesel::result::Error> for DutyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for DutyError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(faults) => Problem::Invalid(
                faults
                    .iter()
                    .map(|fault| FieldProblem::new(fault.at.in_api(), format!("{}.", fault.message)))
                    .collect(),
            ),
            Self::Changed => Problem::Conflict(
                "The duty was changed since you opened it. Open it again, look at what changed, and repeat your change."
                    .to_owned(),
            ),
            Self::IdTaken => {
                Problem::Conflict("Choose another id: a UUID of version 7, made within the last two days.".to_owned())
            }
            Self::KeyUsed => Problem::Invalid(vec![FieldProblem::new(
                "Idempotency-Key",
                "You sent something else under this key. Choose a new key for each duty.",
            )]),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
