//! The process's environment, read once and here only; everybody else gets it as a value.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What the environment says that matters to Watchroom.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Variables that begin with `WATCHROOM_`, by name.
    pub variables: BTreeMap<String, String>,
    /// systemd's folder of credentials (`$CREDENTIALS_DIRECTORY`).
    pub credentials: Option<PathBuf>,
    /// Standard error is connected to the journal (`$JOURNAL_STREAM`).
    pub journal: bool,
}

impl Environment {
    /// The environment of this process.
    pub fn of_this_process() -> Self {
        let mut environment = Self::default();
        for (name, value) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("WATCHROOM_") {
                environment.variables.insert(name.into_owned(), value.to_string_lossy().into_owned());
            } else if name == "CREDENTIALS_DIRECTORY" {
                environment.credentials = Some(PathBuf::from(value));
            } else if name == "JOURNAL_STREAM" {
                environment.journal = is_standard_error(&value.to_string_lossy());
            }
        }
        environment
    }
}

/// Whether `stream`, which systemd writes as `device:inode`, is this process's standard error: the variable is
/// inherited by children whose output went elsewhere long since.
fn is_standard_error(stream: &str) -> bool {
    std::fs::metadata(Path::new("/proc/self/fd/2")).is_ok_and(|meta| stream == format!("{}:{}", meta.dev(), meta.ino()))
}
