//! The door to whoever knows the limits and rests of work: asked before a duty is logged or changed.
//!
//! The program is wired with one; this slice does not know which, so that hours do not depend on the law about hours.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::model::KindPath;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyId, PersonId};

/// A duty as it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Which one: what is on record under this id does not count beside it.
    pub id: DutyId,
    /// Whose.
    pub person: PersonId,
    /// When it begins.
    pub started_at: Timestamp,
    /// When it ends.
    pub ended_at: Timestamp,
    /// Breaks in minutes.
    pub break_minutes: i32,
    /// What it is.
    pub kind: KindPath,
}

/// That a duty breaks a limit or a rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// What it breaks: sentences without a full stop.
    pub said: Vec<String>,
    /// Whether it is refused. Only work that has not begun is: hours that were worked are always recorded.
    pub refused: bool,
}

impl Breach {
    /// All of it in one line.
    pub fn line(&self) -> String {
        self.said.join(". ")
    }
}

/// Who knows the limits and rests.
pub trait WorkingTime: Send + Sync {
    /// What the duty would break, as far as the caller's own record tells.
    ///
    /// # Errors
    /// [`DbError`].
    fn judge(&self, tx: &mut Tx<'_>, planned: &Planned, now: Timestamp) -> Result<Option<Breach>, DbError>;

    /// Keeps that the duty was logged all the same.
    ///
    /// # Errors
    /// [`DbError`].
    fn mark(&self, tx: &mut Tx<'_>, planned: &Planned, breach: &Breach, now: Timestamp) -> Result<(), DbError>;

    /// What a duty was said to break when it was logged all the same, as far as the caller may read it.
    ///
    /// # Errors
    /// [`DbError`].
    fn marked(&self, tx: &mut Tx<'_>, duty: DutyId) -> Result<Option<String>, DbError>;
}

/// Who knows the limits and rests, if anybody. Cheap to clone.
#[derive(Clone, Default)]
pub struct Watch(Option<Arc<dyn WorkingTime>>);

impl Watch {
    /// With somebody who knows.
    pub fn by(somebody: Arc<dyn WorkingTime>) -> Self {
        Self(Some(somebody))
    }

    /// With nobody: nothing is ever broken.
    pub const fn nobody() -> Self {
        Self(None)
    }

    pub(super) fn judge(&self, tx: &mut Tx<'_>, planned: &Planned, now: Timestamp) -> Result<Option<Breach>, DbError> {
        self.0.as_ref().map_or(Ok(None), |somebody| somebody.judge(tx, planned, now))
    }

    pub(super) fn mark(
        &self,
        tx: &mut Tx<'_>,
        planned: &Planned,
        breach: &Breach,
        now: Timestamp,
    ) -> Result<(), DbError> {
        self.0.as_ref().map_or(Ok(()), |somebody| somebody.mark(tx, planned, breach, now))
    }

    pub(super) fn marked(&self, tx: &mut Tx<'_>, duty: DutyId) -> Result<Option<String>, DbError> {
        self.0.as_ref().map_or(Ok(None), |somebody| somebody.marked(tx, duty))
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watch").field(&self.0.is_some()).finish()
    }
}
