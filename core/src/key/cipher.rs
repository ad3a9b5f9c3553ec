//! The block ciphers of key files, in CBC with PKCS#7 padding.
//!
//! # Timing
//!
//! SM4 and AES are constant-time; 3DES and RC2, with which old files are read, look secrets up in
//! tables.

use crate::asn1::{Oid, oid};
use crate::crypto::sm4::Sm4Key;
use crate::error::{Code, Error, Result};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt};
use cbc::cipher::{KeyInit, KeyIvInit};
use zeroize::Zeroizing;

/// A cipher of key files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cipher {
    Sm4,
    Aes128,
    Aes192,
    Aes256,
    TripleDesLegacy,
    Rc2Of40BitsLegacy,
}

impl Cipher {
    /// The cipher of an identifier in PBES2.
    pub(super) fn from_oid(identifier: &Oid) -> Option<Cipher> {
        Some(match *identifier {
            oid::SM4_CBC => Cipher::Sm4,
            oid::AES_128_CBC => Cipher::Aes128,
            oid::AES_192_CBC => Cipher::Aes192,
            oid::AES_256_CBC => Cipher::Aes256,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Cipher::Sm4 => "SM4-CBC",
            Cipher::Aes128 => "AES-128-CBC",
            Cipher::Aes192 => "AES-192-CBC",
            Cipher::Aes256 => "AES-256-CBC",
            Cipher::TripleDesLegacy => "3DES-CBC",
            Cipher::Rc2Of40BitsLegacy => "RC2-40-CBC",
        }
    }

    /// The length of a key in bytes.
    pub(super) fn key_length(self) -> usize {
        match self {
            Cipher::Sm4 | Cipher::Aes128 => 16,
            Cipher::Aes192 | Cipher::TripleDesLegacy => 24,
            Cipher::Aes256 => 32,
            Cipher::Rc2Of40BitsLegacy => 5,
        }
    }

    /// The length of a block and of an IV in bytes.
    pub(super) fn block_length(self) -> usize {
        match self {
            Cipher::TripleDesLegacy | Cipher::Rc2Of40BitsLegacy => 8,
            _ => 16,
        }
    }

    /// Decrypts and takes the padding off; one error for every cause.
    pub(super) fn decrypt(
        self,
        key: &[u8],
        iv: &[u8],
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let plain = match self {
            Cipher::Sm4 => {
                let iv = iv.try_into().map_err(|_| undecryptable())?;
                Sm4Key::new(key)?.cbc_decrypt(iv, ciphertext).ok()
            }
            Cipher::Aes128 => decrypt_with::<aes::Aes128>(key, iv, ciphertext),
            Cipher::Aes192 => decrypt_with::<aes::Aes192>(key, iv, ciphertext),
            Cipher::Aes256 => decrypt_with::<aes::Aes256>(key, iv, ciphertext),
            Cipher::TripleDesLegacy => decrypt_with::<des::TdesEde3>(key, iv, ciphertext),
            Cipher::Rc2Of40BitsLegacy => decrypt_rc2(key, iv, ciphertext),
        };
        plain.map(Zeroizing::new).ok_or_else(undecryptable)
    }

    /// Pads and encrypts.
    ///
    /// # Errors
    ///
    /// [`Code::Algorithm`] for the ciphers of old, with which nothing is written.
    pub(super) fn encrypt(self, key: &[u8], iv: &[u8; 16], plain: &[u8]) -> Result<Vec<u8>> {
        let out = match self {
            Cipher::Sm4 => Some(Sm4Key::new(key)?.cbc_encrypt(iv, plain)),
            Cipher::Aes128 => encrypt_with::<aes::Aes128>(key, iv, plain),
            Cipher::Aes192 => encrypt_with::<aes::Aes192>(key, iv, plain),
            Cipher::Aes256 => encrypt_with::<aes::Aes256>(key, iv, plain),
            Cipher::TripleDesLegacy | Cipher::Rc2Of40BitsLegacy => None,
        };
        out.ok_or_else(|| {
            let message = format!("nothing is encrypted with {}", self.name());
            Error::new(Code::Algorithm, "key file", message)
        })
    }
}

fn decrypt_with<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    ciphertext: &[u8],
) -> Option<Vec<u8>> {
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
    cipher.decrypt_padded_vec::<Pkcs7>(ciphertext).ok()
}

fn decrypt_rc2(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    use cbc::cipher::InnerIvInit;
    let cipher = rc2::Rc2::new_with_eff_key_len(key.get(..5)?, 40);
    let cipher = cbc::Decryptor::inner_iv_slice_init(cipher, iv).ok()?;
    cipher.decrypt_padded_vec::<Pkcs7>(ciphertext).ok()
}

fn encrypt_with<C: BlockCipherEncrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    plain: &[u8],
) -> Option<Vec<u8>> {
    let cipher = cbc::Encryptor::<C>::new_from_slices(key, iv).ok()?;
    Some(cipher.encrypt_padded_vec::<Pkcs7>(plain))
}

fn undecryptable() -> Error {
    Error::new(Code::Decryption, "key file", "this key does not open the ciphertext")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encrypted_comes_back() {
        for cipher in [Cipher::Sm4, Cipher::Aes128, Cipher::Aes192, Cipher::Aes256] {
            let key: Vec<u8> = (0..cipher.key_length() as u8).collect();
            for length in [0, 1, 15, 16, 17, 100] {
                let plain = vec![0x5a; length];
                let sealed = cipher.encrypt(&key, &[9; 16], &plain).unwrap();
                assert_eq!(sealed.len(), length / 16 * 16 + 16);
                assert_eq!(*cipher.decrypt(&key, &[9; 16], &sealed).unwrap(), plain);
                for bad in [&sealed[1..], &sealed[..0], &sealed[..sealed.len() - 1]] {
                    let error = cipher.decrypt(&key, &[9; 16], bad).unwrap_err();
                    assert_eq!(error.code(), Code::Decryption);
                }
            }
            assert!(cipher.decrypt(&key[1..], &[9; 16], &[0; 16]).is_err());
            assert!(cipher.decrypt(&key, &[9; 15], &[0; 16]).is_err());
        }
    }

    #[test]
    fn nothing_is_written_with_the_old_ones() {
        for cipher in [Cipher::TripleDesLegacy, Cipher::Rc2Of40BitsLegacy] {
            let key = vec![1; cipher.key_length()];
            let error = cipher.encrypt(&key, &[0; 16], b"x").unwrap_err();
            assert_eq!(error.code(), Code::Algorithm);
            assert!(cipher.decrypt(&key, &[0; 8], &[0; 7]).is_err());
            assert!(cipher.decrypt(&[], &[0; 8], &[0; 8]).is_err());
        }
    }
}
