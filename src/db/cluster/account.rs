//! The system account that Postgres runs as: our own, or a low-privilege one when we are root.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{User, chown, geteuid};

use super::ClusterError;

/// Who Postgres runs as.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) name: String,
    uid: nix::unistd::Uid,
    gid: nix::unistd::Gid,
    /// We are root and become this account; otherwise it is our own.
    switch: bool,
}

impl Account {
    /// Our own account, or `user` when we are root.
    pub(super) fn of_service(user: &str) -> Result<Self, ClusterError> {
        let own = geteuid();
        let found = if own.is_root() { User::from_name(user) } else { User::from_uid(own) };
        match found.map_err(ClusterError::Accounts)? {
            Some(found) if !found.uid.is_root() => {
                Ok(Self { name: found.name, uid: found.uid, gid: found.gid, switch: own.is_root() })
            }
            _ if own.is_root() => Err(ClusterError::NoAccount(user.to_owned())),
            _ => Err(ClusterError::Nameless(own.as_raw())),
        }
    }

    /// As [`Account::of_service`], content with Debian's own account for Postgres when ours has not been made.
    pub(super) fn of_tests() -> Result<Self, ClusterError> {
        Self::of_service("watchroom-db").or_else(|error| match error {
            ClusterError::NoAccount(_) => Self::of_service("postgres"),
            other => Err(other),
        })
    }

    /// The account's number.
    pub(super) fn uid(&self) -> u32 {
        self.uid.as_raw()
    }

    /// Names of the accounts that may connect: root, under which the verbs of the command line are run, and this one,
    /// which could read the data's files anyway.
    pub(super) fn may_connect(&self) -> [&str; 2] {
        ["root", self.name.as_str()]
    }

    /// Makes `command` run as this account, with a clean environment and no folder of ours to stand in.
    pub(super) fn apply(&self, command: &mut Command) {
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8").current_dir("/");
        if self.switch {
            // Dropping to another user also drops root's supplementary groups.
            command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
        }
    }

    /// Gives `path` to this account.
    pub(super) fn give(&self, path: &Path) -> Result<(), ClusterError> {
        if !self.switch {
            return Ok(());
        }
        chown(path, Some(self.uid), Some(self.gid))
            .map_err(|errno| ClusterError::Folder { path: path.to_owned(), source: errno.into() })
    }

    /// Lets this account pass through `dir`, which is ours, without reading it.
    pub(super) fn may_enter(&self, dir: &Path) -> Result<(), ClusterError> {
        if !self.switch {
            return Ok(());
        }
        let failed = |source| ClusterError::Folder { path: dir.to_owned(), source };
        let mode = fs::metadata(dir).map_err(failed)?.mode();
        fs::set_permissions(dir, fs::Permissions::from_mode(mode | 0o011)).map_err(failed)
    }

    /// Checks that this account may pass through `dir` and every folder above it.
    pub(super) fn check_reach(&self, dir: &Path) -> Result<(), ClusterError> {
        for path in dir.ancestors() {
            let meta = fs::metadata(path).map_err(|source| ClusterError::Folder { path: path.to_owned(), source })?;
            let bit = if meta.uid() == self.uid.as_raw() {
                0o100
            } else if meta.gid() == self.gid.as_raw() {
                0o010
            } else {
                0o001
            };
            if meta.mode() & bit == 0 {
                return Err(ClusterError::Unreachable { user: self.name.clone(), path: path.to_owned() });
            }
        }
        Ok(())
    }
}
