//! HMAC with SHA-2, through ring.
//!
//! # Source
//!
//! RFC 2104.

use super::BadSignature;
use ring::hmac::{self, Key};

/// The hash of an HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256: tags of 32 bytes.
    Sha256,
    /// SHA-384: tags of 48 bytes.
    Sha384,
    /// SHA-512: tags of 64 bytes.
    Sha512,
}

impl Hash {
    /// The length of a tag in bytes.
    pub fn tag_length(self) -> usize {
        match self {
            Hash::Sha256 => 32,
            Hash::Sha384 => 48,
            Hash::Sha512 => 64,
        }
    }
}

/// The tag over `message` under `key`, which may have any length.
pub fn tag(hash: Hash, key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&prepared(hash, key), message).as_ref().to_vec()
}

/// Whether `tag` is the whole tag over `message` under `key`.
///
/// # Errors
///
/// [`BadSignature`] if it is not, or if it is shorter or longer.
///
/// # Timing
///
/// The comparison is constant-time.
pub fn verify(hash: Hash, key: &[u8], message: &[u8], tag: &[u8]) -> Result<(), BadSignature> {
    hmac::verify(&prepared(hash, key), message, tag).map_err(|_| BadSignature)
}

fn prepared(hash: Hash, key: &[u8]) -> Key {
    let algorithm = match hash {
        Hash::Sha256 => hmac::HMAC_SHA256,
        Hash::Sha384 => hmac::HMAC_SHA384,
        Hash::Sha512 => hmac::HMAC_SHA512,
    };
    Key::new(algorithm, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::sha2;

    #[test]
    fn the_definition_gives_the_same_tag() {
        let key = b"key of less than a block";
        let padded = |pad: u8| {
            let mut block = [pad; 64];
            block.iter_mut().zip(key).for_each(|(out, byte)| *out ^= byte);
            block
        };
        let inner = sha2::sha256(&[&padded(0x36), &b"message"[..]].concat());
        let outer = sha2::sha256(&[&padded(0x5c), &inner[..]].concat());
        assert_eq!(tag(Hash::Sha256, key, b"message"), outer);
    }

    #[test]
    fn only_the_whole_tag_is_good() {
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            let good = tag(hash, b"key", b"message");
            assert_eq!(good.len(), hash.tag_length());
            assert!(verify(hash, b"key", b"message", &good).is_ok());
            assert!(verify(hash, b"key", b"message", &good[..good.len() - 1]).is_err());
            assert!(verify(hash, b"key", b"message", &[&good[..], &[0]].concat()).is_err());
            assert!(verify(hash, b"key", b"Message", &good).is_err());
            assert!(verify(hash, b"Key", b"message", &good).is_err());
        }
    }
}
