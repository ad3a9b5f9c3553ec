//! Writing a package anew: entries in the order given, no clock, no names but ASCII ones.

use super::limits::MAX_PACKAGE;
use crate::error::{Code, Error, Result};
use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write;

/// A ZIP archive being written.
pub(super) struct ZipWriter {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    entries: u16,
}

/// Readers refuse what inflates to so many times its packed size and more; ours does at 200.
const MAX_RATIO: usize = 100;
const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// The version of the format that deflated entries need: 2.0.
const VERSION: u16 = 20;
/// The first of January 1980, the first day that the format knows: there is no clock here.
const DATE: u16 = 0x21;

impl ZipWriter {
    pub(super) fn new() -> Self {
        ZipWriter { bytes: Vec::new(), directory: Vec::new(), entries: 0 }
    }

    /// Adds a file, deflated where that makes it smaller, but not so much smaller that a careful
    /// reader takes it for a bomb; pictures are small already.
    ///
    /// # Errors
    ///
    /// [`Code::Size`] and [`Code::Count`] past the limits of the package.
    pub(super) fn add(&mut self, name: &str, data: &[u8], deflate: bool) -> Result<()> {
        let fail = |code, message: &str| Error::new(code, name.to_owned(), message.to_owned());
        let deflated = if deflate { Some(deflated(data)) } else { None };
        let deflated = deflated
            .filter(|deflated| (data.len() / MAX_RATIO..data.len()).contains(&deflated.len()));
        let (method, stored) = match &deflated {
            Some(deflated) => (8, deflated.as_slice()),
            None => (0, data),
        };
        let offset = self.bytes.len();
        if offset.saturating_add(stored.len()) > MAX_PACKAGE || data.len() > MAX_PACKAGE {
            return Err(fail(Code::Size, "the package is too large"));
        }
        self.entries = self
            .entries
            .checked_add(1)
            .filter(|count| *count < u16::MAX)
            .ok_or_else(|| fail(Code::Count, "too many files in the package"))?;
        let mut shared = Vec::with_capacity(26);
        for value in [VERSION, 0, method, 0, DATE] {
            shared.extend(value.to_le_bytes());
        }
        // Both lengths are below MAX_PACKAGE, names are short.
        for value in [crc32(data), stored.len() as u32, data.len() as u32] {
            shared.extend(value.to_le_bytes());
        }
        shared.extend((name.len() as u16).to_le_bytes());
        shared.extend([0; 2]);

        self.bytes.extend(LOCAL.to_le_bytes());
        self.bytes.extend(&shared);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(stored);

        self.directory.extend(CENTRAL.to_le_bytes());
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&shared);
        self.directory.extend([0; 10]); // no comment, first disk, no attributes
        self.directory.extend((offset as u32).to_le_bytes());
        self.directory.extend(name.as_bytes());
        Ok(())
    }

    /// The whole package.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let offset = self.bytes.len() as u32;
        self.bytes.extend(&self.directory);
        self.bytes.extend(END.to_le_bytes());
        self.bytes.extend([0; 4]);
        self.bytes.extend(self.entries.to_le_bytes());
        self.bytes.extend(self.entries.to_le_bytes());
        self.bytes.extend((self.directory.len() as u32).to_le_bytes());
        self.bytes.extend(offset.to_le_bytes());
        self.bytes.extend([0; 2]);
        self.bytes
    }
}

/// CRC-32 as ZIP and PNG have it.
pub(super) fn crc32(data: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(data);
    crc.sum()
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail; if it did, the file would be stored as it is.
    match encoder.write_all(data).and_then(|()| encoder.finish()) {
        Ok(deflated) => deflated,
        Err(_) => data.to_vec(),
    }
}
