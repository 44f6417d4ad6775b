//! Sharing one record with one person, and taking it back. What is shared is a copy, sealed to the recipient: as it was
//! when it was shared, for as long as its person leaves it there.

use jiff::Timestamp;
use uuid::Uuid;

use super::records::{me, to_bytes};
use crate::authz::{self, Caller};
use crate::crypto::personal::{Bound, PrivateKey};
use crate::db::Db;
use crate::kernel::ids::{OrganisationId, PersonId, WellbeingRecordId, WellbeingShareId};
use crate::notices::{self, Note, NoticeKind};
use crate::vault::{Vaults, service as vault};
use crate::wellbeing::error::WellbeingError;
use crate::wellbeing::model::{Receiver, Share, Shared};
use crate::wellbeing::policy::{KeepRecords, ReceiveRecords};
use crate::wellbeing::store;

/// What copies are sealed for.
const PURPOSE: &str = "wellbeing share";

fn bound(organisation: OrganisationId, recipient: PersonId, id: WellbeingShareId) -> Bound {
    Bound { purpose: PURPOSE, organisation, person: recipient, record: id.0 }
}

/// With whom the caller can share.
///
/// # Errors
/// [`WellbeingError::Authz`].
pub async fn receivers(db: &Db, caller: &Caller) -> Result<Vec<Receiver>, WellbeingError> {
    let person = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        Ok(store::receivers(tx, &may)?)
    })
    .await
}

/// What the caller shared, the last first.
///
/// # Errors
/// [`WellbeingError::Authz`].
pub async fn shares(db: &Db, caller: &Caller) -> Result<Vec<Share>, WellbeingError> {
    let person = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        Ok(store::own_shares(tx, &may)?)
    })
    .await
}

/// Shares a record of the caller's with a person who receives such, and tells them that there is something.
///
/// # Errors
/// [`WellbeingError::NoSuchRecord`], [`WellbeingError::NoReceiver`], [`WellbeingError::SharedAlready`].
pub async fn share(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    key: PrivateKey,
    record: WellbeingRecordId,
    recipient: PersonId,
    now: Timestamp,
) -> Result<Receiver, WellbeingError> {
    let opened = super::open(db, caller, key, record).await?;
    let (vaults, person) = (vaults.clone(), me(caller));
    db.write(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        let found = store::receivers(tx, &may)?.into_iter().find(|receiver| receiver.person == recipient);
        let receiver = found.ok_or(WellbeingError::NoReceiver)?;
        let organisation = tx.caller().organisation();
        let from = tx.caller().person().map(|person| person.name.clone()).unwrap_or_default();
        let public = vault::public_key_of(&vaults, organisation, recipient, &receiver.public_key, &receiver.proof)?;
        let id = WellbeingShareId(Uuid::new_v4());
        let plain = to_bytes(&Shared { from, record: opened.record })?;
        let sealed = public.seal_padded(&bound(organisation, recipient, id), &plain)?;
        let share = Share { id, record, person, recipient, shared_at: now, opened_at: None };
        if !store::add_share(tx, &may, &share, &sealed)? {
            return Err(WellbeingError::SharedAlready);
        }
        // That there is something, in the app alone: not what, not by whom, and to nobody else.
        notices::note(tx, now, &Note::of(NoticeKind::WellbeingShared, recipient))?;
        Ok(receiver)
    })
    .await
}

/// Takes a share back: its copy is removed. `false` when there is none any more.
///
/// # Errors
/// [`WellbeingError::Authz`].
pub async fn withdraw(
    db: &Db,
    caller: &Caller,
    record: WellbeingRecordId,
    id: WellbeingShareId,
) -> Result<bool, WellbeingError> {
    let person = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        Ok(store::remove_share(tx, &may, record, id)?)
    })
    .await
}

/// What somebody shared with the caller.
#[derive(Debug, Clone)]
pub struct Received {
    /// The share.
    pub share: Share,
    /// What was inside; `None` when it does not open.
    pub shared: Option<Shared>,
}

/// What is shared with the caller, the last first.
///
/// # Errors
/// [`WellbeingError::Authz`].
pub async fn received(db: &Db, caller: &Caller, key: PrivateKey) -> Result<Vec<Received>, WellbeingError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ReceiveRecords>(tx, ())?;
        let rows = store::received(tx, &may)?;
        let organisation = tx.caller().organisation();
        Ok(rows.into_iter().map(|(share, sealed)| read(organisation, &key, share, &sealed)).collect())
    })
    .await
}

fn read(organisation: OrganisationId, key: &PrivateKey, share: Share, sealed: &[u8]) -> Received {
    let plain = key.open_padded(&bound(organisation, share.recipient, share.id), sealed);
    Received { share, shared: plain.and_then(|plain| serde_json::from_slice(&plain).ok()) }
}

/// Opens one of them, and says so to whoever shared it.
///
/// # Errors
/// [`WellbeingError::NoSuchRecord`] when there is none, or it was taken back.
pub async fn open_received(
    db: &Db,
    caller: &Caller,
    key: PrivateKey,
    id: WellbeingShareId,
    now: Timestamp,
) -> Result<(Share, Shared), WellbeingError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReceiveRecords>(tx, ())?;
        let found = store::received(tx, &may)?.into_iter().find(|(share, _sealed)| share.id == id);
        let (share, sealed) = found.ok_or(WellbeingError::NoSuchRecord)?;
        let shared = read(tx.caller().organisation(), &key, share, &sealed).shared;
        let shared = shared.ok_or(WellbeingError::NoSuchRecord)?;
        store::note_opened(tx, &may, id, now)?;
        Ok((share, shared))
    })
    .await
}
