//! `[access]`: how long a role that takes a second person waits for one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[access]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccessSettings {
    /// How long a request for a role can be approved (hours).
    pub approval_hours: u32,
}

impl Default for AccessSettings {
    fn default() -> Self {
        Self { approval_hours: 168 }
    }
}

impl AccessSettings {
    /// How long a request for a role can be approved.
    pub fn approval(&self) -> Duration {
        Duration::from_secs(u64::from(self.approval_hours) * 3_600)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.within("access.approval_hours", self.approval_hours, 1, 8_760);
    }
}
