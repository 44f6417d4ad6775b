//! What a passphrase has to be: pure. Whoever holds a copy of the database may try passphrases for as long as they
//! like, so it is held to more than a password, which can be tried ten times.

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

use crate::kernel::secret::Secret;

/// Shortest, in characters: four words.
pub const SHORTEST: usize = 16;

/// Longest, in bytes: enough for anybody, and not a way to make us work.
pub const LONGEST: usize = 1024;

/// Why a passphrase was refused, as a sentence for its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weak(pub &'static str);

/// `typed` as it is stretched: in Unicode's normal form KC, so that the same letters typed on another device are the
/// same passphrase, and without space around it.
pub fn normal(typed: &Secret<String>) -> Zeroizing<String> {
    Zeroizing::new(typed.expose().trim().nfkc().collect())
}

/// Refuses a passphrase that is too short or too easy to guess. `theirs` are words that anybody would try first: the
/// person's name, the service's.
///
/// # Errors
/// [`Weak`].
pub fn check(passphrase: &str, theirs: &[&str]) -> Result<(), Weak> {
    if passphrase.chars().count() < SHORTEST {
        return Err(Weak("Use at least 16 characters: four words that have nothing to do with one another"));
    }
    if passphrase.len() > LONGEST {
        return Err(Weak("Use at most 1,024 characters"));
    }
    let words: Vec<&str> = theirs.iter().flat_map(|text| text.split_whitespace()).collect();
    if zxcvbn(passphrase, &words).score() < Score::Three {
        return Err(Weak("This is easy to guess. Use four words that have nothing to do with one another"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_words_do_and_what_is_guessed_first_does_not() {
        assert_eq!(check("ladder otter velvet crumpet", &["Jo Marsh"]), Ok(()));
        for weak in ["short", "passwordpassword", "aaaaaaaaaaaaaaaaaaaa", "1234567890123456"] {
            assert!(check(weak, &[]).is_err(), "{weak}");
        }
        assert!(check(&"ladder otter ".repeat(100), &[]).is_err());
    }

    #[test]
    fn the_same_letters_are_the_same_passphrase() {
        let typed = |text: &str| normal(&Secret::new(text.to_owned()));
        assert_eq!(typed(" caf\u{e9} ladder"), typed("cafe\u{301} ladder\n"));
        assert_ne!(typed("Ladder"), typed("ladder"));
    }
}
