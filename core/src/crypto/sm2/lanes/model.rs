//! The lanes as an array: the same algorithms for tests on every machine, and for tools that do not
//! know AVX-512.
//!
//! With debug assertions it shows the bounds that the vector instructions do not check.

use super::field;
use super::vector::{Lanes, Mask};
use std::array::from_fn;
use std::hint::black_box;

/// Eight lanes in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Model([u64; 8]);

const LOW: u64 = (1 << 52) - 1;

impl Model {
    #[inline(always)]
    fn each(self, other: Self, f: impl Fn(u64, u64) -> u64) -> Self {
        Model(from_fn(|lane| f(self.0[lane], other.0[lane])))
    }
}

/// The bits of this lane's answer, all or none, out of the optimiser's sight: it would branch.
fn bits(mask: Mask, lane: usize) -> u64 {
    black_box(u64::from((mask.0 >> lane) & 1).wrapping_neg())
}

fn product(a: u64, b: u64) -> u128 {
    debug_assert!(a <= LOW && b <= LOW, "factors of 52 bits");
    u128::from(a) * u128::from(b)
}

fn sum(a: u64, b: u64) -> u64 {
    debug_assert!((a as i64).checked_add(b as i64).is_some(), "a sum that fits");
    a.wrapping_add(b)
}

impl Lanes for Model {
    fn splat(value: u64) -> Self {
        Model([value; 8])
    }

    fn new(values: [u64; 8]) -> Self {
        Model(values)
    }

    fn values(self) -> [u64; 8] {
        self.0
    }

    fn add(self, other: Self) -> Self {
        self.each(other, sum)
    }

    fn sub(self, other: Self) -> Self {
        self.each(other, |a, b| {
            debug_assert!((a as i64).checked_sub(b as i64).is_some(), "a difference that fits");
            a.wrapping_sub(b)
        })
    }

    fn and(self, other: Self) -> Self {
        self.each(other, |a, b| a & b)
    }

    fn or(self, other: Self) -> Self {
        self.each(other, |a, b| a | b)
    }

    fn shift_left<const BITS: u32>(self) -> Self {
        Model(self.0.map(|a| a << BITS))
    }

    fn shift_right<const BITS: u32>(self) -> Self {
        Model(self.0.map(|a| a >> BITS))
    }

    fn divide<const BITS: u32>(self) -> Self {
        Model(self.0.map(|a| ((a as i64) >> BITS) as u64))
    }

    fn add_low(self, a: Self, b: Self) -> Self {
        self.add(a.each(b, |a, b| product(a, b) as u64 & LOW))
    }

    fn add_high(self, a: Self, b: Self) -> Self {
        self.add(a.each(b, |a, b| (product(a, b) >> 52) as u64))
    }

    fn select(mask: Mask, yes: Self, no: Self) -> Self {
        Model(from_fn(|lane| no.0[lane] ^ (bits(mask, lane) & (yes.0[lane] ^ no.0[lane]))))
    }

    fn equal(self, other: Self) -> Mask {
        let differ = self.each(other, |a, b| a ^ b).0;
        let bit = |a: u64| ((a | a.wrapping_neg()) >> 63) ^ 1;
        Mask((0..8).map(|lane| (bit(differ[lane]) as u8) << lane).sum())
    }

    fn is_negative(self) -> Mask {
        Mask((0..8).map(|lane| ((self.0[lane] >> 63) as u8) << lane).sum())
    }

    fn pick(table: &[u64; 32], number: Self) -> Self {
        let number = number.and(Self::splat(31));
        let mut found = Self::splat(0);
        for (entry, this) in table.iter().zip(0..) {
            found = Self::select(number.equal(Self::splat(this)), Self::splat(*entry), found);
        }
        found
    }

    fn pick_by_lane(tables: [&[u64; 32]; 8], number: Self) -> Self {
        let picked = tables.map(|table| Self::pick(table, number));
        Model(from_fn(|lane| picked[lane].0[lane]))
    }

    fn rotate<const BY: usize>(self) -> Self {
        Model(from_fn(|lane| self.0[(lane + BY) % 8]))
    }

    fn transpose(rows: [Self; 8]) -> [Self; 8] {
        from_fn(|column| Model(from_fn(|row| rows[row].0[column])))
    }

    #[inline(never)]
    fn multiply(a: &[Self; 5], b: &[Self; 5]) -> [Self; 10] {
        field::multiply(a, b)
    }

    #[inline(never)]
    fn square(a: &[Self; 5]) -> [Self; 10] {
        field::square(a)
    }

    #[inline(never)]
    fn reduce(product: [Self; 10]) -> [Self; 5] {
        field::reduce(product)
    }

    #[inline(never)]
    fn carry(limbs: [Self; 5]) -> [Self; 5] {
        field::carry(limbs)
    }
}
