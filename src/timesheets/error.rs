//! What can go wrong with timesheets.

use super::rules::period::Period;
use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};

/// Why hours were not submitted, decided, or shown.
#[derive(Debug, thiserror::Error)]
pub enum TimesheetError {
    /// Hours of that day are not submitted here, or no period begins on it.
    #[error("there is no such period")]
    NoPeriod,
    /// The period has not begun.
    #[error("the period has not begun")]
    NotYet,
    /// The period is not over, and nobody said that there is nothing more to come.
    #[error("the period is not over")]
    NotOver(Period),
    /// Somebody moved it since it was opened: submitted, took back, decided, reopened.
    #[error("the timesheet has moved on")]
    Moved,
    /// The hours are not those that were shown.
    #[error("the hours have changed since they were shown")]
    HoursChanged,
    /// A field of a form: its name, and what to do.
    #[error("{1}")]
    Field(&'static str, String),
    /// Not allowed, or no such timesheet.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<diesel::result::Error> for TimesheetError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for TimesheetError {
    fn problem(&self) -> Problem {
        match self {
            Self::NoPeriod => Problem::NotFound,
            Self::NotYet => Problem::Conflict("That period has not begun. Submit it once it has.".to_owned()),
            Self::NotOver(period) => Problem::Conflict(format!(
                "The period {} is not over. Say that you have no more duties in it, or submit it later.",
                period.in_words()
            )),
            Self::Moved => Problem::Conflict(
                "These hours were submitted, taken back or decided since you opened the page. Open it again."
                    .to_owned(),
            ),
            Self::HoursChanged => Problem::Conflict(
                "The hours have changed since you opened the page. Open it again, look at them, and decide then."
                    .to_owned(),
            ),
            Self::Field(_name, text) => Problem::BadRequest(format!("{text}.")),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
