//! What can go wrong with somebody's records.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::crypto::personal::SealError;
use crate::db::DbError;
use crate::duties::DutyError;
use crate::http::{AsProblem, Problem};
use crate::vault::VaultError;
use crate::views::ViewsError;

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum WellbeingError {
    /// It was changed or removed since it was opened.
    #[error("it has changed since it was opened")]
    Changed,
    /// There is no such record, or it does not open.
    #[error("there is no such record, or it does not open")]
    NoSuchRecord,
    /// Nobody who receives records was chosen.
    #[error("nobody who receives records was chosen")]
    NoReceiver,
    /// It is shared with that person already.
    #[error("it is shared with that person already")]
    SharedAlready,
    /// A record could not be put into words: a defect of ours.
    #[error("a record could not be written: {0}")]
    Broken(String),
    /// Nothing could be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Not allowed.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Duties could not be read.
    #[error(transparent)]
    Duty(#[from] DutyError),
    /// A template could not be rendered.
    #[error(transparent)]
    Views(#[from] ViewsError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<diesel::result::Error> for WellbeingError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for WellbeingError {
    fn problem(&self) -> Problem {
        match self {
            Self::Changed => {
                Problem::Conflict("It was changed since you opened it. Look at what it says now.".to_owned())
            }
            Self::NoSuchRecord => Problem::NotFound,
            Self::NoReceiver => Problem::Conflict("Choose somebody who receives wellbeing notes.".to_owned()),
            Self::SharedAlready => Problem::Conflict("You share it with that person already.".to_owned()),
            Self::Broken(_) | Self::Seal(_) => Problem::Internal,
            Self::Vault(error) => error.problem(),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Duty(error) => error.problem(),
            Self::Views(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
