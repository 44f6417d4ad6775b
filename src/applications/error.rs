//! What can go wrong with vacancies and applications.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::crypto::RandomError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};
use crate::identity::IdentityError;
use crate::views::FormErrors;

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(FormErrors),
    /// It was changed since it was opened.
    #[error("it has changed since it was opened")]
    Changed,
    /// The vacancy takes no applications, now or any more.
    #[error("the vacancy is closed")]
    Closed,
    /// The application was decided or withdrawn.
    #[error("the application is settled")]
    Settled,
    /// The caller has given their marks.
    #[error("marks are given once")]
    Scored,
    /// There is no application with this reference and code.
    #[error("no application has this reference and code")]
    Unknown,
    /// No random bytes for a reference and a code.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The applicant could not be made a person.
    #[error(transparent)]
    Identity(#[from] IdentityError),
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

impl From<FormErrors> for ApplicationError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<diesel::result::Error> for ApplicationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for ApplicationError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => Problem::from(errors),
            Self::Changed => {
                Problem::Conflict("It was changed since you opened it. Look at what it says now.".to_owned())
            }
            Self::Closed => Problem::Conflict("This vacancy takes no applications any more.".to_owned()),
            Self::Settled => Problem::Conflict("The application was decided or withdrawn meanwhile.".to_owned()),
            Self::Scored => Problem::Conflict("You have given your marks: nobody changes theirs.".to_owned()),
            Self::Unknown => Problem::NotFound,
            Self::Random(_) => Problem::Internal,
            Self::Identity(error) => error.problem(),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
