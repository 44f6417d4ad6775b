//! `[database]`: a Postgres of the operator's, or the private cluster.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;
use super::secrets::hidden;
use crate::kernel::secret::Secret;

/// The `[database]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseSettings {
    /// Connection URL of the application role. Not set: the private cluster.
    #[serde(serialize_with = "hidden")]
    pub url: Option<Secret<String>>,
    /// File that holds `url`.
    pub url_file: Option<PathBuf>,
    /// Connection URL of the owner role, which migrates. Only with `url`.
    #[serde(serialize_with = "hidden")]
    pub owner_url: Option<Secret<String>>,
    /// File that holds `owner_url`.
    pub owner_url_file: Option<PathBuf>,
    /// Connections of the application role; 0 is two per processor and two more.
    pub pool_size: u16,
    /// How long a request waits for a connection (milliseconds).
    pub connect_timeout_ms: u64,
    /// How long one statement of a request may run (milliseconds).
    pub statement_timeout_ms: u64,
    /// The private cluster.
    pub embedded: EmbeddedSettings,
}

/// The `[database.embedded]` section: the private cluster, used when `database.url` is not set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EmbeddedSettings {
    /// System user that Postgres runs as when Watchroom is started as root.
    pub user: String,
    /// Folder with `initdb` and `postgres`. Not set: Debian's newest from version 15, or the data's own version.
    pub bin_dir: Option<PathBuf>,
    /// Postgres's shared buffers (MiB); 0 is a quarter of the memory, from 128 to 4096.
    pub shared_buffers_mib: u32,
    /// How long a start may take, recovery after a crash included (seconds).
    pub start_timeout_s: u64,
    /// How long a clean stop may take before the cluster is made to stop (seconds).
    pub stop_timeout_s: u64,
}

/// Where the data lives.
#[derive(Debug, Clone)]
pub enum DatabaseTarget {
    /// The private cluster.
    Embedded,
    /// A Postgres that the operator runs.
    External {
        /// URL of the application role, which owns nothing.
        app: Secret<String>,
        /// URL of the owner role. Without it `serve` does not migrate, and refuses to start if it would have to.
        owner: Option<Secret<String>>,
    },
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            url: None,
            url_file: None,
            owner_url: None,
            owner_url_file: None,
            pool_size: 0,
            connect_timeout_ms: 3_000,
            statement_timeout_ms: 15_000,
            embedded: EmbeddedSettings::default(),
        }
    }
}

impl Default for EmbeddedSettings {
    fn default() -> Self {
        Self {
            user: "watchroom-db".to_owned(),
            bin_dir: None,
            shared_buffers_mib: 0,
            start_timeout_s: 120,
            stop_timeout_s: 30,
        }
    }
}

impl EmbeddedSettings {
    /// How long a start may take.
    pub fn start_timeout(&self) -> Duration {
        Duration::from_secs(self.start_timeout_s)
    }

    /// How long a clean stop may take.
    pub fn stop_timeout(&self) -> Duration {
        Duration::from_secs(self.stop_timeout_s)
    }
}

impl DatabaseSettings {
    /// Where the data lives, by what is set.
    pub fn target(&self) -> DatabaseTarget {
        match &self.url {
            Some(app) => DatabaseTarget::External { app: app.clone(), owner: self.owner_url.clone() },
            None => DatabaseTarget::Embedded,
        }
    }

    /// Connections of the application role, with 0 resolved: more than about two per processor only queue in Postgres.
    pub fn connections(&self) -> u16 {
        if self.pool_size == 0 { super::cores().saturating_mul(2).saturating_add(2).min(200) } else { self.pool_size }
    }

    /// How long a request waits for a connection.
    pub fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    /// How long one statement may run.
    pub fn statement_timeout(&self) -> Duration {
        Duration::from_millis(self.statement_timeout_ms)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        for (key, url) in [("database.url", &self.url), ("database.owner_url", &self.owner_url)] {
            let good = |url: &Secret<String>| {
                url.expose().starts_with("postgres://") || url.expose().starts_with("postgresql://")
            };
            check.that(url.as_ref().is_none_or(good), key, "does not begin with postgres:// or postgresql://");
        }
        check.that(
            self.owner_url.is_none() || self.url.is_some(),
            "database.owner_url",
            "is set without database.url: the private cluster needs neither",
        );
        check.that(
            self.url.is_none() || self.url.as_ref().map(Secret::expose) != self.owner_url.as_ref().map(Secret::expose),
            "database.owner_url",
            "is the same as database.url: the application must not connect as the owner, who could switch its \
             row-level security off",
        );
        check.within("database.pool_size", self.pool_size, 0, 200);
        check.within("database.connect_timeout_ms", self.connect_timeout_ms, 100, 60_000);
        check.within("database.statement_timeout_ms", self.statement_timeout_ms, 100, 3_600_000);
        check.that(
            !self.embedded.user.is_empty() && self.embedded.user != "root",
            "database.embedded.user",
            "must be a low-privilege system user: Postgres refuses to run as root",
        );
        check.that(
            self.embedded.bin_dir.as_ref().is_none_or(|dir| dir.is_absolute()),
            "database.embedded.bin_dir",
            "is not an absolute path",
        );
        let buffers = self.embedded.shared_buffers_mib;
        check.that(
            buffers == 0 || (16..=1_048_576).contains(&buffers),
            "database.embedded.shared_buffers_mib",
            &format!("is {buffers}; it must be 0, or lie between 16 and 1048576"),
        );
        check.within("database.embedded.start_timeout_s", self.embedded.start_timeout_s, 5, 86_400);
        check.within("database.embedded.stop_timeout_s", self.embedded.stop_timeout_s, 1, 3_600);
    }
}
