//! SM3 in 16 lanes of AVX-512.

#![allow(unsafe_code)]

use super::lanes::{self, Lanes, States};
use crate::crypto::cpu::Avx512;
use std::arch::x86_64::*;

/// How many lanes there are.
pub(super) const LANES: usize = 16;

/// 16 numbers. Only the functions below make one, so where one exists AVX-512 does.
#[derive(Clone, Copy)]
struct Vector(__m512i);

/// [`lanes::compress`] of 16 messages.
pub(super) fn compress(
    _: Avx512,
    states: &mut States<LANES>,
    messages: &[&[[u8; 64]]; LANES],
    blocks: usize,
) {
    // SAFETY: the token proves the instructions.
    unsafe { compress_here(states, messages, blocks) }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn compress_here(states: &mut States<LANES>, messages: &[&[[u8; 64]]; LANES], blocks: usize) {
    lanes::compress::<LANES, Vector>(states, messages, blocks, &lanes::T);
}

/// Bit i of the table is the result for the three bits of i, the first operand's highest.
const XOR3: i32 = 0b1001_0110;
const MAJORITY: i32 = 0b1110_1000;
const CHOOSE: i32 = 0b1100_1010;

impl Lanes<LANES> for Vector {
    #[inline(always)]
    fn splat(word: u32) -> Self {
        // SAFETY: called from the functions with the target features above only.
        Vector(unsafe { _mm512_set1_epi32(word as i32) })
    }

    #[inline(always)]
    fn load(words: &[u32; LANES]) -> Self {
        // SAFETY: as above; 64 bytes are read from an array of 64 bytes.
        Vector(unsafe { _mm512_loadu_si512(words.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self, words: &mut [u32; LANES]) {
        // SAFETY: as above; 64 bytes are written to an array of 64 bytes.
        unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn words(blocks: &[&[u8; 64]; LANES]) -> [Self; 16] {
        // SAFETY: as above; 64 bytes are read from each block of 64 bytes.
        unsafe {
            let swap = _mm512_broadcast_i32x4(_mm_set_epi8(
                12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3,
            ));
            let mut rows = [swap; LANES];
            for (row, block) in rows.iter_mut().zip(blocks) {
                *row = _mm512_shuffle_epi8(_mm512_loadu_si512(block.as_ptr().cast()), swap);
            }
            let mut out = [Vector(swap); 16];
            for (out, column) in out.iter_mut().zip(transpose(rows)) {
                *out = Vector(column);
            }
            out
        }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: as above.
        Vector(unsafe { _mm512_add_epi32(self.0, other.0) })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: as above.
        Vector(unsafe { _mm512_xor_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: as above.
        Vector(unsafe { _mm512_rol_epi32::<LEFT>(self.0) })
    }

    #[inline(always)]
    fn xor3(self, b: Self, c: Self) -> Self {
        // SAFETY: as above.
        Vector(unsafe { _mm512_ternarylogic_epi32::<XOR3>(self.0, b.0, c.0) })
    }

    #[inline(always)]
    fn majority(self, b: Self, c: Self) -> Self {
        // SAFETY: as above.
        Vector(unsafe { _mm512_ternarylogic_epi32::<MAJORITY>(self.0, b.0, c.0) })
    }

    #[inline(always)]
    fn choose(self, yes: Self, no: Self) -> Self {
        // SAFETY: as above.
        Vector(unsafe { _mm512_ternarylogic_epi32::<CHOOSE>(self.0, yes.0, no.0) })
    }
}

/// Column j of a 16 by 16 matrix of words, for each j.
#[inline(always)]
fn transpose(r: [__m512i; 16]) -> [__m512i; 16] {
    // SAFETY: called from the functions with the target features above only.
    unsafe {
        let mut a = r;
        // Within each quarter: columns of 4 by 4 words.
        for i in (0..16).step_by(4) {
            let low = _mm512_unpacklo_epi32(r[i], r[i + 1]);
            let high = _mm512_unpackhi_epi32(r[i], r[i + 1]);
            let low2 = _mm512_unpacklo_epi32(r[i + 2], r[i + 3]);
            let high2 = _mm512_unpackhi_epi32(r[i + 2], r[i + 3]);
            a[i] = _mm512_unpacklo_epi64(low, low2);
            a[i + 1] = _mm512_unpackhi_epi64(low, low2);
            a[i + 2] = _mm512_unpacklo_epi64(high, high2);
            a[i + 3] = _mm512_unpackhi_epi64(high, high2);
        }
        // Then the quarters: of a[i], a[i + 4], a[i + 8], a[i + 12] quarter q makes column 4q + i.
        let mut out = r;
        for i in 0..4 {
            let even = _mm512_shuffle_i32x4::<0b10_00_10_00>(a[i], a[i + 4]);
            let odd = _mm512_shuffle_i32x4::<0b11_01_11_01>(a[i], a[i + 4]);
            let even2 = _mm512_shuffle_i32x4::<0b10_00_10_00>(a[i + 8], a[i + 12]);
            let odd2 = _mm512_shuffle_i32x4::<0b11_01_11_01>(a[i + 8], a[i + 12]);
            out[i] = _mm512_shuffle_i32x4::<0b10_00_10_00>(even, even2);
            out[i + 8] = _mm512_shuffle_i32x4::<0b11_01_11_01>(even, even2);
            out[i + 4] = _mm512_shuffle_i32x4::<0b10_00_10_00>(odd, odd2);
            out[i + 12] = _mm512_shuffle_i32x4::<0b11_01_11_01>(odd, odd2);
        }
        out
    }
}
