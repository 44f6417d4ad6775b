//! The tree over the entries: opening it, taking in the tail of the log, signing its head.
//!
//! Order of a crash-safe life: full tiles are on disk before their marks are in the database; a checkpoint is in its
//! file before it is in the database. So whatever a kill leaves behind, the database never knows more than the disk,
//! and opening again takes in the rest. What does not fit what was signed before is never signed over: that is a
//! [`Refusal`]. Recording goes on meanwhile; only the sequencer stands still.

use jiff::Timestamp;

use super::body::leaf;
use super::place::Place;
use super::sequence_store::{self as sql, Mark, StoredCheckpoint, TailRow};
use crate::authz::{Caller, SystemName};
use crate::crypto::Hash;
use crate::crypto::checkpoint::{CheckpointError, LogSigner, LogVerifier};
use crate::crypto::tile_tree::TileTree;
use crate::crypto::tiles::{TileError, TileStore, WIDTH};
use crate::db::{Db, DbError};
use crate::kernel::ids::OrganisationId;

/// Entries taken in at once: about 2 MB while they pass.
pub(super) const BATCH: u64 = 10_000;

/// Why the sequencer will not sign: what the database holds now does not continue what was signed before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Entries that were signed are gone.
    #[error(
        "the audit log in the database has {held} entries of the {signed} that were signed: \
         it was cut off, or the database was restored from an older backup"
    )]
    Shorter {
        /// Entries that are there.
        held: u64,
        /// Entries under the newest checkpoint.
        signed: u64,
    },
    /// Entries that were signed are not what they were.
    #[error(
        "the first {0} entries of the audit log are not those that were signed: \
         run 'watchroom audit verify' to see which differ"
    )]
    Rewritten(u64),
    /// A tile on disk holds other hashes.
    #[error("{0}: run 'watchroom audit verify' to see which entries differ")]
    Tile(String),
    /// A checkpoint is not ours or not whole.
    #[error(
        "the newest audit checkpoint in the {place} cannot be used ({cause}): restore 'keys' and 'audit' in the state \
         directory together with the database"
    )]
    Checkpoint {
        /// `file` or `database`.
        place: &'static str,
        /// What is wrong with it.
        cause: CheckpointError,
    },
    /// The database was filled from a dump: its transaction numbers began again.
    #[error(
        "the database's transaction numbers began again below those of the audit log, as after a restore from \
         pg_dump: restore from a physical backup, or keep this database for reading and begin a new one"
    )]
    TransactionNumbers,
    /// Somebody else builds the tree of this database.
    #[error("another Watchroom builds the audit tree of this database: stop one of the two")]
    OtherWriter,
}

/// Why the tree could not be carried on.
#[derive(Debug, thiserror::Error)]
pub(super) enum SequenceError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Tiles(TileError),
}

impl From<TileError> for SequenceError {
    fn from(error: TileError) -> Self {
        match error {
            TileError::Differs(_) => Self::Refused(Refusal::Tile(error.to_string())),
            TileError::Missing(_) | TileError::Damaged { .. } | TileError::Io { .. } => Self::Tiles(error),
        }
    }
}

/// The sequencer's own caller.
pub(super) const fn caller() -> Caller {
    Caller::system(SystemName::AuditSequencer, OrganisationId::NIL)
}

/// The tree, opened and standing where the last signed checkpoint stands or beyond.
pub(super) struct Log {
    tree: TileTree,
    last: Place,
    /// Entries under the newest checkpoint.
    sealed: u64,
    /// Entries at the newest mark.
    marked: u64,
}

/// What one turn took in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Taken {
    pub(super) entries: u64,
    /// When the oldest of them was made.
    pub(super) oldest: Option<Timestamp>,
}

/// Something signed that the tree must agree with when it gets there.
struct Signed {
    size: u64,
    root: Hash,
}

impl Log {
    /// Opens the tree in `store` and brings it to the newest checkpoint, from tiles as far as they go and from the
    /// database for the rest.
    pub(super) fn open(
        db: &Db,
        store: &TileStore,
        verifier: &LogVerifier,
        now: Timestamp,
    ) -> Result<Self, SequenceError> {
        let filed = store.checkpoint()?.map(|note| open_note(verifier, "file", note)).transpose()?;
        let stored = db.read_blocking(&caller(), |tx| -> Result<_, SequenceError> {
            let Some(stored) = sql::newest_checkpoint(tx)? else { return Ok(None) };
            let (signed, _) = open_note(verifier, "database", stored.note.clone())?;
            if signed.size != stored.size || signed.root != stored.root {
                return Err(Refusal::Checkpoint { place: "database", cause: CheckpointError::Forged }.into());
            }
            if stored.last.xid >= sql::next_xid(tx)? {
                return Err(Refusal::TransactionNumbers.into());
            }
            if !sql::holds(tx, stored.last)? {
                return Err(Refusal::Shorter { held: stored.size.saturating_sub(1), signed: stored.size }.into());
            }
            Ok(Some(stored))
        })?;
        let in_file = filed.as_ref().map_or(0, |(signed, _)| signed.size);
        let in_database = stored.as_ref().map_or(0, |stored| stored.size);
        let goal = in_file.max(in_database);

        let (tree, last) = start(db, store, goal)?;
        let marked = db.read_blocking(&caller(), sql::newest_mark)?;
        let mut log = Self { tree, last, sealed: goal, marked };
        let mut signed: Vec<Signed> = Vec::new();
        signed.extend(filed.iter().map(|(signed, _)| Signed { size: signed.size, root: signed.root }));
        signed.extend(stored.iter().map(|stored| Signed { size: stored.size, root: stored.root }));
        log.agree(&signed)?;
        while log.tree.size() < goal {
            let missing = goal.saturating_sub(log.tree.size());
            let taken = log.take_in(db, missing.min(BATCH), &signed)?;
            if taken.entries == 0 {
                return Err(Refusal::Shorter { held: log.tree.size(), signed: goal }.into());
            }
        }

        match (filed, stored) {
            // Killed between the file and the database: the database catches up.
            (Some((signed, note)), _) if in_file > in_database => {
                log.tree.settle()?;
                let checkpoint = StoredCheckpoint { size: signed.size, root: signed.root, note, last: log.last };
                log.store_checkpoint(db, &checkpoint, now)?;
            }
            // The state directory is older than the database, and says nothing else: the file catches up.
            (_, Some(stored)) if in_file < in_database => {
                log.tree.settle()?;
                log.tree.store().write_checkpoint(&stored.note)?;
            }
            _ => {}
        }
        Ok(log)
    }

    /// Entries in the tree.
    pub(super) fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Entries under the newest checkpoint.
    pub(super) fn sealed(&self) -> u64 {
        self.sealed
    }

    /// The place of the last entry in the tree.
    pub(super) fn last(&self) -> Place {
        self.last
    }

    /// Takes the next batch of entries into the tree.
    pub(super) fn advance(&mut self, db: &Db) -> Result<Taken, SequenceError> {
        self.take_in(db, BATCH, &[])
    }

    fn take_in(&mut self, db: &Db, limit: u64, signed: &[Signed]) -> Result<Taken, SequenceError> {
        let after = self.last;
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let rows: Vec<TailRow> = db.read_blocking(&caller(), |tx| sql::tail(tx, after, limit))?;
        let oldest = rows.iter().map(|row| row.at.to_jiff()).min();
        let mut marks = Vec::new();
        for row in &rows {
            self.tree.push(leaf(row.place.xid.0, row.place.id, &row.commitment))?;
            self.last = row.place;
            let size = self.tree.size();
            if size.is_multiple_of(WIDTH) && size > self.marked {
                marks.push(Mark { size, last: row.place });
            }
            self.agree(signed)?;
        }
        if let Some(newest) = marks.last().map(|mark| mark.size) {
            db.write_blocking(&caller(), |tx| -> Result<(), SequenceError> {
                if !sql::lock(tx)? {
                    return Err(Refusal::OtherWriter.into());
                }
                Ok(sql::add_marks(tx, &marks)?)
            })?;
            self.marked = newest;
        }
        Ok(Taken { entries: u64::try_from(rows.len()).unwrap_or(u64::MAX), oldest })
    }

    fn agree(&self, signed: &[Signed]) -> Result<(), Refusal> {
        let here = |signed: &&Signed| signed.size == self.tree.size();
        match signed.iter().filter(here).any(|signed| signed.root != self.tree.root()) {
            true => Err(Refusal::Rewritten(self.tree.size())),
            false => Ok(()),
        }
    }

    /// Signs the tree as it stands: partial tiles, then the file, then the database. Nothing new, nothing signed.
    pub(super) fn seal(&mut self, db: &Db, signer: &LogSigner, now: Timestamp) -> Result<(), SequenceError> {
        let size = self.tree.size();
        if size == self.sealed {
            return Ok(());
        }
        let newest = db.read_blocking(&caller(), sql::newest_checkpoint)?;
        if newest.map_or(0, |newest| newest.size) != self.sealed {
            return Err(Refusal::OtherWriter.into());
        }
        self.tree.settle()?;
        let root = self.tree.root();
        let note = signer.sign(size, root);
        self.tree.store().write_checkpoint(&note)?;
        self.store_checkpoint(db, &StoredCheckpoint { size, root, note, last: self.last }, now)?;
        self.sealed = size;
        Ok(())
    }

    fn store_checkpoint(&self, db: &Db, checkpoint: &StoredCheckpoint, at: Timestamp) -> Result<(), SequenceError> {
        db.write_blocking(&caller(), |tx| {
            if !sql::lock(tx)? {
                return Err(Refusal::OtherWriter.into());
            }
            Ok(sql::add_checkpoint(tx, checkpoint, at)?)
        })
    }
}

type Note = (crate::crypto::checkpoint::Checkpoint, String);

fn open_note(verifier: &LogVerifier, place: &'static str, note: String) -> Result<Note, Refusal> {
    let signed = verifier.open(&note).map_err(|cause| Refusal::Checkpoint { place, cause })?;
    Ok((signed, note))
}

/// The tree at the largest size up to `goal` that both the tiles carry and the database can name the last entry of.
fn start(db: &Db, store: &TileStore, goal: u64) -> Result<(TileTree, Place), SequenceError> {
    let mut wanted = goal;
    loop {
        let tree = TileTree::open(store.clone(), wanted)?;
        let size = tree.size();
        if size == 0 {
            return Ok((tree, Place::default()));
        }
        match db.read_blocking(&caller(), |tx| sql::mark_at_or_below(tx, size))? {
            Some(mark) if mark.size == size => return Ok((tree, mark.last)),
            Some(mark) => wanted = mark.size,
            None => wanted = 0,
        }
    }
}
