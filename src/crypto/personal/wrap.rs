//! A private key, wrapped by what its person knows.
//!
//! A passphrase goes through Argon2id with the settings that stand beside it, so that they can be raised later; a
//! recovery code has 128 random bits and a passkey's secret 256, which need no stretching, and go through HKDF-SHA-256.
//! What comes out is the key of XChaCha20-Poly1305, bound to the organisation, the person and the kind of the wrap.

use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::code::RecoveryCode;
use super::passkey::PasskeySecret;
use super::{PrivateKey, SealError};
use crate::crypto::random;
use crate::crypto::sealed;
use crate::kernel::ids::{OrganisationId, PersonId};

/// What wraps are for, in the associated data of each.
const PURPOSE: &str = "watchroom personal key wrap v1";

/// By what a private key is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WrapKind {
    /// By a passphrase that its person chose.
    Passphrase,
    /// By a code that they were shown once.
    Recovery,
    /// By a secret that the authenticator of a passkey gives to its holder alone.
    Passkey,
}

impl WrapKind {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::Recovery => "recovery",
            Self::Passkey => "passkey",
        }
    }

    /// Reads what [`WrapKind::as_str`] says; `None` for a kind that is not known yet.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Passphrase, Self::Recovery, Self::Passkey].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How hard it is to try a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes over it.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Stretch {
    /// What new wraps are made with: the second recommended option of RFC 9106, section 4, on one lane. Whoever holds
    /// a dump may try passphrases for as long as they like, so this is dearer than a sign-in.
    pub const NOW: Self = Self { memory_kib: 65_536, iterations: 3, parallelism: 1 };

    /// The most that a wrap in the database may ask of us: a changed row must not take the server down.
    const MOST: Self = Self { memory_kib: 1_048_576, iterations: 16, parallelism: 8 };

    fn key(self, passphrase: &str, salt: &[u8; 16]) -> Option<Zeroizing<[u8; 32]>> {
        let most = Self::MOST;
        let fits = self.memory_kib <= most.memory_kib
            && self.iterations <= most.iterations
            && self.parallelism <= most.parallelism;
        let params = Params::new(self.memory_kib, self.iterations, self.parallelism, Some(32)).ok().filter(|_| fits)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
            .ok()?;
        Some(key)
    }
}

/// A wrapped private key, as its row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrap {
    /// By what.
    pub kind: WrapKind,
    /// Of the derivation of its key.
    pub salt: [u8; 16],
    /// How a passphrase was stretched; `None` for a code and for a passkey.
    pub stretch: Option<Stretch>,
    /// The private key, sealed.
    pub sealed: Vec<u8>,
}

impl Wrap {
    /// `key`, wrapped by a passphrase, in the normal form that its caller gave it. Takes 64 MiB and some 200 ms.
    ///
    /// # Errors
    /// [`SealError::Random`]; [`SealError::BadKey`] when Argon2 refuses what it is given.
    pub fn by_passphrase(
        key: &PrivateKey,
        organisation: OrganisationId,
        person: PersonId,
        passphrase: &str,
    ) -> Result<Self, SealError> {
        let salt = random::bytes::<16>()?;
        let wrapping = Stretch::NOW.key(passphrase, &salt).ok_or(SealError::BadKey)?;
        Self::new(key, WrapKind::Passphrase, salt, Some(Stretch::NOW), &wrapping, organisation, person)
    }

    /// `key`, wrapped by a recovery code.
    ///
    /// # Errors
    /// [`SealError::Random`].
    pub fn by_code(
        key: &PrivateKey,
        organisation: OrganisationId,
        person: PersonId,
        code: &RecoveryCode,
    ) -> Result<Self, SealError> {
        let salt = random::bytes::<16>()?;
        let wrapping = code_key(code, &salt).ok_or(SealError::BadKey)?;
        Self::new(key, WrapKind::Recovery, salt, None, &wrapping, organisation, person)
    }

    /// `key`, wrapped by what the authenticator of a passkey gave out. `credential` is the passkey's id at its
    /// authenticator.
    ///
    /// # Errors
    /// [`SealError::Random`].
    pub fn by_passkey(
        key: &PrivateKey,
        organisation: OrganisationId,
        person: PersonId,
        credential: &[u8],
        secret: &PasskeySecret,
    ) -> Result<Self, SealError> {
        let salt = random::bytes::<16>()?;
        let wrapping = secret.key(&salt, organisation, person, credential).ok_or(SealError::BadKey)?;
        Self::new(key, WrapKind::Passkey, salt, None, &wrapping, organisation, person)
    }

    fn new(
        key: &PrivateKey,
        kind: WrapKind,
        salt: [u8; 16],
        stretch: Option<Stretch>,
        wrapping: &[u8; 32],
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<Self, SealError> {
        let sealed = sealed::seal(wrapping, PURPOSE, &context(kind, organisation, person), key.bytes())?;
        Ok(Self { kind, salt, stretch, sealed })
    }

    /// The private key, by the passphrase; `None` when it is the wrong one, or the wrap is of another kind or was
    /// changed. Takes as long as the wrap says.
    pub fn open_by_passphrase(
        &self,
        organisation: OrganisationId,
        person: PersonId,
        passphrase: &str,
    ) -> Option<PrivateKey> {
        let stretch = self.stretch.filter(|_| self.kind == WrapKind::Passphrase)?;
        self.open(&*stretch.key(passphrase, &self.salt)?, organisation, person)
    }

    /// The private key, by the recovery code; `None` when it is the wrong one, or the wrap is of another kind or was
    /// changed.
    pub fn open_by_code(
        &self,
        organisation: OrganisationId,
        person: PersonId,
        code: &RecoveryCode,
    ) -> Option<PrivateKey> {
        if self.kind != WrapKind::Recovery {
            return None;
        }
        self.open(&*code_key(code, &self.salt)?, organisation, person)
    }

    /// The private key, by what the authenticator of a passkey gave out; `None` when it is another one's, or the wrap is
    /// of another kind or was changed.
    pub fn open_by_passkey(
        &self,
        organisation: OrganisationId,
        person: PersonId,
        credential: &[u8],
        secret: &PasskeySecret,
    ) -> Option<PrivateKey> {
        if self.kind != WrapKind::Passkey {
            return None;
        }
        self.open(&*secret.key(&self.salt, organisation, person, credential)?, organisation, person)
    }

    fn open(&self, wrapping: &[u8; 32], organisation: OrganisationId, person: PersonId) -> Option<PrivateKey> {
        let context = context(self.kind, organisation, person);
        let plain = Zeroizing::new(sealed::unseal(wrapping, PURPOSE, &context, &self.sealed)?);
        PrivateKey::from_slice(&plain)
    }
}

fn code_key(code: &RecoveryCode, salt: &[u8; 16]) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), code.secret())
        .expand(b"watchroom recovery code wrap v1", key.as_mut_slice())
        .ok()?;
    Some(key)
}

/// Whose key, and by what it is wrapped.
fn context(kind: WrapKind, organisation: OrganisationId, person: PersonId) -> Vec<u8> {
    [organisation.0.as_bytes().as_slice(), person.0.as_bytes(), kind.as_str().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const US: OrganisationId = OrganisationId(Uuid::from_u128(1));
    const ME: PersonId = PersonId(Uuid::from_u128(2));

    #[test]
    fn the_passphrase_and_nothing_else_gives_the_key_back() {
        let key = PrivateKey::random().expect("random");
        let wrap = Wrap::by_passphrase(&key, US, ME, "correct horse battery staple").expect("wrapped");
        let back = wrap.open_by_passphrase(US, ME, "correct horse battery staple").expect("opened");
        assert_eq!(back.public(), key.public());
        assert!(wrap.open_by_passphrase(US, ME, "correct horse battery stable").is_none());
        assert!(wrap.open_by_passphrase(US, PersonId(Uuid::from_u128(3)), "correct horse battery staple").is_none());
        assert!(!wrap.sealed.windows(32).any(|part| part == key.bytes()));
    }

    #[test]
    fn the_code_and_nothing_else_gives_the_key_back() {
        let key = PrivateKey::random().expect("random");
        let code = RecoveryCode::random().expect("random");
        let wrap = Wrap::by_code(&key, US, ME, &code).expect("wrapped");
        assert_eq!(wrap.open_by_code(US, ME, &code).expect("opened").public(), key.public());
        assert!(wrap.open_by_code(US, ME, &RecoveryCode::random().expect("random")).is_none());
        assert!(wrap.open_by_code(OrganisationId(Uuid::from_u128(9)), ME, &code).is_none());
        assert!(wrap.open_by_passphrase(US, ME, &code.reveal()).is_none());
    }

    #[test]
    fn the_secret_of_the_passkey_and_nothing_else_gives_the_key_back() {
        let key = PrivateKey::random().expect("random");
        let secret = |byte: u8| PasskeySecret::from([byte; 32]);
        let wrap = Wrap::by_passkey(&key, US, ME, b"credential", &secret(7)).expect("wrapped");
        assert_eq!(wrap.open_by_passkey(US, ME, b"credential", &secret(7)).expect("opened").public(), key.public());
        assert!(wrap.open_by_passkey(US, ME, b"credential", &secret(8)).is_none());
        assert!(wrap.open_by_passkey(US, ME, b"another one", &secret(7)).is_none());
        assert!(wrap.open_by_passkey(US, PersonId(Uuid::from_u128(3)), b"credential", &secret(7)).is_none());
        assert!(wrap.open_by_passkey(OrganisationId(Uuid::from_u128(9)), ME, b"credential", &secret(7)).is_none());
        // Nor does a wrap open by another kind's way.
        let code = RecoveryCode::random().expect("random");
        assert!(wrap.open_by_code(US, ME, &code).is_none());
        let other = Wrap::by_code(&key, US, ME, &code).expect("wrapped");
        assert!(other.open_by_passkey(US, ME, b"credential", &secret(7)).is_none());
    }

    #[test]
    fn a_wrap_that_asks_too_much_of_the_server_is_not_tried() {
        let key = PrivateKey::random().expect("random");
        let mut wrap = Wrap::by_passphrase(&key, US, ME, "correct horse").expect("wrapped");
        wrap.stretch = Some(Stretch { memory_kib: u32::MAX, ..Stretch::NOW });
        assert!(wrap.open_by_passphrase(US, ME, "correct horse").is_none());
    }

    #[test]
    fn a_kind_is_read_as_it_is_written() {
        for kind in [WrapKind::Passphrase, WrapKind::Recovery, WrapKind::Passkey] {
            assert_eq!(WrapKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(WrapKind::parse("fingerprint"), None);
    }
}
