//! Counter mode.

use super::{BLOCK, Sm4Key};
use zeroize::Zeroize;

/// How many blocks of key stream are made at once.
const RUN: usize = 32;

impl Sm4Key {
    /// Encrypts or decrypts by CTR: the counter is the whole iv, 128 bits big endian, plus one for
    /// each block, modulo 2^128.
    ///
    /// CTR hides and does not protect. The counter blocks of two messages must never meet.
    pub fn ctr(&self, iv: &[u8; BLOCK], data: &[u8]) -> Vec<u8> {
        let mut counter = u128::from_be_bytes(*iv);
        let mut out = data.to_vec();
        self.apply_stream(&mut out, || {
            let block = counter.to_be_bytes();
            counter = counter.wrapping_add(1);
            block
        });
        out
    }

    /// Masks `data` with the encrypted blocks that `next` gives.
    pub(super) fn apply_stream(&self, data: &mut [u8], mut next: impl FnMut() -> [u8; BLOCK]) {
        let mut stream = [[0; BLOCK]; RUN];
        for piece in data.chunks_mut(RUN * BLOCK) {
            let wanted = piece.len().div_ceil(BLOCK).min(RUN);
            for block in &mut stream[..wanted] {
                *block = next();
            }
            self.cipher.encrypt(&mut stream[..wanted]);
            for (byte, mask) in piece.iter_mut().zip(stream.as_flattened()) {
                *byte ^= mask;
            }
        }
        stream.as_flattened_mut().zeroize();
    }
}
