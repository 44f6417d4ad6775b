//! What the operator decides: built-in defaults, then a TOML file, then `WATCHROOM_SECTION__KEY` variables.
//!
//! Owns the sections, their checks, and the only reading of the environment. Each section is handed down to the
//! part that needs it; nothing below `app` sees the whole. Every key is described in the repository's `config.toml`,
//! which is part of the program: its words are what an error message offers.

mod access;
mod audit;
mod cpd;
mod database;
mod environment;
mod imports;
mod jobs;
mod layers;
mod log;
mod mail;
mod metrics;
mod oversight;
mod plugins;
mod problem;
mod rate_limits;
mod reference;
mod secrets;
mod server;
mod show;
mod sign_in;
mod sso;
mod state;
mod tls;
mod tokens;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use access::AccessSettings;
pub use audit::AuditSettings;
pub use cpd::CpdSettings;
pub use database::{DatabaseSettings, DatabaseTarget, EmbeddedSettings};
pub use environment::Environment;
pub use imports::ImportSettings;
pub use jobs::JobSettings;
pub use log::{LogFormat, LogSettings};
pub use mail::{MailSettings, MailTls};
pub use metrics::MetricsSettings;
pub use oversight::OversightSettings;
pub use plugins::PluginSettings;
pub use problem::{ConfigError, Origin, Problem};
pub use rate_limits::RateLimitSettings;
pub use server::{BehindProxySettings, RedirectSettings, ServerSettings};
pub use show::{Entry, Loaded};
pub use sign_in::{Argon2Settings, SessionSettings, SignInSettings, ThrottleSettings};
pub use sso::SsoSettings;
pub use state::StateSettings;
pub use tls::TlsSettings;
pub use tokens::TokenSettings;

/// Where the file is looked for when nobody names one.
pub const DEFAULT_PATH: &str = "/etc/watchroom/config.toml";

/// Everything that the operator decides, checked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Addresses, workers, limits of a request.
    pub server: ServerSettings,
    /// Certificate and protocol versions.
    pub tls: TlsSettings,
    /// The private cluster or another Postgres.
    pub database: DatabaseSettings,
    /// The folder in which everything lives that is not in the database.
    pub state: StateSettings,
    /// Password hashing, sessions, throttling.
    pub sign_in: SignInSettings,
    /// Who decides what others may do.
    pub access: AccessSettings,
    /// How many requests an address, an account and a token may make.
    pub rate_limits: RateLimitSettings,
    /// Speaking with OpenID providers.
    pub sso: SsoSettings,
    /// What one run of a plugin may use.
    pub plugins: PluginSettings,
    /// Tokens for the API.
    pub tokens: TokenSettings,
    /// What the security overview looks for.
    pub oversight: OversightSettings,
    /// Files that become duties or people.
    pub imports: ImportSettings,
    /// Evidence of people's development.
    pub cpd: CpdSettings,
    /// Background work.
    pub jobs: JobSettings,
    /// The mail server that notices go through.
    pub mail: MailSettings,
    /// The audit trail's sequencer and checkpoints.
    pub audit: AuditSettings,
    /// What the program says while it runs.
    pub log: LogSettings,
    /// Figures for Prometheus.
    pub metrics: MetricsSettings,
}

impl Config {
    /// Reads, merges and checks the configuration of this process.
    ///
    /// `path` is the file that the operator named; it must exist. Without one, [`DEFAULT_PATH`] is read if it is there.
    ///
    /// # Errors
    /// [`ConfigError`] lists every unknown key and bad value with the place it came from and what is allowed.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        Ok(Loaded::read(path, &Environment::of_this_process())?.config)
    }

    /// The private cluster's folder.
    pub fn cluster_dir(&self) -> PathBuf {
        self.state.dir.join("postgres")
    }

    /// The folder of the self-signed certificate.
    pub fn tls_dir(&self) -> PathBuf {
        self.state.dir.join("tls")
    }

    /// Checks what the types cannot, section by section, then what spans two of them.
    fn validate(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut check = problem::Checks::new(&mut problems);
        self.server.validate(&mut check);
        self.tls.validate(&mut check);
        self.database.validate(&mut check);
        self.state.validate(&mut check);
        self.sign_in.validate(&mut check);
        self.access.validate(&mut check);
        self.rate_limits.validate(&mut check);
        self.sso.validate(&mut check);
        self.plugins.validate(&mut check);
        self.tokens.validate(&mut check);
        self.oversight.validate(&mut check);
        self.imports.validate(&mut check);
        self.cpd.validate(&mut check);
        self.jobs.validate(&mut check);
        self.mail.validate(&mut check);
        self.audit.validate(&mut check);
        self.log.validate(&mut check);
        self.metrics.validate(&mut check);
        check.that(
            !self.metrics.enabled || self.metrics.listen != self.server.listen,
            "metrics.listen",
            "is the address of server.listen; metrics need their own, local one",
        );
        problems
    }
}

/// `0` stands for "choose for this machine" in several keys; this is the number of processors it is reckoned from.
pub(crate) fn cores() -> u16 {
    std::thread::available_parallelism().map_or(1, |n| u16::try_from(n.get()).unwrap_or(u16::MAX))
}
