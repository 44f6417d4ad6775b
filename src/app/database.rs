//! Where the data lives: the private cluster, started and stopped with us, or a Postgres that the operator runs.

use anyhow::{Context, bail};

use crate::config::{Config, DatabaseTarget};
use crate::db::cluster::Cluster;
use crate::db::migrate;

/// Who opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The server, of which there is one: it starts the private cluster.
    Serve,
    /// A verb of the command line: it uses the server's cluster while that runs, or starts it for its own time.
    Verb,
}

/// A database that answers, and the addresses of its two roles.
pub struct Database {
    cluster: Option<Cluster>,
    app_url: String,
    owner_url: Option<String>,
}

impl Database {
    /// Opens it; the private cluster is made at the first start.
    ///
    /// # Errors
    /// When the private cluster cannot be started, with what to do about it.
    pub fn open(config: &Config, purpose: Purpose) -> anyhow::Result<Self> {
        Ok(match config.database.target() {
            DatabaseTarget::External { app, owner } => {
                Self { cluster: None, app_url: app.expose().clone(), owner_url: owner.map(|url| url.expose().clone()) }
            }
            DatabaseTarget::Embedded => {
                let (settings, directory) = (&config.database.embedded, config.cluster_dir());
                let cluster = match purpose {
                    Purpose::Serve => Cluster::start(settings, &directory, config.database.connections())?,
                    Purpose::Verb => Cluster::start_or_join(settings, &directory, config.database.connections())?,
                };
                Self { app_url: cluster.app_url(), owner_url: Some(cluster.owner_url()), cluster: Some(cluster) }
            }
        })
    }

    /// Whether opening it will make a private cluster first, which takes a while. `false` too when that cannot be told:
    /// then opening it says what is wrong.
    pub fn is_to_be_made(config: &Config) -> bool {
        matches!(config.database.target(), DatabaseTarget::Embedded)
            && Cluster::inspect(&config.database.embedded, &config.cluster_dir()).is_ok_and(|found| !found.made)
    }

    /// As the role that owns nothing.
    pub fn app_url(&self) -> String {
        self.app_url.clone()
    }

    /// As the role that owns the tables.
    ///
    /// # Errors
    /// When the configuration does not say how.
    pub fn owner_url(&self) -> anyhow::Result<String> {
        self.owner_url.clone().context("this needs the owner of the database: set database.owner_url")
    }

    /// Runs the migrations that have not run yet.
    ///
    /// # Errors
    /// When one fails, or when some are due and nobody said how to connect as the owner.
    pub fn migrate(&self) -> anyhow::Result<Vec<String>> {
        let Some(owner) = &self.owner_url else {
            let pending = migrate::pending(&self.app_url).context("cannot see which migrations have run")?;
            if pending.is_empty() {
                return Ok(Vec::new());
            }
            bail!(
                "{} migrations are due: set database.owner_url, or run `watchroom migrate` as the owner first",
                pending.len()
            );
        };
        let ran = migrate::run(owner)?;
        for name in &ran {
            tracing::info!(migration = %name, "migrated");
        }
        Ok(ran)
    }

    /// Stops the private cluster, if it is one.
    pub fn stop(self) {
        if let Some(cluster) = self.cluster
            && let Err(error) = cluster.stop()
        {
            tracing::error!(%error, "the private Postgres did not stop cleanly; it recovers at the next start");
        }
    }
}
