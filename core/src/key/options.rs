//! What a reader of key files is allowed, and how much it may work.

use crate::error::{Code, Error, Result};

/// The most hash blocks of password hashing that are worked off for one key file, all its parts
/// together; scrypt counts each mix of eight blocks as one.
pub const MAX_ITERATIONS: u64 = 10_000_000;

/// The most bytes of a key file.
pub const MAX_KEY_FILE: usize = 8 * 1024 * 1024;

/// How a key file may be read. The default takes today's protection only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFileOptions {
    legacy: bool,
    without_mac: bool,
    max_iterations: u64,
}

impl Default for KeyFileOptions {
    fn default() -> Self {
        KeyFileOptions { legacy: false, without_mac: false, max_iterations: MAX_ITERATIONS }
    }
}

impl KeyFileOptions {
    /// The same, reading PKCS#12 files under PBE-SHA1-3DES and RC2 of 40 bits too, which most files
    /// of before 2022 have: a thief of such a file finds the password sooner.
    #[must_use]
    pub fn allow_legacy(mut self) -> Self {
        self.legacy = true;
        self
    }

    /// The same, reading PKCS#12 files without a MAC too: nothing shows that they were changed.
    #[must_use]
    pub fn allow_without_mac(mut self) -> Self {
        self.without_mac = true;
        self
    }

    /// The same with another limit of work than [`MAX_ITERATIONS`], for services where a stranger
    /// gives the file.
    #[must_use]
    pub fn with_max_iterations(mut self, iterations: u64) -> Self {
        self.max_iterations = iterations;
        self
    }

    pub(super) fn legacy(&self) -> bool {
        self.legacy
    }

    pub(super) fn without_mac(&self) -> bool {
        self.without_mac
    }

    pub(super) fn budget(&self) -> Budget {
        Budget { left: self.max_iterations }
    }
}

/// What is left of the work allowed for one file.
pub(super) struct Budget {
    left: u64,
}

impl Budget {
    /// Takes so many iterations for each of so many blocks.
    pub(super) fn spend(&mut self, iterations: u64, blocks: usize) -> Result<()> {
        let cost = iterations.checked_mul(blocks.max(1) as u64);
        match cost.and_then(|cost| self.left.checked_sub(cost)) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(Error::new(
                Code::Budget,
                "key file",
                format!("{iterations} iterations are more than the limit leaves"),
            )),
        }
    }
}

/// Nothing, if a file is no larger than [`MAX_KEY_FILE`].
pub(super) fn check_size(bytes: &[u8]) -> Result<()> {
    if bytes.len() > MAX_KEY_FILE {
        return Err(Error::new(Code::Size, "key file", "the file is larger than MAX_KEY_FILE"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted_over_all_parts() {
        let mut budget = KeyFileOptions::default().with_max_iterations(100).budget();
        assert!(budget.spend(30, 2).is_ok());
        assert_eq!(budget.spend(41, 1).unwrap_err().code(), Code::Budget);
        assert!(budget.spend(40, 1).is_ok());
        assert!(budget.spend(u64::MAX, 2).is_err());
        assert!(budget.spend(1, 0).is_err());
    }
}
