//! What signatures need of nonces: the x of k*G, for many k at once.

use super::super::portable::Scalar;
use super::super::portable::shared::{Limbs, half, invert_all, to_bytes};
use super::comb::{multiply_base, multiply_base_once};
use super::field::Fe;
use super::rows::{columns, write};
use super::vector::Lanes;
use zeroize::Zeroizing;

/// How many nonces share one inversion.
pub(in crate::crypto::sm2) const BATCH: usize = 64;
const GROUPS: usize = BATCH / 8;

/// The limbs of a field element in every lane, in memory.
type Stored = [[u64; 8]; 5];

/// The x of k*G for each of the first `count` k, in 32 bytes, big endian; constant-time. For k = 0 it
/// is no x of any point.
#[inline(always)]
pub(super) fn base_x<L: Lanes>(k: &[Scalar; BATCH], count: usize, x: &mut [[u8; 32]; BATCH]) {
    let groups = count.div_ceil(8).min(GROUPS);
    let mut numerators = Zeroizing::new([Stored::default(); GROUPS]);
    let mut denominators = Zeroizing::new([Stored::default(); GROUPS]);
    let mut before = Zeroizing::new([Stored::default(); GROUPS]);
    let mut product = Fe::<L, 4>::one();
    for (group, k) in k.as_chunks::<8>().0[..groups].iter().enumerate() {
        let halves = Zeroizing::new(k.each_ref().map(|k| half(k).0));
        let point = multiply_base::<L>(&columns(&halves));
        let z = Fe::select(point.z.has_no_bits(), &Fe::one(), &point.z);
        before[group] = stored(&product);
        numerators[group] = stored(&point.x);
        denominators[group] = stored(&z);
        product = product.mul(&z);
    }
    let mut inverse = invert(&product.mul(&Fe::<L, 1>::one()));
    for group in (0..groups).rev() {
        let one = inverse.mul::<4, 2>(&loaded(&before[group]));
        inverse = inverse.mul(&loaded::<L, 4>(&denominators[group]));
        let xs = loaded::<L, 2>(&numerators[group]).mul::<2, 2>(&one.square::<2>());
        let mut numbers = Zeroizing::new([Limbs::default(); 8]);
        write(&xs.numbers(), &mut numbers);
        for (x, number) in x.as_chunks_mut::<8>().0[group].iter_mut().zip(numbers.iter()) {
            *x = to_bytes(number);
        }
    }
}

/// The coordinates of k*G as the portable field keeps them, up to Z: X and Y, and Z; constant-time.
#[inline(always)]
pub(super) fn base_once<L: Lanes>(k: &Limbs) -> [Limbs; 3] {
    let point = multiply_base_once::<L>(k);
    let first = |columns: [L; 4]| columns.map(|column| column.values()[0]);
    [point.x.portable(), point.y.portable(), point.z.portable()].map(first)
}

/// The inverses, with one portable inversion.
#[inline(always)]
fn invert<L: Lanes>(product: &Fe<L, 2>) -> Fe<L, 2> {
    let mut rows = Zeroizing::new([Limbs::default(); 8]);
    write(&product.portable(), &mut rows);
    invert_all(&mut rows);
    Fe::from_portable(&columns(&rows))
}

#[inline(always)]
fn stored<L: Lanes, const M: u32>(element: &Fe<L, M>) -> Stored {
    element.0.map(L::values)
}

#[inline(always)]
fn loaded<L: Lanes, const M: u32>(stored: &Stored) -> Fe<L, M> {
    Fe(stored.map(L::new))
}
