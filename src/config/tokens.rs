//! `[tokens]`: tokens for the API.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[tokens]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokenSettings {
    /// For how many days the form offers to make a token.
    pub default_days: u16,
    /// The longest that a token may be made for (days).
    pub longest_days: u16,
    /// How long the log of their uses is kept (days).
    pub usage_days: u16,
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self { default_days: 90, longest_days: 365, usage_days: 90 }
    }
}

impl TokenSettings {
    /// How long the log of uses is kept.
    pub fn usage(&self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.usage_days) * 24)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.within("tokens.longest_days", self.longest_days, 1, 365);
        check.within("tokens.default_days", self.default_days, 1, 365);
        check.within("tokens.usage_days", self.usage_days, 1, 3650);
        check.that(
            self.default_days <= self.longest_days,
            "tokens.default_days",
            "is more than tokens.longest_days allows",
        );
    }
}
