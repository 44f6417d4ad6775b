//! Secrets at rest: XChaCha20-Poly1305, with the purpose and the row's ids as associated data.
//!
//! For small values that the program itself needs again (a client secret, a second factor's seed). What only has to be
//! recognised is hashed instead (`token.rs`). A sealed value is a version byte, a random nonce, and the ciphertext.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::random::{self, RandomError};

const VERSION: u8 = 1;
const NONCE: usize = 24;

pub(super) fn seal(key: &[u8; 32], purpose: &str, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, RandomError> {
    let nonce = random::bytes::<NONCE>()?;
    let mut sealed = Vec::with_capacity(1 + NONCE + plain.len() + 16);
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    let aad = associated(purpose, context);
    sealed.extend(encrypt(key, nonce, Payload { msg: plain, aad: &aad }));
    Ok(sealed)
}

pub(super) fn unseal(key: &[u8; 32], purpose: &str, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (version, rest) = sealed.split_first()?;
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>()?;
    if *version != VERSION {
        return None;
    }
    let aad = associated(purpose, context);
    XChaCha20Poly1305::new(&(*key).into()).decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &aad }).ok()
}

#[expect(clippy::expect_used, reason = "the cipher refuses only messages of more than 256 GiB")]
fn encrypt(key: &[u8; 32], nonce: [u8; NONCE], payload: Payload<'_, '_>) -> Vec<u8> {
    XChaCha20Poly1305::new(&(*key).into()).encrypt(&XNonce::from(nonce), payload).expect("a short message")
}

/// The length keeps ("ab", "c") and ("a", "bc") apart.
fn associated(purpose: &str, context: &[u8]) -> Vec<u8> {
    let length = u64::try_from(purpose.len()).unwrap_or(u64::MAX).to_be_bytes();
    [length.as_slice(), purpose.as_bytes(), context].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn what_was_sealed_can_be_opened_by_the_same_key_for_the_same_row() {
        let sealed = seal(&KEY, "client secret", b"row 1", b"hunter2").expect("random");
        assert_eq!(unseal(&KEY, "client secret", b"row 1", &sealed).as_deref(), Some(b"hunter2".as_slice()));
        assert!(!sealed.windows(7).any(|part| part == b"hunter2"));
    }

    #[test]
    fn another_key_purpose_or_row_opens_nothing() {
        let sealed = seal(&KEY, "ab", b"c", b"hunter2").expect("random");
        assert_eq!(unseal(&[8; 32], "ab", b"c", &sealed), None);
        assert_eq!(unseal(&KEY, "a", b"bc", &sealed), None);
        assert_eq!(unseal(&KEY, "ab", b"d", &sealed), None);
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let sealed = seal(&KEY, "p", b"c", b"hunter2").expect("random");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(unseal(&KEY, "p", b"c", &changed), None, "byte {at}");
        }
        for length in 0..sealed.len() {
            assert_eq!(unseal(&KEY, "p", b"c", &sealed[..length]), None, "cut to {length}");
        }
    }

    #[test]
    fn the_same_secret_looks_different_each_time() {
        assert_ne!(seal(&KEY, "p", b"c", b"x").expect("random"), seal(&KEY, "p", b"c", b"x").expect("random"));
    }
}
