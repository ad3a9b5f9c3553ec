//! Numbers of 256 bits in four limbs of 64, least significant first, and masks instead of branches.
//!
//! Nothing here branches on a limb. The sums and products are written with plain operators, so a
//! build with overflow checks proves their bounds while it tests.

use crate::crypto::declassify::declassify;
use std::hint::black_box;

/// A number below 2^256.
pub(in crate::crypto::sm2) type Limbs = [u64; 4];

/// a + b + carry as a limb and the next carry, both carries 0 or 1.
#[inline(always)]
pub(super) const fn adc(a: u64, b: u64, carry: u64) -> (u64, u64) {
    let sum = a as u128 + b as u128 + carry as u128;
    (sum as u64, (sum >> 64) as u64)
}

/// a - b - borrow as a limb and the next borrow, both borrows 0 or 1.
#[inline(always)]
pub(super) const fn sbb(a: u64, b: u64, borrow: u64) -> (u64, u64) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(borrow);
    (difference, (first | second) as u64)
}

/// sum + a*b + carry as a limb and the next carry, any limb; at most 2^128 - 1.
#[inline(always)]
pub(super) const fn mac(sum: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = sum as u128 + a as u128 * b as u128 + carry as u128;
    (wide as u64, (wide >> 64) as u64)
}

/// a + b and the carry.
#[inline(always)]
pub(super) const fn add(a: &Limbs, b: &Limbs) -> (Limbs, u64) {
    let (r0, carry) = adc(a[0], b[0], 0);
    let (r1, carry) = adc(a[1], b[1], carry);
    let (r2, carry) = adc(a[2], b[2], carry);
    let (r3, carry) = adc(a[3], b[3], carry);
    ([r0, r1, r2, r3], carry)
}

/// a - b and the borrow.
#[inline(always)]
pub(super) const fn sub(a: &Limbs, b: &Limbs) -> (Limbs, u64) {
    let (r0, borrow) = sbb(a[0], b[0], 0);
    let (r1, borrow) = sbb(a[1], b[1], borrow);
    let (r2, borrow) = sbb(a[2], b[2], borrow);
    let (r3, borrow) = sbb(a[3], b[3], borrow);
    ([r0, r1, r2, r3], borrow)
}

/// carry*2^256 + a, which is below twice the modulus, brought below the modulus.
#[inline(always)]
pub(super) const fn subtract_once(a: &Limbs, carry: u64, modulus: &Limbs) -> Limbs {
    // a - modulus as a + (2^256 - modulus): sums compile better here than differences. Of the two
    // carries at most one is set, and it says that the value was not below the modulus.
    let (less, over) = add(a, &sub(&[0; 4], modulus).0);
    add(&less, &masked(modulus, (carry | over).wrapping_sub(1))).0
}

/// a + b modulo the modulus, both below it.
#[inline(always)]
pub(super) const fn add_modulo(a: &Limbs, b: &Limbs, modulus: &Limbs) -> Limbs {
    let (sum, carry) = add(a, b);
    subtract_once(&sum, carry, modulus)
}

/// a - b modulo the modulus, both below it.
#[inline(always)]
pub(super) const fn sub_modulo(a: &Limbs, b: &Limbs, modulus: &Limbs) -> Limbs {
    let (less, borrow) = sub(a, b);
    add(&less, &masked(modulus, borrow.wrapping_neg())).0
}

/// a/2 modulo the modulus, which is odd; a is below it.
#[inline(always)]
pub(super) const fn halve_modulo(a: &Limbs, modulus: &Limbs) -> Limbs {
    let odd = (a[0] & 1).wrapping_neg();
    let (even, carry) = add(a, &masked(modulus, odd));
    [
        (even[0] >> 1) | (even[1] << 63),
        (even[1] >> 1) | (even[2] << 63),
        (even[2] >> 1) | (even[3] << 63),
        (even[3] >> 1) | (carry << 63),
    ]
}

#[inline(always)]
const fn masked(a: &Limbs, mask: u64) -> Limbs {
    [a[0] & mask, a[1] & mask, a[2] & mask, a[3] & mask]
}

/// The whole product, eight limbs.
#[inline(always)]
pub(super) const fn multiply(a: &Limbs, b: &Limbs) -> [u64; 8] {
    let (r0, c) = mac(0, a[0], b[0], 0);
    let (r1, c) = mac(0, a[0], b[1], c);
    let (r2, c) = mac(0, a[0], b[2], c);
    let (r3, r4) = mac(0, a[0], b[3], c);

    let (r1, c) = mac(r1, a[1], b[0], 0);
    let (r2, c) = mac(r2, a[1], b[1], c);
    let (r3, c) = mac(r3, a[1], b[2], c);
    let (r4, r5) = mac(r4, a[1], b[3], c);

    let (r2, c) = mac(r2, a[2], b[0], 0);
    let (r3, c) = mac(r3, a[2], b[1], c);
    let (r4, c) = mac(r4, a[2], b[2], c);
    let (r5, r6) = mac(r5, a[2], b[3], c);

    let (r3, c) = mac(r3, a[3], b[0], 0);
    let (r4, c) = mac(r4, a[3], b[1], c);
    let (r5, c) = mac(r5, a[3], b[2], c);
    let (r6, r7) = mac(r6, a[3], b[3], c);
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// The whole square: the six products above the diagonal twice, and the four on it.
#[inline(always)]
pub(super) const fn square(a: &Limbs) -> [u64; 8] {
    let (r1, c) = mac(0, a[0], a[1], 0);
    let (r2, c) = mac(0, a[0], a[2], c);
    let (r3, r4) = mac(0, a[0], a[3], c);
    let (r3, c) = mac(r3, a[1], a[2], 0);
    let (r4, r5) = mac(r4, a[1], a[3], c);
    let (r5, r6) = mac(r5, a[2], a[3], 0);

    let r7 = r6 >> 63;
    let r6 = (r6 << 1) | (r5 >> 63);
    let r5 = (r5 << 1) | (r4 >> 63);
    let r4 = (r4 << 1) | (r3 >> 63);
    let r3 = (r3 << 1) | (r2 >> 63);
    let r2 = (r2 << 1) | (r1 >> 63);
    let r1 = r1 << 1;

    let (r0, high) = mac(0, a[0], a[0], 0);
    let (r1, c) = adc(r1, high, 0);
    let (low, high) = mac(0, a[1], a[1], 0);
    let (r2, c) = adc(r2, low, c);
    let (r3, c) = adc(r3, high, c);
    let (low, high) = mac(0, a[2], a[2], 0);
    let (r4, c) = adc(r4, low, c);
    let (r5, c) = adc(r5, high, c);
    let (low, high) = mac(0, a[3], a[3], 0);
    let (r6, c) = adc(r6, low, c);
    let (r7, _) = adc(r7, high, c);
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// 1/a modulo 2^64 of an odd a; for constants.
pub(super) const fn invert_word(a: u64) -> u64 {
    let mut inverse = 1u64; // right in one bit; each turn doubles the bits
    let mut turn = 0;
    while turn < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(a.wrapping_mul(inverse)));
        turn += 1;
    }
    inverse
}

/// 2^power modulo the modulus, by doubling; for constants.
pub(in crate::crypto::sm2) const fn power_of_two(power: u32, modulus: &Limbs) -> Limbs {
    let mut value = [1, 0, 0, 0];
    let mut i = 0;
    while i < power {
        value = add_modulo(&value, &value, modulus);
        i += 1;
    }
    value
}

/// The number of 32 bytes, big endian.
#[inline]
pub(super) fn from_bytes(bytes: &[u8; 32]) -> Limbs {
    let mut limbs = [0; 4];
    for (limb, bytes) in limbs.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
        *limb = u64::from_be_bytes(*bytes);
    }
    limbs
}

/// The 32 bytes, big endian.
#[inline]
pub(in crate::crypto::sm2) fn to_bytes(limbs: &Limbs) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (limb, bytes) in limbs.iter().rev().zip(bytes.as_chunks_mut::<8>().0) {
        *bytes = limb.to_be_bytes();
    }
    bytes
}

/// All ones for yes or all zeros for no, out of the optimiser's sight.
#[derive(Clone, Copy)]
pub(super) struct Mask(u64);

impl Mask {
    /// Of a bit, 0 or 1.
    #[inline(always)]
    pub(super) fn of_bit(bit: u64) -> Mask {
        Mask(black_box(bit.wrapping_neg()))
    }

    /// Whether a = b.
    #[inline(always)]
    pub(super) fn equal(a: u64, b: u64) -> Mask {
        let difference = a ^ b;
        Mask::of_bit(((difference | difference.wrapping_neg()) >> 63) ^ 1)
    }

    /// Whether the number is 0.
    #[inline(always)]
    pub(super) fn is_zero(a: &Limbs) -> Mask {
        Mask::equal(a[0] | a[1] | a[2] | a[3], 0)
    }

    /// The number or zero.
    #[inline(always)]
    pub(super) fn keep(self, a: &Limbs) -> Limbs {
        masked(a, self.0)
    }

    /// The first if yes, the second if no.
    #[inline(always)]
    pub(super) fn select(self, yes: &Limbs, no: &Limbs) -> Limbs {
        [
            no[0] ^ (self.0 & (yes[0] ^ no[0])),
            no[1] ^ (self.0 & (yes[1] ^ no[1])),
            no[2] ^ (self.0 & (yes[2] ^ no[2])),
            no[3] ^ (self.0 & (yes[3] ^ no[3])),
        ]
    }

    /// The answer as what may be branched on, once it is no secret.
    #[inline(always)]
    pub(super) fn reveal(self) -> bool {
        declassify(self.0) != 0
    }
}
