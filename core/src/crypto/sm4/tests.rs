//! Known answers, the modes from their definitions, and damage.

use super::*;

pub(super) mod definition;
mod levels;

fn key() -> Sm4Key {
    Sm4Key::new(&KEY).unwrap()
}

/// Key and message of the standard's example.
const KEY: [u8; 16] = [
    0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10,
];

fn message(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 31 + 7) as u8).collect()
}

fn block(bytes: &[u8]) -> [u8; 16] {
    key().ecb_encrypt(bytes).unwrap().try_into().unwrap()
}

#[test]
fn the_standard_example() {
    let out = block(&KEY);
    assert_eq!(out[..8], [0x68, 0x1e, 0xdf, 0x34, 0xd2, 0x06, 0x96, 0x5e]);
    assert_eq!(out[8..], [0x86, 0xb3, 0xe9, 0x4f, 0x53, 0x6e, 0x42, 0x46]);
    assert_eq!(key().ecb_decrypt(&out).unwrap(), KEY);
}

#[test]
fn lengths() {
    for length in 0..40 {
        assert_eq!(Sm4Key::new(&message(length)).is_ok(), length == 16);
        assert_eq!(key().ecb_encrypt(&message(length)).is_ok(), length % 16 == 0);
        assert_eq!(key().ecb_decrypt(&message(length)).is_ok(), length % 16 == 0);
        assert_eq!(key().ctr(&[0; 16], &message(length)).len(), length);
    }
    assert_eq!(format!("{:?}", key()), "Sm4Key");
}

#[test]
fn ctr_counts_over_all_128_bits() {
    let mut iv = [0xff; 16];
    iv[15] = 0xfe;
    let data = message(16 * 70 + 5);
    let out = key().ctr(&iv, &data);
    let mut counter = u128::from_be_bytes(iv);
    for (data, out) in data.chunks(16).zip(out.chunks(16)) {
        let mask = block(&counter.to_be_bytes());
        assert!(data.iter().zip(out).zip(mask).all(|((data, out), mask)| data ^ out == mask));
        counter = counter.wrapping_add(1);
    }
    assert_eq!(key().ctr(&iv, &out), data);
}

#[test]
fn cbc_comes_back_and_chains() {
    let iv = [9; 16];
    for length in 0..50 {
        let data = message(length);
        let out = key().cbc_encrypt(&iv, &data);
        assert_eq!(out.len(), (length / 16 + 1) * 16);
        assert_eq!(key().cbc_decrypt(&iv, &out).unwrap(), data);
        for cut in 0..out.len() {
            if let Ok(other) = key().cbc_decrypt(&iv, &out[..cut]) {
                assert!(cut % 16 == 0 && other != data);
            }
        }
    }
    let data = message(32);
    let out = key().cbc_encrypt(&iv, &data);
    let first: Vec<u8> = data.iter().zip(iv).map(|(a, b)| a ^ b).collect();
    assert_eq!(out[..16], block(&first));
    let second: Vec<u8> = data[16..].iter().zip(&out).map(|(a, b)| a ^ b).collect();
    assert_eq!(out[16..32], block(&second));
}

#[test]
fn cbc_padding_is_right_or_one_error() {
    // With a zero iv the last block decrypts to exactly what was encrypted by ECB.
    let decrypt = |last: [u8; 16]| key().cbc_decrypt(&[0; 16], &block(&last));
    let error = decrypt([0; 16]).unwrap_err();
    assert_eq!(error.code(), Code::Decryption);
    for length in 0..=255u8 {
        let padded = |length: u8| {
            let mut last = [0xee; 16];
            for byte in last.iter_mut().rev().take(usize::from(length)) {
                *byte = length;
            }
            last
        };
        let good = (1..=16).contains(&length);
        match decrypt(padded(length)) {
            Ok(data) => assert!(good && data == vec![0xee; 16 - usize::from(length)]),
            Err(found) => assert!(!good && found == error),
        }
        if good {
            for wrong in 1..usize::from(length) {
                let mut last = padded(length);
                last[15 - wrong] ^= 0x80;
                assert_eq!(decrypt(last).unwrap_err(), error);
            }
        }
    }
    for ciphertext in [&[][..], &[0; 15], &[0; 17]] {
        assert_eq!(key().cbc_decrypt(&[0; 16], ciphertext).unwrap_err(), error);
    }
}

/// The product in GF(2^128) by its definition in SP 800-38D, bit by bit.
fn product(x: u128, y: u128) -> u128 {
    let (mut z, mut v) = (0, y);
    for bit in (0..128).rev() {
        if x >> bit & 1 == 1 {
            z ^= v;
        }
        v = if v & 1 == 1 { v >> 1 ^ 0xe1 << 120 } else { v >> 1 };
    }
    z
}

fn tag_by_definition(nonce: &[u8; 12], aad: &[u8], ciphertext: &[u8]) -> [u8; 16] {
    let h = u128::from_be_bytes(block(&[0; 16]));
    let bits = |bytes: &[u8]| (bytes.len() as u128) * 8;
    let lengths = (bits(aad) << 64 | bits(ciphertext)).to_be_bytes();
    let mut hash = 0;
    for piece in aad.chunks(16).chain(ciphertext.chunks(16)).chain([&lengths[..]]) {
        let mut padded = [0; 16];
        padded[..piece.len()].copy_from_slice(piece);
        hash = product(hash ^ u128::from_be_bytes(padded), h);
    }
    let mask = block(&[&nonce[..], &[0, 0, 0, 1]].concat());
    (hash ^ u128::from_be_bytes(mask)).to_be_bytes()
}

#[test]
fn gcm_is_its_definition() {
    let nonce = [5; 12];
    for (aad, length) in [(0, 0), (1, 0), (0, 1), (20, 64), (16, 16), (33, 1000)] {
        let (aad, data) = (message(aad), message(length));
        let (ciphertext, tag) = key().gcm_encrypt(&nonce, &aad, &data).unwrap();
        let counter: [u8; 16] = [&nonce[..], &[0, 0, 0, 2]].concat().try_into().unwrap();
        assert_eq!(ciphertext, key().ctr(&counter, &data));
        assert_eq!(tag, tag_by_definition(&nonce, &aad, &ciphertext));
        assert_eq!(key().gcm_decrypt(&nonce, &aad, &ciphertext, &tag).unwrap(), data);
    }
}

#[test]
fn gcm_takes_the_whole_right_tag_only() {
    let (nonce, aad, data) = ([5; 12], message(20), message(33));
    let (ciphertext, tag) = key().gcm_encrypt(&nonce, &aad, &data).unwrap();
    let refused = |nonce: &[u8; 12], aad: &[u8], ciphertext: &[u8], tag: &[u8]| {
        let error = key().gcm_decrypt(nonce, aad, ciphertext, tag).unwrap_err();
        assert_eq!(error.code(), Code::Decryption);
    };
    for end in 0..16 {
        refused(&nonce, &aad, &ciphertext, &tag[..end]);
    }
    refused(&nonce, &aad, &ciphertext, &[&tag[..], &[0]].concat());
    let flip = |bytes: &[u8], bit: usize| {
        let mut bad = bytes.to_vec();
        bad[bit / 8] ^= 1 << (bit % 8);
        bad
    };
    for bit in 0..128 {
        refused(&nonce, &aad, &ciphertext, &flip(&tag, bit));
    }
    for bit in 0..ciphertext.len() * 8 {
        refused(&nonce, &aad, &flip(&ciphertext, bit), &tag);
    }
    for bit in 0..aad.len() * 8 {
        refused(&nonce, &flip(&aad, bit), &ciphertext, &tag);
    }
    refused(&[6; 12], &aad, &ciphertext, &tag);
    refused(&nonce, &aad[..19], &ciphertext, &tag);
    refused(&nonce, &aad, &ciphertext[..32], &tag);
}
