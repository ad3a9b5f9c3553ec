//! Numbers modulo n, the order of the curve, constant-time.

use super::inverse::Modulus;
use super::limbs::{self, Limbs, Mask, adc, mac};
use crate::crypto::declassify::declassify;
use zeroize::Zeroize;

/// The order n, a prime.
pub(super) const N: Limbs =
    [0x53bb_f409_39d5_4123, 0x7203_df6b_21c6_052b, 0xffff_ffff_ffff_ffff, 0xffff_fffe_ffff_ffff];

/// 2^512 mod n.
const R2: Limbs = limbs::power_of_two(512, &N);

const MODULUS: Modulus = Modulus::new(&N);

/// -1/n mod 2^64.
const MINUS_INVERSE: u64 = limbs::invert_word(N[0]).wrapping_neg();

/// A number below n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Zeroize)]
pub(in crate::crypto::sm2) struct Scalar(Limbs);

impl Scalar {
    pub(in crate::crypto::sm2) const ONE: Scalar = Scalar([1, 0, 0, 0]);
    pub(in crate::crypto::sm2) const ZERO: Scalar = Scalar([0; 4]);

    /// The number of 32 bytes, big endian, if it is in 1..=n-1.
    pub(in crate::crypto::sm2) fn from_bytes(bytes: &[u8; 32]) -> Option<Scalar> {
        let number = limbs::from_bytes(bytes);
        let below = declassify(limbs::sub(&number, &N).1) == 1;
        let scalar = Scalar(number);
        (below & !scalar.is_zero()).then_some(scalar)
    }

    /// 32 bytes, big endian, reduced.
    pub(in crate::crypto::sm2) fn reduce(bytes: &[u8; 32]) -> Scalar {
        // n is above 2^255.
        Scalar(limbs::subtract_once(&limbs::from_bytes(bytes), 0, &N))
    }

    /// 2^127 + (x mod 2^127) of x in 32 bytes, big endian: what a key exchange takes of a coordinate.
    ///
    /// # Source
    ///
    /// GB/T 32918.3, with w = 127.
    pub(in crate::crypto::sm2) fn of_low_half(x: &[u8; 32]) -> Scalar {
        let [low, high, _, _] = limbs::from_bytes(x);
        Scalar([low, high | 1 << 63, 0, 0])
    }

    /// 32 bytes, big endian.
    pub(in crate::crypto::sm2) fn to_bytes(self) -> [u8; 32] {
        limbs::to_bytes(&self.0)
    }

    pub(super) fn limbs(&self) -> &Limbs {
        &self.0
    }

    /// Whether the number is 0, as what may be branched on.
    pub(in crate::crypto::sm2) fn is_zero(&self) -> bool {
        Mask::is_zero(&self.0).reveal()
    }

    pub(in crate::crypto::sm2) fn add(&self, other: &Scalar) -> Scalar {
        Scalar(limbs::add_modulo(&self.0, &other.0, &N))
    }

    pub(in crate::crypto::sm2) fn sub(&self, other: &Scalar) -> Scalar {
        Scalar(limbs::sub_modulo(&self.0, &other.0, &N))
    }

    pub(in crate::crypto::sm2) fn mul(&self, other: &Scalar) -> Scalar {
        // once by 2^-256, once by 2^512 * 2^-256
        let product = montgomery(&self.0, &other.0);
        Scalar(montgomery(&product, &R2))
    }

    /// 1/a, if a is not 0.
    pub(in crate::crypto::sm2) fn invert(&self) -> Option<Scalar> {
        if self.is_zero() {
            return None;
        }
        Some(Scalar(MODULUS.divide(&[1, 0, 0, 0], &self.0)))
    }

    /// The number or n minus it, whichever is below n/2, and whether it is the latter.
    ///
    /// 0 stays 0.
    pub(super) fn half(&self) -> (Scalar, Mask) {
        let negative = Scalar::ZERO.sub(self);
        let less = limbs::sub(&negative.0, &self.0).1; // n - a < a
        let negate = Mask::of_bit(less);
        (Scalar(negate.select(&negative.0, &self.0)), negate)
    }
}

/// a*b / 2^256 mod n, both below n.
fn montgomery(a: &Limbs, b: &Limbs) -> Limbs {
    let mut t = limbs::multiply(a, b);
    let mut extra = 0;
    for i in 0..4 {
        let m = t[i].wrapping_mul(MINUS_INVERSE);
        let mut carry = 0;
        for j in 0..4 {
            (t[i + j], carry) = mac(t[i + j], m, N[j], carry);
        }
        (t[i + 4], extra) = adc(t[i + 4], carry, extra);
    }
    limbs::subtract_once(&[t[4], t[5], t[6], t[7]], extra, &N)
}
