//! Bearer tokens: session cookies, set-up links, form tokens.
//!
//! The holder keeps the token, we keep its SHA-256: whoever reads the database cannot sign in with what they find.
//! A token has 256 bits, so a plain hash is enough; passwords are another matter and live in `identity`.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::random::{self, RandomError};

/// 32 unpredictable bytes that open something for whoever holds them. `Debug` does not print them.
#[derive(Clone)]
pub struct Token([u8; 32]);

/// What we keep of a [`Token`]: its SHA-256. Safe to store and to look up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenDigest(pub [u8; 32]);

impl Token {
    /// A new token.
    ///
    /// # Errors
    /// [`RandomError`] when the operating system has no randomness to give.
    pub fn random() -> Result<Self, RandomError> {
        random::bytes().map(Self)
    }

    /// The token that a keyed hash gives: the same each time, so that it need not be kept anywhere.
    pub const fn derived(mac: [u8; 32]) -> Self {
        Self(mac)
    }

    /// Reads what [`Token::reveal`] wrote; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        // 32 bytes are 43 characters; the length check keeps a hostile megabyte from being decoded.
        if text.len() != 43 {
            return None;
        }
        let raw = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        raw.try_into().ok().map(Self)
    }

    /// The token as its holder sees it: 43 characters of base64url. Each call is a place to look at in review.
    pub fn reveal(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// What to store and to look up by.
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token]")
    }
}

/// Whether `a` and `b` are equal, in a time that does not tell where they differ (their lengths it may tell).
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_way_to_the_holder_and_back() {
        let token = Token::random().expect("random");
        let back = Token::parse(&token.reveal()).expect("our own text");
        assert_eq!(back.digest(), token.digest());
        assert_eq!(token.reveal().len(), 43);
    }

    #[test]
    fn the_digest_is_plain_sha_256_of_the_bytes() {
        let token = Token([0; 32]);
        let hex = data_encoding::HEXLOWER.encode(&token.digest().0);
        assert_eq!(hex, "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    }

    #[test]
    fn nonsense_is_no_token() {
        for text in ["", "abc", &"A".repeat(42), &"A".repeat(44), &"!".repeat(43), &"é".repeat(43)] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_token_does_not_print_itself() {
        let token = Token::random().expect("random");
        assert_eq!(format!("{token:?}"), "[token]");
    }

    #[test]
    fn comparison_sees_every_byte_and_the_length() {
        assert!(same(b"watch", b"watch"));
        assert!(!same(b"watch", b"watcH"));
        assert!(!same(b"watch", b"watchroom"));
        assert!(same(b"", b""));
    }
}
