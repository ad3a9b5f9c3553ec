//! The lanes as a register of AVX-512, with its products of 52 bits.
#![allow(unsafe_code)]

use super::vector::{Lanes, Mask};
use std::arch::x86_64::*;

/// Eight lanes in a register.
///
/// Only the doors next to this file name this type, and they hold the proof that the processor has
/// these instructions. It is what every `unsafe` here rests on.
#[derive(Clone, Copy)]
pub(super) struct Ifma(__m512i);

impl Lanes for Ifma {
    #[inline(always)]
    fn splat(value: u64) -> Self {
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe { _mm512_set1_epi64(value as i64) })
    }

    #[inline(always)]
    fn new(values: [u64; 8]) -> Self {
        // SAFETY: AVX-512F is there, see `Ifma`; the array is 64 bytes to read.
        Ifma(unsafe { _mm512_loadu_si512(values.as_ptr().cast()) })
    }

    #[inline(always)]
    fn values(self) -> [u64; 8] {
        let mut values = [0; 8];
        // SAFETY: AVX-512F is there, see `Ifma`; the array is 64 bytes to write.
        unsafe { _mm512_storeu_si512(values.as_mut_ptr().cast(), self.0) };
        values
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe { _mm512_add_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe { _mm512_sub_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe { _mm512_and_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe { _mm512_or_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn shift_left<const BITS: u32>(self) -> Self {
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe { _mm512_slli_epi64::<BITS>(self.0) })
    }

    #[inline(always)]
    fn shift_right<const BITS: u32>(self) -> Self {
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe { _mm512_srli_epi64::<BITS>(self.0) })
    }

    #[inline(always)]
    fn divide<const BITS: u32>(self) -> Self {
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe { _mm512_srai_epi64::<BITS>(self.0) })
    }

    #[inline(always)]
    fn add_low(self, a: Self, b: Self) -> Self {
        // SAFETY: AVX-512 IFMA is there, see `Ifma`.
        Ifma(unsafe { _mm512_madd52lo_epu64(self.0, a.0, b.0) })
    }

    #[inline(always)]
    fn add_high(self, a: Self, b: Self) -> Self {
        // SAFETY: AVX-512 IFMA is there, see `Ifma`.
        Ifma(unsafe { _mm512_madd52hi_epu64(self.0, a.0, b.0) })
    }

    #[inline(always)]
    fn select(mask: Mask, yes: Self, no: Self) -> Self {
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe { _mm512_mask_blend_epi64(mask.0, no.0, yes.0) })
    }

    #[inline(always)]
    fn equal(self, other: Self) -> Mask {
        // SAFETY: AVX-512F is there, see `Ifma`.
        Mask(unsafe { _mm512_cmpeq_epi64_mask(self.0, other.0) })
    }

    #[inline(always)]
    fn is_negative(self) -> Mask {
        // SAFETY: AVX-512DQ is there, see `Ifma`.
        Mask(unsafe { _mm512_movepi64_mask(self.0) })
    }

    #[inline(always)]
    fn pick(table: &[u64; 32], number: Self) -> Self {
        let (parts, _) = table.as_chunks::<8>();
        let part = |i: usize| Self::new(parts[i]).0;
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe {
            let upper = _mm512_test_epi64_mask(number.0, _mm512_set1_epi64(16));
            let low = _mm512_permutex2var_epi64(part(0), number.0, part(1));
            let high = _mm512_permutex2var_epi64(part(2), number.0, part(3));
            _mm512_mask_blend_epi64(upper, low, high)
        })
    }

    #[inline(always)]
    fn pick_by_lane(tables: [&[u64; 32]; 8], number: Self) -> Self {
        let mut found = Self::splat(0);
        for (table, lane) in tables.iter().zip(0..) {
            found = Self::select(Mask(1 << lane), Self::pick(table, number), found);
        }
        found
    }

    #[inline(always)]
    fn rotate<const BY: usize>(self) -> Self {
        const ORDER: [u64; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7];
        let order = Self::new(*const { ORDER.split_at(BY).1.first_chunk::<8>().unwrap() });
        // SAFETY: AVX-512F is there, see `Ifma`.
        Ifma(unsafe { _mm512_permutexvar_epi64(order.0, self.0) })
    }

    #[inline(always)]
    fn transpose(rows: [Self; 8]) -> [Self; 8] {
        let [a, b, c, d, e, f, g, h] = rows;
        let (low, high) = (halves(a, b, c, d), halves(e, f, g, h));
        let mut columns = rows;
        for column in 0..4 {
            // SAFETY: AVX-512F is there, see `Ifma`.
            unsafe {
                let (low, high) = (low[column].0, high[column].0);
                columns[column] = Ifma(_mm512_shuffle_i64x2::<0b01_00_01_00>(low, high));
                columns[column + 4] = Ifma(_mm512_shuffle_i64x2::<0b11_10_11_10>(low, high));
            }
        }
        columns
    }
}

/// For j from 0 to 3 the lanes j, and then the lanes j + 4, of four numbers.
#[inline(always)]
fn halves(a: Ifma, b: Ifma, c: Ifma, d: Ifma) -> [Ifma; 4] {
    let even = Ifma::new([0, 1, 8, 9, 4, 5, 12, 13]).0;
    let odd = Ifma::new([2, 3, 10, 11, 6, 7, 14, 15]).0;
    // SAFETY: AVX-512F is there, see `Ifma`.
    unsafe {
        let (ab, cd) = (_mm512_unpacklo_epi64(a.0, b.0), _mm512_unpacklo_epi64(c.0, d.0));
        let (ab_high, cd_high) = (_mm512_unpackhi_epi64(a.0, b.0), _mm512_unpackhi_epi64(c.0, d.0));
        [
            Ifma(_mm512_permutex2var_epi64(ab, even, cd)),
            Ifma(_mm512_permutex2var_epi64(ab_high, even, cd_high)),
            Ifma(_mm512_permutex2var_epi64(ab, odd, cd)),
            Ifma(_mm512_permutex2var_epi64(ab_high, odd, cd_high)),
        ]
    }
}
