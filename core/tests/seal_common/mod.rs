//! The sample files named by the environment variable YINXIN_SAMPLES.

#![allow(dead_code, missing_docs)]

pub mod party;

use std::path::PathBuf;

/// The folder of samples, or a line that says that the test was skipped.
pub fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("YINXIN_SAMPLES").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: YINXIN_SAMPLES is not set");
    }
    folder
}

/// One sample.
pub fn sample(name: &str) -> Option<Vec<u8>> {
    Some(std::fs::read(samples()?.join(name)).unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// One entry of an OFD package (zip, stored or deflated).
pub fn entry(package: &[u8], name: &str) -> Vec<u8> {
    let le16 = |at: usize| usize::from(u16::from_le_bytes([package[at], package[at + 1]]));
    let le32 = |at: usize| le16(at) | le16(at + 2) << 16;
    let end = (0..package.len() - 21)
        .rev()
        .find(|at| package[*at..].starts_with(b"PK\x05\x06"))
        .expect("end of central directory");
    let mut at = le32(end + 16);
    for _ in 0..le16(end + 10) {
        assert!(package[at..].starts_with(b"PK\x01\x02"));
        let length = le16(at + 28);
        if &package[at + 46..at + 46 + length] == name.as_bytes() {
            let (method, size, local) = (le16(at + 10), le32(at + 20), le32(at + 42));
            let data = local + 30 + le16(local + 26) + le16(local + 28);
            let packed = &package[data..data + size];
            return match method {
                0 => packed.to_vec(),
                8 => miniz_oxide::inflate::decompress_to_vec(packed).unwrap(),
                other => panic!("method {other}"),
            };
        }
        at += 46 + length + le16(at + 30) + le16(at + 32);
    }
    panic!("no entry {name}")
}

/// The stamp in an OFD sample.
pub fn stamp_of(package: &str, sign: &str) -> Option<Vec<u8>> {
    let package = sample(package)?;
    Some(entry(&package, &format!("Doc_0/Signs/{sign}/SignedValue.dat")))
}

/// The Signature.xml of an OFD sample.
pub fn document_of(package: &str, sign: &str) -> Option<Vec<u8>> {
    let package = sample(package)?;
    Some(entry(&package, &format!("Doc_0/Signs/{sign}/Signature.xml")))
}
