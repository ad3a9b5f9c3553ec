//! What the algorithms ask of eight lanes of 64 bits.

use super::field;

/// One bit for each lane, the lowest for lane 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mask(pub(super) u8);

impl Mask {
    #[inline(always)]
    pub(super) fn and(self, other: Mask) -> Mask {
        Mask(self.0 & other.0)
    }
}

/// Eight lanes of 64 bits, on which everything happens at once.
///
/// Sums and shifts to the right take the lanes as signed. No operation has a time or an address that
/// depends on a lane.
pub(super) trait Lanes: Copy {
    /// The same in every lane.
    fn splat(value: u64) -> Self;

    /// One number for each lane.
    fn new(values: [u64; 8]) -> Self;

    /// What is in each lane.
    fn values(self) -> [u64; 8];

    /// a + b, which fit.
    fn add(self, other: Self) -> Self;

    /// a - b, which fit.
    fn sub(self, other: Self) -> Self;

    fn and(self, other: Self) -> Self;

    fn or(self, other: Self) -> Self;

    /// Bits shifted out at the top are lost.
    fn shift_left<const BITS: u32>(self) -> Self;

    /// Zeros come in at the top.
    fn shift_right<const BITS: u32>(self) -> Self;

    /// The sign comes in at the top: floor(a / 2^BITS).
    fn divide<const BITS: u32>(self) -> Self;

    /// self + the lower 52 bits of a*b, both below 2^52.
    fn add_low(self, a: Self, b: Self) -> Self;

    /// self + floor(a*b / 2^52), both below 2^52.
    fn add_high(self, a: Self, b: Self) -> Self;

    /// The first in the lanes of the mask, the second in the others.
    fn select(mask: Mask, yes: Self, no: Self) -> Self;

    /// In which lanes a = b.
    fn equal(self, other: Self) -> Mask;

    /// In which lanes a is negative.
    fn is_negative(self) -> Mask;

    /// For each lane the entry of this number, of which the lower five bits count. All are read.
    fn pick(table: &[u64; 32], number: Self) -> Self;

    /// [`pick`](Self::pick) with a table for each lane.
    fn pick_by_lane(tables: [&[u64; 32]; 8], number: Self) -> Self;

    /// Lane i of the result is lane (i + BY) mod 8.
    fn rotate<const BY: usize>(self) -> Self;

    /// Lane i of result j is lane j of number i.
    fn transpose(rows: [Self; 8]) -> [Self; 8];

    // What the field is made of, so that the model can compile each once instead of everywhere.

    #[inline(always)]
    fn multiply(a: &[Self; 5], b: &[Self; 5]) -> [Self; 10] {
        field::multiply(a, b)
    }

    #[inline(always)]
    fn square(a: &[Self; 5]) -> [Self; 10] {
        field::square(a)
    }

    #[inline(always)]
    fn reduce(product: [Self; 10]) -> [Self; 5] {
        field::reduce(product)
    }

    #[inline(always)]
    fn carry(limbs: [Self; 5]) -> [Self; 5] {
        field::carry(limbs)
    }
}
