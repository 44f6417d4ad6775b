//! Why the private cluster is not there, each with what to do about it.

use std::path::PathBuf;

/// Why the private cluster did not start or stop.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No server binaries.
    #[error(
        "PostgreSQL 15 or later is not installed (looked for {looked}). On Debian: `apt install postgresql`; elsewhere \
         name the folder of initdb in database.embedded.bin_dir, or set database.url to a server of yours"
    )]
    NotInstalled {
        /// Where it was looked for.
        looked: String,
    },
    /// Server binaries that are too old.
    #[error("PostgreSQL {found} in {} is too old: Watchroom needs 15 or later", path.display())]
    TooOld {
        /// Its major version.
        found: u32,
        /// The folder.
        path: PathBuf,
    },
    /// The data was made by a major version that is not installed.
    #[error(
        "{} was made by PostgreSQL {data}, and PostgreSQL {found} cannot read it. Install that version again \
         (`apt install postgresql-{data}`), which Watchroom then uses by itself; to move to {found}, follow \"Moving the \
         private database to a new PostgreSQL\" in docs/operations.md. Nothing was changed",
        path.display()
    )]
    OtherMajor {
        /// What made the data.
        data: u32,
        /// What is installed, in words.
        found: String,
        /// The data folder.
        path: PathBuf,
    },
    /// The data folder is not one.
    #[error(
        "{} is there but is no PostgreSQL data folder (its PG_VERSION is missing or unreadable). Move it away, or \
         restore it from a backup",
        path.display()
    )]
    NotData {
        /// The folder.
        path: PathBuf,
    },
    /// The account that Postgres runs as is missing.
    #[error(
        "Watchroom was started as root, and PostgreSQL refuses to run as root; the system user {0:?} for it does not \
         exist. Create it: `useradd --system --no-create-home --shell /usr/sbin/nologin {0}` (packaging/dev-setup does \
         so), or name another one in database.embedded.user"
    )]
    NoAccount(String),
    /// Our own account has no name.
    #[error("the account with number {0} has no name in /etc/passwd, which PostgreSQL needs: give it one")]
    Nameless(u32),
    /// Accounts could not be looked up.
    #[error("the system's accounts could not be read: {0}")]
    Accounts(#[source] nix::errno::Errno),
    /// A folder that the account cannot reach.
    #[error(
        "PostgreSQL runs as {user:?}, which may not enter {}. Choose a state.dir outside of it (such as \
         /var/lib/watchroom), or `chmod o+x {}`",
        path.display(), path.display()
    )]
    Unreachable {
        /// The account.
        user: String,
        /// The closed folder.
        path: PathBuf,
    },
    /// A folder that belongs to somebody else.
    #[error(
        "{} belongs to the account with number {owner}, but PostgreSQL runs as {user:?}. If it is yours: \
         `chown -R {user}: {}`",
        path.display(), path.display()
    )]
    WrongOwner {
        /// The folder.
        path: PathBuf,
        /// Who has it.
        owner: u32,
        /// Who should.
        user: String,
    },
    /// A folder of the socket that others may enter.
    #[error("{} is open to other accounts, so the socket must not lie there: remove it", path.display())]
    OpenToOthers {
        /// The folder.
        path: PathBuf,
    },
    /// A folder or file that could not be made, read or written.
    #[error("{}: {source}", path.display())]
    Folder {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A program that could not be run.
    #[error("{} could not be run: {source}", path.display())]
    Program {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// initdb failed.
    #[error("initdb failed and left nothing behind: {0}")]
    Initialise(String),
    /// Another Watchroom runs this cluster.
    #[error("another Watchroom is running on {}: stop it first (`systemctl stop watchroom`)", .0.display())]
    AlreadyRunning(PathBuf),
    /// Processes of an earlier run that do not end.
    #[error("processes of an earlier run still use {} and do not end: {pids}", path.display())]
    Leftover {
        /// The data folder.
        path: PathBuf,
        /// Their ids.
        pids: String,
    },
    /// The server ended before it answered.
    #[error("PostgreSQL stopped while starting. Its last words:\n{0}")]
    Died(String),
    /// The server did not answer in time.
    #[error(
        "PostgreSQL did not answer within database.embedded.start_timeout_s. After a crash it may need longer to \
         recover: raise the limit. Its last words:\n{0}"
    )]
    SlowStart(String),
    /// The server had to be made to stop.
    #[error("PostgreSQL did not stop within database.embedded.stop_timeout_s and was made to; the next start recovers")]
    SlowStop,
    /// The server answers, but roles or database could not be made.
    #[error("the private database could not be prepared: {0}")]
    Prepare(#[source] Box<dyn std::error::Error + Send + Sync>),
}
