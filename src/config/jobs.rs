//! `[jobs]`: background work.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[jobs]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JobSettings {
    /// Jobs at once.
    pub workers: u16,
    /// How often the queue is looked at when nothing wakes it (milliseconds).
    pub poll_ms: u64,
}

impl Default for JobSettings {
    fn default() -> Self {
        Self { workers: 2, poll_ms: 1_000 }
    }
}

impl JobSettings {
    /// How often the queue is looked at.
    pub fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.within("jobs.workers", self.workers, 1, 64);
        check.within("jobs.poll_ms", self.poll_ms, 50, 60_000);
    }
}
