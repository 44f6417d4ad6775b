//! What can go wrong with competences.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, FieldProblem, Problem};
use crate::notices::NoticeError;
use crate::views::FormErrors;

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum CompetenceError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(FormErrors),
    /// It was changed since it was opened.
    #[error("it has changed since it was opened")]
    Changed,
    /// There is one of this name already.
    #[error("there is a kind of this name already")]
    NameTaken,
    /// It is in use, so it can only be retired.
    #[error("the kind is in use")]
    InUse,
    /// The certificate was ended already.
    #[error("the certificate is ended")]
    Ended,
    /// The download could not be made: a defect of ours.
    #[error("the download could not be made: {0}")]
    Broken(String),
    /// Not allowed, or no such record.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// A message could not be put into the outbox, so nothing was done.
    #[error(transparent)]
    Notice(#[from] NoticeError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<FormErrors> for CompetenceError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<diesel::result::Error> for CompetenceError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl CompetenceError {
    /// One thing wrong.
    pub fn field(field: &str, message: &str) -> Self {
        let mut errors = FormErrors::new();
        errors.add(field, message);
        Self::Invalid(errors)
    }
}

impl AsProblem for CompetenceError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => Problem::from(errors),
            Self::NameTaken => {
                Problem::Invalid(vec![FieldProblem::new("name", "There is a kind of this name already.")])
            }
            Self::Changed => {
                Problem::Conflict("It was changed since you opened it. Look at what it says now.".to_owned())
            }
            Self::InUse => Problem::Conflict("It is in use. Retire it instead: what was recorded stays.".to_owned()),
            Self::Ended => Problem::Conflict("The certificate was ended meanwhile.".to_owned()),
            Self::Broken(_) => Problem::Internal,
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Notice(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
