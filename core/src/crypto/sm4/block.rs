//! The one door to the block cipher, whatever it is computed with.

use super::{BLOCK, key_schedule, portable};
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::{avx2, avx512};
use crate::crypto::backend::Level;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use crate::crypto::cpu::{Avx2, Avx512};
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use crate::crypto::declassify::runs;
use zeroize::{Zeroizing, optimization_barrier};

/// An expanded key; wiped when dropped.
#[derive(Clone)]
pub(super) struct Cipher {
    round_keys: Zeroizing<[u32; 32]>,
}

impl Cipher {
    pub(super) fn new(level: Level, key: &[u8; BLOCK]) -> Self {
        let round_keys = match level {
            Level::Portable => key_schedule::expand(key, portable::substitute),
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Level::Avx2(token) => avx2::expand(token, key),
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Level::Avx512(token) => avx512::expand(token, key),
        };
        Cipher { round_keys }
    }

    pub(super) fn encryptor(&self, level: Level) -> Engine {
        Engine::new(level, &self.round_keys)
    }

    pub(super) fn decryptor(&self, level: Level) -> Engine {
        let mut keys = self.round_keys.clone();
        keys.reverse();
        Engine::new(level, &keys)
    }
}

/// What one call needs: the round keys in the order of use, as the level takes them.
pub(super) struct Engine(Kernel);

enum Kernel {
    Portable(portable::Slices),
    #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
    Avx2(Avx2, Zeroizing<[u32; 32]>),
    #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
    Avx512(Avx512, Zeroizing<[u32; 32]>),
}

impl Engine {
    fn new(level: Level, keys: &Zeroizing<[u32; 32]>) -> Self {
        Engine(match level {
            Level::Portable => Kernel::Portable(portable::Slices::new(keys)),
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Level::Avx2(token) => Kernel::Avx2(token, keys.clone()),
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Level::Avx512(token) => Kernel::Avx512(token, keys.clone()),
        })
    }

    pub(super) fn level(&self) -> Level {
        match self.0 {
            Kernel::Portable(_) => Level::Portable,
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Kernel::Avx2(token, _) => Level::Avx2(token),
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Kernel::Avx512(token, _) => Level::Avx512(token),
        }
    }

    /// Encrypts or decrypts each block in place. [`RUN`] at once is best.
    pub(super) fn apply(&self, blocks: &mut [[u8; BLOCK]]) {
        match &self.0 {
            Kernel::Portable(slices) => slices.apply(blocks),
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Kernel::Avx2(token, keys) => {
                runs("SM4 with AVX2");
                avx2::apply(*token, keys, blocks);
            }
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Kernel::Avx512(token, keys) => avx512::apply(*token, keys, blocks),
        }
    }
}

/// The most blocks that any level works on at once.
pub(super) const RUN: usize = 64;

/// Blocks that are wiped when dropped.
pub(super) struct Blocks(pub(super) [[u8; BLOCK]; RUN]);

impl Blocks {
    pub(super) fn new() -> Self {
        Blocks([[0; BLOCK]; RUN])
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// Wipes many blocks; byte after byte, as `zeroize` does it, takes as long as encrypting them.
pub(super) fn wipe(blocks: &mut [[u8; BLOCK]]) {
    blocks.fill([0; BLOCK]);
    optimization_barrier(blocks);
}

/// Adds the mask to the bytes, as far as both go.
pub(super) fn xor(bytes: &mut [u8], mask: &[u8]) {
    for (byte, mask) in bytes.iter_mut().zip(mask) {
        *byte ^= mask;
    }
}
