//! Which notices somebody wants: their own switch, for the kinds that have one.

use jiff::Timestamp;

use super::error::NoticeError;
use super::model::NoticeKind;
use super::store;
use crate::audit::{self, Entry, Field};
use crate::authz::Caller;
use crate::db::{Db, DbError, Tx};
use crate::kernel::ids::PersonId;

const WANTED: Field = Field::shown("wanted");

/// Whether `person` wants this kind.
pub(super) fn wanted_in(tx: &mut Tx<'_>, person: PersonId, kind: NoticeKind) -> Result<bool, DbError> {
    Ok(store::choice(tx, person, kind)?.unwrap_or(true))
}

/// The kinds that one may switch off and that the caller wants.
///
/// # Errors
/// [`NoticeError::Db`].
pub async fn mine(db: &Db, caller: &Caller) -> Result<Vec<NoticeKind>, NoticeError> {
    let Some(person) = caller.person_id() else { return Ok(Vec::new()) };
    db.read(caller, move |tx| {
        let mut wanted = Vec::new();
        for kind in NoticeKind::ALL.into_iter().filter(|kind| kind.is_optional()) {
            if wanted_in(tx, person, kind)? {
                wanted.push(kind);
            }
        }
        Ok(wanted)
    })
    .await
}

/// Sets the caller's switches: on for those of `wanted`, off for the others. A kind that has none stays on.
///
/// # Errors
/// [`NoticeError::Db`].
pub async fn choose(db: &Db, caller: &Caller, wanted: Vec<NoticeKind>, now: Timestamp) -> Result<(), NoticeError> {
    let Some(person) = caller.person_id() else { return Ok(()) };
    db.write(caller, move |tx| {
        for kind in NoticeKind::ALL.into_iter().filter(|kind| kind.is_optional()) {
            let (before, after) = (wanted_in(tx, person, kind)?, wanted.contains(&kind));
            if before == after {
                continue;
            }
            store::choose(tx, person, kind, after, now)?;
            let entry = Entry::new("notice.choose").on("notice", kind.code()).about(person);
            audit::record(tx, now, entry.changed([WANTED.change(before, after)]))?;
        }
        Ok(())
    })
    .await
}
