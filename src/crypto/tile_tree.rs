//! A growing Merkle tree whose hashes live in tiles.
//!
//! [`TileTree`] appends leaves: full tiles go to disk as they fill, the right edge stays in memory until
//! [`TileTree::settle`] writes it as partial tiles, which a checkpoint needs. [`TileNodes`] reads a tree of a given
//! size back for proofs. After a crash the tree is opened at the last full tile and fed the rest again.

use super::merkle::{Frontier, Hash, Nodes};
use super::tiles::{HEIGHT, TileError, TileId, TileStore, WIDTH, tile_root};

/// The right edge of a tiled tree: per level, the hashes of the tile that is not full yet.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends one leaf by its hash; each tile that it fills goes to `full`.
    ///
    /// # Errors
    /// Whatever `full` says; the edge is then of no more use.
    pub fn push<E>(&mut self, leaf: Hash, mut full: impl FnMut(TileId, &[Hash]) -> Result<(), E>) -> Result<(), E> {
        let mut carried = leaf;
        self.size = self.size.saturating_add(1);
        for level in 0.. {
            let Some(edge) = self.levels.get_mut(level) else {
                self.levels.push(vec![carried]);
                break;
            };
            edge.push(carried);
            if u64::try_from(edge.len()) != Ok(WIDTH) {
                break;
            }
            let level = u32::try_from(level).unwrap_or(u32::MAX);
            let index = (self.size >> shift(level.saturating_add(1))).saturating_sub(1);
            full(TileId::full(level, index), edge)?;
            carried = tile_root(edge);
            edge.clear();
        }
        Ok(())
    }

    /// The root at the present size.
    pub fn root(&self) -> Hash {
        let mut frontier = Frontier::default();
        for (level, edge) in self.levels.iter().enumerate().rev() {
            let height = u32::try_from(level).unwrap_or(u32::MAX).saturating_mul(HEIGHT);
            for hash in edge {
                // Levels are pushed from the widest to the narrowest, so each lies on a multiple of its width.
                let aligned = frontier.push_subtree(height, *hash);
                debug_assert_eq!(aligned, Ok(()));
            }
        }
        frontier.root()
    }

    /// The partial tiles of a tree of this very size.
    pub fn partial_tiles(&self) -> impl Iterator<Item = (TileId, &[Hash])> {
        self.levels.iter().enumerate().filter_map(|(level, hashes)| {
            let tile = edge_tile(self.size, u32::try_from(level).unwrap_or(u32::MAX))?;
            Some((tile, hashes.as_slice()))
        })
    }
}

/// A growing tree whose full tiles go to disk as they fill.
#[derive(Debug)]
pub struct TileTree {
    store: TileStore,
    edge: Edge,
}

impl TileTree {
    /// Opens the tree at the largest size, of at most `wanted`, that the tiles on disk carry up to their right edge.
    ///
    /// The result may be smaller than `wanted`: by the leaves since the last full tile, which only
    /// [`TileTree::settle`] writes, or by more when tiles are missing. The caller appends those leaves again.
    ///
    /// # Errors
    /// [`TileError`], but not for a missing tile.
    pub fn open(store: TileStore, wanted: u64) -> Result<Self, TileError> {
        let mut size = wanted;
        loop {
            match load_edge(&store, size) {
                Ok(levels) => return Ok(Self { store, edge: Edge { size, levels } }),
                Err(Load::Lacking { from }) => size = from,
                Err(Load::Failed(error)) => return Err(error),
            }
        }
    }

    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.edge.size
    }

    /// Where the tiles are.
    pub fn store(&self) -> &TileStore {
        &self.store
    }

    /// Appends one leaf by its hash; tiles that it fills are on disk when this returns.
    ///
    /// # Errors
    /// [`TileError::Differs`] when such a tile is there with other hashes: this tree is not the one on disk.
    pub fn push(&mut self, leaf: Hash) -> Result<(), TileError> {
        let store = &self.store;
        self.edge.push(leaf, |tile, hashes| store.write(tile, hashes))
    }

    /// The root at the present size.
    pub fn root(&self) -> Hash {
        self.edge.root()
    }

    /// Writes the right edge as partial tiles, so that the tree of this very size can be read from disk.
    ///
    /// # Errors
    /// As [`TileTree::push`].
    pub fn settle(&self) -> Result<(), TileError> {
        self.edge.partial_tiles().try_for_each(|(tile, hashes)| self.store.write(tile, hashes))
    }
}

/// Bits to shift an index of leaves by, to get an index of hashes at `level`.
fn shift(level: u32) -> u32 {
    level.saturating_mul(HEIGHT).min(63)
}

/// The partial tile at the right edge of `level`, if there is one for a tree of `size` leaves.
fn edge_tile(size: u64, level: u32) -> Option<TileId> {
    let hashes = size >> shift(level);
    let width = hashes % WIDTH;
    (width > 0).then_some(TileId { level, index: hashes / WIDTH, width })
}

/// The tile of `level` that holds hash number `hash` of it, as wide as a tree of `size` leaves has it.
fn tile_of(size: u64, level: u32, hash: u64) -> TileId {
    let index = hash / WIDTH;
    let width = (size >> shift(level)).saturating_sub(index * WIDTH).min(WIDTH);
    TileId { level, index, width }
}

enum Load {
    /// A tile is missing; the tree can be opened at `from` leaves at most.
    Lacking {
        from: u64,
    },
    Failed(TileError),
}

fn load_edge(store: &TileStore, size: u64) -> Result<Vec<Vec<Hash>>, Load> {
    let mut edge = Vec::new();
    for level in 0.. {
        if size >> shift(level) == 0 {
            break;
        }
        edge.push(match edge_tile(size, level) {
            None => Vec::new(),
            Some(tile) => match store.read_prefix(tile) {
                Ok(hashes) => hashes,
                // Leaves have no tiles below them to be made from: go back to the last full tile.
                Err(TileError::Missing(_)) if level == 0 => return Err(Load::Lacking { from: size - tile.width }),
                Err(TileError::Missing(_)) => roots_of_tiles_below(store, tile)?,
                Err(error) => return Err(Load::Failed(error)),
            },
        });
        // The last full tile must be there too, or appending would go on from a hole.
        let full = (size >> shift(level)) / WIDTH;
        if let Some(last) = full.checked_sub(1)
            && !store.root().join(TileId::full(level, last).path()).is_file()
        {
            return Err(Load::Lacking { from: last << shift(level.saturating_add(1)) });
        }
    }
    Ok(edge)
}

fn roots_of_tiles_below(store: &TileStore, tile: TileId) -> Result<Vec<Hash>, Load> {
    let below = tile.level - 1;
    let first = tile.index * WIDTH;
    (first..first + tile.width)
        .map(|index| match store.read(TileId::full(below, index)) {
            Ok(hashes) => Ok(tile_root(&hashes)),
            Err(TileError::Missing(_)) => Err(Load::Lacking { from: index << shift(tile.level) }),
            Err(error) => Err(Load::Failed(error)),
        })
        .collect()
}

/// The tree of exactly `size` leaves, read from tiles for proofs. Keeps the last few tiles that it read.
#[derive(Debug)]
pub struct TileNodes<'a> {
    store: &'a TileStore,
    size: u64,
    read: Vec<(TileId, Vec<Hash>)>,
}

impl<'a> TileNodes<'a> {
    /// The tree of the first `size` leaves in `store`; `size` must be one that was settled, or a multiple of 256.
    pub fn new(store: &'a TileStore, size: u64) -> Self {
        Self { store, size, read: Vec::new() }
    }

    /// The hash of leaf `index`.
    ///
    /// # Errors
    /// [`TileError`] as reading says.
    pub fn leaf(&mut self, index: u64) -> Result<Hash, TileError> {
        self.node(0, index)
    }

    fn tile(&mut self, tile: TileId) -> Result<&[Hash], TileError> {
        if let Some(found) = self.read.iter().position(|(id, _)| *id == tile) {
            // The hit moves to the end, so that the front is what was not used for longest.
            let hit = self.read.remove(found);
            self.read.push(hit);
        } else {
            let hashes = self.store.read_prefix(tile)?;
            if self.read.len() >= 8 {
                self.read.remove(0);
            }
            self.read.push((tile, hashes));
        }
        Ok(self.read.last().map_or(&[], |(_, hashes)| hashes.as_slice()))
    }
}

impl Nodes for TileNodes<'_> {
    type Error = TileError;

    fn node(&mut self, height: u32, index: u64) -> Result<Hash, TileError> {
        let (level, above) = (height / HEIGHT, height % HEIGHT);
        let first = index << above;
        let tile = tile_of(self.size, level, first);
        let missing = || TileError::Missing(tile.path());
        let start = usize::try_from(first % WIDTH).unwrap_or(usize::MAX);
        let end = start.saturating_add(1 << above);
        let hashes = self.tile(tile)?.get(start..end).ok_or_else(missing)?;
        Ok(tile_root(hashes))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::merkle::{consistency_proof, inclusion_proof, leaf_hash, verify_consistency, verify_inclusion};
    use super::*;

    fn leaf(i: u64) -> Hash {
        leaf_hash(&i.to_be_bytes())
    }

    fn grow(tree: &mut TileTree, to: u64) {
        for i in tree.size()..to {
            tree.push(leaf(i)).expect("pushed");
        }
    }

    fn reference(size: u64) -> Hash {
        let mut frontier = Frontier::default();
        (0..size).for_each(|i| frontier.push(leaf(i)));
        frontier.root()
    }

    #[test]
    fn the_tiles_of_70_000_leaves_are_those_of_the_specifications_example() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut tree = TileTree::open(TileStore::new(dir.path()), 0).expect("open");
        grow(&mut tree, 70_000);
        tree.settle().expect("settled");
        assert_eq!(tree.root(), reference(70_000));
        let there = |path: &str| dir.path().join("tile").join(path).is_file();
        assert!(there("0/272") && !there("0/273") && there("0/273.p/112"));
        assert!(there("1/000") && there("1/001.p/17") && there("2/000.p/1"));
    }

    #[test]
    fn proofs_from_tiles_verify_at_every_edge() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path());
        let mut tree = TileTree::open(store.clone(), 0).expect("open");
        let sizes = [1, 2, 255, 256, 257, 511, 512, 1000, 65_536, 65_537, 66_000];
        let mut roots = Vec::new();
        for size in sizes {
            grow(&mut tree, size);
            tree.settle().expect("settled");
            roots.push((size, tree.root()));
        }
        for (size, root) in &roots {
            for index in [0, size / 3, size / 2, size - 1] {
                let mut nodes = TileNodes::new(&store, *size);
                let proof = inclusion_proof(&mut nodes, index, *size).expect("read").expect("in");
                assert!(verify_inclusion(index, *size, leaf(index), &proof, *root), "{index} of {size}");
                assert_eq!(nodes.leaf(index).expect("read"), leaf(index));
            }
            for (old, old_root) in roots.iter().filter(|(old, _)| old <= size) {
                let proof = consistency_proof(&mut TileNodes::new(&store, *size), *old, *size).expect("read");
                let proof = proof.expect("older");
                assert!(verify_consistency(*old, *size, *old_root, *root, &proof), "{old} to {size}");
            }
        }
    }

    #[test]
    fn a_tree_that_was_not_settled_opens_at_its_last_full_tile_and_goes_on() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path());
        let mut tree = TileTree::open(store.clone(), 0).expect("open");
        grow(&mut tree, 66_900);
        drop(tree);
        let mut again = TileTree::open(store, 66_900).expect("open");
        assert_eq!(again.size(), 66_816, "261 full tiles");
        grow(&mut again, 67_000);
        assert_eq!(again.root(), reference(67_000));
    }

    #[test]
    fn a_settled_tree_opens_at_its_size() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path());
        let mut tree = TileTree::open(store.clone(), 0).expect("open");
        grow(&mut tree, 700);
        tree.settle().expect("settled");
        let again = TileTree::open(store, 700).expect("open");
        assert_eq!((again.size(), again.root()), (700, reference(700)));
    }

    #[test]
    fn tiles_beyond_the_wanted_size_are_met_again_without_harm() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path());
        let mut tree = TileTree::open(store.clone(), 0).expect("open");
        grow(&mut tree, 1000);
        tree.settle().expect("settled");
        let mut again = TileTree::open(store, 300).expect("open");
        grow(&mut again, 1200);
        assert_eq!(again.root(), reference(1200));
    }

    #[test]
    fn another_history_in_place_of_the_tiles_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path());
        let mut tree = TileTree::open(store.clone(), 0).expect("open");
        grow(&mut tree, 1000);
        let mut again = TileTree::open(store, 256).expect("open");
        let refused = (0..256_u64).find_map(|i| again.push(leaf(i)).err());
        assert!(matches!(refused, Some(TileError::Differs(_))));
    }

    #[test]
    fn missing_tiles_open_the_tree_where_the_hole_begins() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path());
        let mut tree = TileTree::open(store.clone(), 0).expect("open");
        grow(&mut tree, 66_000);
        fs::remove_file(dir.path().join("tile/0/256")).expect("removed");
        assert_eq!(TileTree::open(store.clone(), 66_000).expect("open").size(), 65_536);
        fs::remove_dir_all(dir.path().join("tile")).expect("removed");
        let mut again = TileTree::open(store, 66_000).expect("open");
        assert_eq!(again.size(), 0);
        grow(&mut again, 66_000);
        assert_eq!(again.root(), reference(66_000));
    }
}
