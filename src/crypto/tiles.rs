//! A Merkle tree on disk, as C2SP tlog-tiles lays it out.
//!
//! A tile is a row of up to 256 hashes of one level; level 0 holds leaf hashes, each hash of level `L` is the root of
//! a full tile of level `L - 1`. A tile, once written, never changes: it appears whole by rename, and writing another
//! content in its place is refused. This file owns paths, reading and writing; `tile_tree` knows what goes into them.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::merkle::{Frontier, Hash};

/// Hashes in a full tile.
pub const WIDTH: u64 = 256;

/// Bits of an index that one level of tiles takes up: 256 is 2 to the 8.
pub const HEIGHT: u32 = 8;

/// Which tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TileId {
    /// 0 for leaf hashes.
    pub level: u32,
    /// Position within the level, from 0.
    pub index: u64,
    /// Hashes in it: 256, or fewer at the right edge of the tree.
    pub width: u64,
}

impl TileId {
    /// The full tile at `index` of `level`.
    pub fn full(level: u32, index: u64) -> Self {
        Self { level, index, width: WIDTH }
    }

    /// The tile's path below the log's directory, such as `tile/0/x001/x234/067.p/17`.
    pub fn path(&self) -> PathBuf {
        let mut groups = vec![format!("{:03}", self.index % 1000)];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        groups.reverse();
        let mut path = format!("tile/{}/{}", self.level, groups.join("/"));
        if self.width < WIDTH {
            path.push_str(&format!(".p/{}", self.width));
        }
        path.into()
    }
}

/// Why a tile could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TileError {
    /// The tile is not there.
    #[error("{0} is missing")]
    Missing(PathBuf),
    /// The file is not as long as its tile.
    #[error("{path} has {found} bytes, not {wanted}: it was cut off or damaged")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Its length.
        found: usize,
        /// The length of its tile.
        wanted: u64,
    },
    /// The tile exists with other hashes than those that belong there.
    #[error("{0} holds other hashes than the entries give: the log was rewritten")]
    Differs(PathBuf),
    /// The file system refused.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The directory that holds a log's tiles and its checkpoint.
#[derive(Debug, Clone)]
pub struct TileStore {
    root: PathBuf,
}

impl TileStore {
    /// The log in `root`, which is made when it is first written to.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The directory of the log.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads one tile.
    ///
    /// # Errors
    /// [`TileError::Missing`], [`TileError::Damaged`] or [`TileError::Io`].
    pub fn read(&self, tile: TileId) -> Result<Vec<Hash>, TileError> {
        let path = self.root.join(tile.path());
        let raw = read_at_most(&path, tile.width * 32)?.ok_or_else(|| TileError::Missing(path.clone()))?;
        let (hashes, rest) = raw.as_chunks::<32>();
        if !rest.is_empty() || u64::try_from(hashes.len()) != Ok(tile.width) {
            return Err(TileError::Damaged { path, found: raw.len(), wanted: tile.width * 32 });
        }
        Ok(hashes.iter().map(|hash| Hash(*hash)).collect())
    }

    /// Reads the first `tile.width` hashes of a tile: from its partial file, or else from the full tile that has
    /// grown out of it since.
    ///
    /// # Errors
    /// As [`TileStore::read`].
    pub fn read_prefix(&self, tile: TileId) -> Result<Vec<Hash>, TileError> {
        match self.read(tile) {
            Err(TileError::Missing(path)) if tile.width < WIDTH => {
                let full = self.read(TileId { width: WIDTH, ..tile });
                let mut hashes = full.map_err(|error| match error {
                    TileError::Missing(_) => TileError::Missing(path),
                    other => other,
                })?;
                hashes.truncate(usize::try_from(tile.width).unwrap_or(usize::MAX));
                Ok(hashes)
            }
            other => other,
        }
    }

    /// Writes one tile durably. Writing the same again does nothing. A full tile takes its partial forerunners away.
    ///
    /// # Errors
    /// [`TileError::Differs`] when the tile is there with other hashes; [`TileError::Io`].
    pub fn write(&self, tile: TileId, hashes: &[Hash]) -> Result<(), TileError> {
        let path = self.root.join(tile.path());
        let content = hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>();
        if let Some(present) = read_at_most(&path, WIDTH * 32)? {
            return if present == content { Ok(()) } else { Err(TileError::Differs(path)) };
        }
        write_durably(&path, &content)?;
        if tile.width == WIDTH {
            let partials = self.root.join(format!("{}.p", tile.path().display()));
            match fs::remove_dir_all(&partials) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(TileError::Io { path: partials, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The signed checkpoint that was written last, as text; `None` before the first.
    ///
    /// # Errors
    /// [`TileError::Io`].
    pub fn checkpoint(&self) -> Result<Option<String>, TileError> {
        let path = self.root.join("checkpoint");
        let raw = read_at_most(&path, 64 * 1024)?;
        raw.map(String::from_utf8).transpose().map_err(|error| TileError::Io { path, source: io::Error::other(error) })
    }

    /// Puts `note` in place of the last checkpoint, durably and all at once.
    ///
    /// # Errors
    /// [`TileError::Io`].
    pub fn write_checkpoint(&self, note: &str) -> Result<(), TileError> {
        write_durably(&self.root.join("checkpoint"), note.as_bytes())
    }

    /// Puts the text `name` beside the tiles, durably and all at once: the public key that opens the checkpoints.
    ///
    /// # Errors
    /// [`TileError::Io`].
    pub fn write_text(&self, name: &'static str, text: &str) -> Result<(), TileError> {
        write_durably(&self.root.join(name), text.as_bytes())
    }
}

/// The root of a full tile.
pub fn tile_root(hashes: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    hashes.iter().for_each(|hash| frontier.push(*hash));
    frontier.root()
}

/// The whole file, or `None` when there is none. One byte more than `limit` is read, so that a longer file shows.
fn read_at_most(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, TileError> {
    let io = |source| TileError::Io { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(error)),
    };
    let mut raw = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut raw).map_err(io)?;
    Ok(Some(raw))
}

/// Writes beside the place, syncs, renames into it and syncs the directory, so that after a power cut the file is
/// whole or absent.
fn write_durably(path: &Path, content: &[u8]) -> Result<(), TileError> {
    let io = |source| TileError::Io { path: path.to_owned(), source };
    let dir = path.parent().unwrap_or(Path::new("/"));
    make_dir_durably(dir)?;
    // One writer per log (the sequencer holds a lock), so a fixed name is enough, and a left-over is overwritten.
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let mut file = File::create(&fresh).map_err(io)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(io)?;
    fs::rename(&fresh, path).map_err(io)?;
    sync_dir(dir)
}

/// Makes `dir` and what is missing above it, each new name synced into its parent.
fn make_dir_durably(dir: &Path) -> Result<(), TileError> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().unwrap_or(Path::new("/"));
    make_dir_durably(parent)?;
    match fs::create_dir(dir) {
        Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
            Err(TileError::Io { path: dir.to_owned(), source })
        }
        _ => sync_dir(parent),
    }
}

fn sync_dir(dir: &Path) -> Result<(), TileError> {
    let synced = File::open(dir).and_then(|dir| dir.sync_all());
    synced.map_err(|source| TileError::Io { path: dir.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::super::merkle::leaf_hash;
    use super::*;

    fn hashes(n: u8) -> Vec<Hash> {
        (0..n).map(|i| leaf_hash(&[i])).collect()
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        let cases = [
            (TileId::full(0, 0), "tile/0/000"),
            (TileId::full(0, 999), "tile/0/999"),
            (TileId::full(0, 1000), "tile/0/x001/000"),
            (TileId::full(2, 1_234_067), "tile/2/x001/x234/067"),
            (TileId { level: 0, index: 1_234_067, width: 17 }, "tile/0/x001/x234/067.p/17"),
        ];
        for (tile, path) in cases {
            assert_eq!(tile.path(), PathBuf::from(path));
        }
    }

    #[test]
    fn a_tile_reads_as_it_was_written() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path().join("audit"));
        let tile = TileId { level: 0, index: 0, width: 7 };
        store.write(tile, &hashes(7)).expect("written");
        assert_eq!(store.read(tile).expect("read"), hashes(7));
        store.write(tile, &hashes(7)).expect("the same again is nothing new");
    }

    #[test]
    fn a_tile_never_changes() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path());
        let tile = TileId { level: 0, index: 0, width: 2 };
        store.write(tile, &hashes(2)).expect("written");
        let other = [leaf_hash(b"a"), leaf_hash(b"b")];
        assert!(matches!(store.write(tile, &other), Err(TileError::Differs(_))));
        assert_eq!(store.read(tile).expect("read"), hashes(2));
    }

    #[test]
    fn a_cut_or_overlong_tile_is_damaged_and_an_absent_one_missing() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path());
        let tile = TileId { level: 0, index: 0, width: 2 };
        assert!(matches!(store.read(tile), Err(TileError::Missing(_))));
        for length in [0, 1, 32, 63, 65, 96] {
            fs::create_dir_all(dir.path().join("tile/0/000.p")).expect("a directory");
            fs::write(dir.path().join("tile/0/000.p/2"), vec![0; length]).expect("damage");
            assert!(matches!(store.read(tile), Err(TileError::Damaged { .. })), "{length} bytes");
        }
    }

    #[test]
    fn a_full_tile_takes_its_partials_away_and_still_answers_for_them() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path());
        let full: Vec<Hash> = (0..=255).map(|i: u8| leaf_hash(&[i])).collect();
        let partial = TileId { level: 0, index: 0, width: 7 };
        store.write(partial, &full[..7]).expect("written");
        store.write(TileId::full(0, 0), &full).expect("written");
        assert!(!dir.path().join("tile/0/000.p").exists());
        assert_eq!(store.read_prefix(partial).expect("from the full tile"), &full[..7]);
    }

    #[test]
    fn a_checkpoint_replaces_the_one_before() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = TileStore::new(dir.path().join("audit"));
        assert_eq!(store.checkpoint().expect("none yet"), None);
        store.write_checkpoint("one").expect("written");
        store.write_checkpoint("two").expect("written");
        assert_eq!(store.checkpoint().expect("read").as_deref(), Some("two"));
        let left: Vec<_> = fs::read_dir(store.root()).expect("dir").collect();
        assert_eq!(left.len(), 1, "no temporary file stays");
    }
}
