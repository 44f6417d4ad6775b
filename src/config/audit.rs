//! `[audit]`: how soon an entry is part of the tree, how often the tree's head is signed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[audit]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditSettings {
    /// How often new entries are put into the tree (milliseconds).
    pub sequence_interval_ms: u64,
    /// How often the tree's head is signed when it has grown (seconds).
    pub checkpoint_interval_s: u64,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self { sequence_interval_ms: 100, checkpoint_interval_s: 60 }
    }
}

impl AuditSettings {
    /// How often new entries are put into the tree.
    pub fn sequence_interval(&self) -> Duration {
        Duration::from_millis(self.sequence_interval_ms)
    }

    /// How often the tree's head is signed.
    pub fn checkpoint_interval(&self) -> Duration {
        Duration::from_secs(self.checkpoint_interval_s)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.within("audit.sequence_interval_ms", self.sequence_interval_ms, 10, 60_000);
        check.within("audit.checkpoint_interval_s", self.checkpoint_interval_s, 1, 86_400);
    }
}
