//! Passkeys that open a vault. That a passkey signed is checked by whoever keeps it ([`crate::vault::Passkeys`]); the
//! secret that its authenticator gave out beside the signature is what opens.

use jiff::Timestamp;

use super::{Whose, opening, own, receipts};
use crate::authz::{self, Caller};
use crate::crypto::personal::{PasskeySecret, PrivateKey, Wrap};
use crate::db::Db;
use crate::kernel::ids::PasskeyId;
use crate::vault::error::VaultError;
use crate::vault::model::{Deed, PasskeyWrap};
use crate::vault::passkeys::Signed;
use crate::vault::policy::KeepVault;
use crate::vault::{Vaults, passkey_store};

/// The passkeys that open the caller's vault, the oldest first.
///
/// # Errors
/// [`VaultError::Authz`].
pub async fn all(db: &Db, caller: &Caller) -> Result<Vec<PasskeyWrap>, VaultError> {
    let whose = Whose::of(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepVault>(tx, whose.person)?;
        Ok(passkey_store::all(tx, &may)?)
    })
    .await
}

/// Lets a passkey open the caller's vault from now on. `key` is the vault's, unlocked; `signed` and `secret` came from
/// the passkey's authenticator in one answer.
///
/// # Errors
/// [`VaultError::Wrong`] when the passkey was asked for something else; [`VaultError::PasskeyKnown`].
pub async fn add(
    db: &Db,
    caller: &Caller,
    key: PrivateKey,
    signed: Signed,
    secret: PasskeySecret,
    now: Timestamp,
) -> Result<(), VaultError> {
    let whose = Whose::of(caller);
    let input = signed.input.ok_or(VaultError::Wrong)?;
    let wrap = Wrap::by_passkey(&key, whose.organisation, whose.person, &signed.credential, &secret)?;
    db.write(caller, move |tx| {
        let (may, vault) = own(tx, whose)?;
        let vault = vault.filter(|vault| vault.public == key.public()).ok_or(VaultError::NotSetUp)?;
        if !passkey_store::add(tx, &may, signed.passkey, &input, &wrap, now)? {
            return Err(VaultError::PasskeyKnown);
        }
        receipts::note(tx, &may, &vault.public, Deed::PasskeyAdded, now)
    })
    .await
}

/// Takes the caller's vault from a passkey. `false` when it did not open it.
///
/// # Errors
/// [`VaultError::Authz`].
pub async fn remove(db: &Db, caller: &Caller, passkey: PasskeyId, now: Timestamp) -> Result<bool, VaultError> {
    let whose = Whose::of(caller);
    db.write(caller, move |tx| {
        let (may, vault) = own(tx, whose)?;
        let Some(vault) = vault else { return Ok(false) };
        let removed = passkey_store::remove(tx, &may, passkey)?;
        if removed {
            receipts::note(tx, &may, &vault.public, Deed::PasskeyRemoved, now)?;
        }
        Ok(removed)
    })
    .await
}

/// A try that was counted, before anything was looked at.
#[must_use = "a try that is not followed by opening counts all the same"]
#[derive(Debug)]
pub struct Try(());

/// Counts a try to open the caller's vault by a passkey, like one with a passphrase.
///
/// # Errors
/// [`VaultError::TooManyTries`].
pub fn attempt(vaults: &Vaults, caller: &Caller, now: Timestamp) -> Result<Try, VaultError> {
    let whose = Whose::of(caller);
    vaults.trying(whose.organisation, whose.person, now)?;
    Ok(Try(()))
}

/// Opens the caller's vault by a passkey: `None` for an answer that was not accepted, which leaves a receipt as a wrong
/// secret does.
///
/// # Errors
/// [`VaultError::Wrong`], [`VaultError::NotSetUp`].
pub async fn unlock(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    _counted: Try,
    answer: Option<(Signed, PasskeySecret)>,
    now: Timestamp,
) -> Result<PrivateKey, VaultError> {
    let whose = Whose::of(caller);
    let (vault, wraps) = db
        .read(caller, move |tx| {
            let (may, vault) = own(tx, whose)?;
            Ok::<_, VaultError>((vault.ok_or(VaultError::NotSetUp)?, passkey_store::all(tx, &may)?))
        })
        .await?;
    let opened = answer.and_then(|(signed, secret)| {
        let found = wraps.iter().find(|one| one.passkey == signed.passkey && one.credential == signed.credential)?;
        found.wrap.open_by_passkey(whose.organisation, whose.person, &signed.credential, &secret)
    });
    let key = opening::conclude(db, vaults, caller, &vault, opened, now).await?;
    receipts::leave(db, caller, key.public(), Deed::UnlockedByPasskey, now).await?;
    Ok(key)
}
