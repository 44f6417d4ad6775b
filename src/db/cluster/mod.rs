//! The private Postgres: made, started, watched and stopped by Watchroom itself, from the installed binaries.
//!
//! It listens on a Unix socket in a folder that only its own account (and root) may enter, and on nothing else; roles
//! are matched to system accounts by the kernel (`peer`), so there is no password to lose. Owns the folder
//! `<state.dir>/postgres`. Does not own the schema: see `db::migrate`.
//!
//! ```text
//! lock               held by the process that runs the cluster
//! data/              Postgres's own; made by initdb in data.new and renamed, so it is whole or absent
//! run/               the socket
//! watchroom.conf     written at every start, as are hba.conf and ident.conf
//! local.conf         the operator's own settings, if there; read last
//! ```

mod account;
mod binaries;
mod endpoint;
mod error;
mod layout;
mod leftovers;
mod postmaster;
mod roles;
mod settings;
mod supervisor;

#[cfg(test)]
mod tests;

use std::fs::{File, TryLockError};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

pub use binaries::installed;
pub use endpoint::{APP_ROLE, Endpoint, OWNER_ROLE};
pub use error::ClusterError;

use crate::config::EmbeddedSettings;
use account::Account;
use binaries::Binaries;
use layout::Layout;
use settings::Tuning;
use supervisor::Supervisor;

/// A private cluster, running or joined. Dropping one that this process started stops it.
#[derive(Debug)]
pub struct Cluster {
    endpoint: Endpoint,
    started: Option<Started>,
}

/// What there is of a private cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Major version of the server that is or would be used.
    pub version: u32,
    /// The system account that it runs as.
    pub account: String,
    /// Its data have been made.
    pub made: bool,
    /// A Watchroom runs it now.
    pub running: bool,
    /// Where it listens when it runs.
    pub endpoint: Endpoint,
}

#[derive(Debug)]
struct Started {
    supervisor: Supervisor,
    stop_timeout: Duration,
    /// Released after the supervisor is gone.
    _lock: Lock,
}

impl Cluster {
    /// Starts the cluster in `dir`, which it makes at the first start, and waits until it answers.
    ///
    /// `connections` is what Watchroom itself will open at most. What an earlier run left behind is stopped first, and
    /// a crash is recovered from. From then on a Postgres that stops by itself is started again.
    ///
    /// # Errors
    /// [`ClusterError`], each of which says what to do; [`ClusterError::AlreadyRunning`] when another Watchroom has it.
    pub fn start(settings: &EmbeddedSettings, dir: &Path, connections: u16) -> Result<Self, ClusterError> {
        let account = Account::of_service(&settings.user)?;
        let layout = Layout::prepare(dir, &account)?;
        let tuning = Tuning::lasting(settings, connections);
        Self::launch(settings, layout, account, &tuning)
    }

    /// As [`Cluster::start`]; when another Watchroom runs the cluster already, uses that one.
    ///
    /// # Errors
    /// As [`Cluster::start`], without [`ClusterError::AlreadyRunning`].
    pub fn start_or_join(settings: &EmbeddedSettings, dir: &Path, connections: u16) -> Result<Self, ClusterError> {
        match Self::start(settings, dir, connections) {
            Err(ClusterError::AlreadyRunning(_)) => Ok(Self { endpoint: Endpoint::of(dir), started: None }),
            other => other,
        }
    }

    /// Starts a cluster for tests in `dir`, which should be new: fast, not durable, and any role may connect from any
    /// account that may enter `dir`.
    ///
    /// # Errors
    /// [`ClusterError`].
    pub fn start_throwaway(dir: &Path) -> Result<Self, ClusterError> {
        let account = Account::of_tests()?;
        if dir.exists() {
            // A test's temporary folder is its own alone; its account for Postgres has to pass.
            account.may_enter(dir)?;
        }
        let layout = Layout::prepare(dir, &account)?;
        let settings = EmbeddedSettings { user: account.name.clone(), ..EmbeddedSettings::default() };
        Self::launch(&settings, layout, account, &Tuning::throwaway())
    }

    /// Looks at what [`Cluster::start`] would find in `dir`, and changes nothing.
    ///
    /// # Errors
    /// [`ClusterError`] for what would keep it from starting, other than that it is running.
    pub fn inspect(settings: &EmbeddedSettings, dir: &Path) -> Result<Found, ClusterError> {
        let account = Account::of_service(&settings.user)?;
        let layout = Layout::of(dir);
        let binaries = Binaries::find(settings.bin_dir.as_deref(), layout.data_major()?, &layout.data)?;
        let made = layout.data.exists();
        if made {
            account.check_reach(&layout.dir)?;
            layout.check_owner(&layout.data, &account)?;
        }
        // Not by the lock: taking it, be it for a moment, could keep a server from starting.
        let running = postmaster::PidFile::read(&layout.data)
            .is_some_and(|file| file.ready && leftovers::using(&layout.data).contains(&file.pid));
        let endpoint = Endpoint::at(layout.socket_dir);
        Ok(Found { version: binaries.major, account: account.name, made, running, endpoint })
    }

    fn launch(
        settings: &EmbeddedSettings,
        layout: Layout,
        account: Account,
        tuning: &Tuning,
    ) -> Result<Self, ClusterError> {
        let lock = Lock::take(&layout)?;
        let binaries = Binaries::find(settings.bin_dir.as_deref(), layout.data_major()?, &layout.data)?;
        leftovers::clear(&layout.data, settings.stop_timeout())?;
        if !layout.data.exists() {
            initialise(&layout, &account, &binaries, tuning)?;
        }
        layout.check_owner(&layout.data, &account)?;
        settings::write(&layout, &account, &binaries, tuning)?;

        let command = settings::command_line(&layout, &binaries);
        let supervisor = Supervisor::start(account, layout.data.clone(), command, settings.start_timeout())?;
        let endpoint = Endpoint::at(layout.socket_dir);
        let stop_timeout = if tuning.durable { settings.stop_timeout() } else { Duration::ZERO };
        // From here on an early return drops `cluster`, which stops the server.
        let cluster = Self { endpoint, started: Some(Started { supervisor, stop_timeout, _lock: lock }) };
        roles::prepare(&cluster.endpoint)?;
        Ok(cluster)
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Connection URL of the application role. Holds no secret.
    pub fn app_url(&self) -> String {
        self.endpoint.app_url()
    }

    /// Connection URL of the owner role, which migrates. Holds no secret.
    pub fn owner_url(&self) -> String {
        self.endpoint.owner_url()
    }

    /// Process id of the running postmaster; `None` while it is being restarted, or when another process runs it.
    pub fn pid(&self) -> Option<u32> {
        self.started.as_ref().and_then(|started| started.supervisor.pid())
    }

    /// Stops the cluster: open transactions are rolled back, everything is written. A joined cluster goes on.
    ///
    /// # Errors
    /// [`ClusterError::SlowStop`] when it had to be made to stop; nothing is lost, the next start recovers.
    pub fn stop(mut self) -> Result<(), ClusterError> {
        match self.started.take() {
            Some(started) => started.supervisor.stop(started.stop_timeout),
            None => Ok(()),
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(started) = self.started.take()
            && let Err(error) = started.supervisor.stop(started.stop_timeout)
            && started.stop_timeout > Duration::ZERO
        {
            tracing::warn!(%error, "the private database did not stop cleanly");
        }
    }
}

/// One process runs a cluster. The lock is the kernel's, so it is gone with the process, however that ends.
#[derive(Debug)]
struct Lock(File);

impl Lock {
    fn take(layout: &Layout) -> Result<Self, ClusterError> {
        let failed = |source| ClusterError::Folder { path: layout.lock.clone(), source };
        let file = File::options().create(true).truncate(false).write(true).open(&layout.lock).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(ClusterError::AlreadyRunning(layout.dir.clone())),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone would not do: a process that another thread is just forking shares the lock until it executes.
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "the private database's lock ends with the process");
        }
    }
}

/// Makes the data folder, whole or not at all.
fn initialise(layout: &Layout, account: &Account, binaries: &Binaries, tuning: &Tuning) -> Result<(), ClusterError> {
    tracing::info!(version = binaries.major, path = %layout.data.display(), "making the private database");
    let fresh = layout.fresh_data(account)?;
    let mut initdb = Command::new(binaries.program("initdb"));
    account.apply(&mut initdb);
    initdb.arg("-D").arg(&fresh).args(["--username=postgres", "--encoding=UTF8", "--data-checksums"]);
    // The server is given an hba.conf of ours; these hold if somebody starts the data folder by hand.
    initdb.args(["--auth-local=peer", "--auth-host=reject", "--locale=C.UTF-8"]);
    if binaries.major >= 17 {
        // Sorts and compares the same on every host and never needs a REINDEX after an upgrade of the C library.
        initdb.arg("--locale-provider=builtin");
    }
    if !tuning.durable {
        initdb.arg("--no-sync");
    }
    let output =
        initdb.output().map_err(|source| ClusterError::Program { path: binaries.program("initdb"), source })?;
    if !output.status.success() {
        return Err(ClusterError::Initialise(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    std::fs::rename(&fresh, &layout.data).map_err(|source| ClusterError::Folder { path: layout.data.clone(), source })
}
