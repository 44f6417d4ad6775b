//! Where a file of evidence stands while it comes in: a folder of its own below the state directory, that only the
//! program's account reads and that is gone when the request is over, however it ended.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::kernel::ids::CpdEvidenceId;

/// The folder of one upload; dropping it removes it.
#[derive(Debug)]
pub(super) struct Incoming(PathBuf);

impl Incoming {
    /// Makes the folder, with its parents.
    pub(super) fn make(state: &Path, id: CpdEvidenceId) -> io::Result<Self> {
        let folder = state.join("cpd").join(id.to_string());
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
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
}
