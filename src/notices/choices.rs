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

/// Whether the caller wants this kind.
///
/// # Errors
/// [`NoticeError::Db`].
pub async fn mine(db: &Db, caller: &Caller, kind: NoticeKind) -> Result<bool, NoticeError> {
    let Some(person) = caller.person_id() else { return Ok(true) };
    db.read(caller, move |tx| Ok(wanted_in(tx, person, kind)?)).await
}

/// Sets the caller's switch; one that there is none for stays on.
///
/// # Errors
/// [`NoticeError::Db`].
pub async fn choose(
    db: &Db,
    caller: &Caller,
    kind: NoticeKind,
    wanted: bool,
    now: Timestamp,
) -> Result<(), NoticeError> {
    let Some(person) = caller.person_id() else { return Ok(()) };
    if !kind.is_optional() {
        return Ok(());
    }
    db.write(caller, move |tx| {
        let before = wanted_in(tx, person, kind)?;
        if before == wanted {
            return Ok(());
        }
        store::choose(tx, person, kind, wanted, now)?;
        let entry = Entry::new("notice.choose").on("notice", kind.code()).about(person);
        audit::record(tx, now, entry.changed([WANTED.change(before, wanted)]))?;
        Ok(())
    })
    .await
}
