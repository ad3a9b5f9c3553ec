//! SM4 over 16 KB in its modes, with every backend, beside RustCrypto's sm4 and, for scale, AES-128-GCM
//! of ring. OpenSSL: `openssl speed -evp sm4-ctr -bytes 16384`, or `sm4-cbc`.

use divan::Bencher;
use divan::counter::BytesCount;
use yinxin::crypto::backend::Backend;
use yinxin::crypto::sm4::Sm4Key;

const MESSAGE: usize = 16 * 1024;
const MANY: usize = 64;
const IV: [u8; 16] = [1; 16];
const NONCE: [u8; 12] = [1; 12];

fn main() {
    divan::main();
}

fn names() -> impl Iterator<Item = &'static str> {
    Backend::available().into_iter().map(Backend::name)
}

/// A key with that backend in force.
fn key(name: &str) -> Sm4Key {
    let backend = Backend::available().into_iter().find(|backend| backend.name() == name);
    backend.unwrap().select().unwrap();
    Sm4Key::new(&[7; 16]).unwrap()
}

fn over_16_kb<R>(bencher: Bencher, mut work: impl FnMut(&[u8]) -> R) {
    let message = vec![9; MESSAGE];
    bencher.counter(BytesCount::new(MESSAGE)).bench_local(|| work(divan::black_box(&message)));
}

#[divan::bench(args = names())]
fn ctr(bencher: Bencher, backend: &str) {
    let key = key(backend);
    over_16_kb(bencher, |message| key.ctr(&IV, message));
}

#[divan::bench(args = names())]
fn gcm(bencher: Bencher, backend: &str) {
    let key = key(backend);
    over_16_kb(bencher, |message| key.gcm_encrypt(&NONCE, &[], message).unwrap());
}

#[divan::bench(args = names())]
fn cbc_decrypt(bencher: Bencher, backend: &str) {
    let key = key(backend);
    let ciphertext = key.cbc_encrypt(&IV, &[9; MESSAGE]);
    over_16_kb(bencher, |_| key.cbc_decrypt(&IV, divan::black_box(&ciphertext)).unwrap());
}

#[divan::bench(args = names())]
fn cbc_encrypt(bencher: Bencher, backend: &str) {
    let key = key(backend);
    over_16_kb(bencher, |message| key.cbc_encrypt(&IV, message));
}

#[divan::bench(args = names())]
fn cbc_encrypt_64_messages(bencher: Bencher, backend: &str) {
    let key = key(backend);
    let message = vec![9; MESSAGE];
    let items = [(&IV, message.as_slice()); MANY];
    bencher
        .counter(BytesCount::new(MANY * MESSAGE))
        .bench_local(|| key.cbc_encrypt_many(divan::black_box(&items), 1));
}

#[divan::bench(args = names())]
fn one_block(bencher: Bencher, backend: &str) {
    let key = key(backend);
    bencher.bench_local(|| key.ecb_encrypt(divan::black_box(&[9; 16])).unwrap());
}

#[divan::bench(args = names())]
fn new_key(bencher: Bencher, backend: &str) {
    key(backend);
    bencher.bench_local(|| Sm4Key::new(divan::black_box(&[7; 16])).unwrap());
}

mod rustcrypto {
    use super::*;
    use ::sm4::Sm4;
    use ::sm4::cipher::{Array, BlockCipherEncrypt, KeyInit};

    #[divan::bench]
    fn blocks(bencher: Bencher) {
        let cipher = Sm4::new(&Array::from([7; 16]));
        let mut blocks = vec![Array::from([9; 16]); MESSAGE / 16];
        bencher
            .counter(BytesCount::new(MESSAGE))
            .bench_local(|| cipher.encrypt_blocks(divan::black_box(&mut blocks)));
    }

    #[divan::bench]
    fn one_block(bencher: Bencher) {
        let cipher = Sm4::new(&Array::from([7; 16]));
        let mut block = Array::from([9; 16]);
        bencher.bench_local(|| cipher.encrypt_block(divan::black_box(&mut block)));
    }

    #[divan::bench]
    fn new_key(bencher: Bencher) {
        bencher.bench_local(|| Sm4::new(divan::black_box(&Array::from([7; 16]))));
    }
}

#[divan::bench]
fn ring_aes_128_gcm(bencher: Bencher) {
    use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &[7; 16]).unwrap());
    over_16_kb(bencher, |message| {
        let mut out = message.to_vec();
        let nonce = Nonce::assume_unique_for_key(NONCE);
        let tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut out).unwrap();
        (out, tag)
    });
}
