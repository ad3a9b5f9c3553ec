//! The SM3 digests of the parts of a package: small parts are read whole and hashed side by side,
//! large ones go on side by side in pieces.

mod streams;

use crate::container::ofd::{Entry, Inflater, Package, PartPath};
use crate::crypto::parallel;
use crate::crypto::sm3;
use crate::error::{Error, Result};
use std::ops::Range;

/// Parts of at most so many bytes are read whole.
pub(super) const SMALL: u64 = 128 * 1024;
/// How many bytes of small parts are held at a time, by each thread.
const HELD: u64 = 1024 * 1024;

/// The digest of a part.
type Digest = [u8; sm3::LENGTH];
/// A part and which of those asked for it is.
type Numbered<'p> = (usize, &'p Entry);

/// The path of each part and its digest, in the order of the package; on up to `threads` threads.
pub(super) fn all(package: &Package<'_>, threads: usize) -> Result<Vec<(PartPath, Digest)>> {
    let parts: Vec<&Entry> = package.parts().collect();
    let digests = of(package, &parts, threads);
    parts.iter().zip(digests).map(|(entry, digest)| Ok((entry.path().clone(), digest?))).collect()
}

/// What one thread does at a time.
enum Work<'p, 'b> {
    Streams(Vec<Numbered<'p>>),
    Batch(&'b [Numbered<'p>]),
}

/// The digests of these parts, in their order; on up to `threads` threads.
pub(super) fn of(package: &Package<'_>, parts: &[&Entry], threads: usize) -> Vec<Result<Digest>> {
    let numbered = parts.iter().copied().enumerate();
    let (small, large): (Vec<Numbered<'_>>, _) = numbered.partition(|part| part.1.size() <= SMALL);
    let streams = dealt(large, threads).into_iter().map(Work::Streams);
    let batches = batches(&small, |(_, entry)| entry.size()).into_iter().map(Work::Batch);
    let works: Vec<Work<'_, '_>> = streams.chain(batches).collect();
    let found = parallel::map(&works, threads, |work| match work {
        Work::Streams(parts) => streams::hash(package, parts),
        Work::Batch(parts) => {
            let held = Held::read(package, parts.iter().map(|(_, entry)| *entry));
            parts
                .iter()
                .zip(held.digests())
                .map(|((number, _), digest)| (*number, digest))
                .collect()
        }
    });
    let mut digests: Vec<Option<Result<Digest>>> = Vec::new();
    digests.resize_with(parts.len(), || None);
    for (number, digest) in found.into_iter().flatten() {
        if let Some(place) = digests.get_mut(number) {
            *place = Some(digest);
        }
    }
    // Each number was given out once.
    digests.into_iter().flatten().collect()
}

/// The parts as even shares for so many threads, each with its largest first.
fn dealt(mut parts: Vec<Numbered<'_>>, threads: usize) -> Vec<Vec<Numbered<'_>>> {
    parts.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.size()));
    let mut shares: Vec<(u64, Vec<Numbered<'_>>)> = Vec::new();
    shares.resize_with(threads.clamp(1, parts.len().max(1)), Default::default);
    for part in parts {
        if let Some((size, share)) = shares.iter_mut().min_by_key(|(size, _)| *size) {
            *size = size.saturating_add(part.1.size());
            share.push(part);
        }
    }
    shares.into_iter().map(|(_, share)| share).filter(|share| !share.is_empty()).collect()
}

/// Small parts in their order, as many together as are held at a time; a large one stands alone.
pub(super) fn batches<T>(parts: &[T], size: impl Fn(&T) -> u64) -> Vec<&[T]> {
    let mut batches = Vec::new();
    let mut rest = parts;
    while let [first, ..] = rest {
        let mut held = size(first);
        let more = rest.iter().skip(1).take_while(|part| {
            held = held.saturating_add(size(part));
            size(part) <= SMALL && held <= HELD
        });
        let count = if size(first) <= SMALL { 1 + more.count() } else { 1 };
        let (batch, others) = rest.split_at(count);
        batches.push(batch);
        rest = others;
    }
    batches
}

/// Small parts, read whole.
pub(super) struct Held {
    bytes: Vec<u8>,
    places: Vec<Result<Range<usize>>>,
}

impl Held {
    /// Reads them, one after another.
    pub(super) fn read<'p>(package: &Package<'_>, parts: impl Iterator<Item = &'p Entry>) -> Held {
        let (mut bytes, mut inflater) = (Vec::new(), Inflater::default());
        let places = parts.map(|entry| {
            let start = bytes.len();
            package.read_onto(&mut bytes, entry, SMALL as usize, &mut inflater)?;
            Ok(start..bytes.len())
        });
        let places = places.collect();
        Held { bytes, places }
    }

    /// The bytes of each, or why they cannot be had.
    pub(super) fn parts(&self) -> impl Iterator<Item = Result<&[u8]>> {
        let place = |place: &Range<usize>| self.bytes.get(place.clone()).unwrap_or_default();
        self.places.iter().map(move |found| found.as_ref().map(place).map_err(Error::clone))
    }

    /// The digest of each.
    pub(super) fn digests(&self) -> Vec<Result<Digest>> {
        let good: Vec<&[u8]> = self.parts().flatten().collect();
        let mut digests = sm3::digest_many(&good, 1).into_iter();
        let one = |part: Result<&[u8]>| part.map(|_| digests.next().unwrap_or_default());
        self.parts().map(one).collect()
    }
}
