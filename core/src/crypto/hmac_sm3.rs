//! HMAC with SM3.
//!
//! # Source
//!
//! RFC 2104, GB/T 15852.2.

use super::BadSignature;
use super::declassify::declassify;
use super::sm3::{LENGTH, Sm3};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const BLOCK: usize = 64;

/// HMAC-SM3 over data that comes in pieces; a clone goes on from the same point, which makes many
/// tags under one key cheap.
#[derive(Clone)]
pub struct HmacSm3 {
    inner: Sm3,
    outer: Sm3,
}

impl HmacSm3 {
    /// Starts under a key of any length.
    pub fn new(key: &[u8]) -> Self {
        let mut block = Zeroizing::new([0u8; BLOCK]);
        if key.len() > BLOCK {
            let digest = Zeroizing::new(super::sm3::digest(key));
            block[..LENGTH].copy_from_slice(&*digest);
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let padded = |pad: u8| {
            let mut start = Zeroizing::new([0u8; BLOCK]);
            for (out, byte) in start.iter_mut().zip(block.iter()) {
                *out = byte ^ pad;
            }
            let mut hash = Sm3::new();
            hash.update(&*start);
            hash
        };
        HmacSm3 { inner: padded(0x36), outer: padded(0x5c) }
    }

    /// Appends `data`.
    pub fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }

    /// The tag over everything appended.
    pub fn finalize(mut self) -> [u8; LENGTH] {
        let inner = Zeroizing::new(self.inner.finalize());
        self.outer.update(&*inner);
        self.outer.finalize()
    }

    /// Whether `tag` is the whole tag over everything appended.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not, or if it is not 32 bytes long.
    ///
    /// # Timing
    ///
    /// The comparison is constant-time.
    pub fn verify(self, tag: &[u8]) -> Result<(), BadSignature> {
        let expected = Zeroizing::new(self.finalize());
        if bool::from(declassify(expected.as_slice().ct_eq(tag))) {
            Ok(())
        } else {
            Err(BadSignature)
        }
    }
}

impl std::fmt::Debug for HmacSm3 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HmacSm3")
    }
}

/// The tag over `message` under `key`.
pub fn tag(key: &[u8], message: &[u8]) -> [u8; LENGTH] {
    let mut mac = HmacSm3::new(key);
    mac.update(message);
    mac.finalize()
}

/// Whether `tag` is the whole tag over `message` under `key`.
///
/// # Errors
///
/// [`BadSignature`] if it is not, or if it is not 32 bytes long.
///
/// # Timing
///
/// The comparison is constant-time.
pub fn verify(key: &[u8], message: &[u8], tag: &[u8]) -> Result<(), BadSignature> {
    let mut mac = HmacSm3::new(key);
    mac.update(message);
    mac.verify(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::sm3;

    /// RFC 2104 written out for a key of at most one block.
    fn from_the_definition(key: &[u8], message: &[u8]) -> [u8; 32] {
        let mut block = key.to_vec();
        block.resize(64, 0);
        let pad = |pad: u8| block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
        sm3::digest_parts(&[&pad(0x5c), &sm3::digest_parts(&[&pad(0x36), message])])
    }

    #[test]
    fn agrees_with_the_definition() {
        for length in [0, 1, 31, 32, 63, 64] {
            let key = vec![0xa5; length];
            assert_eq!(tag(&key, b"message"), from_the_definition(&key, b"message"));
        }
        let long = [7u8; 65];
        assert_eq!(tag(&long, b"m"), from_the_definition(&sm3::digest(&long), b"m"));
    }

    #[test]
    fn only_the_whole_tag_passes() {
        let good = tag(b"key", b"message");
        assert_eq!(verify(b"key", b"message", &good), Ok(()));
        for length in 0..32 {
            assert_eq!(verify(b"key", b"message", &good[..length]), Err(BadSignature));
        }
        for bit in 0..256 {
            let mut bad = good;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(verify(b"key", b"message", &bad), Err(BadSignature));
        }
    }
}
