//! Scalars in signed digits, one scalar in each lane.

use super::super::portable::shared::Limbs;
use super::vector::{Lanes, Mask};
use std::array::from_fn;
use std::hint::black_box;

/// The digits of scalars below 2^255 in windows of `WIDTH` bits, the lowest first (Booth), as the
/// portable engine cuts them. `REST` is 64 - `WIDTH`.
pub(super) struct Digits<L, const WIDTH: u32, const REST: u32> {
    rest: [L; 4],
}

/// One digit in each lane.
#[derive(Clone, Copy)]
pub(super) struct Digit<L> {
    /// Its size less 1: where its multiple stands in a table. Any number for 0.
    pub(super) entry: L,
    pub(super) negative: Mask,
    pub(super) zero: Mask,
}

impl<L: Lanes, const WIDTH: u32, const REST: u32> Digits<L, WIDTH, REST> {
    #[inline(always)]
    pub(super) fn new(k: &[L; 4]) -> Self {
        const { assert!(WIDTH + REST == 64) }
        // A window is looked at with the bit below it.
        let up = |high: L, low: L| high.shift_left::<1>().or(low.shift_right::<63>());
        Digits { rest: [k[0].shift_left::<1>(), up(k[1], k[0]), up(k[2], k[1]), up(k[3], k[2])] }
    }

    #[inline(always)]
    pub(super) fn next(&mut self) -> Digit<L> {
        let [a, b, c, d] = self.rest;
        let down = |low: L, high: L| low.shift_right::<WIDTH>().or(high.shift_left::<REST>());
        self.rest = [down(a, b), down(b, c), down(c, d), d.shift_right::<WIDTH>()];
        digit::<L, WIDTH>(a)
    }
}

/// One digit of each lane's scalar, each of a window of its own.
#[inline(always)]
pub(super) fn once<L: Lanes, const WIDTH: u32>(
    scalars: [&Limbs; 8],
    window: impl Fn(usize) -> usize,
) -> Digit<L> {
    digit::<L, WIDTH>(L::new(from_fn(|lane| {
        let k = scalars[lane];
        // Where the window begins is no secret.
        let Some(start) = (window(lane) * WIDTH as usize).checked_sub(1) else {
            return k[0] << 1;
        };
        let (limb, shift) = (black_box(start / 64), start % 64); // else the limbs would be gathered
        let get = |limb: usize| k.get(limb).copied().unwrap_or(0);
        // Shifted twice, since a shift by 64 is none.
        get(limb) >> shift | get(limb + 1) << 1 << (63 - shift)
    })))
}

/// The digit of a window whose bits, with the bit below it, are the lowest.
#[inline(always)]
fn digit<L: Lanes, const WIDTH: u32>(bits: L) -> Digit<L> {
    let (one, ones) = (L::splat(1), L::splat((2 << WIDTH) - 1));
    let bits = bits.and(ones);
    let negative = L::splat((1 << WIDTH) - 1).sub(bits).is_negative();
    let size = L::select(negative, ones.sub(bits), bits).add(one).shift_right::<1>();
    Digit { entry: size.sub(one), negative, zero: size.equal(L::splat(0)) }
}
