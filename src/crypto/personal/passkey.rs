//! What the authenticator of a passkey gives out beside a signature: the WebAuthn extension `prf`, by CTAP2's
//! `hmac-secret`. The same passkey gives the same 32 bytes for the same input, and other bytes for any other; who has not
//! the authenticator and what unlocks it gets none.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::kernel::ids::{OrganisationId, PersonId};

/// Bytes of what goes in, and of what comes out.
pub const LENGTH: usize = 32;

/// What wrapping keys are derived for.
const PURPOSE: &[u8] = b"watchroom passkey wrap v1";

/// What an authenticator gave out for one input. Wiped when it is dropped; `Debug` does not print it.
#[derive(Clone)]
pub struct PasskeySecret(Zeroizing<[u8; LENGTH]>);

impl PasskeySecret {
    /// Reads it as the browser sends it, in base64url; `None` for anything but 32 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let raw = Zeroizing::new(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?);
        raw.as_slice().try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The key that a wrap is sealed with: HKDF-SHA-256 with the wrap's salt, bound to purpose, organisation, person and
    /// credential. All but the credential have a fixed length, and it stands last.
    pub(super) fn key(
        &self,
        salt: &[u8; 16],
        organisation: OrganisationId,
        person: PersonId,
        credential: &[u8],
    ) -> Option<Zeroizing<[u8; 32]>> {
        let info = [PURPOSE, organisation.0.as_bytes(), person.0.as_bytes(), credential].concat();
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(salt), self.0.as_slice()).expand(&info, key.as_mut_slice()).ok()?;
        Some(key)
    }
}

impl From<[u8; LENGTH]> for PasskeySecret {
    fn from(bytes: [u8; LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for PasskeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[passkey secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_thirty_two_bytes_and_does_not_print_itself() {
        let text = BASE64URL_NOPAD.encode(&[7; LENGTH]);
        let secret = PasskeySecret::parse(&text).expect("a secret");
        assert_eq!(secret.0.as_slice(), [7; LENGTH]);
        assert_eq!(format!("{secret:?}"), "[passkey secret]");
        let (short, long) = (BASE64URL_NOPAD.encode(&[7; 31]), BASE64URL_NOPAD.encode(&[7; 64]));
        for foreign in ["", "not base64url!", &short, &long, &format!("{text}=")] {
            assert!(PasskeySecret::parse(foreign).is_none(), "{foreign}");
        }
    }
}
