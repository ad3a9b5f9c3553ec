//! The digests of the parts that signatures protect, each part read once.

use super::super::digests::{self, Held, SMALL, batches};
use super::Listed;
use crate::container::ofd::limits::PIECE;
use crate::container::ofd::scan::{PartKind, Scan, scan, scan_bytes};
use crate::container::ofd::walk::{Walked, walk};
use crate::container::ofd::{Document, Entry, EntryReader, Package, PartPath};
use crate::crypto::parallel;
use crate::crypto::sm3::Sm3;
use crate::error::{Code, Error, Result};
use std::collections::HashMap;
use std::io::{self, Read};

/// The SM3 digests of protected parts, by the paths of their entries.
pub(super) struct Digests {
    /// `None` until it was read; what reading says if that failed.
    parts: HashMap<PartPath, Option<Result<[u8; 32]>>>,
}

impl Digests {
    /// Of the parts that these signatures refer to, nothing read yet.
    pub(super) fn of(package: &Package<'_>, listed: &[Listed]) -> Self {
        let files = listed.iter().filter_map(|one| one.file.as_ref().ok());
        let references = files.flat_map(|file| &file.references);
        let entries = references.filter_map(|reference| package.find(&reference.path));
        Digests { parts: entries.map(|(entry, _)| (entry.path().clone(), None)).collect() }
    }

    /// The digest of an entry that a signature refers to.
    pub(super) fn get(&self, entry: &Entry) -> Option<&Result<[u8; 32]>> {
        self.parts.get(entry.path())?.as_ref()
    }

    /// Reads all that the documents show; what is protected is hashed on the way.
    pub(super) fn walk(
        &mut self,
        package: &Package<'_>,
        documents: &[Document],
        threads: usize,
    ) -> Walked {
        walk(package, documents, &mut |parts| {
            let wanted = |entry: &Entry| self.parts.get(entry.path()).is_some_and(Option::is_none);
            let parts: Vec<Part<'_>> = parts
                .iter()
                .map(|(entry, kind)| Part { entry, kind: *kind, wanted: wanted(entry) })
                .collect();
            let looked = look(package, &parts, threads);
            let mut scans = Vec::with_capacity(parts.len());
            for (part, (digest, scan)) in parts.iter().zip(looked) {
                if let (Some(digest), Some(place)) = (digest, self.parts.get_mut(part.entry.path()))
                {
                    *place = Some(digest);
                }
                scans.push(scan);
            }
            scans
        })
    }

    /// Hashes what is protected and was not read yet.
    pub(super) fn rest(&mut self, package: &Package<'_>, threads: usize) {
        let unread = self.parts.iter().filter(|(_, digest)| digest.is_none());
        let entries: Vec<&Entry> = unread.filter_map(|(path, _)| package.part(path)).collect();
        for (entry, digest) in entries.iter().zip(digests::of(package, &entries, threads)) {
            self.parts.insert(entry.path().clone(), Some(digest));
        }
    }
}

/// A part that is looked at.
struct Part<'p> {
    entry: &'p Entry,
    kind: PartKind,
    /// Whether its digest is wanted.
    wanted: bool,
}

/// The digest of a part, if it was wanted, and what is in the part.
type Looked = (Option<Result<[u8; 32]>>, Result<Scan>);

/// Reads parts, and hashes those of which that is wanted.
fn look(package: &Package<'_>, parts: &[Part<'_>], threads: usize) -> Vec<Looked> {
    let is_data = |part: &&Part<'_>| part.kind == PartKind::Data;
    let data: Vec<&Entry> =
        parts.iter().filter(is_data).filter(|part| part.wanted).map(|part| part.entry).collect();
    let written: Vec<&Part<'_>> = parts.iter().filter(|part| !is_data(part)).collect();
    let batches = batches(&written, |part| part.entry.size());
    let looked = parallel::map(&batches, threads, |batch| match batch {
        [large] if large.entry.size() > SMALL => vec![in_pieces(package, large)],
        small => whole(package, small),
    });
    let mut looked = looked.into_iter().flatten();
    let mut digests = digests::of(package, &data, threads).into_iter();
    let mut one = |part: &Part<'_>| {
        if part.kind != PartKind::Data {
            let missing = || Error::new(Code::Read, "OFD part", "it was not read");
            return looked.next().unwrap_or_else(|| (None, Err(missing())));
        }
        let digest = if part.wanted { digests.next() } else { None };
        let scan = match &digest {
            Some(Err(error)) => Err(error.clone()),
            _ => Ok(Scan::default()),
        };
        (digest, scan)
    };
    parts.iter().map(&mut one).collect()
}

/// Small parts, held together.
fn whole(package: &Package<'_>, parts: &[&Part<'_>]) -> Vec<Looked> {
    let held = Held::read(package, parts.iter().map(|part| part.entry));
    let digests = held.digests();
    let scans = parts
        .iter()
        .zip(held.parts())
        .map(|(part, bytes)| scan_bytes(bytes?, part.entry.path(), part.kind));
    let wanted = parts.iter().zip(digests).map(|(part, digest)| part.wanted.then_some(digest));
    wanted.zip(scans).collect()
}

/// A large part.
fn in_pieces(package: &Package<'_>, part: &Part<'_>) -> Looked {
    let reader = package.open_entry(part.entry);
    let mut hashed = Hashed { reader, hash: part.wanted.then(Sm3::new) };
    let found = scan(&mut hashed, part.entry.path(), part.kind);
    // What a fault left unread is part of the digest too.
    let mut piece = vec![0; if found.is_err() && part.wanted { PIECE } else { 0 }];
    let digest = loop {
        match hashed.next(&mut piece) {
            Ok(0) => break hashed.hash.map(|hash| Ok(hash.finalize())),
            Ok(_) => {}
            Err(error) => break part.wanted.then_some(Err(error)),
        }
    };
    (digest, found)
}

/// The digest of an entry, on top of what was hashed already.
pub(super) fn digest(package: &Package<'_>, entry: &Entry, mut hash: Sm3) -> Result<[u8; 32]> {
    let mut reader = package.open_entry(entry);
    let mut piece = vec![0; PIECE];
    loop {
        match reader.next(&mut piece)? {
            0 => return Ok(hash.finalize()),
            count => hash.update(piece.get(..count).unwrap_or_default()),
        }
    }
}

/// Hashes what is read.
struct Hashed<'p> {
    reader: EntryReader<'p>,
    hash: Option<Sm3>,
}

impl Hashed<'_> {
    fn next(&mut self, out: &mut [u8]) -> Result<usize> {
        let count = self.reader.next(out)?;
        if let Some(hash) = &mut self.hash {
            hash.update(out.get(..count).unwrap_or_default());
        }
        Ok(count)
    }
}

impl Read for Hashed<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.next(out).map_err(io::Error::other)
    }
}
