//! The door to whoever knows what else somebody wants on days of their calendar.
//!
//! The program is wired with one; this slice does not know which, so that the rota does not depend on notices.

use jiff::civil::Date;
use uuid::Uuid;

use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

/// An entry for a whole day. It says that there is something and where to look, never what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Stays the same as long as the thing and its day do.
    pub id: Uuid,
    /// The day.
    pub day: Date,
    /// What to call it.
    pub label: &'static str,
    /// Where to look, a path of ours.
    pub path: String,
}

/// Finds what stands on somebody's days, both included, beside their duties: for themself.
pub type FindReminders = fn(&mut Tx<'_>, PersonId, Date, Date) -> Result<Vec<Reminder>, DbError>;

/// Who is asked for what stands in a feed beside duties.
#[derive(Debug, Clone, Copy)]
pub struct Reminders(pub FindReminders);
