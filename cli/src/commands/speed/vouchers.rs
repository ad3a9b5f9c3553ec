//! Vouchers, whole.

use super::Benchmark;

pub const ALL: &[Benchmark] = &[];
