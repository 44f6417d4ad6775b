//! What can go wrong when rules on networks are read or changed.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};

/// Why a rule was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The one who changes it could not go on: the sentence says why, and what to do first.
    #[error("it would shut out the one who changes it")]
    LocksOut(String),
    /// There is a rule for that network in that list already.
    #[error("there is a rule for that network already")]
    Twice,
    /// The organisation has as many rules as it may have.
    #[error("there are too many rules")]
    TooMany,
    /// There is no such role.
    #[error("there is no such role")]
    NoSuchRole,
    /// The caller may not.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for NetworkError {
    fn from(error: DbError) -> Self {
        if error.unique_violation() == Some("network_rules_once") { Self::Twice } else { Self::Db(error) }
    }
}

impl NetworkError {
    /// What to do about it, for the page.
    pub fn advice(&self) -> String {
        match self {
            Self::LocksOut(sentence) => sentence.clone(),
            Self::Twice => {
                "There is a rule for this network in this list. Remove that one first, or switch it on.".to_owned()
            }
            Self::TooMany => "There are 500 rules. Remove some that are no longer needed, or join networks.".to_owned(),
            Self::NoSuchRole => "Choose whom the rule is for.".to_owned(),
            Self::Authz(_) | Self::Audit(_) | Self::Db(_) => self.to_string(),
        }
    }
}

impl AsProblem for NetworkError {
    fn problem(&self) -> Problem {
        match self {
            Self::LocksOut(_) | Self::Twice | Self::TooMany | Self::NoSuchRole => Problem::Conflict(self.advice()),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
