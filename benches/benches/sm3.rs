//! SM3 over one stream of 16 KB and over 64 of them, on each backend, beside RustCrypto's sm3 and, if
//! the program `openssl` is there and knows SM3, `openssl speed`.

use divan::Bencher;
use divan::counter::BytesCount;
use sm3::Digest;
use std::process::Command;
use yinxin::crypto::backend::Backend;
use yinxin::crypto::sm3::{digest, digest_many};

const STREAM: usize = 16 * 1024;
const STREAMS: usize = 64;

fn main() {
    divan::main();
    match openssl() {
        Some(speed) => println!("openssl speed, one stream: {speed}"),
        None => println!("openssl speed: not there"),
    }
}

#[divan::bench(args = [64, 1024, STREAM])]
fn yinxin_one_stream(bencher: Bencher, length: usize) {
    let message = vec![7; length];
    bencher.counter(BytesCount::new(length)).bench(|| digest(divan::black_box(&message)));
}

#[divan::bench(args = [64, 1024, STREAM])]
fn rustcrypto_one_stream(bencher: Bencher, length: usize) {
    let message = vec![7; length];
    bencher
        .counter(BytesCount::new(length))
        .bench(|| ::sm3::Sm3::digest(divan::black_box(&message)));
}

#[divan::bench(args = Backend::available().into_iter().map(Backend::name))]
fn yinxin_many_streams(bencher: Bencher, backend: &str) {
    select(backend);
    let message = vec![7; STREAM];
    let messages = vec![message.as_slice(); STREAMS];
    bencher
        .counter(BytesCount::new(STREAM * STREAMS))
        .bench(|| digest_many(divan::black_box(&messages), 1));
}

/// 250 messages of 0 to 4 KB.
#[divan::bench(args = Backend::available().into_iter().map(Backend::name))]
fn yinxin_many_lengths(bencher: Bencher, backend: &str) {
    select(backend);
    let message = [7; 4096];
    let messages: Vec<&[u8]> = (0..250).map(|i| &message[..i * 7919 % 4096]).collect();
    let all: usize = messages.iter().map(|message| message.len()).sum();
    bencher.counter(BytesCount::new(all)).bench(|| digest_many(divan::black_box(&messages), 1));
}

fn select(name: &str) {
    let backend = Backend::available().into_iter().find(|backend| backend.name() == name);
    backend.expect("a name from the list").select().expect("it is available");
}

/// The last line that `openssl speed` prints for 16 KB.
fn openssl() -> Option<String> {
    let arguments = ["speed", "-seconds", "1", "-bytes", "16384", "-evp", "sm3"];
    let output = Command::new("openssl").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().rev().find(|line| line.to_lowercase().starts_with("sm3")).map(str::to_owned)
}
