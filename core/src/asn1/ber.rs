//! From the BER of real key files to DER: lengths left open, and OCTET STRINGs in pieces.
//!
//! Nothing else of BER is taken: lengths that are not minimal and other strings in pieces stay what
//! they are, and the strict reader refuses them.

use super::reader::tag;
use super::writer;
use crate::error::{Code, Error, Result};
use zeroize::Zeroizing;

/// The deepest nesting that is followed.
pub const MAX_DEPTH: usize = 32;

const CONSTRUCTED: u8 = 0x20;
const OCTET_STRING_IN_PIECES: u8 = tag::OCTET_STRING | CONSTRUCTED;
const INDEFINITE: u8 = 0x80;

/// The same elements with definite lengths and whole OCTET STRINGs; `None` if they are so already,
/// or if they are no BER at all, which the strict reader then says.
///
/// # Errors
///
/// [`Code::Der`] with the offset in the input, where an open length does not end or a piece is no
/// OCTET STRING; [`Code::Depth`] above [`MAX_DEPTH`].
pub fn to_der(input: &[u8], structure: &'static str) -> Result<Option<Zeroizing<Vec<u8>>>> {
    to_der_keeping(input, structure, |_, _| false)
}

/// As [`to_der`], but the contents of the elements that `keep` chooses, by their depth (the
/// outermost are at 0) and tag, stay as received: what was signed as it stands.
///
/// # Errors
///
/// As there.
pub fn to_der_keeping(
    input: &[u8],
    structure: &'static str,
    keep: fn(usize, u8) -> bool,
) -> Result<Option<Zeroizing<Vec<u8>>>> {
    if !needs_work(input) {
        return Ok(None);
    }
    let mut source = Source { input, position: 0, structure, keep };
    let mut out = Zeroizing::new(Vec::with_capacity(input.len()));
    while source.position < input.len() {
        out.extend_from_slice(&source.element(input.len(), 0)?);
    }
    Ok(Some(out))
}

/// Whether an open length or an OCTET STRING in pieces occurs before anything that is no BER. One
/// pass: every constructed element is entered, every primitive one passed over.
fn needs_work(input: &[u8]) -> bool {
    let mut position = 0;
    let mut ends = Vec::new();
    loop {
        let end = ends.last().copied().unwrap_or(input.len());
        let rest = input.get(position..end).unwrap_or_default();
        match rest {
            [_, INDEFINITE, ..] | [OCTET_STRING_IN_PIECES, ..] => return true,
            _ => {}
        }
        let Some((header, length)) = header(rest) else { return false };
        if length > rest.len() - header || ends.len() == MAX_DEPTH {
            return false;
        }
        position += header;
        if rest[0] & CONSTRUCTED == 0 {
            position += length;
        } else {
            ends.push(position + length);
        }
        while ends.last() == Some(&position) {
            ends.pop();
        }
    }
}

/// The lengths of header and value of a definite element.
fn header(rest: &[u8]) -> Option<(usize, usize)> {
    match *rest {
        [tag, ..] if tag & 0x1f == 0x1f => None,
        [_, short @ 0..0x80, ..] => Some((2, usize::from(short))),
        [_, long, ..] => {
            let count = usize::from(long & 0x7f);
            let bytes = rest.get(2..2 + count).filter(|_| (1..=4).contains(&count))?;
            let length = bytes.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
            Some((2 + count, usize::try_from(length).ok()?))
        }
        _ => None,
    }
}

struct Source<'a> {
    input: &'a [u8],
    position: usize,
    structure: &'static str,
    keep: fn(usize, u8) -> bool,
}

impl Source<'_> {
    /// The next element, which ends before `end`, in DER.
    fn element(&mut self, end: usize, depth: usize) -> Result<Zeroizing<Vec<u8>>> {
        if depth > MAX_DEPTH {
            let message = "deeper than MAX_DEPTH";
            return Err(Error::new(Code::Depth, self.structure, message).at(self.position));
        }
        let start = self.position;
        let rest = self.input.get(start..end).unwrap_or_default();
        let &[tag, length, ..] = rest else { return Err(self.error("the element is cut off")) };
        let constructed = tag & CONSTRUCTED != 0;
        if length == INDEFINITE {
            if !constructed || tag & 0x1f == 0x1f {
                return Err(self.error("only a constructed element may leave its length open"));
            }
            self.position += 2;
            let mut parts = Zeroizing::new(Vec::new());
            loop {
                match self.input.get(self.position..end) {
                    Some([0, 0, ..]) => break,
                    Some([_, ..]) => self.part(tag, end, depth, &mut parts)?,
                    _ => return Err(self.error("an open length does not end")),
                }
            }
            let contents = self.input.get(start + 2..self.position).unwrap_or_default();
            self.position += 2;
            return Ok(self.closed(tag, depth, contents, &parts));
        }
        let (header, length) =
            header(rest).ok_or_else(|| self.error("the element has no good header"))?;
        let inner_end = start.checked_add(header + length).filter(|inner_end| *inner_end <= end);
        let inner_end = inner_end.ok_or_else(|| self.error("length runs past the end"))?;
        if !constructed {
            self.position = inner_end;
            let raw = self.input.get(start..inner_end).unwrap_or_default();
            return Ok(Zeroizing::new(raw.to_vec()));
        }
        if header != writer::header(tag, length).len() {
            return Err(self.error("length is not minimal"));
        }
        self.position += header;
        let mut parts = Zeroizing::new(Vec::new());
        while self.position < inner_end {
            self.part(tag, inner_end, depth, &mut parts)?;
        }
        let contents = self.input.get(start + header..inner_end).unwrap_or_default();
        Ok(self.closed(tag, depth, contents, &parts))
    }

    /// The element around what was made of its parts, or around its contents as received.
    fn closed(&self, tag: u8, depth: usize, contents: &[u8], parts: &[u8]) -> Zeroizing<Vec<u8>> {
        if (self.keep)(depth, tag) {
            return Zeroizing::new(writer::tlv(tag, &[contents]));
        }
        whole(tag, parts)
    }

    /// One element within an element with this tag; of a piece of an OCTET STRING, its value.
    fn part(&mut self, tag: u8, end: usize, depth: usize, parts: &mut Vec<u8>) -> Result<()> {
        let start = self.position;
        let part = self.element(end, depth + 1)?;
        if tag != OCTET_STRING_IN_PIECES {
            parts.extend_from_slice(&part);
            return Ok(());
        }
        let value = header(&part)
            .filter(|(header, length)| *header == writer::header(tag::OCTET_STRING, *length).len());
        let value = value.and_then(|(header, _)| part.get(header..));
        match value {
            Some(value) if part.first() == Some(&tag::OCTET_STRING) => {
                parts.extend_from_slice(value);
                Ok(())
            }
            _ => {
                let message =
                    "a piece of an OCTET STRING is another element, or its length not minimal";
                Err(Error::new(Code::Der, self.structure, message).at(start))
            }
        }
    }

    fn error(&self, message: &'static str) -> Error {
        Error::new(Code::Der, self.structure, message).at(self.position)
    }
}

fn whole(tag: u8, parts: &[u8]) -> Zeroizing<Vec<u8>> {
    let tag = if tag == OCTET_STRING_IN_PIECES { tag::OCTET_STRING } else { tag };
    Zeroizing::new(writer::tlv(tag, &[parts]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(input: &[u8]) -> Option<Vec<u8>> {
        to_der(input, "Test").unwrap().map(|der| der.to_vec())
    }

    #[test]
    fn der_stays_as_it_is() {
        for input in [&[][..], &[0x30, 3, 2, 1, 5], &[0x04, 2, 0x24, 0x80], &[0x30, 5, 2]] {
            assert_eq!(made(input), None, "{input:02x?}");
        }
        // What stands behind an element that is longer than the one around it is not looked at.
        assert_eq!(made(&[0x30, 8, 0x31, 2, 6, 2, 0xaa, 0xaa, 0x30, 0x80]), None);
    }

    #[test]
    fn open_lengths_and_pieces_are_closed() {
        let open = [0x30, 0x80, 0x02, 1, 5, 0xa0, 0x80, 0x04, 1, 9, 0, 0, 0, 0];
        assert_eq!(made(&open).unwrap(), [0x30, 8, 2, 1, 5, 0xa0, 3, 4, 1, 9]);
        let pieces = [0x24, 0x80, 0x04, 2, 1, 2, 0x24, 4, 0x04, 0, 0x04, 0, 0x04, 1, 3, 0, 0];
        assert_eq!(made(&pieces).unwrap(), [4, 3, 1, 2, 3]);
        let definite = [0x30, 7, 0x24, 5, 0x04, 0, 0x04, 1, 7];
        assert_eq!(made(&definite).unwrap(), [0x30, 3, 4, 1, 7]);
        // Not everything of BER: this stays for the strict reader to refuse.
        let long = [0x30, 0x80, 0x02, 0x81, 1, 5, 0, 0];
        assert_eq!(made(&long).unwrap(), [0x30, 4, 2, 0x81, 1, 5]);
        // Where lengths are written anew, those that are not minimal are refused here.
        for long in [
            &[0x30, 0x80, 0x30, 0x81, 3, 2, 1, 5, 0, 0][..],
            &[0x24, 0x80, 0x04, 0x81, 1, 5, 0, 0],
            &[0x24, 0x80, 0x24, 0x81, 3, 4, 1, 5, 0, 0],
        ] {
            assert_eq!(to_der(long, "Test").unwrap_err().code(), Code::Der, "{long:02x?}");
        }
    }

    #[test]
    fn what_is_kept_is_kept_but_for_its_own_length() {
        let input = [0x30, 0x80, 0xa0, 0x80, 0x30, 0x80, 0, 0, 0, 0, 0xa1, 0x80, 0, 0, 0, 0];
        let kept = to_der_keeping(&input, "Test", |depth, tag| depth == 1 && tag == 0xa0);
        let expected = [0x30, 8, 0xa0, 4, 0x30, 0x80, 0, 0, 0xa1, 0];
        assert_eq!(*kept.unwrap().unwrap(), expected);
        let definite = [0x30, 0x80, 0xa0, 4, 0x30, 0x80, 0, 0, 0, 0];
        let kept = to_der_keeping(&definite, "Test", |depth, tag| depth == 1 && tag == 0xa0);
        assert_eq!(*kept.unwrap().unwrap(), [0x30, 6, 0xa0, 4, 0x30, 0x80, 0, 0]);
    }

    #[test]
    fn what_does_not_end_is_refused_with_its_place() {
        for (input, at) in [
            (&[0x30, 0x80][..], 2),
            (&[0x30, 0x80, 0], 2),
            (&[0x30, 0x80, 2, 5, 0], 2),
            (&[0x30, 4, 0x30, 0x80, 2, 1], 4),
            (&[0x24, 0x80, 2, 1, 5, 0, 0], 2),
            (&[0x04, 0x80, 0, 0], 0),
            (&[0x3f, 0x80, 0, 0], 0),
        ] {
            let error = to_der(input, "Test").unwrap_err();
            assert_eq!((error.code(), error.offset()), (Code::Der, Some(at)), "{input:02x?}");
        }
        let deep = [0x30, 0x80].repeat(1000);
        assert_eq!(to_der(&deep, "Test").unwrap_err().code(), Code::Depth);
        let deep = [&deep[..], &[0, 0].repeat(1000)].concat();
        assert_eq!(to_der(&deep, "Test").unwrap_err().code(), Code::Depth);
    }
}
