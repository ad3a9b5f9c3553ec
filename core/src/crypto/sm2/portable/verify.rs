//! What verification asks of the curve. Everything here is public and variable-time.

use super::arithmetic::{Arithmetic, Plain};
use super::digits::sparse_vartime;
use super::field::{Fe, P};
use super::limbs;
use super::point::{Affine, Jacobian};
use super::scalar::{N, Scalar};
use super::tables::ODD;

/// Width of the digits for G, whose odd multiples up to 255 are in a table.
const BASE_WIDTH: usize = 9;
/// How many odd multiples of G there are.
pub(super) const BASE_ENTRIES: usize = 1 << (BASE_WIDTH - 2);
/// Width of the digits for another point.
const WIDTH: usize = 5;
/// How many odd multiples of it are worked out.
const ENTRIES: usize = 1 << (WIDTH - 2);

/// s*G + t*P.
pub(in crate::crypto::sm2) fn combine_vartime(
    by: impl Arithmetic,
    s: &Scalar,
    t: &Scalar,
    point: &Affine,
) -> Jacobian {
    let of_base = sparse_vartime::<BASE_WIDTH>(s.limbs());
    let of_point = sparse_vartime::<WIDTH>(t.limbs());
    let table = odd_multiples_vartime(&point.with(by));
    let mut sum = Jacobian::INFINITY.with(by);
    for (base, point) in of_base.iter().zip(&of_point).rev() {
        sum = sum.double();
        if let Some(multiple) = ODD.get(entry(*base)) {
            let multiple = multiple.with(by);
            sum = sum.add_affine_vartime(&if *base < 0 { multiple.negate() } else { multiple });
        }
        if let Some(multiple) = table.get(entry(*point)) {
            sum = sum.add_vartime(&if *point < 0 { multiple.negate() } else { *multiple });
        }
    }
    sum.with(Plain)
}

/// Whether the point's x, modulo n, is this number. Infinity has no x.
pub(in crate::crypto::sm2) fn x_is_vartime(point: &Jacobian, number: &Scalar) -> bool {
    if point.z == Fe::ZERO {
        return false;
    }
    // Instead of dividing X by Z^2 we multiply what it should be.
    let square = point.z.square();
    let is = |x: &limbs::Limbs| Fe::new(*x).mul(&square) == point.x;
    if is(number.limbs()) {
        return true;
    }
    // x may be at or above n, but not above p.
    let (x, carry) = limbs::add(number.limbs(), &N);
    let below = carry == 0 && limbs::sub(&x, &P).1 == 1;
    below && is(&x)
}

/// Where the odd multiple of this size stands; out of every table for 0.
fn entry(digit: i16) -> usize {
    match digit.unsigned_abs() {
        0 => usize::MAX,
        size => usize::from(size / 2),
    }
}

/// P, 3P, 5P and so on.
fn odd_multiples_vartime<A: Arithmetic>(point: &Affine<A>) -> [Jacobian<A>; ENTRIES] {
    let mut table = [Jacobian::from_affine(point); ENTRIES];
    let twice = table[0].double();
    for i in 1..ENTRIES {
        table[i] = table[i - 1].add_vartime(&twice);
    }
    table
}

impl<A: Arithmetic> Affine<A> {
    pub(super) fn negate(&self) -> Self {
        Affine { x: self.x, y: self.y.negate() }
    }
}

impl<A: Arithmetic> Jacobian<A> {
    fn negate(&self) -> Self {
        Jacobian { y: self.y.negate(), ..*self }
    }

    /// P + Q, for every P and every Q but infinity.
    pub(in crate::crypto::sm2) fn add_affine_vartime(&self, other: &Affine<A>) -> Self {
        if self.z == Fe::ZERO {
            return Jacobian::from_affine(other);
        }
        let (sum, difference) = self.mixed(other);
        if difference.h == Fe::ZERO && difference.r == Fe::ZERO { self.double() } else { sum }
    }

    /// P + Q, for every P and Q.
    pub(super) fn add_vartime(&self, other: &Self) -> Self {
        if self.z == Fe::ZERO {
            return *other;
        }
        if other.z == Fe::ZERO {
            return *self;
        }
        let (sum, difference) = self.full(other);
        if difference.h == Fe::ZERO && difference.r == Fe::ZERO { self.double() } else { sum }
    }
}
