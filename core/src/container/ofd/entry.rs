//! One entry of a package, and its bytes in pieces.

use super::limits::PIECE;
use super::path::PartPath;
use super::source::ReadAt;
use crate::error::{Code, Error, Result};
use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::io;
use std::ops::Range;

/// One entry of a package, as its headers describe it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(super) path: PartPath,
    pub(super) folder: bool,
    pub(super) deflated: bool,
    pub(super) crc: u32,
    pub(super) size: u64,
    pub(super) packed: u64,
    pub(super) data: u64,
    pub(super) extent: Range<u64>,
    pub(super) record: Range<u64>,
}

impl Entry {
    /// Where it stands.
    pub fn path(&self) -> &PartPath {
        &self.path
    }

    /// Whether it is a folder, which holds nothing.
    pub fn is_folder(&self) -> bool {
        self.folder
    }

    /// Its size when inflated, in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its size as stored, in bytes.
    pub fn compressed_size(&self) -> u64 {
        self.packed
    }

    /// Whether it is packed by deflate, else stored.
    pub fn is_deflated(&self) -> bool {
        self.deflated
    }

    /// The CRC-32 of its bytes.
    pub fn crc(&self) -> u32 {
        self.crc
    }

    /// Its bytes in the package: the local header, the data, and what describes them.
    pub fn extent(&self) -> Range<u64> {
        self.extent.clone()
    }

    /// Its record in the directory of the package.
    pub fn record(&self) -> Range<u64> {
        self.record.clone()
    }
}

/// The bytes of one entry, in pieces.
///
/// The end is given only after size and checksum were found to be as the headers say.
pub struct EntryReader<'p> {
    source: &'p dyn ReadAt,
    entry: &'p Entry,
    /// How much of the stored data was read.
    read: u64,
    /// How many bytes were given.
    given: u64,
    crc: Crc,
    inflate: Option<Inflate>,
    ended: bool,
}

/// What inflating takes, which one entry may have after another.
#[derive(Default)]
pub(crate) struct Inflater(Option<Inflate>);

struct Inflate {
    state: Decompress,
    buffer: Vec<u8>,
    start: usize,
    finished: bool,
}

impl Inflate {
    fn new() -> Self {
        let state = Decompress::new(false);
        Inflate { state, buffer: Vec::new(), start: 0, finished: false }
    }

    /// As new, with the memory it has.
    fn again(mut self) -> Self {
        self.state.reset(false);
        self.buffer.clear();
        Inflate { start: 0, finished: false, ..self }
    }
}

impl<'p> EntryReader<'p> {
    /// Takes what `inflater` has, which [`give_back`](Self::give_back) returns.
    pub(super) fn new(source: &'p dyn ReadAt, entry: &'p Entry, inflater: &mut Inflater) -> Self {
        let again = || inflater.0.take().map_or_else(Inflate::new, Inflate::again);
        let inflate = entry.deflated.then(again);
        EntryReader { source, entry, read: 0, given: 0, crc: Crc::new(), inflate, ended: false }
    }

    /// Leaves what inflating takes to the next entry.
    pub(crate) fn give_back(self, inflater: &mut Inflater) {
        inflater.0 = self.inflate.or(inflater.0.take());
    }

    /// The next bytes, as many as fit; 0 at the end.
    ///
    /// # Errors
    ///
    /// [`Code::Structure`] where the data are not as the headers say, [`Code::Read`] where they
    /// cannot be had.
    pub fn next(&mut self, out: &mut [u8]) -> Result<usize> {
        if self.ended || out.is_empty() {
            return Ok(0);
        }
        let count = match self.inflate.take() {
            Some(mut inflate) => {
                let count = self.inflate(&mut inflate, out);
                self.inflate = Some(inflate);
                count?
            }
            None => self.stored(out)?,
        };
        let piece = out.get(..count).unwrap_or_default();
        self.crc.update(piece);
        self.given += count as u64;
        if self.given > self.entry.size {
            return Err(self.broken("holds more than its header says"));
        }
        let all_read = match &self.inflate {
            Some(inflate) => inflate.finished,
            None => self.given == self.entry.size,
        };
        if all_read {
            self.finish()?;
        }
        Ok(count)
    }

    fn finish(&mut self) -> Result<()> {
        self.ended = true;
        let unread = self.entry.packed - self.read;
        let waiting =
            self.inflate.as_ref().map_or(0, |inflate| inflate.buffer.len() - inflate.start);
        if unread > 0 || waiting > 0 {
            return Err(self.broken("has bytes behind the end of its packed data"));
        }
        if self.given != self.entry.size {
            return Err(self.broken("holds less than its header says"));
        }
        if self.crc.sum() != self.entry.crc {
            return Err(self.broken("does not have the checksum that its header gives"));
        }
        Ok(())
    }

    fn stored(&mut self, out: &mut [u8]) -> Result<usize> {
        let left = self.entry.packed - self.read;
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(out.len());
        let offset = self.entry.data + self.read;
        self.source.read_at(offset, out.get_mut(..count).unwrap_or_default())?;
        self.read += count as u64;
        Ok(count)
    }

    fn inflate(&mut self, inflate: &mut Inflate, out: &mut [u8]) -> Result<usize> {
        loop {
            if inflate.start == inflate.buffer.len() && self.read < self.entry.packed {
                let left = self.entry.packed - self.read;
                let count = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE);
                inflate.buffer.resize(count, 0);
                inflate.start = 0;
                self.source.read_at(self.entry.data + self.read, &mut inflate.buffer)?;
                self.read += count as u64;
            }
            let input = inflate.buffer.get(inflate.start..).unwrap_or_default();
            let (before_in, before_out) = (inflate.state.total_in(), inflate.state.total_out());
            let status = inflate.state.decompress(input, out, FlushDecompress::None);
            let consumed = (inflate.state.total_in() - before_in) as usize;
            let made = (inflate.state.total_out() - before_out) as usize;
            inflate.start += consumed;
            match status {
                Ok(Status::StreamEnd) => inflate.finished = true,
                Ok(_) if made > 0 => {}
                Ok(_) if consumed > 0 => continue,
                _ => return Err(self.broken("is not packed as its header says")),
            }
            return Ok(made);
        }
    }

    fn broken(&self, what: &str) -> Error {
        let message = format!("{} {what}", self.entry.path);
        Error::new(Code::Structure, "OFD package", message)
    }
}

impl io::Read for EntryReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.next(out).map_err(io::Error::other)
    }
}

impl std::fmt::Debug for EntryReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EntryReader").field("path", &self.entry.path).finish_non_exhaustive()
    }
}
