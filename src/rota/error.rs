//! What can go wrong with the rota.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::crypto::RandomError;
use crate::db::DbError;
use crate::duties::DutyError;
use crate::http::{AsProblem, FieldProblem, Problem};
use crate::views::FormErrors;

use super::cover_rules::Run;

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum RotaError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(FormErrors),
    /// There is a pattern of this name already.
    #[error("there is a pattern of this name already")]
    NameTaken,
    /// People are assigned to the pattern, so that its duties stay.
    #[error("the pattern is in use")]
    InUse,
    /// No duty is expected there: it was confirmed, or the rota changed.
    #[error("no such duty is expected")]
    NotExpected,
    /// The duty is not over yet.
    #[error("the duty is not over yet")]
    NotOver,
    /// The organisation's kinds of work have none for it.
    #[error("there is no kind of work for it")]
    NoKind,
    /// It would leave the unit without a full crew, and they have not said that they know.
    #[error("the cover of the unit would be critical")]
    Critical(Vec<Run>),
    /// They have no on-call contract.
    #[error("there is no on-call contract")]
    NoContract,
    /// Not allowed, or no such record.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The duty could not be logged.
    #[error(transparent)]
    Duty(#[from] DutyError),
    /// The system gave no randomness for a token.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<FormErrors> for RotaError {
    fn from(errors: FormErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<diesel::result::Error> for RotaError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl RotaError {
    /// One thing wrong.
    pub fn field(field: &str, message: &str) -> Self {
        let mut errors = FormErrors::new();
        errors.add(field, message);
        Self::Invalid(errors)
    }
}

impl AsProblem for RotaError {
    fn problem(&self) -> Problem {
        let conflict = |text: &str| Problem::Conflict(text.to_owned());
        match self {
            Self::Invalid(errors) => Problem::from(errors),
            Self::NameTaken => {
                Problem::Invalid(vec![FieldProblem::new("name", "There is a pattern of this name already.")])
            }
            Self::InUse => conflict("The pattern is in use, so its duties stay as they are. Make another pattern."),
            Self::NotExpected => conflict("No such duty is expected. It may be logged already: look at the calendar."),
            Self::NotOver => conflict("The duty is not over yet. Confirm it once it is."),
            Self::NoKind => conflict("There is no kind of work for it. Log the duty by hand."),
            Self::Critical(_runs) => conflict("Booking off would leave the unit without a full crew."),
            Self::NoContract => conflict("There is no on-call contract, so there is no availability to book."),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Duty(error) => error.problem(),
            Self::Random(_) => Problem::Internal,
            Self::Db(error) => error.problem(),
        }
    }
}
