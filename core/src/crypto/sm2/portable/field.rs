//! The field of p = 2^256 - 2^224 - 2^96 + 2^64 - 1, constant-time.
//!
//! An element a is kept as a*2^256 mod p (Montgomery), always below p: what exists is reduced, so
//! equal elements have equal limbs. p is -1 modulo 2^64 and its limbs are sums of few powers of two,
//! so the reduction needs no multiplication. An element knows what it is computed with.

use super::arithmetic::{Arithmetic, Plain};
use super::inverse::Modulus;
use super::limbs::{self, Limbs, Mask, sbb};
use zeroize::Zeroize;

/// The prime p.
pub(in crate::crypto::sm2) const P: Limbs =
    [0xffff_ffff_ffff_ffff, 0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xffff_fffe_ffff_ffff];

const MODULUS: Modulus = Modulus::new(&P);

/// 2^512 mod p, which brings a number into the field's form.
const R2: Limbs = limbs::power_of_two(512, &P);

/// An element of the field; its limbs are below p.
#[derive(Debug, Clone, Copy, Zeroize)]
pub(super) struct Fe<A = Plain>(pub(super) Limbs, #[zeroize(skip)] pub(super) A);

impl Fe {
    pub(super) const ZERO: Fe = Fe([0; 4], Plain);
    pub(super) const ONE: Fe = Fe(limbs::power_of_two(256, &P), Plain);

    /// The element of a number below p; for constants.
    pub(super) const fn new(number: Limbs) -> Fe {
        Fe(reduce(limbs::multiply(&number, &R2)), Plain)
    }

    /// The element of 32 bytes, big endian, if they are below p.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Option<Fe> {
        let number = limbs::from_bytes(bytes);
        let below = limbs::sub(&number, &P).1 == 1;
        below.then(|| Fe::new(number))
    }
}

impl<A: Arithmetic> Fe<A> {
    /// The same element, computed with another arithmetic.
    #[inline(always)]
    pub(super) fn with<B>(&self, by: B) -> Fe<B> {
        Fe(self.0, by)
    }

    /// The canonical number below p.
    pub(super) fn number(&self) -> Limbs {
        let [a0, a1, a2, a3] = self.0;
        reduce([a0, a1, a2, a3, 0, 0, 0, 0])
    }

    /// 32 bytes, big endian.
    pub(super) fn to_bytes(self) -> [u8; 32] {
        limbs::to_bytes(&self.number())
    }

    #[inline(always)]
    pub(super) fn add(&self, other: &Self) -> Self {
        Fe(self.1.add(&self.0, &other.0), self.1)
    }

    #[inline(always)]
    pub(super) fn sub(&self, other: &Self) -> Self {
        Fe(self.1.sub(&self.0, &other.0), self.1)
    }

    #[inline(always)]
    pub(super) fn double(&self) -> Self {
        self.add(self)
    }

    #[inline(always)]
    pub(super) fn halve(&self) -> Self {
        Fe(limbs::halve_modulo(&self.0, &P), self.1)
    }

    #[inline(always)]
    pub(super) fn negate(&self) -> Self {
        Fe::ZERO.with(self.1).sub(self)
    }

    #[inline(always)]
    pub(super) fn mul(&self, other: &Self) -> Self {
        Fe(self.1.multiply(&self.0, &other.0), self.1)
    }

    #[inline(always)]
    pub(super) fn square(&self) -> Self {
        Fe(self.1.square(&self.0), self.1)
    }

    #[inline(always)]
    pub(super) fn is_zero(&self) -> Mask {
        Mask::is_zero(&self.0)
    }

    /// The first if yes, the second if no.
    #[inline(always)]
    pub(super) fn select(mask: Mask, yes: &Self, no: &Self) -> Self {
        Fe(mask.select(&yes.0, &no.0), no.1)
    }

    /// The element's square root, if it has one.
    pub(super) fn square_root(&self) -> Option<Self> {
        let root = self.to_quarter();
        (root.square() == *self).then_some(root)
    }

    /// 1/a, and 0 for 0.
    pub(super) fn invert(&self) -> Self {
        // The limbs are a*2^256.
        Fe(MODULUS.divide(&R2, &self.0), self.1)
    }

    /// a^((p+1)/4), the square root of a square: p is 3 modulo 4.
    fn to_quarter(self) -> Self {
        // (p+1)/4 in bits: 31 ones, 0, 4*32 ones, 31 zeros, 1, 62 zeros. First powers whose
        // exponents are all ones.
        let of_2 = self.square().mul(&self);
        let of_4 = of_2.square_times(2).mul(&of_2);
        let of_8 = of_4.square_times(4).mul(&of_4);
        let of_16 = of_8.square_times(8).mul(&of_8);
        let of_24 = of_16.square_times(8).mul(&of_8);
        let of_28 = of_24.square_times(4).mul(&of_4);
        let of_30 = of_28.square_times(2).mul(&of_2);
        let of_31 = of_30.square().mul(&self);
        let of_32 = of_31.square().mul(&self);
        let mut power = of_31.square();
        for _ in 0..4 {
            power = power.square_times(32).mul(&of_32);
        }
        power.square_times(32).mul(&self).square_times(62)
    }

    fn square_times(&self, times: usize) -> Self {
        (0..times).fold(*self, |power, _| power.square())
    }
}

impl<A, B> PartialEq<Fe<B>> for Fe<A> {
    fn eq(&self, other: &Fe<B>) -> bool {
        self.0 == other.0
    }
}

impl<A> Eq for Fe<A> {}

/// Inverts every element with one inversion (Montgomery's trick); 0 stays 0.
///
/// `N` is small: the running products are on the stack and are wiped.
pub(super) fn invert_all<const N: usize>(elements: &mut [Fe; N]) {
    let mut before = zeroize::Zeroizing::new([Fe::ONE; N]);
    let mut product = Fe::ONE;
    for (before, element) in before.iter_mut().zip(elements.iter()) {
        *before = product;
        product = product.mul(&Fe::select(element.is_zero(), &Fe::ONE, element));
    }
    let mut inverse = product.invert();
    for (before, element) in before.iter().zip(elements.iter_mut()).rev() {
        let zero = element.is_zero();
        let one = inverse.mul(before);
        inverse = inverse.mul(&Fe::select(zero, &Fe::ONE, element));
        *element = Fe::select(zero, &Fe::ZERO, &one);
    }
    product.zeroize();
    inverse.zeroize();
}

/// t / 2^256 mod p for t below p*2^256.
#[inline(always)]
pub(super) const fn reduce(t: [u64; 8]) -> Limbs {
    let low = shift(shift(shift(shift([t[0], t[1], t[2], t[3]]))));
    // low is at most p and the high half is below p.
    let (sum, carry) = limbs::add(&low, &[t[4], t[5], t[6], t[7]]);
    limbs::subtract_once(&sum, carry, &P)
}

/// (t + m*p) / 2^64 for the m that makes the lowest limb 0, which is that limb.
///
/// Below 2^192 + p, so it fits: p is below 2^256 - 2^223.
#[inline(always)]
const fn shift(t: Limbs) -> Limbs {
    let m = t[0];
    // (m*p + m) / 2^64 = m*2^192 - m*2^160 - m*2^32 + m. The order keeps carries short; the sum as
    // a whole fits, so what the subtraction borrows from above, the addition gives back.
    let (low, high) = (m << 32, m >> 32);
    let (r0, borrow) = sbb(t[1], low, 0);
    let (r1, borrow) = sbb(t[2], high, borrow);
    let (r2, borrow) = sbb(t[3], low, borrow);
    let (r3, _) = sbb(m, high, borrow);
    let (lower, carry) = (r0 as u128 | (r1 as u128) << 64).overflowing_add(m as u128);
    let upper = (r2 as u128 | (r3 as u128) << 64).wrapping_add(carry as u128);
    [lower as u64, (lower >> 64) as u64, upper as u64, (upper >> 64) as u64]
}
