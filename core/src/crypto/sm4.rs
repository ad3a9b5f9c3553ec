//! The SM4 block cipher and its modes.
//!
//! # Timing
//!
//! Constant-time: no branch and no address depends on a key or a message, with any
//! [backend](super::backend). Padding and tags are compared in constant time. Design and figures:
//! docs/sm4-engine.md.
//!
//! # Source
//!
//! GB/T 32907-2016 (block cipher), GB/T 17964 (modes), RFC 8998 (GCM).

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
mod affine;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
mod avx2;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
mod avx512;
mod block;
mod cbc;
mod cbc_pieces;
mod ctr;
mod gcm;
mod gcm_pieces;
mod ghash;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
mod ghash_avx512;
mod key_schedule;
mod portable;

use crate::crypto::backend::Level;
use crate::error::{Code, Error, Result};
use block::{Cipher, Engine, RUN};

pub(crate) use cbc_pieces::{CbcPieces, padded_last, text_in_last};
pub use gcm::{MAX_AAD, MAX_MESSAGE, NONCE_LENGTH, TAG_LENGTH};
pub(crate) use gcm_pieces::{EncryptBlocks, GcmPieces};

/// The length of a block and of a key in bytes.
pub const BLOCK: usize = 16;

/// An expanded SM4 key; wiped when dropped.
#[derive(Clone)]
pub struct Sm4Key {
    cipher: Cipher,
}

impl Sm4Key {
    /// The key of 16 bytes.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for another length.
    pub fn new(key: &[u8]) -> Result<Self> {
        match key.try_into() {
            Ok(key) => Ok(Sm4Key { cipher: Cipher::new(Level::current(), key) }),
            Err(_) => Err(Error::new(Code::Argument, "SM4 key", "an SM4 key has 16 bytes")),
        }
    }

    /// Encrypts whole blocks, each by itself (ECB). Equal blocks stay equal: not for messages.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if the length is not a multiple of 16.
    pub fn ecb_encrypt(&self, blocks: &[u8]) -> Result<Vec<u8>> {
        ecb(&self.encryptor(), blocks)
    }

    /// Decrypts whole blocks, each by itself (ECB).
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if the length is not a multiple of 16.
    pub fn ecb_decrypt(&self, blocks: &[u8]) -> Result<Vec<u8>> {
        ecb(&self.decryptor(), blocks)
    }

    fn encryptor(&self) -> Engine {
        self.cipher.encryptor(Level::current())
    }

    fn decryptor(&self) -> Engine {
        self.cipher.decryptor(Level::current())
    }
}

impl std::fmt::Debug for Sm4Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sm4Key")
    }
}

fn ecb(engine: &Engine, bytes: &[u8]) -> Result<Vec<u8>> {
    let (blocks, []) = bytes.as_chunks::<BLOCK>() else {
        return Err(Error::new(Code::Argument, "SM4 blocks", "not a multiple of 16 bytes"));
    };
    let mut out = Vec::with_capacity(bytes.len());
    for piece in blocks.chunks(RUN) {
        let start = out.len();
        out.extend_from_slice(piece.as_flattened());
        engine.apply(out[start..].as_chunks_mut().0);
    }
    Ok(out)
}

#[cfg(test)]
mod tests;
