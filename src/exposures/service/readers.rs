//! Reading the exposures of somebody else, for a medical professional: each time on record, with a receipt to the member.

use jiff::Timestamp;

use crate::audit::{self, Entry};
use crate::authz::{self, Caller, permission};
use crate::db::{Db, Tx};
use crate::exposures::error::ExposureError;
use crate::exposures::model::{History, Subject};
use crate::exposures::policy::{FindPeople, ReadOf};
use crate::exposures::store;
use crate::kernel::ids::PersonId;
use crate::organisation::units;

/// Somebody's exposures, as far as the reader may see them.
#[derive(Debug, Clone)]
pub struct Read {
    /// Whose.
    pub subject: Subject,
    /// Their home unit, by its names.
    pub unit: String,
    /// What they were exposed to.
    pub all: Vec<History>,
    /// Whether the reader sees symptoms and advice.
    pub with_health: bool,
}

/// Looks for people by a part of their name, or by their number or address: at most twenty, each with their unit.
///
/// # Errors
/// [`ExposureError::Authz`].
pub async fn find(db: &Db, caller: &Caller, text: String) -> Result<Vec<(Subject, String)>, ExposureError> {
    db.read(caller, move |tx| {
        let may = authz::may::<FindPeople>(tx, ())?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let tree = units::tree_in(tx)?;
        let found = store::find(tx, &may, text)?;
        Ok(found.into_iter().map(|subject| (subject.clone(), tree.path(subject.unit))).collect())
    })
    .await
}

fn load(tx: &mut Tx<'_>, person: PersonId, deed: &'static str, now: Timestamp) -> Result<Read, ExposureError> {
    let may = authz::may::<ReadOf>(tx, person)?;
    let subject = may.facts().clone();
    let all = store::of_subject(tx, &may)?;
    let unit = units::tree_in(tx)?.path(subject.unit);
    let caller = tx.caller();
    let with_health = caller.reaches(permission::EXPOSURE_HEALTH_READ, subject.id, subject.unit);
    let mut by = vec![permission::EXPOSURE_READ];
    by.extend(with_health.then_some(permission::EXPOSURE_HEALTH_READ));
    let entry = Entry::new(deed).on("person", person).about(person).allowed_by(caller, &by);
    audit::record(tx, now, entry)?;
    Ok(Read { subject, unit, all, with_health })
}

/// Reads somebody's exposures.
///
/// # Errors
/// [`ExposureError::Authz`] when the caller does not reach them.
pub async fn read(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<Read, ExposureError> {
    db.write(caller, move |tx| load(tx, person, "exposure.read", now)).await
}

/// The same for a file that is handed to a medical professional.
///
/// # Errors
/// As [`read`].
pub async fn paper_of(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<Read, ExposureError> {
    db.write(caller, move |tx| load(tx, person, "exposure.export", now)).await
}
