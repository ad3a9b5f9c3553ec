//! Counter mode.

use super::block::{Blocks, Engine, RUN, xor};
use super::{BLOCK, Sm4Key};

impl Sm4Key {
    /// Encrypts or decrypts by CTR: the counter is the whole iv, 128 bits big endian, plus one for
    /// each block, modulo 2^128.
    ///
    /// CTR hides and does not protect. The counter blocks of two messages must never meet.
    pub fn ctr(&self, iv: &[u8; BLOCK], data: &[u8]) -> Vec<u8> {
        ctr(&self.encryptor(), iv, data)
    }
}

pub(super) fn ctr(engine: &Engine, iv: &[u8; BLOCK], data: &[u8]) -> Vec<u8> {
    let mut counter = u128::from_be_bytes(*iv);
    let mut stream = KeyStream::new(engine, data.len().div_ceil(BLOCK), || {
        let block = counter.to_be_bytes();
        counter = counter.wrapping_add(1);
        block
    });
    let mut out = Vec::with_capacity(data.len());
    stream.mask(data, |piece, mask| {
        masked(&mut out, piece, mask);
    });
    out
}

/// Appends the piece, masked.
pub(super) fn masked<'a>(out: &'a mut Vec<u8>, piece: &[u8], mask: &[u8]) -> &'a [u8] {
    let start = out.len();
    out.extend_from_slice(piece);
    let new = &mut out[start..];
    xor(new, mask);
    new
}

/// Encrypted blocks, made as many at once as is best; wiped when dropped.
pub(super) struct KeyStream<'a, N> {
    engine: &'a Engine,
    next: N,
    run: Blocks,
    /// Blocks that will be wanted and are not made.
    left: usize,
    used: usize,
    made: usize,
}

impl<'a, N: FnMut() -> [u8; BLOCK]> KeyStream<'a, N> {
    /// A stream of so many blocks in all; `next` gives what is encrypted.
    pub(super) fn new(engine: &'a Engine, blocks: usize, next: N) -> Self {
        KeyStream { engine, next, run: Blocks::new(), left: blocks, used: 0, made: 0 }
    }

    /// Goes through the data in pieces, each with the mask for it. A piece is whole blocks, but for
    /// the last.
    pub(super) fn mask(&mut self, data: &[u8], mut each: impl FnMut(&[u8], &[u8])) {
        let mut rest = data;
        while !rest.is_empty() {
            let mask = self.some(rest.len().div_ceil(BLOCK)).as_flattened();
            let (piece, after) = rest.split_at(mask.len().min(rest.len()));
            each(piece, mask);
            rest = after;
        }
    }

    /// One block.
    pub(super) fn block(&mut self) -> [u8; BLOCK] {
        self.some(1)[0]
    }

    /// At least one block, and at most so many.
    fn some(&mut self, most: usize) -> &[[u8; BLOCK]] {
        if self.used == self.made {
            self.made = self.left.clamp(1, RUN);
            self.left = self.left.saturating_sub(self.made);
            let blocks = &mut self.run.0[..self.made];
            blocks.fill_with(&mut self.next);
            self.engine.apply(blocks);
            self.used = 0;
        }
        let start = self.used;
        self.used = self.made.min(start + most);
        &self.run.0[start..self.used]
    }
}
