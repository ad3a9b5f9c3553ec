//! SM4 with AVX2 and the AES instructions: AES's last round inverts, tables of 16 bytes in a
//! register bring the bytes into its field and back.
//!
//! The blocks of a group stand in four registers, one for each word of the state.

#![allow(unsafe_code)]

use super::affine::{INTO, OUT_OF_AES};
use super::block::wipe;
use super::{BLOCK, key_schedule};
use crate::crypto::cpu::Avx2;
use std::arch::x86_64::*;
use zeroize::Zeroizing;

/// Blocks in four registers.
const GROUP: usize = 8;

/// Encrypts, or decrypts if the round keys are in reverse order.
pub(super) fn apply(_: Avx2, keys: &[u32; 32], blocks: &mut [[u8; BLOCK]]) {
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { run(keys, blocks) }
}

/// The round keys.
pub(super) fn expand(_: Avx2, key: &[u8; BLOCK]) -> Zeroizing<[u32; 32]> {
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { schedule(key) }
}

#[target_feature(enable = "avx2,aes")]
fn schedule(key: &[u8; BLOCK]) -> Zeroizing<[u32; 32]> {
    key_schedule::expand(key, |word| {
        _mm_cvtsi128_si32(substitute_equal(_mm_set1_epi32(word as i32))) as u32
    })
}

#[target_feature(enable = "avx2,aes")]
fn run(keys: &[u32; 32], blocks: &mut [[u8; BLOCK]]) {
    let (whole, rest) = blocks.as_chunks_mut();
    for blocks in whole {
        groups::<4, { 4 * GROUP }>(keys, blocks);
    }
    match rest.len() {
        0 => {}
        1 => single(keys, &mut rest[0]),
        2..=8 => padded::<1, GROUP>(keys, rest),
        9..=16 => padded::<2, { 2 * GROUP }>(keys, rest),
        _ => padded::<4, { 4 * GROUP }>(keys, rest),
    }
}

#[target_feature(enable = "avx2,aes")]
fn padded<const G: usize, const BLOCKS: usize>(keys: &[u32; 32], blocks: &mut [[u8; BLOCK]]) {
    let mut padded = [[0; BLOCK]; BLOCKS];
    padded[..blocks.len()].copy_from_slice(blocks);
    groups::<G, BLOCKS>(keys, &mut padded);
    blocks.copy_from_slice(&padded[..blocks.len()]);
    wipe(&mut padded);
}

/// G groups at once, so that one computes while another waits.
#[target_feature(enable = "avx2,aes")]
fn groups<const G: usize, const BLOCKS: usize>(
    keys: &[u32; 32],
    blocks: &mut [[u8; BLOCK]; BLOCKS],
) {
    let (registers, _) = blocks.as_chunks_mut::<2>();
    let (registers, _) = registers.as_chunks_mut::<4>();
    let mut state = [[_mm256_setzero_si256(); 4]; G];
    for (x, blocks) in state.iter_mut().zip(registers.iter()) {
        let mut rows = [_mm256_setzero_si256(); 4];
        for (row, blocks) in rows.iter_mut().zip(blocks) {
            // SAFETY: two blocks are 32 bytes.
            *row = turned(unsafe { _mm256_loadu_si256(blocks.as_ptr().cast()) });
        }
        *x = transposed(rows);
    }
    for keys in keys.as_chunks::<4>().0 {
        for (turn, key) in keys.iter().enumerate() {
            let key = _mm256_set1_epi32(*key as i32);
            for x in &mut state {
                let [b, c, d] = [1, 2, 3].map(|i| x[(turn + i) % 4]);
                let sum = _mm256_xor_si256(_mm256_xor_si256(b, c), _mm256_xor_si256(d, key));
                x[turn] = mixed(x[turn], sum);
            }
        }
    }
    for (x, blocks) in state.iter().zip(registers) {
        let rows = transposed([x[3], x[2], x[1], x[0]]);
        for (row, blocks) in rows.iter().zip(blocks) {
            // SAFETY: two blocks are 32 bytes.
            unsafe { _mm256_storeu_si256(blocks.as_mut_ptr().cast(), turned(*row)) };
        }
    }
}

const INTO_HALVES: [[u8; 16]; 2] = INTO.halves();
const OUT_HALVES: [[u8; 16]; 2] = OUT_OF_AES.halves();

/// Where a byte of a word is found after AES's last round has shifted the rows, for the word turned
/// left by so many bytes.
const fn unshifted(turn: usize) -> [u8; 16] {
    let mut from = [0; 16];
    let mut to = 0;
    while to < 16 {
        let row = (to + 4 - turn) % 4;
        from[to] = (row + 4 * ((to / 4 + 4 - row) % 4)) as u8;
        to += 1;
    }
    from
}

/// x ^ L(S(word))
#[target_feature(enable = "avx2,aes")]
#[inline]
fn mixed(x: __m256i, word: __m256i) -> __m256i {
    let s = through(word, &INTO_HALVES);
    let low = _mm_aesenclast_si128(_mm256_castsi256_si128(s), _mm_setzero_si128());
    let high = _mm_aesenclast_si128(_mm256_extracti128_si256::<1>(s), _mm_setzero_si128());
    let s = through(_mm256_set_m128i(high, low), &OUT_HALVES);
    const ORDER: [[u8; 16]; 4] = [unshifted(0), unshifted(1), unshifted(2), unshifted(3)];
    let [r0, r8, r16, r24] = [0, 1, 2, 3].map(|turn| _mm256_shuffle_epi8(s, both(&ORDER[turn])));
    let sum = _mm256_xor_si256(_mm256_xor_si256(r0, r8), r16);
    let by_two = _mm256_or_si256(_mm256_slli_epi32::<2>(sum), _mm256_srli_epi32::<30>(sum));
    let rest = _mm256_xor_si256(_mm256_xor_si256(x, r0), r24);
    _mm256_xor_si256(rest, by_two)
}

/// The map whose images of half bytes stand in the tables, on each byte.
#[target_feature(enable = "avx2,aes")]
#[inline]
fn through(x: __m256i, [low, high]: &[[u8; 16]; 2]) -> __m256i {
    let half = _mm256_set1_epi8(15);
    let low = _mm256_shuffle_epi8(both(low), _mm256_and_si256(x, half));
    let x = _mm256_and_si256(_mm256_srli_epi32::<4>(x), half);
    _mm256_xor_si256(low, _mm256_shuffle_epi8(both(high), x))
}

/// The same 16 bytes in both halves.
#[target_feature(enable = "avx2,aes")]
#[inline]
fn both(bytes: &[u8; 16]) -> __m256i {
    _mm256_broadcastsi128_si256(load(bytes))
}

#[target_feature(enable = "avx2,aes")]
#[inline]
fn load(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: there are 16 bytes.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

/// Every word with its bytes in reverse order.
#[target_feature(enable = "avx2,aes")]
#[inline]
fn turned(x: __m256i) -> __m256i {
    _mm256_shuffle_epi8(x, both(&[3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12]))
}

/// Swaps rows and columns of words in each half.
#[target_feature(enable = "avx2,aes")]
#[inline]
fn transposed([a, b, c, d]: [__m256i; 4]) -> [__m256i; 4] {
    let (ab, cd) = (_mm256_unpacklo_epi32(a, b), _mm256_unpacklo_epi32(c, d));
    let (ab_high, cd_high) = (_mm256_unpackhi_epi32(a, b), _mm256_unpackhi_epi32(c, d));
    [
        _mm256_unpacklo_epi64(ab, cd),
        _mm256_unpackhi_epi64(ab, cd),
        _mm256_unpacklo_epi64(ab_high, cd_high),
        _mm256_unpackhi_epi64(ab_high, cd_high),
    ]
}

/// One block, each word four times in a register of its own.
#[target_feature(enable = "avx2,aes")]
fn single(keys: &[u32; 32], block: &mut [u8; BLOCK]) {
    let (words, _) = block.as_chunks_mut::<4>();
    let mut x = [_mm_setzero_si128(); 4];
    for (x, word) in x.iter_mut().zip(words.iter()) {
        *x = _mm_set1_epi32(i32::from_be_bytes(*word));
    }
    for keys in keys.as_chunks::<4>().0 {
        for (turn, key) in keys.iter().enumerate() {
            // The last word is the one that is waited for, so it comes last.
            let [b, c, d] = [1, 2, 3].map(|i| x[(turn + i) % 4]);
            let early = _mm_xor_si128(_mm_xor_si128(b, c), _mm_set1_epi32(*key as i32));
            let s = substitute_equal(_mm_xor_si128(early, d));
            let [r8, r16, r24] = [TURN8, TURN16, TURN24].map(|by| _mm_shuffle_epi8(s, load(&by)));
            let sum = _mm_xor_si128(_mm_xor_si128(s, r8), r16);
            let by_two = _mm_xor_si128(_mm_slli_epi32::<2>(sum), _mm_srli_epi32::<30>(sum));
            let rest = _mm_xor_si128(_mm_xor_si128(x[turn], s), r24);
            x[turn] = _mm_xor_si128(rest, by_two);
        }
    }
    for (word, x) in words.iter_mut().zip(x.iter().rev()) {
        *word = _mm_cvtsi128_si32(*x).to_be_bytes();
    }
}

const TURN8: [u8; 16] = [3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14];
const TURN16: [u8; 16] = [2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13];
const TURN24: [u8; 16] = [1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12];

/// The S-box on each byte of four equal words, which AES's shifted rows leave as they are.
#[target_feature(enable = "avx2,aes")]
#[inline]
fn substitute_equal(x: __m128i) -> __m128i {
    let s = through_128(x, &INTO_HALVES);
    through_128(_mm_aesenclast_si128(s, _mm_setzero_si128()), &OUT_HALVES)
}

#[target_feature(enable = "avx2,aes")]
#[inline]
fn through_128(x: __m128i, [low, high]: &[[u8; 16]; 2]) -> __m128i {
    let half = _mm_set1_epi8(15);
    let low = _mm_shuffle_epi8(load(low), _mm_and_si128(x, half));
    let x = _mm_and_si128(_mm_srli_epi32::<4>(x), half);
    _mm_xor_si128(low, _mm_shuffle_epi8(load(high), x))
}
