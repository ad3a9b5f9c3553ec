//! CBC with PKCS#7 padding.

use super::{BLOCK, Sm4Key, whole_blocks};
use crate::crypto::declassify::declassify;
use crate::error::{Code, Error, Result};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeLess};
use zeroize::Zeroize;

impl Sm4Key {
    /// Pads the message by PKCS#7 and encrypts it by CBC: 1 to 16 bytes longer than the message.
    ///
    /// CBC hides and does not protect: whoever can change the ciphertext changes the message. The
    /// iv has to be random and new for each message.
    pub fn cbc_encrypt(&self, iv: &[u8; BLOCK], message: &[u8]) -> Vec<u8> {
        let padding = BLOCK - message.len() % BLOCK;
        let mut out = Vec::with_capacity(message.len() + padding);
        out.extend_from_slice(message);
        out.resize(message.len() + padding, padding as u8);
        let mut previous = *iv;
        for block in out.as_chunks_mut::<BLOCK>().0 {
            xor(block, &previous);
            *block = self.cipher.encrypted(*block);
            previous = *block;
        }
        out
    }

    /// Decrypts by CBC and takes the PKCS#7 padding off.
    ///
    /// # Errors
    ///
    /// [`Code::Decryption`], always the same error: a length that is not a positive multiple of 16,
    /// or padding that is wrong in any way. Do not let a stranger see even that: protect the
    /// ciphertext by a signature or a tag and check it first.
    ///
    /// # Timing
    ///
    /// The check of the padding is constant-time.
    pub fn cbc_decrypt(&self, iv: &[u8; BLOCK], ciphertext: &[u8]) -> Result<Vec<u8>> {
        let mut out = ciphertext.to_vec();
        let blocks = whole_blocks(&mut out).map_err(|_| undecryptable())?;
        self.cipher.decrypt(blocks);
        let (previous, _) = ciphertext.as_chunks::<BLOCK>();
        for (block, previous) in blocks.iter_mut().zip(std::iter::once(iv).chain(previous)) {
            xor(block, previous);
        }
        let Some(last) = blocks.last() else { return Err(undecryptable()) };
        let (good, padding) = declassify(padding(last));
        match out.len().checked_sub(usize::from(padding)) {
            Some(length) if bool::from(good) => {
                out.truncate(length);
                Ok(out)
            }
            _ => {
                out.zeroize();
                Err(undecryptable())
            }
        }
    }
}

/// Whether the block ends in good padding, and its length.
fn padding(last: &[u8; BLOCK]) -> (Choice, u8) {
    let length = last[BLOCK - 1];
    let mut good = !length.ct_eq(&0) & length.ct_lt(&(BLOCK as u8 + 1));
    for (byte, from_end) in last.iter().rev().zip(0u8..) {
        let inside = from_end.ct_lt(&length);
        good &= !inside | byte.ct_eq(&length);
    }
    (good, u8::conditional_select(&0, &length, good))
}

fn xor(block: &mut [u8; BLOCK], other: &[u8; BLOCK]) {
    for (byte, other) in block.iter_mut().zip(other) {
        *byte ^= other;
    }
}

fn undecryptable() -> Error {
    Error::new(Code::Decryption, "SM4-CBC", "this key does not open the ciphertext")
}
