//! The directory: one record for each entry.

use super::{DEFLATED, End, Fields, STORED, broken, check_extra, read, unsupported};
use crate::container::ofd::limits::MAX_PATH;
use crate::container::ofd::source::ReadAt;
use crate::error::{Code, Error, Result};
use std::ops::Range;

const SIGNATURE: &[u8; 4] = b"PK\x01\x02";
const ENCRYPTED: u16 = 1 << 0;
const PATCH: u16 = 1 << 5;
const STRONG_ENCRYPTION: u16 = 1 << 6;
const MASKED: u16 = 1 << 13;
/// The sizes follow the data.
pub(super) const DESCRIPTOR: u16 = 1 << 3;
const UTF8: u16 = 1 << 11;
/// Flags that must be the same in both headers.
pub(super) const COMPARED: u16 = ENCRYPTED | PATCH | STRONG_ENCRYPTION | MASKED | DESCRIPTOR;

/// What the directory says of one entry.
pub(in crate::container::ofd) struct Record {
    /// The name, as text; `/` at the end marks a folder.
    pub(in crate::container::ofd) name: String,
    /// The name as stored.
    pub(super) raw_name: Vec<u8>,
    pub(super) flags: u16,
    pub(in crate::container::ofd) method: u16,
    pub(in crate::container::ofd) crc: u32,
    pub(in crate::container::ofd) packed: u64,
    pub(in crate::container::ofd) size: u64,
    /// Where the local header stands in the package.
    pub(super) local: u64,
    /// Where this record stands in the package.
    pub(in crate::container::ofd) place: Range<u64>,
    /// How the name is written otherwise than it should be.
    pub(in crate::container::ofd) odd_name: Option<&'static str>,
}

/// Reads the directory.
pub(in crate::container::ofd) fn read_records(
    source: &dyn ReadAt,
    end: &End,
) -> Result<Vec<Record>> {
    let length = end.directory.end - end.directory.start;
    let bytes = read(source, end.directory.start, length as usize)?;
    let mut fields = Fields::new(&bytes, end.directory.start);
    let mut records = Vec::new();
    for _ in 0..end.entries {
        records.push(record(&mut fields, end.base)?);
    }
    if !fields.rest.is_empty() {
        return Err(broken(fields.at, "the directory holds more than its entries"));
    }
    Ok(records)
}

fn record(fields: &mut Fields<'_>, base: u64) -> Result<Record> {
    let start = fields.at;
    fields.signature(SIGNATURE, "record of the directory")?;
    let made_by = fields.u16()?;
    let _needed = fields.u16()?;
    let (flags, method) = (fields.u16()?, fields.u16()?);
    let _time = fields.u32()?;
    let crc = fields.u32()?;
    let (packed, size) = (u64::from(fields.u32()?), u64::from(fields.u32()?));
    let name_length = usize::from(fields.u16()?);
    let (extra, comment) = (usize::from(fields.u16()?), usize::from(fields.u16()?));
    let disk = fields.u16()?;
    let _internal = fields.u16()?;
    let attributes = fields.u32()?;
    let offset = u64::from(fields.u32()?);
    if name_length > MAX_PATH {
        let message = format!("a name longer than {MAX_PATH} bytes: {name_length}");
        return Err(Error::new(Code::Size, "OFD package", message));
    }
    let raw_name = fields.bytes(name_length)?.to_vec();
    let (name, odd_name) = decode(&raw_name, flags & UTF8 != 0, start)?;
    let at = fields.at;
    if check_extra(fields.bytes(extra)?, at, &name)?.is_some() {
        return Err(unsupported("the 64-bit form of zip is not read"));
    }
    fields.bytes(comment)?;
    if flags & (ENCRYPTED | STRONG_ENCRYPTION | MASKED) != 0 {
        return Err(unsupported("an entry is encrypted by the zip format"));
    }
    if flags & PATCH != 0 || !matches!(method, STORED | DEFLATED) {
        return Err(unsupported("an entry is neither stored nor packed by deflate"));
    }
    if [packed, size, offset].contains(&u64::from(u32::MAX)) {
        return Err(unsupported("the 64-bit form of zip is not read"));
    }
    if disk != 0 {
        return Err(broken(start, "an entry stands in another volume"));
    }
    check_kind(made_by, attributes, &name, start)?;
    let local = offset + base;
    let place = start..fields.at;
    Ok(Record { name, raw_name, flags, method, crc, packed, size, local, place, odd_name })
}

/// Files and folders only: no link, no device.
fn check_kind(made_by: u16, attributes: u32, name: &str, at: u64) -> Result<()> {
    const UNIX: u16 = 3;
    const MAC: u16 = 19;
    if !matches!(made_by >> 8, UNIX | MAC) {
        return Ok(());
    }
    match (attributes >> 28) & 0xf {
        // Not said, file, folder.
        0 | 0o10 | 0o4 => Ok(()),
        0o12 => Err(broken(at, format!("{name:?} is a symbolic link"))),
        _ => Err(broken(at, format!("{name:?} is neither a file nor a folder"))),
    }
}

/// A name as text: UTF-8, which without its flag is odd; else GBK, which is always odd.
fn decode(raw: &[u8], marked: bool, at: u64) -> Result<(String, Option<&'static str>)> {
    match std::str::from_utf8(raw) {
        Ok(name) if marked || name.is_ascii() => Ok((name.to_owned(), None)),
        Ok(name) => Ok((name.to_owned(), Some("a name is UTF-8 and not marked as such"))),
        Err(_) if marked => Err(broken(at, "a name marked as UTF-8 is not")),
        Err(_) => match encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(raw) {
            Some(name) => Ok((name.into_owned(), Some("a name is in GBK"))),
            None => Err(broken(at, "a name is in no known encoding")),
        },
    }
}
