//! From the key to 32 round keys.

use super::BLOCK;
use zeroize::Zeroizing;

const FAMILY: [u32; 4] = [0xa3b1_bac6, 0x56aa_3350, 0x677d_9197, 0xb270_22dc];

/// The round keys; `substitute` is the S-box on each byte of a word.
#[inline(always)]
pub(super) fn expand(key: &[u8; BLOCK], substitute: impl Fn(u32) -> u32) -> Zeroizing<[u32; 32]> {
    let words = key.as_chunks::<4>().0;
    let mut k: [u32; 4] = std::array::from_fn(|i| u32::from_be_bytes(words[i]) ^ FAMILY[i]);
    let mut round_keys = Zeroizing::new([0; 32]);
    for (round, key) in round_keys.iter_mut().enumerate() {
        let s = substitute(k[1] ^ k[2] ^ k[3] ^ constant(round));
        *key = k[0] ^ s ^ s.rotate_left(13) ^ s.rotate_left(23);
        k = [k[1], k[2], k[3], *key];
    }
    round_keys
}

/// Four bytes of the multiples of 7.
fn constant(round: usize) -> u32 {
    u32::from_be_bytes(std::array::from_fn(|byte| ((4 * round + byte) * 7) as u8))
}
