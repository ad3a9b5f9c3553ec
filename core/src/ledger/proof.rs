//! That a leaf is in a tree, and that one tree is another with leaves appended.
//!
//! Proofs are lists of hashes, in the order of RFC 9162. They are made from [`Nodes`] and verified with
//! nothing but hashes.
//!
//! # Source
//!
//! RFC 9162, 2.1.3 and 2.1.4.

use super::nodes::Nodes;
use super::tree::{MAX_SIZE, empty_root, node_hash};
use crate::crypto::BadSignature;
use crate::error::{Code, Error, Result};

/// The root of the first `size` leaves.
///
/// # Errors
///
/// [`Code::Argument`] above [`MAX_SIZE`]; what the source says.
pub fn root_at(nodes: &dyn Nodes, size: u64) -> Result<[u8; 32]> {
    require(size <= MAX_SIZE, "the size is above the greatest possible one")?;
    if size == 0 { Ok(empty_root()) } else { subtree(nodes, 0, size) }
}

/// The proof that leaf `index`, counted from 0, is in the tree of the first `size` leaves: the hashes
/// beside its way to the root, from below.
///
/// # Errors
///
/// [`Code::Argument`] unless `index < size`; what the source says.
pub fn inclusion_proof(nodes: &dyn Nodes, index: u64, size: u64) -> Result<Vec<[u8; 32]>> {
    require(index < size && size <= MAX_SIZE, "there is no such leaf in a tree of this size")?;
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(subtree(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(subtree(nodes, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of the first `size` leaves is that of the first `earlier` leaves with others
/// appended; empty where the two are equal or the earlier one has no leaves.
///
/// # Errors
///
/// [`Code::Argument`] unless `earlier <= size`; what the source says.
pub fn consistency_proof(nodes: &dyn Nodes, earlier: u64, size: u64) -> Result<Vec<[u8; 32]>> {
    require(earlier <= size && size <= MAX_SIZE, "the earlier tree is the larger one")?;
    if earlier == 0 || earlier == size {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end > earlier {
        let middle = start + split(end - start);
        if earlier <= middle {
            path.push(subtree(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(subtree(nodes, start, middle)?);
            start = middle;
        }
    }
    // Where the earlier tree is perfect its root is known to whoever verifies.
    if start > 0 {
        path.push(subtree(nodes, start, end)?);
    }
    path.reverse();
    Ok(path)
}

/// Whether `leaf` is the hash of leaf `index` in the tree of `size` leaves with this root.
///
/// # Errors
///
/// [`BadSignature`] if the proof does not show it, without detail.
pub fn verify_inclusion(
    leaf: &[u8; 32],
    index: u64,
    size: u64,
    proof: &[[u8; 32]],
    root: &[u8; 32],
) -> std::result::Result<(), BadSignature> {
    if index >= size || size > MAX_SIZE {
        return Err(BadSignature);
    }
    let (mut position, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for beside in proof {
        if last == 0 {
            return Err(BadSignature);
        }
        if position % 2 == 1 || position == last {
            hash = node_hash(beside, &hash);
            if position % 2 == 0 {
                // The last of its level has no neighbour here: up to where it is a right half.
                let up = position.trailing_zeros();
                (position, last) = (position >> up, last >> up);
            }
        } else {
            hash = node_hash(&hash, beside);
        }
        (position, last) = (position >> 1, last >> 1);
    }
    if last == 0 && hash == *root { Ok(()) } else { Err(BadSignature) }
}

/// Whether the tree of `size` leaves with `root` is the one of `earlier` leaves with `earlier_root`
/// and others appended.
///
/// A tree without leaves has one root and is the beginning of every other.
///
/// # Errors
///
/// [`BadSignature`] if the proof does not show it, without detail.
pub fn verify_consistency(
    earlier: u64,
    earlier_root: &[u8; 32],
    size: u64,
    root: &[u8; 32],
    proof: &[[u8; 32]],
) -> std::result::Result<(), BadSignature> {
    if earlier > size || size > MAX_SIZE {
        return Err(BadSignature);
    }
    if earlier == 0 || earlier == size {
        let is_empty = |size: u64, root: &[u8; 32]| (size == 0) == (*root == empty_root());
        let same = earlier == 0 || earlier_root == root;
        let possible = is_empty(earlier, earlier_root) && is_empty(size, root);
        return if same && possible && proof.is_empty() { Ok(()) } else { Err(BadSignature) };
    }
    // A perfect earlier tree is itself the first hash.
    let own = earlier.is_power_of_two().then_some(earlier_root);
    let mut hashes = own.into_iter().chain(proof);
    let Some(first) = hashes.next() else { return Err(BadSignature) };
    let (mut before, mut after) = (*first, *first);
    let up = (earlier - 1).trailing_ones();
    let (mut position, mut last) = ((earlier - 1) >> up, (size - 1) >> up);
    for beside in hashes {
        if last == 0 {
            return Err(BadSignature);
        }
        if position % 2 == 1 || position == last {
            before = node_hash(beside, &before);
            after = node_hash(beside, &after);
            if position % 2 == 0 {
                let up = position.trailing_zeros();
                (position, last) = (position >> up, last >> up);
            }
        } else {
            after = node_hash(&after, beside);
        }
        (position, last) = (position >> 1, last >> 1);
    }
    let good = last == 0 && before == *earlier_root && after == *root;
    if good { Ok(()) } else { Err(BadSignature) }
}

/// The greatest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// The root of the leaves from `start` to before `end`, where RFC 9162 has a tree: `start` is a
/// multiple of the greatest power of two that the count reaches, and there is at least one leaf.
fn subtree(nodes: &dyn Nodes, start: u64, end: u64) -> Result<[u8; 32]> {
    // Perfect trees from the left, each of the size of a bit of the count.
    let mut peaks = Vec::new();
    let mut from = start;
    while from < end {
        let level = (end - from).ilog2();
        peaks.push(nodes.node(level, from >> level)?);
        from += 1 << level;
    }
    let mut peaks = peaks.into_iter().rev();
    let smallest = peaks.next().ok_or_else(|| fail("a tree without leaves has no nodes"))?;
    Ok(peaks.fold(smallest, |right, left| node_hash(&left, &right)))
}

fn require(holds: bool, message: &'static str) -> Result<()> {
    if holds { Ok(()) } else { Err(fail(message)) }
}

fn fail(message: &'static str) -> Error {
    Error::new(Code::Argument, "proof", message)
}
