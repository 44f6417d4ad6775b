//! The note that `watchroom audit verify` leaves behind, so that the running program can say when the log was verified last
//! and what came of it. It proves nothing: whoever can write it can write the log as well.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Report;

/// The file in the state directory.
const FILE: &str = "audit-verified.json";

/// Bytes of it at most that are read.
const LONGEST: u64 = 16 * 1024;

/// What came of the last verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// When it ended.
    pub at: Timestamp,
    /// The account of the operating system that ran it.
    pub by: String,
    /// Entries that were read.
    pub entries: u64,
    /// How much was wrong.
    pub findings: u64,
    /// Where the log and what was signed part: the index of the first finding that has one.
    pub parts_at: Option<u64>,
}

impl Verified {
    /// Of a report.
    pub fn of(report: &Report, by: String, at: Timestamp) -> Self {
        let listed = report.findings.listed();
        let count = u64::try_from(listed.len()).unwrap_or(u64::MAX);
        Self {
            at,
            by,
            entries: report.entries,
            findings: count.saturating_add(report.findings.not_listed()),
            parts_at: listed.iter().filter_map(|finding| finding.index).min(),
        }
    }

    /// Writes it to the state directory, in the place of the one before.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn keep(&self, state: &Path) -> io::Result<()> {
        let fresh = state.join(format!("{FILE}.{}", std::process::id()));
        // The server may run as another account than whoever verifies, and reads it.
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(&fresh)?;
        let text = serde_json::to_vec(self).map_err(io::Error::other)?;
        let moved = file.write_all(&text).and_then(|()| std::fs::rename(&fresh, state.join(FILE)));
        moved.inspect_err(|_error| drop(std::fs::remove_file(&fresh)))
    }

    /// The last one; `None` when there is none.
    ///
    /// # Errors
    /// Whatever the file system says; also for a file that is no such note.
    pub fn last(state: &Path) -> io::Result<Option<Self>> {
        let file = match File::open(state.join(FILE)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut text = Vec::new();
        file.take(LONGEST).read_to_end(&mut text)?;
        serde_json::from_slice(&text).map(Some).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_note_is_read_back_and_what_is_none_is_an_error() {
        let state = tempfile::tempdir().expect("a folder");
        assert_eq!(Verified::last(state.path()).expect("read"), None);
        let at = Timestamp::UNIX_EPOCH;
        let first = Verified { at, by: "root".to_owned(), entries: 12, findings: 0, parts_at: None };
        first.keep(state.path()).expect("kept");
        let second = Verified { findings: 2, parts_at: Some(7), ..first };
        second.keep(state.path()).expect("kept");
        assert_eq!(Verified::last(state.path()).expect("read"), Some(second));
        std::fs::write(state.path().join(FILE), "{").expect("written");
        assert!(Verified::last(state.path()).is_err());
    }
}
