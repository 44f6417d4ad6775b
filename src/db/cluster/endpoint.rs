//! Where a private cluster listens, and the URLs that lead there.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::layout;

/// The role that owns the schema and migrates.
pub const OWNER_ROLE: &str = "watchroom_owner";

/// The role that the program works as: it owns nothing and is always under row-level security.
pub const APP_ROLE: &str = "watchroom_app";

/// The database.
pub(super) const DATABASE: &str = "watchroom";

/// The superuser: for the cluster's own upkeep and backups, never for a request.
pub(super) const SUPERUSER: &str = "postgres";

/// The socket of a private cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    socket_dir: PathBuf,
}

impl Endpoint {
    /// Where the cluster of `dir` listens when it runs.
    pub fn of(dir: &Path) -> Self {
        Self::at(layout::socket_dir(dir))
    }

    pub(super) fn at(socket_dir: PathBuf) -> Self {
        Self { socket_dir }
    }

    /// The folder of the socket.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// Connection URL of `role` to `database`.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgresql://{}@{}/{}", escaped(role.as_bytes()), self.host(), escaped(database.as_bytes()))
    }

    /// Connection URL of the application role.
    pub fn app_url(&self) -> String {
        self.url(APP_ROLE, DATABASE)
    }

    /// Connection URL of the owner role.
    pub fn owner_url(&self) -> String {
        self.url(OWNER_ROLE, DATABASE)
    }

    /// Connection URL of the superuser: for backups, the cluster's own upkeep, and tests that tamper.
    pub fn superuser_url(&self) -> String {
        self.url(SUPERUSER, DATABASE)
    }

    fn host(&self) -> String {
        escaped(self.socket_dir.as_os_str().as_bytes())
    }
}

/// Percent-encodes everything that has a meaning in a URL.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(byte) {
            text.push(char::from(*byte));
        } else if write!(text, "%{byte:02X}").is_err() {
            // Writing to a String does not fail.
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_folder_with_odd_letters_stays_one_host() {
        let endpoint = Endpoint::at(PathBuf::from("/tmp/a b@c?d"));
        assert_eq!(endpoint.app_url(), "postgresql://watchroom_app@%2Ftmp%2Fa%20b%40c%3Fd/watchroom");
    }
}
