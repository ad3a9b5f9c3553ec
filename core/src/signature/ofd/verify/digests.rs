//! The digests of the parts that signatures protect, each part read once.

use super::Listed;
use crate::container::ofd::limits::PIECE;
use crate::container::ofd::scan::{PartKind, Scan, scan};
use crate::container::ofd::walk::{Walked, walk};
use crate::container::ofd::{Document, Entry, EntryReader, Package, PartPath};
use crate::crypto::parallel;
use crate::crypto::sm3::Sm3;
use crate::error::Result;
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
            let found = parallel::map(parts, threads, |(entry, kind)| {
                let wanted = self.parts.get(entry.path()).is_some_and(Option::is_none);
                look(package, entry, *kind, wanted)
            });
            let mut scans = Vec::with_capacity(parts.len());
            for ((entry, _), (digest, scan)) in parts.iter().zip(found) {
                if let (Some(digest), Some(place)) = (digest, self.parts.get_mut(entry.path())) {
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
        let digests = parallel::map(&entries, threads, |entry| digest(package, entry, Sm3::new()));
        for (entry, digest) in entries.iter().zip(digests) {
            self.parts.insert(entry.path().clone(), Some(digest));
        }
    }
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

type Looked = (Option<Result<[u8; 32]>>, Result<Scan>);

/// Reads a part, and hashes it if that is wanted.
fn look(package: &Package<'_>, entry: &Entry, kind: PartKind, wanted: bool) -> Looked {
    if kind == PartKind::Data {
        return match wanted.then(|| digest(package, entry, Sm3::new())) {
            Some(Err(error)) => (Some(Err(error.clone())), Err(error)),
            digest => (digest, Ok(Scan::default())),
        };
    }
    let mut hashed = Hashed { reader: package.open_entry(entry), hash: wanted.then(Sm3::new) };
    let found = scan(&mut hashed, entry.path(), kind);
    // What a fault left unread is part of the digest too.
    let mut piece = vec![0; if found.is_err() && wanted { PIECE } else { 0 }];
    let digest = loop {
        match hashed.next(&mut piece) {
            Ok(0) => break hashed.hash.map(|hash| Ok(hash.finalize())),
            Ok(_) => {}
            Err(error) => break wanted.then_some(Err(error)),
        }
    };
    (digest, found)
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
