//! Keys from passwords in the manner of PKCS#12: for its MAC, and for its encryption of old.
//!
//! # Source
//!
//! RFC 7292, appendix B; with SM3 as OpenSSL and BouncyCastle do it.

use crate::crypto::{sha2, sm3};
use zeroize::Zeroizing;

/// The hash of a derivation or a MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
    Sm3,
}

impl Hash {
    pub(super) fn name(self) -> &'static str {
        match self {
            Hash::Sha1 => "SHA-1",
            Hash::Sha256 => "SHA-256",
            Hash::Sha384 => "SHA-384",
            Hash::Sha512 => "SHA-512",
            Hash::Sm3 => "SM3",
        }
    }

    /// The length of a digest in bytes.
    pub(super) fn length(self) -> usize {
        match self {
            Hash::Sha1 => 20,
            Hash::Sha256 | Hash::Sm3 => 32,
            Hash::Sha384 => 48,
            Hash::Sha512 => 64,
        }
    }

    fn block_length(self) -> usize {
        match self {
            Hash::Sha384 | Hash::Sha512 => 128,
            _ => 64,
        }
    }

    fn digest(self, data: &[u8], out: &mut Zeroizing<Vec<u8>>) {
        out.clear();
        match self {
            Hash::Sha1 => out.extend_from_slice(&*Zeroizing::new(sha2::sha1_legacy(data))),
            Hash::Sha256 => out.extend_from_slice(&*Zeroizing::new(sha2::sha256(data))),
            Hash::Sha384 => out.extend_from_slice(&*Zeroizing::new(sha2::sha384(data))),
            Hash::Sha512 => out.extend_from_slice(&*Zeroizing::new(sha2::sha512(data))),
            Hash::Sm3 => out.extend_from_slice(&*Zeroizing::new(sm3::digest(data))),
        }
    }
}

/// What a derived value is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// A password as PKCS#12 hashes it: in UTF-16, big endian, with a zero at the end. Bytes that are
/// no UTF-8 count as Latin-1, as they did when such files were made.
pub(super) fn password_utf16(password: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(password.len() * 2 + 2));
    match std::str::from_utf8(password) {
        Ok(text) => text.encode_utf16().for_each(|unit| out.extend(unit.to_be_bytes())),
        Err(_) => password.iter().for_each(|byte| out.extend([0, *byte])),
    }
    out.extend([0, 0]);
    out
}

/// `length` bytes for this use; `password` is what [`password_utf16`] gives, or empty.
pub(super) fn derive(
    hash: Hash,
    purpose: Use,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let block = hash.block_length();
    let mut input = Zeroizing::new(vec![purpose as u8; block]);
    for part in [salt, password] {
        let padded = part.len().div_ceil(block) * block;
        input.extend(part.iter().cycle().take(padded));
    }
    let mut out = Zeroizing::new(Vec::with_capacity(length + hash.length()));
    let mut digest = Zeroizing::new(Vec::with_capacity(hash.length()));
    let mut next = Zeroizing::new(Vec::with_capacity(hash.length()));
    while out.len() < length {
        hash.digest(&input, &mut digest);
        for _ in 1..iterations {
            hash.digest(&digest, &mut next);
            std::mem::swap(&mut digest, &mut next);
        }
        out.extend_from_slice(&digest);
        // Every block of salt and password is moved on by the digest, repeated, and one.
        let (_, blocks) = input.split_at_mut(block);
        for chunk in blocks.chunks_mut(block) {
            let mut carry = 1u16;
            for (at, byte) in chunk.iter_mut().enumerate().rev() {
                let add = digest.get(at % digest.len().max(1)).copied().unwrap_or(0);
                let sum = u16::from(*byte) + u16::from(add) + carry;
                *byte = sum as u8;
                carry = sum >> 8;
            }
        }
    }
    out.truncate(length);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_utf16_with_an_end() {
        assert_eq!(*password_utf16(b""), [0, 0]);
        assert_eq!(*password_utf16("aé印".as_bytes()), [0, 0x61, 0, 0xe9, 0x53, 0x70, 0, 0]);
        assert_eq!(*password_utf16("😀".as_bytes()), [0xd8, 0x3d, 0xde, 0x00, 0, 0]);
        assert_eq!(*password_utf16(&[0xff, 0x61]), [0, 0xff, 0, 0x61, 0, 0]);
    }

    #[test]
    fn one_block_and_one_iteration_is_one_hash() {
        let password = password_utf16(b"p");
        let input = [vec![3; 64], b"saltsalt".repeat(8), b"\0p\0\0".repeat(16)].concat();
        let key = derive(Hash::Sha256, Use::Mac, &password, b"salt", 1, 32);
        assert_eq!(*key, sha2::sha256(&input));
        let key = derive(Hash::Sm3, Use::Mac, &password, b"salt", 2, 20);
        assert_eq!(*key, sm3::digest(&sm3::digest(&input))[..20]);
        // Without salt or password there is only the use.
        let key = derive(Hash::Sha1, Use::Iv, b"", b"", 1, 8);
        assert_eq!(*key, sha2::sha1_legacy(&[2; 64])[..8]);
    }

    #[test]
    fn a_second_block_is_moved_on_with_carry() {
        // 64 times FF and the first digest and one: the sum is the digest itself.
        let first = sha2::sha1_legacy(&[[1; 64], [0xff; 64]].concat());
        let moved: Vec<u8> = first.iter().cycle().take(64).copied().collect();
        let expected = sha2::sha1_legacy(&[&[1; 64][..], &moved].concat());
        let key = derive(Hash::Sha1, Use::Key, b"", &[0xff], 1, 40);
        assert_eq!((&key[..20], &key[20..]), (&first[..], &expected[..]));
    }
}
