//! Packages as they are written: entries in the order given, then their records.

use crate::error::{Code, Error, Result};
use crate::time::Time;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

/// Readers refuse what inflates to so many times its packed size and more; ours does at 200.
const MOST_PACKED: usize = 100;
/// The version of the format that packed entries need: 2.0.
const VERSION: u16 = 20;
/// How long a record is at least.
const RECORD: usize = 46;

/// An archive being written.
pub(in crate::container::ofd) struct Archive<'s> {
    sink: &'s mut dyn Write,
    written: u64,
    stamp: Stamp,
}

impl<'s> Archive<'s> {
    pub(in crate::container::ofd) fn new(sink: &'s mut dyn Write, stamp: Stamp) -> Archive<'s> {
        Archive { sink, written: 0, stamp }
    }

    /// Writes bytes as they are.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.sink.write_all(bytes).map_err(|error| write_error(&error))?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Where the next entry stands.
    pub(in crate::container::ofd) fn offset(&self) -> Result<u32> {
        match u32::try_from(self.written) {
            Ok(offset) if offset < u32::MAX => Ok(offset),
            _ => Err(Error::new(Code::Size, "package", "4 GiB and more are not written")),
        }
    }

    /// Writes a part and gives its record. It is packed, if that is wanted, where that makes it
    /// smaller, but not so much smaller that a careful reader takes it for a bomb.
    pub(in crate::container::ofd) fn part(
        &mut self,
        name: &str,
        bytes: &[u8],
        pack: bool,
    ) -> Result<Vec<u8>> {
        let offset = self.offset()?;
        let too_large = || Error::new(Code::Size, name.to_owned(), "too large for a package");
        let mut crc = Crc::new();
        crc.update(bytes);
        let fits =
            |packed: &Vec<u8>| (bytes.len() / MOST_PACKED..bytes.len()).contains(&packed.len());
        let compressed = if pack { Some(deflate(bytes)?).filter(fits) } else { None };
        let (method, data) = match &compressed {
            Some(compressed) => (8_u16, compressed.as_slice()),
            None => (0, bytes),
        };
        let size = |bytes: &[u8]| match u32::try_from(bytes.len()) {
            Ok(size) if size < u32::MAX => Ok(size),
            _ => Err(too_large()),
        };
        // Bit 11: the name is UTF-8.
        let flags = if name.is_ascii() { 0_u16 } else { 1 << 11 };
        let mut common = Vec::with_capacity(26);
        for field in [VERSION, flags, method, self.stamp.clock, self.stamp.day] {
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

    /// Writes the directory, of these records, and the end.
    pub(in crate::container::ofd) fn finish(
        mut self,
        records: &[Vec<u8>],
        comment: &[u8],
    ) -> Result<u64> {
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

fn deflate(bytes: &[u8]) -> Result<Vec<u8>> {
    let room = Vec::with_capacity(bytes.len() / 2);
    let mut encoder = DeflateEncoder::new(room, Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(|error| write_error(&error))
}

fn write_error(error: &std::io::Error) -> Error {
    Error::new(Code::Write, "package", error.to_string())
}

/// The time of day in steps of two seconds and the day, in UTC, as archives write them.
#[derive(Debug, Clone, Copy)]
pub(in crate::container::ofd) struct Stamp {
    clock: u16,
    day: u16,
}

impl Stamp {
    /// The first of January 1980, the first day that the format knows.
    pub(in crate::container::ofd) const FIRST: Stamp = Stamp { clock: 0, day: (1 << 5) | 1 };

    /// This time; the first day for one that is not from 1980 to 2107.
    pub(super) fn of(time: Time) -> Stamp {
        let civil = time.civil();
        let clock = (u16::from(civil.hour) << 11) | (u16::from(civil.minute) << 5);
        let clock = clock | (u16::from(civil.second) / 2);
        match civil.year.checked_sub(1980) {
            Some(year) if year < 128 => {
                let day = (year << 9) | (u16::from(civil.month) << 5) | u16::from(civil.day);
                Stamp { clock, day }
            }
            _ => Stamp::FIRST,
        }
    }
}
