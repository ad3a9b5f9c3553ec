//! Repeats an operation for a while and sums up the times.

use super::Operation;
use crate::failure::Failure;
use std::time::{Duration, Instant};

/// What a measurement gave. Times are per unit of work: an operation or a byte.
pub struct Measurement {
    pub per_second: f64,
    pub median_ns: f64,
    pub p99_ns: f64,
}

/// Runs once to warm up, then for `time`, at least once.
pub fn measure(operation: &mut Operation, time: Duration) -> Result<Measurement, Failure> {
    (operation.run)()?;
    let count = operation.count as f64;
    let mut samples = Vec::new();
    let start = Instant::now();
    while samples.is_empty() || start.elapsed() < time {
        let before = Instant::now();
        (operation.run)()?;
        samples.push(before.elapsed().as_nanos() as f64 / count);
    }
    samples.sort_by(f64::total_cmp);
    let at = |part: f64| samples[((samples.len() - 1) as f64 * part) as usize];
    let median_ns = at(0.5);
    Ok(Measurement { per_second: 1e9 / median_ns, median_ns, p99_ns: at(0.99) })
}
