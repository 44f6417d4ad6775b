//! Receipts: what was done with a vault, sealed to its person.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::Whose;
use crate::authz::{self, Caller, Granted};
use crate::crypto::personal::{Bound, PrivateKey, PublicKey};
use crate::db::{Db, Tx};
use crate::kernel::ids::VaultReceiptId;
use crate::vault::error::VaultError;
use crate::vault::model::{Deed, Receipt};
use crate::vault::policy::KeepVault;
use crate::vault::store;

/// What receipts are sealed for.
const RECEIPT: &str = "vault receipt";

/// How long receipts are kept.
const KEEP_RECEIPTS: SignedDuration = SignedDuration::from_hours(24 * 365);

fn bound(whose: Whose, id: VaultReceiptId) -> Bound {
    Bound { purpose: RECEIPT, organisation: whose.organisation, person: whose.person, record: id.0 }
}

/// Seals a receipt to the vault's person and keeps it.
pub(super) fn note<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepVault>,
    public: &PublicKey,
    deed: Deed,
    now: Timestamp,
) -> Result<(), VaultError> {
    let from = tx.caller().address().map(|address| address.to_string());
    let receipt = Receipt { at: now, deed, from };
    let Some(bytes) = receipt.to_bytes() else { return Ok(()) };
    let id = VaultReceiptId(Uuid::new_v4());
    let sealed = public.seal(&bound(Whose::of(tx.caller()), id), &bytes)?;
    Ok(store::add_receipt(tx, may, id, &sealed)?)
}

/// [`note`] in a transaction of its own.
pub(super) async fn leave(
    db: &Db,
    caller: &Caller,
    public: PublicKey,
    deed: Deed,
    now: Timestamp,
) -> Result<(), VaultError> {
    let whose = Whose::of(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepVault>(tx, whose.person)?;
        note(tx, &may, &public, deed, now)
    })
    .await
}

/// What was done with the caller's vault within a year, the last first. What is older is thrown away.
///
/// # Errors
/// [`VaultError::Authz`].
pub async fn receipts(db: &Db, caller: &Caller, key: PrivateKey, now: Timestamp) -> Result<Vec<Receipt>, VaultError> {
    let whose = Whose::of(caller);
    let key = Arc::new(key);
    let reading = Arc::clone(&key);
    let (mut kept, old) = db
        .read(caller, move |tx| {
            let may = authz::may::<KeepVault>(tx, whose.person)?;
            let mut kept = Vec::new();
            let mut old = Vec::new();
            for (id, sealed) in store::receipts(tx, &may)? {
                let opened = reading.open(&bound(whose, id), &sealed);
                let Some(receipt) = opened.and_then(|bytes| Receipt::from_bytes(&bytes)) else { continue };
                if now.duration_since(receipt.at) > KEEP_RECEIPTS {
                    old.push(id);
                } else {
                    kept.push(receipt);
                }
            }
            Ok::<_, VaultError>((kept, old))
        })
        .await?;
    if !old.is_empty() {
        db.write(caller, move |tx| {
            let may = authz::may::<KeepVault>(tx, whose.person)?;
            Ok::<_, VaultError>(store::remove_receipts(tx, &may, &old)?)
        })
        .await?;
    }
    kept.sort_by_key(|receipt| std::cmp::Reverse(receipt.at));
    Ok(kept)
}
