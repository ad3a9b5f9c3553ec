//! Several hashes that go on side by side, as their bytes come.

use super::Sm3;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::each::{WORTH_AVX2, WORTH_AVX512};
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::lanes::States;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::{BLOCK, avx2, avx512};
use crate::crypto::backend::Level;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use zeroize::Zeroize;

/// Appends to each hash its piece, as [`Sm3::update`] does, for each of the shorter list.
///
/// It is the faster, the more pieces have the same length.
#[cfg(feature = "ofd")]
pub(crate) fn update_each(hashes: &mut [Sm3], pieces: &[&[u8]]) {
    update_at(Level::current(), hashes, pieces);
}

pub(super) fn update_at(level: Level, hashes: &mut [Sm3], pieces: &[&[u8]]) {
    match level {
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        Level::Avx2(token) => in_lanes(hashes, pieces, WORTH_AVX2, |states, inputs, blocks| {
            avx2::compress(token, states, inputs, blocks);
        }),
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        Level::Avx512(token) => in_lanes(hashes, pieces, WORTH_AVX512, |states, inputs, blocks| {
            avx512::compress(token, states, inputs, blocks);
        }),
        Level::Portable => {
            hashes.iter_mut().zip(pieces).for_each(|(hash, piece)| hash.update(piece));
        }
    }
}

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
fn in_lanes<const N: usize>(
    hashes: &mut [Sm3],
    pieces: &[&[u8]],
    worth: usize,
    compress: impl Fn(&mut States<N>, &[&[[u8; BLOCK]]; N], usize),
) {
    let mut states: States<N> = [[0; N]; 8];
    for (hashes, pieces) in hashes.chunks_mut(N).zip(pieces.chunks(N)) {
        // What is left of each piece: whole blocks, and less than one.
        let mut rests: [(&[[u8; BLOCK]], &[u8]); N] = [(&[], &[]); N];
        for ((hash, piece), rest) in hashes.iter_mut().zip(pieces).zip(&mut rests) {
            let begun = (BLOCK - hash.waiting()) % BLOCK;
            let (begun, after) = piece.split_at(begun.min(piece.len()));
            hash.update(begun);
            *rest = after.as_chunks();
        }
        loop {
            let left = rests.iter().map(|(blocks, _)| *blocks).filter(|blocks| !blocks.is_empty());
            if left.clone().count() < worth {
                break;
            }
            let Some(least) = left.min_by_key(|blocks| blocks.len()) else { break };
            // A lane without blocks works on another's, for nothing.
            let inputs = rests.map(|(blocks, _)| if blocks.is_empty() { least } else { blocks });
            for (slot, hash) in hashes.iter().enumerate() {
                for (words, word) in states.iter_mut().zip(&hash.state) {
                    words[slot] = *word;
                }
            }
            compress(&mut states, &inputs, least.len());
            for (slot, (hash, (blocks, _))) in hashes.iter_mut().zip(&mut rests).enumerate() {
                if !blocks.is_empty() {
                    hash.state = states.map(|words| words[slot]);
                    hash.length = hash.length.wrapping_add((least.len() * BLOCK) as u64);
                    *blocks = &blocks[least.len()..];
                }
            }
        }
        for (hash, (blocks, end)) in hashes.iter_mut().zip(rests) {
            hash.update(blocks.as_flattened());
            hash.update(end);
        }
    }
    states.as_flattened_mut().zeroize();
}
