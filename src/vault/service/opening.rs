//! Opening a vault by what its person knows.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::{Whose, own, receipts, vouched};
use crate::authz::{self, Caller};
use crate::crypto::personal::code::NotACode;
use crate::crypto::personal::{PrivateKey, RecoveryCode, Wrap, WrapKind};
use crate::db::Db;
use crate::vault::Vaults;
use crate::vault::error::VaultError;
use crate::vault::model::{Deed, Vault};
use crate::vault::policy::KeepVault;
use crate::vault::store;

/// By what somebody means to open their vault.
pub(super) enum Secret {
    Passphrase(Zeroizing<String>),
    Code(RecoveryCode),
}

impl Secret {
    fn kind(&self) -> WrapKind {
        match self {
            Self::Passphrase(_) => WrapKind::Passphrase,
            Self::Code(_) => WrapKind::Recovery,
        }
    }

    fn open(&self, wrap: &Wrap, whose: Whose) -> Option<PrivateKey> {
        match self {
            Self::Passphrase(text) => wrap.open_by_passphrase(whose.organisation, whose.person, text),
            Self::Code(code) => wrap.open_by_code(whose.organisation, whose.person, code),
        }
    }
}

/// Opens the wrap that the secret is for. A wrong one is noted for the vault's person.
pub(super) async fn open(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    secret: Secret,
    now: Timestamp,
) -> Result<PrivateKey, VaultError> {
    let whose = Whose::of(caller);
    let kind = secret.kind();
    let (vault, wrap) = db
        .read(caller, move |tx| {
            let (may, vault) = own(tx, whose)?;
            let wrap = store::wrap(tx, &may, kind)?;
            Ok::<_, VaultError>((vault.ok_or(VaultError::NotSetUp)?, wrap.ok_or(VaultError::NotSetUp)?))
        })
        .await?;
    vaults.trying(whose.organisation, whose.person, now)?;
    let opened = vaults.stretch(move || secret.open(&wrap, whose)).await?;
    conclude(db, vaults, caller, &vault, opened, now).await
}

/// What follows a try, however it was made: the key if it is this vault's, or a receipt for its person.
pub(super) async fn conclude(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    vault: &Vault,
    opened: Option<PrivateKey>,
    now: Timestamp,
) -> Result<PrivateKey, VaultError> {
    let whose = Whose::of(caller);
    match opened.filter(|key| key.public() == vault.public) {
        Some(key) => {
            vaults.succeeded(whose.organisation, whose.person);
            renew_proof(db, vaults, caller, vault).await?;
            Ok(key)
        }
        None => {
            receipts::leave(db, caller, vault.public, Deed::Refused, now).await?;
            Err(VaultError::Wrong)
        }
    }
}

/// Vouches anew for a key whose person has just shown that it is theirs: the appliance's keys may have been lost since
/// it was made, and what only its person can open must outlive them.
async fn renew_proof(db: &Db, vaults: &Vaults, caller: &Caller, vault: &Vault) -> Result<(), VaultError> {
    let whose = Whose::of(caller);
    if vouched(vaults, whose, vault).is_ok() {
        return Ok(());
    }
    let proof = vaults.proof(whose.organisation, whose.person, &vault.public);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepVault>(tx, whose.person)?;
        Ok::<_, VaultError>(store::set_proof(tx, &may, &proof)?)
    })
    .await
}

/// Opens the caller's vault by its passphrase.
///
/// # Errors
/// [`VaultError::Wrong`], [`VaultError::TooManyTries`], [`VaultError::NotSetUp`].
pub async fn unlock(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    passphrase: Zeroizing<String>,
    now: Timestamp,
) -> Result<PrivateKey, VaultError> {
    let key = open(db, vaults, caller, Secret::Passphrase(passphrase), now).await?;
    receipts::leave(db, caller, key.public(), Deed::Unlocked, now).await?;
    Ok(key)
}

/// Reads a recovery code as it was typed.
///
/// # Errors
/// [`NotACode`].
pub fn read_code(typed: &str) -> Result<RecoveryCode, NotACode> {
    RecoveryCode::parse(typed)
}
