//! The hash of GCM, in the way that the level has.

use super::BLOCK;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::ghash_avx512;
use crate::crypto::backend::Level;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use crate::crypto::cpu::Avx512;
use ::ghash::universal_hash::UniversalHash;
use ::ghash::{GHash, Key};

/// The sum so far; wiped when dropped.
pub(super) enum Hash {
    /// The crate `ghash`, which multiplies without carries where the processor can.
    Common(GHash),
    /// Sixteen blocks at once.
    #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
    Avx512(Avx512, ghash_avx512::State),
}

impl Hash {
    pub(super) fn new(level: Level, key: &[u8; BLOCK]) -> Self {
        match level {
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Level::Avx512(token) => Hash::Avx512(token, ghash_avx512::State::new(token, key)),
            _ => Hash::Common(GHash::new(&Key::from(*key))),
        }
    }

    /// Takes the bytes, with zeros behind them up to a whole block.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Hash::Common(hash) => hash.update_padded(bytes),
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Hash::Avx512(token, state) => state.update(*token, bytes),
        }
    }

    pub(super) fn finish(self) -> [u8; BLOCK] {
        match self {
            Hash::Common(hash) => hash.finalize().into(),
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Hash::Avx512(_, state) => state.finish(),
        }
    }
}
