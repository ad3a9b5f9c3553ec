//! The SHA-2 hashes, and SHA-1 for what is old.

use ring::digest::{self, Algorithm};

/// SHA-256 of `data`.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    hash(&digest::SHA256, data)
}

/// SHA-384 of `data`.
pub fn sha384(data: &[u8]) -> [u8; 48] {
    hash(&digest::SHA384, data)
}

/// SHA-512 of `data`.
pub fn sha512(data: &[u8]) -> [u8; 64] {
    hash(&digest::SHA512, data)
}

/// SHA-1 of `data`: collisions can be made, so it proves nothing about what others chose.
pub fn sha1_legacy(data: &[u8]) -> [u8; 20] {
    hash(&digest::SHA1_FOR_LEGACY_USE_ONLY, data)
}

fn hash<const N: usize>(algorithm: &'static Algorithm, data: &[u8]) -> [u8; N] {
    let digest = digest::digest(algorithm, data);
    let mut out = [0; N];
    for (out, byte) in out.iter_mut().zip(digest.as_ref()) {
        *out = *byte;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_of_abc() {
        assert_eq!(sha1_legacy(b"abc")[..4], [0xa9, 0x99, 0x3e, 0x36]);
        assert_eq!(sha256(b"abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_eq!(sha384(b"abc")[..4], [0xcb, 0x00, 0x75, 0x3f]);
        assert_eq!(sha512(b"abc")[..4], [0xdd, 0xaf, 0x35, 0xa1]);
        assert_eq!(sha512(b"abc")[60..], [0xa5, 0x4c, 0xa4, 0x9f]);
    }
}
