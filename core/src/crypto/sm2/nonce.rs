//! Hedged nonces.
//!
//! A nonce depends on the private key, the digest, fresh random bytes and the index within the
//! call. So a broken random source alone, or a fault in the digest alone, does not repeat one.

use crate::crypto::backend::Level;
use crate::crypto::hazmat::Sm2Digest;
use crate::crypto::sm3::{START, compress_each, to_bytes};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// As long as it is so that, with V and the round before it, it ends a block.
const LABEL: &[u8; 31] = b"yinxin SM2 hedged nonce, form 2";

/// How many nonces of a run are made in step: as many as the widest vector has lanes.
const LANES: usize = 16;

/// HMAC's inner state after the first key, all zeros, and the block V || 0 || label with the first V.
const FIRST_INNER: [u32; 8] = [
    0xa2e0_465d,
    0x73bf_ee9a,
    0xdd32_357f,
    0x458f_43e2,
    0x73b8_6fe4,
    0x7f0b_884f,
    0xd06e_f39c,
    0x1108_e8f7,
];
/// HMAC's outer state after the first key.
const FIRST_OUTER: [u32; 8] = [
    0x69f2_3db2,
    0xb0ef_d84c,
    0x7dc1_32e0,
    0x2855_d81f,
    0x4353_9464,
    0x96af_80b2,
    0x91cf_7b06,
    0x4382_0bbd,
];

/// The first candidate of each signature of a run, the first of which has the index `start` within
/// the call: what [`Nonces`] gives, made side by side.
pub(super) fn first_candidates(
    level: Level,
    d: &[u8; 32],
    digests: &[Sm2Digest],
    random: &[u8; 32],
    start: u64,
) -> Vec<Zeroizing<[u8; 32]>> {
    let mut candidates = Vec::with_capacity(digests.len());
    let mut index = start;
    for digests in digests.chunks(LANES) {
        let mut generators = Drbg::<LANES>::new(level, d, digests, random, index);
        generators.turn();
        candidates.extend(generators.value.iter().take(digests.len()).map(|k| Zeroizing::new(*k)));
        index += LANES as u64;
    }
    candidates
}

/// Candidates for the nonce of one signature, wiped when dropped.
pub(super) struct Nonces {
    generator: Drbg<1>,
    used: bool,
}

impl Nonces {
    /// Seeds from the private key d, the digest e, 32 random bytes read in this call and the index
    /// of the signature within the call.
    pub(super) fn new(d: &[u8; 32], e: &[u8; 32], random: &[u8; 32], index: u64) -> Self {
        let generator = Drbg::new(Level::Portable, d, &[Sm2Digest(*e)], random, index);
        Nonces { generator, used: false }
    }

    /// 32 uniform bytes; the caller rejects those outside 1..=n-1 and asks again.
    pub(super) fn next(&mut self) -> Zeroizing<[u8; 32]> {
        if self.used {
            self.generator.reseed();
        }
        self.used = true;
        self.generator.turn();
        Zeroizing::new(self.generator.value[0])
    }
}

/// HMAC-DRBG with SM3, N times in step.
///
/// What is hashed lies so that nothing is hashed twice: the first key and the first block are the
/// same for all, and a key is taken into HMAC's two states once. A first candidate takes 17 blocks.
///
/// # Source
///
/// The construction of RFC 6979 clause 3.2, with more inputs.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Drbg<const N: usize> {
    #[zeroize(skip)]
    level: Level,
    #[zeroize(skip)]
    count: usize,
    /// HMAC's states after the key K.
    inner: [[u32; 8]; N],
    outer: [[u32; 8]; N],
    /// V.
    value: [[u8; 32]; N],
    /// The hash at work.
    state: [[u32; 8]; N],
    block: [[u8; 64]; N],
}

impl<const N: usize> Drbg<N> {
    /// Seeded for at most N digests with consecutive indices from `start`.
    fn new(
        level: Level,
        d: &[u8; 32],
        digests: &[Sm2Digest],
        random: &[u8; 32],
        start: u64,
    ) -> Self {
        let mut new = Drbg {
            level,
            count: digests.len().min(N),
            inner: [FIRST_INNER; N],
            outer: [FIRST_OUTER; N],
            value: [[0x01; 32]; N],
            state: [[0; 8]; N],
            block: [[0; 64]; N],
        };
        // Of the inputs of both updates, what follows V, the round and the label.
        let mut seeds = Zeroizing::new([[[0; 64]; N]; 2]);
        let [first, second] = &mut *seeds;
        let lanes = first.iter_mut().zip(second).zip(digests).zip(start..);
        for (((first, second), digest), index) in lanes {
            first[..32].copy_from_slice(d);
            first[32..].copy_from_slice(&digest.0);
            second[..32].copy_from_slice(random);
            second[32..40].copy_from_slice(&index.to_be_bytes());
            end(second, 40, 64 + 64 + 64 + 40);
        }
        new.state = new.inner;
        new.update(&seeds);
        for (block, value) in new.block.iter_mut().zip(&new.value) {
            block[..32].copy_from_slice(value);
            block[32] = 0x01;
            block[33..].copy_from_slice(LABEL);
        }
        new.state = new.inner;
        compress_each(level, &mut new.state[..new.count], &new.block);
        new.update(&seeds);
        new
    }

    /// V = HMAC(K, V).
    fn turn(&mut self) {
        self.state = self.inner;
        for (block, value) in self.block.iter_mut().zip(&self.value) {
            last_with(block, value);
        }
        self.compress();
        self.outer_hash();
        for (value, state) in self.value.iter_mut().zip(&self.state) {
            *value = to_bytes(state);
        }
    }

    /// K = HMAC(K, V || 0), V = HMAC(K, V): what RFC 6979 has between two candidates.
    fn reseed(&mut self) {
        self.state = self.inner;
        for (block, value) in self.block.iter_mut().zip(&self.value) {
            block[..32].copy_from_slice(value);
            block[32] = 0x00;
            end(block, 33, 64 + 33);
        }
        self.compress();
        self.outer_hash();
        self.take_key();
        self.turn();
    }

    /// The rest of an update of which the first block is hashed.
    fn update(&mut self, seeds: &[[[u8; 64]; N]; 2]) {
        for blocks in seeds {
            compress_each(self.level, &mut self.state[..self.count], blocks);
        }
        self.outer_hash();
        self.take_key();
        self.turn();
    }

    /// From HMAC's inner hash to the tag.
    fn outer_hash(&mut self) {
        for (block, state) in self.block.iter_mut().zip(&self.state) {
            last_with(block, &to_bytes(state));
        }
        self.state = self.outer;
        self.compress();
    }

    /// Makes the hash at work the key K.
    fn take_key(&mut self) {
        self.outer = [START; N];
        for (block, state) in self.block.iter_mut().zip(&self.state) {
            *block = [0x5c; 64];
            for (byte, key) in block.iter_mut().zip(to_bytes(state)) {
                *byte ^= key;
            }
        }
        compress_each(self.level, &mut self.outer[..self.count], &self.block);
        self.inner = [START; N];
        for byte in self.block.as_flattened_mut() {
            *byte ^= 0x5c ^ 0x36;
        }
        compress_each(self.level, &mut self.inner[..self.count], &self.block);
    }

    fn compress(&mut self) {
        compress_each(self.level, &mut self.state[..self.count], &self.block);
    }
}

/// The block that ends HMAC's inner or outer hash of 32 bytes.
fn last_with(block: &mut [u8; 64], bytes: &[u8; 32]) {
    block[..32].copy_from_slice(bytes);
    end(block, 32, 64 + 32);
}

/// Puts SM3's padding after `filled` bytes of the last block of a message of `length` bytes.
fn end(block: &mut [u8; 64], filled: usize, length: u64) {
    block[filled..].fill(0);
    block[filled] = 0x80;
    block[56..].copy_from_slice(&(length * 8).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hmac_sm3::HmacSm3;
    use crate::crypto::sm3::compress_each as each;

    fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = HmacSm3::new(key);
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize()
    }

    /// HMAC-DRBG as RFC 6979 writes it.
    fn as_written(seed: &[&[u8]], candidates: usize) -> Vec<[u8; 32]> {
        let (mut k, mut v) = ([0x00; 32], [0x01; 32]);
        for round in [0x00, 0x01] {
            k = hmac(&k, &[&[&v[..], &[round]], seed].concat());
            v = hmac(&k, &[&v]);
        }
        let mut out = Vec::new();
        for _ in 0..candidates {
            v = hmac(&k, &[&v]);
            out.push(v);
            k = hmac(&k, &[&v, &[0x00]]);
            v = hmac(&k, &[&v]);
        }
        out
    }

    #[test]
    fn the_first_states() {
        let mut states = [START; 2];
        each(Level::Portable, &mut states, &[[0x36; 64], [0x5c; 64]]);
        let mut block = [0x01; 64];
        block[32] = 0x00;
        block[33..].copy_from_slice(LABEL);
        each(Level::Portable, &mut states[..1], &[block]);
        assert_eq!(states, [FIRST_INNER, FIRST_OUTER], "{states:#010x?}");
    }

    #[test]
    fn one_and_many_are_the_construction() {
        let (d, random) = ([0xd1; 32], [0x4a; 32]);
        for level in Level::available() {
            for count in 0..=40u8 {
                let start = u64::from(u32::MAX) - 3;
                let digests: Vec<Sm2Digest> = (0..count).map(|i| Sm2Digest([i; 32])).collect();
                let many = first_candidates(level, &d, &digests, &random, start);
                assert_eq!(many.len(), digests.len());
                for ((k, digest), index) in many.iter().zip(&digests).zip(start..) {
                    let bytes = index.to_be_bytes();
                    let written = as_written(&[LABEL, &d, &digest.0, &random, &bytes], 3);
                    assert_eq!(**k, written[0], "{level:?}, {count}");
                    let mut nonces = Nonces::new(&d, &digest.0, &random, index);
                    assert_eq!([(); 3].map(|()| *nonces.next()), written[..]);
                }
            }
        }
    }
}
