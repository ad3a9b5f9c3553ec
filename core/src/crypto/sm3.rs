//! The SM3 hash.
//!
//! Our own, in one source for one message and for many side by side (`lanes`); design and figures:
//! docs/sm3.md.
//!
//! # Timing
//!
//! Nothing depends on what the bytes are, only on how many they are.
//!
//! # Source
//!
//! GB/T 32905-2016.

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
mod avx2;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
mod avx512;
mod compress;
mod each;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
mod instructions;
mod lanes;
// Without vectors only tests use the lanes.
#[cfg_attr(not(all(target_arch = "x86_64", not(yinxin_portable))), allow(dead_code))]
mod many;
mod one;
#[cfg(any(feature = "ofd", test))]
mod streams;
#[cfg(test)]
mod tests;

pub(crate) use compress::to_bytes;
pub(crate) use each::compress_each;
pub(crate) use lanes::START;
pub(crate) use many::{Rest, digest_parts_many, finish_many};
#[cfg(feature = "ofd")]
pub(crate) use streams::update_each;

use one::compress;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The length of an SM3 value in bytes.
pub const LENGTH: usize = 32;

const BLOCK: usize = 64;

/// SM3 over data that comes in pieces; a clone goes on from the same point. Wiped when dropped.
///
/// The length is counted in 64 bits, as the standard has it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Sm3 {
    state: [u32; 8],
    /// How many bytes were appended.
    length: u64,
    /// The last of them, modulo 64, that made no whole block yet.
    block: [u8; BLOCK],
}

impl Sm3 {
    /// Nothing hashed yet.
    pub fn new() -> Self {
        Sm3 { state: START, length: 0, block: [0; BLOCK] }
    }

    /// Appends `data`.
    pub fn update(&mut self, data: &[u8]) {
        let mut rest = data;
        let waiting = self.waiting();
        self.length = self.length.wrapping_add(data.len() as u64);
        if waiting > 0 {
            let space = &mut self.block[waiting..];
            let taken = rest.len().min(space.len());
            let (now, after) = rest.split_at(taken);
            space[..taken].copy_from_slice(now);
            rest = after;
            if waiting + taken < BLOCK {
                return;
            }
            compress(&mut self.state, std::slice::from_ref(&self.block));
        }
        let (blocks, rest) = rest.as_chunks();
        compress(&mut self.state, blocks);
        self.block[..rest.len()].copy_from_slice(rest);
    }

    /// The hash of everything appended.
    pub fn finalize(mut self) -> [u8; LENGTH] {
        // In place, so that there is one buffer to wipe.
        let waiting = self.waiting();
        self.block[waiting] = 0x80;
        self.block[waiting + 1..].fill(0);
        if waiting + 9 > BLOCK {
            compress(&mut self.state, std::slice::from_ref(&self.block));
            self.block.fill(0);
        }
        self.block[BLOCK - 8..].copy_from_slice(&self.length.wrapping_mul(8).to_be_bytes());
        compress(&mut self.state, std::slice::from_ref(&self.block));
        to_bytes(&self.state)
    }

    /// How many bytes are in `block`.
    fn waiting(&self) -> usize {
        (self.length % BLOCK as u64) as usize
    }
}

impl Default for Sm3 {
    fn default() -> Self {
        Self::new()
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
///
/// Several messages are hashed side by side in vectors, whatever their lengths.
pub fn digest_many(messages: &[&[u8]], threads: usize) -> Vec<[u8; LENGTH]> {
    let messages: Vec<[&[u8]; 1]> = messages.iter().map(|message| [*message]).collect();
    digest_parts_many(&messages, threads)
}
