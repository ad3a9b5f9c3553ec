//! CBC over text that comes in pieces of whole blocks.

use super::block::{Blocks, Engine, RUN, xor};
use super::cbc::padding;
use super::{BLOCK, Sm4Key};
use crate::crypto::declassify::declassify;

/// A text on its way.
pub(crate) struct CbcPieces {
    engine: Engine,
    /// The block of ciphertext before the next one.
    last: [u8; BLOCK],
}

impl Sm4Key {
    /// Encrypts pieces.
    pub(crate) fn cbc_encryptor(&self, iv: &[u8; BLOCK]) -> CbcPieces {
        CbcPieces { engine: self.encryptor(), last: *iv }
    }

    /// Decrypts pieces.
    pub(crate) fn cbc_decryptor(&self, iv: &[u8; BLOCK]) -> CbcPieces {
        CbcPieces { engine: self.decryptor(), last: *iv }
    }
}

impl CbcPieces {
    /// Encrypts the next blocks in place.
    pub(crate) fn encrypt(&mut self, blocks: &mut [[u8; BLOCK]]) {
        for block in blocks {
            xor(block, &self.last);
            self.engine.apply(std::slice::from_mut(block));
            self.last = *block;
        }
    }

    /// Decrypts the next blocks in place.
    pub(crate) fn decrypt(&mut self, blocks: &mut [[u8; BLOCK]]) {
        let mut before = Blocks::new();
        for run in blocks.chunks_mut(RUN) {
            let before = &mut before.0[..run.len()];
            before.copy_from_slice(run);
            self.engine.apply(run);
            xor(&mut run[0], &self.last);
            xor(run[1..].as_flattened_mut(), before.as_flattened());
            self.last = before[before.len() - 1];
        }
    }
}

/// How many bytes of the last block of a text are text; `None` for padding that is wrong in any way.
pub(crate) fn text_in_last(block: &[u8; BLOCK]) -> Option<usize> {
    let (good, padding) = declassify(padding(block));
    BLOCK.checked_sub(usize::from(padding)).filter(|_| bool::from(good))
}

/// What is left of a text behind its whole blocks, padded to one more.
pub(crate) fn padded_last(rest: &[u8]) -> [u8; BLOCK] {
    let rest = &rest[..rest.len().min(BLOCK - 1)];
    let mut block = [(BLOCK - rest.len()) as u8; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    block
}
