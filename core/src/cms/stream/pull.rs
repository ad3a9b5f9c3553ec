//! BER read element after element from a source that need not fit in memory.
//!
//! Nothing is believed of a length but that so many bytes may follow: memory grows with what came,
//! and what is kept of a message is counted against [`MAX_MESSAGE`].

use crate::asn1::ber::MAX_DEPTH;
use crate::cms::message::MAX_MESSAGE;
use crate::error::{Code, Error, Result};
use std::io::{self, Read, Seek, SeekFrom};

const CONSTRUCTED: u8 = 0x20;
/// Bytes that are read ahead.
const AHEAD: usize = 64 * 1024;

/// A source and the place in it.
pub(super) struct Pull<R> {
    source: R,
    structure: &'static str,
    buffer: Vec<u8>,
    /// What of the buffer is still to be given: from here, to there.
    start: usize,
    end: usize,
    /// Where `start` is in the source.
    position: u64,
    /// How many bytes may still be kept.
    room: usize,
    /// Whether something stands there that DER does not have.
    pub(super) open: bool,
}

/// Tag and length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) tag: u8,
    /// `None` if it is left open.
    pub(super) length: Option<u64>,
    /// Where the element starts.
    pub(super) at: u64,
    bytes: [u8; 10],
    count: usize,
}

impl Header {
    /// As it stands in the source.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.count]
    }
}

/// The inside of a constructed element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    /// Where it ends, if its length says so.
    end: Option<u64>,
    /// Where the innermost element around its contents ends whose length says so.
    bound: Option<u64>,
    /// How deep its contents are.
    depth: usize,
}

impl Level {
    /// The whole source.
    pub(super) const TOP: Level = Level { end: None, bound: None, depth: 0 };
}

impl<R: Read> Pull<R> {
    pub(super) fn new(source: R, structure: &'static str) -> Self {
        let (start, end, position, open) = (0, 0, 0, false);
        let buffer = vec![0; AHEAD];
        Pull { source, structure, buffer, start, end, position, room: MAX_MESSAGE, open }
    }

    pub(super) fn into_source(self) -> R {
        self.source
    }

    /// Where the next byte is.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn error(&self, message: &'static str) -> Error {
        self.error_at(message, self.position)
    }

    pub(super) fn error_at(&self, message: &'static str, at: u64) -> Error {
        Error::new(Code::Der, self.structure, message).at(place(at))
    }

    /// Errors name this structure from here on.
    pub(super) fn name(&mut self, structure: &'static str) {
        self.structure = structure;
    }

    /// The next element, which must have this tag and be constructed: its contents.
    pub(super) fn enter(&mut self, tag: u8, within: &Level) -> Result<(Header, Level)> {
        let header = self.header(within)?;
        if header.tag != tag {
            let message = format!("expected tag {tag:#04x}, found {:#04x}", header.tag);
            return Err(Error::new(Code::Der, self.structure, message).at(place(header.at)));
        }
        Ok((header, self.inside(&header, within)))
    }

    /// The contents of a constructed element.
    pub(super) fn inside(&mut self, header: &Header, within: &Level) -> Level {
        self.open |= header.length.is_none();
        let end = header.length.map(|length| self.position.saturating_add(length));
        Level { end, bound: end.or(within.bound), depth: within.depth + 1 }
    }

    /// Tag and length of the next element, which fits into what it stands in.
    pub(super) fn header(&mut self, within: &Level) -> Result<Header> {
        let at = self.position;
        if within.depth > MAX_DEPTH {
            let message = "deeper than MAX_DEPTH";
            return Err(Error::new(Code::Depth, self.structure, message).at(place(at)));
        }
        let mut header = Header { tag: 0, length: Some(0), at, bytes: [0; 10], count: 0 };
        let mut next = |pull: &mut Self| -> Result<u8> {
            if within.bound.is_some_and(|bound| pull.position >= bound) {
                return Err(pull.error_at("the element is cut off", at));
            }
            let byte = pull.byte()?.ok_or_else(|| pull.error_at("the element is cut off", at))?;
            header.bytes[header.count] = byte;
            header.count += 1;
            Ok(byte)
        };
        let tag = next(self)?;
        if tag & 0x1f == 0x1f {
            return Err(self.error_at("tag numbers above 30 are not used here", at));
        }
        let length = match next(self)? {
            short @ 0..0x80 => Some(u64::from(short)),
            0x80 if tag & CONSTRUCTED != 0 => None,
            0x80 => {
                let message = "only a constructed element may leave its length open";
                return Err(self.error_at(message, at));
            }
            long => {
                let count = long & 0x7f;
                if count > 8 {
                    return Err(self.error_at("length has more than eight bytes", at));
                }
                let mut length = 0;
                for number in 0..count {
                    let byte = next(self)?;
                    if number == 0 && byte == 0 {
                        return Err(self.error_at("length is not minimal", at));
                    }
                    length = length << 8 | u64::from(byte);
                }
                if length < 0x80 {
                    return Err(self.error_at("length is not minimal", at));
                }
                Some(length)
            }
        };
        // The places of bytes are numbers of 63 bits, with room to add.
        let end = length.map(|length| self.position.checked_add(length));
        let fits = match end {
            Some(Some(end)) => {
                end <= within.bound.unwrap_or(i64::MAX as u64) && end <= i64::MAX as u64
            }
            Some(None) => false,
            None => true,
        };
        if !fits {
            return Err(self.error_at("length runs past the end", at));
        }
        (header.tag, header.length) = (tag, length);
        Ok(header)
    }

    /// Whether the contents of an element end here; the end of an open length is taken.
    pub(super) fn ends(&mut self, level: &Level) -> Result<bool> {
        if let Some(end) = level.end {
            return Ok(self.position >= end);
        }
        let bounded = |ahead: u64| {
            level.bound.is_none_or(|bound| self.position.saturating_add(ahead) <= bound)
        };
        let (one, two) = (bounded(1), bounded(2));
        match self.ahead()? {
            [] => Err(self.error("an open length does not end")),
            _ if !one => Err(self.error("an open length does not end")),
            [0, 0, ..] if two => {
                self.advance(2);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Whether there is nothing more at all.
    pub(super) fn is_at_end(&mut self) -> Result<bool> {
        Ok(self.ahead()?.is_empty())
    }

    /// The tag of the next element.
    pub(super) fn peek(&mut self) -> Result<Option<u8>> {
        Ok(self.ahead()?.first().copied())
    }

    /// Keeps the next element as it stands, however deep its open lengths are.
    pub(super) fn keep(&mut self, within: &Level, out: &mut Vec<u8>) -> Result<Header> {
        let first = self.header(within)?;
        self.keep_bytes(first.bytes(), out)?;
        let mut levels = Vec::new();
        match first.length {
            Some(length) => self.keep_value(length, out)?,
            None => levels.push(self.inside(&first, within)),
        }
        while let Some(level) = levels.last().copied() {
            if self.ends(&level)? {
                self.keep_bytes(&[0, 0], out)?;
                levels.pop();
                continue;
            }
            let header = self.header(&level)?;
            self.keep_bytes(header.bytes(), out)?;
            match header.length {
                Some(length) => self.keep_value(length, out)?,
                None => levels.push(self.inside(&header, &level)),
            }
        }
        Ok(first)
    }

    /// Keeps everything that is left.
    pub(super) fn keep_rest(&mut self, out: &mut Vec<u8>) -> Result<()> {
        loop {
            let ahead = self.ahead()?.len();
            if ahead == 0 {
                return Ok(());
            }
            self.keep_value(ahead as u64, out)?;
        }
    }

    fn keep_bytes(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<()> {
        self.room = self.room.checked_sub(bytes.len()).ok_or_else(|| self.too_large())?;
        out.extend_from_slice(bytes);
        Ok(())
    }

    fn keep_value(&mut self, length: u64, out: &mut Vec<u8>) -> Result<()> {
        let taken = usize::try_from(length).ok().and_then(|length| self.room.checked_sub(length));
        self.room = taken.ok_or_else(|| self.too_large())?;
        let mut left = length;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX);
            let ahead = self.ahead()?;
            let taken = ahead.len().min(most);
            if taken == 0 {
                return Err(self.error("the element is cut off"));
            }
            out.extend_from_slice(&ahead[..taken]);
            self.advance(taken);
            left -= taken as u64;
        }
        Ok(())
    }

    fn too_large(&self) -> Error {
        let message = "without its content larger than MAX_MESSAGE";
        Error::new(Code::Size, self.structure, message).at(place(self.position))
    }

    /// Some of the next bytes, at most `out`; none where the source ends.
    pub(super) fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let read = if self.start == self.end && out.len() >= AHEAD {
            some(&mut self.source, out)?
        } else {
            let ahead = self.ahead()?;
            let taken = ahead.len().min(out.len());
            out[..taken].copy_from_slice(&ahead[..taken]);
            self.start += taken;
            taken
        };
        self.position += read as u64;
        Ok(read)
    }

    fn byte(&mut self) -> Result<Option<u8>> {
        let byte = self.ahead()?.first().copied();
        self.advance(usize::from(byte.is_some()));
        Ok(byte)
    }

    fn advance(&mut self, count: usize) {
        self.start += count;
        self.position += count as u64;
    }

    /// The bytes read ahead: two or more, unless the source ends before.
    fn ahead(&mut self) -> Result<&[u8]> {
        if self.end - self.start < 2 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            while self.end < 2 {
                match some(&mut self.source, &mut self.buffer[self.end..])? {
                    0 => break,
                    read => self.end += read,
                }
            }
        }
        Ok(&self.buffer[self.start..self.end])
    }
}

impl<R: Read + Seek> Pull<R> {
    /// Goes past so many bytes without reading them. Whether they are there shows when the next are
    /// read.
    pub(super) fn skip(&mut self, count: u64) -> Result<()> {
        let buffered = (self.end - self.start) as u64;
        if count <= buffered {
            self.advance(count as usize);
            return Ok(());
        }
        (self.start, self.end) = (0, 0);
        self.position += count;
        let ahead = i64::try_from(count - buffered)
            .map_err(|_| self.error("the source is not that long"))?;
        self.source.seek(SeekFrom::Current(ahead)).map_err(|error| unreadable(&error))?;
        Ok(())
    }
}

/// Some bytes, at most so many; none where the source ends.
pub(super) fn some(source: &mut (impl Read + ?Sized), out: &mut [u8]) -> Result<usize> {
    loop {
        match source.read(out) {
            Ok(read) if read <= out.len() => return Ok(read),
            Ok(_) => {
                let message = "the source claims to have given more than was asked for";
                return Err(Error::new(Code::Read, "source", message));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(&error)),
        }
    }
}

pub(super) fn unreadable(error: &io::Error) -> Error {
    Error::new(Code::Read, "source", error.to_string())
}

pub(super) fn unwritable(error: &io::Error) -> Error {
    Error::new(Code::Write, "sink", error.to_string())
}

/// A place as errors give it.
pub(super) fn place(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
