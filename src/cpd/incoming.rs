//! Where a file of evidence stands while it comes in: a folder of its own below the state directory, that only the
//! program's account reads and that is gone when the request is over, however it ended.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::kernel::ids::CpdEvidenceId;

/// Below the state directory.
const FOLDER: &str = "cpd";

/// The folder of one upload; dropping it removes it.
#[derive(Debug)]
pub struct Incoming(PathBuf);

impl Incoming {
    /// Makes the folder, with its parents.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn make(state: &Path, id: CpdEvidenceId) -> io::Result<Self> {
        let folder = state.join(FOLDER).join(id.to_string());
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// Removes what uploads left behind when the program was killed in the middle of one: at its start, before it answers.
///
/// # Errors
/// When the disk refuses.
pub fn clear_incoming(state: &Path) -> io::Result<()> {
    match fs::remove_dir_all(state.join(FOLDER)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "what was left of an upload could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_an_upload() {
        let state = tempfile::tempdir().expect("a folder");
        let incoming = Incoming::make(state.path(), CpdEvidenceId::NIL).expect("made");
        let file = incoming.path().join("file");
        fs::write(&file, b"x").expect("written");
        drop(incoming);
        assert!(!file.exists());
    }

    #[test]
    fn what_a_killed_program_left_is_removed_at_the_next_start() {
        let state = tempfile::tempdir().expect("a folder");
        assert!(clear_incoming(state.path()).is_ok(), "nothing is there");
        let incoming = Incoming::make(state.path(), CpdEvidenceId::NIL).expect("made");
        fs::write(incoming.path().join("file"), b"x").expect("written");
        let folder = incoming.path().to_owned();
        // As if it were killed: nothing is dropped.
        std::mem::forget(incoming);
        clear_incoming(state.path()).expect("removed");
        assert!(!folder.exists() && state.path().exists());
    }
}
