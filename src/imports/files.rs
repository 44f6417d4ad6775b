//! The files of an import: the upload, its companion, the rejected rows, the report. Only the program's account reads them.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::error::ImportError;
use super::model::Report;
use super::reader::{Limits, Reader};
use super::text::{Shape, Survey, Surveyor};
use crate::kernel::ids::ImportId;

/// The folder of one import.
#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

/// Name of the form field, and so of the file, with the rows.
pub(super) const FIRST: &str = "file";
/// The same for the incident file.
pub(super) const SECOND: &str = "second";

impl Folder {
    /// The folder of `import` under the state directory.
    pub(super) fn of(state: &Path, import: ImportId) -> Self {
        Self(state.join("imports").join(import.to_string()))
    }

    /// Makes it, with its parents.
    pub(super) fn create(&self) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// The file with the rows.
    pub(super) fn first(&self) -> PathBuf {
        self.0.join(FIRST)
    }

    /// The incident file.
    pub(super) fn second(&self) -> PathBuf {
        self.0.join(SECOND)
    }

    /// The rejected rows, once checked.
    pub(super) fn rejected(&self) -> PathBuf {
        self.0.join("rejected.csv")
    }

    /// A file beside `path` that takes its name when it is finished: see [`finish`].
    pub(super) fn begin(&self, path: &Path) -> io::Result<File> {
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(beside(path))
    }

    /// Gives a file that [`Folder::begin`] made its name.
    pub(super) fn finish(&self, path: &Path) -> io::Result<()> {
        fs::rename(beside(path), path)
    }

    /// Exchanges the two uploads: they came in the other order.
    pub(super) fn exchange(&self) -> io::Result<()> {
        let aside = self.0.join("aside");
        fs::rename(self.first(), &aside)?;
        fs::rename(self.second(), self.first())?;
        fs::rename(aside, self.second())
    }

    /// Keeps the result of the check.
    pub(super) fn write_report(&self, report: &Report) -> Result<(), ImportError> {
        let path = self.report();
        serde_json::to_writer(self.begin(&path)?, report)?;
        Ok(self.finish(&path)?)
    }

    /// The result of the check, if there is one.
    pub(super) fn read_report(&self) -> Result<Option<Report>, ImportError> {
        match fs::read(self.report()) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes the uploads: they are not needed once their rows are in.
    pub(super) fn remove_uploads(&self) -> io::Result<()> {
        for path in [self.first(), self.second()] {
            absent_is_fine(fs::remove_file(path))?;
        }
        Ok(())
    }

    /// Removes everything.
    pub(super) fn remove(&self) -> io::Result<()> {
        absent_is_fine(fs::remove_dir_all(&self.0))
    }

    fn report(&self) -> PathBuf {
        self.0.join("report.json")
    }
}

fn beside(path: &Path) -> PathBuf {
    path.with_extension("unfinished")
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Looks through a whole file.
///
/// # Errors
/// [`ImportError::File`] when it is no text that we read; [`ImportError::Io`].
pub(super) fn survey(path: &Path) -> Result<Survey, ImportError> {
    let mut file = File::open(path)?;
    let mut surveyor = Surveyor::default();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        surveyor.push(buffer.get(..read).unwrap_or_default());
    }
    surveyor.finish().map_err(|fault| ImportError::File(fault.to_string()))
}

/// Opens a file and reads its header.
///
/// # Errors
/// [`ImportError::File`] when the file is gone or its header cannot be read; [`ImportError::Io`].
pub(super) fn open(path: &Path, shape: Shape) -> Result<Reader<File>, ImportError> {
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ImportError::File("The file is no longer here. Upload it again.".to_owned()),
        _ => ImportError::Io(error),
    })?;
    Reader::open(file, shape, Limits::default()).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => ImportError::File(error.to_string()),
        _ => ImportError::Io(error),
    })
}
