//! SM3 held against the standard's examples and against RustCrypto's `sm3`, on every backend.

use super::lanes::{self, Lanes};
use super::many::{finish_run, side_by_side};
use super::streams::update_at;
use super::*;
use crate::crypto::backend::Level;
use ::sm3::Digest;

/// GB/T 32905 annex A.1.
const ABC: [u8; 32] = [
    0x66, 0xc7, 0xf0, 0xf4, 0x62, 0xee, 0xed, 0xd9, 0xd1, 0xf2, 0xd4, 0x6b, 0xdc, 0x10, 0xe4, 0xe2,
    0x41, 0x67, 0xc4, 0x87, 0x5c, 0xf2, 0xf7, 0xa2, 0x29, 0x7d, 0xa0, 0x2b, 0x8f, 0x4b, 0xa8, 0xe0,
];
/// GB/T 32905 annex A.2: 16 times "abcd".
const ABCD: [u8; 32] = [
    0xde, 0xbe, 0x9f, 0xf9, 0x22, 0x75, 0xb8, 0xa1, 0x38, 0x60, 0x48, 0x89, 0xc1, 0x8e, 0x5a, 0x4d,
    0x6f, 0xdb, 0x70, 0xe5, 0x38, 0x7e, 0x57, 0x65, 0x29, 0x3d, 0xcb, 0xa3, 0x9c, 0x0c, 0x57, 0x32,
];

fn peer(data: &[u8]) -> [u8; 32] {
    ::sm3::Sm3::digest(data).into()
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 7 + i / 251) as u8).collect()
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % bound
    }
}

/// The model that shows what vectors do: an array, number by number.
#[derive(Clone, Copy)]
struct Model<const N: usize>([u32; N]);

impl<const N: usize> Model<N> {
    fn each(self, b: Self, c: Self, f: impl Fn(u32, u32, u32) -> u32) -> Self {
        Model(std::array::from_fn(|i| f(self.0[i], b.0[i], c.0[i])))
    }
}

impl<const N: usize> Lanes<N> for Model<N> {
    fn splat(word: u32) -> Self {
        Model([word; N])
    }
    fn load(words: &[u32; N]) -> Self {
        Model(*words)
    }
    fn store(self, words: &mut [u32; N]) {
        *words = self.0;
    }
    fn words(blocks: &[&[u8; 64]; N]) -> [Self; 16] {
        std::array::from_fn(|j| {
            Model(blocks.map(|block| u32::from_be_bytes(block.as_chunks().0[j])))
        })
    }
    fn add(self, other: Self) -> Self {
        self.each(other, other, |a, b, _| a.wrapping_add(b))
    }
    fn xor(self, other: Self) -> Self {
        self.each(other, other, |a, b, _| a ^ b)
    }
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        self.each(self, self, |a, _, _| (a << LEFT) | (a >> RIGHT))
    }
    fn xor3(self, b: Self, c: Self) -> Self {
        self.each(b, c, |a, b, c| a ^ b ^ c)
    }
    fn majority(self, b: Self, c: Self) -> Self {
        self.each(b, c, |a, b, c| (a & b) | (a & c) | (b & c))
    }
    fn choose(self, yes: Self, no: Self) -> Self {
        self.each(yes, no, |a, b, c| (a & b) | (!a & c))
    }
}

/// One way to finish many messages.
type Way = Box<dyn Fn(&[Rest<'_>]) -> Vec<[u8; 32]>>;

/// Every backend that this processor has, and the model in lanes of several numbers.
fn ways() -> Vec<Way> {
    fn model<const N: usize>(worth: usize) -> Way {
        Box::new(move |messages| {
            side_by_side::<N>(messages, worth, |states, inputs, blocks| {
                lanes::compress::<N, Model<N>>(states, inputs, blocks, &lanes::T);
            })
        })
    }
    let mut ways = vec![model::<1>(1), model::<4>(1), model::<5>(3)];
    for level in Level::available() {
        ways.push(Box::new(move |messages| finish_run(level, messages)));
    }
    ways
}

fn assert_all(messages: &[Rest<'_>], expected: &[[u8; 32]]) {
    for (number, way) in ways().iter().enumerate() {
        assert_eq!(way(messages), expected, "way {number}");
    }
}

#[test]
fn the_standard_examples() {
    assert_eq!(digest(b"abc"), ABC);
    assert_eq!(digest_parts(&[b"a", b"", b"bc"]), ABC);
    assert_eq!(digest(&b"abcd".repeat(16)), ABCD);
    assert_eq!(digest_many(&[b"abc", b"", b"abc"], 2), [ABC, digest(b""), ABC]);
    let start = Sm3::new();
    let long = b"abcd".repeat(16);
    let parts: [[&[u8]; 1]; 2] = [[b"abc"], [&long]];
    let messages: Vec<Rest<'_>> =
        (0..40).map(|i| Rest { start: &start, parts: &parts[i % 2] }).collect();
    let expected: Vec<[u8; 32]> = (0..40).map(|i| [ABC, ABCD][i % 2]).collect();
    assert_all(&messages, &expected);
}

#[test]
fn every_split_gives_the_same() {
    let data = bytes(300);
    let whole = peer(&data);
    for at in 0..=data.len() {
        let mut hash = Sm3::new();
        hash.update(&data[..at]);
        let middle = hash.clone();
        hash.update(&data[at..]);
        assert_eq!(hash.finalize(), whole);
        assert_eq!(middle.finalize(), peer(&data[..at]));
    }
}

#[test]
fn every_length_in_every_lane() {
    let data = bytes(300);
    let start = Sm3::new();
    for length in 0..=300 {
        let message = [&data[300 - length..]];
        assert_eq!(digest(message[0]), peer(message[0]), "{length}");
        // The lanes around it hold other lengths, so that they end before and after.
        let parts: Vec<[&[u8]; 1]> =
            (0..16).map(|lane| [&data[lane..][..(length * 31 + lane * 97) % 280]]).collect();
        for lane in 0..16 {
            let messages: Vec<Rest<'_>> = (0..16)
                .map(|i| Rest {
                    start: &start,
                    parts: if i == lane { &message } else { &parts[i] },
                })
                .collect();
            for level in Level::available() {
                let hashes = finish_run(level, &messages);
                assert_eq!(hashes[lane], peer(message[0]), "{length} bytes in {lane}, {level:?}");
            }
        }
    }
}

#[test]
fn any_number_of_messages() {
    let data = bytes(2000);
    let start = Sm3::new();
    for count in 0..=50 {
        for same in [None, Some(100)] {
            let parts: Vec<[&[u8]; 1]> =
                (0..count).map(|i| [&data[i..][..same.unwrap_or(i * 37 % 1500)]]).collect();
            let messages: Vec<Rest<'_>> =
                parts.iter().map(|parts| Rest { start: &start, parts }).collect();
            let expected: Vec<[u8; 32]> = parts.iter().map(|[part]| peer(part)).collect();
            assert_all(&messages, &expected);
            let whole: Vec<&[u8]> = parts.iter().map(|[part]| *part).collect();
            for threads in [0, 1, 3] {
                assert_eq!(digest_many(&whole, threads), expected);
                assert_eq!(digest_parts_many(&parts, threads), expected);
            }
        }
    }
}

/// Sets of messages with starts of their own, cut into parts anyhow.
#[test]
fn random_sets() {
    let mut random = Random(1);
    let data = bytes(70_000);
    for round in 0..2000 {
        let count = random.below(70);
        let limit = [70, 300, 3000][round % 3];
        let mut cut = |parts: usize| -> Vec<&[u8]> {
            (0..parts)
                .map(|_| {
                    let length = if random.below(4) == 0 { 0 } else { random.below(limit) };
                    &data[random.below(60_000)..][..length]
                })
                .collect()
        };
        let inputs: Vec<[Vec<&[u8]>; 2]> =
            (0..count).map(|i| [cut(i % 3), cut((i * 7 + round) % 5)]).collect();
        let starts: Vec<Sm3> = inputs
            .iter()
            .map(|[before, _]| {
                let mut start = Sm3::new();
                before.iter().for_each(|part| start.update(part));
                start
            })
            .collect();
        let messages: Vec<Rest<'_>> =
            starts.iter().zip(&inputs).map(|(start, [_, parts])| Rest { start, parts }).collect();
        let expected: Vec<[u8; 32]> =
            inputs.iter().map(|parts| peer(&parts.concat().concat())).collect();
        for level in Level::available() {
            assert_eq!(finish_run(level, &messages), expected, "{level:?}");
        }
        if round % 20 == 0 {
            assert_all(&messages, &expected);
        }
        assert_eq!(finish_many(&messages, 2), expected);
    }
}

/// The length is counted on beyond what was hashed in lanes, and modulo 2^64 bits as the standard
/// allows no more.
#[test]
fn long_starts() {
    let data = bytes(1 << 16);
    let mut start = Sm3::new();
    let mut theirs = ::sm3::Sm3::new();
    for _ in 0..80 {
        start.update(&data);
        theirs.update(&data);
    }
    let parts: [&[u8]; 2] = [&data[..77], &data[..300]];
    let expected: [u8; 32] =
        theirs.chain_update(&data[..77]).chain_update(&data[..300]).finalize().into();
    assert_all(&vec![Rest { start: &start, parts: &parts }; 17], &[expected; 17]);
}

#[test]
fn each_state_gets_its_own_block() {
    let mut random = Random(9);
    for count in 0..=40 {
        let states: Vec<[u32; 8]> =
            (0..count).map(|_| std::array::from_fn(|_| random.below(1 << 31) as u32)).collect();
        let blocks: Vec<[u8; 64]> =
            (0..count).map(|_| std::array::from_fn(|_| random.below(256) as u8)).collect();
        let mut expected = states.clone();
        for (state, block) in expected.iter_mut().zip(&blocks) {
            let mut words = state.map(|word| [word; 3]);
            let inputs = [std::slice::from_ref(block); 3];
            lanes::compress::<3, Model<3>>(&mut words, &inputs, 1, &lanes::T);
            *state = words.map(|word| word[2]);
        }
        for level in Level::available() {
            let mut got = states.clone();
            compress_each(level, &mut got, &blocks);
            assert_eq!(got, expected, "{level:?}");
        }
    }
}

/// Streams that end at different times and come in pieces of any lengths.
#[test]
fn streams_in_pieces() {
    let data = bytes(4000);
    let mut random = Random(7);
    for level in Level::available() {
        for count in [0, 1, 2, 3, 7, 8, 9, 16, 17, 40] {
            let mut hashes = vec![Sm3::new(); count];
            let mut given = vec![Vec::new(); count];
            for _ in 0..12 {
                // Now and then all have the same length, as long streams nearly always do.
                let same = (random.below(3) == 0).then(|| 64 * random.below(8));
                let pieces: Vec<&[u8]> = (0..count)
                    .map(|_| {
                        let start = random.below(1000);
                        let length = same.unwrap_or_else(|| random.below(random_bound(start)));
                        &data[start..start + length]
                    })
                    .collect();
                update_at(level, &mut hashes, &pieces);
                given.iter_mut().zip(&pieces).for_each(|(all, piece)| all.extend_from_slice(piece));
            }
            for (hash, given) in hashes.into_iter().zip(&given) {
                assert_eq!(hash.finalize(), peer(given), "{level:?} {count}");
            }
        }
    }
}

/// Short pieces and long ones.
fn random_bound(number: usize) -> usize {
    [1, 2, 64, 65, 200, 3000][number % 6]
}

#[test]
fn a_dropped_state_is_wiped() {
    let mut hash = Sm3::new();
    hash.update(b"secret");
    hash.zeroize();
    assert_eq!((hash.state, hash.length, hash.block), ([0; 8], 0, [0; 64]));
}
