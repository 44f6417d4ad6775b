//! The verbs of a vault. Each takes a passphrase, a code or a passkey from its person, and leaves no trace of it.

mod making;
mod opening;
pub mod passkeys;
mod receipts;

use super::Vaults;
use super::error::VaultError;
use super::model::Vault;
use super::policy::KeepVault;
use super::store;
use crate::authz::{self, Caller, Granted};
use crate::crypto::personal::PublicKey;
use crate::db::{Db, Tx};
use crate::kernel::ids::{OrganisationId, PersonId};

pub use making::{Fresh, change_passphrase, new_code, recover, set_up};
pub use opening::{read_code, unlock};
pub use receipts::receipts;

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
