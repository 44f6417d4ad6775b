//! What can go wrong with people's own details.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};
use crate::views::FormErrors;

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum DetailError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(FormErrors),
    /// A change of this part waits already.
    #[error("a change of this waits already")]
    Waits,
    /// It was decided or taken back.
    #[error("the change is settled")]
    Settled,
    /// What it would replace is no longer what it was when it was proposed.
    #[error("what it replaces has changed meanwhile")]
    Changed,
    /// Not allowed, or no such record.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<FormErrors> for DetailError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<diesel::result::Error> for DetailError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for DetailError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => Problem::from(errors),
            Self::Waits => Problem::Conflict("A change of this waits already. Take it back first.".to_owned()),
            Self::Settled => Problem::Conflict("It was decided or taken back meanwhile.".to_owned()),
            Self::Changed => Problem::Conflict(
                "What it would replace has changed since it was proposed. Return it, so that it is proposed anew."
                    .to_owned(),
            ),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
