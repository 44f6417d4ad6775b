//! What can go wrong with claims.

use super::rules::Wrong;
use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, FieldProblem, Problem};

/// Why a claim was not made, decided, or taken to payroll.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Something that was typed is wrong.
    #[error("the claim is not right")]
    Invalid(Wrong),
    /// There is one of this kind for the duty that waits or was approved.
    #[error("the same is claimed already")]
    Claimed,
    /// It was decided, or taken back, since it was opened.
    #[error("the claim does not wait any more")]
    Decided,
    /// It is not approved, so there is nothing to undo.
    #[error("the claim is not approved")]
    NotApproved,
    /// Payroll took it.
    #[error("payroll has taken the claim")]
    Paid,
    /// Nobody has approved the hours of its day.
    #[error("the hours are not approved")]
    HoursOpen,
    /// No approved claim waits for payroll.
    #[error("nothing is there for payroll")]
    NothingToPay,
    /// Not allowed, or no such claim.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<Wrong> for ClaimError {
    fn from(wrong: Wrong) -> Self {
        Self::Invalid(wrong)
    }
}

impl AsProblem for ClaimError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(wrong) => Problem::Invalid(
                wrong.iter().map(|(field, text)| FieldProblem::new(*field, format!("{text}."))).collect(),
            ),
            Self::Claimed => Problem::Conflict(
                "The same is claimed for this duty already. Take that claim back to make another.".to_owned(),
            ),
            Self::Decided => Problem::Conflict(
                "This claim was decided or taken back since you opened it. Open it again to see what became of it."
                    .to_owned(),
            ),
            Self::NotApproved => Problem::Conflict(
                "This claim is not approved any more. Open it again to see what became of it.".to_owned(),
            ),
            Self::Paid => Problem::Conflict(
                "Payroll has taken this claim, so its approval stays. Tell payroll what is wrong: they put it right with \
                 the next pay."
                    .to_owned(),
            ),
            Self::HoursOpen => Problem::Conflict(
                "Nobody has approved the hours of this day yet. Decide on the claim once they are.".to_owned(),
            ),
            Self::NothingToPay => {
                Problem::Conflict("No approved claim waits for payroll: all of them were taken before.".to_owned())
            }
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
