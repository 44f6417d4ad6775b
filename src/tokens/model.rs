//! What a token is, as everybody but its holder sees it: never the secret.

use jiff::Timestamp;

use crate::crypto::TokenKind;
use crate::kernel::cidr::Cidr;
use crate::kernel::ids::{PersonId, TokenId};

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Which one.
    pub id: TokenId,
    /// Whose it is.
    pub person: PersonId,
    /// Their name, when the reader may see it.
    pub person_name: Option<String>,
    /// For whom it lets a program act.
    pub kind: TokenKind,
    /// What it is called.
    pub name: String,
    /// Four characters of it, to know it again.
    pub hint: String,
    /// What it may do, by permission code, sorted.
    pub scopes: Vec<String>,
    /// From where it may be used; empty is anywhere.
    pub networks: Vec<Cidr>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops to be good.
    pub expires_at: Timestamp,
    /// Until when the text before the last rotation is good too.
    pub previous_until: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// From where, masked.
    pub last_used_from: Option<String>,
}

/// How a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It lets in.
    Good,
    /// It lets in, for two weeks at most.
    Ending,
    /// Its time is over.
    Expired,
    /// Somebody revoked it.
    Revoked,
}

/// How long before its end a token is called ending.
pub const WARNING: jiff::SignedDuration = jiff::SignedDuration::from_hours(14 * 24);

impl Token {
    /// How it stands at `now`.
    pub fn standing(&self, now: Timestamp) -> Standing {
        if self.revoked_at.is_some() {
            Standing::Revoked
        } else if self.expires_at <= now {
            Standing::Expired
        } else if self.expires_at.duration_since(now) < WARNING {
            Standing::Ending
        } else {
            Standing::Good
        }
    }

    /// Whether it lets anybody in at `now`.
    pub fn is_good(&self, now: Timestamp) -> bool {
        matches!(self.standing(now), Standing::Good | Standing::Ending)
    }
}

/// What a token is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// For whom it lets a program act.
    pub kind: TokenKind,
    /// What it is called.
    pub name: String,
    /// What it may do, by permission code, sorted, at least one.
    pub scopes: Vec<String>,
    /// From where it may be used; empty is anywhere.
    pub networks: Vec<Cidr>,
    /// When it stops to be good.
    pub expires_at: Timestamp,
}

/// One request with a token, as the log of uses shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// When.
    pub at: Timestamp,
    /// The line of the log.
    pub id: uuid::Uuid,
    /// The route's name.
    pub route: String,
    /// What the answer was.
    pub status: i16,
    /// Where from, masked.
    pub address: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T, C> {
    /// The rows, newest first.
    pub rows: Vec<T>,
    /// Where the list goes on, when it does.
    pub next: Option<C>,
}

/// Which tokens the console lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one kind only.
    pub kind: Option<TokenKind>,
    /// `Good` for those that let in, `Ending` for those of them that will soon not; `None` for all.
    pub standing: Option<Standing>,
}

/// A permission that can be a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Its code.
    pub code: String,
    /// The heading that it stands under.
    pub area: String,
    /// What it allows, in a sentence.
    pub summary: String,
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in crate::tokens) fn token() -> Token {
        let at = |text: &str| text.parse().expect("a time");
        Token {
            id: TokenId(uuid::Uuid::from_u128(1)),
            person: PersonId(uuid::Uuid::from_u128(2)),
            person_name: Some("Jo <Marsh>".to_owned()),
            kind: TokenKind::Personal,
            name: "Rota <export>".to_owned(),
            hint: "q7xm".to_owned(),
            scopes: vec!["duty.log".to_owned(), "duty.read".to_owned()],
            networks: vec!["10.0.0.0/8".parse().expect("a network")],
            created_at: at("2026-11-01T09:00:00Z"),
            expires_at: at("2027-01-30T09:00:00Z"),
            previous_until: Some(at("2026-11-23T09:00:00Z")),
            revoked_at: None,
            last_used_at: Some(at("2026-11-22T08:59:00Z")),
            last_used_from: Some("192.0.2.0".to_owned()),
        }
    }

    #[test]
    fn a_token_stands_good_until_its_end_or_its_revocation() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let mut one = token();
        assert_eq!(one.standing(at("2026-11-22T09:00:00Z")), Standing::Good);
        assert_eq!(one.standing(at("2027-01-20T09:00:00Z")), Standing::Ending);
        assert_eq!(one.standing(at("2027-01-30T09:00:00Z")), Standing::Expired);
        one.revoked_at = Some(at("2026-11-22T09:00:00Z"));
        assert!(!one.is_good(at("2026-11-22T09:00:00Z")));
    }
}
