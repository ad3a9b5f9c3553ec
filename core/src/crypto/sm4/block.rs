//! The one door to the block cipher.

use super::BLOCK;
use ::sm4::Sm4;
use ::sm4::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// An expanded key; wiped when dropped.
#[derive(Clone)]
pub(super) struct Cipher(Sm4);

impl Cipher {
    pub(super) fn new(key: &[u8; BLOCK]) -> Self {
        Cipher(Sm4::new(&Array::from(*key)))
    }

    /// Encrypts each block in place.
    pub(super) fn encrypt(&self, blocks: &mut [[u8; BLOCK]]) {
        self.0.encrypt_blocks(Array::cast_slice_from_core_mut(blocks));
    }

    /// Decrypts each block in place.
    pub(super) fn decrypt(&self, blocks: &mut [[u8; BLOCK]]) {
        self.0.decrypt_blocks(Array::cast_slice_from_core_mut(blocks));
    }

    /// One encrypted block.
    pub(super) fn encrypted(&self, block: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut blocks = [block];
        self.encrypt(&mut blocks);
        let [block] = blocks;
        block
    }
}
