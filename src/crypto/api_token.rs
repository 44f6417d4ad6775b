//! The text of a token for the API: what a program shows to be let in.
//!
//! `wrp_` (personal) or `wrs_` (service), then 72 characters of lower-case base32: the organisation, 192 random bits,
//! and a checksum of all before it. The prefix lets scanners find tokens in places where they do not belong
//! (`wr[ps]_[a-z2-7]{72}`), the checksum tells a mistyped one from a revoked one without asking anybody. We keep the
//! SHA-256 of the text.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::TokenDigest;
use super::random::{self, RandomError};
use crate::kernel::ids::OrganisationId;

/// Bytes of the organisation and of the secret: 64 characters without a rest.
const BODY_BYTES: usize = 40;

/// Characters of the body, which the checksum follows.
const BODY: usize = 64;

/// Characters of the checksum.
const CHECK: usize = 8;

/// For whom a token lets a program act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// For the person who made it.
    Personal,
    /// For the organisation; the person who made it answers for it.
    Service,
}

impl TokenKind {
    /// As the database and forms have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Service => "service",
        }
    }

    /// Reads what [`TokenKind::as_str`] says; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Personal, Self::Service].into_iter().find(|kind| kind.as_str() == text)
    }

    /// What its tokens begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Personal => "wrp_",
            Self::Service => "wrs_",
        }
    }
}

/// A text that is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAToken {
    /// It does not look like one of ours.
    #[error("this is no token of Watchroom's: those begin with wrp_ or wrs_ and have 76 characters")]
    Foreign,
    /// It looks like one of ours, and its checksum is wrong.
    #[error("the token is mistyped or cut off: its checksum is wrong")]
    Mistyped,
}

/// A token. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken {
    kind: TokenKind,
    organisation: OrganisationId,
    text: String,
}

impl ApiToken {
    /// A new token of an organisation.
    ///
    /// # Errors
    /// [`RandomError`] when the operating system has no randomness to give.
    pub fn random(kind: TokenKind, organisation: OrganisationId) -> Result<Self, RandomError> {
        let secret = random::bytes::<24>()?;
        let mut raw = Vec::with_capacity(BODY_BYTES);
        raw.extend(organisation.0.as_bytes());
        raw.extend(secret);
        let mut text = format!("{}{}", kind.prefix(), BASE32_NOPAD.encode(&raw).to_ascii_lowercase());
        text.push_str(&checksum(&text));
        Ok(Self { kind, organisation, text })
    }

    /// Reads a token.
    ///
    /// # Errors
    /// [`NotAToken`].
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        let kinds = [TokenKind::Personal, TokenKind::Service];
        let kind = kinds.into_iter().find(|kind| text.starts_with(kind.prefix())).ok_or(NotAToken::Foreign)?;
        let (body, check) = text.split_at_checked(kind.prefix().len() + BODY).ok_or(NotAToken::Mistyped)?;
        if check.len() != CHECK || checksum(body) != check {
            return Err(NotAToken::Mistyped);
        }
        let raw = body.get(kind.prefix().len()..).map(str::to_ascii_uppercase).unwrap_or_default();
        let raw = BASE32_NOPAD.decode(raw.as_bytes()).ok().ok_or(NotAToken::Mistyped)?;
        let organisation = raw.get(..16).and_then(|id| Uuid::from_slice(id).ok()).ok_or(NotAToken::Mistyped)?;
        Ok(Self { kind, organisation: OrganisationId(organisation), text: text.to_owned() })
    }

    /// For whom it lets a program act.
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// Of which organisation it is.
    pub fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// The token as its holder sees it. Each call is a place to look at in review.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The last four characters of the secret, to know the token again: 20 of its 192 bits.
    pub fn hint(&self) -> &str {
        let end = self.text.len().saturating_sub(CHECK);
        self.text.get(end.saturating_sub(4)..end).unwrap_or_default()
    }

    /// What to store and to look up by: the SHA-256 of the text.
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(Sha256::digest(self.text.as_bytes()).into())
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token]")
    }
}

/// 40 bits over prefix and body. Another hash than the one that is stored, so that it says nothing of that one.
fn checksum(text: &str) -> String {
    let hash = Sha256::new().chain_update(b"watchroom token checksum\0").chain_update(text.as_bytes()).finalize();
    BASE32_NOPAD.encode(hash.get(..5).unwrap_or_default()).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(kind: TokenKind) -> ApiToken {
        ApiToken::random(kind, OrganisationId(Uuid::from_u128(7))).expect("random")
    }

    #[test]
    fn a_token_survives_its_way_to_the_holder_and_back() {
        for kind in [TokenKind::Personal, TokenKind::Service] {
            let made = token(kind);
            let back = ApiToken::parse(made.reveal()).expect("our own text");
            assert_eq!((back.kind(), back.organisation(), back.digest()), (kind, made.organisation(), made.digest()));
            assert_eq!(made.reveal().len(), 76);
            assert!(made.reveal().starts_with(kind.prefix()));
            assert_eq!(made.hint().len(), 4);
            assert!(made.reveal().ends_with(&format!("{}{}", made.hint(), checksum(&made.reveal()[..68]))));
            assert_eq!(TokenKind::parse(kind.as_str()), Some(kind));
        }
        assert_ne!(token(TokenKind::Personal).digest(), token(TokenKind::Personal).digest());
    }

    #[test]
    fn the_digest_is_the_plain_sha_256_of_the_text() {
        let made = token(TokenKind::Personal);
        assert_eq!(made.digest().0, <[u8; 32]>::from(Sha256::digest(made.reveal().as_bytes())));
    }

    #[test]
    fn every_slip_of_the_hand_is_noticed() {
        let text = token(TokenKind::Personal).reveal().to_owned();
        for place in 4..text.len() {
            let mut slipped = text.clone().into_bytes();
            slipped[place] = if slipped[place] == b'a' { b'b' } else { b'a' };
            let slipped = String::from_utf8(slipped).expect("ASCII");
            assert_eq!(ApiToken::parse(&slipped), Err(NotAToken::Mistyped), "{place}");
        }
        let other_kind = text.replacen("wrp_", "wrs_", 1);
        let capitals = text.to_ascii_uppercase().replacen("WRP_", "wrp_", 1);
        for wrong in [&text[..75], &format!("{text}a"), &other_kind, &capitals, &text.replace(&text[20..22], "é")] {
            assert_eq!(ApiToken::parse(wrong), Err(NotAToken::Mistyped), "{wrong}");
        }
    }

    #[test]
    fn anything_else_is_foreign_and_nothing_prints_itself() {
        for text in ["", "x", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "Wrp_", &"A".repeat(76)] {
            assert_eq!(ApiToken::parse(text), Err(NotAToken::Foreign), "{text}");
        }
        assert_eq!(format!("{:?}", token(TokenKind::Service)), "[token]");
    }
}
