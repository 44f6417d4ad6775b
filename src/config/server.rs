//! `[server]`: addresses, workers, the limits of a request, and who may speak plain HTTP to us.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;
use crate::kernel::cidr::Cidr;

/// The `[server]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// Address and port of the HTTPS listener.
    pub listen: SocketAddr,
    /// The address that people type, without a path; used in links. Not set: made from the host's name and the port.
    pub public_url: Option<String>,
    /// Worker threads; 0 is one per processor.
    pub workers: u16,
    /// How long a stop waits for requests, and then jobs, in flight (seconds).
    pub shutdown_timeout_s: u64,
    /// How long a client may take to send a request's head, and to finish the TLS handshake (seconds).
    pub client_timeout_s: u64,
    /// How long an idle connection is kept (seconds).
    pub keep_alive_s: u64,
    /// Open connections per worker, beyond which new ones wait.
    pub max_connections: u32,
    /// Open connections from one address, beyond which new ones are refused; trusted proxies are not counted.
    pub connections_per_address: u32,
    /// Largest head of a request: its line and its headers (KiB).
    pub head_kib: u32,
    /// Slowest that a body may come in over any ten seconds (bytes per second); 0 lets it take its time.
    pub body_bytes_per_s: u32,
    /// How long a client may leave an answer unread (seconds).
    pub stall_timeout_s: u64,
    /// Largest form or JSON body (KiB). Uploads have their own limits.
    pub body_kib: u32,
    /// Plain HTTP for a reverse proxy that ends TLS.
    pub behind_proxy: BehindProxySettings,
    /// A second listener that only sends plain HTTP to HTTPS.
    pub redirect: RedirectSettings,
}

/// The `[server.behind_proxy]` section.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BehindProxySettings {
    /// Speak plain HTTP on `server.listen`, to the trusted proxies alone.
    pub enabled: bool,
    /// Networks whose connections are accepted and whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Cidr>,
}

/// The `[server.redirect]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RedirectSettings {
    /// Open the listener.
    pub enabled: bool,
    /// Address and port of the listener.
    pub listen: SocketAddr,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            // Every IPv4 interface: an appliance that only its own host can reach is of no use, and hardened hosts
            // often have IPv6 switched off, where `[::]` would not bind at all.
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8443),
            public_url: None,
            workers: 0,
            shutdown_timeout_s: 30,
            client_timeout_s: 10,
            keep_alive_s: 75,
            max_connections: 2048,
            connections_per_address: 1024,
            head_kib: 32,
            body_bytes_per_s: 1024,
            stall_timeout_s: 30,
            body_kib: 256,
            behind_proxy: BehindProxySettings::default(),
            redirect: RedirectSettings::default(),
        }
    }
}

impl Default for RedirectSettings {
    fn default() -> Self {
        Self { enabled: false, listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8080) }
    }
}

impl ServerSettings {
    /// Worker threads, with 0 resolved.
    pub fn worker_threads(&self) -> usize {
        usize::from(if self.workers == 0 { super::cores() } else { self.workers })
    }

    /// How long a stop waits.
    pub fn shutdown_timeout(&self) -> Duration {
        Duration::from_secs(self.shutdown_timeout_s)
    }

    /// How long a client may take over a request's head.
    pub fn client_timeout(&self) -> Duration {
        Duration::from_secs(self.client_timeout_s)
    }

    /// How long an idle connection is kept.
    pub fn keep_alive(&self) -> Duration {
        Duration::from_secs(self.keep_alive_s)
    }

    /// How long a client may leave an answer unread.
    pub fn stall_timeout(&self) -> Duration {
        Duration::from_secs(self.stall_timeout_s)
    }

    /// Largest head of a request in bytes.
    pub fn head_bytes(&self) -> usize {
        usize::try_from(u64::from(self.head_kib) * 1024).unwrap_or(usize::MAX)
    }

    /// Largest form or JSON body in bytes.
    pub fn body_bytes(&self) -> usize {
        usize::try_from(u64::from(self.body_kib) * 1024).unwrap_or(usize::MAX)
    }

    /// Whether a connection from `peer` may speak plain HTTP and be believed about the address it speaks for.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.behind_proxy.enabled && self.behind_proxy.trusted_proxies.iter().any(|network| network.contains(peer))
    }

    /// `public_url`, or one made from `host` and the port, without a slash at the end.
    pub fn public_url(&self, host: &str) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if self.listen.port() == 443 => format!("https://{host}"),
            None => format!("https://{host}:{}", self.listen.port()),
        }
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        if let Some(url) = &self.public_url {
            let host = url.strip_prefix("https://").map(|rest| rest.trim_end_matches('/'));
            let good = host.is_some_and(|h| !h.is_empty() && !h.contains(['/', '?', '#', '@', ' ']));
            check.that(good, "server.public_url", "is not https://, a host name, and perhaps a port");
        }
        check.within("server.workers", self.workers, 0, 1024);
        check.within("server.shutdown_timeout_s", self.shutdown_timeout_s, 0, 3600);
        check.within("server.client_timeout_s", self.client_timeout_s, 1, 300);
        check.within("server.keep_alive_s", self.keep_alive_s, 0, 3600);
        check.within("server.max_connections", self.max_connections, 16, 100_000);
        check.within("server.connections_per_address", self.connections_per_address, 4, 100_000);
        check.within("server.head_kib", self.head_kib, 8, 120);
        check.within("server.body_bytes_per_s", self.body_bytes_per_s, 0, 1_048_576);
        check.within("server.stall_timeout_s", self.stall_timeout_s, 5, 600);
        check.within("server.body_kib", self.body_kib, 16, 16_384);
        check.that(
            !self.behind_proxy.enabled || !self.behind_proxy.trusted_proxies.is_empty(),
            "server.behind_proxy.trusted_proxies",
            "is empty, so nobody could connect: name the proxy's address, or switch server.behind_proxy.enabled off",
        );
        check.that(
            !self.redirect.enabled || self.redirect.listen != self.listen,
            "server.redirect.listen",
            "is the address of server.listen; the redirect needs its own",
        );
        check.that(
            !(self.redirect.enabled && self.behind_proxy.enabled),
            "server.redirect.enabled",
            "makes no sense behind a reverse proxy: let the proxy redirect",
        );
    }
}
