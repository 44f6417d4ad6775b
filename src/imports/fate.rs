//! What becomes of a row: the values that rules hand on, and the sentences about them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{DutyKindId, PersonId, UnitId};

/// What is wrong with a row, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The header of the column that it is about; none when it is about the row.
    pub column: Option<String>,
    /// A sentence.
    pub text: String,
}

impl Reason {
    /// About the row.
    pub fn row(text: impl Into<String>) -> Self {
        Self { column: None, text: text.into() }
    }

    /// About a cell.
    pub fn cell(column: &str, text: impl Into<String>) -> Self {
        Self { column: Some(column.to_owned()), text: text.into() }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.column {
            Some(column) => write!(f, "{column}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// What rules say about a row beside the values they make of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Why it cannot be imported; none: it can.
    pub reasons: Vec<Reason>,
    /// What is worth knowing of a row that can be imported.
    pub notes: Vec<String>,
}

impl Remarks {
    /// Forgets everything, for the next row.
    pub fn clear(&mut self) {
        self.reasons.clear();
        self.notes.clear();
    }
}

/// Where a kind of work stands in the tree of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindPath {
    /// The type.
    pub type_id: DutyKindId,
    /// The category, if there is one.
    pub category_id: Option<DutyKindId>,
    /// The sub-category, if there is one.
    pub subcategory_id: Option<DutyKindId>,
}

/// A duty that a row asks for. Within the bounds of the table `duties`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDuty {
    /// Whose.
    pub person: PersonId,
    /// For which unit.
    pub unit: UnitId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The day in the UK on which it began.
    pub started_on: Date,
    /// Breaks, in minutes.
    pub break_minutes: i32,
    /// What was done.
    pub kind: KindPath,
    /// The incident.
    pub incident_number: Option<String>,
    /// The person's role on the job.
    pub job_role: Option<String>,
    /// The vehicle.
    pub call_sign: Option<String>,
    /// Tenths of a mile.
    pub mileage_tenths: Option<i32>,
    /// From the call to the wheels turning, in seconds.
    pub turnout_seconds: Option<i32>,
    /// From then to the arrival, in seconds.
    pub travel_seconds: Option<i32>,
    /// Both, in seconds.
    pub attendance_seconds: Option<i32>,
    /// What managers may read.
    pub shared_note: Option<String>,
    /// What the source calls it: the same in every import of the same row.
    pub source_key: String,
}

/// A person that a row asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Employee number.
    pub employee_number: Option<String>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address, as written.
    pub email: Option<String>,
    /// Home unit.
    pub unit: UnitId,
    /// Whether they manage their home unit.
    pub manager: bool,
}

/// The three things that can become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It will be imported.
    Ready,
    /// It has been imported before, or stands in the file twice.
    Duplicate,
    /// It cannot be imported.
    Rejected,
}
