//! What can go wrong with TRiM.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::crypto::personal::SealError;
use crate::db::DbError;
use crate::exposures::ExposureError;
use crate::http::{AsProblem, FieldProblem, Problem};
use crate::notices::NoticeError;
use crate::vault::VaultError;
use crate::views::{FormErrors, format};

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum TrimError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(FormErrors),
    /// Somebody else was quicker, or it has ended.
    #[error("it has changed since it was opened")]
    Changed,
    /// Nobody is assessed before this moment.
    #[error("nobody is assessed so early")]
    TooEarly(jiff::Timestamp),
    /// The work calls for an offer already.
    #[error("there is such a criterion already")]
    CriterionTaken,
    /// Not allowed, or no such record.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// A message could not be put into the outbox, so nothing was done.
    #[error(transparent)]
    Notice(#[from] NoticeError),
    /// The exposures beside it.
    #[error(transparent)]
    Exposure(#[from] ExposureError),
    /// The vault of who scores, or of the member.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A score could not be sealed, so nothing was written.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<FormErrors> for TrimError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<diesel::result::Error> for TrimError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl TrimError {
    /// One thing wrong.
    pub fn field(field: &str, message: &str) -> Self {
        let mut errors = FormErrors::new();
        errors.add(field, message);
        Self::Invalid(errors)
    }
}

impl AsProblem for TrimError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => Problem::from(errors),
            Self::Changed => Problem::Conflict(
                "It was changed since you opened it: it was taken over, withdrawn or closed. Look at your caseload."
                    .to_owned(),
            ),
            Self::TooEarly(earliest) => Problem::Conflict(format!(
                "Nobody is assessed within 72 hours of the event. The earliest moment is {}.",
                format::long_time(*earliest)
            )),
            Self::CriterionTaken => {
                Problem::Invalid(vec![FieldProblem::new("work", "TRiM is offered after this kind of work already.")])
            }
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Notice(error) => error.problem(),
            Self::Exposure(error) => error.problem(),
            Self::Vault(error) => error.problem(),
            Self::Seal(_) => Problem::Internal,
            Self::Db(error) => error.problem(),
        }
    }
}
