//! The user id (用户可鉴别标识) that a signature covers.

use crate::error::{Code, Error, Result};
use std::fmt;

/// The most bytes that a user id has: its length in bits is written in 16 bits.
const MAX_LENGTH: usize = 8191;
/// How long a padded id is.
const PADDED: usize = 16;
const DEFAULT: &[u8] = b"1234567812345678";

/// The user id that is hashed with the public key: 0 to 8191 bytes.
///
/// An empty id is an id of its own and not the default.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UserId(Vec<u8>);

impl UserId {
    /// This id, byte for byte.
    ///
    /// # Errors
    ///
    /// [`Code::Size`] above 8191 bytes.
    pub fn new(id: &[u8]) -> Result<Self> {
        if id.len() > MAX_LENGTH {
            return Err(Error::new(Code::Size, "user id", "a user id has at most 8191 bytes"));
        }
        Ok(UserId(id.to_vec()))
    }

    /// The id of 16 bytes that some banks make of a shorter one: digits `0` (0x30) after it.
    ///
    /// On which side they stand is unverified; behind, as here, in the samples that banks hand out.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for an empty id, [`Code::Size`] above 16 bytes.
    pub fn padded(id: &[u8]) -> Result<Self> {
        if id.is_empty() {
            return Err(Error::new(Code::Value, "user id", "there is nothing to pad"));
        }
        if id.len() > PADDED {
            return Err(Error::new(Code::Size, "user id", "a padded user id has 16 bytes"));
        }
        let mut padded = id.to_vec();
        padded.resize(PADDED, b'0');
        Ok(UserId(padded))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether this is the default id.
    pub fn is_default(&self) -> bool {
        self.0 == DEFAULT
    }

    /// ENTL: the length in bits, as it is hashed.
    pub(super) fn entl(&self) -> [u8; 2] {
        // At most 8191 bytes, so at most 65528 bits.
        ((self.0.len() * 8) as u16).to_be_bytes()
    }
}

/// The id that certificates, seals and messages use: the 16 bytes `1234567812345678`.
impl Default for UserId {
    fn default() -> Self {
        UserId(DEFAULT.to_vec())
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserId({})", self.0.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        assert_eq!(UserId::default().entl(), [0x00, 0x80]);
        assert_eq!(UserId::new(b"").unwrap().entl(), [0, 0]);
        assert_eq!(UserId::new(&[0; 8191]).unwrap().entl(), [0xff, 0xf8]);
        assert_eq!(UserId::new(&[0; 8192]).unwrap_err().code(), Code::Size);
        assert!(UserId::new(b"1234567812345678").unwrap().is_default());
        assert!(!UserId::new(b"").unwrap().is_default());
    }

    #[test]
    fn padding() {
        assert_eq!(UserId::padded(b"N002463198").unwrap().as_bytes(), b"N002463198000000");
        assert!(UserId::padded(b"1234567812345678").unwrap().is_default());
        assert_eq!(UserId::padded(b"").unwrap_err().code(), Code::Value);
        assert_eq!(UserId::padded(&[b'1'; 17]).unwrap_err().code(), Code::Size);
    }
}
