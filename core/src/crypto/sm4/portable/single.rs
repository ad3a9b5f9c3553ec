//! One block: the circuit on the four bytes of a word, bit i of each shifted to the same place.

use super::super::BLOCK;
use super::s_box::s_box;
use super::{AFTER, BEFORE};

/// Bit 0 of every byte.
const ONES: u32 = 0x0101_0101;

/// Encrypts a block, or decrypts it if the round keys are in reverse order.
pub(super) fn apply(keys: &[u32; 32], block: &mut [u8; BLOCK]) {
    let (words, _) = block.as_chunks_mut::<4>();
    let mut x: [u32; 4] = std::array::from_fn(|i| u32::from_be_bytes(words[i]));
    for key in keys {
        let s = substitute(x[1] ^ x[2] ^ x[3] ^ key);
        let mixed =
            s ^ s.rotate_left(24) ^ (s ^ s.rotate_left(8) ^ s.rotate_left(16)).rotate_left(2);
        x = [x[1], x[2], x[3], x[0] ^ mixed];
    }
    for (word, x) in words.iter_mut().zip(x.iter().rev()) {
        *word = x.to_be_bytes();
    }
}

/// The S-box on each byte of a word.
#[inline(always)]
pub(in super::super) fn substitute(word: u32) -> u32 {
    let word = word ^ (u32::from(BEFORE) * ONES);
    let bits = s_box(std::array::from_fn(|bit| word >> bit));
    let mut out = u32::from(AFTER) * ONES;
    for (bit, word) in bits.iter().enumerate() {
        out ^= (word & ONES) << bit;
    }
    out
}
