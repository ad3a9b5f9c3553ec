//! Points of y^2 = x^3 - 3x + b in eight lanes, constant-time.
//!
//! Coordinates are as in the portable engine: Jacobian, Z = 0 for infinity. What the formulas cannot
//! do in a lane is put right by mask, so the lanes may differ in kind.

use super::field::{Fe, Product, Sum};
use super::vector::{Lanes, Mask};

/// A point other than infinity in each lane, with coordinates below M*p.
#[derive(Clone, Copy)]
pub(super) struct Affine<L, const M: u32> {
    pub(super) x: Fe<L, M>,
    pub(super) y: Fe<L, M>,
}

/// A point in each lane.
#[derive(Clone, Copy)]
pub(super) struct Jacobian<L> {
    pub(super) x: Fe<L, 2>,
    pub(super) y: Fe<L, 2>,
    pub(super) z: Fe<L, 4>,
}

impl<L: Lanes, const M: u32> Affine<L, M> {
    /// The point, or its negative in the lanes of the mask.
    #[inline(always)]
    pub(super) fn negate_if(&self, mask: Mask) -> Affine<L, M> {
        Affine { x: self.x, y: Fe::select(mask, &negative(&self.y), &self.y) }
    }

    #[inline(always)]
    pub(super) fn jacobian(&self) -> Jacobian<L> {
        Jacobian { x: self.x.sum().fold(), y: self.y.sum().fold(), z: Fe::one() }
    }
}

#[inline(always)]
fn negative<L: Lanes, const M: u32>(y: &Fe<L, M>) -> Fe<L, M> {
    let zero = Fe::<L, 0>([L::splat(0); 5]).sum();
    let negative: Sum<L, M, 0> = zero.sub(&y.sum());
    negative.carry()
}

impl<L: Lanes> Jacobian<L> {
    /// Infinity in every lane.
    #[inline(always)]
    pub(super) fn infinity() -> Jacobian<L> {
        Jacobian { x: Fe::one(), y: Fe::one(), z: Fe([L::splat(0); 5]) }
    }

    /// In which lanes it is infinity.
    #[inline(always)]
    pub(super) fn is_infinity(&self) -> Mask {
        self.z.sum().is_zero()
    }

    /// The point, or its negative in the lanes of the mask.
    #[inline(always)]
    pub(super) fn negate_if(&self, mask: Mask) -> Jacobian<L> {
        Jacobian { y: Fe::select(mask, &negative(&self.y), &self.y), ..*self }
    }

    /// The first in the lanes of the mask, the second in the others.
    #[inline(always)]
    pub(super) fn select(mask: Mask, yes: &Jacobian<L>, no: &Jacobian<L>) -> Jacobian<L> {
        Jacobian {
            x: Fe::select(mask, &yes.x, &no.x),
            y: Fe::select(mask, &yes.y, &no.y),
            z: Fe::select(mask, &yes.z, &no.z),
        }
    }

    /// 2P, for every P.
    #[inline(always)]
    pub(super) fn double(&self) -> Jacobian<L> {
        // Independent products stand together, so that the processor has always something to do.
        let Jacobian { x, y, z } = self;
        let yz: Sum<L, 0, 2> = y.product::<4, 8>(z).reduce();
        let zz: Sum<L, 0, 2> = z.squared::<16>().reduce();
        let yy: Sum<L, 0, 2> = y.squared::<4>().reduce();
        let minus: Fe<L, 4> = x.sum().sub::<0, 2, 2, 2>(&zz).carry();
        let plus: Fe<L, 4> = x.sum().add::<0, 2, 0, 4>(&zz).carry();
        let e: Fe<L, 4> = yy.double::<0, 4>().carry(); // 2Y^2
        let product: Sum<L, 0, 2> = minus.product::<4, 16>(&plus).reduce();
        let xe: Sum<L, 0, 2> = x.product::<4, 8>(&e).reduce();
        let m: Fe<L, 6> = product.double::<0, 4>().add::<0, 2, 0, 6>(&product).carry(); // 3X^2-3Z^4
        let s: Sum<L, 0, 4> = xe.double(); // 4XY^2
        let mm: Sum<L, 0, 4> = m.squared::<36>().reduce();
        let ee: Product<L, 0, 32> = e.squared::<16>().double(); // 8Y^4
        let x3 = mm.sub::<0, 8, 8, 4>(&s.double::<0, 8>()).fold();
        let rest: Fe<L, 6> = s.sub::<0, 2, 2, 4>(&x3.sum()).carry();
        let y3: Sum<L, 2, 4> = m.product::<6, 36>(&rest).sub::<0, 32, 32, 36>(&ee).reduce();
        Jacobian { x: x3, y: y3.fold(), z: yz.double::<0, 4>().carry() }
    }

    /// P + Q where neither is infinity and P is not Q; for P = -Q it gives Z = 0.
    ///
    /// Also in what they differ.
    #[inline(always)]
    pub(super) fn mixed<const M: u32>(&self, other: &Affine<L, M>) -> (Jacobian<L>, Difference<L>) {
        let zz: Fe<L, 2> = self.z.square();
        let zzz: Fe<L, 2> = self.z.mul(&zz);
        let u2: Sum<L, 0, 3> = other.x.product::<2, 32>(&zz).reduce();
        let s2: Sum<L, 0, 3> = other.y.product::<2, 32>(&zzz).reduce();
        finish(&self.x, &self.y, &u2, &s2, &self.z)
    }

    /// [`mixed`](Self::mixed) with a point in Jacobian coordinates.
    #[inline(always)]
    pub(super) fn full(&self, other: &Jacobian<L>) -> (Jacobian<L>, Difference<L>) {
        let (zz, other_zz): (Fe<L, 2>, Fe<L, 2>) = (self.z.square(), other.z.square());
        let (zzz, other_zzz): (Fe<L, 2>, Fe<L, 2>) = (self.z.mul(&zz), other.z.mul(&other_zz));
        let u1: Fe<L, 2> = self.x.mul(&other_zz);
        let s1: Fe<L, 2> = self.y.mul(&other_zzz);
        let u2: Sum<L, 0, 3> = other.x.product::<2, 4>(&zz).reduce();
        let s2: Sum<L, 0, 3> = other.y.product::<2, 4>(&zzz).reduce();
        finish(&u1, &s1, &u2, &s2, &self.z.mul(&other.z))
    }

    /// P + Q where P is not Q unless both are infinity, which has Z without any bit.
    #[inline(always)]
    pub(super) fn add_other(&self, other: &Jacobian<L>) -> Jacobian<L> {
        let sum = self.full(other).0;
        let sum = Jacobian::select(self.z.has_no_bits(), other, &sum);
        Jacobian::select(other.z.has_no_bits(), self, &sum)
    }

    /// The points of the lanes, each so many lanes on.
    #[inline(always)]
    pub(super) fn rotate<const BY: usize>(&self) -> Jacobian<L> {
        Jacobian { x: self.x.rotate::<BY>(), y: self.y.rotate::<BY>(), z: self.z.rotate::<BY>() }
    }

    /// P + Q for every P and every Q.
    #[inline(always)]
    pub(super) fn add(&self, other: &Jacobian<L>) -> Jacobian<L> {
        let (sum, difference) = self.full(other);
        let sum = Jacobian::select(difference.is_none(), &self.double(), &sum);
        let sum = Jacobian::select(self.is_infinity(), other, &sum);
        Jacobian::select(other.is_infinity(), self, &sum)
    }
}

#[inline(always)]
fn finish<L: Lanes>(
    u1: &Fe<L, 2>,
    s1: &Fe<L, 2>,
    u2: &Sum<L, 0, 3>,
    s2: &Sum<L, 0, 3>,
    z: &Fe<L, 4>,
) -> (Jacobian<L>, Difference<L>) {
    let h: Fe<L, 5> = u2.sub::<0, 2, 2, 3>(&u1.sum()).carry();
    let r: Fe<L, 5> = s2.sub::<0, 2, 2, 3>(&s1.sum()).carry();
    let hh: Fe<L, 3> = h.square();
    let hhh: Fe<L, 2> = h.mul(&hh);
    let v: Sum<L, 0, 2> = u1.product::<3, 6>(&hh).reduce();
    let rr: Sum<L, 0, 3> = r.squared::<25>().reduce();
    let x = rr.sub::<0, 2, 2, 3>(&hhh.sum()).sub::<0, 4, 6, 3>(&v.double::<0, 4>()).fold();
    let rest: Fe<L, 4> = v.sub::<0, 2, 2, 2>(&x.sum()).carry();
    let y: Sum<L, 1, 3> = r.product::<4, 20>(&rest).sub::<0, 4, 4, 20>(&s1.product(&hhh)).reduce();
    (Jacobian { x, y: y.fold(), z: z.mul(&h) }, Difference { h, r })
}

/// How the summands of an addition differ: h in x and r in y, up to a factor.
pub(super) struct Difference<L> {
    h: Fe<L, 5>,
    r: Fe<L, 5>,
}

impl<L: Lanes> Difference<L> {
    /// In which lanes the summands are the same point.
    #[inline(always)]
    pub(super) fn is_none(&self) -> Mask {
        self.h.sum().is_zero().and(self.r.sum().is_zero())
    }
}
