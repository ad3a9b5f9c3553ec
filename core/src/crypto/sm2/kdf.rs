//! The key derivation function of SM2.

use crate::crypto::sm3::{LENGTH, Rest, Sm3, finish_many};
use crate::error::{Code, Error, Result};
use zeroize::Zeroize;

/// How many hashes are made side by side.
const RUN: usize = 64;

/// `length` bytes derived from `z`: SM3(z || counter) for counters from 1.
///
/// # Errors
///
/// [`Code::Size`] above (2^32 - 1) * 32 bytes, where the 32-bit counter ends.
///
/// # Source
///
/// GB/T 32918.4.
pub fn kdf(z: &[u8], length: usize) -> Result<Vec<u8>> {
    let blocks = length.div_ceil(LENGTH);
    let Ok(blocks) = u32::try_from(blocks) else {
        return Err(Error::new(Code::Size, "SM2 KDF", "more than the 32-bit counter allows"));
    };
    let mut start = Sm3::new();
    start.update(z);
    let mut out = Vec::with_capacity(length);
    let mut next = 1..=blocks;
    loop {
        let counters: Vec<[u8; 4]> = next.by_ref().take(RUN).map(u32::to_be_bytes).collect();
        if counters.is_empty() {
            break;
        }
        let parts: Vec<[&[u8]; 1]> = counters.iter().map(|counter| [&counter[..]]).collect();
        let ends: Vec<Rest<'_>> = parts.iter().map(|parts| Rest { start: &start, parts }).collect();
        let mut hashes = finish_many(&ends, 1);
        let bytes = hashes.as_flattened_mut();
        let wanted = (length - out.len()).min(bytes.len());
        out.extend_from_slice(&bytes[..wanted]);
        bytes.zeroize();
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::sm3;

    #[test]
    fn blocks_are_hashes_with_a_counter() {
        assert!(kdf(b"z", 0).unwrap().is_empty());
        let long = kdf(b"z", 100).unwrap();
        assert_eq!(long[..32], sm3::digest(b"z\0\0\0\x01"));
        assert_eq!(long[96..], sm3::digest(b"z\0\0\0\x04")[..4]);
        let longer = kdf(b"z", 70 * 32 + 1).unwrap();
        assert_eq!(longer[..100], long);
        assert_eq!(longer[64 * 32..65 * 32], sm3::digest(b"z\0\0\0\x41"));
        assert_eq!(longer[70 * 32..], sm3::digest(b"z\0\0\0\x47")[..1]);
        for length in 0..100 {
            assert_eq!(kdf(b"z", length).unwrap(), long[..length]);
        }
        if usize::BITS > 38 {
            assert_eq!(kdf(b"z", (u32::MAX as usize) * 32 + 1).unwrap_err().code(), Code::Size);
        }
    }
}
