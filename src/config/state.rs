//! `[state]`: the folder of everything that is kept outside a database of the operator's own.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::problem::Checks;
use crate::kernel::bytes::ByteSize;

/// The `[state]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StateSettings {
    /// The private cluster, plugins, keys and the self-signed certificate live here.
    pub dir: PathBuf,
    /// Free space below which Watchroom reports itself not ready (MiB).
    pub min_free_mib: u64,
}

impl Default for StateSettings {
    fn default() -> Self {
        Self { dir: PathBuf::from("/var/lib/watchroom"), min_free_mib: 512 }
    }
}

impl StateSettings {
    /// Free space below which Watchroom reports itself not ready.
    pub fn min_free(&self) -> ByteSize {
        ByteSize::mib(self.min_free_mib)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.that(self.dir.is_absolute(), "state.dir", "is not an absolute path");
        check.within("state.min_free_mib", self.min_free_mib, 0, 1_048_576);
    }
}
