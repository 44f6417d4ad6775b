//! `[tls]`: which certificate, which protocol versions.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[tls]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TlsSettings {
    /// PEM file: the server's certificate, then the chain to the authority. Not set: a self-signed one is made.
    pub certificate: Option<PathBuf>,
    /// PEM file: the certificate's private key.
    pub key: Option<PathBuf>,
    /// Also accept TLS 1.2.
    pub allow_tls12: bool,
    /// Names and addresses in the self-signed certificate. Empty: the host's name, `localhost` and the loopbacks.
    pub self_signed_hosts: Vec<String>,
    /// How often the two files are looked at for a change (seconds).
    pub reload_interval_s: u64,
}

impl Default for TlsSettings {
    fn default() -> Self {
        Self { certificate: None, key: None, allow_tls12: false, self_signed_hosts: Vec::new(), reload_interval_s: 10 }
    }
}

impl TlsSettings {
    /// How often the files are looked at.
    pub fn reload_interval(&self) -> Duration {
        Duration::from_secs(self.reload_interval_s)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.that(self.key.is_some() || self.certificate.is_none(), "tls.key", "is not set, but tls.certificate is");
        check.that(self.certificate.is_some() || self.key.is_none(), "tls.certificate", "is not set, but tls.key is");
        for (key, path) in [("tls.certificate", &self.certificate), ("tls.key", &self.key)] {
            check.that(path.as_ref().is_none_or(|p| p.is_absolute()), key, "is not an absolute path");
        }
        let plain = |host: &String| !host.is_empty() && !host.contains(['/', ' ', '@']);
        check.that(
            self.self_signed_hosts.iter().all(plain),
            "tls.self_signed_hosts",
            "has an entry that is neither a host name nor an address",
        );
        check.within("tls.reload_interval_s", self.reload_interval_s, 1, 3600);
    }
}
