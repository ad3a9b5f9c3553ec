//! Sums of affine points that share their inversions. Everything here is public and variable-time.
//!
//! To add two affine points takes an inversion, and then half as much as adding one to a Jacobian
//! point. With one inversion for dozens of pairs (Montgomery's trick) that is a gain.

use super::arithmetic::Arithmetic;
use super::field::Fe;
use super::point::{Affine, Jacobian};

/// With fewer pairs than this an inversion costs more than it saves.
const WORTH_AN_INVERSION: usize = 24;

/// The sum of each list of points.
///
/// The points of every list are taken in pairs, the pairs of all lists together share an inversion,
/// and so on with the sums, until it no longer pays.
pub(super) fn sum_each_vartime<A: Arithmetic>(
    by: A,
    lists: &mut [Vec<Affine<A>>],
) -> Vec<Jacobian<A>> {
    loop {
        let mut pairs: Vec<&mut [Affine<A>; 2]> =
            lists.iter_mut().flat_map(|list| list.as_chunks_mut().0).collect();
        if pairs.len() < WORTH_AN_INVERSION {
            return lists.iter().map(|list| sum_vartime(by, list)).collect();
        }
        add_pairs_vartime(by, &mut pairs);
        lists.iter_mut().for_each(keep_sums);
    }
}

/// Puts the sum of each pair in its first place, [`Affine::NONE`] for infinity; no summand is
/// infinity.
pub(super) fn add_pairs_vartime<A: Arithmetic>(by: A, pairs: &mut [&mut [Affine<A>; 2]]) {
    share_inversion(
        by,
        pairs,
        |[p, q]| divisor_vartime(p, q),
        |[p, q], inverse| *p = p.add_vartime(q, inverse),
    );
}

/// The affine points; none is infinity.
pub(super) fn normalize_vartime<A: Arithmetic>(by: A, points: &[Jacobian<A>]) -> Vec<Affine<A>> {
    let mut work: Vec<_> = points.iter().map(|point| (point, Affine::NONE.with(by))).collect();
    share_inversion(
        by,
        &mut work,
        |(point, _)| point.z,
        |(p, out), inverse| *out = p.scale(inverse),
    );
    work.into_iter().map(|(_, point)| point).collect()
}

/// Finishes each item with 1 over its divisor, the last item first; no divisor is 0.
#[inline(always)]
fn share_inversion<A: Arithmetic, T>(
    by: A,
    items: &mut [T],
    divisor: impl Fn(&T) -> Fe<A>,
    finish: impl Fn(&mut T, &Fe<A>),
) {
    let mut product = Fe::ONE.with(by);
    // Each divisor, and the product of those before it.
    let mut divisors = Vec::with_capacity(items.len());
    for item in items.iter() {
        let divisor = divisor(item);
        divisors.push((divisor, product));
        product = product.mul(&divisor);
    }
    let mut inverse = product.invert();
    for (item, (divisor, before)) in items.iter_mut().zip(&divisors).rev() {
        finish(item, &inverse.mul(before));
        inverse = inverse.mul(divisor);
    }
}

/// Leaves of each pair the sum, if it is not infinity, and a last point without a partner.
fn keep_sums<A: Arithmetic>(list: &mut Vec<Affine<A>>) {
    let mut kept = 0;
    for at in (0..list.len()).step_by(2) {
        let Some(sum) = list.get(at).copied() else { break };
        if sum != Affine::NONE
            && let Some(place) = list.get_mut(kept)
        {
            *place = sum;
            kept += 1;
        }
    }
    list.truncate(kept);
}

fn sum_vartime<A: Arithmetic>(by: A, points: &[Affine<A>]) -> Jacobian<A> {
    points.iter().fold(Jacobian::INFINITY.with(by), |sum, point| sum.add_affine_vartime(point))
}

/// What p + q divides by, and 1 if it is infinity; never 0.
#[inline(always)]
fn divisor_vartime<A: Arithmetic>(p: &Affine<A>, q: &Affine<A>) -> Fe<A> {
    let divisor = q.x.sub(&p.x);
    if divisor != Fe::ZERO {
        divisor
    } else if p.y == q.y {
        p.y.double() // no point of the curve has y = 0
    } else {
        Fe::ONE.with(divisor.1)
    }
}

impl<A: Arithmetic> Affine<A> {
    /// P + Q, given 1 over the divisor of the two.
    #[inline(always)]
    fn add_vartime(&self, other: &Self, inverse: &Fe<A>) -> Self {
        let rise = if self.x != other.x {
            other.y.sub(&self.y)
        } else if self.y == other.y {
            // 3x^2 - 3
            let less = self.x.square().sub(&Fe::ONE.with(inverse.1));
            less.double().add(&less)
        } else {
            return Affine::NONE.with(inverse.1);
        };
        let slope = rise.mul(inverse);
        let x = slope.square().sub(&self.x).sub(&other.x);
        let y = slope.mul(&self.x.sub(&x)).sub(&self.y);
        Affine { x, y }
    }
}
