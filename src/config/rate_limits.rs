//! `[rate_limits]`: how many requests an address, an account and a token may make.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[rate_limits]` section. Each limit is so many requests at once (the burst) and so many a minute after that.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateLimitSettings {
    /// Whether requests are counted at all.
    pub enabled: bool,
    /// How often this node tells the others, through the database, what it has counted (milliseconds).
    pub exchange_ms: u64,
    /// All requests from one address, those for the browser's own files left out.
    pub address_per_minute: u32,
    /// How many of them at once.
    pub address_burst: u32,
    /// Attempts to sign in, to set up and to choose a password by link, from one address.
    pub door_per_minute: u32,
    /// How many of them at once.
    pub door_burst: u32,
    /// Pages for everybody, asked for by somebody who is not signed in, from one address.
    pub public_per_minute: u32,
    /// How many of them at once.
    pub public_burst: u32,
    /// Requests of one account.
    pub account_per_minute: u32,
    /// How many of them at once.
    pub account_burst: u32,
    /// Requests of one token.
    pub token_per_minute: u32,
    /// How many of them at once.
    pub token_burst: u32,
    /// Exports, reports and uploads of one account or token.
    pub costly_per_minute: u32,
    /// How many of them at once.
    pub costly_burst: u32,
}

impl Default for RateLimitSettings {
    fn default() -> Self {
        // A whole service often comes from one address: what stands for an address must let a change of shift in.
        Self {
            enabled: true,
            exchange_ms: 2_000,
            address_per_minute: 6_000,
            address_burst: 6_000,
            door_per_minute: 300,
            door_burst: 600,
            public_per_minute: 1_200,
            public_burst: 1_200,
            account_per_minute: 600,
            account_burst: 300,
            token_per_minute: 600,
            token_burst: 300,
            costly_per_minute: 30,
            costly_burst: 30,
        }
    }
}

impl RateLimitSettings {
    /// How often the nodes exchange what they counted.
    pub fn exchange(&self) -> Duration {
        Duration::from_millis(self.exchange_ms)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.within("rate_limits.exchange_ms", self.exchange_ms, 250, 60_000);
        for (key, value) in [
            ("rate_limits.address_per_minute", self.address_per_minute),
            ("rate_limits.address_burst", self.address_burst),
            ("rate_limits.door_per_minute", self.door_per_minute),
            ("rate_limits.door_burst", self.door_burst),
            ("rate_limits.public_per_minute", self.public_per_minute),
            ("rate_limits.public_burst", self.public_burst),
            ("rate_limits.account_per_minute", self.account_per_minute),
            ("rate_limits.account_burst", self.account_burst),
            ("rate_limits.token_per_minute", self.token_per_minute),
            ("rate_limits.token_burst", self.token_burst),
            ("rate_limits.costly_per_minute", self.costly_per_minute),
            ("rate_limits.costly_burst", self.costly_burst),
        ] {
            check.within(key, value, 1, 1_000_000);
        }
    }
}
