//! `watchroom audit verify`: the whole log held against everything that was ever signed about it.
//!
//! Reads as the owner role, in one snapshot, through a cursor: memory stays flat however long the log is. Nothing is
//! changed and no server is needed. What was wrong is named: which entry, at which index, in what way.

mod aligned;
mod checkpoints;
mod expected;
mod findings;
mod kept;
mod source;

use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde::Serialize;

pub use findings::{Finding, Findings, Kind};
pub use kept::Verified;

use crate::crypto::checkpoint::LogVerifier;
use crate::crypto::tiles::{TileError, TileStore};

/// Why the log could not be verified at all; what is wrong with the log itself is a [`Finding`].
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The owner could not connect.
    #[error("cannot connect to the database as its owner: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// The database refused a statement.
    #[error("the database refused to be read: {0}")]
    Query(#[from] diesel::result::Error),
    /// The directory of the tree could not be read.
    #[error(transparent)]
    Tiles(#[from] TileError),
}

/// What to verify against what.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The directory of the tree: `audit` under the state directory.
    pub store: TileStore,
    /// The key that the checkpoints must be signed with.
    pub verifier: LogVerifier,
    /// Checkpoints that were kept elsewhere: each a file's name and its text.
    pub anchors: Vec<(String, String)>,
}

/// What was found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Entries that were read.
    pub entries: u64,
    /// Entries under the newest signed checkpoint.
    pub sealed: u64,
    /// Entries after it: their own commitments were checked, their order is not signed yet.
    pub unsealed: u64,
    /// Checkpoints that were checked, those from elsewhere included.
    pub checkpoints: u64,
    /// Root under the newest checkpoint, in base64: compare it with one that you kept.
    pub root: Option<String>,
    /// What is wrong, in the order of the log.
    #[serde(flatten)]
    pub findings: Findings,
    /// How long it took.
    #[serde(serialize_with = "seconds")]
    pub took: Duration,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

fn seconds<S: serde::Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((took.as_secs_f64() * 1000.0).round() / 1000.0)
}

/// Verifies the log in the database at `owner_url`.
///
/// # Errors
/// [`VerifyError`] when the log could not be read.
pub fn run(owner_url: &str, subject: &Subject) -> Result<Report, VerifyError> {
    let mut connection = PgConnection::establish(owner_url)?;
    let began = Instant::now();
    // Before the snapshot: every entry under this checkpoint is then visible in it.
    let file_before = subject.store.checkpoint()?;
    let mut findings = Findings::default();
    let report = connection.build_transaction().read_only().repeatable_read().run(|connection| {
        source::settle(connection)?;
        // After the snapshot: a checkpoint is in the file before it is in the database.
        let file_after = subject.store.checkpoint()?;
        let checkpoints = checkpoints::Checkpoints::open(
            connection,
            subject,
            file_before.as_deref(),
            file_after.as_deref(),
            &mut findings,
        )?;
        aligned::check(connection, subject, checkpoints, &mut findings)
    })?;
    checkpoints::missing_in_database(&mut connection, subject, file_before.as_deref(), &mut findings)?;
    let newest = report.newest;
    Ok(Report {
        entries: report.entries,
        sealed: report.sealed,
        unsealed: report.unsealed,
        checkpoints: report.checkpoints,
        root: newest.map(crate::crypto::Hash::to_base64),
        findings,
        took: began.elapsed(),
    })
}
