//! An import as the table has it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fields::Mapping;
use super::text::{Shape, Survey};
use crate::authz::permission;
use crate::kernel::ids::{ImportId, PersonId};

/// What the rows become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Duties.
    Duties,
    /// People.
    People,
}

impl Kind {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duties => "duties",
            Self::People => "people",
        }
    }

    /// The permission that it takes.
    pub const fn permission(self) -> &'static str {
        match self {
            Self::Duties => permission::IMPORT_RUN,
            Self::People => permission::IMPORT_PEOPLE,
        }
    }
}

/// Whose columns the file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Any: somebody says which column is what.
    Csv,
    /// The London Fire Brigade's mobilisation records, with its incident records if there are any.
    Lfb,
}

impl Preset {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Lfb => "lfb",
        }
    }
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The file is here; nobody has said yet which column is what.
    Uploaded,
    /// Rows are being checked.
    Checking,
    /// Every row's fate is known; nothing is imported yet.
    Checked,
    /// Rows are being imported, all or none.
    Committing,
    /// They are in.
    Committed,
    /// It came to nothing; the failure says why. It can be checked again.
    Failed,
    /// Whoever asked for it may no longer import; nothing was. Somebody who may can check it again.
    Refused,
    /// Thrown away.
    Discarded,
}

impl State {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Committing => "committing",
            Self::Committed => "committed",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Discarded => "discarded",
        }
    }

    /// From the database.
    pub fn of(text: &str) -> Option<Self> {
        [
            Self::Uploaded,
            Self::Checking,
            Self::Checked,
            Self::Committing,
            Self::Committed,
            Self::Failed,
            Self::Refused,
            Self::Discarded,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }

    /// Whether a job is at it.
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Checking | Self::Committing)
    }

    /// Whether it is over for good.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Committed | Self::Discarded)
    }
}

/// The incident file of an import of mobilisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFile {
    /// What the sender calls it.
    pub file_name: String,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// How to read it.
    pub survey: Survey,
}

/// How to read the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// What the first file is like.
    pub survey: Survey,
    /// Its header.
    pub header: Vec<String>,
    /// Which column is what.
    pub mapping: Mapping,
    /// The second file.
    pub second: Option<SecondFile>,
}

impl Setup {
    /// How to read the first file.
    pub fn shape(&self) -> Shape {
        self.survey.shape
    }
}

/// How many rows have which fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows that hold anything.
    pub rows: i64,
    /// To be imported.
    pub ready: i64,
    /// Imported before, or twice in the file.
    pub duplicate: i64,
    /// Not to be imported.
    pub rejected: i64,
    /// What the ready rows make.
    pub records: i64,
}

/// An import.
#[derive(Debug, Clone)]
pub struct Import {
    /// Which.
    pub id: ImportId,
    /// What the rows become.
    pub kind: Kind,
    /// Whose columns the file has.
    pub preset: Preset,
    /// How far it has come.
    pub state: State,
    /// What the sender calls the file.
    pub file_name: String,
    /// SHA-256 of its content.
    pub file_sha256: Vec<u8>,
    /// Its size.
    pub file_bytes: i64,
    /// How to read it.
    pub setup: Setup,
    /// Rows to be done, as far as known.
    pub rows_total: i64,
    /// Rows done by the job that is at it.
    pub rows_done: i64,
    /// What became of them.
    pub counts: Counts,
    /// Why it came to nothing.
    pub failure: Option<String>,
    /// Who brought it.
    pub created_by: PersonId,
    /// When.
    pub created_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

/// One row of the result page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRow {
    /// The line in the file.
    pub line: u64,
    /// Its first cells.
    pub cells: Vec<String>,
    /// Reasons or notes.
    pub remarks: Vec<String>,
}

/// The result of a check, as the page shows it: beside the counts, the first rows of each fate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What became of the rows.
    pub counts: Counts,
    /// Rows that held nothing and were passed over.
    pub blank: u64,
    /// Ready rows about which there is something to know.
    pub noted: i64,
    /// First ready rows.
    pub ready: Vec<SampleRow>,
    /// First ready rows with notes.
    pub with_notes: Vec<SampleRow>,
    /// First rows that were imported before.
    pub duplicate: Vec<SampleRow>,
    /// First rejected rows.
    pub rejected: Vec<SampleRow>,
    /// Incidents in the second file, and its rows that could not be used.
    pub incidents: Option<(u64, Vec<(u64, String)>)>,
}
