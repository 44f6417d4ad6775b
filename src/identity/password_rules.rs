//! What a new password has to be, after NIST SP 800-63B-4: long enough, hard to guess, and nothing else.
//!
//! No composition rules and no forced change: both make passwords worse. "Hard to guess" is decided offline by
//! zxcvbn, which knows some 30,000 common passwords, names, words, keyboard walks and dates, and how people combine
//! them; the person's and the organisation's own names count as the first words that anybody would try.

use unicode_normalization::UnicodeNormalization as _;
use zxcvbn::{Score, zxcvbn};

use super::IdentityError;
use crate::kernel::secret::Secret;

/// Shortest password, in characters (Cyber Essentials: 12 where there is no second factor).
pub const SHORTEST: usize = 12;

/// Shortest password of somebody with a second factor, where the organisation allows that.
pub const SHORTEST_WITH_FACTOR: usize = 8;

/// Longest, in bytes: enough for any passphrase, and not a way to make us work.
pub const LONGEST: usize = 1024;

const SHORT: &str = "Use at least 12 characters: three or four words do well.";
const SHORT_WITH_FACTOR: &str = "Use at least 8 characters: two or three words do well.";
const LONG: &str = "Use at most 1,024 characters.";
const PERSONAL: &str = "Do not build it on your name, your e-mail address or the name of your service.";
const COMMON: &str = "This is among the passwords that are tried first. Use three or four words that have nothing to do with one another.";

/// Words that belong to one person: their name, their address, their organisation's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Personal(Vec<String>);

impl Personal {
    /// The words in `texts` that are long enough to matter.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words: Vec<String> = Vec::new();
        for text in texts {
            let folded = fold(text);
            // "jo.marsh@example.org": the host is the organisation's, and so are all of its parts.
            words.extend(folded.split(|letter: char| !letter.is_alphanumeric()).map(str::to_owned));
        }
        words.retain(|word| word.chars().count() >= 3 && !COMMONPLACE.contains(&word.as_str()));
        // The longest first: "northmoor" is taken out before "north" is looked for.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.dedup();
        Self(words)
    }
}

/// Parts of names and addresses that say nothing of anybody.
const COMMONPLACE: &[&str] = &["and", "the", "org", "com", "net", "gov", "nhs", "example", "for", "mail"];

/// `password` as it is hashed and compared: in Unicode's normal form KC, so that the same letters typed on another
/// keyboard are the same password.
pub fn normal(password: &Secret<String>) -> Secret<String> {
    Secret::new(password.expose().nfkc().collect())
}

/// Refuses a password that is too short or too easy to guess.
///
/// # Errors
/// [`IdentityError::WeakPassword`] with a sentence for the person.
pub fn check(password: &Secret<String>, personal: &Personal, shortest: usize) -> Result<(), IdentityError> {
    let password = normal(password);
    let text = password.expose();
    if text.chars().count() < shortest {
        return Err(IdentityError::WeakPassword(if shortest < SHORTEST { SHORT_WITH_FACTOR } else { SHORT }));
    }
    if text.len() > LONGEST {
        return Err(IdentityError::WeakPassword(LONG));
    }
    if mostly(text, personal) {
        return Err(IdentityError::WeakPassword(PERSONAL));
    }
    let words: Vec<&str> = personal.0.iter().map(String::as_str).collect();
    if is_strong(text, &words) {
        return Ok(());
    }
    Err(IdentityError::WeakPassword(if is_strong(text, &[]) { PERSONAL } else { COMMON }))
}

/// Whether it takes more than 10^8 guesses, with its spaces and without: "letmein letmein" is one word twice.
fn is_strong(password: &str, words: &[&str]) -> bool {
    let joined: String = password.chars().filter(|letter| !letter.is_whitespace()).collect();
    [password, joined.as_str()].iter().all(|text| zxcvbn(text, words).score() >= Score::Three)
}

/// Whether little is left of a password when the person's own words and all but letters are taken out.
fn mostly(password: &str, personal: &Personal) -> bool {
    let folded = fold(password);
    let mut rest = folded.clone();
    for word in &personal.0 {
        rest = rest.replace(word.as_str(), " ");
    }
    rest != folded && rest.chars().filter(|letter| letter.is_alphabetic()).count() < 6
}

fn fold(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(password: &str) -> Result<(), String> {
        let personal =
            Personal::of(["jo.marsh@northmoor.example.org", "Jo Marsh", "Northmoor Fire and Rescue Service"]);
        check(&Secret::new(password.to_owned()), &personal, SHORTEST).map_err(|error| error.to_string())
    }

    #[test]
    fn words_that_do_not_belong_together_are_a_password() {
        for good in ["three calm grey herons", "four brisk amber foxes", "xkq7-vbn2-zzpl-9", "zwölf müde Möwen"] {
            assert_eq!(verdict(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn no_kind_of_character_is_asked_for_and_none_is_forbidden() {
        for good in ["onlysmalllettersbutmany", "ONLY CAPITALS AND SPACES HERE", "🦦🚒🧯 otter engine ladder"] {
            assert_eq!(verdict(good), Ok(()), "{good}");
        }
        assert_eq!(verdict(&"long winded otters ".repeat(50)), Ok(()));
        assert_eq!(verdict(&"x y ".repeat(300)), Err(LONG.to_owned()));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for common in
            ["password1234", "qwertyuiop123", "liverpool2026", "aaaaaaaaaaaaaaaa", "1234567890123", "letmein letmein"]
        {
            assert_eq!(verdict(common), Err(COMMON.to_owned()), "{common}");
        }
        assert_eq!(verdict("short"), Err(SHORT.to_owned()));
    }

    #[test]
    fn the_persons_and_the_organisations_names_are_refused() {
        for personal in ["jo.marsh-2026-x", "Northmoor2026!!", "MarshNorthmoor1"] {
            assert_eq!(verdict(personal), Err(PERSONAL.to_owned()), "{personal}");
        }
        assert_eq!(verdict("a heron on the northmoor weir"), Ok(()));
    }

    #[test]
    fn with_a_second_factor_it_may_be_shorter_but_not_easier() {
        let short = |text: &str| check(&Secret::new(text.to_owned()), &Personal::default(), SHORTEST_WITH_FACTOR);
        assert!(short("vexed owl 7").is_ok());
        assert!(short("password").is_err());
        assert!(short("vexed").is_err());
    }

    #[test]
    fn length_is_counted_in_characters_after_normalisation() {
        // A ligature and a full-width letter are what they stand for.
        assert_eq!(normal(&Secret::new("ﬁre Ａ".to_owned())), Secret::new("fire A".to_owned()));
        let decomposed = "zwo\u{308}lf mu\u{308}de Mo\u{308}wen";
        assert_eq!(normal(&Secret::new(decomposed.to_owned())), Secret::new("zwölf müde Möwen".to_owned()));
    }
}
