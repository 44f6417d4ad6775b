//! A sign-in on its way: what the browser keeps, sealed, between going to the provider and coming back.
//!
//! It is bound to the browser by being its cookie, to the provider by its id, and to the moment by ten minutes. Nothing
//! is stored here, so beginning sign-ins costs an attacker more than it costs us.

use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::crypto::{Keyring, RandomError, Token};
use crate::kernel::ids::{OrganisationId, PersonId, SsoProviderId};

/// The cookie that holds it.
pub const COOKIE: &str = "__Host-provider";

/// How long somebody may take at the provider.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

const PURPOSE: &str = "sso.attempt";

/// What somebody goes to the provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// To sign in here.
    SignIn,
    /// To be linked with who they are there; they are signed in here.
    Link(PersonId),
    /// To prove that it is still them; they are signed in here.
    Prove(PersonId),
}

/// A sign-in that was begun. Its `Debug` would show its secrets, so it has none.
#[derive(Clone, Serialize, Deserialize)]
pub struct Attempt {
    /// In which organisation.
    pub organisation: OrganisationId,
    /// With which provider.
    pub provider: SsoProviderId,
    /// What the answer has to repeat.
    pub state: String,
    /// What the token has to repeat.
    pub nonce: String,
    /// What proves that whoever brings the code is who asked for it (PKCE, RFC 7636).
    pub verifier: String,
    /// Where to go afterwards.
    pub next: String,
    /// Who, signed in, wants to be linked, or to prove who they are; `None` for a sign-in.
    pub person: Option<PersonId>,
    /// Whether it is for a proof of who holds the session.
    pub proves: bool,
    begun_at: i64,
}

impl Attempt {
    /// A new one.
    ///
    /// # Errors
    /// [`RandomError`].
    pub fn new(
        organisation: OrganisationId,
        provider: SsoProviderId,
        next: &str,
        wish: Wish,
        now: Timestamp,
    ) -> Result<Self, RandomError> {
        let text = || Token::random().map(|token| token.reveal());
        Ok(Self {
            organisation,
            provider,
            state: text()?,
            nonce: text()?,
            verifier: text()?,
            next: next.chars().take(1_000).collect(),
            person: match wish {
                Wish::SignIn => None,
                Wish::Link(person) | Wish::Prove(person) => Some(person),
            },
            proves: matches!(wish, Wish::Prove(_)),
            begun_at: now.as_second(),
        })
    }

    /// When it began, in seconds of Unix time.
    pub fn begun_at(&self) -> i64 {
        self.begun_at
    }

    /// What the provider is given of the verifier: S256 of it.
    pub fn challenge(&self) -> String {
        BASE64URL_NOPAD.encode(&Sha256::digest(self.verifier.as_bytes()))
    }

    /// As the cookie holds it.
    ///
    /// # Errors
    /// [`RandomError`].
    pub fn seal(&self, keys: &Keyring) -> Result<String, RandomError> {
        let plain = serde_json::to_vec(self).unwrap_or_default();
        Ok(BASE64URL_NOPAD.encode(&keys.seal(PURPOSE, &[], &plain)?))
    }

    /// Reads what [`Attempt::seal`] wrote; `None` for anything else, and once it is too old.
    pub fn open(keys: &Keyring, text: &str, now: Timestamp) -> Option<Self> {
        if text.len() > 4_096 {
            return None;
        }
        let sealed = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let attempt: Self = serde_json::from_slice(&keys.unseal(PURPOSE, &[], &sealed)?).ok()?;
        let age = now.as_second() - attempt.begun_at;
        (0..LIFETIME.as_secs()).contains(&age).then_some(attempt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> (tempfile::TempDir, Keyring) {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = Keyring::open_or_create(&dir.path().join("keys")).expect("a keyring");
        (dir, keys)
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn it_comes_back_within_ten_minutes_and_not_later() {
        let (_dir, keys) = keys();
        let begun = at("2026-11-22T09:00:00Z");
        let attempt =
            Attempt::new(OrganisationId::NIL, SsoProviderId::NIL, "/duties", Wish::SignIn, begun).expect("random");
        let text = attempt.seal(&keys).expect("random");
        let back = Attempt::open(&keys, &text, at("2026-11-22T09:09:59Z")).expect("in time");
        assert_eq!((back.state, back.nonce, back.verifier), (attempt.state, attempt.nonce, attempt.verifier));
        assert!(Attempt::open(&keys, &text, at("2026-11-22T09:10:00Z")).is_none());
        assert!(Attempt::open(&keys, &text, at("2026-11-22T08:59:59Z")).is_none(), "from the future");
    }

    #[test]
    fn what_was_changed_or_made_elsewhere_is_nothing() {
        let ((_a, keys), (_b, others)) = (keys(), keys());
        let now = at("2026-11-22T09:00:00Z");
        let attempt = Attempt::new(OrganisationId::NIL, SsoProviderId::NIL, "/", Wish::SignIn, now).expect("random");
        let text = attempt.seal(&others).expect("random");
        assert!(Attempt::open(&keys, &text, now).is_none());
        for nonsense in ["", "AAAA", "not base64 !", &"A".repeat(5_000)] {
            assert!(Attempt::open(&keys, nonsense, now).is_none(), "{nonsense}");
        }
    }

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636() {
        let now = at("2026-11-22T09:00:00Z");
        let mut attempt =
            Attempt::new(OrganisationId::NIL, SsoProviderId::NIL, "/", Wish::SignIn, now).expect("random");
        attempt.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        assert_eq!(attempt.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
