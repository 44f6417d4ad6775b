//! Entries and leaves, side by side.
//!
//! Where the two part, the question is who is right. So two trees are carried on from there: one of the leaves on
//! disk, one of the entries. The next checkpoint, which nobody without the key could have signed, fits one of them,
//! and then the other is what was tampered with.

use std::collections::VecDeque;

use diesel::prelude::*;

use super::checkpoints::{Checkpoints, Origin, Signed};
use super::expected::{Leaf, Leaves};
use super::findings::{Finding, Findings, Kind};
use super::source::{Marks, Row, Rows, from_the_future};
use super::{Subject, VerifyError};
use crate::audit::body::leaf;
use crate::audit::place::Place;
use crate::crypto::Hash;
use crate::crypto::tile_tree::Edge;
use crate::crypto::tiles::{TileError, TileId, WIDTH};

/// How far ahead an entry is looked for.
const AHEAD: usize = 1_024;

/// What was read, beside the findings.
pub(super) struct Summary {
    pub(super) entries: u64,
    pub(super) sealed: u64,
    pub(super) unsealed: u64,
    pub(super) checkpoints: u64,
    pub(super) newest: Option<Hash>,
}

/// Goes through the whole log.
pub(super) fn check(
    connection: &mut PgConnection,
    subject: &Subject,
    checkpoints: Checkpoints,
    findings: &mut Findings,
) -> Result<Summary, VerifyError> {
    let sealed = checkpoints.sealed();
    let leaves = Leaves::new(&subject.store, checkpoints.own(), sealed);
    let mut check = Check {
        connection,
        subject,
        checkpoints,
        leaves,
        rows: Rows::new(),
        marks: Marks::new(),
        previous_mark: Place::default(),
        edge: Edge::default(),
        doubt: None,
        last: None,
        exchanged: VecDeque::new(),
        findings,
        checked: 0,
        newest: None,
    };
    check.sealed_part()?;
    let unsealed = check.unsealed_part()?;
    check.future()?;
    Ok(Summary { entries: check.rows.read(), sealed, unsealed, checkpoints: check.checked, newest: check.newest })
}

/// Since entries and leaves parted: the tree as the entries have it, and what to say if they are wrong.
struct Doubt {
    entries: Edge,
    /// The root of `entries` at the size of the next checkpoint, once it got there.
    at_checkpoint: Option<(u64, Hash)>,
    pending: Findings,
    /// Findings that hold whoever is right.
    certain: Vec<Finding>,
    first: u64,
}

struct Check<'a, 'f> {
    connection: &'a mut PgConnection,
    subject: &'a Subject,
    checkpoints: Checkpoints,
    leaves: Leaves<'a>,
    rows: Rows,
    marks: Marks,
    previous_mark: Place,
    /// The tree as the tiles have it; its size is the index of the next leaf.
    edge: Edge,
    doubt: Option<Doubt>,
    /// The last entry that was paired with a leaf, and the leaf's index.
    last: Option<(u64, Place)>,
    /// Entries that were found with another's contents lately: their own are still to be met.
    exchanged: VecDeque<(i64, Vec<u8>)>,
    findings: &'f mut Findings,
    checked: u64,
    newest: Option<Hash>,
}

impl Check<'_, '_> {
    fn sealed_part(&mut self) -> Result<(), VerifyError> {
        loop {
            self.rows.fill(self.connection, AHEAD)?;
            self.leaves.fill(AHEAD, self.findings)?;
            self.signed_here()?;
            let Some(expected) = self.leaves.view().front().copied() else { return Ok(()) };
            let Some(row) = self.rows.view().front().cloned() else {
                self.cut_off();
                return self.without_rows();
            };
            match expected {
                Leaf::Found(hash) => self.pass_leaf(hash)?,
                Leaf::Unknown => self.pair(row.leaf)?,
                Leaf::Known(hash) if hash == row.leaf => self.pair(hash)?,
                Leaf::Known(hash) => self.apart(hash, &row)?,
            }
        }
    }

    /// Entry and leaf belong together.
    fn pair(&mut self, hash: Hash) -> Result<(), VerifyError> {
        let index = self.edge.size();
        if let Some(row) = self.next_row()? {
            if !row.fits {
                self.say(Kind::Changed, index, Some(row.place.id), changed(&row), true);
            }
            self.last = Some((index, row.place));
            self.mark(index.saturating_add(1), row.place)?;
        }
        self.pass_leaf(hash)
    }

    /// Entry and leaf do not belong together: finds out which of the two has been moved, added or taken away.
    fn apart(&mut self, hash: Hash, row: &Row) -> Result<(), VerifyError> {
        let index = self.edge.size();
        self.begin_doubt();
        let leaf_ahead = self.leaves.view().iter().position(|leaf| *leaf == Leaf::Known(row.leaf));
        let row_ahead = self.rows.view().iter().position(|ahead| ahead.leaf == hash);
        match (leaf_ahead, row_ahead) {
            (Some(gone), None) => self.missing(gone),
            (None, Some(added)) => {
                for _ in 0..added {
                    self.inserted()?;
                }
                Ok(())
            }
            (Some(leaf_at), Some(row_at)) if row_at > leaf_at => {
                self.feed_through(row_at)?;
                if let Some(moved) = self.rows.view().remove(row_at) {
                    self.reordered(index, &moved);
                }
                self.pass_leaf(hash)
            }
            (Some(leaf_at), Some(_)) => {
                if let Some(found) = self.leaves.view().get_mut(leaf_at) {
                    *found = Leaf::Found(row.leaf);
                }
                self.reordered(index.saturating_add(u64::try_from(leaf_at).unwrap_or(0)), row);
                self.next_row()?;
                Ok(())
            }
            (None, None) => self.neither(index, hash, row),
        }
    }

    /// Neither the entry nor the leaf is anywhere near. The marks know between which places the leaf's tile lies.
    fn neither(&mut self, index: u64, hash: Hash, row: &Row) -> Result<(), VerifyError> {
        let mut gone_to = index;
        loop {
            let tile_end = (gone_to / WIDTH).saturating_add(1).saturating_mul(WIDTH);
            match self.marks.at(self.connection, tile_end)? {
                Some(mark) if row.place > mark.last => gone_to = tile_end,
                _ => break,
            }
        }
        if gone_to > index {
            return self.missing(usize::try_from(gone_to.saturating_sub(index)).unwrap_or(usize::MAX));
        }
        if row.place <= self.previous_mark && self.previous_mark != Place::default() {
            return self.inserted();
        }
        let place = row.place;
        let belongs = |commitment: &[u8]| leaf(place.xid.0, place.id, commitment) == hash;
        let ahead = self.rows.view().iter().map(|other| (other.place.id, &other.commitment));
        let behind = self.exchanged.iter().map(|(id, commitment)| (*id, commitment));
        let whose = ahead.chain(behind).find(|(_, commitment)| belongs(commitment)).map(|(id, _)| id);
        match whose {
            Some(other) => {
                self.exchanged.truncate(63);
                self.exchanged.push_front((place.id, row.commitment.clone()));
                let message = format!("entry {} stands in the place of entry {other}: they were exchanged", place.id);
                self.say(Kind::Reordered, index, Some(place.id), message, false);
            }
            None if row.fits => {
                let message = format!("entry {} was rewritten, and its commitment with it", place.id);
                self.say(Kind::Changed, index, Some(place.id), message, false);
            }
            None => self.say(Kind::Changed, index, Some(place.id), changed(row), true),
        }
        self.next_row()?;
        self.pass_leaf(hash)
    }

    fn missing(&mut self, gone: usize) -> Result<(), VerifyError> {
        let index = self.edge.size();
        let before = self.last.map_or_else(|| "the beginning".to_owned(), |(_, last)| format!("entry {}", last.id));
        let after = self.rows.view().front().map_or(0, |row| row.place.id);
        let last = index.saturating_add(u64::try_from(gone).unwrap_or(0)).saturating_sub(1);
        let message = if gone == 1 {
            format!("an entry between {before} and entry {after} is missing")
        } else {
            format!("{gone} entries (indexes {index} to {last}) between {before} and entry {after} are missing")
        };
        self.say(Kind::Missing, index, None, message, false);
        for _ in 0..gone {
            match self.leaves.view().front().copied() {
                Some(Leaf::Known(hash) | Leaf::Found(hash)) => self.pass_leaf(hash)?,
                // The tree cannot be carried on over a hole in both; what follows is compared without it.
                Some(Leaf::Unknown) => self.pass_leaf(Hash([0; 32]))?,
                None => break,
            }
            self.signed_here()?;
            self.leaves.fill(1, self.findings)?;
        }
        Ok(())
    }

    fn inserted(&mut self) -> Result<(), VerifyError> {
        let index = self.edge.size();
        if let Some(row) = self.next_row()? {
            let message = format!("entry {} was inserted: no entry was signed in its place", row.place.id);
            self.say(Kind::Inserted, index, Some(row.place.id), message, false);
        }
        Ok(())
    }

    fn reordered(&mut self, index: u64, row: &Row) {
        let message = format!("entry {} was moved: it was signed at index {index}", row.place.id);
        self.say(Kind::Reordered, index, Some(row.place.id), message, false);
    }

    fn cut_off(&mut self) {
        let (held, sealed) = (self.edge.size(), self.checkpoints.sealed());
        let after = self.last.map_or_else(|| "the beginning".to_owned(), |(_, last)| format!("entry {}", last.id));
        let message =
            format!("the log ends after {after}: the last {} of {sealed} signed entries were cut off", sealed - held);
        self.begin_doubt();
        self.say(Kind::TailCutOff, held, None, message, false);
    }

    /// The entries have ended: the leaves that remain still have to fit their checkpoints.
    fn without_rows(&mut self) -> Result<(), VerifyError> {
        loop {
            self.leaves.fill(1, self.findings)?;
            self.signed_here()?;
            match self.leaves.view().front().copied() {
                Some(Leaf::Known(hash) | Leaf::Found(hash)) => self.pass_leaf(hash)?,
                // Nothing is left to hold against the checkpoints that come after.
                Some(Leaf::Unknown) | None => {
                    self.settle_doubt(true);
                    return Ok(());
                }
            }
        }
    }

    fn unsealed_part(&mut self) -> Result<u64, VerifyError> {
        let mut unsealed = 0_u64;
        self.settle_doubt(true);
        loop {
            self.rows.fill(self.connection, AHEAD)?;
            let Some(row) = self.rows.view().pop_front() else { return Ok(unsealed) };
            let index = self.checkpoints.sealed().saturating_add(unsealed);
            unsealed = unsealed.saturating_add(1);
            if !row.fits {
                self.findings.add(Kind::Changed, Some(index), Some(row.place.id), changed(&row));
            }
        }
    }

    fn future(&mut self) -> Result<(), VerifyError> {
        for id in from_the_future(self.connection)? {
            let message = format!("entry {id} was inserted: it claims a transaction that has never been");
            self.findings.add(Kind::Inserted, None, Some(id), message);
        }
        Ok(())
    }

    /// Takes the next row, and feeds it to the tree of the entries if there is one.
    fn next_row(&mut self) -> Result<Option<Row>, VerifyError> {
        if self.doubt.is_some() {
            self.feed_through(0)?;
        }
        Ok(self.rows.view().pop_front())
    }

    /// Feeds the rows in view up to `last` to the tree of the entries, each once and in their order.
    fn feed_through(&mut self, last: usize) -> Result<(), VerifyError> {
        let next = self.checkpoints.next_size(self.connection)?;
        let Some(doubt) = &mut self.doubt else { return Ok(()) };
        for row in self.rows.view().iter_mut().take(last.saturating_add(1)).filter(|row| !row.fed) {
            row.fed = true;
            let Ok(()) = doubt.entries.push(row.leaf, |_, _| Ok::<(), std::convert::Infallible>(()));
            if next == Some(doubt.entries.size()) {
                doubt.at_checkpoint = Some((doubt.entries.size(), doubt.entries.root()));
            }
        }
        Ok(())
    }

    /// Takes the next leaf into the tree of the leaves, and compares the tiles that it completes.
    fn pass_leaf(&mut self, hash: Hash) -> Result<(), VerifyError> {
        self.leaves.view().pop_front();
        let (store, own) = (&self.subject.store, self.checkpoints.own());
        let mut wrong = Vec::new();
        let covered = self.edge.size() < own;
        self.edge.push(hash, |tile, hashes| {
            // Level 0 is where the leaves come from.
            if covered && tile.level > 0 {
                wrong.extend(compare(store.read(tile), tile, hashes)?);
            }
            Ok::<(), TileError>(())
        })?;
        let index = self.edge.size().saturating_sub(1);
        for message in wrong {
            self.say(Kind::Tile, index, None, message, false);
        }
        Ok(())
    }

    fn mark(&mut self, size: u64, place: Place) -> Result<(), VerifyError> {
        if !size.is_multiple_of(WIDTH) || size > self.checkpoints.own() {
            return Ok(());
        }
        let message = match self.marks.at(self.connection, size)? {
            Some(mark) if mark.last == place => None,
            Some(mark) => {
                Some(format!("the mark at {size} names entry {} where entry {} stands", mark.last.id, place.id))
            }
            None => Some(format!("the mark at {size} entries is missing")),
        };
        if let Some(message) = message {
            self.say(Kind::Mark, size.saturating_sub(1), None, message, true);
        }
        self.previous_mark = place;
        Ok(())
    }

    /// Holds the tree against every checkpoint of its present size.
    fn signed_here(&mut self) -> Result<(), VerifyError> {
        let size = self.edge.size();
        while let Some(signed) = self.checkpoints.take(self.connection, self.subject, size, self.findings)? {
            self.checked = self.checked.saturating_add(1);
            self.against(&signed)?;
        }
        Ok(())
    }

    fn against(&mut self, signed: &Signed) -> Result<(), VerifyError> {
        let leaves_fit = signed.size == self.edge.size() && signed.root == self.edge.root();
        let in_doubt = self.doubt.as_ref();
        let entries_fit = in_doubt.is_some_and(|doubt| doubt.at_checkpoint == Some((signed.size, signed.root)));
        if leaves_fit {
            if let (Origin::Database { last }, Some((index, place))) = (&signed.origin, self.last)
                && index.saturating_add(1) == signed.size
                && *last != place
            {
                let message = format!(
                    "the checkpoint of {} entries names entry {} as its last, where entry {} stands",
                    signed.size, last.id, place.id
                );
                self.findings.add(Kind::Mark, Some(signed.size), Some(place.id), message);
            }
            self.settle_doubt(true);
            self.newest = Some(signed.root);
            return self.partial_tiles(signed.size);
        }
        if entries_fit {
            self.newest = Some(signed.root);
            self.settle_doubt(false);
            return Ok(());
        }
        let message = format!(
            "the checkpoint of {} entries {} fits neither the entries nor the tiles: what it signed was rewritten",
            signed.size,
            signed.origin.words()
        );
        self.settle_doubt(true);
        self.findings.add(Kind::Checkpoint, Some(signed.size), None, message);
        Ok(())
    }

    /// The tree's right edge as it was when the checkpoint was made, where that is still on disk.
    fn partial_tiles(&mut self, size: u64) -> Result<(), VerifyError> {
        let newest = size == self.checkpoints.own();
        let mut wrong = Vec::new();
        for (tile, hashes) in self.edge.partial_tiles() {
            let read = self.subject.store.read(tile);
            // An older one goes when its tile is full; the newest must be there, in one form or the other.
            if matches!(read, Err(TileError::Missing(_))) && (!newest || tile.level == 0) {
                continue;
            }
            let read = if newest { self.subject.store.read_prefix(tile) } else { read };
            wrong.extend(compare(read, tile, hashes)?);
        }
        for message in wrong {
            self.findings.add(Kind::Tile, Some(size.saturating_sub(1)), None, message);
        }
        Ok(())
    }

    fn begin_doubt(&mut self) {
        if self.doubt.is_none() {
            self.doubt = Some(Doubt {
                entries: self.edge.clone(),
                at_checkpoint: None,
                pending: Findings::default(),
                certain: Vec::new(),
                first: self.edge.size(),
            });
        }
    }

    /// Ends the doubt: with the leaves in the right, or with the entries.
    fn settle_doubt(&mut self, leaves_are_right: bool) {
        let Some(doubt) = self.doubt.take() else { return };
        if leaves_are_right {
            self.findings.take_over(doubt.pending);
            return;
        }
        doubt.certain.into_iter().for_each(|finding| self.findings.push(finding));
        let message = format!(
            "tile/0 holds other leaves between entries {} and {} than were signed; the entries themselves are right",
            doubt.first,
            self.edge.size().saturating_sub(1)
        );
        self.findings.add(Kind::Tile, Some(doubt.first), None, message);
        if doubt.entries.size() == self.edge.size() {
            self.edge = doubt.entries;
        }
    }

    /// A finding that waits for the next checkpoint while there is doubt; `certain` ones hold either way.
    fn say(&mut self, kind: Kind, index: u64, entry: Option<i64>, message: String, certain: bool) {
        let finding = Finding { kind, index: Some(index), entry, message };
        match &mut self.doubt {
            Some(doubt) => {
                if certain {
                    doubt.certain.push(finding.clone());
                }
                doubt.pending.push(finding);
            }
            None => self.findings.push(finding),
        }
    }
}

fn changed(row: &Row) -> String {
    format!("entry {} was changed: its contents are not those that it was committed with", row.place.id)
}

fn compare(read: Result<Vec<Hash>, TileError>, tile: TileId, hashes: &[Hash]) -> Result<Option<String>, TileError> {
    match read {
        Ok(found) if found == hashes => Ok(None),
        Ok(_) => Ok(Some(format!("{} holds other hashes than were signed", tile.path().display()))),
        Err(error @ TileError::Io { .. }) => Err(error),
        Err(error @ (TileError::Missing(_) | TileError::Damaged { .. } | TileError::Differs(_))) => {
            Ok(Some(error.to_string()))
        }
    }
}
