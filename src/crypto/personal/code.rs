//! The code that lets somebody back in who forgot their passphrase: 128 random bits, written down on paper.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::crypto::random::{self, RandomError};

/// Random bytes.
const SECRET: usize = 16;

/// Bytes of the checksum behind them: 20 bytes are 32 characters without a rest.
const CHECK: usize = 4;

/// Characters of a group, as it is shown.
const GROUP: usize = 4;

/// A text that is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACode {
    /// It does not have the length or the characters of one.
    #[error("a recovery code has 32 letters and digits from 2 to 7")]
    Foreign,
    /// It looks like one, and its checksum is wrong.
    #[error("the recovery code is mistyped: its checksum is wrong")]
    Mistyped,
}

/// A recovery code. Wiped when it is dropped; `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; SECRET]>);

impl RecoveryCode {
    /// A new one.
    ///
    /// # Errors
    /// [`RandomError`] when the operating system has no randomness to give.
    pub fn random() -> Result<Self, RandomError> {
        Ok(Self(Zeroizing::new(random::bytes()?)))
    }

    /// Reads a code as somebody typed it: in any case, with or without spaces and dashes, and with the digits that it
    /// never has taken for the letters that they look like.
    ///
    /// # Errors
    /// [`NotACode`].
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        let mut plain = Zeroizing::new(String::with_capacity(text.len()));
        for letter in text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '–' | '.')) {
            plain.push(match letter.to_ascii_uppercase() {
                '0' => 'O',
                '1' => 'I',
                '8' => 'B',
                other => other,
            });
        }
        let raw = Zeroizing::new(BASE32_NOPAD.decode(plain.as_bytes()).ok().ok_or(NotACode::Foreign)?);
        if raw.len() != SECRET + CHECK {
            return Err(NotACode::Foreign);
        }
        let (secret, check) = raw.split_first_chunk::<SECRET>().ok_or(NotACode::Foreign)?;
        if checksum(secret).as_slice() != check {
            return Err(NotACode::Mistyped);
        }
        Ok(Self(Zeroizing::new(*secret)))
    }

    /// The code in groups of four, as it is shown once. Each call is a place to look at in review.
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut raw = Zeroizing::new(self.0.to_vec());
        raw.extend_from_slice(&checksum(&self.0));
        let text = Zeroizing::new(BASE32_NOPAD.encode(&raw));
        let mut grouped = Zeroizing::new(String::with_capacity(text.len() + text.len() / GROUP));
        for (place, letter) in text.chars().enumerate() {
            if place > 0 && place.is_multiple_of(GROUP) {
                grouped.push('-');
            }
            grouped.push(letter);
        }
        grouped
    }

    pub(super) fn secret(&self) -> &[u8; SECRET] {
        &self.0
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[recovery code]")
    }
}

/// Tells a slip of the pen from a code that is not the right one. It is never stored.
fn checksum(secret: &[u8; SECRET]) -> [u8; CHECK] {
    let hash = Sha256::new().chain_update(b"watchroom recovery code\0").chain_update(secret).finalize();
    let [a, b, c, d, ..] = <[u8; 32]>::from(hash);
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_comes_back_however_it_is_typed() {
        let code = RecoveryCode::random().expect("random");
        let shown = code.reveal();
        assert_eq!(shown.len(), 39);
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [4; 8]);
        let lower = shown.to_lowercase();
        let spaced = shown.replace('-', " ");
        let bare = shown.replace('-', "");
        let lookalikes = shown.replace('O', "0").replace('I', "1").replace('B', "8");
        for typed in [shown.as_str(), &lower, &spaced, &bare, &lookalikes, &format!("  {bare}\n")] {
            assert_eq!(RecoveryCode::parse(typed).expect("a code"), code, "{typed}");
        }
    }

    #[test]
    fn slips_are_told_from_what_is_no_code() {
        let shown = RecoveryCode::random().expect("random").reveal();
        let mut slipped = shown.to_string().into_bytes();
        slipped[0] = if slipped[0] == b'A' { b'C' } else { b'A' };
        let slipped = String::from_utf8(slipped).expect("ASCII");
        assert_eq!(RecoveryCode::parse(&slipped), Err(NotACode::Mistyped));
        for wrong in ["", "hello", &shown[..38], &format!("{}A", shown.as_str()), "ÄÖÜ"] {
            assert_eq!(RecoveryCode::parse(wrong), Err(NotACode::Foreign), "{wrong}");
        }
    }

    #[test]
    fn codes_differ_and_print_nothing() {
        let (one, other) = (RecoveryCode::random().expect("random"), RecoveryCode::random().expect("random"));
        assert_ne!(one, other);
        assert_eq!(format!("{one:?}"), "[recovery code]");
    }
}
