//! Making a vault, and changing by what it opens.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::opening::{Secret, open};
use super::receipts::note;
use super::{Whose, exists};
use crate::authz::{self, Caller, Person};
use crate::crypto::personal::{PrivateKey, PublicKey, RecoveryCode, Wrap};
use crate::db::Db;
use crate::vault::error::VaultError;
use crate::vault::model::{Deed, Vault};
use crate::vault::policy::KeepVault;
use crate::vault::{Vaults, passkey_store, rules, store};

/// The words that somebody would try first of this person's passphrase.
fn theirs(person: &Person) -> Vec<String> {
    vec![person.name.clone(), person.organisation_name.clone(), "wellbeing".to_owned(), "watchroom".to_owned()]
}

fn check(caller: &Caller, passphrase: &str) -> Result<(), VaultError> {
    let words = caller.person().map(theirs).unwrap_or_default();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    rules::check(passphrase, &words).map_err(|weak| VaultError::Weak(weak.0))
}

/// A vault that was just opened or made, and the code that was made with it.
pub struct Fresh {
    /// The key.
    pub key: PrivateKey,
    /// To be shown once.
    pub code: RecoveryCode,
}

/// The two wraps of a key.
struct Wraps {
    passphrase: Wrap,
    code: Wrap,
}

fn wrap_both(key: &PrivateKey, whose: Whose, passphrase: &str, code: &RecoveryCode) -> Result<Wraps, VaultError> {
    Ok(Wraps {
        passphrase: Wrap::by_passphrase(key, whose.organisation, whose.person, passphrase)?,
        code: Wrap::by_code(key, whose.organisation, whose.person, code)?,
    })
}

/// Makes the caller's vault.
///
/// # Errors
/// [`VaultError::Weak`]; [`VaultError::Exists`].
pub async fn set_up(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    passphrase: Zeroizing<String>,
    now: Timestamp,
) -> Result<Fresh, VaultError> {
    check(caller, &passphrase)?;
    let whose = Whose::of(caller);
    if exists(db, caller).await? {
        return Err(VaultError::Exists);
    }
    let (fresh, wraps) = vaults
        .stretch(move || {
            let fresh = Fresh { key: PrivateKey::random()?, code: RecoveryCode::random()? };
            let wraps = wrap_both(&fresh.key, whose, &passphrase, &fresh.code)?;
            Ok::<_, VaultError>((fresh, wraps))
        })
        .await??;
    let public = fresh.key.public();
    let vault = Vault { public, proof: vaults.proof(whose.organisation, whose.person, &public) };
    db.write(caller, move |tx| {
        let may = authz::may::<KeepVault>(tx, whose.person)?;
        if !store::add(tx, &may, &vault, now)? {
            return Err(VaultError::Exists);
        }
        store::put_wrap(tx, &may, &wraps.passphrase, now)?;
        store::put_wrap(tx, &may, &wraps.code, now)?;
        note(tx, &may, &public, Deed::SetUp, now)
    })
    .await?;
    Ok(fresh)
}

/// Changes the passphrase, and forgets the keys of all sessions. Code and passkeys keep opening the vault.
///
/// # Errors
/// As [`unlock`]; [`VaultError::Weak`].
pub async fn change_passphrase(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    present: Zeroizing<String>,
    wanted: Zeroizing<String>,
    now: Timestamp,
) -> Result<PrivateKey, VaultError> {
    check(caller, &wanted)?;
    let whose = Whose::of(caller);
    let key = open(db, vaults, caller, Secret::Passphrase(present), now).await?;
    let (public, wrapping) = (key.public(), key.clone());
    let wrap =
        vaults.stretch(move || Wrap::by_passphrase(&wrapping, whose.organisation, whose.person, &wanted)).await??;
    replace(db, caller, vec![wrap], public, Deed::NewPassphrase, now).await?;
    vaults.lock_everywhere(whose.organisation, whose.person);
    Ok(key)
}

/// Puts wraps in the place of those of their kinds, and leaves a receipt.
async fn replace(
    db: &Db,
    caller: &Caller,
    wraps: Vec<Wrap>,
    public: PublicKey,
    deed: Deed,
    now: Timestamp,
) -> Result<(), VaultError> {
    let whose = Whose::of(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepVault>(tx, whose.person)?;
        for wrap in &wraps {
            store::put_wrap(tx, &may, wrap, now)?;
        }
        if deed == Deed::Recovered {
            // Whoever needed the code may have lost the device that their passkeys are on.
            passkey_store::remove_all(tx, &may)?;
        }
        note(tx, &may, &public, deed, now)
    })
    .await
}

/// Makes a new recovery code; the old one opens nothing from then on.
///
/// # Errors
/// As [`unlock`].
pub async fn new_code(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    passphrase: Zeroizing<String>,
    now: Timestamp,
) -> Result<RecoveryCode, VaultError> {
    let whose = Whose::of(caller);
    let key = open(db, vaults, caller, Secret::Passphrase(passphrase), now).await?;
    let code = RecoveryCode::random()?;
    let wrap = Wrap::by_code(&key, whose.organisation, whose.person, &code)?;
    replace(db, caller, vec![wrap], key.public(), Deed::NewCode, now).await?;
    Ok(code)
}

/// Opens the caller's vault by its recovery code, and gives it a new passphrase and a new code. Passkeys open it no longer.
///
/// # Errors
/// As [`unlock`]; [`VaultError::Weak`].
pub async fn recover(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    code: RecoveryCode,
    wanted: Zeroizing<String>,
    now: Timestamp,
) -> Result<Fresh, VaultError> {
    check(caller, &wanted)?;
    let whose = Whose::of(caller);
    let key = open(db, vaults, caller, Secret::Code(code), now).await?;
    let (fresh, wraps) = vaults
        .stretch(move || {
            let fresh = Fresh { key, code: RecoveryCode::random()? };
            let wraps = wrap_both(&fresh.key, whose, &wanted, &fresh.code)?;
            Ok::<_, VaultError>((fresh, wraps))
        })
        .await??;
    let both = vec![wraps.passphrase, wraps.code];
    replace(db, caller, both, fresh.key.public(), Deed::Recovered, now).await?;
    vaults.lock_everywhere(whose.organisation, whose.person);
    Ok(fresh)
}
