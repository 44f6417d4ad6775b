//! Passkeys (WebAuthn): challenges that a browser's authenticator signs after a PIN, a finger or a face.
//!
//! User verification is always required, so a passkey is two factors in one. Each challenge is kept here, bound to its
//! purpose and person, taken once, and gone after five minutes.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder,
};

use super::{after_enrolment, check_not_last, drop_idle_codes, store, tell};
use crate::audit::{self, Entry};
use crate::authz::{AuthzError, Caller, SystemName};
use crate::crypto::{Keyring, Token, TokenDigest};
use crate::db::{Db, DbError, Tx};
use crate::identity::IdentityError;
use crate::kernel::ids::{OrganisationId, PasskeyId, PersonId};

/// How long a challenge waits for its answer.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// Passkeys that one person may have.
const MOST: usize = 20;

/// For what a challenge is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Adding a passkey.
    Enrol,
    /// The second factor after a password.
    Factor,
    /// Signing in by a passkey alone.
    SignIn,
    /// Proving again who one is.
    StepUp,
    /// Letting a passkey open its person's vault.
    VaultAdd,
    /// Opening its person's vault.
    VaultOpen,
}

impl Purpose {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Factor => "factor",
            Self::SignIn => "sign-in",
            Self::StepUp => "step-up",
            Self::VaultAdd => "vault-add",
            Self::VaultOpen => "vault-open",
        }
    }
}

/// A passkey as it is kept.
pub(in crate::identity) struct Kept {
    pub(super) id: PasskeyId,
    pub(in crate::identity) person: PersonId,
    pub(super) credential: String,
}

impl Kept {
    pub(super) fn passkey(&self) -> Result<Passkey, IdentityError> {
        serde_json::from_str(&self.credential).map_err(|error| IdentityError::Passkey(error.to_string()))
    }

    /// What is to be kept of it after it signed: its authenticator's counter and flags may have changed.
    pub(super) fn after(&self, result: &AuthenticationResult) -> Result<String, IdentityError> {
        let mut passkey = self.passkey()?;
        passkey.update_credential(result);
        serde_json::to_string(&passkey).map_err(broken)
    }
}

/// Who we are to a browser: the name that passkeys are bound to, and where it may speak to us from.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    id: String,
    origin: Url,
    name: String,
}

impl RelyingParty {
    /// By the configured address, else by the host that the request names. `None` where there is only an IP address:
    /// passkeys need a name.
    pub fn of(public_url: Option<&str>, host: Option<&str>, name: &str) -> Option<Self> {
        let address = match public_url {
            Some(address) => address.to_owned(),
            None => format!("https://{}", host?),
        };
        let origin = Url::parse(&address).ok()?;
        let id = origin.domain()?.to_owned();
        Some(Self { id, origin, name: name.to_owned() })
    }

    /// The name that passkeys are bound to.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn webauthn(&self) -> Result<Webauthn, IdentityError> {
        WebauthnBuilder::new(&self.id, &self.origin)
            .and_then(|builder| builder.rp_name(&self.name).build())
            .map_err(refused)
    }
}

pub(super) fn refused(error: webauthn_rs::prelude::WebauthnError) -> IdentityError {
    IdentityError::PasskeyRefused(format!("{error:?}"))
}

pub(super) fn broken(error: serde_json::Error) -> IdentityError {
    IdentityError::Passkey(error.to_string())
}

/// A challenge for the browser, and the token that its answer comes back with.
#[derive(Debug)]
pub struct Challenge {
    /// What `navigator.credentials` is asked, with binary values as base64url.
    pub options: Json,
    /// The token.
    pub ceremony: Token,
}

/// What a browser sends back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The challenge's token.
    pub ceremony: Token,
    /// The credential as JSON.
    pub credential: String,
}

impl Answer {
    /// From the fields of a form; nothing longer than an authenticator would say.
    pub fn of(ceremony: &str, credential: &str) -> Option<Self> {
        let credential = (credential.len() <= 32_768).then(|| credential.to_owned())?;
        Some(Self { ceremony: Token::parse(ceremony)?, credential })
    }

    fn digest(&self) -> [u8; 32] {
        self.ceremony.digest().0
    }
}

/// Whom a passkey belongs to, in 32 bytes that its authenticator keeps: so that it alone says who signs in.
fn handle(organisation: OrganisationId, person: PersonId) -> Vec<u8> {
    [organisation.0.as_bytes().as_slice(), person.0.as_bytes()].concat()
}

fn parse_handle(handle: &[u8]) -> Option<(OrganisationId, PersonId)> {
    let (organisation, person) = handle.split_at_checked(16)?;
    Some((OrganisationId(Uuid::from_slice(organisation).ok()?), PersonId(Uuid::from_slice(person).ok()?)))
}

/// Begins to add a passkey for the caller, who signs in with `email`.
///
/// # Errors
/// [`IdentityError::TooManyPasskeys`]; [`IdentityError::PasskeyRefused`].
pub async fn begin_enrolment(
    db: &Db,
    caller: &Caller,
    rp: &RelyingParty,
    email: &str,
    now: Timestamp,
) -> Result<Challenge, IdentityError> {
    let person = caller.person().ok_or(DbError::SignedOut)?;
    let (id, organisation, name) = (person.id, person.organisation, person.name.clone());
    let rp_id = rp.id.clone();
    let kept = db.read(caller, move |tx| Ok::<_, IdentityError>(store::passkeys_kept(tx, id, &rp_id)?)).await?;
    if kept.len() >= MOST {
        return Err(IdentityError::TooManyPasskeys);
    }
    let known =
        kept.iter().map(|kept| Ok(kept.passkey()?.cred_id().clone())).collect::<Result<Vec<_>, IdentityError>>()?;
    let (options, state) =
        rp.webauthn()?.start_passkey_registration(id.0, email, &name, Some(known)).map_err(refused)?;
    let mut options = serde_json::to_value(options).map_err(broken)?;
    if let Some(user) = options.pointer_mut("/publicKey/user/id") {
        *user = Json::from(data_encoding::BASE64URL_NOPAD.encode(&handle(organisation, id)));
    }
    if let Some(criteria) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Json::as_object_mut) {
        // One that its authenticator can find by itself signs in without a password; a key that has no room for
        // that still does as a second factor.
        criteria.insert("residentKey".to_owned(), Json::from("preferred"));
    }
    let state = serde_json::to_string(&state).map_err(broken)?;
    keep(db, caller, id, Purpose::Enrol, options, state, now).await
}

/// Adds the passkey that the browser made. Returns recovery codes to show, if this was the caller's first factor.
///
/// # Errors
/// [`IdentityError::PasskeyRefused`] when the answer does not fit the challenge; [`IdentityError::PasskeyKnown`].
pub async fn finish_enrolment(
    db: &Db,
    keys: &std::sync::Arc<Keyring>,
    caller: &Caller,
    rp: &RelyingParty,
    answer: &Answer,
    name: &str,
    now: Timestamp,
) -> Result<Option<Vec<String>>, IdentityError> {
    let person = caller.person_id().ok_or(DbError::SignedOut)?;
    let state = take(db, caller, answer, person, Purpose::Enrol, now).await?;
    let state: PasskeyRegistration = serde_json::from_str(&state).map_err(broken)?;
    let answer: RegisterPublicKeyCredential = parse(answer)?;
    let passkey = rp.webauthn()?.finish_passkey_registration(&answer, &state).map_err(refused)?;
    let credential = serde_json::to_string(&passkey).map_err(broken)?;
    let (keys, rp_id, name) = (std::sync::Arc::clone(keys), rp.id.clone(), name.to_owned());
    db.write(caller, move |tx| {
        let new = store::NewPasskey {
            id: PasskeyId::new(now),
            person,
            credential_id: passkey.cred_id().as_ref(),
            credential: &credential,
            rp_id: &rp_id,
            name: &name,
        };
        store::passkey_insert(tx, &new, now).map_err(|error| match error.unique_violation() {
            Some("passkeys_credential") => IdentityError::PasskeyKnown,
            _ => error.into(),
        })?;
        after_enrolment(tx, &keys, person, "passkey", now)
    })
    .await
}

/// Begins a signature by one of `person`'s passkeys. `caller` is the door, or the person.
///
/// # Errors
/// [`IdentityError::NoFactor`] when they have none that works under this name.
pub(in crate::identity) async fn begin_signature(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    purpose: Purpose,
    rp: &RelyingParty,
    now: Timestamp,
) -> Result<Challenge, IdentityError> {
    let rp_id = rp.id.clone();
    let kept = db.read(caller, move |tx| Ok::<_, IdentityError>(store::passkeys_kept(tx, person, &rp_id)?)).await?;
    let passkeys = kept.iter().map(Kept::passkey).collect::<Result<Vec<_>, _>>()?;
    if passkeys.is_empty() {
        return Err(IdentityError::NoFactor);
    }
    let (options, state) = rp.webauthn()?.start_passkey_authentication(&passkeys).map_err(refused)?;
    let options = serde_json::to_value(options).map_err(broken)?;
    keep(db, caller, person, purpose, options, serde_json::to_string(&state).map_err(broken)?, now).await
}

/// Checks a signature by one of `person`'s passkeys.
///
/// # Errors
/// [`IdentityError::PasskeyRefused`].
pub(in crate::identity) async fn finish_signature(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    purpose: Purpose,
    rp: &RelyingParty,
    answer: &Answer,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let state = take(db, caller, answer, person, purpose, now).await?;
    let state: PasskeyAuthentication = serde_json::from_str(&state).map_err(broken)?;
    let answer: PublicKeyCredential = parse(answer)?;
    let result = rp.webauthn()?.finish_passkey_authentication(&answer, &state).map_err(refused)?;
    db.write(caller, move |tx| {
        let kept = store::passkey_by_credential(tx, result.cred_id().as_ref())?;
        // Removed since the challenge was made.
        let kept = kept.filter(|kept| kept.person == person).ok_or_else(gone)?;
        note_use(tx, &kept, &result, now)
    })
    .await
}

/// Begins a sign-in by passkey alone: nobody is named, the authenticator says who it is.
///
/// # Errors
/// [`IdentityError::PasskeyRefused`].
pub(in crate::identity) async fn begin_sign_in(
    db: &Db,
    rp: &RelyingParty,
    now: Timestamp,
) -> Result<Challenge, IdentityError> {
    let (options, state) = rp.webauthn()?.start_discoverable_authentication().map_err(refused)?;
    let mut options = serde_json::to_value(options).map_err(broken)?;
    if let Some(options) = options.as_object_mut() {
        // Asked for by a button, not offered beside a field.
        options.remove("mediation");
    }
    let state = serde_json::to_string(&state).map_err(broken)?;
    keep(db, &nowhere(), PersonId::NIL, Purpose::SignIn, options, state, now).await
}

/// Checks a sign-in by passkey alone. Returns whose passkey it is; whether they may come in is another question.
///
/// # Errors
/// [`IdentityError::PasskeyRefused`], for an unknown passkey as for a wrong signature.
pub(in crate::identity) async fn finish_sign_in(
    db: &Db,
    rp: &RelyingParty,
    answer: &Answer,
    now: Timestamp,
) -> Result<(OrganisationId, PersonId), IdentityError> {
    let state = take(db, &nowhere(), answer, PersonId::NIL, Purpose::SignIn, now).await?;
    let state: DiscoverableAuthentication = serde_json::from_str(&state).map_err(broken)?;
    let answer: PublicKeyCredential = parse(answer)?;
    let (organisation, person) = answer.get_user_unique_id().and_then(parse_handle).ok_or_else(gone)?;
    let door = Caller::system(SystemName::SignIn, organisation);
    let webauthn = rp.webauthn()?;
    db.write(&door, move |tx| {
        let kept = store::passkey_by_credential(tx, answer.get_credential_id())?;
        let kept = kept.filter(|kept| kept.person == person).ok_or_else(gone)?;
        let result =
            webauthn.finish_discoverable_authentication_v2(&answer, state, &kept.passkey()?).map_err(refused)?;
        note_use(tx, &kept, &result, now)
    })
    .await?;
    Ok((organisation, person))
}

/// Takes away one of the caller's passkeys.
///
/// # Errors
/// [`IdentityError::LastFactor`]; [`IdentityError::Authz`] when there is no such passkey.
pub async fn remove(db: &Db, caller: &Caller, id: PasskeyId, now: Timestamp) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let person = tx.caller().person_id().ok_or(DbError::SignedOut)?;
        check_not_last(tx, person)?;
        let name = store::passkey_delete(tx, person, id)?.ok_or(AuthzError::Hidden)?;
        drop_idle_codes(tx, person)?;
        let entry = Entry::new("factor.remove").on("factor", "passkey").about(person).noting("name", name);
        audit::record(tx, now, entry)?;
        tell(tx, person, now)
    })
    .await
}

fn note_use(tx: &mut Tx<'_>, kept: &Kept, result: &AuthenticationResult, now: Timestamp) -> Result<(), IdentityError> {
    Ok(store::passkey_used(tx, kept.id, &kept.after(result)?, now)?)
}

pub(super) fn gone() -> IdentityError {
    IdentityError::PasskeyRefused("no such passkey".to_owned())
}

const fn nowhere() -> Caller {
    Caller::system(SystemName::SignIn, OrganisationId::NIL)
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, IdentityError> {
    serde_json::from_str(&answer.credential).map_err(|error| IdentityError::PasskeyRefused(error.to_string()))
}

pub(super) async fn keep(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    purpose: Purpose,
    options: Json,
    state: String,
    now: Timestamp,
) -> Result<Challenge, IdentityError> {
    let ceremony = Token::random()?;
    let TokenDigest(digest) = ceremony.digest();
    db.write(caller, move |tx| {
        Ok::<_, IdentityError>(store::ceremony_insert(tx, &digest, person, purpose, &state, now, now + LIFETIME)?)
    })
    .await?;
    Ok(Challenge { options, ceremony })
}

pub(super) async fn take(
    db: &Db,
    caller: &Caller,
    answer: &Answer,
    person: PersonId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<String, IdentityError> {
    let digest = answer.digest();
    let state = db
        .write(caller, move |tx| Ok::<_, IdentityError>(store::ceremony_take(tx, &digest, person, purpose, now)?))
        .await?;
    state.ok_or_else(|| IdentityError::PasskeyRefused("the challenge is unknown, used or too old".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_party_is_the_configured_address_or_the_host_and_never_a_bare_address() {
        let id = |public: Option<&str>, host: Option<&str>| {
            RelyingParty::of(public, host, "Watchroom").map(|party| (party.id().to_owned(), party.origin.to_string()))
        };
        let named = |id: &str, origin: &str| Some((id.to_owned(), origin.to_owned()));
        assert_eq!(
            id(Some("https://watchroom.example"), Some("elsewhere.example")),
            named("watchroom.example", "https://watchroom.example/")
        );
        assert_eq!(id(None, Some("localhost:8443")), named("localhost", "https://localhost:8443/"));
        assert_eq!(id(None, Some("192.0.2.7:8443")), None);
        assert_eq!(id(None, Some("[2001:db8::1]")), None);
        assert_eq!(id(None, None), None);
        assert_eq!(id(None, Some("not a host")), None);
    }

    #[test]
    fn a_handle_says_whose_a_passkey_is() {
        let (organisation, person) = (OrganisationId(Uuid::from_u128(7)), PersonId(Uuid::from_u128(9)));
        assert_eq!(parse_handle(&handle(organisation, person)), Some((organisation, person)));
        assert_eq!(parse_handle(&[]), None);
        assert_eq!(parse_handle(&[1; 31]), None);
        assert_eq!(parse_handle(&[1; 33]), None);
    }
}
