//! Which of the installed Postgres servers to use.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ClusterError;

/// The oldest major version that will do.
const OLDEST: u32 = 15;

/// Where Debian puts servers, one folder per major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The programs of one server version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) dir: PathBuf,
    pub(super) major: u32,
    /// Debian's own packages, whose build options are known.
    pub(super) debian: bool,
}

/// Debian's server versions that would do, newest first, with their folders of programs.
pub fn installed() -> Vec<(u32, PathBuf)> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(major, bin)| *major >= OLDEST && bin.join("initdb").exists() && bin.join("postgres").exists())
        .collect();
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    found
}

impl Binaries {
    /// The version in `named`, if the operator named a folder; else the one that made the data; else the newest.
    pub(super) fn find(named: Option<&Path>, data_major: Option<u32>, data: &Path) -> Result<Self, ClusterError> {
        let candidates = match named {
            Some(dir) => vec![Self::in_dir(dir)?],
            None => installed().into_iter().map(|(major, dir)| Self { dir, major, debian: true }).collect(),
        };
        let Some(newest) = candidates.first() else {
            return Err(ClusterError::NotInstalled { looked: format!("{DEBIAN}/*/bin/initdb") });
        };
        let Some(data_major) = data_major else { return Ok(newest.clone()) };
        let found = candidates.iter().map(|one| one.major.to_string()).collect::<Vec<_>>().join(" and ");
        candidates.into_iter().find(|one| one.major == data_major).ok_or_else(|| ClusterError::OtherMajor {
            data: data_major,
            found,
            path: data.to_owned(),
        })
    }

    fn in_dir(dir: &Path) -> Result<Self, ClusterError> {
        let postgres = dir.join("postgres");
        if !postgres.exists() || !dir.join("initdb").exists() {
            return Err(ClusterError::NotInstalled { looked: format!("initdb and postgres in {}", dir.display()) });
        }
        let output = Command::new(&postgres)
            .arg("--version")
            .output()
            .map_err(|source| ClusterError::Program { path: postgres, source })?;
        let major = version(&String::from_utf8_lossy(&output.stdout)).unwrap_or(0);
        if major < OLDEST {
            return Err(ClusterError::TooOld { found: major, path: dir.to_owned() });
        }
        Ok(Self { dir: dir.to_owned(), major, debian: dir.starts_with(DEBIAN) })
    }

    /// The path of one program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// The major version in what `postgres --version` prints, or in a PG_VERSION file.
pub(super) fn version(text: &str) -> Option<u32> {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_postgres_prints() {
        assert_eq!(version("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)\n"), Some(15));
        assert_eq!(version("postgres (PostgreSQL) 19devel\n"), Some(19));
        assert_eq!(version("15\n"), Some(15));
        assert_eq!(version("\n"), None);
    }

    #[test]
    fn a_folder_without_a_server_is_refused() {
        let refused = Binaries::find(Some(Path::new("/usr/share")), None, Path::new("/data")).expect_err("refused");
        assert!(refused.to_string().contains("initdb and postgres in /usr/share"), "{refused}");
    }
}
