//! The tree, its proofs and what is kept of it, held against the recursive definition of RFC 9162.

mod ledger_common;

use ledger_common::{Hash, Stored, leaves, mth, path, sm3, subproof};
use proptest::prelude::*;
use yinxin::error::Code;
use yinxin::ledger::{
    Frontier, LeafHashes, MAX_SIZE, consistency_proof, empty_root, first_difference,
    inclusion_proof, leaf_hash, leaf_hashes, node_hash, root_at, verify_consistency,
    verify_inclusion,
};

const MOST: usize = 260;

#[test]
fn roots_of_all_sizes_are_those_of_the_definition() {
    let leaves = leaves(MOST);
    let hashes = hashed(&leaves);
    let mut one_by_one = Frontier::new();
    let stored = Stored::of(&leaves);
    for size in 0..=MOST {
        let expected = mth(&leaves[..size]);
        assert_eq!(one_by_one.root(), expected, "{size}");
        assert_eq!(one_by_one.size(), size as u64);
        let mut at_once = Frontier::new();
        at_once.append_many(&hashes[..size], 2).unwrap();
        assert_eq!(at_once, one_by_one, "{size}");
        assert_eq!(root_at(&stored, size as u64).unwrap(), expected);
        assert_eq!(root_at(&LeafHashes(&hashes), size as u64).unwrap(), expected);
        let kept = one_by_one.to_bytes();
        assert_eq!(kept.len(), 8 + 32 * size.count_ones() as usize);
        assert_eq!(Frontier::from_bytes(&kept).unwrap(), one_by_one);
        if size < MOST {
            one_by_one.append(hashes[size]).unwrap();
        }
    }
    assert_eq!(empty_root(), sm3(&[]));
    assert_eq!(leaf_hash(b"data"), sm3(&[&[0], b"data"]));
    assert_eq!(node_hash(&[1; 32], &[2; 32]), sm3(&[&[1], &[1; 32], &[2; 32]]));
}

#[test]
fn many_appended_in_any_portions_are_the_same() {
    let hashes = hashed(&leaves(MOST));
    for first in 0..=64 {
        for second in [0, 1, 2, 3, 31, 32, 33, 100] {
            let mut portions = Frontier::new();
            portions.append_many(&hashes[..first], 1).unwrap();
            portions.append_many(&hashes[first..first + second], 1).unwrap();
            portions.append_many(&hashes[first + second..], 1).unwrap();
            let mut whole = Frontier::new();
            whole.append_many(&hashes, 1).unwrap();
            assert_eq!(portions, whole, "{first} {second}");
        }
    }
}

#[test]
fn every_inclusion_proof_of_every_size() {
    let leaves = leaves(MOST);
    let hashes = hashed(&leaves);
    let stored = Stored::of(&leaves);
    for size in 1..=MOST {
        let root = root_at(&stored, size as u64).unwrap();
        for index in 0..size {
            let proof = inclusion_proof(&stored, index as u64, size as u64).unwrap();
            // The definition hashes the whole tree for each: not for every size.
            if size <= 40 || size == MOST - 1 && index % 16 == 3 {
                assert_eq!(proof, path(index, &leaves[..size]), "{index} of {size}");
                let again = inclusion_proof(&LeafHashes(&hashes), index as u64, size as u64);
                assert_eq!(again.unwrap(), proof);
            }
            let good = verify_inclusion(&hashes[index], index as u64, size as u64, &proof, &root);
            assert!(good.is_ok(), "{index} of {size}");
        }
    }
}

#[test]
fn every_consistency_proof_of_every_pair_of_sizes() {
    let leaves = leaves(MOST);
    let hashes = hashed(&leaves);
    let stored = Stored::of(&leaves);
    let roots: Vec<Hash> = (0..=MOST).map(|n| root_at(&stored, n as u64).unwrap()).collect();
    for size in 0..=MOST {
        for earlier in 0..=size {
            let proof = consistency_proof(&stored, earlier as u64, size as u64).unwrap();
            if earlier > 0 && size <= 40 {
                assert_eq!(proof, subproof(earlier, &leaves[..size], true), "{earlier} {size}");
                let again = consistency_proof(&LeafHashes(&hashes), earlier as u64, size as u64);
                assert_eq!(again.unwrap(), proof);
            }
            let verify = |earlier_root, root| {
                verify_consistency(earlier as u64, earlier_root, size as u64, root, &proof)
            };
            assert!(verify(&roots[earlier], &roots[size]).is_ok(), "{earlier} {size}");
            assert!(verify(&[7; 32], &roots[size]).is_err(), "{earlier} {size}");
            // The beginning of a tree without leaves says nothing about the other.
            if earlier > 0 || size == 0 {
                assert!(verify(&roots[earlier], &[7; 32]).is_err(), "{earlier} {size}");
            }
        }
    }
}

#[test]
fn bent_inclusion_proofs_are_refused() {
    let leaves = leaves(40);
    let hashes = hashed(&leaves);
    for size in 1..=40u64 {
        let root = root_at(&LeafHashes(&hashes), size).unwrap();
        for index in 0..size {
            let proof = inclusion_proof(&LeafHashes(&hashes), index, size).unwrap();
            let leaf = &hashes[index as usize];
            let refused = |leaf, index, size, proof: &[Hash], root| {
                assert!(verify_inclusion(leaf, index, size, proof, root).is_err());
            };
            refused(&hashes[(index as usize + 1) % 40], index, size, &proof, &root);
            refused(leaf, size, size, &proof, &root);
            for other in (0..size).filter(|other| *other != index) {
                refused(leaf, other, size, &proof, &root);
            }
            refused(leaf, index, size, &[proof.as_slice(), &[[0; 32]]].concat(), &root);
            refused(leaf, index, size, &[proof.as_slice(), &vec![[0; 32]; 70]].concat(), &root);
            if let Some((_, shorter)) = proof.split_last() {
                refused(leaf, index, size, shorter, &root);
                refused(leaf, index, size, &proof[1..], &root);
            }
            for place in 0..proof.len() {
                let mut bent = proof.clone();
                bent[place][31] ^= 1;
                refused(leaf, index, size, &bent, &root);
            }
        }
    }
    assert!(verify_inclusion(&[0; 32], 0, 0, &[], &empty_root()).is_err());
    assert!(verify_inclusion(&[0; 32], 1, u64::MAX, &[], &empty_root()).is_err());
}

#[test]
fn bent_consistency_proofs_are_refused() {
    let hashes = hashed(&leaves(40));
    let source = LeafHashes(&hashes);
    let roots: Vec<Hash> = (0..=40).map(|size| root_at(&source, size).unwrap()).collect();
    for size in 1..=40u64 {
        for earlier in 1..size {
            let proof = consistency_proof(&source, earlier, size).unwrap();
            let (from, to) = (&roots[earlier as usize], &roots[size as usize]);
            let refused = |earlier, from, size, to, proof: &[Hash]| {
                assert!(verify_consistency(earlier, from, size, to, proof).is_err());
            };
            refused(size, to, earlier, from, &proof);
            refused(earlier, to, size, from, &proof);
            refused(earlier, from, size, to, &[]);
            refused(earlier, from, size, to, &[proof.as_slice(), &[[0; 32]]].concat());
            refused(earlier, from, size, to, &proof[..proof.len() - 1]);
            refused(earlier, from, size, to, &proof[1..]);
            for place in 0..proof.len() {
                let mut bent = proof.clone();
                bent[place][0] ^= 0x80;
                refused(earlier, from, size, to, &bent);
            }
            // The same proof for another pair of sizes, with the roots of that pair or of this one.
            for other in 1..size {
                if other != earlier {
                    refused(other, &roots[other as usize], size, to, &proof);
                    refused(other, from, size, to, &proof);
                }
            }
        }
    }
    let proof = consistency_proof(&source, 3, 7).unwrap();
    assert!(verify_consistency(0, &roots[0], 7, &roots[7], &proof).is_err());
    assert!(verify_consistency(0, &roots[0], 0, &roots[7], &[]).is_err());
    assert!(verify_consistency(0, &roots[0], 7, &roots[0], &[]).is_err());
    assert!(verify_consistency(7, &roots[7], 7, &roots[7], &proof).is_err());
    assert!(verify_consistency(3, &roots[3], u64::MAX, &roots[7], &proof).is_err());
}

#[test]
fn what_is_asked_wrongly_is_refused() {
    let hashes = hashed(&leaves(5));
    let source = LeafHashes(&hashes);
    for (index, size) in [(0, 0), (5, 5), (0, u64::MAX)] {
        let error = inclusion_proof(&source, index, size).unwrap_err();
        assert_eq!(error.code(), Code::Argument, "{index} {size}");
    }
    assert_eq!(consistency_proof(&source, 3, 2).unwrap_err().code(), Code::Argument);
    assert_eq!(root_at(&source, u64::MAX).unwrap_err().code(), Code::Argument);
    // More than the source has.
    assert_eq!(root_at(&source, 6).unwrap_err().code(), Code::Argument);
    assert_eq!(root_at(&source, MAX_SIZE).unwrap_err().code(), Code::Argument);
}

#[test]
fn kept_bytes_that_are_no_frontier_are_refused() {
    let mut frontier = Frontier::new();
    frontier.append_many(&hashed(&leaves(13)), 1).unwrap();
    let kept = frontier.to_bytes();
    for end in 0..kept.len() {
        assert_eq!(Frontier::from_bytes(&kept[..end]).unwrap_err().code(), Code::Structure);
    }
    let longer = [kept.as_slice(), &[0; 32]].concat();
    assert_eq!(Frontier::from_bytes(&longer).unwrap_err().code(), Code::Structure);
    let mut other_size = kept.clone();
    other_size[7] = 15;
    assert_eq!(Frontier::from_bytes(&other_size).unwrap_err().code(), Code::Structure);
    let too_large = [&(1u64 << 63).to_be_bytes()[..], &[0; 32]].concat();
    assert_eq!(Frontier::from_bytes(&too_large).unwrap_err().code(), Code::Structure);
    assert_eq!(Frontier::from_bytes(&[0; 8]).unwrap(), Frontier::new());

    let full = [&MAX_SIZE.to_be_bytes()[..], &[0; 63 * 32]].concat();
    let mut full = Frontier::from_bytes(&full).unwrap();
    let before = full.clone();
    assert_eq!(full.append([0; 32]).unwrap_err().code(), Code::Count);
    assert_eq!(full.append_many(&[[0; 32]; 2], 1).unwrap_err().code(), Code::Count);
    assert_eq!(full, before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Two logs part at the leaf that was changed, wherever it is.
    #[test]
    fn the_first_difference_is_found(size in 1usize..3000, at in any::<prop::sample::Index>()) {
        let leaves: Vec<Vec<u8>> = (0..size).map(|i| i.to_be_bytes().to_vec()).collect();
        let at = at.index(size);
        let mut changed = leaves.clone();
        changed[at].push(1);
        // What follows is changed too: only the first counts.
        for leaf in changed[at..].iter_mut().skip(1).step_by(7) {
            leaf.push(2);
        }
        let (a, b) = (Stored::of(&leaves), Stored::of(&changed));
        prop_assert_eq!(first_difference(&a, &b, size as u64).unwrap(), Some(at as u64));
        prop_assert_eq!(first_difference(&a, &b, at as u64).unwrap(), None);
        prop_assert_eq!(first_difference(&a, &a, size as u64).unwrap(), None);
    }

    /// Proofs at sizes that no loop reaches, made from what a store keeps.
    #[test]
    fn proofs_of_large_trees(
        size in 1usize..6000,
        earlier in any::<prop::sample::Index>(),
        index in any::<prop::sample::Index>(),
    ) {
        let leaves: Vec<Vec<u8>> = (0..size).map(|i| i.to_le_bytes().to_vec()).collect();
        let stored = Stored::of(&leaves);
        let (earlier, index) = (earlier.index(size) as u64 + 1, index.index(size) as u64);
        let (size, root) = (size as u64, stored.frontier.root());
        prop_assert_eq!(root, mth(&leaves));
        let leaf = leaf_hash(&leaves[index as usize]);
        let proof = inclusion_proof(&stored, index, size).unwrap();
        prop_assert!(verify_inclusion(&leaf, index, size, &proof, &root).is_ok());
        let earlier_root = root_at(&stored, earlier).unwrap();
        prop_assert_eq!(earlier_root, mth(&leaves[..earlier as usize]));
        let proof = consistency_proof(&stored, earlier, size).unwrap();
        prop_assert!(verify_consistency(earlier, &earlier_root, size, &root, &proof).is_ok());
    }
}

fn hashed(leaves: &[Vec<u8>]) -> Vec<Hash> {
    let leaves: Vec<&[u8]> = leaves.iter().map(Vec::as_slice).collect();
    leaf_hashes(&leaves, 1)
}
