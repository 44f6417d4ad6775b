//! What can go wrong with absences.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, FieldProblem, Problem};
use crate::views::FormErrors;

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum AbsenceError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(FormErrors),
    /// They are away on one of these days already.
    #[error("one of these days is an absence already")]
    Overlap,
    /// It was withdrawn meanwhile.
    #[error("the absence is withdrawn")]
    Withdrawn,
    /// Somebody changed it since it was opened.
    #[error("the absence has changed since it was opened")]
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

impl From<FormErrors> for AbsenceError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<diesel::result::Error> for AbsenceError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AbsenceError {
    /// What to do about days that are taken.
    pub const OVERLAP: &'static str =
        "One of these days is recorded as an absence already. Choose others, or withdraw that one first";
}

impl AsProblem for AbsenceError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => Problem::from(errors),
            Self::Overlap => Problem::Invalid(vec![FieldProblem::new("first_on", format!("{}.", Self::OVERLAP))]),
            Self::Withdrawn => Problem::Conflict("The absence was withdrawn already.".to_owned()),
            Self::Changed => Problem::Conflict(
                "The absence was changed since you opened it. Look at it again, and change what is still wrong."
                    .to_owned(),
            ),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
