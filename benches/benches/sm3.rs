//! SM3 over one stream of 16 KB and over 64 of them, beside RustCrypto's sm3.

use divan::Bencher;
use divan::counter::BytesCount;
use sm3::Digest;
use yinxin::crypto::sm3::{digest, digest_many};

const STREAM: usize = 16 * 1024;
const STREAMS: usize = 64;

fn main() {
    divan::main();
}

#[divan::bench]
fn yinxin_one_stream(bencher: Bencher) {
    let message = vec![7; STREAM];
    bencher.counter(BytesCount::new(STREAM)).bench(|| digest(divan::black_box(&message)));
}

#[divan::bench]
fn yinxin_many_streams(bencher: Bencher) {
    let message = vec![7; STREAM];
    let messages = vec![message.as_slice(); STREAMS];
    bencher
        .counter(BytesCount::new(STREAM * STREAMS))
        .bench(|| digest_many(divan::black_box(&messages), 1));
}

#[divan::bench]
fn rustcrypto_one_stream(bencher: Bencher) {
    let message = vec![7; STREAM];
    bencher
        .counter(BytesCount::new(STREAM))
        .bench(|| ::sm3::Sm3::digest(divan::black_box(&message)));
}
