//! Every level against RustCrypto's table-based cipher, and the modes against their definitions.

use super::super::block::Cipher;
use super::super::ghash::Hash;
use super::super::{BLOCK, Sm4Key, cbc, ctr, ecb, gcm};
use super::{KEY, product, tag_by_definition};
use crate::crypto::backend::Level;
use ::sm4::Sm4;
use ::sm4::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// More than all lanes of the widest level, three times, and a tail.
const LONGEST: usize = 600;

/// Numbers without a pattern (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }

    fn block(&mut self) -> [u8; BLOCK] {
        (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}

fn theirs(key: &[u8; BLOCK]) -> Sm4 {
    Sm4::new(&Array::from(*key))
}

fn encrypted(cipher: &Sm4, block: [u8; BLOCK]) -> [u8; BLOCK] {
    let mut block = Array::from(block);
    cipher.encrypt_block(&mut block);
    block.into()
}

#[test]
fn a_million_times() {
    for level in Level::available() {
        let engine = Cipher::new(level, &KEY).encryptor(level);
        let mut block = [KEY];
        (0..1_000_000).for_each(|_| engine.apply(&mut block));
        let expected = 0x5952_98c7_c6fd_271f_0402_f804_c33d_3f66_u128;
        assert_eq!(u128::from_be_bytes(block[0]), expected, "{level:?}");
    }
}

#[test]
fn blocks_are_theirs_for_any_key_and_number() {
    let mut numbers = Numbers(1);
    for case in 0..4000 {
        let key = match case {
            0 => [0; BLOCK],
            1 => [0xff; BLOCK],
            _ => numbers.block(),
        };
        let number = if case < 200 { case } else { (numbers.next() % 70) as usize };
        let blocks: Vec<[u8; BLOCK]> = (0..number).map(|_| numbers.block()).collect();
        let mut forward = blocks.clone();
        let mut back = blocks.clone();
        let cipher = theirs(&key);
        cipher.encrypt_blocks(Array::cast_slice_from_core_mut(&mut forward));
        cipher.decrypt_blocks(Array::cast_slice_from_core_mut(&mut back));
        for level in Level::available() {
            let cipher = Cipher::new(level, &key);
            let mut out = blocks.clone();
            cipher.encryptor(level).apply(&mut out);
            assert_eq!(out, forward, "{level:?}, case {case}");
            cipher.decryptor(level).apply(&mut out);
            assert_eq!(out, blocks, "{level:?}, case {case}");
            cipher.decryptor(level).apply(&mut out);
            assert_eq!(out, back, "{level:?}, case {case}");
        }
    }
}

#[test]
fn every_byte_goes_through_the_s_box_in_every_lane() {
    let cipher = theirs(&KEY);
    for level in Level::available() {
        let engine = Cipher::new(level, &KEY).encryptor(level);
        for byte in 0..=255u8 {
            for place in 0..4 {
                let mut blocks: Vec<_> = (0..64).map(|lane| [lane; BLOCK]).collect();
                blocks.iter_mut().for_each(|block| block[12 + place] ^= byte);
                let expected: Vec<_> = blocks.iter().map(|x| encrypted(&cipher, *x)).collect();
                engine.apply(&mut blocks);
                assert_eq!(blocks, expected, "{level:?}");
            }
        }
    }
}

#[test]
fn modes_are_their_definitions_at_every_length() {
    let mut numbers = Numbers(2);
    let data = numbers.bytes(LONGEST);
    let (iv, cipher) = (numbers.block(), theirs(&KEY));
    for level in Level::available() {
        let ours = Cipher::new(level, &KEY);
        let (forward, back) = (ours.encryptor(level), ours.decryptor(level));
        for length in 0..=LONGEST {
            let data = &data[..length];
            if length % BLOCK == 0 {
                let blocks = data.as_chunks().0.iter();
                let expected: Vec<u8> = blocks.flat_map(|x| encrypted(&cipher, *x)).collect();
                assert_eq!(ecb(&forward, data).unwrap(), expected);
                assert_eq!(ecb(&back, &expected).unwrap(), data);
            }
            let counters = (0..).map(|i| u128::from_be_bytes(iv).wrapping_add(i).to_be_bytes());
            let stream = counters.flat_map(|x| encrypted(&cipher, x));
            let expected: Vec<u8> = data.iter().zip(stream).map(|(a, b)| a ^ b).collect();
            assert_eq!(ctr::ctr(&forward, &iv, data), expected, "{level:?}, {length}");

            let expected = cbc_by_definition(&cipher, iv, data);
            assert_eq!(cbc::encrypt(&forward, &iv, data), expected, "{level:?}, {length}");
            assert_eq!(cbc::decrypt(&back, &iv, &expected).unwrap(), data, "{level:?}, {length}");
        }
    }
}

fn cbc_by_definition(cipher: &Sm4, iv: [u8; BLOCK], data: &[u8]) -> Vec<u8> {
    let padding = BLOCK - data.len() % BLOCK;
    let padded = [data, &vec![padding as u8; padding]].concat();
    let mut last = u128::from_be_bytes(iv);
    let chain = padded.as_chunks().0.iter().flat_map(|block| {
        let block = encrypted(cipher, (last ^ u128::from_be_bytes(*block)).to_be_bytes());
        last = u128::from_be_bytes(block);
        block
    });
    chain.collect()
}

#[test]
fn gcm_is_its_definition_at_every_length() {
    let mut numbers = Numbers(3);
    let (data, cipher) = (numbers.bytes(LONGEST), theirs(&KEY));
    let nonce = *numbers.block().first_chunk().unwrap();
    for level in Level::available() {
        let engine = Cipher::new(level, &KEY).encryptor(level);
        for length in (0..=LONGEST).chain([1024 - 33, 1024 - 32, 1024 - 31, 2015, 2016, 2048]) {
            let data: Vec<u8> = data.iter().cycle().take(length).copied().collect();
            let aad = &data[..length / 3];
            let (ciphertext, tag) = gcm::encrypt(&engine, &nonce, aad, &data).unwrap();
            let counters = (2u32..).map(|i| [&nonce[..], &i.to_be_bytes()].concat());
            let stream = counters.flat_map(|x| encrypted(&cipher, x.try_into().unwrap()));
            assert!(data.iter().zip(stream).map(|(a, b)| a ^ b).eq(ciphertext.iter().copied()));
            assert_eq!(tag, tag_by_definition(&nonce, aad, &ciphertext), "{level:?}, {length}");
            let opened = gcm::decrypt(&engine, &nonce, aad, &ciphertext, &tag).unwrap();
            assert_eq!(opened, data, "{level:?}, {length}");
            assert!(gcm::decrypt(&engine, &nonce, aad, &ciphertext, &[0; 16]).is_err());
        }
    }
}

#[test]
fn the_hash_is_its_definition_for_any_key() {
    let mut numbers = Numbers(5);
    let mut keys = vec![0, 1, 1 << 127, u128::MAX, u128::MAX >> 1, 0xc2 << 120, 1 << 64, 1 << 63];
    keys.extend((0..30).map(|_| u128::from_be_bytes(numbers.block())));
    for (case, key) in keys.into_iter().enumerate() {
        let bytes = match case % 3 {
            0 => vec![0xff; 16 * 40 + 5],
            _ => numbers.bytes(16 * 40 + 5),
        };
        for level in Level::available() {
            // In several pieces, each of which ends with a whole block for the hash.
            for pieces in [vec![645], vec![1, 17, 255, 256, 116], vec![257, 0, 388], vec![512, 16]]
            {
                let (mut hash, mut sum) = (Hash::new(level, &key.to_be_bytes()), 0);
                let mut rest = bytes.as_slice();
                for length in pieces {
                    let (piece, after) = rest.split_at(length);
                    hash.update(piece);
                    for block in piece.chunks(BLOCK) {
                        let mut padded = [0; BLOCK];
                        padded[..block.len()].copy_from_slice(block);
                        sum = product(sum ^ u128::from_be_bytes(padded), key);
                    }
                    rest = after;
                }
                assert_eq!(u128::from_be_bytes(hash.finish()), sum, "{level:?}, key {key:x}");
            }
        }
    }
}

#[test]
fn many_cbc_messages_are_each_its_own() {
    let mut numbers = Numbers(4);
    let lengths = (0..LONGEST).map(|i| if i % 7 == 0 { 3000 - i } else { i * 5 % 97 });
    let messages: Vec<_> = lengths.map(|i| (numbers.block(), numbers.bytes(i))).collect();
    let items: Vec<(&[u8; BLOCK], &[u8])> =
        messages.iter().map(|(iv, message)| (iv, message.as_slice())).collect();
    let cipher = theirs(&KEY);
    let expected: Vec<_> =
        items.iter().map(|(iv, message)| cbc_by_definition(&cipher, **iv, message)).collect();
    for level in Level::available() {
        let engine = Cipher::new(level, &KEY).encryptor(level);
        for number in (0..=17).chain([63, 64, 65, LONGEST]) {
            assert_eq!(cbc::encrypt_many(&engine, &items[..number]), expected[..number]);
        }
    }
    let key = Sm4Key::new(&KEY).unwrap();
    for threads in [0, 1, 3] {
        assert_eq!(key.cbc_encrypt_many(&items, threads), expected);
    }
}
