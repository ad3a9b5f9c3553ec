//! SM2 signature values and their two forms.

use super::backend;
use crate::asn1::sm2;
use crate::error::{Code, Error, Result};
use std::fmt;

/// A pair (r, s), both in 1..=n-1.
///
/// The range is checked when the value is made and each form reads back one way only, so two
/// signatures that differ in bytes differ in value.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature {
    r: [u8; 32],
    s: [u8; 32],
}

impl Signature {
    /// The signature of a DER `SEQUENCE { r INTEGER, s INTEGER }`, the whole input.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] if it is not strict DER or bytes follow, [`Code::Value`] if r or s is out of
    /// 1..=n-1.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let (r, s) = sm2::read_signature(der)?;
        Self::checked(r, s)
    }

    /// The signature of 64 bytes `r || s`, big endian.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for another length, or if r or s is out of 1..=n-1.
    pub fn from_raw(bytes: &[u8]) -> Result<Self> {
        let halves = bytes.split_at_checked(32);
        match halves.map(|(r, s)| (r.try_into(), s.try_into())) {
            Some((Ok(r), Ok(s))) => Self::checked(r, s),
            _ => Err(Error::new(Code::Value, "SM2Signature", "r and s take 64 bytes")),
        }
    }

    /// The DER `SEQUENCE { r INTEGER, s INTEGER }`.
    pub fn to_der(&self) -> Vec<u8> {
        sm2::write_signature(&self.r, &self.s)
    }

    /// The 64 bytes `r || s`, big endian.
    pub fn to_raw(&self) -> [u8; 64] {
        let mut out = [0; 64];
        out[..32].copy_from_slice(&self.r);
        out[32..].copy_from_slice(&self.s);
        out
    }

    pub(super) fn checked(r: [u8; 32], s: [u8; 32]) -> Result<Self> {
        if !backend::is_scalar(&r) || !backend::is_scalar(&s) {
            return Err(Error::new(Code::Value, "SM2Signature", "r and s are in 1..=n-1"));
        }
        Ok(Signature { r, s })
    }

    pub(super) fn parts(&self) -> (&[u8; 32], &[u8; 32]) {
        (&self.r, &self.s)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(")?;
        self.to_raw().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}
