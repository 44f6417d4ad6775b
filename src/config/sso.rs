//! `[sso]`: how the program speaks with OpenID providers. Which providers there are is set in the console.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[sso]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SsoSettings {
    /// PEM file with authorities that are trusted beside those of the operating system.
    pub extra_ca_file: Option<PathBuf>,
    /// Also speak plain HTTP with a provider on this very host: for trials, never for service.
    pub allow_loopback_http: bool,
    /// How long a provider may take to answer (seconds).
    pub timeout_s: u32,
    /// Largest answer of a provider (KiB).
    pub answer_kib: u32,
    /// How long a provider's addresses and keys are believed without asking again (minutes).
    pub cache_minutes: u32,
    /// How far a provider's clock may be off (seconds).
    pub leeway_s: u32,
}

impl Default for SsoSettings {
    fn default() -> Self {
        Self {
            extra_ca_file: None,
            allow_loopback_http: false,
            timeout_s: 10,
            answer_kib: 512,
            cache_minutes: 60,
            leeway_s: 60,
        }
    }
}

impl SsoSettings {
    /// How long a provider may take to answer.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_s))
    }

    /// Largest answer in bytes.
    pub fn answer_bytes(&self) -> usize {
        usize::try_from(self.answer_kib).unwrap_or(usize::MAX).saturating_mul(1024)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.that(
            self.extra_ca_file.as_ref().is_none_or(|path| path.is_absolute()),
            "sso.extra_ca_file",
            "is not an absolute path",
        );
        check.within("sso.timeout_s", self.timeout_s, 1, 60);
        check.within("sso.answer_kib", self.answer_kib, 16, 8_192);
        check.within("sso.cache_minutes", self.cache_minutes, 1, 1_440);
        check.within("sso.leeway_s", self.leeway_s, 0, 300);
    }
}
