//! Writing packages: new ones, and ones that keep their entries as they are stored.

use super::super::{Entry, Package, PartPath};
use super::archive::{Archive, Stamp};
use crate::error::{Code, Error, Result};
use crate::time::Time;
use std::io::Write;
use std::ops::Range;

/// How many bytes are copied at a time.
const BUFFER: usize = 64 * 1024;
/// Where a record of the central directory holds the offset of its entry.
const OFFSET_IN_RECORD: Range<usize> = 42..46;

/// A package with parts replaced or added; all others are copied as they are stored, compressed bytes,
/// headers and all. What stood before or between the entries is left out.
#[derive(Debug)]
pub struct Rewrite<'p> {
    package: &'p Package<'p>,
    time: Time,
    replaced: Vec<(PartPath, Vec<u8>)>,
    added: Vec<(PartPath, Vec<u8>)>,
}

impl<'p> Rewrite<'p> {
    /// This package as it is; `time` is written beside the parts that change.
    pub fn new(package: &'p Package<'p>, time: Time) -> Rewrite<'p> {
        Rewrite { package, time, replaced: Vec::new(), added: Vec::new() }
    }

    /// Puts these bytes in the place of the part of this path, or adds it.
    pub fn put(&mut self, path: PartPath, bytes: Vec<u8>) {
        let parts = match self.package.part(&path) {
            Some(_) => &mut self.replaced,
            None => &mut self.added,
        };
        parts.retain(|(other, _)| *other != path);
        parts.push((path, bytes));
    }

    /// What was put in the place of this path, or added.
    pub fn get(&self, path: &PartPath) -> Option<&[u8]> {
        let mut parts = self.replaced.iter().chain(&self.added);
        parts.find(|(other, _)| other == path).map(|(_, bytes)| bytes.as_slice())
    }

    /// The parts that were put in, in the order in which they were first.
    pub fn parts(&self) -> impl Iterator<Item = (&PartPath, &[u8])> {
        self.replaced.iter().chain(&self.added).map(|(path, bytes)| (path, bytes.as_slice()))
    }

    /// Writes the package and gives its length in bytes. Memory is bounded by the parts that were put
    /// in and the names of the others.
    ///
    /// # Errors
    ///
    /// What the source and the sink say ([`Code::Read`], [`Code::Write`]); [`Code::Form`] or
    /// [`Code::Size`] for packages of 4 GiB or 65,535 entries and more.
    pub fn write_to(&self, sink: &mut dyn Write) -> Result<u64> {
        self.write(None, sink)
    }

    /// As [`write_to`](Self::write_to), with this part added at the end.
    pub(crate) fn write_with(
        &self,
        path: &PartPath,
        bytes: &[u8],
        sink: &mut dyn Write,
    ) -> Result<u64> {
        self.write(Some((path, bytes)), sink)
    }

    fn write(&self, last: Option<(&PartPath, &[u8])>, sink: &mut dyn Write) -> Result<u64> {
        let mut out = Archive::new(sink, Stamp::of(self.time));
        let mut entries: Vec<(usize, &Entry)> = self.package.entries().iter().enumerate().collect();
        entries.sort_by_key(|(_, entry)| entry.extent().start);
        // The records keep the order of the directory, the entries theirs.
        let mut records = vec![Vec::new(); entries.len()];
        for (index, entry) in entries {
            let new = self.replaced.iter().find(|(path, _)| path == entry.path());
            let record = match new {
                Some((path, bytes)) if !entry.is_folder() => {
                    out.part(path.entry_name(), bytes, true)?
                }
                _ => self.copy(entry, &mut out)?,
            };
            if let Some(place) = records.get_mut(index) {
                *place = record;
            }
        }
        for (path, bytes) in &self.added {
            records.push(out.part(path.entry_name(), bytes, true)?);
        }
        if let Some((path, bytes)) = last {
            records.push(out.part(path.entry_name(), bytes, true)?);
        }
        let mut comment = Vec::new();
        read_range(self.package, self.package.comment(), |bytes| {
            comment.extend_from_slice(bytes);
            Ok(())
        })?;
        out.finish(&records, &comment)
    }

    /// Copies an entry as it is stored and gives its record with the new offset.
    fn copy(&self, entry: &Entry, out: &mut Archive<'_>) -> Result<Vec<u8>> {
        let offset = out.offset()?;
        let mut record = Vec::new();
        read_range(self.package, entry.record(), |bytes| {
            record.extend_from_slice(bytes);
            Ok(())
        })?;
        match record.get_mut(OFFSET_IN_RECORD) {
            // All ones: the offset stands in an extra field.
            Some(place) if *place != [0xff; 4] => place.copy_from_slice(&offset.to_le_bytes()),
            _ => return Err(Error::new(Code::Form, entry.path().to_string(), "a Zip64 entry")),
        }
        read_range(self.package, entry.extent(), |bytes| out.write(bytes))?;
        Ok(record)
    }
}

/// A package from nothing.
#[derive(Debug)]
pub struct NewPackage {
    time: Time,
    parts: Vec<(PartPath, Vec<u8>)>,
}

impl NewPackage {
    /// A package without parts; `time` is written beside each.
    pub fn new(time: Time) -> NewPackage {
        NewPackage { time, parts: Vec::new() }
    }

    /// Adds a part, or puts it in the place of the one of this path.
    pub fn put(&mut self, path: PartPath, bytes: Vec<u8>) {
        match self.parts.iter_mut().find(|(other, _)| *other == path) {
            Some((_, place)) => *place = bytes,
            None => self.parts.push((path, bytes)),
        }
    }

    /// Writes the package and gives its length in bytes.
    ///
    /// # Errors
    ///
    /// As [`Rewrite::write_to`].
    pub fn write_to(&self, sink: &mut dyn Write) -> Result<u64> {
        let mut out = Archive::new(sink, Stamp::of(self.time));
        let records: Result<Vec<_>> = self
            .parts
            .iter()
            .map(|(path, bytes)| out.part(path.entry_name(), bytes, true))
            .collect();
        out.finish(&records?, &[])
    }
}

/// Gives a range of the package's source piece by piece.
fn read_range(
    package: &Package<'_>,
    range: Range<u64>,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut buffer = vec![0; BUFFER];
    let mut at = range.start;
    while at < range.end {
        let length = usize::try_from(range.end - at).map_or(BUFFER, |left| left.min(BUFFER));
        let Some(piece) = buffer.get_mut(..length) else { break };
        package.source().read_at(at, piece)?;
        take(piece)?;
        at += length as u64;
    }
    Ok(())
}
