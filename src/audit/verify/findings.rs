//! What verification found, in words and in fields.

use serde::Serialize;

/// How many findings are listed one by one; the rest is counted.
const LISTED: usize = 200;

/// In what way something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An entry does not say what it said.
    Changed,
    /// Entries are gone from between others.
    Missing,
    /// An entry stands where none was signed.
    Inserted,
    /// An entry stands in another's place.
    Reordered,
    /// The newest entries are gone.
    TailCutOff,
    /// A tile on disk is missing, damaged or not what was signed.
    Tile,
    /// A checkpoint is missing, forged, rolled back, or does not fit the log.
    Checkpoint,
    /// The bookkeeping that finds an entry's leaf is wrong; the entries are not touched by it.
    Mark,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// In what way.
    pub kind: Kind,
    /// Where in the log, from 0; the first of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// The entry's id, when there is an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<i64>,
    /// A sentence for people.
    pub message: String,
}

/// All that is wrong; long lists are cut.
#[derive(Debug, Default, Serialize)]
pub struct Findings {
    findings: Vec<Finding>,
    /// Findings beyond those listed.
    not_listed: u64,
}

impl Findings {
    /// Adds one.
    pub(super) fn add(&mut self, kind: Kind, index: Option<u64>, entry: Option<i64>, message: String) {
        self.push(Finding { kind, index, entry, message });
    }

    pub(super) fn push(&mut self, finding: Finding) {
        if self.findings.len() < LISTED {
            self.findings.push(finding);
        } else {
            self.not_listed = self.not_listed.saturating_add(1);
        }
    }

    /// Adds all of `others`.
    pub(super) fn take_over(&mut self, others: Self) {
        others.findings.into_iter().for_each(|finding| self.push(finding));
        self.not_listed = self.not_listed.saturating_add(others.not_listed);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Those that are listed.
    pub fn listed(&self) -> &[Finding] {
        &self.findings
    }

    /// How many more there are.
    pub fn not_listed(&self) -> u64 {
        self.not_listed
    }
}
