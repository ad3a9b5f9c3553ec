//! Packages written byte by byte, so that every byte of them can be wrong.

#![allow(dead_code, missing_docs)]

use std::path::PathBuf;

/// The folder of samples, or a line that says that the test was skipped.
pub fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("YINXIN_SAMPLES").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: YINXIN_SAMPLES is not set");
    }
    folder
}

/// One entry, with what its headers say.
#[derive(Clone)]
pub struct Item {
    pub name: Vec<u8>,
    pub local_name: Option<Vec<u8>>,
    pub data: Vec<u8>,
    pub packed: Vec<u8>,
    pub method: u16,
    pub local_method: Option<u16>,
    pub flags: u16,
    pub local_flags: Option<u16>,
    pub crc: u32,
    pub local_crc: Option<u32>,
    pub size: u32,
    pub local_size: Option<u32>,
    pub packed_size: u32,
    pub made_by: u16,
    pub attributes: u32,
    pub extra: Vec<u8>,
    pub local_extra: Vec<u8>,
    pub behind: Vec<u8>,
    /// Where the directory says that the local header stands, if not where it does.
    pub offset: Option<u32>,
    /// Listed in the directory only.
    pub unwritten: bool,
    /// Written, and not listed in the directory.
    pub unlisted: bool,
}

impl Item {
    /// Stored.
    pub fn new(name: &str, data: &[u8]) -> Item {
        Item {
            name: name.as_bytes().to_vec(),
            local_name: None,
            data: data.to_vec(),
            packed: data.to_vec(),
            method: 0,
            local_method: None,
            flags: if name.is_ascii() { 0 } else { 1 << 11 },
            local_flags: None,
            crc: crc32(data),
            local_crc: None,
            size: data.len() as u32,
            local_size: None,
            packed_size: data.len() as u32,
            made_by: 20,
            attributes: 0,
            extra: Vec::new(),
            local_extra: Vec::new(),
            behind: Vec::new(),
            offset: None,
            unwritten: false,
            unlisted: false,
        }
    }

    /// Packed by deflate.
    pub fn deflated(name: &str, data: &[u8]) -> Item {
        let packed = miniz_oxide::deflate::compress_to_vec(data, 6);
        let packed_size = packed.len() as u32;
        Item { method: 8, packed, packed_size, ..Item::new(name, data) }
    }

    /// With a data descriptor behind it, as writers of streams do.
    pub fn streamed(name: &str, data: &[u8], signature: bool) -> Item {
        let mut item = Item::deflated(name, data);
        item.flags |= 1 << 3;
        (item.local_crc, item.local_size) = (Some(0), Some(0));
        if signature {
            item.behind.extend(b"PK\x07\x08");
        }
        for value in [item.crc, item.packed_size, item.size] {
            item.behind.extend(value.to_le_bytes());
        }
        item
    }

    fn local(&self) -> Vec<u8> {
        let mut out = b"PK\x03\x04\x14\x00".to_vec();
        let name = self.local_name.as_ref().unwrap_or(&self.name);
        let streamed = self.flags & 8 != 0;
        let packed = if streamed { 0 } else { self.packed_size };
        out.extend(self.local_flags.unwrap_or(self.flags).to_le_bytes());
        out.extend(self.local_method.unwrap_or(self.method).to_le_bytes());
        out.extend([0; 4]);
        out.extend(self.local_crc.unwrap_or(self.crc).to_le_bytes());
        out.extend(packed.to_le_bytes());
        out.extend(self.local_size.unwrap_or(self.size).to_le_bytes());
        out.extend((name.len() as u16).to_le_bytes());
        out.extend((self.local_extra.len() as u16).to_le_bytes());
        out.extend(name);
        out.extend(&self.local_extra);
        out.extend(&self.packed);
        out.extend(&self.behind);
        out
    }

    fn record(&self, offset: u32) -> Vec<u8> {
        let mut out = b"PK\x01\x02".to_vec();
        for value in [self.made_by, 20, self.flags, self.method] {
            out.extend(value.to_le_bytes());
        }
        out.extend([0; 4]);
        for value in [self.crc, self.packed_size, self.size] {
            out.extend(value.to_le_bytes());
        }
        for value in [self.name.len() as u16, self.extra.len() as u16, 0, 0, 0] {
            out.extend(value.to_le_bytes());
        }
        out.extend(self.attributes.to_le_bytes());
        out.extend(self.offset.unwrap_or(offset).to_le_bytes());
        out.extend(&self.name);
        out.extend(&self.extra);
        out
    }
}

/// What stands around the entries.
#[derive(Default)]
pub struct Around {
    /// Before the first entry; offsets do not know of it.
    pub before: Vec<u8>,
    /// Before the directory.
    pub gap: Vec<u8>,
    /// Between the directory and the end record.
    pub after_directory: Vec<u8>,
    pub comment: Vec<u8>,
    /// Behind everything.
    pub behind: Vec<u8>,
    /// The number of entries that the end record says.
    pub count: Option<u16>,
}

/// A package of these entries.
pub fn package(items: &[Item]) -> Vec<u8> {
    package_with(items, &Around::default())
}

/// A package of these entries and what stands around them.
pub fn package_with(items: &[Item], around: &Around) -> Vec<u8> {
    let mut body = Vec::new();
    let mut directory = Vec::new();
    for item in items {
        let offset = body.len() as u32;
        if !item.unwritten {
            body.extend(item.local());
        }
        if !item.unlisted {
            directory.extend(item.record(offset));
        }
    }
    body.extend(&around.gap);
    let at = body.len() as u32;
    let listed = items.iter().filter(|item| !item.unlisted).count() as u16;
    let count = around.count.unwrap_or(listed);
    let mut out = around.before.clone();
    out.extend(body);
    out.extend(&directory);
    out.extend(&around.after_directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend((around.comment.len() as u16).to_le_bytes());
    out.extend(&around.comment);
    out.extend(&around.behind);
    out
}

/// The CRC-32 of zip, bit by bit.
pub fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
