//! SM3's compression for one message.

use super::lanes::{self, T};
use std::hint::black_box;

/// Takes the blocks into the state, one after another.
pub(super) fn compress(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    // Where the compiler sees the constants it adds them last, to the sum on which all else waits.
    let t = black_box(&T);
    let mut lane = state.map(|word| [word]);
    lanes::compress::<1, u32>(&mut lane, &[blocks], blocks.len(), t);
    *state = lane.map(|[word]| word);
}

/// The bytes of a state: what the hash is after the last block.
pub(crate) fn to_bytes(state: &[u32; 8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (out, word) in out.as_chunks_mut().0.iter_mut().zip(state) {
        *out = word.to_be_bytes();
    }
    out
}
