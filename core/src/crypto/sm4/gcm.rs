//! Galois/counter mode: encryption with a tag.

use super::{BLOCK, Sm4Key};
use crate::crypto::declassify::declassify;
use crate::error::{Code, Error, Result};
use ghash::universal_hash::UniversalHash;
use ghash::{GHash, Key};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The length of a nonce in bytes; no other is offered.
pub const NONCE_LENGTH: usize = 12;
/// The length of a tag in bytes; no shorter one is offered.
pub const TAG_LENGTH: usize = 16;
/// The most bytes of a message: the 32-bit counter ends there.
pub const MAX_MESSAGE: u64 = (1 << 36) - 32;
/// The most bytes of additional data: its length is written as 64 bits.
pub const MAX_AAD: u64 = (1 << 61) - 1;

impl Sm4Key {
    /// Encrypts the message and gives the ciphertext and the tag over it and the additional data.
    ///
    /// A nonce must never be used twice under one key: the second use gives both messages and the
    /// tag key away.
    ///
    /// # Errors
    ///
    /// [`Code::Size`] above [`MAX_MESSAGE`] or [`MAX_AAD`].
    ///
    /// # Source
    ///
    /// NIST SP 800-38D; RFC 8998.
    pub fn gcm_encrypt(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        aad: &[u8],
        message: &[u8],
    ) -> Result<(Vec<u8>, [u8; TAG_LENGTH])> {
        let lengths = lengths(aad, message)?;
        let mut out = message.to_vec();
        self.gcm_stream(nonce, &mut out);
        let tag = self.gcm_tag(nonce, aad, &out, &lengths);
        Ok((out, tag))
    }

    /// Checks the tag and decrypts.
    ///
    /// # Errors
    ///
    /// [`Code::Decryption`], always the same error, if the tag is not the whole right one. Nothing
    /// is decrypted then. [`Code::Size`] above [`MAX_MESSAGE`] or [`MAX_AAD`].
    ///
    /// # Timing
    ///
    /// The comparison of the tag is constant-time.
    pub fn gcm_decrypt(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8],
    ) -> Result<Vec<u8>> {
        let lengths = lengths(aad, ciphertext)?;
        let expected = Zeroizing::new(self.gcm_tag(nonce, aad, ciphertext, &lengths));
        if !bool::from(declassify(expected.as_slice().ct_eq(tag))) {
            let message = "this key and nonce do not open the ciphertext";
            return Err(Error::new(Code::Decryption, "SM4-GCM", message));
        }
        let mut out = ciphertext.to_vec();
        self.gcm_stream(nonce, &mut out);
        Ok(out)
    }

    fn gcm_stream(&self, nonce: &[u8; NONCE_LENGTH], data: &mut [u8]) {
        let mut counter = 1u32;
        self.apply_stream(data, || {
            counter = counter.wrapping_add(1);
            counter_block(nonce, counter)
        });
    }

    fn gcm_tag(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        aad: &[u8],
        ciphertext: &[u8],
        lengths: &[u8; BLOCK],
    ) -> [u8; TAG_LENGTH] {
        let key = Zeroizing::new(self.cipher.encrypted([0; BLOCK]));
        let mut hash = GHash::new(&Key::from(*key));
        hash.update_padded(aad);
        hash.update_padded(ciphertext);
        hash.update_padded(lengths);
        let mut tag: [u8; TAG_LENGTH] = hash.finalize().into();
        let mask = Zeroizing::new(self.cipher.encrypted(counter_block(nonce, 1)));
        for (byte, mask) in tag.iter_mut().zip(mask.iter()) {
            *byte ^= mask;
        }
        tag
    }
}

fn counter_block(nonce: &[u8; NONCE_LENGTH], counter: u32) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..NONCE_LENGTH].copy_from_slice(nonce);
    block[NONCE_LENGTH..].copy_from_slice(&counter.to_be_bytes());
    block
}

/// The last hashed block: both lengths in bits, 64 bits each.
fn lengths(aad: &[u8], text: &[u8]) -> Result<[u8; BLOCK]> {
    let (aad, text) = (aad.len() as u64, text.len() as u64);
    if aad > MAX_AAD || text > MAX_MESSAGE {
        return Err(Error::new(Code::Size, "SM4-GCM", "longer than GCM allows"));
    }
    let mut block = [0; BLOCK];
    block[..8].copy_from_slice(&(aad * 8).to_be_bytes());
    block[8..].copy_from_slice(&(text * 8).to_be_bytes());
    Ok(block)
}
