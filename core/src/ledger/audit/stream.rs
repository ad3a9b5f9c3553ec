//! The records of an export, one after another, as they come.

use super::super::export::{MAGIC, MAX_RECORD};
use crate::crypto::sm3::Sm3;
use crate::error::{Code, Error, Result};
use std::io::{ErrorKind, Read};

const NAME: &str = "export";

/// How much is asked for at a time.
const CHUNK: usize = 256 * 1024;

pub(super) struct Stream<'a> {
    input: &'a mut dyn Read,
    buffer: Vec<u8>,
    /// The part of the buffer that was read and not yet taken.
    start: usize,
    end: usize,
    /// How many bytes were taken.
    offset: u64,
    digest: Sm3,
}

/// The next thing in an export.
pub(super) enum Next<'b> {
    /// A record: its letter and its body.
    Record(u8, &'b [u8]),
    /// The input ends where a record may begin.
    End,
    /// The input ends within a record.
    Torn,
    /// A record longer than any may be.
    TooLong,
}

impl<'a> Stream<'a> {
    /// The stream behind the line that every export begins with.
    pub(super) fn open(input: &'a mut dyn Read) -> Result<Self> {
        let buffer = vec![0; CHUNK.max(2 * MAX_RECORD)];
        let digest = Sm3::new();
        let mut stream = Stream { input, buffer, start: 0, end: 0, offset: 0, digest };
        stream.need(MAGIC.len())?;
        let line = &stream.buffer[..stream.end.min(MAGIC.len())];
        if line != MAGIC {
            let (name, _) = MAGIC.split_at(MAGIC.len() - 2);
            return Err(match line.starts_with(name) && line.len() == MAGIC.len() {
                true => Error::new(Code::Version, NAME, "another version").at(name.len()),
                false => Error::new(Code::Structure, NAME, "this is no export of a ledger").at(0),
            });
        }
        stream.take(MAGIC.len());
        Ok(stream)
    }

    /// How many bytes were read.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The digest of all bytes that were read.
    pub(super) fn digest(&self) -> [u8; 32] {
        self.digest.clone().finalize()
    }

    /// The next record, which stays to be taken.
    pub(super) fn peek(&mut self) -> Result<Next<'_>> {
        const HEADER: usize = 5;
        self.need(HEADER)?;
        let (letter, length) = match &self.buffer[self.start..self.end] {
            [] => return Ok(Next::End),
            [letter, a, b, c, d, ..] => (*letter, u32::from_be_bytes([*a, *b, *c, *d]) as usize),
            _ => return Ok(Next::Torn),
        };
        if length > MAX_RECORD {
            return Ok(Next::TooLong);
        }
        self.need(HEADER + length)?;
        match self.buffer[self.start..self.end].get(HEADER..HEADER + length) {
            Some(body) => Ok(Next::Record(letter, body)),
            None => Ok(Next::Torn),
        }
    }

    /// Takes the record that was looked at, with a body of this length.
    pub(super) fn pass(&mut self, length: usize) {
        self.take(5 + length);
    }

    fn take(&mut self, length: usize) {
        self.digest.update(&self.buffer[self.start..self.start + length]);
        self.start += length;
        self.offset += length as u64;
    }

    /// Reads on until at least so many bytes wait or the input ends.
    fn need(&mut self, length: usize) -> Result<()> {
        if self.end - self.start >= length {
            return Ok(());
        }
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        while self.end < length {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(count) => self.end = (self.end + count).min(self.buffer.len()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::new(Code::Read, NAME, error.to_string())),
            }
        }
        Ok(())
    }
}
