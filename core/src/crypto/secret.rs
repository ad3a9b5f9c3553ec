//! Bytes that are wiped when they are dropped, and work that leaves nothing on the stack.

use std::fmt;
use zeroize::{Zeroizing, zeroize_stack};

/// How much of the stack is overwritten: more than the deepest of the work here uses.
const STACK: usize = 24 * 1024;

/// Secret bytes: wiped when dropped, and never shown by `Debug`.
#[derive(Clone)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over; they are wiped when this value is dropped.
    pub fn new(bytes: Vec<u8>) -> Self {
        SecretBytes(Zeroizing::new(bytes))
    }

    /// The bytes. Whoever copies them has to wipe the copy.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.0.len())
    }
}

/// Does the work, then overwrites the stack below the caller, where the temporaries of the work and
/// of the crates that it calls were.
///
/// The best that safe code can do: registers, and what the system swapped out, are out of reach.
pub(crate) fn wiping_the_stack<R>(work: impl FnOnce() -> R) -> R {
    let result = apart(work);
    zeroize_stack::<STACK>();
    result
}

/// Keeps the frame of the work below that of the caller.
#[inline(never)]
fn apart<R>(work: impl FnOnce() -> R) -> R {
    work()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_length_only() {
        assert_eq!(format!("{:?}", SecretBytes::new(vec![0x41; 3])), "SecretBytes(3 bytes)");
    }
}
