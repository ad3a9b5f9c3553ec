//! A document of half a gigabyte is signed and verified in a few pieces' memory. Alone in its
//! program, so that the peak is its own.

#![cfg(all(feature = "ofd", unix))]

mod ofd_write_common;
mod seal_common;

use flate2::Crc;
use ofd_write_common::document;
use seal_common::party::{Party, signing_time, soon};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use yinxin::asn1::Profile;
use yinxin::container::ofd::{Package, ReadAt};
use yinxin::error::{Code, Error, Result};
use yinxin::report::{CheckCode, Outcome, Verdict};
use yinxin::signature::{OfdRequest, Verifier, sign_ofd};

const PIECE: usize = 1 << 20;
const PIECES: u32 = 500;
/// What any document may take, in bytes.
const LIMIT: u64 = 64 << 20;

struct OnDisk(File, u64);

impl ReadAt for OnDisk {
    fn len(&self) -> u64 {
        self.1
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let broken = |error: std::io::Error| Error::new(Code::Read, "file", error.to_string());
        self.0.read_exact_at(buffer, offset).map_err(broken)
    }
}

#[test]
fn half_a_gigabyte_takes_bounded_memory() {
    let party = Party::new();
    let folder = tempfile::tempdir().unwrap();
    let [plain, signed] = ["plain.ofd", "signed.ofd"].map(|name| folder.path().join(name));
    write_large(&plain);
    let open = |path| {
        let file = File::open(path).unwrap();
        let length = file.metadata().unwrap().len();
        OnDisk(file, length)
    };
    let source = open(&plain);
    let Some(before) = peak() else {
        println!("skipped: this system does not tell the peak of memory");
        return;
    };
    let package = Package::open(&source, Profile::Conforming).unwrap();
    let request = OfdRequest::sign(signing_time()).locking();
    let mut sink = BufWriter::new(File::create(&signed).unwrap());
    let done = sign_ofd(&package, &request, &party.signer, 2).unwrap();
    done.write_to(&mut sink).unwrap();
    sink.flush().unwrap();
    let source = open(&signed);
    assert!(source.len() > u64::from(PIECES) * PIECE as u64);
    let verifier = Verifier::new(party.trust());
    let report = verifier.verify_ofd(&source, &soon(), 2).unwrap();
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    let taken = peak().unwrap().saturating_sub(before);
    println!("a document of {} bytes took {taken} bytes", source.len());
    assert!(taken <= LIMIT, "{taken} bytes");

    // One bit in the middle of it counts.
    let file = File::options().write(true).open(&signed).unwrap();
    file.write_all_at(b"\xff", source.len() / 2).unwrap();
    let report = verifier.verify_ofd(&source, &soon(), 2).unwrap();
    let found = report.find(CheckCode::DocumentReferences);
    assert_eq!(found.map(|check| check.outcome), Some(Outcome::Failed));
}

/// A document of one page with a part of half a gigabyte, stored.
fn write_large(path: &std::path::Path) {
    let small = document(1);
    let end = small.len() - 22;
    let at = |place: usize| u32::from_le_bytes(small[place..place + 4].try_into().unwrap());
    let (count, start) = (small[end + 10], at(end + 16) as usize);
    let piece: Vec<u8> =
        (0..PIECE as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut crc = Crc::new();
    (0..PIECES).for_each(|_| crc.update(&piece));
    let name = b"Doc_0/large.bin";
    let size = PIECES * PIECE as u32;
    // Version, flags, method, time, date, checksum, both sizes, length of the name, no extra.
    let mut fields = [20u16, 0, 0, 0, 0x5c61].map(u16::to_le_bytes).concat();
    fields.extend([crc.sum(), size, size].map(u32::to_le_bytes).concat());
    fields.extend([name.len() as u16, 0].map(u16::to_le_bytes).concat());
    let mut out = BufWriter::new(File::create(path).unwrap());
    out.write_all(&small[..start]).unwrap();
    out.write_all(&[b"PK\x03\x04", fields.as_slice(), name].concat()).unwrap();
    (0..PIECES).for_each(|_| out.write_all(&piece).unwrap());
    // Comment, disk, two kinds of attributes: nothing; then where it stands.
    let record =
        [b"PK\x01\x02\x14\0", fields.as_slice(), &[0; 10], &(start as u32).to_le_bytes(), name]
            .concat();
    let directory = [&small[start..end], record.as_slice()].concat();
    out.write_all(&directory).unwrap();
    let moved = (start + 30 + name.len()) as u32 + size;
    let counts =
        [0u16, 0, u16::from(count) + 1, u16::from(count) + 1].map(u16::to_le_bytes).concat();
    let places = [directory.len() as u32, moved].map(u32::to_le_bytes).concat();
    out.write_all(&[b"PK\x05\x06", counts.as_slice(), places.as_slice(), &[0, 0]].concat())
        .unwrap();
    out.flush().unwrap();
}

/// The most memory that this program has had so far, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
