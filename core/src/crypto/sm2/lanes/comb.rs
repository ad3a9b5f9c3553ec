//! k*G for eight secret k at once: the portable comb, with a scalar in each lane.

use super::super::portable::shared::{ENTRIES, Limbs, P, WIDTH, WINDOWS, base_multiple};
use super::digits::{Digit, Digits, once};
use super::field::{Fe, split};
use super::point::{Affine, Jacobian};
use super::vector::{Lanes, Mask};

/// [window][limb of x, then of y][entry]: the portable table, by limb, in the form of the lanes.
#[repr(align(64))]
pub(super) struct Table(pub(super) [[[u64; ENTRIES]; 10]; WINDOWS]);

pub(super) static TABLE: Table = {
    let mut table = Table([[[0; ENTRIES]; 10]; WINDOWS]);
    let mut window = 0;
    while window < WINDOWS {
        let mut entry = 0;
        while entry < ENTRIES {
            let [x, y] = base_multiple(window, entry);
            let (x, y) = (split(&times_16(x)), split(&times_16(y)));
            let mut limb = 0;
            while limb < 5 {
                table.0[window][limb][entry] = x[limb];
                table.0[window][limb + 5][entry] = y[limb];
                limb += 1;
            }
            entry += 1;
        }
        window += 1;
    }
    table
};

/// 16a modulo p: from the form with 2^256 to that with 2^260.
const fn times_16(a: Limbs) -> Limbs {
    // 16a is top*2^256 + low, and 2^256 is 2^224 + 2^96 - 2^64 + 1.
    let top = (a[3] >> 60) as i128;
    let back = [top, (top << 32) - top, 0, top << 32];
    let mut limbs =
        [a[0] << 4, a[1] << 4 | a[0] >> 60, a[2] << 4 | a[1] >> 60, a[3] << 4 | a[2] >> 60];
    let mut carry = 0;
    let mut i = 0;
    while i < 4 {
        let sum = limbs[i] as i128 + back[i] + carry;
        limbs[i] = sum as u64;
        carry = sum >> 64;
        i += 1;
    }
    // At most p has to be taken off: what is left is below 2^256 + 2^228.
    let mut less = [0; 4];
    let mut i = 0;
    let mut borrow = 0;
    while i < 4 {
        let difference = limbs[i] as i128 - P[i] as i128 + borrow;
        less[i] = difference as u64;
        borrow = difference >> 64;
        i += 1;
    }
    if carry + borrow < 0 { limbs } else { less }
}

/// k*G for each lane's k, which is below n/2, in limbs of 64 bits; constant-time.
///
/// That P = Q does not come up is shown beside the portable comb.
#[inline(always)]
pub(super) fn multiply_base<L: Lanes>(k: &[L; 4]) -> Jacobian<L> {
    const { assert!(WIDTH == 6 && ENTRIES == 32) }
    let mut digits = Digits::<L, 6, 58>::new(k);
    let mut sum = Accumulator::new();
    for table in &TABLE.0 {
        let digit = digits.next();
        let part = |limb: usize| L::pick(&table[limb], digit.entry);
        let x = Fe([part(0), part(1), part(2), part(3), part(4)]);
        let y = Fe([part(5), part(6), part(7), part(8), part(9)]);
        sum.add::<2>(&Affine { x, y }, &digit);
    }
    sum.point
}

/// k*G for one k, which is below n/2; constant-time. It stands in every lane.
///
/// The lanes take turns at the windows. What two lanes have, as integers times G, are sums of
/// different digits at 64^i, each at most 32 in size: equal only if both are 0, since the lowest
/// digit that is not 0 would have to be a multiple of 64. In size they are below n together, so the
/// same holds modulo n, and P = Q does not come up.
#[inline(always)]
pub(super) fn multiply_base_once<L: Lanes>(k: &Limbs) -> Jacobian<L> {
    let mut sum = Accumulator::new();
    for (round, tables) in TABLE.0.chunks(8).enumerate() {
        // The last round has idle lanes, which see no digit but 0.
        let digit = once::<L, 6>([k; 8], |lane| 8 * round + lane);
        let part = |limb: usize| {
            L::pick_by_lane(
                std::array::from_fn(|lane| &tables[lane.min(tables.len() - 1)][limb]),
                digit.entry,
            )
        };
        let x = Fe([part(0), part(1), part(2), part(3), part(4)]);
        let y = Fe([part(5), part(6), part(7), part(8), part(9)]);
        sum.add::<2>(&Affine { x, y }, &digit);
    }
    let sum = sum.point;
    let sum = sum.add_other(&sum.rotate::<4>());
    let sum = sum.add_other(&sum.rotate::<2>());
    sum.add_other(&sum.rotate::<1>())
}

/// A sum that begins with infinity, to which multiples for digits are added, the lowest first.
pub(super) struct Accumulator<L> {
    pub(super) point: Jacobian<L>,
    /// Where all digits were 0; there the point has not changed.
    infinite: Mask,
}

impl<L: Lanes> Accumulator<L> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Accumulator { point: Jacobian::infinity(), infinite: Mask(0xff) }
    }

    /// Adds the digit's multiple, given that of its size.
    #[inline(always)]
    pub(super) fn add<const M: u32>(&mut self, multiple: &Affine<L, M>, digit: &Digit<L>) {
        let summand = multiple.negate_if(digit.negative);
        let next = self.point.mixed(&summand).0;
        let next = Jacobian::select(self.infinite, &summand.jacobian(), &next);
        self.point = Jacobian::select(digit.zero, &self.point, &next);
        self.infinite = self.infinite.and(digit.zero);
    }
}
