//! Where two vouchers, or a summary and its parts, differ.
//!
//! In full, detail by detail: 5201 or 5207 and the batch details 8207. By sums: a notice of clearing
//! quota and what was paid or asked for under it: 5108 and 5201, 5106 and 2301, 5108 and 5253, 5106
//! and 5351.

mod difference;
mod elements;
mod summary;

pub use difference::{Difference, DifferenceKind, Side, to_json};
pub use elements::compare_elements;
pub use summary::compare_summary;

use crate::report::Report;

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// Every difference, in the order in which it was found; at most [`MAX_DIFFERENCES`].
    pub differences: Vec<Difference>,
    /// What it comes to: Valid if there is no difference.
    pub report: Report,
}

/// Differences that one comparison names; it stops there.
pub const MAX_DIFFERENCES: usize = 1_000;
