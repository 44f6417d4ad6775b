//! What can go wrong with what is on record for working time.

use super::error::WorkingTimeError;
use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, FieldProblem, Problem};
use crate::views::FormErrors;

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum TimeError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(FormErrors),
    /// It was changed since it was opened.
    #[error("it has changed since it was opened")]
    Changed,
    /// There is one of this name already.
    #[error("there is a contract group of this name already")]
    NameTaken,
    /// The group is the one for everybody.
    #[error("the group holds for everybody")]
    ForAll,
    /// An opt-out stands already.
    #[error("an opt-out stands already")]
    OptedOut,
    /// The engine refused the record or the law: a defect of ours, or a record that makes no sense.
    #[error(transparent)]
    Engine(#[from] WorkingTimeError),
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

impl From<FormErrors> for TimeError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<diesel::result::Error> for TimeError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl TimeError {
    /// One thing wrong.
    pub fn field(field: &str, message: &str) -> Self {
        let mut errors = FormErrors::new();
        errors.add(field, message);
        Self::Invalid(errors)
    }
}

impl AsProblem for TimeError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => Problem::from(errors),
            Self::NameTaken => {
                Problem::Invalid(vec![FieldProblem::new("name", "There is a contract group of this name already.")])
            }
            Self::Changed => {
                Problem::Conflict("It was changed since you opened it. Look at what it says now.".to_owned())
            }
            Self::ForAll => Problem::Conflict(
                "The group holds for everybody of whom nothing else is said. Choose another one for that first."
                    .to_owned(),
            ),
            Self::OptedOut => Problem::Conflict("An opt-out of yours stands already.".to_owned()),
            Self::Engine(_) => Problem::Internal,
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
