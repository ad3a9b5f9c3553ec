//! Galois/counter mode: encryption with a tag.

use super::block::{Engine, xor};
use super::ctr::{KeyStream, masked};
use super::ghash::Hash;
use super::{BLOCK, Sm4Key};
use crate::crypto::declassify::declassify;
use crate::error::{Code, Error, Result};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

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
        encrypt(&self.encryptor(), nonce, aad, message)
    }

    /// Checks the tag and decrypts.
    ///
    /// # Errors
    ///
    /// [`Code::Decryption`], always the same error, if the tag is not the whole right one. What
    /// was decrypted is wiped then. [`Code::Size`] above [`MAX_MESSAGE`] or [`MAX_AAD`].
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
        decrypt(&self.encryptor(), nonce, aad, ciphertext, tag)
    }
}

pub(super) fn encrypt(
    engine: &Engine,
    nonce: &[u8; NONCE_LENGTH],
    aad: &[u8],
    message: &[u8],
) -> Result<(Vec<u8>, [u8; TAG_LENGTH])> {
    let mut out = Vec::with_capacity(message.len());
    let tag = run(engine, nonce, aad, message, |hash, piece, mask| {
        hash.update(masked(&mut out, piece, mask));
    })?;
    Ok((out, tag))
}

pub(super) fn decrypt(
    engine: &Engine,
    nonce: &[u8; NONCE_LENGTH],
    aad: &[u8],
    ciphertext: &[u8],
    tag: &[u8],
) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(ciphertext.len());
    let expected = run(engine, nonce, aad, ciphertext, |hash, piece, mask| {
        hash.update(piece);
        masked(&mut out, piece, mask);
    })?;
    if bool::from(declassify(Zeroizing::new(expected).as_slice().ct_eq(tag))) {
        return Ok(out);
    }
    out.zeroize();
    let message = "this key and nonce do not open the ciphertext";
    Err(Error::new(Code::Decryption, "SM4-GCM", message))
}

/// Goes through the text once, each piece with its mask and the hash that wants the ciphertext;
/// the tag.
fn run(
    engine: &Engine,
    nonce: &[u8; NONCE_LENGTH],
    aad: &[u8],
    text: &[u8],
    mut each: impl FnMut(&mut Hash, &[u8], &[u8]),
) -> Result<[u8; TAG_LENGTH]> {
    let lengths = lengths(aad, text)?;
    // The key of the hash and the mask of the tag are made in one go with the stream.
    let mut inputs = (0..=u32::MAX).map(|number| match number {
        0 => [0; BLOCK],
        counter => counter_block(nonce, counter),
    });
    let blocks = text.len().div_ceil(BLOCK) + 2;
    let mut stream = KeyStream::new(engine, blocks, || inputs.next().unwrap_or_default());
    let key = Zeroizing::new(stream.block());
    let tag_mask = Zeroizing::new(stream.block());
    let mut hash = Hash::new(engine.level(), &key);
    hash.update(aad);
    stream.mask(text, |piece, mask| each(&mut hash, piece, mask));
    hash.update(&lengths);
    let mut tag = hash.finish();
    xor(&mut tag, &*tag_mask);
    Ok(tag)
}

pub(super) fn counter_block(nonce: &[u8; NONCE_LENGTH], counter: u32) -> [u8; BLOCK] {
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
