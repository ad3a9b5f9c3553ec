//! The zip format as packages use it, and nothing more of it.
//!
//! Every byte of a package belongs to exactly one thing: the entries stand one after another, then
//! the directory, then the end record. What another reader may see otherwise is refused: a second
//! end record, bytes between entries, entries that overlap, local headers that differ from the
//! directory, 64-bit and multi-volume forms, encryption.
//!
//! # Source
//!
//! The structure is that of PKWARE's APPNOTE.

mod directory;
mod end;
mod layout;

pub(super) use directory::{Record, read_records as read_directory};
pub(super) use end::{End, find as find_end};
pub(super) use layout::check as check_layout;

use super::source::ReadAt;
use crate::error::{Code, Error, Result};

/// Stored as it is.
pub(super) const STORED: u16 = 0;
/// Packed by deflate.
pub(super) const DEFLATED: u16 = 8;

/// An error of the structure of a package, at a place of it.
pub(super) fn broken(at: u64, message: impl Into<String>) -> Error {
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    Error::new(Code::Structure, "OFD package", message.into()).at(at)
}

/// `length` bytes from `offset` on; the caller has bounded the length.
fn read(source: &dyn ReadAt, offset: u64, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    source.read_at(offset, &mut bytes)?;
    Ok(bytes)
}

/// Little-endian fields, one after another.
struct Fields<'a> {
    rest: &'a [u8],
    /// Where `rest` starts in the package, for errors.
    at: u64,
}

impl<'a> Fields<'a> {
    fn new(bytes: &'a [u8], at: u64) -> Self {
        Fields { rest: bytes, at }
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8]> {
        let Some((found, rest)) = self.rest.split_at_checked(length) else {
            return Err(broken(self.at, "a record of the zip format is cut off"));
        };
        self.rest = rest;
        self.at += length as u64;
        Ok(found)
    }

    fn u16(&mut self) -> Result<u16> {
        Ok(self.bytes(2)?.iter().rev().fold(0, |value, byte| value << 8 | u16::from(*byte)))
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(self.bytes(4)?.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte)))
    }

    fn u64(&mut self) -> Result<u64> {
        Ok(self.bytes(8)?.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn signature(&mut self, expected: &[u8; 4], what: &str) -> Result<()> {
        let at = self.at;
        if self.bytes(4)? != expected {
            return Err(broken(at, format!("no {what} stands where one is due")));
        }
        Ok(())
    }
}

/// Looks through the extra fields of a header for what would give the entry another name or content;
/// gives the field of 64-bit sizes.
fn check_extra<'e>(extra: &'e [u8], at: u64, name: &str) -> Result<Option<&'e [u8]>> {
    const ZIP64: u16 = 0x0001;
    const AES: u16 = 0x9901;
    const STRONG_ENCRYPTION: u16 = 0x0017;
    const UNICODE_PATH: u16 = 0x7075;
    let mut fields = Fields::new(extra, at);
    let mut wide = None;
    while !fields.rest.is_empty() {
        let at = fields.at;
        let (kind, length) = (fields.u16()?, fields.u16()?);
        let value = fields.bytes(usize::from(length))?;
        match kind {
            ZIP64 if wide.is_some() => return Err(broken(at, "an extra field stands twice")),
            ZIP64 => wide = Some(value),
            AES | STRONG_ENCRYPTION => return Err(unsupported("an entry is encrypted")),
            UNICODE_PATH if value.get(5..) != Some(name.as_bytes()) => {
                return Err(broken(at, format!("a second name stands beside {name:?}")));
            }
            _ => {}
        }
    }
    Ok(wide)
}

fn unsupported(message: &'static str) -> Error {
    Error::new(Code::Form, "OFD package", message)
}
