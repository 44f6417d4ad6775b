//! The tree held against RFC 6962's own recursive definition, and against its published test vectors.

use std::convert::Infallible;

use data_encoding::HEXLOWER;
use proptest::prelude::*;

use super::*;

/// MTH exactly as section 2.1 defines it.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [one] => *one,
        many => {
            let mut k = 1;
            while k * 2 < many.len() {
                k *= 2;
            }
            node_hash(&naive_root(&many[..k]), &naive_root(&many[k..]))
        }
    }
}

/// PATH(m, D[n]) exactly as section 2.1.1 defines it.
fn naive_path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let mut k = 1;
    while k * 2 < leaves.len() {
        k *= 2;
    }
    if m < k {
        let mut path = naive_path(m, &leaves[..k]);
        path.push(naive_root(&leaves[k..]));
        path
    } else {
        let mut path = naive_path(m - k, &leaves[k..]);
        path.push(naive_root(&leaves[..k]));
        path
    }
}

/// SUBPROOF(m, D[n], b) exactly as section 2.1.2 defines it.
fn naive_subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let mut k = 1;
    while k * 2 < leaves.len() {
        k *= 2;
    }
    if m <= k {
        let mut proof = naive_subproof(m, &leaves[..k], whole);
        proof.push(naive_root(&leaves[k..]));
        proof
    } else {
        let mut proof = naive_subproof(m - k, &leaves[k..], false);
        proof.push(naive_root(&leaves[..k]));
        proof
    }
}

struct Slice<'a>(&'a [Hash]);

impl Nodes for Slice<'_> {
    type Error = Infallible;
    fn node(&mut self, height: u32, index: u64) -> Result<Hash, Infallible> {
        let width = 1_usize << height;
        let start = usize::try_from(index).expect("small") * width;
        Ok(naive_root(&self.0[start..start + width]))
    }
}

fn leaves(n: usize) -> Vec<Hash> {
    (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

fn size(leaves: &[Hash]) -> u64 {
    u64::try_from(leaves.len()).expect("small")
}

fn grown(leaves: &[Hash]) -> Frontier {
    let mut frontier = Frontier::default();
    leaves.iter().for_each(|leaf| frontier.push(*leaf));
    frontier
}

#[test]
fn the_published_vectors_hold() {
    let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut frontier = Frontier::default();
    assert_eq!(frontier.root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (input, root) in inputs.iter().zip(roots) {
        frontier.push(leaf_hash(&HEXLOWER.decode(input.as_bytes()).expect("hex")));
        assert_eq!(frontier.root().to_string(), root, "size {}", frontier.size());
    }
}

#[test]
fn every_root_up_to_600_leaves_is_the_definitions() {
    let leaves = leaves(600);
    let mut frontier = Frontier::default();
    for n in 0..=leaves.len() {
        assert_eq!(frontier.root(), naive_root(&leaves[..n]), "{n} leaves");
        assert_eq!(root(&mut Slice(&leaves), frontier.size()), Ok(frontier.root()));
        if let Some(leaf) = leaves.get(n) {
            frontier.push(*leaf);
        }
    }
}

#[test]
fn every_inclusion_proof_up_to_70_leaves_is_the_definitions_and_verifies() {
    for n in 1..=70 {
        let leaves = leaves(n);
        let root = naive_root(&leaves);
        for (m, leaf) in leaves.iter().enumerate() {
            let index = u64::try_from(m).expect("small");
            let proof = inclusion_proof(&mut Slice(&leaves), index, size(&leaves)).expect("infallible").expect("in");
            assert_eq!(proof, naive_path(m, &leaves), "{m} of {n}");
            assert!(verify_inclusion(index, size(&leaves), *leaf, &proof, root), "{m} of {n}");
        }
    }
}

#[test]
fn every_consistency_proof_up_to_70_leaves_is_the_definitions_and_verifies() {
    for n in 1..=70 {
        let leaves = leaves(n);
        for m in 1..=n {
            let old = u64::try_from(m).expect("small");
            let proof = consistency_proof(&mut Slice(&leaves), old, size(&leaves)).expect("infallible").expect("older");
            assert_eq!(proof, naive_subproof(m, &leaves, true), "{m} to {n}");
            let (before, after) = (naive_root(&leaves[..m]), naive_root(&leaves));
            assert!(verify_consistency(old, size(&leaves), before, after, &proof), "{m} to {n}");
        }
    }
}

#[test]
fn there_is_no_proof_of_what_is_not_there() {
    let leaves = leaves(5);
    assert_eq!(inclusion_proof(&mut Slice(&leaves), 5, 5), Ok(None));
    assert_eq!(inclusion_proof(&mut Slice(&leaves), 0, 0), Ok(None));
    assert_eq!(consistency_proof(&mut Slice(&leaves), 6, 5), Ok(None));
    assert!(!verify_inclusion(5, 5, leaves[0], &[], leaves[0]));
    assert!(!verify_consistency(6, 5, leaves[0], leaves[0], &[]));
}

#[test]
fn the_empty_tree_begins_every_tree_but_only_as_itself() {
    let root = naive_root(&leaves(3));
    assert!(verify_consistency(0, 3, empty_root(), root, &[]));
    assert!(!verify_consistency(0, 3, root, root, &[]));
}

#[test]
fn a_subtree_counts_as_its_leaves_where_it_fits_and_is_refused_elsewhere() {
    let leaves = leaves(300);
    let mut frontier = Frontier::default();
    frontier.push_subtree(8, naive_root(&leaves[..256])).expect("aligned");
    assert_eq!(frontier.push_subtree(9, leaves[0]), Err(Misaligned { size: 256, height: 9 }));
    leaves[256..].iter().for_each(|leaf| frontier.push(*leaf));
    assert_eq!((frontier.size(), frontier.root()), (300, naive_root(&leaves)));
}

proptest! {
    #[test]
    fn any_change_of_an_inclusion_proof_breaks_it(n in 2_usize..300, m in 0_usize..300, bit in 0_usize..256, hash in 0_usize..10) {
        let leaves = leaves(n);
        let index = u64::try_from(m % n).expect("small");
        let leaf = leaves[m % n];
        let root = grown(&leaves).root();
        let proof = inclusion_proof(&mut Slice(&leaves), index, size(&leaves)).expect("infallible").expect("in");
        prop_assert!(verify_inclusion(index, size(&leaves), leaf, &proof, root));
        let mut bent = proof.clone();
        let at = hash % bent.len();
        bent[at].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!verify_inclusion(index, size(&leaves), leaf, &bent, root));
        prop_assert!(!verify_inclusion(index, size(&leaves), leaf, &proof[1..], root));
        let mut longer = proof.clone();
        longer.push(leaf);
        prop_assert!(!verify_inclusion(index, size(&leaves), leaf, &longer, root));
        prop_assert!(!verify_inclusion(index, size(&leaves), leaf_hash(b"other"), &proof, root));
    }

    #[test]
    fn any_change_of_a_consistency_proof_breaks_it(n in 2_usize..300, m in 1_usize..300, bit in 0_usize..256, hash in 0_usize..10) {
        let leaves = leaves(n);
        let m = 1 + m % (n - 1);
        let old = u64::try_from(m).expect("small");
        let (before, after) = (grown(&leaves[..m]).root(), grown(&leaves).root());
        let proof = consistency_proof(&mut Slice(&leaves), old, size(&leaves)).expect("infallible").expect("older");
        prop_assert!(verify_consistency(old, size(&leaves), before, after, &proof));
        let mut bent = proof.clone();
        let at = hash % bent.len();
        bent[at].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!verify_consistency(old, size(&leaves), before, after, &bent));
        prop_assert!(!verify_consistency(old, size(&leaves), before, after, &proof[1..]));
        prop_assert!(!verify_consistency(old, size(&leaves), after, before, &proof));
    }

    #[test]
    fn subtrees_of_any_kind_give_the_same_root(cuts in prop::collection::vec(0_u32..5, 1..60)) {
        let (mut by_leaf, mut by_subtree) = (Frontier::default(), Frontier::default());
        let all = leaves(60 * 32);
        for wanted in cuts {
            let height = wanted.min(by_subtree.size().trailing_zeros());
            let start = usize::try_from(by_subtree.size()).expect("small");
            let part = &all[start..start + (1 << height)];
            part.iter().for_each(|leaf| by_leaf.push(*leaf));
            by_subtree.push_subtree(height, naive_root(part)).expect("aligned");
        }
        prop_assert_eq!(by_leaf.root(), by_subtree.root());
    }
}
