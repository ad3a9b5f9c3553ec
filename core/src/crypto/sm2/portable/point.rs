//! Points of y^2 = x^3 - 3x + b, constant-time.
//!
//! Sums are in Jacobian coordinates: (X : Y : Z) is (X/Z^2, Y/Z^3), and Z = 0 is infinity. The curve
//! has prime order, so no point has order two, and a doubling has no exception: infinity gives
//! Z = 0 again.

use super::arithmetic::{Arithmetic, Plain};
use super::field::Fe;
use super::limbs::{Limbs, Mask};
use zeroize::Zeroize;

const B: Fe = Fe::new([
    0xddbc_bd41_4d94_0e93,
    0xf397_89f5_15ab_8f92,
    0x4d5a_9e4b_cf65_09a7,
    0x28e9_fa9e_9d9f_5e34,
]);

/// A point other than infinity; all zeros where a table holds no point.
#[derive(Debug, Clone, Copy, Zeroize)]
pub(in crate::crypto::sm2) struct Affine<A = Plain> {
    pub(super) x: Fe<A>,
    pub(super) y: Fe<A>,
}

impl Affine {
    pub(super) const NONE: Affine = Affine { x: Fe::ZERO, y: Fe::ZERO };

    /// From the limbs of x and y as the field keeps them; for the tables.
    pub(super) const fn stored(x: Limbs, y: Limbs) -> Affine {
        Affine { x: Fe(x, Plain), y: Fe(y, Plain) }
    }

    /// The point with these coordinates, if they are below p and on the curve.
    pub(in crate::crypto::sm2) fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<Affine> {
        let (x, y) = (Fe::from_bytes(x)?, Fe::from_bytes(y)?);
        (y.square() == right_side(&x)).then_some(Affine { x, y })
    }

    /// The point with this x below p and a y of this parity, if there is one.
    pub(in crate::crypto::sm2) fn decompress(
        by: impl Arithmetic,
        x: &[u8; 32],
        y_is_odd: bool,
    ) -> Option<Affine> {
        let x = Fe::from_bytes(x)?;
        let y = right_side(&x).with(by).square_root()?.with(Plain);
        let is_odd = y.number()[0] & 1 == 1;
        Some(Affine { x, y: if is_odd == y_is_odd { y } else { y.negate() } })
    }

    /// x and y in 32 bytes each, big endian.
    pub(in crate::crypto::sm2) fn coordinates(&self) -> ([u8; 32], [u8; 32]) {
        (self.x.to_bytes(), self.y.to_bytes())
    }

    /// x in 32 bytes, big endian.
    pub(in crate::crypto::sm2) fn x(&self) -> [u8; 32] {
        self.x.to_bytes()
    }
}

impl<A: Arithmetic> Affine<A> {
    /// The same point, computed with another arithmetic.
    #[inline(always)]
    pub(super) fn with<B: Copy>(&self, by: B) -> Affine<B> {
        Affine { x: self.x.with(by), y: self.y.with(by) }
    }

    /// The point or its negative.
    pub(super) fn negate_if(&self, negate: Mask) -> Self {
        Affine { x: self.x, y: Fe::select(negate, &self.y.negate(), &self.y) }
    }
}

impl<A, B> PartialEq<Affine<B>> for Affine<A> {
    fn eq(&self, other: &Affine<B>) -> bool {
        self.x == other.x && self.y == other.y
    }
}

impl<A> Eq for Affine<A> {}

/// Points that begin where one of the processor's lines of 64 bytes begins, so that none lies in
/// two.
#[derive(Clone)]
#[repr(C, align(64))]
pub(super) struct Lines<T>(pub(super) T);

/// x^3 - 3x + b.
fn right_side(x: &Fe) -> Fe {
    let three = x.double().add(x);
    x.square().mul(x).sub(&three).add(&B)
}

/// A point in Jacobian coordinates, infinity too.
#[derive(Debug, Clone, Copy, Zeroize)]
pub(in crate::crypto::sm2) struct Jacobian<A = Plain> {
    pub(super) x: Fe<A>,
    pub(super) y: Fe<A>,
    pub(super) z: Fe<A>,
}

impl Jacobian {
    pub(in crate::crypto::sm2) const INFINITY: Jacobian =
        Jacobian { x: Fe::ONE, y: Fe::ONE, z: Fe::ZERO };
}

impl<A: Arithmetic> Jacobian<A> {
    /// The same point, computed with another arithmetic.
    #[inline(always)]
    pub(super) fn with<B: Copy>(&self, by: B) -> Jacobian<B> {
        Jacobian { x: self.x.with(by), y: self.y.with(by), z: self.z.with(by) }
    }

    pub(super) fn from_affine(point: &Affine<A>) -> Self {
        Jacobian { x: point.x, y: point.y, z: Fe::ONE.with(point.x.1) }
    }

    /// The point, none for infinity. That it is infinity may be branched on.
    pub(in crate::crypto::sm2) fn to_affine(self) -> Option<Affine<A>> {
        if self.z.is_zero().reveal() {
            return None;
        }
        Some(self.scale(&self.z.invert()))
    }

    /// The point, given 1/Z; [`Affine::NONE`] for 0.
    pub(super) fn scale(&self, inverse: &Fe<A>) -> Affine<A> {
        let square = inverse.square();
        Affine { x: self.x.mul(&square), y: self.y.mul(&square).mul(inverse) }
    }

    /// 2P, for every P.
    #[inline(never)] // several in one loop lose more by spilling than calls cost
    pub(super) fn double(&self) -> Self {
        let square = self.z.square();
        let product = self.x.sub(&square).mul(&self.x.add(&square));
        let a = product.double().add(&product); // 3X^2 - 3Z^4
        let b = self.y.double();
        let c = b.square(); // 4Y^2
        let d = self.x.mul(&c); // 4XY^2
        let x = a.square().sub(&d.double());
        let y = d.sub(&x).mul(&a).sub(&c.square().halve()); // 8Y^4
        Jacobian { x, y, z: b.mul(&self.z) }
    }

    /// P + Q for every P and Q but P = Q; Q is infinity where [`Affine::NONE`] stands.
    pub(super) fn add_other_affine(&self, other: &Affine<A>) -> Self {
        let sum = self.mixed(other).0;
        let sum = Jacobian::select(self.z.is_zero(), &Jacobian::from_affine(other), &sum);
        // No point of the curve has y = 0.
        Jacobian::select(other.y.is_zero(), self, &sum)
    }

    /// P + Q for every P and Q but P = Q, which are not both at infinity.
    pub(super) fn add_other(&self, other: &Self) -> Self {
        let sum = self.full(other).0;
        let sum = Jacobian::select(self.z.is_zero(), other, &sum);
        Jacobian::select(other.z.is_zero(), self, &sum)
    }

    /// P + Q where neither is infinity and P is not Q; for P = -Q the formula gives Z = 0.
    ///
    /// Also whether P = Q, when the sum is wrong.
    #[inline(always)]
    pub(super) fn mixed(&self, other: &Affine<A>) -> (Self, Difference<A>) {
        let square = self.z.square();
        let u2 = other.x.mul(&square);
        let s2 = other.y.mul(&self.z.mul(&square));
        self.finish(&self.x, &self.y, &u2, &s2, &self.z)
    }

    /// [`mixed`](Self::mixed) with a point in Jacobian coordinates.
    #[inline(always)]
    pub(super) fn full(&self, other: &Self) -> (Self, Difference<A>) {
        let square = self.z.square();
        let other_square = other.z.square();
        let u1 = self.x.mul(&other_square);
        let s1 = self.y.mul(&other.z.mul(&other_square));
        let u2 = other.x.mul(&square);
        let s2 = other.y.mul(&self.z.mul(&square));
        self.finish(&u1, &s1, &u2, &s2, &self.z.mul(&other.z))
    }

    #[inline(always)]
    fn finish(
        &self,
        u1: &Fe<A>,
        s1: &Fe<A>,
        u2: &Fe<A>,
        s2: &Fe<A>,
        z: &Fe<A>,
    ) -> (Self, Difference<A>) {
        let h = u2.sub(u1);
        let r = s2.sub(s1);
        let h2 = h.square();
        let h3 = h.mul(&h2);
        let v = u1.mul(&h2);
        let x = r.square().sub(&h3).sub(&v.double());
        let y = r.mul(&v.sub(&x)).sub(&s1.mul(&h3));
        (Jacobian { x, y, z: z.mul(&h) }, Difference { h, r })
    }

    /// The first if yes, the second if no.
    #[inline(always)]
    pub(super) fn select(mask: Mask, yes: &Self, no: &Self) -> Self {
        Jacobian {
            x: Fe::select(mask, &yes.x, &no.x),
            y: Fe::select(mask, &yes.y, &no.y),
            z: Fe::select(mask, &yes.z, &no.z),
        }
    }

    /// The point or its negative.
    pub(super) fn negate_if(&self, negate: Mask) -> Self {
        Jacobian { y: Fe::select(negate, &self.y.negate(), &self.y), ..*self }
    }
}

/// How the two summands of an addition differ: h in x and r in y, up to a factor.
pub(super) struct Difference<A> {
    pub(super) h: Fe<A>,
    pub(super) r: Fe<A>,
}
