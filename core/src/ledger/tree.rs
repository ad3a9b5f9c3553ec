//! The hashes of the tree.
//!
//! # Source
//!
//! RFC 9162, 2.1.1, with SM3 for SHA-256.

use crate::crypto::sm3;

/// The most leaves of one tree: the size has to fit in an INTEGER of 64 bits with its sign.
pub const MAX_SIZE: u64 = i64::MAX as u64;

const LEAF: &[u8] = &[0x00];
const NODE: &[u8] = &[0x01];

/// The root of a tree without leaves: the hash of nothing.
pub fn empty_root() -> [u8; 32] {
    sm3::digest(&[])
}

/// The hash of one leaf: of the byte 00 and the data.
pub fn leaf_hash(data: &[u8]) -> [u8; 32] {
    sm3::digest_parts(&[LEAF, data])
}

/// The hash of each leaf, side by side in vectors, on up to `threads` threads.
pub fn leaf_hashes(leaves: &[&[u8]], threads: usize) -> Vec<[u8; 32]> {
    let messages: Vec<[&[u8]; 2]> = leaves.iter().map(|data| [LEAF, data]).collect();
    sm3::digest_parts_many(&messages, threads)
}

/// The hash of a node: of the byte 01 and the hashes of its two halves.
pub fn node_hash(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    sm3::digest_parts(&[NODE, left, right])
}

/// The nodes over pairs of neighbours; of an odd count the last is left out.
pub(super) fn pair_hashes(nodes: &[[u8; 32]], threads: usize) -> Vec<[u8; 32]> {
    let (pairs, _) = nodes.as_chunks::<2>();
    let messages: Vec<[&[u8]; 2]> = pairs.iter().map(|pair| [NODE, pair.as_flattened()]).collect();
    sm3::digest_parts_many(&messages, threads)
}
