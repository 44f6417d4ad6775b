//! What of somebody's notices stands in their calendar: what is about a day, of the kinds that they want there.

use jiff::civil::Date;

use super::choices::{self, Channel};
use super::inbox_store as store;
use super::kinds::NoticeKind;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{NoticeId, PersonId};

/// An entry for a whole day. It says that there is something, never what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEntry {
    /// Stays the same as long as the thing and its day do.
    pub id: NoticeId,
    /// The day.
    pub day: Date,
    /// What to call it.
    pub label: &'static str,
    /// Where to look, a path of ours.
    pub path: String,
}

/// The entries of `person` from `from` to `to`, both included, by day; for whoever may read that person's notices: they
/// themselves.
///
/// # Errors
/// [`DbError`].
pub fn entries(tx: &mut Tx<'_>, person: PersonId, from: Date, to: Date) -> Result<Vec<CalendarEntry>, DbError> {
    let wanted = choices::of_person(tx, person)?;
    let kinds = NoticeKind::ALL.into_iter().filter(|kind| wanted.contains(&(*kind, Channel::Calendar)));
    let kinds: Vec<&'static str> = kinds.map(NoticeKind::code).collect();
    let told = store::dated(tx, person, &kinds, (from, to))?;
    let entry = |told: super::inbox::Told| {
        Some(CalendarEntry { id: told.id, day: told.day?, label: told.kind?.label(), path: told.path() })
    };
    Ok(told.into_iter().filter_map(entry).collect())
}
