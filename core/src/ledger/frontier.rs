//! What has to be kept of a tree so that leaves can be appended.

use super::tree::{MAX_SIZE, empty_root, node_hash, pair_hashes};
use crate::error::{Code, Error, Result};

const NAME: &str = "Frontier";

/// The size of a tree and the roots of the perfect trees that it is made of: all that appending and the
/// root need, at most 63 hashes.
///
/// A size of 13 is 8 + 4 + 1 leaves: three perfect trees, the largest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<[u8; 32]>,
}

impl Frontier {
    /// A tree without leaves.
    pub fn new() -> Self {
        Frontier::default()
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> [u8; 32] {
        let mut peaks = self.peaks.iter().rev();
        let Some(smallest) = peaks.next() else { return empty_root() };
        peaks.fold(*smallest, |right, left| node_hash(left, &right))
    }

    /// Appends one leaf, given by its hash, and gives the nodes that are complete from now on and never
    /// change: the leaf itself, and each perfect tree that it ends, by level.
    ///
    /// A store that keeps these with the leaf finds node (`level`, `index`) beside the leaf
    /// `((index + 1) << level) - 1`, at place `level`: see [`Nodes`](super::Nodes).
    ///
    /// # Errors
    ///
    /// [`Code::Count`] at [`MAX_SIZE`] leaves.
    pub fn append(&mut self, leaf: [u8; 32]) -> Result<Vec<[u8; 32]>> {
        let size = self.room_for(1)?;
        let mut completed = vec![leaf];
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            node = node_hash(&left, &node);
            completed.push(node);
        }
        self.peaks.push(node);
        self.size = size;
        Ok(completed)
    }

    /// Appends many leaves, given by their hashes, on up to `threads` threads: the same as one by one,
    /// with the nodes of each level hashed side by side.
    ///
    /// # Errors
    ///
    /// [`Code::Count`] for more than [`MAX_SIZE`] leaves; then nothing is appended.
    pub fn append_many(&mut self, leaves: &[[u8; 32]], threads: usize) -> Result<()> {
        let size = self.room_for(leaves.len())?;
        let mut nodes = leaves.to_vec();
        let mut level = 0;
        let mut smaller = Vec::new();
        while !nodes.is_empty() {
            // An odd tree of this level waits for its right half: the first of the new nodes.
            if self.size >> level & 1 == 1
                && let Some(left) = self.peaks.pop()
            {
                nodes.insert(0, left);
            }
            if nodes.len() % 2 == 1 {
                smaller.extend(nodes.last());
            }
            nodes = pair_hashes(&nodes, threads);
            level += 1;
        }
        self.peaks.extend(smaller.iter().rev());
        self.size = size;
        Ok(())
    }

    /// The bytes to keep: the size in 8 bytes, most significant first, then the hashes, the largest
    /// tree first, one for each bit that is set in the size.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.size.to_be_bytes(), self.peaks.as_flattened()].concat()
    }

    /// Reads [`to_bytes`](Self::to_bytes).
    ///
    /// # Errors
    ///
    /// [`Code::Structure`] if the length is not that of the size, or the size is above [`MAX_SIZE`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let fail = |message: &'static str| Error::new(Code::Structure, NAME, message);
        let (size, hashes) =
            bytes.split_first_chunk().ok_or_else(|| fail("the size is cut off"))?;
        let size = u64::from_be_bytes(*size);
        let (peaks, rest) = hashes.as_chunks();
        if size > MAX_SIZE {
            return Err(fail("the size is above the greatest possible one").at(0));
        }
        if !rest.is_empty() || peaks.len() != size.count_ones() as usize {
            return Err(fail("there is not one hash for each bit of the size").at(8));
        }
        Ok(Frontier { size, peaks: peaks.to_vec() })
    }

    /// The size with `more` leaves.
    fn room_for(&self, more: usize) -> Result<u64> {
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        let size = self.size.checked_add(more).filter(|size| *size <= MAX_SIZE);
        size.ok_or_else(|| Error::new(Code::Count, NAME, "more leaves than a tree can have"))
    }
}
