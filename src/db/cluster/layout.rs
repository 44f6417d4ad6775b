//! The folders of the private cluster: made with the right owner and mode, or refused.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::ClusterError;
use super::account::Account;
use super::binaries;

/// The longest path of a socket that the kernel takes (bytes).
const SOCKET_PATH_MAX: usize = 107;

/// What Postgres calls its socket, with the slash before it.
const SOCKET_NAME: &str = "/.s.PGSQL.5432";

/// Where everything lies.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) dir: PathBuf,
    pub(super) lock: PathBuf,
    pub(super) data: PathBuf,
    pub(super) socket_dir: PathBuf,
    pub(super) conf: PathBuf,
    pub(super) hba: PathBuf,
    pub(super) ident: PathBuf,
}

/// The socket's folder for the cluster in `dir`: inside it, or a short one when that path would be too long.
pub(super) fn socket_dir(dir: &Path) -> PathBuf {
    // By whatever name somebody comes to it, it is one folder.
    let dir = fs::canonicalize(dir).unwrap_or_else(|_absent| dir.to_owned());
    let inside = dir.join("run");
    if inside.as_os_str().len() + SOCKET_NAME.len() <= SOCKET_PATH_MAX {
        return inside;
    }
    let digest = Sha256::digest(dir.as_os_str().as_bytes());
    let name = data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or_default());
    PathBuf::from(format!("/tmp/watchroom-{name}"))
}

impl Layout {
    /// Where everything of the cluster in `dir` lies, there or not.
    pub(super) fn of(dir: &Path) -> Self {
        Self {
            lock: dir.join("lock"),
            data: dir.join("data"),
            conf: dir.join("watchroom.conf"),
            hba: dir.join("hba.conf"),
            ident: dir.join("ident.conf"),
            socket_dir: socket_dir(dir),
            dir: dir.to_owned(),
        }
    }

    /// Makes what is missing in `dir` and checks what is there.
    pub(super) fn prepare(dir: &Path, account: &Account) -> Result<Self, ClusterError> {
        let failed = |source| ClusterError::Folder { path: dir.to_owned(), source };
        if !dir.exists() {
            // Others may pass, for Postgres's account has to; there is nothing to read on the way.
            DirBuilder::new().recursive(true).mode(0o711).create(dir).map_err(failed)?;
            account.may_enter(dir)?;
        }
        let dir = fs::canonicalize(dir).map_err(failed)?;
        account.check_reach(&dir)?;
        let layout = Self::of(&dir);
        layout.own_folder(&layout.socket_dir, account)?;
        Ok(layout)
    }

    /// The major version that made the data; `None` when there is none yet.
    pub(super) fn data_major(&self) -> Result<Option<u32>, ClusterError> {
        if !self.data.exists() {
            return Ok(None);
        }
        let path = self.data.join("PG_VERSION");
        let text = match fs::read_to_string(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => return Err(ClusterError::Folder { path, source }),
            text => text.unwrap_or_default(),
        };
        match binaries::version(&text) {
            Some(major) => Ok(Some(major)),
            None => Err(ClusterError::NotData { path: self.data.clone() }),
        }
    }

    /// An empty folder for initdb. What an interrupted one left is removed: it has never held a row of ours.
    pub(super) fn fresh_data(&self, account: &Account) -> Result<PathBuf, ClusterError> {
        let path = self.dir.join("data.new");
        match fs::remove_dir_all(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => return Err(ClusterError::Folder { path, source }),
            _ => {}
        }
        self.own_folder(&path, account)?;
        Ok(path)
    }

    /// Checks that `path` belongs to `account`.
    pub(super) fn check_owner(&self, path: &Path, account: &Account) -> Result<(), ClusterError> {
        let meta =
            fs::symlink_metadata(path).map_err(|source| ClusterError::Folder { path: path.to_owned(), source })?;
        if meta.uid() == account.uid() {
            return Ok(());
        }
        Err(ClusterError::WrongOwner { path: path.to_owned(), owner: meta.uid(), user: account.name.clone() })
    }

    /// Makes a folder that `account` alone may enter; one that is there already must be such.
    fn own_folder(&self, path: &Path, account: &Account) -> Result<(), ClusterError> {
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => account.give(path)?,
            Err(source) if source.kind() == ErrorKind::AlreadyExists => {}
            Err(source) => return Err(ClusterError::Folder { path: path.to_owned(), source }),
        }
        self.check_owner(path, account)?;
        let meta =
            fs::symlink_metadata(path).map_err(|source| ClusterError::Folder { path: path.to_owned(), source })?;
        if !meta.is_dir() || meta.mode() & 0o077 != 0 {
            return Err(ClusterError::OpenToOthers { path: path.to_owned() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_gets_a_short_socket() {
        let short = Path::new("/var/lib/watchroom/postgres");
        assert_eq!(socket_dir(short), short.join("run"));
        for extra in 0..60 {
            let dir = PathBuf::from(format!("/srv/{}", "x".repeat(60 + extra)));
            assert!(socket_dir(&dir).as_os_str().len() + SOCKET_NAME.len() <= SOCKET_PATH_MAX);
        }
        let (a, b) = (PathBuf::from(format!("/{}", "a".repeat(200))), PathBuf::from(format!("/{}", "b".repeat(200))));
        assert_ne!(socket_dir(&a), socket_dir(&b));
    }
}
