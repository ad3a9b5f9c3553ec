//! One block into each of many states, for work that goes on in step.

use super::compress::compress as portable;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::lanes::States;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::{avx2, avx512, one};
use crate::crypto::backend::Level;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use zeroize::Zeroize;

/// How many messages must be left for lanes to be faster than one message after another.
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
pub(super) const WORTH_AVX2: usize = 3;
/// The same for AVX-512.
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
pub(super) const WORTH_AVX512: usize = 3;

/// Takes block i into state i, for each of the shorter list.
///
/// Copies of secrets are wiped, but for those in registers and on the stack below the caller.
pub(crate) fn compress_each(level: Level, states: &mut [[u32; 8]], blocks: &[[u8; 64]]) {
    match level {
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        Level::Avx2(token) => {
            in_lanes(states, blocks, WORTH_AVX2, |lanes, blocks| {
                avx2::compress(token, lanes, blocks, 1);
            });
        }
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        Level::Avx512(token) => {
            in_lanes(states, blocks, WORTH_AVX512, |lanes, blocks| {
                avx512::compress(token, lanes, blocks, 1);
            });
        }
        Level::Portable => one_by_one(states, blocks, portable),
    }
}

fn one_by_one(
    states: &mut [[u32; 8]],
    blocks: &[[u8; 64]],
    compress: impl Fn(&mut [u32; 8], &[[u8; 64]]),
) {
    for (state, block) in states.iter_mut().zip(blocks) {
        compress(state, std::slice::from_ref(block));
    }
}

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
fn in_lanes<const N: usize>(
    states: &mut [[u32; 8]],
    blocks: &[[u8; 64]],
    worth: usize,
    compress: impl Fn(&mut States<N>, &[&[[u8; 64]]; N]),
) {
    let mut lanes: States<N> = [[0; N]; 8];
    for (states, blocks) in states.chunks_mut(N).zip(blocks.chunks(N)) {
        let count = states.len().min(blocks.len());
        if count < worth {
            one_by_one(states, blocks, one::compress);
            continue;
        }
        for (lane, state) in states.iter().enumerate() {
            for (words, word) in lanes.iter_mut().zip(state) {
                words[lane] = *word;
            }
        }
        let mut inputs = [&blocks[..1]; N];
        for (input, block) in inputs.iter_mut().zip(blocks) {
            *input = std::slice::from_ref(block);
        }
        compress(&mut lanes, &inputs);
        for (lane, state) in states.iter_mut().take(count).enumerate() {
            for (words, word) in lanes.iter().zip(state) {
                *word = words[lane];
            }
        }
    }
    lanes.as_flattened_mut().zeroize();
}
