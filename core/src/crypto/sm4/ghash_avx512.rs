//! GHASH with carry-less multiplication of 512 bits: sixteen blocks, one reduction.
//!
//! GCM writes polynomials with the coefficient of x^0 in the first bit. Read as a big-endian number,
//! a block has it in the highest bit, and products of such numbers are right but for a factor of x.
//! So the key is multiplied by x once. The reduction then divides by x^128 modulo the reflected
//! polynomial x^128 + x^127 + x^126 + x^121 + 1, which takes two multiplications by its high half.

#![allow(unsafe_code)]

use super::BLOCK;
use crate::crypto::cpu::Avx512;
use std::arch::x86_64::*;
use zeroize::Zeroize;

/// Blocks for one reduction.
const RUN: usize = 16;
/// The coefficients of the reflected polynomial below x^128.
const POLYNOMIAL: u128 = 0xc200_0000_0000_0000_0000_0000_0000_0001;

/// The key and the sum so far; wiped when dropped.
pub(super) struct State {
    /// The powers of the key, from the sixteenth to the first.
    powers: [u128; RUN],
    sum: u128,
}

impl Drop for State {
    fn drop(&mut self) {
        self.powers.zeroize();
        self.sum.zeroize();
    }
}

impl State {
    pub(super) fn new(_: Avx512, key: &[u8; BLOCK]) -> Self {
        let key = u128::from_be_bytes(*key);
        let wraps = 0u128.wrapping_sub(std::hint::black_box(key >> 127));
        let key = key << 1 ^ wraps & POLYNOMIAL;
        // SAFETY: the token proves that the processor has the instructions.
        State { powers: unsafe { powers(key) }, sum: 0 }
    }

    /// Takes the bytes, with zeros behind them up to a whole block.
    pub(super) fn update(&mut self, _: Avx512, bytes: &[u8]) {
        // SAFETY: the token proves that the processor has the instructions.
        unsafe { self.run(bytes) }
    }

    pub(super) fn finish(self) -> [u8; BLOCK] {
        self.sum.to_be_bytes()
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,pclmulqdq,vpclmulqdq")]
    fn run(&mut self, bytes: &[u8]) {
        let powers = self.powers.as_chunks::<4>().0;
        let powers: [__m512i; 4] = std::array::from_fn(|i| load(&powers[i]));
        let mut sum = number(self.sum);
        let (whole, rest) = bytes.as_chunks::<{ RUN * BLOCK }>();
        for blocks in whole {
            sum = added(powers, sum, blocks.as_chunks().0);
        }
        if !rest.is_empty() {
            // Zero blocks in front add nothing; the sum so far belongs to the first that is none.
            let mut padded = [[0; BLOCK]; RUN];
            let first = RUN - rest.len().div_ceil(BLOCK);
            padded[first..].as_flattened_mut()[..rest.len()].copy_from_slice(rest);
            padded[first] = (u128::from_be_bytes(padded[first]) ^ bits(sum)).to_be_bytes();
            let (zero, quads) = (_mm_setzero_si128(), padded.as_flattened().as_chunks().0);
            sum = match first / 4 {
                3 => added([powers[3]], zero, &quads[3..]),
                _ => added(powers, zero, quads),
            };
        }
        self.sum = bits(sum);
    }
}

/// The powers from the sixteenth to the first.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,pclmulqdq,vpclmulqdq")]
fn powers(key: u128) -> [u128; RUN] {
    let product = |x, y| reduced(multiplied(Product::ZERO, x, y));
    let first = _mm512_broadcast_i32x4(number(key));
    let second = product(first, first);
    // From the lowest lane: 2, 2, 2, 1; that times the second power: 4, 4, 4, 3.
    let to_2 = _mm512_mask_blend_epi64(0b1100_0000, second, first);
    let to_4 = _mm512_shuffle_i64x2::<0b11_10_11_00>(product(to_2, second), to_2);
    let fourth = _mm512_shuffle_i64x2::<0>(to_4, to_4);
    let to_8 = product(to_4, fourth);
    let eighth = _mm512_shuffle_i64x2::<0>(to_8, to_8);
    let quads = [product(to_8, eighth), product(to_4, eighth), to_8, to_4];
    let mut powers = [0; RUN];
    for (target, quad) in powers.as_chunks_mut::<4>().0.iter_mut().zip(quads) {
        // SAFETY: four numbers are 64 bytes.
        unsafe { _mm512_storeu_si512(target.as_mut_ptr().cast(), quad) };
    }
    powers
}

/// The sum after so many registers of four blocks, to the first of which `sum` is added.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,pclmulqdq,vpclmulqdq")]
#[inline]
fn added<const N: usize>(powers: [__m512i; N], sum: __m128i, blocks: &[[u8; 64]]) -> __m128i {
    let mut product = Product::ZERO;
    let mut first = _mm512_zextsi128_si512(sum);
    for (power, blocks) in powers.into_iter().zip(blocks) {
        // SAFETY: there are 64 bytes.
        let x = turned(unsafe { _mm512_loadu_si512(blocks.as_ptr().cast()) });
        product = multiplied(product, _mm512_xor_si512(x, first), power);
        first = _mm512_setzero_si512();
    }
    let lanes = reduced(product);
    let halves =
        _mm256_xor_si256(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64::<1>(lanes));
    _mm_xor_si128(_mm256_castsi256_si128(halves), _mm256_extracti128_si256::<1>(halves))
}

/// Sums of products of 64 bits each: low halves, high halves, and one with the other.
#[derive(Clone, Copy)]
struct Product {
    low: __m512i,
    middle: __m512i,
    high: __m512i,
}

impl Product {
    /// Nothing yet.
    const ZERO: Product = {
        // SAFETY: all bits zero is a vector.
        unsafe { std::mem::zeroed() }
    };
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,pclmulqdq,vpclmulqdq")]
#[inline]
fn multiplied(sum: Product, x: __m512i, y: __m512i) -> Product {
    const XOR: i32 = 0x96;
    let one = _mm512_clmulepi64_epi128::<0x01>(x, y);
    let other = _mm512_clmulepi64_epi128::<0x10>(x, y);
    Product {
        low: _mm512_xor_si512(sum.low, _mm512_clmulepi64_epi128::<0x00>(x, y)),
        middle: _mm512_ternarylogic_epi64::<XOR>(sum.middle, one, other),
        high: _mm512_xor_si512(sum.high, _mm512_clmulepi64_epi128::<0x11>(x, y)),
    }
}

/// Divided by x^128: twice the low 64 bits are made zero by a multiple of the polynomial.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,pclmulqdq,vpclmulqdq")]
#[inline]
fn reduced(product: Product) -> __m512i {
    let polynomial = _mm512_set1_epi64((POLYNOMIAL >> 64) as i64);
    let low = _mm512_xor_si512(product.low, _mm512_bslli_epi128::<8>(product.middle));
    let high = _mm512_xor_si512(product.high, _mm512_bsrli_epi128::<8>(product.middle));
    let low = folded(low, polynomial);
    _mm512_xor_si512(high, folded(low, polynomial))
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,pclmulqdq,vpclmulqdq")]
#[inline]
fn folded(low: __m512i, polynomial: __m512i) -> __m512i {
    let multiple = _mm512_clmulepi64_epi128::<0x00>(low, polynomial);
    _mm512_xor_si512(_mm512_shuffle_epi32::<0x4e>(low), multiple)
}

/// Every block with its bytes in reverse order.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,pclmulqdq,vpclmulqdq")]
#[inline]
fn turned(x: __m512i) -> __m512i {
    let order = _mm_set_epi32(0x0001_0203, 0x0405_0607, 0x0809_0a0b, 0x0c0d_0e0f);
    _mm512_shuffle_epi8(x, _mm512_broadcast_i32x4(order))
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,pclmulqdq,vpclmulqdq")]
#[inline]
fn load(numbers: &[u128; 4]) -> __m512i {
    // SAFETY: four numbers are 64 bytes.
    unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,pclmulqdq,vpclmulqdq")]
#[inline]
fn number(x: u128) -> __m128i {
    _mm_set_epi64x((x >> 64) as i64, x as i64)
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,pclmulqdq,vpclmulqdq")]
#[inline]
fn bits(x: __m128i) -> u128 {
    let (low, high) = (_mm_cvtsi128_si64(x) as u64, _mm_extract_epi64::<1>(x) as u64);
    u128::from(high) << 64 | u128::from(low)
}
