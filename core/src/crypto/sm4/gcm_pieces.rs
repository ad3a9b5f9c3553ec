//! Galois/counter mode over text that comes in pieces, for any block cipher of 16 bytes.
//!
//! The additional data come last here: in a message they stand behind the text. What they add to the
//! sum is carried over the text by a power of the key, so nothing is hashed twice.

use super::block::{Blocks, RUN, xor};
use super::gcm::{MAX_AAD, MAX_MESSAGE, NONCE_LENGTH, TAG_LENGTH, counter_block};
use super::ghash::Hash;
use super::{BLOCK, Sm4Key};
use crate::crypto::backend::Level;
use crate::crypto::declassify::declassify;
use crate::error::{Code, Error, Result};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Encrypts blocks in place.
pub(crate) trait EncryptBlocks {
    /// Each block by itself.
    fn encrypt_blocks(&self, blocks: &mut [[u8; BLOCK]]);
}

impl EncryptBlocks for super::block::Engine {
    fn encrypt_blocks(&self, blocks: &mut [[u8; BLOCK]]) {
        self.apply(blocks);
    }
}

/// A text on its way; wiped when dropped, as far as the cipher wipes itself.
pub(crate) struct GcmPieces {
    cipher: Box<dyn EncryptBlocks>,
    level: Level,
    nonce: [u8; NONCE_LENGTH],
    /// The counter of the next block.
    counter: u32,
    /// How many bytes of text there were.
    length: u64,
    key: Zeroizing<[u8; BLOCK]>,
    tag_mask: Zeroizing<[u8; BLOCK]>,
    sum: Hash,
    masks: Blocks,
}

impl Sm4Key {
    /// [`gcm_encrypt`](Self::gcm_encrypt) and [`gcm_decrypt`](Self::gcm_decrypt) for text that comes in
    /// pieces.
    pub(crate) fn gcm_pieces(&self, nonce: &[u8; NONCE_LENGTH]) -> GcmPieces {
        GcmPieces::new(Box::new(self.encryptor()), Level::current(), nonce)
    }
}

impl GcmPieces {
    pub(crate) fn new(
        cipher: Box<dyn EncryptBlocks>,
        level: Level,
        nonce: &[u8; NONCE_LENGTH],
    ) -> GcmPieces {
        let mut first = Zeroizing::new([[0; BLOCK], counter_block(nonce, 1)]);
        cipher.encrypt_blocks(&mut *first);
        let [key, tag_mask] = *first;
        let sum = Hash::new(level, &key);
        GcmPieces {
            cipher,
            level,
            nonce: *nonce,
            counter: 2,
            length: 0,
            key: Zeroizing::new(key),
            tag_mask: Zeroizing::new(tag_mask),
            sum,
            masks: Blocks::new(),
        }
    }

    /// Encrypts the next piece in place. Every piece but the last is of whole blocks.
    ///
    /// # Errors
    ///
    /// [`Code::Size`] where the text becomes longer than [`MAX_MESSAGE`].
    pub(crate) fn encrypt(&mut self, piece: &mut [u8]) -> Result<()> {
        self.run(piece, |sum, run, mask| {
            xor(run, mask);
            sum.update(run);
        })
    }

    /// Decrypts the next piece in place; nothing shows yet whether it was changed.
    ///
    /// # Errors
    ///
    /// As [`encrypt`](Self::encrypt).
    pub(crate) fn decrypt(&mut self, piece: &mut [u8]) -> Result<()> {
        self.run(piece, |sum, run, mask| {
            sum.update(run);
            xor(run, mask);
        })
    }

    fn run(
        &mut self,
        piece: &mut [u8],
        mut each: impl FnMut(&mut Hash, &mut [u8], &[u8]),
    ) -> Result<()> {
        let length = self.length.checked_add(piece.len() as u64);
        // A piece behind one that was not of whole blocks would be masked and summed wrongly.
        if !self.length.is_multiple_of(BLOCK as u64) && !piece.is_empty() {
            return Err(Error::new(Code::Argument, "GCM", "a piece behind the last one"));
        }
        self.length = length.filter(|length| *length <= MAX_MESSAGE).ok_or_else(too_long)?;
        for run in piece.chunks_mut(RUN * BLOCK) {
            let masks = &mut self.masks.0[..run.len().div_ceil(BLOCK)];
            for mask in masks.iter_mut() {
                *mask = counter_block(&self.nonce, self.counter);
                self.counter = self.counter.wrapping_add(1);
            }
            self.cipher.encrypt_blocks(masks);
            each(&mut self.sum, run, masks.as_flattened());
        }
        Ok(())
    }

    /// The tag over the text and the additional data.
    ///
    /// # Errors
    ///
    /// [`Code::Size`] above [`MAX_AAD`].
    pub(crate) fn finish(self, aad: &[u8]) -> Result<[u8; TAG_LENGTH]> {
        if aad.len() as u64 > MAX_AAD {
            return Err(too_long());
        }
        let mut lengths = [0; BLOCK];
        lengths[..8].copy_from_slice(&(aad.len() as u64 * 8).to_be_bytes());
        lengths[8..].copy_from_slice(&(self.length * 8).to_be_bytes());
        let mut sum = self.sum;
        if !aad.is_empty() {
            let mut ahead = Hash::new(self.level, &self.key);
            ahead.update(aad);
            let mut block = Zeroizing::new(ahead.finish());
            carry(&mut block, &self.key, self.length.div_ceil(BLOCK as u64));
            xor(&mut *block, &sum.finish());
            sum = Hash::new(self.level, &self.key);
            // The sum starts at zero: from here on it is as if both had been hashed.
            xor(&mut lengths, &*block);
        }
        sum.update(&lengths);
        let mut tag = sum.finish();
        xor(&mut tag, &*self.tag_mask);
        Ok(tag)
    }
}

impl GcmPieces {
    /// Whether this is the tag over the text and the additional data; compared in constant time.
    ///
    /// # Errors
    ///
    /// As [`finish`](Self::finish).
    pub(crate) fn check_tag(self, aad: &[u8], tag: &[u8; TAG_LENGTH]) -> Result<bool> {
        let expected = Zeroizing::new(self.finish(aad)?);
        Ok(bool::from(declassify(expected.as_slice().ct_eq(tag))))
    }
}

/// Multiplies by so many times the key; how many is no secret.
fn carry(block: &mut Zeroizing<[u8; BLOCK]>, key: &[u8; BLOCK], times: u64) {
    let mut power = Zeroizing::new(*key);
    let mut left = times;
    while left > 0 {
        if left & 1 == 1 {
            **block = product(block, &power);
        }
        let square = product(&power, &power);
        *power = square;
        left >>= 1;
    }
}

/// What hashing one block under a key is: their product.
fn product(one: &[u8; BLOCK], other: &[u8; BLOCK]) -> [u8; BLOCK] {
    let mut hash = Hash::new(Level::Portable, other);
    hash.update(one);
    hash.finish()
}

fn too_long() -> Error {
    Error::new(Code::Size, "GCM", "longer than GCM allows")
}
