//! `[cpd]`: evidence of people's development.

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[cpd]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CpdSettings {
    /// Largest file of evidence (MiB).
    pub evidence_mib: u32,
    /// All files of one person together (MiB).
    pub person_mib: u32,
}

impl Default for CpdSettings {
    fn default() -> Self {
        Self { evidence_mib: 10, person_mib: 200 }
    }
}

impl CpdSettings {
    /// Largest file in bytes.
    pub fn evidence_bytes(&self) -> u64 {
        u64::from(self.evidence_mib) * 1024 * 1024
    }

    /// All files of one person together, in bytes.
    pub fn person_bytes(&self) -> u64 {
        u64::from(self.person_mib) * 1024 * 1024
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        // A file is one value of the database, and is held in memory while it comes in or goes out.
        check.within("cpd.evidence_mib", self.evidence_mib, 1, 64);
        check.within("cpd.person_mib", self.person_mib, 1, 65_536);
        check.that(
            self.evidence_mib <= self.person_mib,
            "cpd.evidence_mib",
            "is more than cpd.person_mib allows for all files of a person",
        );
    }
}
