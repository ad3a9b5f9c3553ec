//! The SM3 digests of the parts of a package: small parts side by side, large ones in pieces.

use crate::container::ofd::{Entry, Package, PartPath};
use crate::crypto::parallel;
use crate::crypto::sm3::{self, Sm3};
use crate::error::Result;

/// Parts of at most so many bytes are read whole and hashed side by side.
const SMALL: u64 = 128 * 1024;
/// How many bytes of small parts are held at a time, by each thread.
const HELD: u64 = 1024 * 1024;
/// How many bytes of a large part are hashed at a time.
const PIECE: usize = 64 * 1024;

/// The path of each part and its digest, in the order of the package; on up to `threads` threads.
pub(super) fn all(package: &Package<'_>, threads: usize) -> Result<Vec<(PartPath, [u8; 32])>> {
    let parts: Vec<&Entry> = package.parts().collect();
    let digests = of(package, &parts, threads);
    parts.iter().zip(digests).map(|(entry, digest)| Ok((entry.path().clone(), digest?))).collect()
}

/// The digests of these parts, in their order; on up to `threads` threads.
pub(super) fn of(package: &Package<'_>, parts: &[&Entry], threads: usize) -> Vec<Result<[u8; 32]>> {
    let mut batches: Vec<&[&Entry]> = Vec::new();
    let mut rest = parts;
    while let [first, ..] = rest {
        let mut held = first.size();
        let more = rest.iter().skip(1).take_while(|entry| {
            held = held.saturating_add(entry.size());
            entry.size() <= SMALL && held <= HELD
        });
        let count = if first.size() <= SMALL { 1 + more.count() } else { 1 };
        let (batch, others) = rest.split_at(count);
        batches.push(batch);
        rest = others;
    }
    let digests = parallel::map(&batches, threads, |batch| match batch {
        [large] if large.size() > SMALL => vec![in_pieces(package, large)],
        small => side_by_side(package, small),
    });
    digests.into_iter().flatten().collect()
}

fn side_by_side(package: &Package<'_>, parts: &[&Entry]) -> Vec<Result<[u8; 32]>> {
    let read: Vec<Result<Vec<u8>>> =
        parts.iter().map(|entry| package.read(entry, SMALL as usize)).collect();
    let good: Vec<&[u8]> = read.iter().flatten().map(Vec::as_slice).collect();
    let mut digests = sm3::digest_many(&good, 1).into_iter();
    let one = |read: Result<Vec<u8>>| read.map(|_| digests.next().unwrap_or_default());
    read.into_iter().map(one).collect()
}

fn in_pieces(package: &Package<'_>, entry: &Entry) -> Result<[u8; 32]> {
    let mut reader = package.open_entry(entry);
    let mut digest = Sm3::new();
    let mut buffer = vec![0; PIECE];
    loop {
        let read = reader.next(&mut buffer)?;
        match buffer.get(..read) {
            Some(piece) if !piece.is_empty() => digest.update(piece),
            _ => return Ok(digest.finalize()),
        }
    }
}
