//! The record at the end, which says where the directory stands.

use super::{Fields, broken, read, unsupported};
use crate::container::ofd::limits::{MAX_DIRECTORY, MAX_ENTRIES, MAX_PACKAGE};
use crate::container::ofd::source::ReadAt;
use crate::error::{Code, Error, Result};
use std::ops::Range;

const SIGNATURE: &[u8; 4] = b"PK\x05\x06";
const LENGTH: u64 = 22;
const MAX_COMMENT: u64 = 0xffff;

/// What the end record says.
pub(in crate::container::ofd) struct End {
    /// The directory.
    pub(in crate::container::ofd) directory: Range<u64>,
    /// The number of entries.
    pub(in crate::container::ofd) entries: usize,
    /// What is to be added to places that headers name: bytes were put before the package.
    pub(in crate::container::ofd) base: u64,
    /// The comment at the very end.
    pub(in crate::container::ofd) comment: Range<u64>,
}

/// Finds the one end record.
pub(in crate::container::ofd) fn find(source: &dyn ReadAt) -> Result<End> {
    let length = source.len();
    if length > MAX_PACKAGE {
        let message = format!("larger than {MAX_PACKAGE} bytes: {length}");
        return Err(Error::new(Code::Size, "OFD package", message));
    }
    let tail_length = length.min(LENGTH + MAX_COMMENT);
    let tail_at = length - tail_length;
    let tail = read(source, tail_at, tail_length as usize)?;
    let Some(within) = tail.windows(4).rposition(|window| window == SIGNATURE) else {
        return Err(broken(length, "no zip package: it has no end record"));
    };
    let at = tail_at + within as u64;
    let mut fields = Fields::new(tail.get(within..).unwrap_or_default(), at);
    fields.signature(SIGNATURE, "end record")?;
    let disks = (fields.u16()?, fields.u16()?);
    let counts = (fields.u16()?, fields.u16()?);
    let (size, offset) = (fields.u32()?, fields.u32()?);
    let comment = u64::from(fields.u16()?);
    if at + LENGTH + comment != length {
        return Err(broken(at, "the package does not end with its end record"));
    }
    if counts.1 == u16::MAX || size == u32::MAX || offset == u32::MAX {
        return Err(unsupported("the 64-bit form of zip is not read"));
    }
    if disks != (0, 0) || counts.0 != counts.1 {
        return Err(broken(at, "a package in several volumes"));
    }
    let (size, offset, entries) = (u64::from(size), u64::from(offset), usize::from(counts.1));
    if entries > MAX_ENTRIES {
        let message = format!("more than {MAX_ENTRIES} entries: {entries}");
        return Err(Error::new(Code::Count, "OFD package", message));
    }
    if size > MAX_DIRECTORY {
        let message = format!("a directory of more than {MAX_DIRECTORY} bytes: {size}");
        return Err(Error::new(Code::Size, "OFD package", message));
    }
    // The directory ends where the end record starts; whatever its stated place lacks was put
    // before the package.
    let base = at.checked_sub(size).and_then(|start| start.checked_sub(offset));
    let Some(base) = base else {
        return Err(broken(at, "the directory does not stand before the end record"));
    };
    let start = offset + base;
    Ok(End { directory: start..at, entries, base, comment: at + LENGTH..length })
}
