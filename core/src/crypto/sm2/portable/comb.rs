//! k*G for secret k: one table of multiples of 2^(6i)*G for each window i, and no doubling.

use super::arithmetic::{Arithmetic, Plain};
use super::digits::window;
use super::limbs::Mask;
use super::point::{Affine, Jacobian};
use super::scalar::Scalar;
use super::tables::COMB;
use zeroize::{Zeroize, Zeroizing};

/// Bits in a window.
pub(in crate::crypto::sm2) const WIDTH: usize = 6;
/// How many windows a scalar has.
pub(in crate::crypto::sm2) const WINDOWS: usize = 43;
/// How many multiples a window's table has: 1 to 32.
pub(in crate::crypto::sm2) const ENTRIES: usize = 1 << (WIDTH - 1);

/// k*G, constant-time: each window's whole table is read.
pub(in crate::crypto::sm2) fn multiply_base(by: impl Arithmetic, k: &Scalar) -> Jacobian {
    // Of k and n-k we take the one below n/2. So every partial sum and every summand, as integers
    // times G, stay below n in sum; they are equal modulo n only if they are equal, and they are
    // not: what the windows below i add up to is smaller than 2^(6i). So P = Q does not come up.
    let (half, negate) = k.half();
    let half = Zeroizing::new(half);
    let mut sum = Zeroizing::new(Jacobian::INFINITY.with(by));
    for (i, table) in COMB.iter().enumerate() {
        let (size, negative) = window::<WIDTH>(half.limbs(), i);
        let mut summand = look_up(table, size).with(by).negate_if(negative);
        *sum = sum.add_other_affine(&summand);
        summand.zeroize();
    }
    sum.negate_if(negate).with(Plain)
}

/// The entry `size` - 1, or [`Affine::NONE`] for 0; all entries are read.
#[inline(always)]
fn look_up(table: &[Affine; ENTRIES], size: u64) -> Affine {
    let mut found = Affine::NONE;
    for (entry, number) in table.iter().zip(1..) {
        let this = Mask::equal(number, size);
        let (x, y) = (this.keep(&entry.x.0), this.keep(&entry.y.0));
        for (found, part) in found.x.0.iter_mut().zip(x) {
            *found |= part;
        }
        for (found, part) in found.y.0.iter_mut().zip(y) {
            *found |= part;
        }
    }
    found
}
