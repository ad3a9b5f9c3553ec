//! Our own arithmetic on the SM2 curve, for every machine: limbs of 64 bits, no unsafe code.
//!
//! From below: [`limbs`] are bare numbers, [`arithmetic`] is what the machine gives, [`field`] and [`scalar`] numbers modulo p and n, with one
//! [`inverse`] for both; [`point`] the curve, [`digits`] how scalars are cut up; then `k*G` in
//! [`comb`], `k*P` in [`multiply`], and `s*G + t*P` in [`verify`] or, with a table for P, in
//! [`prepared`] over [`sums`]. Design and figures: docs/sm2-engine.md.
//!
//! # Timing
//!
//! Constant-time, but for what has `_vartime` in its name and for answers that may be known (a point
//! is infinity, a number is out of range).

#![forbid(unsafe_code)]

mod arithmetic;
#[rustfmt::skip]
mod base_table;
mod comb;
mod digits;
mod field;
mod inverse;
mod limbs;
mod multiply;
mod point;
mod prepared;
mod scalar;
#[cfg(any(test, all(target_arch = "x86_64", not(yinxin_portable))))]
pub(super) mod shared;
mod sums;
#[rustfmt::skip]
mod tables;
#[cfg(test)]
mod tests;
mod verify;

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
pub(super) use arithmetic::Arithmetic;
pub(super) use arithmetic::Plain;
pub(super) use comb::multiply_base;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
pub(super) use limbs::Limbs;
pub(super) use multiply::multiply;
pub(super) use point::{Affine, Jacobian};
pub(super) use prepared::{Multiples, combine_prepared_vartime};
pub(super) use scalar::Scalar;
pub(super) use verify::{combine_vartime, x_is_vartime};

use zeroize::{Zeroize, Zeroizing};

/// How many points share one inversion.
pub(super) const BATCH: usize = 16;

/// The affine points, with one inversion for all; what stands for infinity is no point.
pub(super) fn normalize(points: &[Jacobian; BATCH]) -> Zeroizing<[Affine; BATCH]> {
    let mut inverses = points.map(|point| point.z);
    field::invert_all(&mut inverses);
    let mut affine = Zeroizing::new([Affine::NONE; BATCH]);
    for ((affine, point), inverse) in affine.iter_mut().zip(points).zip(&inverses) {
        *affine = point.scale(inverse);
    }
    inverses.zeroize();
    affine
}
