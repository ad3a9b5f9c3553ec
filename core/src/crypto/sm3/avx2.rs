//! SM3 in 8 lanes of AVX2.

#![allow(unsafe_code)]

use super::lanes::{self, Lanes, States};
use crate::crypto::cpu::Avx2;
use crate::crypto::declassify::runs;
use std::arch::x86_64::*;

/// How many lanes there are.
pub(super) const LANES: usize = 8;

/// 8 numbers. Only the functions below make one, so where one exists AVX2 does.
#[derive(Clone, Copy)]
struct Vector(__m256i);

/// [`lanes::compress`] of 8 messages.
pub(super) fn compress(
    _: Avx2,
    states: &mut States<LANES>,
    messages: &[&[[u8; 64]]; LANES],
    blocks: usize,
) {
    runs("SM3 with AVX2");
    // SAFETY: the token proves the instructions.
    unsafe { compress_here(states, messages, blocks) }
}

#[target_feature(enable = "avx2")]
fn compress_here(states: &mut States<LANES>, messages: &[&[[u8; 64]]; LANES], blocks: usize) {
    lanes::compress::<LANES, Vector>(states, messages, blocks, &lanes::T);
}

impl Lanes<LANES> for Vector {
    #[inline(always)]
    fn splat(word: u32) -> Self {
        // SAFETY: called from the functions with the target feature above only.
        Vector(unsafe { _mm256_set1_epi32(word as i32) })
    }

    #[inline(always)]
    fn load(words: &[u32; LANES]) -> Self {
        // SAFETY: as above; 32 bytes are read from an array of 32 bytes.
        Vector(unsafe { _mm256_loadu_si256(words.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self, words: &mut [u32; LANES]) {
        // SAFETY: as above; 32 bytes are written to an array of 32 bytes.
        unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn words(blocks: &[&[u8; 64]; LANES]) -> [Self; 16] {
        // SAFETY: as above; 32 bytes are read from each half of a block of 64 bytes.
        unsafe {
            let swap = _mm256_broadcastsi128_si256(_mm_set_epi8(
                12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3,
            ));
            let mut out = [Vector(swap); 16];
            for half in 0..2 {
                let mut rows = [swap; LANES];
                for (row, block) in rows.iter_mut().zip(blocks) {
                    let words = block.as_chunks::<32>().0[half].as_ptr();
                    *row = _mm256_shuffle_epi8(_mm256_loadu_si256(words.cast()), swap);
                }
                let columns = transpose(rows);
                for (out, column) in out[8 * half..].iter_mut().zip(columns) {
                    *out = Vector(column);
                }
            }
            out
        }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: as above.
        Vector(unsafe { _mm256_add_epi32(self.0, other.0) })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: as above.
        Vector(unsafe { _mm256_xor_si256(self.0, other.0) })
    }

    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: as above.
        Vector(unsafe {
            _mm256_or_si256(_mm256_slli_epi32::<LEFT>(self.0), _mm256_srli_epi32::<RIGHT>(self.0))
        })
    }

    #[inline(always)]
    fn xor3(self, b: Self, c: Self) -> Self {
        self.xor(b).xor(c)
    }

    #[inline(always)]
    fn majority(self, b: Self, c: Self) -> Self {
        // SAFETY: as above.
        Vector(unsafe {
            let either = _mm256_or_si256(self.0, b.0);
            _mm256_or_si256(_mm256_and_si256(self.0, b.0), _mm256_and_si256(either, c.0))
        })
    }

    #[inline(always)]
    fn choose(self, yes: Self, no: Self) -> Self {
        // SAFETY: as above.
        Vector(unsafe {
            _mm256_xor_si256(_mm256_and_si256(_mm256_xor_si256(yes.0, no.0), self.0), no.0)
        })
    }
}

/// Column j of an 8 by 8 matrix of words, for each j.
#[inline(always)]
fn transpose(r: [__m256i; 8]) -> [__m256i; 8] {
    // SAFETY: called from the functions with the target feature above only.
    unsafe {
        let mut a = r;
        // Within each half: columns of 4 by 4 words.
        for i in [0, 4] {
            let low = _mm256_unpacklo_epi32(r[i], r[i + 1]);
            let high = _mm256_unpackhi_epi32(r[i], r[i + 1]);
            let low2 = _mm256_unpacklo_epi32(r[i + 2], r[i + 3]);
            let high2 = _mm256_unpackhi_epi32(r[i + 2], r[i + 3]);
            a[i] = _mm256_unpacklo_epi64(low, low2);
            a[i + 1] = _mm256_unpackhi_epi64(low, low2);
            a[i + 2] = _mm256_unpacklo_epi64(high, high2);
            a[i + 3] = _mm256_unpackhi_epi64(high, high2);
        }
        let mut out = r;
        for i in 0..4 {
            out[i] = _mm256_permute2x128_si256::<0x20>(a[i], a[i + 4]);
            out[i + 4] = _mm256_permute2x128_si256::<0x31>(a[i], a[i + 4]);
        }
        out
    }
}
