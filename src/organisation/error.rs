//! What can go wrong when the organisation's own words and shape are edited.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};

/// Why an edit was not made.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// Another open unit has that code.
    #[error("another unit has this code")]
    CodeTaken,
    /// The unit would stand below itself.
    #[error("a unit cannot stand below itself")]
    Circle,
    /// The kind of unit does not fit under its parent: a station under a watch, say.
    #[error("a {below} cannot stand under a {above}")]
    WrongLevel {
        /// What was to stand below.
        below: &'static str,
        /// Under what.
        above: &'static str,
    },
    /// The top unit is the organisation itself: it neither moves nor closes.
    #[error("the top unit stays where it is")]
    TopUnit,
    /// The unit still has open units below it, or people.
    #[error("the unit is not empty")]
    NotEmpty {
        /// Open units directly below.
        units: i64,
        /// People whose home it is.
        people: i64,
    },
    /// The unit, or the one above it, is closed.
    #[error("the unit is closed")]
    Closed,
    /// A type or category is in use: it can be retired, not deleted.
    #[error("it is in use")]
    KindInUse,
    /// There is no level below a sub-category.
    #[error("nothing stands below a sub-category")]
    TooDeep,
    /// The caller may not.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl AsProblem for OrganisationError {
    fn problem(&self) -> Problem {
        match self {
            Self::CodeTaken
            | Self::Circle
            | Self::WrongLevel { .. }
            | Self::TopUnit
            | Self::NotEmpty { .. }
            | Self::Closed
            | Self::KindInUse
            | Self::TooDeep => Problem::Conflict(self.advice()),
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}

impl OrganisationError {
    /// What to do about it, as a sentence for the person.
    pub fn advice(&self) -> String {
        match self {
            Self::CodeTaken => "Use another code: an open unit has this one.".to_owned(),
            Self::Circle => "Choose a unit that is not below this one.".to_owned(),
            Self::WrongLevel { below, above } => {
                format!("A {below} cannot stand under a {above}. Choose another kind, or another unit above.")
            }
            Self::TopUnit => "The top unit is the organisation itself: it neither moves nor closes.".to_owned(),
            Self::NotEmpty { units, people } => {
                let units = crate::views::format::count(*units, "open unit", "open units");
                let people = crate::views::format::count(*people, "person", "people");
                format!("It still has {units} below it and {people} in it. Move them first.")
            }
            Self::Closed => "The unit is closed. Reopen it, or choose another.".to_owned(),
            Self::KindInUse => {
                "Duties are logged under it, so it cannot be deleted. Retire it instead: then it is no longer offered."
                    .to_owned()
            }
            Self::TooDeep => "Nothing stands below a sub-category.".to_owned(),
            Self::Authz(_) | Self::Audit(_) | Self::Db(_) => self.to_string(),
        }
    }
}
