//! `[oversight]`: what the security overview looks for.

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[oversight]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OversightSettings {
    /// An account that nobody has used for so long is called dormant (days).
    pub dormant_days: u16,
}

impl Default for OversightSettings {
    fn default() -> Self {
        Self { dormant_days: 90 }
    }
}

impl OversightSettings {
    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.within("oversight.dormant_days", self.dormant_days, 1, 3_650);
    }
}
