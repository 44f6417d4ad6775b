//! The Merkle tree of RFC 6962, section 2.1, over SHA-256.
//!
//! A [`Frontier`] grows a tree of any size by keeping one hash per bit of that size; proofs are made from any source
//! of complete subtrees ([`Nodes`]) and checked by pure functions, by the algorithms of RFC 9162, section 2.1.
//! Nothing here touches a file or a database.

use std::fmt;

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest as _, Sha256};

/// A SHA-256 hash: of a leaf, of a subtree or of a whole tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash in standard base64, as checkpoints write it.
    pub fn to_base64(self) -> String {
        BASE64.encode(&self.0)
    }

    /// Reads 32 bytes; `None` for any other length.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The hash of a leaf that holds `data`.
pub fn leaf_hash(data: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(data).finalize().into())
}

/// The hash of a node over its two children.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The root of the tree without leaves.
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// A subtree was put where its size does not fit: it must lie on a multiple of its own width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a subtree of height {height} cannot follow {size} leaves")]
pub struct Misaligned {
    /// Leaves in the tree so far.
    pub size: u64,
    /// Height of the subtree that does not fit.
    pub height: u32,
}

/// The right edge of a growing tree: enough to append and to tell the root, at most 64 hashes.
#[derive(Debug, Clone, Default)]
pub struct Frontier {
    size: u64,
    /// Complete subtrees from left to right, each with its height; heights fall strictly.
    peaks: Vec<(u32, Hash)>,
}

impl Frontier {
    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends one leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        self.carry(0, leaf);
        self.size = self.size.saturating_add(1);
    }

    /// Appends `2^height` leaves at once by the hash of their subtree.
    ///
    /// # Errors
    /// [`Misaligned`] when the size so far is no multiple of `2^height`.
    pub fn push_subtree(&mut self, height: u32, subtree: Hash) -> Result<(), Misaligned> {
        let misaligned = Misaligned { size: self.size, height };
        let width = 1_u64.checked_shl(height).ok_or(misaligned)?;
        if self.size & width.wrapping_sub(1) != 0 {
            return Err(misaligned);
        }
        self.carry(height, subtree);
        self.size = self.size.checked_add(width).ok_or(misaligned)?;
        Ok(())
    }

    fn carry(&mut self, mut height: u32, mut hash: Hash) {
        while let Some((_, left)) = self.peaks.pop_if(|(peak, _)| *peak == height) {
            hash = node_hash(&left, &hash);
            height = height.saturating_add(1);
        }
        self.peaks.push((height, hash));
    }

    /// The root of the tree at its present size.
    pub fn root(&self) -> Hash {
        let mut from_right = self.peaks.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = from_right.next() else { return empty_root() };
        from_right.fold(last, |right, left| node_hash(&left, &right))
    }
}

/// Somewhere to read the hashes of complete subtrees from.
pub trait Nodes {
    /// Why a hash could not be read.
    type Error;

    /// The hash of the subtree of `2^height` leaves that begins at leaf `index * 2^height`.
    ///
    /// # Errors
    /// Whatever the source says when it does not have that subtree.
    fn node(&mut self, height: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// The largest power of two below `n`, for `n` of at least 2: where RFC 6962 splits a tree.
fn split(n: u64) -> u64 {
    1 << n.saturating_sub(1).max(1).ilog2()
}

/// MTH(D[start:end]) for a range that a split of a tree yields, so that its parts are aligned.
fn range_root<N: Nodes>(nodes: &mut N, start: u64, end: u64) -> Result<Hash, N::Error> {
    let n = end.saturating_sub(start);
    if n == 0 {
        return Ok(empty_root());
    }
    if n.is_power_of_two() {
        return nodes.node(n.ilog2(), start >> n.ilog2());
    }
    let middle = start.saturating_add(split(n));
    let left = range_root(nodes, start, middle)?;
    let right = range_root(nodes, middle, end)?;
    Ok(node_hash(&left, &right))
}

/// The root of the first `size` leaves.
///
/// # Errors
/// What the source says.
pub fn root<N: Nodes>(nodes: &mut N, size: u64) -> Result<Hash, N::Error> {
    range_root(nodes, 0, size)
}

/// The audit path of leaf `index` in the tree of the first `size` leaves, from the leaf upwards.
///
/// `None` when there is no such leaf.
///
/// # Errors
/// What the source says.
pub fn inclusion_proof<N: Nodes>(nodes: &mut N, index: u64, size: u64) -> Result<Option<Vec<Hash>>, N::Error> {
    if index >= size {
        return Ok(None);
    }
    let (mut start, mut end) = (0, size);
    let mut siblings = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            siblings.push(range_root(nodes, middle, end)?);
            end = middle;
        } else {
            siblings.push(range_root(nodes, start, middle)?);
            start = middle;
        }
    }
    siblings.reverse();
    Ok(Some(siblings))
}

/// The proof that the tree of `new` leaves begins with the tree of `old` leaves. Empty when `old` is 0 or `new`.
///
/// `None` when `old` is more than `new`.
///
/// # Errors
/// What the source says.
pub fn consistency_proof<N: Nodes>(nodes: &mut N, old: u64, new: u64) -> Result<Option<Vec<Hash>>, N::Error> {
    if old > new {
        return Ok(None);
    }
    if old == 0 || old == new {
        return Ok(Some(Vec::new()));
    }
    let (mut start, mut end) = (0, new);
    let mut hashes = Vec::new();
    // Down to the node at which the old tree ends; what was passed on the way is the proof, from the top.
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            hashes.push(range_root(nodes, middle, end)?);
            end = middle;
        } else {
            hashes.push(range_root(nodes, start, middle)?);
            start = middle;
        }
    }
    // From the left edge that node is the old tree itself, which the verifier has.
    if start != 0 {
        hashes.push(range_root(nodes, start, end)?);
    }
    hashes.reverse();
    Ok(Some(hashes))
}

/// Whether `proof` shows that `leaf` stands at `index` in the tree of `size` leaves with this `root`.
pub fn verify_inclusion(index: u64, size: u64, leaf: Hash, proof: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

/// Whether `proof` shows that the tree of `new` leaves with `new_root` begins with the tree of `old` leaves with
/// `old_root`.
pub fn verify_consistency(old: u64, new: u64, old_root: Hash, new_root: Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && old_root == empty_root();
    }
    let mut hashes = proof.iter();
    let seed = if old.is_power_of_two() { Some(&old_root) } else { hashes.next() };
    let Some(seed) = seed else { return false };
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*seed, *seed);
    for sibling in hashes {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == old_root && new_hash == new_root
}

#[cfg(test)]
#[path = "merkle_tests.rs"]
mod tests;
