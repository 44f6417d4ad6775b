//! Records of one's own: written, read, changed, removed.

use jiff::{Timestamp, ToSpan as _};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::authz::{self, Caller, Granted, permission};
use crate::crypto::personal::{Bound, PrivateKey};
use crate::db::{Db, Tx};
use crate::duties;
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, WellbeingRecordId};
use crate::vault::{VaultError, Vaults, service as vault};
use crate::views::format;
use crate::wellbeing::error::WellbeingError;
use crate::wellbeing::job;
use crate::wellbeing::model::{LinkedDuty, Opened, Record, Records};
use crate::wellbeing::policy::KeepRecords;
use crate::wellbeing::rules;
use crate::wellbeing::store::{self, Row, Sealed};

/// What records are sealed for.
const PURPOSE: &str = "wellbeing record";

/// How far back duties are offered to link a note to.
const OFFERED_DAYS: i32 = 120;

fn bound(caller: &Caller, id: WellbeingRecordId) -> Bound {
    Bound {
        purpose: PURPOSE,
        organisation: caller.organisation(),
        person: caller.person_id().unwrap_or(PersonId::NIL),
        record: id.0,
    }
}

/// The id that a form chose, so that sending it twice adds one record; a random one when it chose none.
pub fn chosen_id(key: &str) -> WellbeingRecordId {
    WellbeingRecordId(Uuid::try_parse(key).ok().filter(|id| !id.is_nil()).unwrap_or_else(Uuid::new_v4))
}

pub(super) fn me(caller: &Caller) -> PersonId {
    caller.person_id().unwrap_or(PersonId::NIL)
}

/// `record` as a row has it.
fn seal<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecords>,
    vaults: &Vaults,
    id: WellbeingRecordId,
    record: &Record,
) -> Result<Sealed, WellbeingError> {
    let key = vault::public_key(tx, vaults)?.ok_or(VaultError::NotSetUp)?;
    let plain = to_bytes(record)?;
    let sealed = key.seal_padded(&bound(tx.caller(), id), &plain)?;
    let keep = store::keep(tx, may)?;
    Ok(Sealed { sealed, delete_on: rules::delete_on(record.day, keep) })
}

/// What is sealed of a value.
pub(super) fn to_bytes<T: serde::Serialize>(value: &T) -> Result<Zeroizing<Vec<u8>>, WellbeingError> {
    serde_json::to_vec(value).map(Zeroizing::new).map_err(|error| WellbeingError::Broken(error.to_string()))
}

fn read(caller: &Caller, key: &PrivateKey, row: &Row) -> Option<Opened> {
    let plain = key.open_padded(&bound(caller, row.id), &row.sealed)?;
    let record = serde_json::from_slice(&plain).ok()?;
    Some(Opened { id: row.id, mark: row.mark, record })
}

/// Keeps a new record. `false` when it is there already: the form was sent twice.
///
/// # Errors
/// [`WellbeingError::Vault`] when there is no vault to seal it in.
pub async fn add(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    id: WellbeingRecordId,
    record: Record,
    now: Timestamp,
) -> Result<bool, WellbeingError> {
    let (vaults, person) = (vaults.clone(), me(caller));
    db.write(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        let sealed = seal(tx, &may, &vaults, id, &record)?;
        job::expire_daily(tx, now)?;
        Ok(store::add(tx, &may, id, &sealed)?)
    })
    .await
}

/// All records of the caller, the latest day first.
///
/// # Errors
/// [`WellbeingError::Authz`].
pub async fn list(db: &Db, caller: &Caller, key: PrivateKey) -> Result<Records, WellbeingError> {
    let person = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        let rows = store::all(tx, &may)?;
        let count = rows.len();
        let mut opened: Vec<Opened> = rows.iter().filter_map(|row| read(tx.caller(), &key, row)).collect();
        opened.sort_by_key(|one| std::cmp::Reverse((one.record.day, one.record.written_at)));
        Ok(Records { unreadable: count.saturating_sub(opened.len()), opened })
    })
    .await
}

/// One record of the caller.
///
/// # Errors
/// [`WellbeingError::NoSuchRecord`].
pub async fn open(db: &Db, caller: &Caller, key: PrivateKey, id: WellbeingRecordId) -> Result<Opened, WellbeingError> {
    let person = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        let row = store::one(tx, &may, id)?.ok_or(WellbeingError::NoSuchRecord)?;
        read(tx.caller(), &key, &row).ok_or(WellbeingError::NoSuchRecord)
    })
    .await
}

/// Puts another record in the place of the one that is at `mark`. What was shared of it stays as it was.
///
/// # Errors
/// [`WellbeingError::Changed`] when it is not at `mark`; [`WellbeingError::NoSuchRecord`].
pub async fn change(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    id: WellbeingRecordId,
    mark: Uuid,
    record: Record,
) -> Result<(), WellbeingError> {
    let (vaults, person) = (vaults.clone(), me(caller));
    db.write(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        store::one(tx, &may, id)?.ok_or(WellbeingError::NoSuchRecord)?;
        let sealed = seal(tx, &may, &vaults, id, &record)?;
        if store::change(tx, &may, id, mark, &sealed)? { Ok(()) } else { Err(WellbeingError::Changed) }
    })
    .await
}

/// Removes a record, and what was shared of it. `false` when it is gone already.
///
/// # Errors
/// [`WellbeingError::Authz`].
pub async fn remove(db: &Db, caller: &Caller, id: WellbeingRecordId) -> Result<bool, WellbeingError> {
    let person = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        Ok(store::remove(tx, &may, id)?)
    })
    .await
}

/// The caller's duties of the last months, to link a note to.
///
/// # Errors
/// [`WellbeingError::Duty`].
pub async fn duties_to_offer(db: &Db, caller: &Caller, now: Timestamp) -> Result<Vec<LinkedDuty>, WellbeingError> {
    if !caller.reach(permission::DUTY_READ).is_some_and(|reach| reach.own) {
        return Ok(Vec::new());
    }
    let from = civil::local(now).date().checked_sub(OFFERED_DAYS.days()).ok();
    let filter = duties::model::Filter { from, ..duties::model::Filter::default() };
    let page = duties::service::page_own(db, caller, filter, None, 60).await?;
    let (kinds, _units) = duties::service::words(db, caller).await?;
    let linked = page.rows.iter().map(|duty| LinkedDuty {
        id: duty.id,
        label: format!("{}, {}", format::short_time(duty.started_at), kinds.name(duty.kind.deepest())),
    });
    Ok(linked.collect())
}
