//! Our SM3 and the `sm3` crate agree on every message: whole, in pieces, and among others side by side
//! on every backend.
#![no_main]
use libfuzzer_sys::fuzz_target;
use sm3::Digest;
use yinxin::crypto::backend::Backend;
use yinxin::crypto::sm3::{Sm3, digest, digest_many};
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("sm3_differential"), |data: &[u8]| {
    // The first bytes say how many messages there are and how long; one byte counts 7 bytes.
    let Some((count, data)) = data.split_first() else { return };
    let Some((lengths, mut rest)) = data.split_at_checked(usize::from(count % 40)) else { return };
    let mut messages = Vec::new();
    for length in lengths {
        let (message, after) = rest.split_at(rest.len().min(usize::from(*length) * 7));
        messages.push(message);
        rest = after;
    }
    messages.push(rest);
    let expected: Vec<[u8; 32]> =
        messages.iter().map(|message| sm3::Sm3::digest(message).into()).collect();
    let mut pieces = Sm3::new();
    for (message, expected) in messages.iter().zip(&expected) {
        assert_eq!(digest(message), *expected);
        pieces.update(message);
    }
    assert_eq!(pieces.finalize(), <[u8; 32]>::from(sm3::Sm3::digest(messages.concat())));
    for backend in Backend::available() {
        backend.select().expect("it is available");
        assert_eq!(digest_many(&messages, 1), expected, "{}", backend.name());
    }
});
