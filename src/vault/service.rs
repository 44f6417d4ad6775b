//! The verbs of a vault. Each takes a passphrase or a code from its person, and leaves no trace of it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::error::VaultError;
use super::model::{Deed, Receipt, Vault};
use super::policy::KeepVault;
use super::store;
use super::{Vaults, rules};
use crate::authz::{self, Caller, Granted, Person};
use crate::crypto::personal::code::NotACode;
use crate::crypto::personal::{Bound, PrivateKey, PublicKey, RecoveryCode, Wrap, WrapKind};
use crate::db::{Db, Tx};
use crate::kernel::ids::{OrganisationId, PersonId, VaultReceiptId};

/// What receipts are sealed for.
const RECEIPT: &str = "vault receipt";

/// How long receipts are kept.
const KEEP_RECEIPTS: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Whose vault is meant, and where.
#[derive(Clone, Copy)]
struct Whose {
    organisation: OrganisationId,
    person: PersonId,
}

impl Whose {
    fn of(caller: &Caller) -> Self {
        Self { organisation: caller.organisation(), person: caller.person_id().unwrap_or(PersonId::NIL) }
    }

    fn bound(self, id: VaultReceiptId) -> Bound {
        Bound { purpose: RECEIPT, organisation: self.organisation, person: self.person, record: id.0 }
    }
}

/// The words that somebody would try first of this person's passphrase.
fn theirs(person: &Person) -> Vec<String> {
    vec![person.name.clone(), person.organisation_name.clone(), "wellbeing".to_owned(), "watchroom".to_owned()]
}

fn check(caller: &Caller, passphrase: &str) -> Result<(), VaultError> {
    let words = caller.person().map(theirs).unwrap_or_default();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    rules::check(passphrase, &words).map_err(|weak| VaultError::Weak(weak.0))
}

/// Whether the caller has a vault.
///
/// # Errors
/// [`VaultError::Authz`].
pub async fn exists(db: &Db, caller: &Caller) -> Result<bool, VaultError> {
    let whose = Whose::of(caller);
    db.read(caller, move |tx| Ok(own(tx, whose)?.1.is_some())).await
}

fn vouched(vaults: &Vaults, whose: Whose, vault: &Vault) -> Result<PublicKey, VaultError> {
    vaults.vouched(whose.organisation, whose.person, vault).ok_or(VaultError::Forged)
}

fn own<'tx>(tx: &mut Tx<'tx>, whose: Whose) -> Result<(Granted<'tx, KeepVault>, Option<Vault>), VaultError> {
    let may = authz::may::<KeepVault>(tx, whose.person)?;
    let vault = store::vault(tx, &may)?;
    Ok((may, vault))
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

/// Seals a receipt to the vault's person and keeps it.
fn note<'tx>(
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
    let sealed = public.seal(&Whose::of(tx.caller()).bound(id), &bytes)?;
    Ok(store::add_receipt(tx, may, id, &sealed)?)
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

/// By what somebody means to open their vault.
enum Secret {
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
async fn open(
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
    match opened.filter(|key| key.public() == vault.public) {
        Some(key) => {
            vaults.succeeded(whose.organisation, whose.person);
            renew_proof(db, vaults, caller, &vault).await?;
            Ok(key)
        }
        None => {
            receipt(db, caller, vault.public, Deed::Refused, now).await?;
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

async fn receipt(db: &Db, caller: &Caller, public: PublicKey, deed: Deed, now: Timestamp) -> Result<(), VaultError> {
    let whose = Whose::of(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepVault>(tx, whose.person)?;
        note(tx, &may, &public, deed, now)
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
    receipt(db, caller, key.public(), Deed::Unlocked, now).await?;
    Ok(key)
}

/// Changes the passphrase, and forgets the keys of all sessions.
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

/// Puts wraps in the place of those of their kinds.
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

/// Opens the caller's vault by its recovery code, and gives it a new passphrase and a new code.
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

/// Reads a recovery code as it was typed.
///
/// # Errors
/// [`NotACode`].
pub fn read_code(typed: &str) -> Result<RecoveryCode, NotACode> {
    RecoveryCode::parse(typed)
}

/// Destroys the caller's vault and all that is sealed in it. `false` when there was none.
///
/// # Errors
/// [`VaultError::Authz`].
pub async fn destroy(db: &Db, vaults: &Vaults, caller: &Caller) -> Result<bool, VaultError> {
    let whose = Whose::of(caller);
    let gone = db
        .write(caller, move |tx| {
            let may = authz::may::<KeepVault>(tx, whose.person)?;
            Ok::<_, VaultError>(store::destroy(tx, &may)?)
        })
        .await?;
    vaults.lock_everywhere(whose.organisation, whose.person);
    Ok(gone)
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
                let opened = reading.open(&whose.bound(id), &sealed);
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

/// The public key of the caller's vault in an open transaction, for slices that seal to its person; `None` when there
/// is no vault.
///
/// # Errors
/// [`VaultError::Forged`]; [`VaultError::Db`].
pub fn public_key(tx: &mut Tx<'_>, vaults: &Vaults) -> Result<Option<PublicKey>, VaultError> {
    let whose = Whose::of(tx.caller());
    let (_may, vault) = own(tx, whose)?;
    vault.map(|vault| vouched(vaults, whose, &vault)).transpose()
}

/// The same for somebody else, of whom a function of the database told the row.
///
/// # Errors
/// [`VaultError::Forged`] when the appliance did not write that row.
pub fn public_key_of(
    vaults: &Vaults,
    organisation: OrganisationId,
    person: PersonId,
    public: &[u8],
    proof: &[u8],
) -> Result<PublicKey, VaultError> {
    let vault = PublicKey::from_slice(public)
        .and_then(|public| Some(Vault { public, proof: proof.try_into().ok()? }))
        .ok_or(VaultError::Forged)?;
    vouched(vaults, Whose { organisation, person }, &vault)
}
