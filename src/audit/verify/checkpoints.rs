//! Everything that was ever signed about the log: in the database, in the file, and kept elsewhere.

use std::collections::VecDeque;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::place::Place;
use super::super::sequence_store::{CheckpointRow, StoredCheckpoint, column_of};
use super::findings::{Findings, Kind};
use super::{Subject, VerifyError};
use crate::crypto::Hash;

/// A signed size and root, and where it was found.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) size: u64,
    pub(super) root: Hash,
    pub(super) origin: Origin,
}

/// Where a checkpoint was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Database { last: Place },
    File,
    Anchor(String),
}

impl Origin {
    pub(super) fn words(&self) -> String {
        match self {
            Self::Database { .. } => "in the database".to_owned(),
            Self::File => "in the state directory".to_owned(),
            Self::Anchor(name) => format!("in {name}"),
        }
    }
}

/// The checkpoints with a genuine signature, by size. The others become findings as they are met.
pub(super) struct Checkpoints {
    /// The file's and those kept elsewhere: a few.
    others: VecDeque<Signed>,
    /// Those of the database, a page at a time.
    page: VecDeque<StoredCheckpoint>,
    after: u64,
    ended: bool,
    /// Entries under the newest checkpoint of this appliance.
    own: u64,
    /// Entries under the newest of all.
    sealed: u64,
}

impl Checkpoints {
    /// Looks at the newest ones everywhere.
    pub(super) fn open(
        connection: &mut PgConnection,
        subject: &Subject,
        file_before: Option<&str>,
        file_after: Option<&str>,
        findings: &mut Findings,
    ) -> Result<Self, VerifyError> {
        let newest: Option<CheckpointRow> = diesel::sql_query(
            "select size, last_xid as xid, last_id as id, root, note from audit_checkpoints order by size desc limit 1",
        )
        .get_result(connection)
        .optional()?;
        let stored = newest.map_or(0, |row| StoredCheckpoint::from(row).size);
        let mut others: Vec<Signed> = Vec::new();
        others.extend(file_before.and_then(|note| genuine(subject, note, Origin::File, findings)));
        let own = others.iter().map(|filed| filed.size).fold(stored, u64::max);
        match file_after.map(|note| subject.verifier.open(note)) {
            None if stored > 0 => {
                let message = "the file 'checkpoint' is missing from the state directory".to_owned();
                findings.add(Kind::Checkpoint, Some(stored), None, message);
            }
            Some(Ok(now)) if now.size < stored => {
                let message = format!(
                    "the checkpoint in the state directory was rolled back to {} entries: {stored} were signed since",
                    now.size
                );
                findings.add(Kind::Checkpoint, Some(now.size), None, message);
            }
            // A forged one was named above already.
            None | Some(Ok(_) | Err(_)) => {}
        }
        for (name, note) in &subject.anchors {
            others.extend(genuine(subject, note, Origin::Anchor(name.clone()), findings));
        }
        others.sort_by_key(|signed| signed.size);
        let sealed = others.iter().map(|signed| signed.size).fold(own, u64::max);
        Ok(Self { others: others.into(), page: VecDeque::new(), after: 0, ended: false, own, sealed })
    }

    /// Entries under the newest checkpoint of this appliance; there are tiles for them.
    pub(super) fn own(&self) -> u64 {
        self.own
    }

    /// Entries under the newest checkpoint of all.
    pub(super) fn sealed(&self) -> u64 {
        self.sealed
    }

    /// The size of the next checkpoint.
    pub(super) fn next_size(&mut self, connection: &mut PgConnection) -> QueryResult<Option<u64>> {
        self.fill(connection)?;
        let sizes = [self.page.front().map(|stored| stored.size), self.others.front().map(|signed| signed.size)];
        Ok(sizes.into_iter().flatten().min())
    }

    /// Takes the next checkpoint if it is of at most `size` entries. Forged ones are findings and are passed over.
    pub(super) fn take(
        &mut self,
        connection: &mut PgConnection,
        subject: &Subject,
        size: u64,
        findings: &mut Findings,
    ) -> QueryResult<Option<Signed>> {
        loop {
            self.fill(connection)?;
            let other = self.others.front().map_or(u64::MAX, |signed| signed.size);
            if let Some(stored) = self.page.pop_front_if(|stored| stored.size <= size && stored.size <= other) {
                match from_database(subject, stored, findings) {
                    Some(signed) => return Ok(Some(signed)),
                    None => continue,
                }
            }
            return Ok(self.others.pop_front_if(|signed| signed.size <= size));
        }
    }

    fn fill(&mut self, connection: &mut PgConnection) -> QueryResult<()> {
        if self.page.is_empty() && !self.ended {
            self.page = page(connection, self.after)?.into();
            match self.page.back() {
                Some(last) => self.after = last.size,
                None => self.ended = true,
            }
        }
        Ok(())
    }
}

fn from_database(subject: &Subject, stored: StoredCheckpoint, findings: &mut Findings) -> Option<Signed> {
    let wrong = match subject.verifier.open(&stored.note) {
        Ok(note) if note.size == stored.size && note.root == stored.root => {
            let origin = Origin::Database { last: stored.last };
            return Some(Signed { size: note.size, root: note.root, origin });
        }
        Ok(note) => format!("its row does not say what was signed, which is {} entries", note.size),
        Err(error) => error.to_string(),
    };
    let message = format!("the checkpoint of {} entries in the database is not genuine: {wrong}", stored.size);
    findings.add(Kind::Checkpoint, Some(stored.size), None, message);
    None
}

fn genuine(subject: &Subject, note: &str, origin: Origin, findings: &mut Findings) -> Option<Signed> {
    match subject.verifier.open(note) {
        Ok(note) => Some(Signed { size: note.size, root: note.root, origin }),
        Err(error) => {
            let message = format!("the checkpoint {} is not genuine: {error}", origin.words());
            findings.add(Kind::Checkpoint, None, None, message);
            None
        }
    }
}

fn page(connection: &mut PgConnection, after: u64) -> QueryResult<Vec<StoredCheckpoint>> {
    let rows: Vec<CheckpointRow> = diesel::sql_query(
        "select size, last_xid as xid, last_id as id, root, note from audit_checkpoints
          where size > $1 order by size limit 1000",
    )
    .bind::<BigInt, _>(column_of(after))
    .load(connection)?;
    Ok(rows.into_iter().map(StoredCheckpoint::from).collect())
}

/// Says so when the file's checkpoint is not in the database. Asked at the end and outside the snapshot, because a
/// running server puts it there a moment after it is in the file.
pub(super) fn missing_in_database(
    connection: &mut PgConnection,
    subject: &Subject,
    file: Option<&str>,
    findings: &mut Findings,
) -> Result<(), VerifyError> {
    let Some(Ok(filed)) = file.map(|note| subject.verifier.open(note)) else { return Ok(()) };
    let there = page(connection, filed.size.saturating_sub(1))?;
    if !there.iter().any(|stored| stored.size == filed.size) {
        let message = format!(
            "the checkpoint of {} entries in the state directory is not in the database: it was removed there, \
             or Watchroom was killed at that moment and puts it back when it is started",
            filed.size
        );
        findings.add(Kind::Checkpoint, Some(filed.size), None, message);
    }
    Ok(())
}
