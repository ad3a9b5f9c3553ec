//! PBKDF2: a key from a password.
//!
//! # Source
//!
//! RFC 8018.

use super::hmac_sm3::HmacSm3;
use std::num::NonZeroU32;
use zeroize::Zeroizing;

/// The keyed hash that PBKDF2 repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prf {
    /// HMAC-SM3.
    HmacSm3,
    /// HMAC-SHA-1, PBKDF2's default where none is named.
    HmacSha1,
    /// HMAC-SHA-256.
    HmacSha256,
    /// HMAC-SHA-384.
    HmacSha384,
    /// HMAC-SHA-512.
    HmacSha512,
}

/// Fills `out` with the key for this password, salt and number of iterations.
///
/// The work grows with `iterations`, so a caller that takes it from a file bounds it first. 0
/// counts as 1. Password and salt may be empty.
pub fn derive(prf: Prf, password: &[u8], salt: &[u8], iterations: u32, out: &mut [u8]) {
    let algorithm = match prf {
        Prf::HmacSm3 => return derive_sm3(password, salt, iterations, out),
        Prf::HmacSha1 => ring::pbkdf2::PBKDF2_HMAC_SHA1,
        Prf::HmacSha256 => ring::pbkdf2::PBKDF2_HMAC_SHA256,
        Prf::HmacSha384 => ring::pbkdf2::PBKDF2_HMAC_SHA384,
        Prf::HmacSha512 => ring::pbkdf2::PBKDF2_HMAC_SHA512,
    };
    let iterations = NonZeroU32::new(iterations).unwrap_or(NonZeroU32::MIN);
    ring::pbkdf2::derive(algorithm, iterations, salt, password, out);
}

fn derive_sm3(password: &[u8], salt: &[u8], iterations: u32, out: &mut [u8]) {
    let keyed = HmacSm3::new(password);
    for (block, number) in out.chunks_mut(32).zip(1u32..) {
        let mut mac = keyed.clone();
        mac.update(salt);
        mac.update(&number.to_be_bytes());
        let mut u = Zeroizing::new(mac.finalize());
        let mut sum = u.clone();
        for _ in 1..iterations {
            let mut mac = keyed.clone();
            mac.update(&*u);
            *u = mac.finalize();
            for (sum, byte) in sum.iter_mut().zip(u.iter()) {
                *sum ^= byte;
            }
        }
        for (out, byte) in block.iter_mut().zip(sum.iter()) {
            *out = *byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hmac_sm3;

    #[test]
    fn one_iteration_is_one_tag() {
        let mut out = [0; 40];
        derive(Prf::HmacSm3, b"password", b"salt", 1, &mut out);
        assert_eq!(out[..32], hmac_sm3::tag(b"password", b"salt\0\0\0\x01"));
        assert_eq!(out[32..], hmac_sm3::tag(b"password", b"salt\0\0\0\x02")[..8]);
        let mut two = [0; 32];
        derive(Prf::HmacSm3, b"password", b"salt", 2, &mut two);
        let second = hmac_sm3::tag(b"password", &out[..32]);
        let expected: Vec<u8> = out.iter().zip(second).map(|(a, b)| a ^ b).collect();
        assert_eq!(two[..], expected);
    }

    #[test]
    fn a_published_value() {
        let mut out = [0; 20];
        derive(Prf::HmacSha1, b"password", b"salt", 2, &mut out);
        assert_eq!(out[..4], [0xea, 0x6c, 0x01, 0x4d]); // RFC 6070
    }
}
