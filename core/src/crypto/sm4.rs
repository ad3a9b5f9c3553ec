//! The SM4 block cipher and its modes.
//!
//! # Timing
//!
//! The block cipher looks secrets up in a table, so it is **not constant-time yet**: a program on
//! the same machine that watches the cache may learn about the key. The modes add nothing to that:
//! padding and tags are compared in constant time.
//!
//! # Source
//!
//! GB/T 32907-2016 (block cipher), GB/T 17964 (modes), RFC 8998 (GCM).

mod block;
mod cbc;
mod ctr;
mod gcm;

use crate::error::{Code, Error, Result};
use block::Cipher;

pub use gcm::{MAX_AAD, MAX_MESSAGE, NONCE_LENGTH, TAG_LENGTH};

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
            Ok(key) => Ok(Sm4Key { cipher: Cipher::new(key) }),
            Err(_) => Err(Error::new(Code::Argument, "SM4 key", "an SM4 key has 16 bytes")),
        }
    }

    /// Encrypts whole blocks, each by itself (ECB). Equal blocks stay equal: not for messages.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if the length is not a multiple of 16.
    pub fn ecb_encrypt(&self, blocks: &[u8]) -> Result<Vec<u8>> {
        let mut out = blocks.to_vec();
        self.cipher.encrypt(whole_blocks(&mut out)?);
        Ok(out)
    }

    /// Decrypts whole blocks, each by itself (ECB).
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if the length is not a multiple of 16.
    pub fn ecb_decrypt(&self, blocks: &[u8]) -> Result<Vec<u8>> {
        let mut out = blocks.to_vec();
        self.cipher.decrypt(whole_blocks(&mut out)?);
        Ok(out)
    }
}

impl std::fmt::Debug for Sm4Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sm4Key")
    }
}

fn whole_blocks(bytes: &mut [u8]) -> Result<&mut [[u8; BLOCK]]> {
    match bytes.as_chunks_mut() {
        (blocks, []) => Ok(blocks),
        _ => Err(Error::new(Code::Argument, "SM4 blocks", "not a multiple of 16 bytes")),
    }
}

#[cfg(test)]
mod tests;
