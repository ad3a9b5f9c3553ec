//! The code around the instructions, over a model of them: each is what Intel's manual says it is.
//!
//! The model is held against the processor too, where it has the instructions.

use super::super::compress::compress as portable;
use super::super::one::Proof;
use super::*;

/// The model, and faulty ones; [`RIGHT`] has no fault.
struct Model<const FAULT: u32>;

const RIGHT: u32 = 0;
/// Word 19 without its part of word 16.
const NO_FEEDBACK: u32 = 1;
/// P1 with a wrong rotation.
const OTHER_P1: u32 = 2;
/// The words of the second round are those of the first.
const SAME_WORDS: u32 = 3;
/// C, D, G and H are taken as they are.
const NOT_ROTATED: u32 = 4;
/// Round 62 has the constant of round 60.
const LAST_CONSTANT: u32 = 5;
/// The functions of the first 16 rounds for two rounds more.
const LATE_CHANGE: u32 = 6;

impl<const FAULT: u32> Instructions for Model<FAULT> {
    fn msg1(w7: __m128i, w13: __m128i, w0: __m128i) -> __m128i {
        let ([w7, w8, w9, w10], [w13, w14, w15, _]) = (numbers(w7), numbers(w13));
        let [w0, w1, w2, w3] = numbers(w0);
        let far = if FAULT == OTHER_P1 { 24 } else { 23 };
        vector(
            [
                w0 ^ w7 ^ w13.rotate_left(15),
                w1 ^ w8 ^ w14.rotate_left(15),
                w2 ^ w9 ^ w15.rotate_left(15),
                w3 ^ w10,
            ]
            .map(|x| x ^ x.rotate_left(15) ^ x.rotate_left(far)),
        )
    }

    fn msg2(msg1: __m128i, w3: __m128i, w10: __m128i) -> __m128i {
        let (msg1, w3, w10) = (numbers(msg1), numbers(w3), numbers(w10));
        let mut out: [u32; 4] = std::array::from_fn(|i| msg1[i] ^ w3[i].rotate_left(7) ^ w10[i]);
        let w16 = out[0];
        if FAULT != NO_FEEDBACK {
            out[3] ^= w16.rotate_left(6) ^ w16.rotate_left(15) ^ w16.rotate_left(30);
        }
        vector(out)
    }

    fn rounds<const ROUND: i32>(cdgh: __m128i, abef: __m128i, words: __m128i) -> __m128i {
        let [mut f, mut e, mut b, mut a] = numbers(abef);
        let [mut h, mut g, mut d, mut c] = numbers(cdgh);
        if FAULT != NOT_ROTATED {
            (c, d, g, h) =
                (c.rotate_left(9), d.rotate_left(9), g.rotate_left(19), h.rotate_left(19));
        }
        let [w0, w1, w4, w5] = numbers(words);
        let second = if FAULT == SAME_WORDS { (w0, w4) } else { (w1, w5) };
        let early = ROUND < if FAULT == LATE_CHANGE { 18 } else { 16 };
        let constant: u32 = if ROUND < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
        let first = if FAULT == LAST_CONSTANT && ROUND == 62 { 60 } else { ROUND as u32 };
        for (i, (w, w4)) in [(w0, w4), second].into_iter().enumerate() {
            let constant = constant.rotate_left((first + i as u32) % 32);
            let a12 = a.rotate_left(12);
            let s1 = a12.wrapping_add(e).wrapping_add(constant).rotate_left(7);
            let (ff, gg) = if early {
                (a ^ b ^ c, e ^ f ^ g)
            } else {
                ((a & b) | (a & c) | (b & c), (e & f) | (!e & g))
            };
            let t1 = ff.wrapping_add(d).wrapping_add(s1 ^ a12).wrapping_add(w ^ w4);
            let t2 = gg.wrapping_add(h).wrapping_add(s1).wrapping_add(w);
            (d, c, b, a) = (c, b.rotate_left(9), a, t1);
            (h, g, f) = (g, f.rotate_left(19), e);
            e = t2 ^ t2.rotate_left(9) ^ t2.rotate_left(17);
        }
        vector([f, e, b, a])
    }
}

/// A way to take blocks into a state.
type Compress<'a> = &'a dyn Fn(&mut [u32; 8], &[[u8; 64]]);

/// The numbers of a generator (splitmix64), the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 32) as u32
    }

    /// Any number, often one of zeros or ones.
    fn word(&mut self) -> u32 {
        match self.next() % 8 {
            0 => 0,
            1 => u32::MAX,
            _ => self.next(),
        }
    }
}

fn assert_portable(name: &str, compress: Compress<'_>) {
    let mut random = Random(3);
    for round in 0..20_000 {
        let state: [u32; 8] = std::array::from_fn(|_| random.word());
        let blocks: Vec<[u8; 64]> = (0..round % 5)
            .map(|_| {
                let mut block = [0; 64];
                for word in block.as_chunks_mut().0 {
                    *word = random.word().to_le_bytes();
                }
                block
            })
            .collect();
        let (mut expected, mut got) = (state, state);
        portable(&mut expected, &blocks);
        compress(&mut got, &blocks);
        assert_eq!(got, expected, "{name}, round {round}");
    }
}

#[test]
fn compresses_as_the_portable_code_does() {
    if let Some(token) = Avx2::detect() {
        assert_portable("model", &|state, blocks| {
            compress_model::<Model<RIGHT>>(token, state, blocks);
        });
    }
    if let Some(token) = Sm3Instructions::detect() {
        assert_portable("processor", &|state, blocks| compress(token, state, blocks));
    }
}

#[test]
fn a_faulty_processor_is_not_used() {
    fn refused<const FAULT: u32>(token: Avx2) -> bool {
        let proof = Proof::new();
        let held =
            proof.holds(|state, blocks| compress_model::<Model<FAULT>>(token, state, blocks));
        // Once refused it is not asked again.
        assert_eq!(proof.holds(|_, _| panic!("asked again")), held);
        !held
    }
    let Some(token) = Avx2::detect() else { return };
    assert!(!refused::<RIGHT>(token));
    assert!(refused::<NO_FEEDBACK>(token));
    assert!(refused::<OTHER_P1>(token));
    assert!(refused::<SAME_WORDS>(token));
    assert!(refused::<NOT_ROTATED>(token));
    assert!(refused::<LAST_CONSTANT>(token));
    assert!(refused::<LATE_CHANGE>(token));
}
