//! What can go wrong with exposures.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, FieldProblem, Problem};
use crate::views::FormErrors;

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum ExposureError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(FormErrors),
    /// It was corrected since it was opened.
    #[error("it has changed since it was opened")]
    Changed,
    /// No duty proposes it, or it was answered already.
    #[error("it is not proposed, or it was answered already")]
    Answered,
    /// There is such a rule already.
    #[error("there is such a rule already")]
    RuleTaken,
    /// The download could not be made: a defect of ours.
    #[error("the download could not be made: {0}")]
    Broken(String),
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

impl From<FormErrors> for ExposureError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<diesel::result::Error> for ExposureError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl ExposureError {
    /// One thing wrong.
    pub fn field(field: &str, message: &str) -> Self {
        let mut errors = FormErrors::new();
        errors.add(field, message);
        Self::Invalid(errors)
    }
}

impl AsProblem for ExposureError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => Problem::from(errors),
            Self::Changed => {
                Problem::Conflict("It was corrected since you opened it. Look at what it says now.".to_owned())
            }
            Self::Answered => {
                Problem::Conflict("You have answered this already. Look at it under My exposures.".to_owned())
            }
            Self::RuleTaken => {
                Problem::Invalid(vec![FieldProblem::new("work", "This kind of work proposes that already.")])
            }
            Self::Broken(_) => Problem::Internal,
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
