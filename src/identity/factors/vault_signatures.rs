//! Signatures of passkeys for their person's vault. Beside the signature the authenticator gives the browser a secret for
//! an input (the WebAuthn extension `prf`); this module says which input, and never sees the secret.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use webauthn_rs::prelude::{Passkey, PasskeyAuthentication, PublicKeyCredential};

use super::passkeys::{Answer, Challenge, Kept, Purpose, RelyingParty, broken, gone, keep, parse, refused, take};
use super::store;
use crate::authz::Caller;
use crate::db::{Db, DbError};
use crate::identity::IdentityError;
use crate::vault::model::Input;
use crate::vault::passkeys::{Signed, Use, Wanted};

impl From<Use> for Purpose {
    fn from(wanted: Use) -> Self {
        match wanted {
            Use::Adding => Self::VaultAdd,
            Use::Opening => Self::VaultOpen,
        }
    }
}

/// What waits for the answer.
#[derive(Serialize, Deserialize)]
struct Waiting {
    state: PasskeyAuthentication,
    /// What the authenticator is asked with, for a passkey that is to be added.
    input: Option<Input>,
}

/// Begins a signature by one of the caller's passkeys.
///
/// # Errors
/// [`IdentityError::NoFactor`] when none of those that are wanted works under this name.
pub(in crate::identity) async fn begin(
    db: &Db,
    caller: &Caller,
    rp: &RelyingParty,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Challenge, IdentityError> {
    let person = caller.person_id().ok_or(DbError::SignedOut)?;
    let rp_id = rp.id().to_owned();
    let kept = db.read(caller, move |tx| Ok::<_, IdentityError>(store::passkeys_kept(tx, person, &rp_id)?)).await?;
    let (passkeys, prf) = asked(&kept, &wanted)?;
    if passkeys.is_empty() {
        return Err(IdentityError::NoFactor);
    }
    let (options, state) = rp.webauthn()?.start_passkey_authentication(&passkeys).map_err(refused)?;
    let mut options = serde_json::to_value(options).map_err(broken)?;
    if let Some(request) = options.pointer_mut("/publicKey").and_then(Json::as_object_mut) {
        request.insert("extensions".to_owned(), json!({ "prf": prf }));
    }
    let (purpose, input) = match wanted {
        Wanted::Adding { input, .. } => (Purpose::VaultAdd, Some(input)),
        Wanted::Opening(_) => (Purpose::VaultOpen, None),
    };
    let state = serde_json::to_string(&Waiting { state, input }).map_err(broken)?;
    keep(db, caller, person, purpose, options, state, now).await
}

/// The passkeys that are wanted, and what the extension is asked for.
fn asked(kept: &[Kept], wanted: &Wanted) -> Result<(Vec<Passkey>, Json), IdentityError> {
    let mut passkeys = Vec::new();
    match wanted {
        Wanted::Adding { input, except } => {
            for one in kept.iter().filter(|one| !except.contains(&one.id)) {
                passkeys.push(one.passkey()?);
            }
            Ok((passkeys, json!({ "eval": { "first": BASE64URL_NOPAD.encode(input) } })))
        }
        Wanted::Opening(inputs) => {
            let mut by_credential = serde_json::Map::new();
            for (id, input) in inputs {
                let Some(one) = kept.iter().find(|one| one.id == *id) else { continue };
                let passkey = one.passkey()?;
                let name = BASE64URL_NOPAD.encode(passkey.cred_id().as_ref());
                by_credential.insert(name, json!({ "first": BASE64URL_NOPAD.encode(input) }));
                passkeys.push(passkey);
            }
            Ok((passkeys, json!({ "evalByCredential": by_credential })))
        }
    }
}

/// Checks a signature by one of the caller's passkeys.
///
/// # Errors
/// [`IdentityError::PasskeyRefused`].
pub(in crate::identity) async fn finish(
    db: &Db,
    caller: &Caller,
    rp: &RelyingParty,
    wanted: Use,
    answer: &Answer,
    now: Timestamp,
) -> Result<Signed, IdentityError> {
    let person = caller.person_id().ok_or(DbError::SignedOut)?;
    let waiting = take(db, caller, answer, person, wanted.into(), now).await?;
    let Waiting { state, input } = serde_json::from_str(&waiting).map_err(broken)?;
    let answer: PublicKeyCredential = parse(answer)?;
    let result = rp.webauthn()?.finish_passkey_authentication(&answer, &state).map_err(refused)?;
    let signed_by: &[u8] = result.cred_id().as_ref();
    let credential = signed_by.to_vec();
    db.write(caller, move |tx| {
        let kept = store::passkey_by_credential(tx, &credential)?;
        // Removed since the challenge was made.
        let kept = kept.filter(|kept| kept.person == person).ok_or_else(gone)?;
        store::passkey_counted(tx, kept.id, &kept.after(&result)?)?;
        Ok(Signed { passkey: kept.id, credential, input })
    })
    .await
}
