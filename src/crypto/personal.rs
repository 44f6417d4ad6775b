//! Boxes that only a person can open: neither the appliance's keys nor the database hold what it takes.
//!
//! Everybody who keeps such boxes has an X25519 key pair. Whatever is meant for them is sealed to the public half with
//! HPKE (RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305), which needs no secret of
//! theirs. The private half is stored only wrapped ([`wrap`]): by keys made of a passphrase, of a recovery code and of what
//! the authenticators of passkeys give out. Each box is bound to what it is for ([`Bound`]), so that it cannot be put into another place.

pub mod code;
mod drawn;
pub mod padding;
pub mod passkey;
pub mod wrap;

use std::fmt;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use uuid::Uuid;
use zeroize::Zeroizing;

use self::drawn::Drawn;
use super::random::{self, RandomError};
use crate::kernel::ids::{OrganisationId, PersonId};

pub use code::RecoveryCode;
pub use padding::TooLong;
pub use passkey::PasskeySecret;
pub use wrap::{Stretch, Wrap, WrapKind};

type Suite = X25519HkdfSha256;

/// What HPKE calls `info`: no other use of the same key pair says this.
const INFO: &[u8] = b"watchroom personal box v1";

/// The layout of a box: this byte, the encapsulated key, the ciphertext with its tag.
const VERSION: u8 = 1;

/// Bytes of a key, public or private, and of an encapsulated one.
const KEY: usize = 32;

/// Why something was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The operating system had no randomness to give.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The public key is none: a point of small order, which would give everybody the same secret.
    #[error("the public key is not one that can be sealed to")]
    BadKey,
    /// There is more to seal than the largest box holds.
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

/// What a box is for. All of it is authenticated, none of it is in the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// A constant of the program, such as `wellbeing note`.
    pub purpose: &'static str,
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// Who opens it.
    pub person: PersonId,
    /// The row that holds it.
    pub record: Uuid,
}

impl Bound {
    /// Every part in a fixed place; the length keeps purposes of different lengths apart.
    fn bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.purpose.len()).unwrap_or(u32::MAX).to_be_bytes();
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&length);
        bytes.extend_from_slice(self.purpose.as_bytes());
        for id in [self.organisation.0, self.person.0, self.record] {
            bytes.extend_from_slice(id.as_bytes());
        }
        bytes
    }
}

/// The half of a key pair that anybody may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub [u8; KEY]);

impl PublicKey {
    /// Reads 32 bytes; `None` for any other length.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Seals `plain` so that only the holder of the private half opens it, and only for what `bound` says.
    ///
    /// The box is as long as `plain` and 49 bytes; see [`padding`] for what its length would tell.
    ///
    /// # Errors
    /// [`SealError::Random`] and [`SealError::BadKey`].
    pub fn seal(&self, bound: &Bound, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.seal_with(Zeroizing::new(random::bytes::<KEY>()?), INFO, &bound.bytes(), plain)
    }

    /// [`PublicKey::seal`], padded so that the length of the box tells no more than its size class.
    ///
    /// # Errors
    /// [`SealError::TooLong`] as well when `plain` is more than [`padding::MOST`] bytes.
    pub fn seal_padded(&self, bound: &Bound, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.seal(bound, &padding::pad(plain)?)
    }

    fn seal_with(
        &self,
        seed: Zeroizing<[u8; KEY]>,
        info: &[u8],
        aad: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let key = <Suite as hpke::Kem>::PublicKey::from_bytes(&self.0).ok().ok_or(SealError::BadKey)?;
        let mut randomness = Drawn::new(seed);
        let (encapsulated, ciphertext) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Suite>(
            &OpModeS::Base,
            &key,
            info,
            plain,
            aad,
            &mut randomness,
        )
        .ok()
        .ok_or(SealError::BadKey)?;
        let mut sealed = Vec::with_capacity(1 + KEY + ciphertext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&encapsulated.to_bytes());
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }
}

/// The half of a key pair that opens boxes. Wiped when it is dropped; `Debug` does not print it.
#[derive(Clone)]
pub struct PrivateKey(Zeroizing<[u8; KEY]>);

impl PrivateKey {
    /// A new one.
    ///
    /// # Errors
    /// [`RandomError`] when the operating system has no randomness to give.
    pub fn random() -> Result<Self, RandomError> {
        let seed = Zeroizing::new(random::bytes::<KEY>()?);
        let (private, _public) = Suite::derive_keypair(seed.as_slice());
        Ok(Self::of(&private))
    }

    fn of(private: &<Suite as hpke::Kem>::PrivateKey) -> Self {
        let mut bytes = Zeroizing::new([0; KEY]);
        private.write_exact(bytes.as_mut_slice());
        Self(bytes)
    }

    fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    fn bytes(&self) -> &[u8; KEY] {
        &self.0
    }

    fn key(&self) -> Option<<Suite as hpke::Kem>::PrivateKey> {
        <Suite as hpke::Kem>::PrivateKey::from_bytes(self.0.as_slice()).ok()
    }

    /// The half that others seal to.
    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; KEY];
        if let Some(key) = self.key() {
            Suite::sk_to_pk(&key).write_exact(&mut bytes);
        }
        PublicKey(bytes)
    }

    /// Opens what was sealed to this key for `bound`; `None` when it was changed, is for something else or somebody
    /// else.
    pub fn open(&self, bound: &Bound, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.open_with(INFO, &bound.bytes(), sealed)
    }

    /// Opens what [`PublicKey::seal_padded`] sealed.
    pub fn open_padded(&self, bound: &Bound, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        padding::strip(self.open(bound, sealed)?)
    }

    fn open_with(&self, info: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (version, rest) = sealed.split_first()?;
        if *version != VERSION {
            return None;
        }
        let (encapsulated, ciphertext) = rest.split_at_checked(KEY)?;
        let encapsulated = <Suite as hpke::Kem>::EncappedKey::from_bytes(encapsulated).ok()?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Suite>(
            &OpModeR::Base,
            &self.key()?,
            &encapsulated,
            info,
            ciphertext,
            aad,
        )
        .ok()
        .map(Zeroizing::new)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private key]")
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        HEXLOWER.decode(text.as_bytes()).expect("hex")
    }

    fn bound(purpose: &'static str, person: u128, record: u128) -> Bound {
        Bound {
            purpose,
            organisation: OrganisationId(Uuid::from_u128(1)),
            person: PersonId(Uuid::from_u128(person)),
            record: Uuid::from_u128(record),
        }
    }

    /// RFC 9180, appendix A.2.1, sequence number 0: keys from their seeds, sealing with the same ephemeral seed, opening.
    #[test]
    fn it_is_the_suite_of_rfc_9180_a_2() {
        let (private, public) =
            Suite::derive_keypair(&hex("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df"));
        let private = PrivateKey::of(&private);
        // The scalar of the appendix, kept as RFC 7748, section 5, has it used: its highest bit is none of the key's.
        let mut scalar = hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
        scalar[31] &= 0x7f;
        assert_eq!(private.bytes().as_slice(), scalar);
        let recipient = private.public();
        assert_eq!(public.to_bytes().as_slice(), recipient.0);
        assert_eq!(recipient.0, *hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"));
        let seed = hex("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b");
        let seed = Zeroizing::new(seed.try_into().expect("32 bytes"));
        let info = hex("4f6465206f6e2061204772656369616e2055726e");
        let aad = hex("436f756e742d30");
        let plain = hex("4265617574792069732074727574682c20747275746820626561757479");
        let sealed = recipient.seal_with(seed, &info, &aad, &plain).expect("sealed");
        let mut wanted = vec![VERSION];
        wanted.extend(hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"));
        wanted
            .extend(hex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"));
        assert_eq!(sealed, wanted);
        assert_eq!(private.open_with(&info, &aad, &wanted).expect("opened").as_slice(), plain);
    }

    #[test]
    fn a_box_opens_for_its_person_and_purpose_alone() {
        let key = PrivateKey::random().expect("random");
        let here = bound("note", 2, 3);
        let sealed = key.public().seal(&here, b"a hard night").expect("sealed");
        assert_eq!(key.open(&here, &sealed).expect("opened").as_slice(), b"a hard night");
        assert!(!sealed.windows(5).any(|part| part == b"night"));
        for elsewhere in [bound("notes", 2, 3), bound("not", 2, 3), bound("note", 4, 3), bound("note", 2, 4)] {
            assert!(key.open(&elsewhere, &sealed).is_none(), "{elsewhere:?}");
        }
        let organisation = Bound { organisation: OrganisationId(Uuid::from_u128(9)), ..here };
        assert!(key.open(&organisation, &sealed).is_none());
        assert!(PrivateKey::random().expect("random").open(&here, &sealed).is_none());
    }

    #[test]
    fn every_changed_or_missing_byte_is_noticed() {
        let key = PrivateKey::random().expect("random");
        let here = bound("note", 2, 3);
        let sealed = key.public().seal(&here, b"note").expect("sealed");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(&here, &changed).is_none(), "byte {at}");
            assert!(key.open(&here, &sealed[..at]).is_none(), "cut to {at}");
        }
    }

    #[test]
    fn boxes_of_one_size_class_are_equally_long() {
        let key = PrivateKey::random().expect("random");
        let here = bound("note", 2, 3);
        let lengths = [1, 100, 4_000].map(|length| {
            let plain = vec![b'x'; length];
            let sealed = key.public().seal_padded(&here, &plain).expect("sealed");
            assert_eq!(key.open_padded(&here, &sealed).expect("opened").as_slice(), plain);
            sealed.len()
        });
        assert!(lengths.iter().all(|length| *length == lengths[0]), "{lengths:?}");
    }

    #[test]
    fn a_key_of_small_order_is_refused_and_no_key_prints_itself() {
        assert!(matches!(PublicKey([0; KEY]).seal(&bound("note", 2, 3), b"x"), Err(SealError::BadKey)));
        assert_eq!(format!("{:?}", PrivateKey::random().expect("random")), "[private key]");
    }
}
