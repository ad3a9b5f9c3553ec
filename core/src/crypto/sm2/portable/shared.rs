//! What the engine in lanes takes from this one: numbers as limbs, in the forms kept here.

pub(in crate::crypto::sm2) use super::comb::{ENTRIES, WIDTH, WINDOWS};
pub(in crate::crypto::sm2) use super::field::P;
pub(in crate::crypto::sm2) use super::limbs::{Limbs, power_of_two, to_bytes};

use super::arithmetic::Plain;
use super::field::{self, Fe};
use super::limbs::Mask;
use super::point::{Affine, Jacobian};
use super::prepared::Multiples;
use super::scalar::Scalar;
use super::tables::COMB;
use super::verify::x_is_vartime;
use zeroize::Zeroize;

/// The limbs of x and y of (number+1) * 2^(WIDTH*window) * G, as the field keeps them.
pub(in crate::crypto::sm2) const fn base_multiple(window: usize, number: usize) -> [Limbs; 2] {
    let point = &COMB[window][number];
    [point.x.0, point.y.0]
}

/// The limbs of x and y as the field keeps them.
pub(in crate::crypto::sm2) fn affine_limbs(point: &Affine) -> [Limbs; 2] {
    [point.x.0, point.y.0]
}

/// The row of a prepared point's multiples for this window; the windows are those of G.
pub(in crate::crypto::sm2) fn row_of_multiples(
    multiples: &Multiples,
    window: usize,
) -> &[Affine; ENTRIES] {
    multiples.row(window)
}

/// The row of multiples of G for this window.
pub(in crate::crypto::sm2) fn base_row(window: usize) -> &'static [Affine; ENTRIES] {
    &COMB[window]
}

/// The limbs of x, then of y, as the field keeps them.
#[inline(always)]
pub(in crate::crypto::sm2) fn multiple_limbs(point: &Affine) -> [u64; 8] {
    let ([a, b, c, d], [e, f, g, h]) = (point.x.0, point.y.0);
    [a, b, c, d, e, f, g, h]
}

/// Of k and n-k the one below n/2, and whether it is the latter, as 1 or 0.
pub(in crate::crypto::sm2) fn half(k: &Scalar) -> (Limbs, u64) {
    let (half, negate) = k.half();
    (*half.limbs(), negate.keep(&[1, 0, 0, 0])[0])
}

/// The point of coordinates as the field keeps them, or its negative if `negate` is 1 and not 0.
pub(in crate::crypto::sm2) fn jacobian(coordinates: &[Limbs; 3], negate: u64) -> Jacobian {
    let [x, y, z] = coordinates.map(|limbs| Fe(limbs, Plain));
    Jacobian { x, y, z }.negate_if(Mask::of_bit(negate))
}

/// The inverses of elements as the field keeps them, with one inversion; 0 stays 0.
pub(in crate::crypto::sm2) fn invert_all(elements: &mut [Limbs; 8]) {
    let mut inverses = elements.map(|limbs| Fe(limbs, Plain));
    field::invert_all(&mut inverses);
    *elements = inverses.map(|element| element.0);
    inverses.zeroize();
}

/// Whether X / Z^2 of elements as the field keeps them is, modulo n, this number. Z = 0 has no x.
pub(in crate::crypto::sm2) fn quotient_is_vartime(x: &Limbs, z: &Limbs, number: &Scalar) -> bool {
    x_is_vartime(&Jacobian { x: Fe(*x, Plain), y: Fe::ONE, z: Fe(*z, Plain) }, number)
}
