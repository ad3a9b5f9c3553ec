//! k*P for secret k and any point P, for encryption and decryption.

use super::arithmetic::{Arithmetic, Plain};
use super::digits::window;
use super::limbs::Mask;
use super::point::{Affine, Jacobian};
use super::scalar::Scalar;
use zeroize::{Zeroize, Zeroizing};

/// Bits in a window.
const WIDTH: usize = 5;
/// How many windows a scalar has.
const WINDOWS: usize = 52;
/// How many multiples the table has: 1 to 16.
const ENTRIES: usize = 1 << (WIDTH - 1);

/// k*P, constant-time in k: the whole table is read for each window.
pub(in crate::crypto::sm2) fn multiply(
    by: impl Arithmetic,
    k: &Scalar,
    point: &Affine,
) -> Jacobian {
    // Of k and n-k we take the one below n/2. So the sum so far, as an integer m times P, stays
    // below n/2, and 32m and the digit, at most 16 in size, are equal modulo n only if both are 0.
    // So P = Q does not come up but for infinity.
    let (half, negate) = k.half();
    let half = Zeroizing::new(half);
    let table = multiples(&point.with(by));
    let mut sum = Zeroizing::new(Jacobian::INFINITY.with(by));
    for i in (0..WINDOWS).rev() {
        for _ in 0..WIDTH {
            *sum = sum.double();
        }
        let (size, negative) = window::<WIDTH>(half.limbs(), i);
        let mut summand = look_up(&table, size).negate_if(negative);
        *sum = sum.add_other(&summand);
        summand.zeroize();
    }
    sum.negate_if(negate).with(Plain)
}

/// 1*P to 16*P.
fn multiples<A: Arithmetic>(point: &Affine<A>) -> [Jacobian<A>; ENTRIES] {
    let mut table = [Jacobian::from_affine(point); ENTRIES];
    for i in 1..ENTRIES {
        // table[i] is (i+1)*P
        table[i] =
            if i % 2 == 1 { table[i / 2].double() } else { table[i - 1].add_other_affine(point) };
    }
    table
}

/// The entry `size` - 1, or infinity for 0; all entries are read.
#[inline(always)]
fn look_up<A: Arithmetic>(table: &[Jacobian<A>; ENTRIES], size: u64) -> Jacobian<A> {
    let mut found = Jacobian::INFINITY.with(table[0].x.1);
    for (entry, number) in table.iter().zip(1..) {
        found = Jacobian::select(Mask::equal(number, size), entry, &found);
    }
    found
}
