//! Contents of any length take the same memory. Alone in its program, so that the peak is its own.

#![cfg(unix)]

mod seal_common;

use seal_common::party::{Party, end, signing_time, soon};
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use yinxin::asn1::{Profile, oid};
use yinxin::authority::Profile as Use;
use yinxin::cms::{
    AuthEnvelopedData, ContentCipher, EncryptedStream, EnvelopedData, Form, Opened, Recipient,
    SignedStream, SigningTerms, sign_stream, sign_stream_once,
};
use yinxin::key::Signer;
use yinxin::timestamp::{check_stream, extract_stream};

/// What any message may take, in bytes.
const LIMIT: u64 = 24 << 20;

/// 256 MiB; with `YINXIN_SOAK=1` more than lengths of 32 bits can say.
fn length() -> u64 {
    match std::env::var("YINXIN_SOAK") {
        Ok(soak) if soak == "1" => (4 << 30) + 12_345,
        _ => (256 << 20) + 12_345,
    }
}

/// Some bytes of the pattern from here on: it repeats after 251 bytes, which no length here is a
/// multiple of.
fn pattern(at: u64) -> &'static [u8] {
    static BYTES: [u8; 251 * 256] = {
        let mut bytes = [0; 251 * 256];
        let mut at = 0;
        while at < bytes.len() {
            bytes[at] = (at % 251) as u8;
            at += 1;
        }
        bytes
    };
    &BYTES[(at % 251) as usize..]
}

/// A pattern of some length, without memory.
struct Pattern {
    at: u64,
    length: u64,
}

impl Read for Pattern {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length - self.at).unwrap_or(usize::MAX);
        let some = pattern(self.at);
        let taken = out.len().min(left).min(some.len());
        out[..taken].copy_from_slice(&some[..taken]);
        self.at += taken as u64;
        Ok(taken)
    }
}

impl Seek for Pattern {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Start(at) => self.at = at,
            SeekFrom::Current(0) => {}
            _ => return Err(io::ErrorKind::Unsupported.into()),
        }
        Ok(self.at)
    }
}

/// Compares what is written with the pattern, and keeps nothing.
struct Compare {
    at: u64,
    same: bool,
}

impl Write for Compare {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let some = pattern(self.at);
        let taken = bytes.len().min(some.len());
        self.same &= bytes[..taken] == some[..taken];
        self.at += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Compare {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Seek for Compare {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if to == SeekFrom::Current(0) {
            Ok(self.at)
        } else {
            Err(io::ErrorKind::Unsupported.into())
        }
    }
}

#[test]
fn contents_of_any_length_take_the_same_memory() {
    let party = Party::new();
    let (key, certificate) = end(&party.root, "Bank", Use::Encryption);
    let to = [Recipient::new(&certificate).unwrap()];
    let (trust, length) = (party.trust(), length());
    let mut file = tempfile::tempfile().unwrap();
    let Some(before) = peak() else {
        println!("skipped: this system does not tell the peak of memory");
        return;
    };
    let source = || Pattern { at: 0, length };
    let sink = || Compare { at: 0, same: true };
    let written = |file: &mut File, write: &mut dyn FnMut(&mut dyn Write) -> u64| {
        file.set_len(0).unwrap();
        file.rewind().unwrap();
        let mut out = BufWriter::new(&mut *file);
        assert_eq!(write(&mut out), length);
        out.flush().unwrap();
        drop(out);
        file.rewind().unwrap();
    };

    for declared in [Some(length), None] {
        for cipher in [ContentCipher::Sm4Gcm, ContentCipher::Sm4Cbc] {
            written(&mut file, &mut |out| match cipher {
                ContentCipher::Sm4Cbc => {
                    EnvelopedData::write(&mut source(), declared, &to, Form::Gm, out).unwrap()
                }
                _ => AuthEnvelopedData::write(&mut source(), declared, &to, cipher, out).unwrap(),
            });
            let stream = EncryptedStream::open(&file, Profile::Conforming).unwrap();
            let found = match stream.decrypt(&key, &certificate, sink()).unwrap() {
                Opened::Authenticated(found) => found,
                Opened::Unauthenticated(found) => found.into_unauthenticated(),
                Opened::Signed(_) => panic!("nobody signed"),
            };
            assert!(found.same && found.at == length);
        }
    }

    let signers: [&dyn Signer; 1] = [&party.signer];
    let terms = SigningTerms {
        content_type: oid::GM_DATA,
        gm: true,
        signing_time: Some(signing_time()),
        certificates: true,
        detached: false,
        crls: &[],
    };
    for twice in [true, false] {
        written(&mut file, &mut |out| match twice {
            true => sign_stream(&signers, &terms, &mut source(), out).unwrap(),
            false => sign_stream_once(&signers, &terms, &mut source(), out).unwrap(),
        });
        let mut stream = SignedStream::open(&file, Profile::Conforming).unwrap();
        let (report, found) = extract_stream(&mut stream, None, sink(), &trust, &soon()).unwrap();
        let found = found.unwrap();
        assert!(report.is_valid() && found.same && found.at == length);
    }
    let mut detached = Vec::new();
    let terms = SigningTerms { detached: true, ..terms };
    sign_stream_once(&signers, &terms, &mut source(), &mut detached).unwrap();
    let mut stream = SignedStream::open(io::Cursor::new(detached), Profile::Conforming).unwrap();
    let report = check_stream(&mut stream, Some(&mut source()), &trust, &soon()).unwrap();
    assert!(report.is_valid());

    let taken = peak().unwrap().saturating_sub(before);
    println!("contents of {length} bytes took {taken} bytes");
    assert!(taken <= LIMIT, "{taken} bytes");
}

/// The most memory that this program has had so far, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
