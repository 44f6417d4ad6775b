//! The wraps of vaults that open with a passkey. What a passkey is called stands at the account's passkeys.

use data_encoding::BASE64URL_NOPAD;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};

use super::model::{Input, PasskeyWrap};
use super::policy::KeepVault;
use crate::authz::Granted;
use crate::crypto::personal::{Wrap, WrapKind};
use crate::db::schema::{passkeys, vault_wraps};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PasskeyId, VaultWrapId};

/// Where the input of the authenticator stands among a wrap's parameters.
const INPUT: &str = "prf";

fn input(params: &Value) -> Option<Input> {
    let text = params.get(INPUT)?.as_str()?;
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// The passkeys that open the vault, the oldest first.
pub(super) fn all<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepVault>) -> Result<Vec<PasskeyWrap>, DbError> {
    type Row = (PasskeyId, Vec<u8>, String, jiff_diesel::Timestamp, Value, Vec<u8>, Vec<u8>);
    let of_its_person = passkeys::organisation_id
        .eq(vault_wraps::organisation_id)
        .and(passkeys::id.nullable().eq(vault_wraps::passkey_id));
    let rows: Vec<Row> = vault_wraps::table
        .inner_join(passkeys::table.on(of_its_person))
        .filter(vault_wraps::organisation_id.eq(tx.caller().organisation()))
        .filter(vault_wraps::person_id.eq(may.scope()))
        .order((vault_wraps::created_at, vault_wraps::id))
        .select((
            passkeys::id,
            passkeys::credential_id,
            passkeys::name,
            vault_wraps::created_at,
            vault_wraps::params,
            vault_wraps::salt,
            vault_wraps::sealed,
        ))
        .load(tx.conn())?;
    let read = |(passkey, credential, name, added_at, params, salt, sealed): Row| {
        let wrap = Wrap { kind: WrapKind::Passkey, salt: salt.try_into().ok()?, stretch: None, sealed };
        Some(PasskeyWrap { passkey, credential, name, added_at: added_at.to_jiff(), input: input(&params)?, wrap })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Lets a passkey open the vault; `false` when it does already.
pub(super) fn add<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepVault>,
    passkey: PasskeyId,
    input: &Input,
    wrap: &Wrap,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = diesel::insert_into(vault_wraps::table)
        .values((
            vault_wraps::organisation_id.eq(tx.caller().organisation()),
            vault_wraps::id.eq(VaultWrapId::new(now)),
            vault_wraps::person_id.eq(may.scope()),
            vault_wraps::kind.eq(wrap.kind.as_str()),
            vault_wraps::salt.eq(wrap.salt.as_slice()),
            vault_wraps::params.eq(json!({ INPUT: BASE64URL_NOPAD.encode(input) })),
            vault_wraps::sealed.eq(&wrap.sealed),
            vault_wraps::created_at.eq(now.to_diesel()),
            vault_wraps::passkey_id.eq(passkey),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}

/// Takes the vault from a passkey; `false` when it did not open it.
pub(super) fn remove<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepVault>,
    passkey: PasskeyId,
) -> Result<bool, DbError> {
    let this = vault_wraps::table
        .filter(vault_wraps::organisation_id.eq(tx.caller().organisation()))
        .filter(vault_wraps::person_id.eq(may.scope()))
        .filter(vault_wraps::passkey_id.eq(passkey));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}

/// Takes the vault from all passkeys.
pub(super) fn remove_all<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepVault>) -> Result<(), DbError> {
    let theirs = vault_wraps::table
        .filter(vault_wraps::organisation_id.eq(tx.caller().organisation()))
        .filter(vault_wraps::person_id.eq(may.scope()))
        .filter(vault_wraps::kind.eq(WrapKind::Passkey.as_str()));
    diesel::delete(theirs).execute(tx.conn())?;
    Ok(())
}
