//! The leaves that the tiles on disk say the log has, one after another.

use std::collections::VecDeque;

use super::findings::{Findings, Kind};
use crate::crypto::Hash;
use crate::crypto::tiles::{TileError, TileId, TileStore, WIDTH};

/// What the tiles say of one leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    /// This hash.
    Known(Hash),
    /// This hash, and its entry was found further on.
    Found(Hash),
    /// Nothing: the tile is gone.
    Unknown,
}

/// The leaves in order, with a view of those ahead.
pub(super) struct Leaves<'a> {
    store: &'a TileStore,
    /// Leaves under this appliance's newest checkpoint: for these there must be tiles.
    own: u64,
    sealed: u64,
    /// The next leaf to be read.
    next: u64,
    window: VecDeque<Leaf>,
}

impl<'a> Leaves<'a> {
    pub(super) fn new(store: &'a TileStore, own: u64, sealed: u64) -> Self {
        Self { store, own, sealed, next: 0, window: VecDeque::new() }
    }

    /// Makes sure that at least `ahead` leaves are in view, unless they end before.
    pub(super) fn fill(&mut self, ahead: usize, findings: &mut Findings) -> Result<(), TileError> {
        while self.window.len() < ahead && self.next < self.sealed {
            let index = self.next / WIDTH;
            let start = index * WIDTH;
            let wanted = self.sealed.saturating_sub(start).min(WIDTH);
            let width = self.own.saturating_sub(start).min(WIDTH);
            let mut known = Vec::new();
            if width > 0 {
                match self.store.read_prefix(TileId { level: 0, index, width }) {
                    Ok(hashes) => known = hashes,
                    Err(error @ (TileError::Missing(_) | TileError::Damaged { .. } | TileError::Differs(_))) => {
                        let message =
                            format!("{error}; it holds the leaves of entries {start} to {}", start + width - 1);
                        findings.add(Kind::Tile, Some(start), None, message);
                    }
                    Err(error @ TileError::Io { .. }) => return Err(error),
                }
            }
            let unknown = wanted.saturating_sub(u64::try_from(known.len()).unwrap_or(0));
            self.window.extend(known.into_iter().map(Leaf::Known));
            self.window.extend((0..unknown).map(|_| Leaf::Unknown));
            self.next = start.saturating_add(wanted);
        }
        Ok(())
    }

    /// The leaves in view, the next one first.
    pub(super) fn view(&mut self) -> &mut VecDeque<Leaf> {
        &mut self.window
    }
}
