//! SM4 with AVX-512 and GFNI: the S-box of 64 bytes is two instructions.
//!
//! The blocks of a group stand in four registers, one for each word of the state.

#![allow(unsafe_code)]

use super::affine::{INTO, OUT};
use super::block::wipe;
use super::{BLOCK, key_schedule};
use crate::crypto::cpu::Avx512;
use std::arch::x86_64::*;
use zeroize::Zeroizing;

/// Blocks in four registers.
const GROUP: usize = 16;

/// Encrypts, or decrypts if the round keys are in reverse order.
pub(super) fn apply(_: Avx512, keys: &[u32; 32], blocks: &mut [[u8; BLOCK]]) {
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { run(keys, blocks) }
}

/// The round keys.
pub(super) fn expand(_: Avx512, key: &[u8; BLOCK]) -> Zeroizing<[u32; 32]> {
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { schedule(key) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,gfni")]
fn schedule(key: &[u8; BLOCK]) -> Zeroizing<[u32; 32]> {
    key_schedule::expand(key, |word| {
        _mm_cvtsi128_si32(substitute(_mm_cvtsi32_si128(word as i32))) as u32
    })
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,gfni")]
fn run(keys: &[u32; 32], blocks: &mut [[u8; BLOCK]]) {
    let (whole, rest) = blocks.as_chunks_mut();
    for blocks in whole {
        groups::<4, { 4 * GROUP }>(keys, blocks);
    }
    match rest.len() {
        0 => {}
        1 => single(keys, &mut rest[0]),
        2..=16 => padded::<1, GROUP>(keys, rest),
        17..=32 => padded::<2, { 2 * GROUP }>(keys, rest),
        _ => padded::<4, { 4 * GROUP }>(keys, rest),
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,gfni")]
fn padded<const G: usize, const BLOCKS: usize>(keys: &[u32; 32], blocks: &mut [[u8; BLOCK]]) {
    if let Ok(blocks) = <&mut [[u8; BLOCK]; BLOCKS]>::try_from(&mut *blocks) {
        return groups::<G, BLOCKS>(keys, blocks);
    }
    let mut padded = [[0; BLOCK]; BLOCKS];
    padded[..blocks.len()].copy_from_slice(blocks);
    groups::<G, BLOCKS>(keys, &mut padded);
    blocks.copy_from_slice(&padded[..blocks.len()]);
    wipe(&mut padded);
}

/// G groups at once, so that one computes while another waits.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,gfni")]
fn groups<const G: usize, const BLOCKS: usize>(
    keys: &[u32; 32],
    blocks: &mut [[u8; BLOCK]; BLOCKS],
) {
    let (registers, _) = blocks.as_chunks_mut::<4>();
    let (registers, _) = registers.as_chunks_mut::<4>();
    let mut state = [[_mm512_setzero_si512(); 4]; G];
    for (x, blocks) in state.iter_mut().zip(registers.iter()) {
        let mut rows = [_mm512_setzero_si512(); 4];
        for (row, blocks) in rows.iter_mut().zip(blocks) {
            // SAFETY: four blocks are 64 bytes.
            *row = turned(unsafe { _mm512_loadu_si512(blocks.as_ptr().cast()) });
        }
        *x = transposed(rows);
    }
    for keys in keys.as_chunks::<4>().0 {
        for (turn, key) in keys.iter().enumerate() {
            let key = _mm512_set1_epi32(*key as i32);
            for x in &mut state {
                let [b, c, d] = [1, 2, 3].map(|i| x[(turn + i) % 4]);
                let sum = _mm512_xor_si512(_mm512_ternarylogic_epi32::<XOR>(b, c, d), key);
                x[turn] = mixed(x[turn], sum);
            }
        }
    }
    for (x, blocks) in state.iter().zip(registers) {
        let rows = transposed([x[3], x[2], x[1], x[0]]);
        for (row, blocks) in rows.iter().zip(blocks) {
            // SAFETY: four blocks are 64 bytes.
            unsafe { _mm512_storeu_si512(blocks.as_mut_ptr().cast(), turned(*row)) };
        }
    }
}

/// The truth table of a sum of three.
const XOR: i32 = 0x96;

/// x ^ L(S(word))
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,gfni")]
#[inline]
fn mixed(x: __m512i, word: __m512i) -> __m512i {
    let into = _mm512_set1_epi64(INTO.matrix as i64);
    let out = _mm512_set1_epi64(OUT.matrix as i64);
    let s = _mm512_gf2p8affine_epi64_epi8::<{ INTO.constant as i32 }>(word, into);
    let s = _mm512_gf2p8affineinv_epi64_epi8::<{ OUT.constant as i32 }>(s, out);
    let (r2, r10) = (_mm512_rol_epi32::<2>(s), _mm512_rol_epi32::<10>(s));
    let (r18, r24) = (_mm512_rol_epi32::<18>(s), _mm512_rol_epi32::<24>(s));
    let sum = _mm512_ternarylogic_epi32::<XOR>(x, s, r2);
    _mm512_xor_si512(_mm512_ternarylogic_epi32::<XOR>(r10, r18, r24), sum)
}

/// Every word with its bytes in reverse order.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,gfni")]
#[inline]
fn turned(x: __m512i) -> __m512i {
    let order = _mm_set_epi32(0x0c0d_0e0f, 0x0809_0a0b, 0x0405_0607, 0x0001_0203);
    _mm512_shuffle_epi8(x, _mm512_broadcast_i32x4(order))
}

/// Swaps rows and columns of words in each quarter.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,gfni")]
#[inline]
fn transposed([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let (ab, cd) = (_mm512_unpacklo_epi32(a, b), _mm512_unpacklo_epi32(c, d));
    let (ab_high, cd_high) = (_mm512_unpackhi_epi32(a, b), _mm512_unpackhi_epi32(c, d));
    [
        _mm512_unpacklo_epi64(ab, cd),
        _mm512_unpackhi_epi64(ab, cd),
        _mm512_unpacklo_epi64(ab_high, cd_high),
        _mm512_unpackhi_epi64(ab_high, cd_high),
    ]
}

/// One block, each word in a register of its own.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,gfni")]
fn single(keys: &[u32; 32], block: &mut [u8; BLOCK]) {
    let (words, _) = block.as_chunks_mut::<4>();
    let mut x = [_mm_setzero_si128(); 4];
    for (x, word) in x.iter_mut().zip(words.iter()) {
        *x = _mm_cvtsi32_si128(i32::from_be_bytes(*word));
    }
    // The newest word is the one that is waited for: it is used as two summands before it is whole.
    let mut newest = (x[3], _mm_setzero_si128());
    for keys in keys.as_chunks::<4>().0 {
        for (turn, key) in keys.iter().enumerate() {
            let key = _mm_cvtsi32_si128(*key as i32);
            let early = _mm_ternarylogic_epi32::<XOR>(x[(turn + 1) % 4], x[(turn + 2) % 4], key);
            let s = substitute(_mm_ternarylogic_epi32::<XOR>(early, newest.0, newest.1));
            let (r2, r10) = (_mm_rol_epi32::<2>(s), _mm_rol_epi32::<10>(s));
            let (r18, r24) = (_mm_rol_epi32::<18>(s), _mm_rol_epi32::<24>(s));
            newest = (
                _mm_ternarylogic_epi32::<XOR>(x[turn], s, r2),
                _mm_ternarylogic_epi32::<XOR>(r10, r18, r24),
            );
            x[turn] = _mm_xor_si128(newest.0, newest.1);
        }
    }
    for (word, x) in words.iter_mut().zip(x.iter().rev()) {
        *word = _mm_cvtsi128_si32(*x).to_be_bytes();
    }
}

/// The S-box on each byte.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,gfni")]
#[inline]
fn substitute(word: __m128i) -> __m128i {
    let into = _mm_set1_epi64x(INTO.matrix as i64);
    let out = _mm_set1_epi64x(OUT.matrix as i64);
    let s = _mm_gf2p8affine_epi64_epi8::<{ INTO.constant as i32 }>(word, into);
    _mm_gf2p8affineinv_epi64_epi8::<{ OUT.constant as i32 }>(s, out)
}
