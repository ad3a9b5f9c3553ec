//! What is written around a content: in front of it, between its pieces, behind it.
//!
//! With the lengths known it is DER; without, lengths are left open and the content is a string in
//! pieces.

use super::PIECE;
use super::pull::unwritable;
use crate::asn1::reader::tag;
use crate::asn1::writer;
use crate::error::{Code, Error, Result};
use std::io::Write;

const OPEN: u8 = 0x80;
const CONSTRUCTED: u8 = 0x20;

/// A message but for its content.
pub(super) struct Frame {
    /// contentType of ContentInfo.
    pub(super) identifier: Vec<u8>,
    /// The fields before what the content is in.
    pub(super) before: Vec<u8>,
    /// The fields there before the content.
    pub(super) inner: Vec<u8>,
    /// The tag of the content: of an OCTET STRING that stands in `[0]`, or of one in place of it.
    pub(super) content: u8,
}

/// How long content and what stands behind it are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lengths {
    pub(super) content: u64,
    pub(super) behind: u64,
}

/// A message that is being written, its content next.
pub(super) struct Writing<'a> {
    sink: &'a mut dyn Write,
    open: bool,
    explicit: bool,
}

impl Frame {
    /// Writes what stands before the content.
    pub(super) fn start<'a>(
        &self,
        sink: &'a mut dyn Write,
        lengths: Option<Lengths>,
    ) -> Result<Writing<'a>> {
        let explicit = self.content == tag::OCTET_STRING;
        let mut layers: Vec<(u8, &[u8])> = vec![
            (tag::SEQUENCE, &self.identifier),
            (tag::context(0), &[]),
            (tag::SEQUENCE, &self.before),
            (tag::SEQUENCE, &self.inner),
        ];
        if explicit {
            layers.push((tag::context(0), &[]));
        }
        let mut front = Vec::new();
        match lengths {
            None => {
                for (tag, before) in layers {
                    front.extend_from_slice(&[tag, OPEN]);
                    front.extend_from_slice(before);
                }
                front.extend_from_slice(&[self.content | CONSTRUCTED, OPEN]);
            }
            Some(lengths) => {
                let mut inside = lengths.content;
                front = header(self.content, inside)?;
                inside = sum(inside, front.len())?;
                for (number, (tag, before)) in layers.into_iter().enumerate().rev() {
                    inside = sum(inside, before.len())?;
                    if number == FIELDS {
                        inside = inside.checked_add(lengths.behind).ok_or_else(too_long)?;
                    }
                    let header = header(tag, inside)?;
                    inside = sum(inside, header.len())?;
                    front = [&header[..], before, &front].concat();
                }
            }
        }
        let writing = Writing { sink, open: lengths.is_none(), explicit };
        writing.sink.write_all(&front).map_err(|error| unwritable(&error))?;
        Ok(writing)
    }
}

/// Which layer has the fields behind the content.
const FIELDS: usize = 2;

impl Writing<'_> {
    /// Writes the next piece of the content, of at most [`PIECE`] bytes and one block.
    pub(super) fn piece(&mut self, piece: &[u8]) -> Result<()> {
        debug_assert!(piece.len() <= PIECE + 16);
        if self.open && !piece.is_empty() {
            let header = writer::header(tag::OCTET_STRING, piece.len());
            self.sink.write_all(&header).map_err(|error| unwritable(&error))?;
        }
        self.sink.write_all(piece).map_err(|error| unwritable(&error))
    }

    /// Writes what stands behind the content.
    pub(super) fn finish(self, behind: &[u8]) -> Result<()> {
        // The string, `[0]` around it, and what the content is in.
        let inner = if self.explicit { 3 } else { 2 };
        let ends = |count: usize| vec![0; if self.open { 2 * count } else { 0 }];
        let tail = [&ends(inner)[..], behind, &ends(FIELDS + 1)].concat();
        self.sink
            .write_all(&tail)
            .and_then(|()| self.sink.flush())
            .map_err(|error| unwritable(&error))
    }
}

fn header(tag: u8, length: u64) -> Result<Vec<u8>> {
    Ok(writer::header(tag, usize::try_from(length).map_err(|_| too_long())?))
}

fn sum(length: u64, more: usize) -> Result<u64> {
    length.checked_add(more as u64).ok_or_else(too_long)
}

fn too_long() -> Error {
    Error::new(Code::Size, "content", "longer than lengths can say here")
}
