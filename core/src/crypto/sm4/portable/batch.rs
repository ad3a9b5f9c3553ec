//! Sixteen blocks at once: each bit of all of them in a word of its own.
//!
//! The state is four words of eight planes. Plane i holds bit i of each byte of that word, 16 bits
//! for a byte: first those of the least significant byte in all blocks, then those of the next. So
//! turning the word by a byte turns every plane by 16 bits, and turning it by a bit only gives the
//! planes other numbers, but for those that wrap into the next byte.

use super::super::BLOCK;
use super::super::block::wipe;
use super::s_box::s_box;
use super::{AFTER, BEFORE, single};
use std::sync::OnceLock;
use zeroize::Zeroizing;

const BLOCKS: usize = 16;
/// Up to here blocks are worked on one by one: as fast, and without [`Slices::planes`].
const FEW: usize = 2;

type Planes = [u64; 8];

/// The round keys in the order of use, and as planes once they are needed.
pub(in super::super) struct Slices {
    keys: Zeroizing<[u32; 32]>,
    planes: OnceLock<Box<Zeroizing<[Planes; 32]>>>,
}

impl Slices {
    pub(in super::super) fn new(keys: &Zeroizing<[u32; 32]>) -> Self {
        Slices { keys: keys.clone(), planes: OnceLock::new() }
    }

    /// Encrypts, or decrypts if the keys are in reverse order.
    pub(in super::super) fn apply(&self, blocks: &mut [[u8; BLOCK]]) {
        if blocks.len() <= FEW {
            return blocks.iter_mut().for_each(|block| single::apply(&self.keys, block));
        }
        let planes = self.planes.get_or_init(|| planes(&self.keys));
        let (whole, rest) = blocks.as_chunks_mut();
        for blocks in whole {
            run(planes, blocks);
        }
        if rest.len() <= FEW {
            return rest.iter_mut().for_each(|block| single::apply(&self.keys, block));
        }
        let mut padded = [[0; BLOCK]; BLOCKS];
        padded[..rest.len()].copy_from_slice(rest);
        run(planes, &mut padded);
        rest.copy_from_slice(&padded[..rest.len()]);
        wipe(&mut padded);
    }
}

/// The round keys, and in them what the circuit leaves out of the S-box: a word then lacks a
/// constant in every other turn of four rounds, and in the end no longer.
fn planes(keys: &[u32; 32]) -> Box<Zeroizing<[Planes; 32]>> {
    let mut all = Box::new(Zeroizing::new([[0; 8]; 32]));
    for (round, (planes, key)) in all.iter_mut().zip(keys).enumerate() {
        let lacking = [1, 2, 3].iter().filter(|i| (round + *i) / 4 % 2 == 1).count();
        let constant = BEFORE ^ if lacking % 2 == 1 { AFTER.rotate_left(2) } else { 0 };
        let spread = spread(key ^ u32::from_ne_bytes([constant; 4]));
        for (bit, plane) in planes.iter_mut().enumerate() {
            *plane = (spread >> bit & 0x0001_0001_0001_0001) * 0xffff;
        }
    }
    all
}

fn run(keys: &[Planes; 32], blocks: &mut [[u8; BLOCK]; BLOCKS]) {
    let mut state: [Planes; 4] = std::array::from_fn(|word| slice(blocks, word));
    for keys in keys.as_chunks::<4>().0 {
        let [a, b, c, d] = &mut state;
        round(a, [b, c, d], &keys[0]);
        round(b, [c, d, a], &keys[1]);
        round(c, [d, a, b], &keys[2]);
        round(d, [a, b, c], &keys[3]);
    }
    for (word, planes) in state.iter().rev().enumerate() {
        unslice(*planes, blocks, word);
    }
}

#[inline(always)]
fn round(x: &mut Planes, [a, b, c]: [&Planes; 3], key: &Planes) {
    let s = s_box(std::array::from_fn(|i| a[i] ^ b[i] ^ c[i] ^ key[i]));
    // L(s) = s ^ s <<< 24 ^ (s ^ s <<< 8 ^ s <<< 16) <<< 2
    let sum: Planes = std::array::from_fn(|i| s[i] ^ s[i].rotate_left(16) ^ s[i].rotate_left(32));
    for i in 0..8 {
        let by_two = if i < 2 { sum[i + 6].rotate_left(16) } else { sum[i - 2] };
        x[i] ^= s[i] ^ s[i].rotate_left(48) ^ by_two;
    }
}

/// Takes one word of every block apart.
#[inline(always)]
fn slice(blocks: &[[u8; BLOCK]; BLOCKS], word: usize) -> Planes {
    let read = |block: usize| {
        let words = blocks[block].as_chunks::<4>().0;
        spread(u32::from_be_bytes(words[word]))
    };
    let mut rows = std::array::from_fn(|row| read(row) | read(row + 8) << 8);
    transpose(&mut rows);
    rows
}

/// Puts one word of every block together.
#[inline(always)]
fn unslice(mut planes: Planes, blocks: &mut [[u8; BLOCK]; BLOCKS], word: usize) {
    transpose(&mut planes);
    let (low, high) = blocks.split_at_mut(8);
    for ((row, low), high) in planes.iter().zip(low).zip(high) {
        low.as_chunks_mut::<4>().0[word] = gather(*row).to_be_bytes();
        high.as_chunks_mut::<4>().0[word] = gather(row >> 8).to_be_bytes();
    }
}

/// Swaps the number of a word with the number of a bit in each byte.
#[inline(always)]
fn transpose(rows: &mut Planes) {
    let masks =
        [(1, 0x5555_5555_5555_5555), (2, 0x3333_3333_3333_3333), (4, 0x0f0f_0f0f_0f0f_0f0f)];
    for (distance, mask) in masks {
        for low in (0..8).filter(|row| row & distance == 0) {
            let (a, b) = (rows[low], rows[low + distance]);
            let swap = (a >> distance ^ b) & mask;
            rows[low] = a ^ swap << distance;
            rows[low + distance] = b ^ swap;
        }
    }
}

/// The four bytes, each followed by a zero byte.
#[inline(always)]
fn spread(word: u32) -> u64 {
    let x = u64::from(word);
    let x = (x | x << 16) & 0x0000_ffff_0000_ffff;
    (x | x << 8) & 0x00ff_00ff_00ff_00ff
}

/// Every other byte.
#[inline(always)]
fn gather(lane: u64) -> u32 {
    let x = lane & 0x00ff_00ff_00ff_00ff;
    let x = (x | x >> 8) & 0x0000_ffff_0000_ffff;
    (x | x >> 16) as u32
}
