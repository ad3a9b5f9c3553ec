//! s*G + t*P for a point P that comes back: multiples of P in a table as of G, and no doubling.
//! Everything here is public and variable-time.

use super::arithmetic::{Arithmetic, Plain};
use super::base_table::BASE;
use super::digits::window_vartime;
use super::point::{Affine, Jacobian, Lines};
use super::scalar::Scalar;
use super::sums::{add_pairs_vartime, normalize_vartime, sum_each_vartime};

/// Bits in a window.
const WIDTH: usize = 6;
/// How many windows a scalar has.
const WINDOWS: usize = 257_usize.div_ceil(WIDTH);
/// How many multiples a window's row has: 1 to 32.
const ENTRIES: usize = 1 << (WIDTH - 1);

/// How many windows of 8 bits a scalar below n/2 has; they are those of G.
pub(super) const BASE_WINDOWS: usize = 32;
/// How many multiples each of them has: 1 to 128.
pub(super) const BASE_ENTRIES: usize = 128;

/// [i][j] is (j+1) * 2^(6i) * P.
pub(in crate::crypto::sm2) struct Multiples {
    rows: Vec<Row>,
}

type Row = Lines<[Affine; ENTRIES]>;

impl Multiples {
    /// How many bytes the table of a point takes.
    pub(in crate::crypto::sm2) const BYTES: usize = WINDOWS * size_of::<Row>();

    /// The table of this point, which is not infinity.
    pub(in crate::crypto::sm2) fn of_vartime(by: impl Arithmetic, point: &Affine) -> Multiples {
        let mut rows = vec![Lines([Affine::NONE; ENTRIES]); WINDOWS];
        for (row, first) in rows.iter_mut().zip(windows_vartime(&point.with(by))) {
            row.0[0] = first.with(Plain);
        }
        // From 1 to `known` times a row's first point we come to 2*known times: known + j for each j
        // up to known. These are small numbers, so no sum is infinity.
        let mut known = 1;
        while known < ENTRIES {
            let mut pairs = Vec::with_capacity(WINDOWS * known);
            for row in &rows {
                let last = row.0[known - 1];
                pairs.extend(
                    row.0[..known].iter().map(|point| [last, *point].map(|point| point.with(by))),
                );
            }
            add_pairs_vartime(by, &mut pairs.iter_mut().collect::<Vec<_>>());
            for (row, sums) in rows.iter_mut().zip(pairs.chunks(known)) {
                for (entry, [sum, _]) in row.0[known..].iter_mut().zip(sums) {
                    *entry = sum.with(Plain);
                }
            }
            known *= 2;
        }
        Multiples { rows }
    }

    /// The row of this window.
    #[cfg(any(test, all(target_arch = "x86_64", not(yinxin_portable))))]
    pub(super) fn row(&self, window: usize) -> &[Affine; ENTRIES] {
        &self.rows[window].0
    }

    /// The rows, that of the lowest window first.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Affine; ENTRIES]> {
        self.rows.iter().map(|row| &row.0)
    }
}

/// s*G + t*P for each.
pub(in crate::crypto::sm2) fn combine_prepared_vartime<A: Arithmetic>(
    by: A,
    items: &[(Scalar, Scalar, &Multiples)],
) -> Vec<Jacobian> {
    let mut lists: Vec<Vec<Affine<A>>> =
        items.iter().map(|(s, t, point)| summands_vartime(by, s, t, point)).collect();
    sum_each_vartime(by, &mut lists).iter().map(|sum| sum.with(Plain)).collect()
}

/// The multiples of G and of P that make up s*G + t*P.
fn summands_vartime<A: Arithmetic>(
    by: A,
    s: &Scalar,
    t: &Scalar,
    point: &Multiples,
) -> Vec<Affine<A>> {
    let mut summands = Vec::with_capacity(BASE_WINDOWS + WINDOWS);
    let (s, negative) = s.half();
    let negative = negative.reveal();
    for (i, row) in BASE.0.iter().enumerate() {
        let multiple = multiple_vartime(by, row, &s, i);
        summands.extend(multiple.map(|point| if negative { point.negate() } else { point }));
    }
    for (i, row) in point.rows().enumerate() {
        summands.extend(multiple_vartime(by, row, t, i));
    }
    summands
}

/// The multiple for one digit of the scalar, none for 0.
fn multiple_vartime<A: Arithmetic, const ENTRIES: usize>(
    by: A,
    row: &[Affine; ENTRIES],
    scalar: &Scalar,
    window: usize,
) -> Option<Affine<A>> {
    let width = ENTRIES.ilog2() as usize + 1;
    let digit = window_vartime(scalar.limbs(), width, window);
    let multiple = row.get((digit.unsigned_abs() as usize).checked_sub(1)?)?.with(by);
    Some(if digit < 0 { multiple.negate() } else { multiple })
}

/// 2^(6i) * P for each window i.
fn windows_vartime<A: Arithmetic>(point: &Affine<A>) -> Vec<Affine<A>> {
    let mut firsts = vec![Jacobian::from_affine(point)];
    while firsts.len() < WINDOWS {
        let mut next = firsts[firsts.len() - 1];
        for _ in 0..WIDTH {
            next = next.double();
        }
        firsts.push(next);
    }
    normalize_vartime(point.x.1, &firsts)
}
