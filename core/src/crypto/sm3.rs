//! The SM3 hash.
//!
//! # Source
//!
//! GB/T 32905-2016.

use super::parallel;
use ::sm3::Digest;

/// The length of an SM3 value in bytes.
pub const LENGTH: usize = 32;

/// SM3 over data that comes in pieces; a clone goes on from the same point.
///
/// The length is counted in 64 bits, as the standard has it.
#[derive(Clone, Default)]
pub struct Sm3(::sm3::Sm3);

impl Sm3 {
    /// Nothing hashed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends `data`.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The hash of everything appended.
    pub fn finalize(self) -> [u8; LENGTH] {
        self.0.finalize().into()
    }
}

impl std::fmt::Debug for Sm3 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sm3")
    }
}

/// The hash of `data`.
pub fn digest(data: &[u8]) -> [u8; LENGTH] {
    digest_parts(&[data])
}

/// The hash of the parts, one after another.
pub fn digest_parts(parts: &[&[u8]]) -> [u8; LENGTH] {
    let mut hash = Sm3::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize()
}

/// The hash of each message, in the order of the messages, on up to `threads` threads.
pub fn digest_many(messages: &[&[u8]], threads: usize) -> Vec<[u8; LENGTH]> {
    parallel::map(messages, threads, |message| digest(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: [u8; 32] = [
        0x66, 0xc7, 0xf0, 0xf4, 0x62, 0xee, 0xed, 0xd9, 0xd1, 0xf2, 0xd4, 0x6b, 0xdc, 0x10, 0xe4,
        0xe2, 0x41, 0x67, 0xc4, 0x87, 0x5c, 0xf2, 0xf7, 0xa2, 0x29, 0x7d, 0xa0, 0x2b, 0x8f, 0x4b,
        0xa8, 0xe0,
    ];

    #[test]
    fn the_standard_example() {
        assert_eq!(digest(b"abc"), ABC);
        assert_eq!(digest_parts(&[b"a", b"", b"bc"]), ABC);
        assert_eq!(digest_many(&[b"abc", b"", b"abc"], 2), [ABC, digest(b""), ABC]);
    }

    #[test]
    fn every_split_gives_the_same() {
        let data: Vec<u8> = (0..300u32).map(|i| (i * 7) as u8).collect();
        let whole = digest(&data);
        for at in 0..=data.len() {
            let mut hash = Sm3::new();
            hash.update(&data[..at]);
            let middle = hash.clone();
            hash.update(&data[at..]);
            assert_eq!(hash.finalize(), whole);
            assert_eq!(middle.finalize(), digest(&data[..at]));
        }
    }
}
