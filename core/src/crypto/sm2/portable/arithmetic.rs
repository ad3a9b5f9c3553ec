//! What sums and products modulo p are computed with: the algorithms above are written once.

use super::field::{P, reduce};
use super::limbs::{self, Limbs};
use std::fmt::Debug;

/// A way to compute modulo p, constant-time, as a value without size: who has it may use it.
///
/// What goes in is below p, and so is what comes out. All ways give the same.
pub(in crate::crypto::sm2) trait Arithmetic: Copy + Debug {
    /// a*b / 2^256.
    fn multiply(self, a: &Limbs, b: &Limbs) -> Limbs;

    /// a*a / 2^256.
    fn square(self, a: &Limbs) -> Limbs;

    /// a + b.
    fn add(self, a: &Limbs, b: &Limbs) -> Limbs;

    /// a - b.
    fn sub(self, a: &Limbs, b: &Limbs) -> Limbs;
}

/// With what every machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crypto::sm2) struct Plain;

impl Arithmetic for Plain {
    #[inline(always)]
    fn multiply(self, a: &Limbs, b: &Limbs) -> Limbs {
        reduce(limbs::multiply(a, b))
    }

    #[inline(always)]
    fn square(self, a: &Limbs) -> Limbs {
        reduce(limbs::square(a))
    }

    #[inline(always)]
    fn add(self, a: &Limbs, b: &Limbs) -> Limbs {
        limbs::add_modulo(a, b, &P)
    }

    #[inline(always)]
    fn sub(self, a: &Limbs, b: &Limbs) -> Limbs {
        limbs::sub_modulo(a, b, &P)
    }
}
