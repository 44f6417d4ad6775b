//! `[imports]`: files that become duties or people.

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[imports]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportSettings {
    /// Largest file (MiB).
    pub upload_mib: u32,
    /// Rows checked and written at a time.
    pub batch_rows: u32,
}

impl Default for ImportSettings {
    fn default() -> Self {
        Self { upload_mib: 1_024, batch_rows: 5_000 }
    }
}

impl ImportSettings {
    /// Largest file in bytes.
    pub fn upload_bytes(&self) -> u64 {
        u64::from(self.upload_mib) * 1024 * 1024
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.within("imports.upload_mib", self.upload_mib, 1, 65_536);
        check.within("imports.batch_rows", self.batch_rows, 100, 100_000);
    }
}
