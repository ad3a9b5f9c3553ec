//! Writing packages: new ones, and ones that keep their entries as they are stored.

use super::super::{Entry, Package, PartPath};
use crate::error::{Code, Error, Result};
use crate::time::Time;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;
use std::ops::Range;

/// How many bytes are copied at a time.
const BUFFER: usize = 64 * 1024;
/// Smaller parts are not worth compressing.
const WORTH_COMPRESSING: usize = 64;
/// Where a record of the central directory holds the offset of its entry, and how long it is at least.
const OFFSET_IN_RECORD: Range<usize> = 42..46;
const RECORD: usize = 46;

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
        let mut out = Archive::new(sink, self.time);
        let mut entries: Vec<(usize, &Entry)> = self.package.entries().iter().enumerate().collect();
        entries.sort_by_key(|(_, entry)| entry.extent().start);
        // The records keep the order of the directory, the entries theirs.
        let mut records = vec![Vec::new(); entries.len()];
        for (index, entry) in entries {
            let new = self.replaced.iter().find(|(path, _)| path == entry.path());
            let record = match new {
                Some((path, bytes)) if !entry.is_folder() => out.part(path, bytes)?,
                _ => self.copy(entry, &mut out)?,
            };
            if let Some(place) = records.get_mut(index) {
                *place = record;
            }
        }
        for (path, bytes) in &self.added {
            records.push(out.part(path, bytes)?);
        }
        if let Some((path, bytes)) = last {
            records.push(out.part(path, bytes)?);
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
        let mut out = Archive::new(sink, self.time);
        let records: Result<Vec<_>> =
            self.parts.iter().map(|(path, bytes)| out.part(path, bytes)).collect();
        out.finish(&records?, &[])
    }
}

/// An archive being written.
struct Archive<'s> {
    sink: &'s mut dyn Write,
    written: u64,
    /// The time and the date as archives write them.
    stamp: (u16, u16),
}

impl<'s> Archive<'s> {
    fn new(sink: &'s mut dyn Write, time: Time) -> Archive<'s> {
        Archive { sink, written: 0, stamp: dos_time(time) }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.sink.write_all(bytes).map_err(|error| write_error(&error))?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    fn offset(&self) -> Result<u32> {
        match u32::try_from(self.written) {
            Ok(offset) if offset < u32::MAX => Ok(offset),
            _ => Err(Error::new(Code::Size, "package", "4 GiB and more are not written")),
        }
    }

    /// Writes a part and gives its record.
    fn part(&mut self, path: &PartPath, bytes: &[u8]) -> Result<Vec<u8>> {
        let offset = self.offset()?;
        let name = path.entry_name();
        let too_large = || Error::new(Code::Size, path.to_string(), "too large for a package");
        let mut crc = Crc::new();
        crc.update(bytes);
        let compressed = match bytes.len() < WORTH_COMPRESSING {
            true => None,
            false => Some(deflate(bytes)?).filter(|compressed| compressed.len() < bytes.len()),
        };
        let (method, data) = match &compressed {
            Some(compressed) => (8_u16, compressed.as_slice()),
            None => (0, bytes),
        };
        let size = |bytes: &[u8]| match u32::try_from(bytes.len()) {
            Ok(size) if size < u32::MAX => Ok(size),
            _ => Err(too_large()),
        };
        let version = if method == 8 { 20_u16 } else { 10 };
        // Bit 11: the name is UTF-8.
        let flags = if name.is_ascii() { 0_u16 } else { 1 << 11 };
        let mut common = Vec::with_capacity(26);
        for field in [version, flags, method, self.stamp.0, self.stamp.1] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        for field in [crc.sum(), size(data)?, size(bytes)?] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        let length = u16::try_from(name.len()).map_err(|_| too_large())?;
        for field in [length, 0] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        for bytes in [b"PK\x03\x04".as_slice(), &common, name.as_bytes(), data] {
            self.write(bytes)?;
        }
        // Made by version 2.0 on no particular system; no comment, disk 0, no attributes.
        let mut record = [b"PK\x01\x02\x14\x00".as_slice(), &common, &[0; 10]].concat();
        record.extend_from_slice(&offset.to_le_bytes());
        record.extend_from_slice(name.as_bytes());
        Ok(record)
    }

    fn finish(mut self, records: &[Vec<u8>], comment: &[u8]) -> Result<u64> {
        let start = self.offset()?;
        for record in records {
            debug_assert!(record.len() >= RECORD);
            self.write(record)?;
        }
        let length = self.offset()? - start;
        let count = match u16::try_from(records.len()) {
            Ok(count) if count < u16::MAX => count,
            _ => return Err(Error::new(Code::Count, "package", "65,535 entries or more")),
        };
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        for field in [count, count] {
            end.extend_from_slice(&field.to_le_bytes());
        }
        for field in [length, start] {
            end.extend_from_slice(&field.to_le_bytes());
        }
        let comment_length = u16::try_from(comment.len())
            .map_err(|_| Error::new(Code::Size, "package", "a comment of 64 KiB"))?;
        end.extend_from_slice(&comment_length.to_le_bytes());
        self.write(&end)?;
        self.write(comment)?;
        self.sink.flush().map_err(|error| write_error(&error))?;
        Ok(self.written)
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

fn deflate(bytes: &[u8]) -> Result<Vec<u8>> {
    let room = Vec::with_capacity(bytes.len() / 2);
    let mut encoder = DeflateEncoder::new(room, Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(|error| write_error(&error))
}

fn write_error(error: &std::io::Error) -> Error {
    Error::new(Code::Write, "package", error.to_string())
}

/// The time of day in steps of two seconds, and the day, in UTC, as archives write them: 1980 to 2107.
fn dos_time(time: Time) -> (u16, u16) {
    let civil = time.civil();
    let clock = (u16::from(civil.hour) << 11) | (u16::from(civil.minute) << 5);
    let clock = clock | (u16::from(civil.second) / 2);
    let year = civil.year.checked_sub(1980);
    match year {
        Some(year) if year < 128 => {
            (clock, (year << 9) | (u16::from(civil.month) << 5) | u16::from(civil.day))
        }
        _ => (0, (1 << 5) | 1),
    }
}
