//! What can go wrong with duties.

use jiff::civil::Date;

use super::rules::Faults;
use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, FieldProblem, Problem};
use crate::views::format;

/// The rule by which the database keeps duties of approved hours.
const APPROVED_STAY: &str = "duties_of_an_approved_period_stay";

/// That hours are approved, and what to do instead; a sentence without a full stop.
pub(super) fn locked(from: Date, to: Date) -> String {
    format!(
        "The hours from {} to {} are approved, so their duties stay as they are. Propose a correction from your timesheet, \
         or ask whoever approved them to reopen it",
        format::short_date(from),
        format::short_date(to)
    )
}

/// Why a duty was not logged, changed, deleted or shown.
#[derive(Debug, thiserror::Error)]
pub enum DutyError {
    /// Something that was typed or sent is wrong.
    #[error("the duty is not right")]
    Invalid(Faults),
    /// Somebody (perhaps the same person, elsewhere) changed the duty since it was opened.
    #[error("the duty has changed since it was opened")]
    Changed,
    /// The id that a program chose for a new duty is taken, or was not made lately.
    #[error("the id cannot be used for a new duty")]
    IdTaken,
    /// The hours of these days are approved, so their duties stay as they are.
    #[error("the hours from {0} to {1} are approved")]
    Locked(Date, Date),
    /// The hours are not approved, so the duty is changed and not corrected.
    #[error("the duty is not locked")]
    NotLocked,
    /// A correction of the duty waits already.
    #[error("a correction of the duty waits already")]
    Proposed,
    /// Somebody decided on the correction, or took it back, since it was opened.
    #[error("the correction does not wait any more")]
    Decided,
    /// The duty is no longer what the correction was proposed on.
    #[error("the duty has changed since the correction was proposed")]
    Overtaken,
    /// A program asked for another duty under the same idempotency key.
    #[error("the idempotency key was used for another duty")]
    KeyUsed,
    /// Not allowed, or no such duty.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<Faults> for DutyError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<diesel::result::Error> for DutyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for DutyError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(faults) => Problem::Invalid(
                faults
                    .iter()
                    .map(|fault| FieldProblem::new(fault.at.in_api(), format!("{}.", fault.message)))
                    .collect(),
            ),
            Self::Changed => Problem::Conflict(
                "The duty was changed since you opened it. Open it again, look at what changed, and repeat your change."
                    .to_owned(),
            ),
            Self::IdTaken => {
                Problem::Conflict("Choose another id: a UUID of version 7, made within the last two days.".to_owned())
            }
            Self::Locked(from, to) => Problem::Conflict(format!("{}.", locked(*from, *to))),
            Self::NotLocked => Problem::Conflict("The hours of that day are not approved: change the duty itself.".to_owned()),
            Self::Proposed => Problem::Conflict(
                "A correction of this duty waits for a decision already. Take that one back to propose another.".to_owned(),
            ),
            Self::Decided => Problem::Conflict(
                "Somebody has decided on this correction, or it was taken back. Open it again to see what became of it."
                    .to_owned(),
            ),
            Self::Overtaken => Problem::Conflict(
                "The duty has changed since the correction was proposed. Refuse it, so that it can be proposed anew.".to_owned(),
            ),
            Self::KeyUsed => Problem::Invalid(vec![FieldProblem::new(
                "Idempotency-Key",
                "You sent something else under this key. Choose a new key for each duty.",
            )]),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            // Approved between our look and our write: the database had the last word.
            Self::Db(error) if error.check_violation() == Some(APPROVED_STAY) => Problem::Conflict(
                "The hours of that day have just been approved, so their duties stay as they are. Propose a correction."
                    .to_owned(),
            ),
            Self::Db(error) => error.problem(),
        }
    }
}
