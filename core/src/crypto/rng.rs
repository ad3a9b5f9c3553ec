//! Random bytes from the operating system.

use super::declassify::classify;
use crate::error::{Code, Error, Result};

/// Fills `out` with random bytes, read from the operating system in this very call.
///
/// Nothing is buffered, so a forked process never repeats its parent's bytes.
///
/// # Errors
///
/// [`Code::Random`] if the operating system gives none; `out` must not be used then.
pub fn fill(out: &mut [u8]) -> Result<()> {
    getrandom::fill(out).map_err(|error| {
        Error::new(Code::Random, "random bytes", format!("the system's source failed: {error}"))
    })?;
    classify(out);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_differ() {
        let (mut a, mut b) = ([0u8; 32], [0u8; 32]);
        super::fill(&mut a).unwrap();
        super::fill(&mut b).unwrap();
        assert!(a != b && a != [0; 32]);
        super::fill(&mut []).unwrap();
    }
}
