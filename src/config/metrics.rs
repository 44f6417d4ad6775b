//! `[metrics]`: figures for Prometheus, on an address of their own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[metrics]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsSettings {
    /// Open the listener.
    pub enabled: bool,
    /// Address and port of `/metrics`: plain HTTP without sign-in, so keep it local.
    pub listen: SocketAddr,
}

impl Default for MetricsSettings {
    fn default() -> Self {
        Self { enabled: true, listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464) }
    }
}

impl MetricsSettings {
    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.that(
            !self.enabled || !self.listen.ip().is_unspecified(),
            "metrics.listen",
            "is every interface; /metrics has no sign-in: name one address, such as 127.0.0.1:9464",
        );
    }
}
