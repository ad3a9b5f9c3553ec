//! CBC with PKCS#7 padding.

use super::block::{Blocks, Engine, RUN, xor};
use super::{BLOCK, Sm4Key};
use crate::crypto::declassify::declassify;
use crate::crypto::parallel;
use crate::error::{Code, Error, Result};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeLess};
use zeroize::Zeroize;

impl Sm4Key {
    /// Pads the message by PKCS#7 and encrypts it by CBC: 1 to 16 bytes longer than the message.
    ///
    /// CBC hides and does not protect: whoever can change the ciphertext changes the message. The
    /// iv has to be random and new for each message.
    pub fn cbc_encrypt(&self, iv: &[u8; BLOCK], message: &[u8]) -> Vec<u8> {
        encrypt(&self.encryptor(), iv, message)
    }

    /// [`cbc_encrypt`](Self::cbc_encrypt) for many messages, each with its iv: the results in the
    /// order of the items, on up to `threads` threads.
    ///
    /// Many times as fast: the blocks of one message have to wait for one another, and those of
    /// other messages fill the time.
    pub fn cbc_encrypt_many(
        &self,
        items: &[(&[u8; BLOCK], &[u8])],
        threads: usize,
    ) -> Vec<Vec<u8>> {
        let engine = self.encryptor();
        parallel::map_runs(items, threads, MANY, |items, _| encrypt_many(&engine, items))
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
        decrypt(&self.decryptor(), iv, ciphertext)
    }
}

/// Messages that one thread takes at once: enough that few lanes are empty at the end.
const MANY: usize = 1024;

pub(super) fn encrypt(engine: &Engine, iv: &[u8; BLOCK], message: &[u8]) -> Vec<u8> {
    let mut out = padded(message);
    let mut previous = iv;
    for block in out.as_chunks_mut().0 {
        xor(block, previous);
        engine.apply(std::slice::from_mut(block));
        previous = block;
    }
    out
}

/// The message with its padding.
fn padded(message: &[u8]) -> Vec<u8> {
    let padding = BLOCK - message.len() % BLOCK;
    let mut out = Vec::with_capacity(message.len() + padding);
    out.extend_from_slice(message);
    out.resize(message.len() + padding, padding as u8);
    out
}

/// One message in each lane; when it ends, the next that waits takes its place.
pub(super) fn encrypt_many(engine: &Engine, items: &[(&[u8; BLOCK], &[u8])]) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = items.iter().map(|(_, message)| padded(message)).collect();
    let mut waiting = out.iter_mut().zip(items);
    let mut next = || {
        let (out, (iv, _)) = waiting.next()?;
        Some((out.as_chunks_mut().0.iter_mut(), **iv))
    };
    let mut lanes = Vec::with_capacity(RUN);
    let mut targets: Vec<&mut [u8; BLOCK]> = Vec::with_capacity(RUN);
    let mut state = Blocks::new();
    for (state, (blocks, iv)) in state.0.iter_mut().zip(std::iter::from_fn(&mut next)) {
        *state = iv;
        lanes.push(blocks);
    }
    while !lanes.is_empty() {
        let mut lane = 0;
        while lane < lanes.len() {
            if let Some(block) = lanes[lane].next() {
                xor(&mut state.0[lane], block);
                targets.push(block);
                lane += 1;
            } else if let Some((blocks, iv)) = next() {
                lanes[lane] = blocks;
                state.0[lane] = iv;
            } else {
                let _ended = lanes.swap_remove(lane);
                state.0[lane] = state.0[lanes.len()];
            }
        }
        engine.apply(&mut state.0[..lanes.len()]);
        for (target, state) in targets.drain(..).zip(&state.0) {
            *target = *state;
        }
    }
    out
}

pub(super) fn decrypt(engine: &Engine, iv: &[u8; BLOCK], ciphertext: &[u8]) -> Result<Vec<u8>> {
    let (blocks, rest) = ciphertext.as_chunks::<BLOCK>();
    if blocks.is_empty() || !rest.is_empty() {
        return Err(undecryptable());
    }
    let mut out = Vec::with_capacity(ciphertext.len());
    let mut last = iv;
    for piece in blocks.chunks(RUN) {
        let start = out.len();
        out.extend_from_slice(piece.as_flattened());
        let (new, _) = out[start..].as_chunks_mut();
        engine.apply(new);
        xor(&mut new[0], last);
        xor(new[1..].as_flattened_mut(), piece.as_flattened());
        last = &piece[piece.len() - 1];
    }
    let Some(last) = out.last_chunk() else { return Err(undecryptable()) };
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

/// Whether the block ends in good padding, and its length.
pub(super) fn padding(last: &[u8; BLOCK]) -> (Choice, u8) {
    let length = last[BLOCK - 1];
    let mut good = !length.ct_eq(&0) & length.ct_lt(&(BLOCK as u8 + 1));
    for (byte, from_end) in last.iter().rev().zip(0u8..) {
        let inside = from_end.ct_lt(&length);
        good &= !inside | byte.ct_eq(&length);
    }
    (good, u8::conditional_select(&0, &length, good))
}

fn undecryptable() -> Error {
    Error::new(Code::Decryption, "SM4-CBC", "this key does not open the ciphertext")
}
