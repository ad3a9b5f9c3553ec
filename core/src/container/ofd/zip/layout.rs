//! Where the entries stand: one after another, each as the directory says, nothing between them.

use super::directory::{COMPARED, DESCRIPTOR};
use super::{End, Fields, Record, STORED, broken, check_extra, read};
use crate::container::ofd::limits::MAX_PREFIX;
use crate::container::ofd::source::ReadAt;
use crate::error::{Code, Error, Result};
use std::ops::Range;

const SIGNATURE: &[u8; 4] = b"PK\x03\x04";
const LENGTH: usize = 30;
const DESCRIPTOR_SIGNATURE: &[u8; 4] = b"PK\x07\x08";

/// Where one entry stands.
pub(in crate::container::ofd) struct Place {
    /// From its local header to the end of its data and of what describes them.
    pub(in crate::container::ofd) extent: Range<u64>,
    /// Where its data start.
    pub(in crate::container::ofd) data: u64,
}

/// The places of the entries, in the order of the records, and how many bytes stand before them.
pub(in crate::container::ofd) fn check(
    source: &dyn ReadAt,
    end: &End,
    records: &[Record],
) -> Result<(Vec<Place>, u64)> {
    let mut order: Vec<(usize, &Record)> = records.iter().enumerate().collect();
    order.sort_by_key(|(_, record)| record.local);
    let prefix = order.first().map_or(end.directory.start, |(_, first)| first.local);
    check_prefix(source, prefix)?;
    let mut places: Vec<Option<Place>> = Vec::new();
    places.resize_with(records.len(), || None);
    let mut at = prefix;
    for (number, (index, record)) in order.iter().enumerate() {
        let next = order.get(number + 1).map_or(end.directory.start, |(_, next)| next.local);
        let (data, wide) = local_header(source, record, next)?;
        let after = data + record.packed;
        if record.local != at || after > next {
            return Err(broken(record.local, format!("{:?} overlaps another entry", record.name)));
        }
        let described = descriptor(source, record, wide, after..next)?;
        if described != next {
            let message = format!("bytes that belong to no entry follow {:?}", record.name);
            return Err(broken(described, message));
        }
        if let Some(place) = places.get_mut(*index) {
            *place = Some(Place { extent: record.local..next, data });
        }
        at = next;
    }
    if at != end.directory.start {
        return Err(broken(at, "bytes that belong to no entry stand before the directory"));
    }
    Ok((places.into_iter().flatten().collect(), prefix))
}

/// Bytes before the first entry: few, and none that another reader takes for an entry.
fn check_prefix(source: &dyn ReadAt, prefix: u64) -> Result<()> {
    if prefix > MAX_PREFIX {
        let message = format!("more than {MAX_PREFIX} bytes stand before the package");
        return Err(Error::new(Code::Size, "OFD package", message));
    }
    let bytes = read(source, 0, prefix as usize)?;
    let record = |window: &[u8]| {
        matches!(window, [b'P', b'K', 1, 2] | [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6])
    };
    match bytes.windows(4).position(record) {
        Some(at) => Err(broken(at as u64, "a hidden entry stands before the package")),
        None => Ok(()),
    }
}

/// Compares the local header with the record; gives where the data start, and whether it has sizes
/// of 64 bits, as some programs write for entries of any size.
fn local_header(source: &dyn ReadAt, record: &Record, next: u64) -> Result<(u64, bool)> {
    let at = record.local;
    let differs = |what: &str| {
        let message = format!("the two headers of {:?} differ in {what}", record.name);
        Err(broken(at, message))
    };
    let name_end = LENGTH + record.raw_name.len();
    if next.saturating_sub(at) < name_end as u64 {
        return Err(broken(at, format!("{:?} overlaps another entry", record.name)));
    }
    let bytes = read(source, at, name_end)?;
    let mut fields = Fields::new(&bytes, at);
    fields.signature(SIGNATURE, "header of an entry")?;
    let _needed = fields.u16()?;
    let (flags, method) = (fields.u16()?, fields.u16()?);
    let _time = fields.u32()?;
    let crc = fields.u32()?;
    let (packed, size) = (u64::from(fields.u32()?), u64::from(fields.u32()?));
    let (name_length, extra_length) = (usize::from(fields.u16()?), usize::from(fields.u16()?));
    if name_length != record.raw_name.len() || fields.bytes(name_length)? != record.raw_name {
        return differs("the name");
    }
    if method != record.method {
        return differs("the method");
    }
    if flags & COMPARED != record.flags & COMPARED {
        return differs("the flags");
    }
    let later = flags & DESCRIPTOR != 0;
    let unless_later = |local: u64, listed: u64| local == listed || (later && local == 0);
    if !unless_later(u64::from(crc), u64::from(record.crc)) {
        return differs("the checksum");
    }
    if record.method == STORED && record.packed != record.size {
        return Err(broken(
            at,
            format!("{:?} is stored in another size than its own", record.name),
        ));
    }
    let extra_at = at + name_end as u64;
    let data = extra_at + extra_length as u64;
    if data > next {
        return Err(broken(at, format!("{:?} overlaps another entry", record.name)));
    }
    let extra = read(source, extra_at, extra_length)?;
    let wide = check_extra(&extra, extra_at, &record.name)?;
    let mut wide_fields = wide.map(|value| Fields::new(value, extra_at));
    for (short, listed) in [(size, record.size), (packed, record.packed)] {
        let stated = match &mut wide_fields {
            Some(fields) if short == u64::from(u32::MAX) => fields.u64()?,
            _ => short,
        };
        if !unless_later(stated, listed) {
            return differs("the size");
        }
    }
    Ok((data, wide.is_some()))
}

/// The end of what describes the data behind them, if the flags say that something does.
fn descriptor(source: &dyn ReadAt, record: &Record, wide: bool, behind: Range<u64>) -> Result<u64> {
    let at = behind.start;
    if record.flags & DESCRIPTOR == 0 {
        return Ok(at);
    }
    let length = behind.end - at;
    let (plain, signed) = if wide { (20, 24) } else { (12, 16) };
    if length != plain && length != signed {
        let message = format!("{:?} is not followed by its checksum and sizes", record.name);
        return Err(broken(at, message));
    }
    let bytes = read(source, at, length as usize)?;
    let mut fields = Fields::new(&bytes, at);
    if length == signed {
        fields.signature(DESCRIPTOR_SIGNATURE, "descriptor")?;
    }
    let crc = fields.u32()?;
    let mut size = || if wide { fields.u64() } else { fields.u32().map(u64::from) };
    let (packed, size) = (size()?, size()?);
    if (crc, packed, size) != (record.crc, record.packed, record.size) {
        let message = format!("what follows {:?} gives another checksum or size", record.name);
        return Err(broken(at, message));
    }
    Ok(behind.end)
}
