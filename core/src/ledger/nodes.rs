//! Where the hashes of a tree are read from.

use super::tree::node_hash;
use crate::error::{Code, Error, Result};

/// The perfect trees of a log: what proofs are made of.
///
/// Node (`level`, `index`) is the root of the perfect tree over the `2^level` leaves from
/// `index << level`. It never changes once its last leaf is there, so it can be stored with that leaf:
/// [`Frontier::append`](super::Frontier::append) gives, with each leaf, all nodes that it completes.
pub trait Nodes {
    /// The hash of a node whose leaves are all there.
    ///
    /// # Errors
    ///
    /// What the source says if it cannot read it.
    fn node(&self, level: u32, index: u64) -> Result<[u8; 32]>;
}

/// A tree of which the leaves' hashes are at hand and nothing else: each node is computed when it is
/// asked for, which takes as many hashes as there are leaves below it.
#[derive(Debug, Clone, Copy)]
pub struct LeafHashes<'a>(pub &'a [[u8; 32]]);

impl Nodes for LeafHashes<'_> {
    fn node(&self, level: u32, index: u64) -> Result<[u8; 32]> {
        let leaves = leaves_of(level, index).and_then(|(start, end)| {
            self.0.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
        });
        let Some(leaves) = leaves else { return Err(absent(level, index)) };
        let mut nodes = leaves.to_vec();
        while nodes.len() > 1 {
            nodes =
                nodes.as_chunks().0.iter().map(|[left, right]| node_hash(left, right)).collect();
        }
        nodes.first().copied().ok_or_else(|| absent(level, index))
    }
}

/// The first leaf below a node and the first behind it.
fn leaves_of(level: u32, index: u64) -> Option<(u64, u64)> {
    let width = 1u64.checked_shl(level)?;
    let start = index.checked_mul(width)?;
    Some((start, start.checked_add(width)?))
}

fn absent(level: u32, index: u64) -> Error {
    let message = format!("the tree has no node {index} at level {level}");
    Error::new(Code::Argument, "Nodes", message)
}
