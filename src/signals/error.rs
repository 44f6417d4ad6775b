//! What can go wrong with signals.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};
use crate::notices::NoticeError;
use crate::rota::RotaError;
use crate::views::FormErrors;
use crate::working_time::TimeError;

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum SignalError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(FormErrors),
    /// The signal is not switched on.
    #[error("the signal is not switched on")]
    Off,
    /// The organisation does not offer the signal.
    #[error("the signal is not offered")]
    NotOffered,
    /// Hours could not be worked out.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// What was expected could not be worked out.
    #[error(transparent)]
    Rota(#[from] RotaError),
    /// Somebody could not be told.
    #[error(transparent)]
    Notice(#[from] NoticeError),
    /// Not allowed, or no such thing.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<FormErrors> for SignalError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<diesel::result::Error> for SignalError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl SignalError {
    /// One thing wrong.
    pub fn field(field: &str, message: &str) -> Self {
        let mut errors = FormErrors::new();
        errors.add(field, message);
        Self::Invalid(errors)
    }
}

impl AsProblem for SignalError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => Problem::from(errors),
            Self::Off => Problem::Conflict("The signal is switched off. Switch it on first.".to_owned()),
            Self::NotOffered => Problem::Conflict("Your organisation does not offer this signal any more.".to_owned()),
            Self::Time(error) => error.problem(),
            Self::Rota(error) => error.problem(),
            Self::Notice(error) => error.problem(),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
