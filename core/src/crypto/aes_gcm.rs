//! AES in Galois/counter mode: whole messages through ring, which takes no pieces; text in pieces
//! through the crate `aes`, which is constant-time with and without instructions for it.

use super::backend::Level;
use super::sm4::{BLOCK, EncryptBlocks, GcmPieces};
use crate::error::{Code, Error, Result};
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use ring::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use std::fmt;

/// The length of a nonce in bytes; no other is offered.
pub const NONCE_LENGTH: usize = 12;
/// The length of a tag in bytes; no shorter one is offered.
pub const TAG_LENGTH: usize = 16;

const NAME: &str = "AES-GCM";

/// An AES key of 128 or 256 bits.
#[derive(Clone)]
pub struct AesGcmKey {
    key: LessSafeKey,
}

impl AesGcmKey {
    /// The key of 16 or 32 bytes.
    ///
    /// # Errors
    ///
    /// [`Code::Algorithm`] for 24 bytes: AES-192 is not offered. [`Code::Argument`] for any other
    /// length.
    pub fn new(key: &[u8]) -> Result<Self> {
        let algorithm = match key.len() {
            16 => &aead::AES_128_GCM,
            32 => &aead::AES_256_GCM,
            24 => return Err(Error::new(Code::Algorithm, NAME, "AES-192 is not offered")),
            _ => return Err(Error::new(Code::Argument, NAME, "an AES key has 16 or 32 bytes")),
        };
        let key = UnboundKey::new(algorithm, key)
            .map_err(|_| Error::new(Code::Argument, NAME, "an AES key has 16 or 32 bytes"))?;
        Ok(AesGcmKey { key: LessSafeKey::new(key) })
    }

    /// Encrypts the message and gives the ciphertext and the tag over it and the additional data.
    ///
    /// A nonce must never be used twice under one key: the second use gives both messages and the
    /// tag key away.
    ///
    /// # Errors
    ///
    /// [`Code::Size`] for a message above 2^36 - 32 bytes.
    ///
    /// # Source
    ///
    /// NIST SP 800-38D.
    pub fn encrypt(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        aad: &[u8],
        message: &[u8],
    ) -> Result<(Vec<u8>, [u8; TAG_LENGTH])> {
        let mut out = message.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let sealed = self.key.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut out);
        match sealed.map(|tag| <[u8; TAG_LENGTH]>::try_from(tag.as_ref())) {
            Ok(Ok(tag)) => Ok((out, tag)),
            _ => Err(Error::new(Code::Size, NAME, "a message that is too long")),
        }
    }

    /// Checks the tag and decrypts.
    ///
    /// # Errors
    ///
    /// [`Code::Decryption`], always the same error, if the tag is not the whole right one.
    ///
    /// # Timing
    ///
    /// The comparison of the tag is constant-time.
    pub fn decrypt(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8],
    ) -> Result<Vec<u8>> {
        let refused =
            || Error::new(Code::Decryption, NAME, "this key and nonce do not open the ciphertext");
        if tag.len() != TAG_LENGTH {
            return Err(refused());
        }
        let mut out = [ciphertext, tag].concat();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        self.key.open_in_place(nonce, Aad::from(aad), &mut out).map_err(|_| refused())?;
        out.truncate(ciphertext.len());
        Ok(out)
    }
}

/// [`AesGcmKey`] for text that comes in pieces.
///
/// # Errors
///
/// As [`AesGcmKey::new`].
pub(crate) fn pieces(key: &[u8], nonce: &[u8; NONCE_LENGTH]) -> Result<GcmPieces> {
    AesGcmKey::new(key)?;
    let cipher: Option<Box<dyn EncryptBlocks>> = match key.len() {
        16 => aes::Aes128::new_from_slice(key).ok().map(|cipher| Box::new(Aes(cipher)) as _),
        _ => aes::Aes256::new_from_slice(key).ok().map(|cipher| Box::new(Aes(cipher)) as _),
    };
    let cipher = cipher.ok_or_else(|| Error::new(Code::Argument, NAME, "not an AES key"))?;
    Ok(GcmPieces::new(cipher, Level::current(), nonce))
}

struct Aes<C>(C);

impl<C: BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>> EncryptBlocks for Aes<C> {
    fn encrypt_blocks(&self, blocks: &mut [[u8; BLOCK]]) {
        self.0.encrypt_blocks(Array::cast_slice_from_core_mut(blocks));
    }
}

impl fmt::Debug for AesGcmKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesGcmKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encrypted_opens_and_nothing_else_does() {
        for length in [16, 32] {
            let key = AesGcmKey::new(&vec![7; length]).unwrap();
            let (ciphertext, tag) = key.encrypt(&[1; 12], b"header", b"message").unwrap();
            assert_eq!(key.decrypt(&[1; 12], b"header", &ciphertext, &tag).unwrap(), b"message");
            let refused = |nonce: &[u8; 12], aad: &[u8], ciphertext: &[u8], tag: &[u8]| {
                key.decrypt(nonce, aad, ciphertext, tag).unwrap_err().code() == Code::Decryption
            };
            assert!(refused(&[2; 12], b"header", &ciphertext, &tag));
            assert!(refused(&[1; 12], b"Header", &ciphertext, &tag));
            assert!(refused(&[1; 12], b"header", &ciphertext[1..], &tag));
            assert!(refused(&[1; 12], b"header", &ciphertext, &tag[..15]));
            for index in 0..TAG_LENGTH {
                let mut bent = tag;
                bent[index] ^= 1;
                assert!(refused(&[1; 12], b"header", &ciphertext, &bent));
            }
        }
    }

    #[test]
    fn other_key_lengths_are_named() {
        assert_eq!(AesGcmKey::new(&[0; 24]).unwrap_err().code(), Code::Algorithm);
        assert_eq!(AesGcmKey::new(&[0; 15]).unwrap_err().code(), Code::Argument);
        assert_eq!(AesGcmKey::new(&[]).unwrap_err().code(), Code::Argument);
    }
}
