//! What computes with secrets: the operations that all tools look at.

use std::hint::black_box;
use yinxin::crypto::hazmat::{self, Sm2Digest};
use yinxin::crypto::hmac_sm3::HmacSm3;
use yinxin::crypto::pbkdf2::{self, Prf};
use yinxin::crypto::sm2::exchange::Parties;
use yinxin::crypto::sm2::{self, PrivateKey, UserId};
use yinxin::crypto::sm3;
use yinxin::crypto::sm4::Sm4Key;

/// What one operation does; it can be done again.
pub type Work = Box<dyn FnMut()>;

/// An operation on a secret.
pub struct Operation {
    /// What it is called.
    pub name: &'static str,
    /// Makes the work from 32 secret bytes, which are a number in 1..=n-2.
    pub prepare: fn(&[u8; 32]) -> Work,
    /// Whether a quick run of memcheck has it.
    #[cfg_attr(not(yinxin_memcheck), expect(dead_code, reason = "for memcheck"))]
    pub quick: bool,
}

const DIGEST: Sm2Digest = Sm2Digest([0x5a; 32]);
const NUMBER: [u8; 32] = [0x37; 32];
const IV: [u8; 16] = [0x11; 16];
const NONCE: [u8; 12] = [0x22; 12];

const fn operation(name: &'static str, prepare: fn(&[u8; 32]) -> Work) -> Operation {
    Operation { name, prepare, quick: false }
}

const fn quick(name: &'static str, prepare: fn(&[u8; 32]) -> Work) -> Operation {
    Operation { name, prepare, quick: true }
}

/// All of them.
pub const OPERATIONS: &[Operation] = &[
    operation("SM2 key import", |secret| {
        let secret = *secret;
        Box::new(move || drop(black_box(PrivateKey::from_bytes(&secret))))
    }),
    operation("SM2 key generation", |_| Box::new(|| drop(black_box(PrivateKey::generate())))),
    quick("SM2 sign", |secret| {
        let key = key(secret);
        let id = UserId::default();
        Box::new(move || drop(black_box(key.sign(&id, b"message"))))
    }),
    operation("SM2 sign, key", |secret| {
        let key = key(secret);
        Box::new(move || drop(black_box(with_nonce(&key, &NUMBER))))
    }),
    operation("SM2 sign, nonce", |secret| {
        let (key, nonce) = (key(&NUMBER), *secret);
        Box::new(move || drop(black_box(with_nonce(&key, &nonce))))
    }),
    operation("SM2 sign, verified", |secret| {
        let key = key(secret).verify_after_sign(true);
        let id = UserId::default();
        Box::new(move || drop(black_box(key.sign(&id, b"message"))))
    }),
    quick("SM2 sign 17 at once", |secret| {
        let key = key(secret);
        Box::new(move || {
            drop(black_box(hazmat::sm2_sign_digest_many(&key, &[DIGEST; 17], 1)));
        })
    }),
    operation("SM2 sign 64 at once", |secret| {
        let key = key(secret);
        Box::new(move || {
            drop(black_box(hazmat::sm2_sign_digest_many(&key, &[DIGEST; 64], 1)));
        })
    }),
    operation("SM2 decrypt", |secret| {
        let key = key(secret);
        let text = encrypted(&key);
        Box::new(move || drop(black_box(key.decrypt_raw(&text))))
    }),
    operation("SM2 decrypt, refused", |secret| {
        let key = key(secret);
        let mut text = encrypted(&key);
        text[70] ^= 1;
        Box::new(move || drop(black_box(key.decrypt_raw(&text))))
    }),
    operation("SM2 encrypt", |secret| {
        let (key, message) = (key(&NUMBER), *secret);
        Box::new(move || drop(black_box(key.public_key().encrypt_raw(&message))))
    }),
    operation("SM2 key exchange, initiator", |secret| {
        let (key, peer, secret) = (key(secret), key(&NUMBER), *secret);
        let id = UserId::default();
        Box::new(move || {
            let peer = peer.public_key();
            let parties = Parties { key: &key, id: &id, peer, peer_id: &id };
            if let Ok((side, _)) = hazmat::sm2_initiator_with_ephemeral(&parties, 40, &secret) {
                drop(black_box(side.finish(peer, &[0; 32])));
            }
        })
    }),
    operation("SM2 key exchange, responder", |secret| {
        let (key, peer, secret) = (key(secret), key(&NUMBER), *secret);
        let id = UserId::default();
        Box::new(move || {
            let peer = peer.public_key();
            let parties = Parties { key: &key, id: &id, peer, peer_id: &id };
            let side = hazmat::sm2_responder_with_ephemeral(&parties, peer, 40, &secret);
            if let Ok((side, _, confirmation)) = side {
                drop(black_box(side.confirm(&confirmation)));
            }
        })
    }),
    operation("SM2 key derivation", |secret| {
        let secret = *secret;
        Box::new(move || drop(black_box(sm2::kdf(&secret, 100))))
    }),
    operation("SM3", |secret| {
        let message = long(secret);
        Box::new(move || {
            black_box(sm3::digest(&message));
        })
    }),
    operation("SM3 of 20 at once", |secret| {
        let message = long(secret);
        Box::new(move || drop(black_box(sm3::digest_many(&[message.as_slice(); 20], 1))))
    }),
    operation("HMAC-SM3", |secret| {
        let secret = *secret;
        Box::new(move || {
            let mut mac = HmacSm3::new(&secret);
            mac.update(b"message");
            let _ = black_box(mac.verify(&[0; 32]));
        })
    }),
    operation("PBKDF2-HMAC-SM3", |secret| {
        let secret = *secret;
        Box::new(move || {
            let mut out = [0; 32];
            pbkdf2::derive(Prf::HmacSm3, &secret, b"salt", 4, &mut out);
            black_box(out);
        })
    }),
    quick("SM4 key and block", |secret| {
        let secret = *secret;
        Box::new(move || {
            if let Ok(key) = Sm4Key::new(&secret[..16]) {
                drop(black_box(key.ecb_encrypt(&secret[16..])));
                drop(black_box(key.ecb_decrypt(&secret[16..])));
            }
        })
    }),
    operation("SM4-ECB of 40 blocks", |secret| {
        let (key, blocks) = (sm4(secret), [secret.as_slice(); 20].concat());
        Box::new(move || {
            drop(black_box(key.ecb_encrypt(&blocks)));
            drop(black_box(key.ecb_decrypt(&blocks)));
        })
    }),
    operation("SM4-CBC encrypt", |secret| {
        let (key, message) = (sm4(secret), long(secret));
        Box::new(move || drop(black_box(key.cbc_encrypt(&IV, &message))))
    }),
    operation("SM4-CBC decrypt", |secret| {
        let key = sm4(secret);
        let text = key.cbc_encrypt(&IV, &long(secret));
        Box::new(move || drop(black_box(key.cbc_decrypt(&IV, &text))))
    }),
    operation("SM4-CTR", |secret| {
        let (key, message) = (sm4(secret), long(secret));
        Box::new(move || drop(black_box(key.ctr(&IV, &message))))
    }),
    operation("SM4-GCM encrypt", |secret| {
        let (key, message) = (sm4(secret), long(secret));
        Box::new(move || drop(black_box(key.gcm_encrypt(&NONCE, b"aad", &message))))
    }),
    operation("SM4-GCM decrypt", |secret| {
        let key = sm4(secret);
        let (text, tag) = key.gcm_encrypt(&NONCE, b"aad", &long(secret)).unwrap_or_default();
        Box::new(move || drop(black_box(key.gcm_decrypt(&NONCE, b"aad", &text, &tag))))
    }),
    operation("SM4-GCM decrypt, refused", |secret| {
        let (key, text) = (sm4(secret), long(secret));
        Box::new(move || drop(black_box(key.gcm_decrypt(&NONCE, b"aad", &text, &[0; 16]))))
    }),
];

fn key(bytes: &[u8; 32]) -> PrivateKey {
    PrivateKey::from_bytes(bytes).expect("a number in 1..=n-2")
}

fn sm4(secret: &[u8; 32]) -> Sm4Key {
    Sm4Key::new(&secret[..16]).expect("16 bytes")
}

fn with_nonce(key: &PrivateKey, nonce: &[u8; 32]) -> yinxin::Result<sm2::Signature> {
    hazmat::sm2_sign_digest_with_nonce(key, &DIGEST, nonce)
}

fn encrypted(key: &PrivateKey) -> Vec<u8> {
    key.public_key().encrypt_raw(&[0x42; 40]).expect("random bytes")
}

/// A message of several blocks and a piece of one.
fn long(secret: &[u8; 32]) -> Vec<u8> {
    [&[secret.as_slice(); 20].concat(), &secret[..7]].concat()
}
