//! Known answers and refusals of SM2 as a whole.

mod attacks;
mod edges;
mod exchange;
mod faults;
mod hostile;
mod nonces;

use super::*;
use crate::crypto::hazmat::{self, Sm2Digest};
use crate::error::Code;

pub(super) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

const D: &str = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
pub(super) const N: &str = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123";

fn key() -> PrivateKey {
    PrivateKey::from_bytes(&hex(D)).unwrap()
}

#[test]
fn the_standard_example() {
    let id = UserId::default();
    let public = *key().public_key();
    assert_eq!(
        public.z(&id)[..],
        hex("B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3")
    );
    let e = hazmat::sm2_digest(&public, &id, &[b"message", b" ", b"digest"]);
    assert_eq!(e.0[..], hex("F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"));
    let k = hex("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21");
    let signature = hazmat::sm2_sign_digest_with_nonce(&key(), &e, &k).unwrap();
    assert_eq!(
        signature.to_raw()[..],
        hex("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
             B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA")
    );
    assert_eq!(public.verify(&id, b"message digest", &signature), Ok(()));
}

#[test]
fn signs_and_verifies() {
    let (key, id) = (key(), UserId::default());
    let messages: Vec<Vec<u8>> = (0..80u32).map(|i| i.to_be_bytes().repeat(i as usize)).collect();
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    for threads in [1, 2] {
        let signatures: Vec<Signature> =
            key.sign_many(&id, &messages, threads).into_iter().map(|s| s.unwrap()).collect();
        let items: Vec<VerifyItem<'_>> = messages
            .iter()
            .zip(&signatures)
            .map(|(message, signature)| VerifyItem::new(key.public_key(), &id, message, signature))
            .collect();
        assert!(verify_many(&items, threads).iter().all(|result| result.is_ok()));
        assert!(
            items.iter().all(|item| item
                .key
                .public_key()
                .verify(&id, item.message, item.signature)
                .is_ok())
        );
        let mut bad = items.clone();
        bad[70].message = b"another";
        let results = verify_many(&bad, threads);
        assert!(results.iter().enumerate().all(|(i, result)| result.is_ok() == (i != 70)));
    }
    let digest = Sm2Digest([7; 32]);
    let signature = hazmat::sm2_sign_digest(&key, &digest).unwrap();
    assert_eq!(hazmat::sm2_verify_digest(key.public_key(), &digest, &signature), Ok(()));
}

#[test]
fn prepared_keys_give_the_same_answers() {
    let id = UserId::new(b"somebody").unwrap();
    let keys: Vec<PrivateKey> = (0..3).map(|_| PrivateKey::generate().unwrap()).collect();
    let prepared: Vec<PreparedPublicKey> =
        keys.iter().map(|key| PreparedPublicKey::from(key.public_key())).collect();
    let messages: Vec<[u8; 4]> = (0..150u32).map(u32::to_be_bytes).collect();
    let signed: Vec<Signature> = (0..150)
        .map(|i| {
            keys[i % 3].sign(&id, &messages[i.saturating_sub(usize::from(i % 5 == 0))]).unwrap()
        })
        .collect();
    for every in [1, 2, 7] {
        let key = |i: usize| match i % every {
            0 => VerifyKey::from(&prepared[i % 3]),
            _ => keys[i % 3].public_key().into(),
        };
        let items: Vec<VerifyItem<'_>> =
            (0..150).map(|i| VerifyItem::new(key(i), &id, &messages[i], &signed[i])).collect();
        for threads in [1, 2] {
            let good: Vec<bool> = verify_many(&items, threads).iter().map(Result::is_ok).collect();
            assert!(good.iter().enumerate().all(|(i, good)| *good == (i == 0 || i % 5 != 0)));
        }
    }
    let shared = prepared[1].clone();
    assert_eq!(shared, prepared[1]);
    assert_ne!(shared, prepared[0]);
    assert_eq!(shared.public_key(), keys[1].public_key());
    assert_eq!(shared.memory(), PreparedPublicKey::MEMORY);
    assert!(shared.verify(&id, &messages[1], &signed[1]).is_ok());
    assert!(shared.verify_parts(&id, &[&[], &messages[1]], &signed[1]).is_ok());
    assert!(shared.verify(&UserId::default(), &messages[1], &signed[1]).is_err());
    assert!(shared.verify(&id, &messages[2], &signed[1]).is_err());
    assert!(prepared[0].verify(&id, &messages[1], &signed[1]).is_err());
}

#[test]
fn encrypts_and_decrypts() {
    let key = key();
    for length in [1, 31, 32, 33, 1000] {
        let message = vec![0x5a; length];
        let der = key.public_key().encrypt_der(&message).unwrap();
        assert_eq!(key.decrypt_der(&der).unwrap(), message);
        let raw = key.public_key().encrypt_raw(&message).unwrap();
        assert_eq!(key.decrypt_raw(&raw).unwrap(), message);
        assert_eq!(raw.len(), 97 + length);
    }
    assert_eq!(key.public_key().encrypt_der(b"").unwrap_err().code(), Code::Argument);
}

#[test]
fn range_of_private_keys() {
    let n = hex(N);
    let below = |less: u8| {
        let mut bytes = n.clone();
        bytes[31] -= less;
        bytes
    };
    assert!(PrivateKey::from_bytes(&below(2)).is_ok());
    for bad in [below(1), n.clone(), vec![0; 32], vec![0xff; 32], vec![1; 31], vec![1; 33]] {
        assert!(PrivateKey::from_bytes(&bad).is_err());
    }
}
