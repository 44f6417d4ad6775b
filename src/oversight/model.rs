//! The figures of the overview, and the lines of the lists behind them.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::limits::Meter;

/// A list behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// People who can sign in and have no second factor.
    NoFactor,
    /// Accounts that nobody has used for long.
    Dormant,
    /// People who left and of whom something is open all the same.
    Leavers,
    /// Tokens that soon let nobody in any more.
    Tokens,
}

impl List {
    /// Every list, in the order of the page.
    pub(super) const ALL: [Self; 4] = [Self::NoFactor, Self::Dormant, Self::Leavers, Self::Tokens];

    /// As addresses, files and the audit trail have it.
    pub(super) const fn slug(self) -> &'static str {
        match self {
            Self::NoFactor => "no-second-factor",
            Self::Dormant => "dormant-accounts",
            Self::Leavers => "open-leavers",
            Self::Tokens => "ending-tokens",
        }
    }

    /// Reads [`List::slug`].
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.slug() == text)
    }
}

/// How many, of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) part: i64,
    pub(super) whole: i64,
}

impl Share {
    /// In per cent, rounded down, so that 100 means all; `None` of nothing.
    pub(super) fn percent(self) -> Option<i64> {
        self.part.checked_mul(100)?.checked_div(self.whole)
    }
}

/// The figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Overview {
    /// People who can sign in, and those of them with a second factor.
    pub(super) factors: Share,
    /// The same of those who may do more than keep their own records.
    pub(super) privileged: Share,
    /// The same by role, in the order of their names.
    pub(super) by_role: Vec<(String, Share)>,
    /// Accounts that are on, and those of them that nobody has used for long.
    pub(super) dormant: Share,
    /// Leavers who are not closed.
    pub(super) leavers: i64,
    /// Tokens about to end.
    pub(super) tokens: i64,
}

/// How often one rate limit refused somebody, on all nodes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusals {
    pub(super) meter: Meter,
    /// In this hour and the one before.
    pub(super) hour: i64,
    /// In the last 24 hours, and in what is left of the hour before them.
    pub(super) day: i64,
    /// In 30 days.
    pub(super) month: i64,
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The person, or the token.
    pub(super) id: Uuid,
    /// The person's name, or the token's.
    pub(super) name: String,
    /// Their home unit; of a token whose it is.
    pub(super) place: String,
    /// What the list is in order of, oldest first: opened, last used, left, ends.
    pub(super) at: Timestamp,
    /// What else there is to say.
    pub(super) detail: Detail,
}

/// What a list says of a line besides its date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Detail {
    /// Whether they may do more than keep their own records.
    Privileged(bool),
    /// Whether anybody ever signed in.
    Used(bool),
    /// What is open of a leaver's.
    Open { account: bool, sessions: i64, roles: i64, tokens: i64 },
    /// A token's kind, and when it was last used.
    Token { service: bool, last_used_at: Option<Timestamp> },
}

/// The times that the figures are reckoned from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) now: Timestamp,
    /// Unused since before this is dormant.
    pub(super) dormant_before: Timestamp,
    /// A token that ends by this is about to.
    pub(super) ending_by: Timestamp,
}

impl Times {
    /// As they stand at `now`, with `dormant_days` unused days making an account dormant.
    pub(super) fn at(now: Timestamp, dormant_days: u16) -> Self {
        let dormant = SignedDuration::from_hours(i64::from(dormant_days) * 24);
        Self {
            now,
            dormant_before: now.checked_sub(dormant).unwrap_or(now),
            ending_by: now.checked_add(crate::tokens::model::WARNING).unwrap_or(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_per_cent_means_all_of_them() {
        assert_eq!(Share { part: 999, whole: 1000 }.percent(), Some(99));
        assert_eq!(Share { part: 3, whole: 3 }.percent(), Some(100));
        assert_eq!(Share::default().percent(), None);
    }

    #[test]
    fn every_list_is_found_by_its_name() {
        for list in List::ALL {
            assert_eq!(List::parse(list.slug()), Some(list));
        }
        assert_eq!(List::parse("people"), None);
    }
}
