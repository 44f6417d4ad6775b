//! The tables of vaults. Their rows are the caller's own, by row-level security.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};
use uuid::Uuid;

use super::model::Vault;
use super::policy::KeepVault;
use crate::authz::Granted;
use crate::crypto::personal::{PublicKey, Stretch, Wrap, WrapKind};
use crate::db::schema::{vault_keys, vault_receipts, vault_wraps};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{VaultReceiptId, VaultWrapId};

/// The public side of a vault; `None` when there is none.
pub(super) fn vault<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepVault>) -> Result<Option<Vault>, DbError> {
    let this = vault_keys::table.find((tx.caller().organisation(), may.scope()));
    let found: Option<(Vec<u8>, Vec<u8>)> =
        this.select((vault_keys::public_key, vault_keys::proof)).first(tx.conn()).optional()?;
    Ok(found.and_then(|(public, proof)| {
        Some(Vault { public: PublicKey::from_slice(&public)?, proof: proof.try_into().ok()? })
    }))
}

/// Makes a vault; `false` when there is one already.
pub(super) fn add<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepVault>,
    vault: &Vault,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = diesel::insert_into(vault_keys::table)
        .values((
            vault_keys::organisation_id.eq(tx.caller().organisation()),
            vault_keys::person_id.eq(may.scope()),
            vault_keys::public_key.eq(vault.public.0.as_slice()),
            vault_keys::proof.eq(vault.proof.as_slice()),
            vault_keys::created_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}

/// Vouches anew for the public key that is there.
pub(super) fn set_proof<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepVault>, proof: &[u8; 32]) -> Result<(), DbError> {
    let this = vault_keys::table.find((tx.caller().organisation(), may.scope()));
    diesel::update(this).set(vault_keys::proof.eq(proof.as_slice())).execute(tx.conn())?;
    Ok(())
}

/// Removes a vault with all that was sealed in it.
pub(super) fn destroy<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepVault>) -> Result<bool, DbError> {
    let this = vault_keys::table.find((tx.caller().organisation(), may.scope()));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}

fn params(stretch: Option<Stretch>) -> Value {
    stretch.map_or_else(
        || json!({}),
        |stretch| json!({"m": stretch.memory_kib, "t": stretch.iterations, "p": stretch.parallelism}),
    )
}

fn stretch(params: &Value) -> Option<Stretch> {
    let number = |name: &str| params.get(name)?.as_u64().and_then(|number| u32::try_from(number).ok());
    Some(Stretch { memory_kib: number("m")?, iterations: number("t")?, parallelism: number("p")? })
}

/// Puts a wrap in the place of the one of its kind.
pub(super) fn put_wrap<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepVault>,
    wrap: &Wrap,
    now: Timestamp,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let old = vault_wraps::table
        .filter(vault_wraps::organisation_id.eq(organisation))
        .filter(vault_wraps::person_id.eq(may.scope()))
        .filter(vault_wraps::kind.eq(wrap.kind.as_str()));
    diesel::delete(old).execute(tx.conn())?;
    diesel::insert_into(vault_wraps::table)
        .values((
            vault_wraps::organisation_id.eq(organisation),
            vault_wraps::id.eq(VaultWrapId::new(now)),
            vault_wraps::person_id.eq(may.scope()),
            vault_wraps::kind.eq(wrap.kind.as_str()),
            vault_wraps::salt.eq(wrap.salt.as_slice()),
            vault_wraps::params.eq(params(wrap.stretch)),
            vault_wraps::sealed.eq(&wrap.sealed),
            vault_wraps::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The wrap of a kind; `None` when there is none.
pub(super) fn wrap<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepVault>,
    kind: WrapKind,
) -> Result<Option<Wrap>, DbError> {
    let found: Option<(Vec<u8>, Value, Vec<u8>)> = vault_wraps::table
        .filter(vault_wraps::organisation_id.eq(tx.caller().organisation()))
        .filter(vault_wraps::person_id.eq(may.scope()))
        .filter(vault_wraps::kind.eq(kind.as_str()))
        .select((vault_wraps::salt, vault_wraps::params, vault_wraps::sealed))
        .first(tx.conn())
        .optional()?;
    Ok(found.and_then(|(salt, params, sealed)| {
        Some(Wrap { kind, salt: salt.try_into().ok()?, stretch: stretch(&params), sealed })
    }))
}

/// Keeps a sealed receipt under an id that does not tell when it was made.
pub(super) fn add_receipt<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepVault>,
    id: VaultReceiptId,
    sealed: &[u8],
) -> Result<(), DbError> {
    diesel::insert_into(vault_receipts::table)
        .values((
            vault_receipts::organisation_id.eq(tx.caller().organisation()),
            vault_receipts::id.eq(id),
            vault_receipts::person_id.eq(may.scope()),
            vault_receipts::sealed.eq(sealed),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// A sealed receipt and its id.
pub(super) type SealedReceipt = (VaultReceiptId, Vec<u8>);

/// All receipts, in no order.
pub(super) fn receipts<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepVault>) -> Result<Vec<SealedReceipt>, DbError> {
    Ok(vault_receipts::table
        .filter(vault_receipts::organisation_id.eq(tx.caller().organisation()))
        .filter(vault_receipts::person_id.eq(may.scope()))
        .select((vault_receipts::id, vault_receipts::sealed))
        .load(tx.conn())?)
}

/// Throws receipts away.
pub(super) fn remove_receipts<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepVault>,
    ids: &[VaultReceiptId],
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let old = vault_receipts::table
        .filter(vault_receipts::organisation_id.eq(tx.caller().organisation()))
        .filter(vault_receipts::person_id.eq(may.scope()))
        .filter(vault_receipts::id.eq_any(ids));
    diesel::delete(old).execute(tx.conn())?;
    Ok(())
}
