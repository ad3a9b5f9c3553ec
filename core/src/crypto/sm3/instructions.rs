//! SM3 for one message with the instructions made for it: VSM3MSG1, VSM3MSG2 and VSM3RNDS2 of x86.
//!
//! Words and variables stand in vectors of four. A step of two rounds takes A, B, E and F of now, and of
//! two rounds before, which are C, D, G and H but for a rotation that the instruction does itself.

#![allow(unsafe_code)]

#[cfg(test)]
mod tests;

#[cfg(test)]
use crate::crypto::cpu::Avx2;
use crate::crypto::cpu::Sm3Instructions;
use std::arch::x86_64::*;

/// How far C and D, and G and H, are rotated to the left beyond what the vectors hold.
const CD: u32 = 9;
const GH: u32 = 19;

/// Takes the blocks into the state, one after another.
pub(super) fn compress(_: Sm3Instructions, state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    // SAFETY: the token proves the instructions.
    unsafe { compress_here(state, blocks) }
}

#[target_feature(enable = "sm3,avx")]
fn compress_here(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    compress_with::<Processor>(state, blocks);
}

/// [`compress`] with a model of the three instructions; all others are the processor's.
#[cfg(test)]
fn compress_model<I: Instructions>(_: Avx2, state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    #[target_feature(enable = "avx")]
    fn here<I: Instructions>(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
        compress_with::<I>(state, blocks);
    }
    // SAFETY: the token proves AVX, which AVX2 builds on.
    unsafe { here::<I>(state, blocks) }
}

/// The three instructions. In a vector's name the number is that of its lowest word.
trait Instructions {
    /// What goes into words 16 to 19 of words 0 to 3, 7 to 10 and 13 to 15; the highest of `w13` is
    /// not looked at.
    fn msg1(w7: __m128i, w13: __m128i, w0: __m128i) -> __m128i;

    /// Words 16 to 19.
    fn msg2(msg1: __m128i, w3: __m128i, w10: __m128i) -> __m128i;

    /// A, B, E and F after rounds `ROUND` and `ROUND` + 1; the highest word is A. `words` are W[j],
    /// W[j + 1], W[j + 4] and W[j + 5], the lowest first.
    fn rounds<const ROUND: i32>(cdgh: __m128i, abef: __m128i, words: __m128i) -> __m128i;
}

/// Those of the processor.
struct Processor;

impl Instructions for Processor {
    #[inline(always)]
    fn msg1(w7: __m128i, w13: __m128i, w0: __m128i) -> __m128i {
        // SAFETY: called from the function with the target features above only.
        unsafe { _mm_sm3msg1_epi32(w7, w13, w0) }
    }

    #[inline(always)]
    fn msg2(msg1: __m128i, w3: __m128i, w10: __m128i) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_sm3msg2_epi32(msg1, w3, w10) }
    }

    #[inline(always)]
    fn rounds<const ROUND: i32>(cdgh: __m128i, abef: __m128i, words: __m128i) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_sm3rnds2_epi32::<ROUND>(cdgh, abef, words) }
    }
}

#[inline(always)]
fn compress_with<I: Instructions>(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    let [a, b, c, d, e, f, g, h] = *state;
    let mut abef = vector([f, e, b, a]);
    let mut cdgh =
        vector([h.rotate_right(GH), g.rotate_right(GH), d.rotate_right(CD), c.rotate_right(CD)]);
    for block in blocks {
        let (abef0, cdgh0) = (abef, cdgh);
        (abef, cdgh) = all_rounds::<I>(abef, cdgh, load(block));
        // The sum of the rotated ones is the rotated sum.
        // SAFETY: called from the functions with AVX only.
        (abef, cdgh) = unsafe { (_mm_xor_si128(abef, abef0), _mm_xor_si128(cdgh, cdgh0)) };
    }
    let [f, e, b, a] = numbers(abef);
    let [h, g, d, c] = numbers(cdgh);
    let (c, d) = (c.rotate_left(CD), d.rotate_left(CD));
    *state = [a, b, c, d, e, f, g.rotate_left(GH), h.rotate_left(GH)];
}

/// The 64 rounds over the words of a block.
#[inline(always)]
fn all_rounds<I: Instructions>(
    mut abef: __m128i,
    mut cdgh: __m128i,
    mut w: [__m128i; 4],
) -> (__m128i, __m128i) {
    // Each step writes over the older of the two vectors, so the next one has them the other way round.
    macro_rules! four {
        ($($four:literal)*) => {$(
            if $four >= 3 {
                w[($four + 1) % 4] = next_words::<I>(&w, $four + 1);
            }
            let (now, ahead) = (w[$four % 4], w[($four + 1) % 4]);
            let (low, high) = pairs(now, ahead);
            cdgh = I::rounds::<{ 4 * $four }>(cdgh, abef, low);
            abef = I::rounds::<{ 4 * $four + 2 }>(abef, cdgh, high);
        )*};
    }
    four!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    (abef, cdgh)
}

/// The two lower words of both vectors, and the two upper ones.
#[inline(always)]
fn pairs(now: __m128i, ahead: __m128i) -> (__m128i, __m128i) {
    // SAFETY: called from the functions with AVX only.
    unsafe { (_mm_unpacklo_epi64(now, ahead), _mm_unpackhi_epi64(now, ahead)) }
}

/// The vector of four words at `place`; `w` holds the four before it, vector i at i modulo 4.
#[inline(always)]
fn next_words<I: Instructions>(w: &[__m128i; 4], place: usize) -> __m128i {
    let (w0, w4, w8, w12) =
        (w[place % 4], w[(place + 1) % 4], w[(place + 2) % 4], w[(place + 3) % 4]);
    // SAFETY: called from the functions with AVX only.
    let (w3, w7, w10, w13) = unsafe {
        (
            _mm_alignr_epi8::<12>(w4, w0),
            _mm_alignr_epi8::<12>(w8, w4),
            _mm_alignr_epi8::<8>(w12, w8),
            _mm_srli_si128::<4>(w12),
        )
    };
    I::msg2(I::msg1(w7, w13, w0), w3, w10)
}

/// The 16 words of a block, which are big-endian.
#[inline(always)]
fn load(block: &[u8; 64]) -> [__m128i; 4] {
    let rows = block.as_chunks::<16>().0;
    // SAFETY: called from the functions with AVX only; 16 bytes are read from each row of 16 bytes.
    unsafe {
        let swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
        let mut out = [swap; 4];
        for (out, row) in out.iter_mut().zip(rows) {
            *out = _mm_shuffle_epi8(_mm_loadu_si128(row.as_ptr().cast()), swap);
        }
        out
    }
}

/// The lowest word first.
#[inline(always)]
fn vector(words: [u32; 4]) -> __m128i {
    // SAFETY: 16 bytes are read from an array of 16 bytes.
    unsafe { _mm_loadu_si128(words.as_ptr().cast()) }
}

#[inline(always)]
fn numbers(vector: __m128i) -> [u32; 4] {
    let mut out = [0; 4];
    // SAFETY: 16 bytes are written to an array of 16 bytes.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), vector) }
    out
}
