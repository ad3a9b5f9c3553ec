//! Numbers of four limbs, one for each lane, between memory and lanes.

use super::super::portable::shared::Limbs;
use super::vector::Lanes;

/// The limbs of all lanes, the lowest first.
#[inline(always)]
pub(super) fn columns<L: Lanes>(rows: &[Limbs; 8]) -> [L; 4] {
    std::array::from_fn(|limb| L::new(std::array::from_fn(|lane| rows[lane][limb])))
}

/// The number of each lane.
#[inline(always)]
pub(super) fn write<L: Lanes>(columns: &[L; 4], rows: &mut [Limbs; 8]) {
    for (limb, column) in columns.iter().enumerate() {
        for (row, value) in rows.iter_mut().zip(column.values()) {
            row[limb] = value;
        }
    }
}
