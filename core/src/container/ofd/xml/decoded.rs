//! The characters of a part, decoded as they come.

use super::super::limits::{MAX_TOKEN, PIECE};
use crate::error::{Code, Error, Result};
use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, BufRead, Read};

/// How much is looked at for the mark and the declaration.
const HEAD: usize = 256;

/// Reads a part as UTF-8, whatever its encoding; wrong bytes and control characters are refused.
pub(crate) struct Decoded<R> {
    inner: R,
    part: String,
    decoder: Decoder,
    /// Bytes as stored, not yet decoded.
    raw: Vec<u8>,
    start: usize,
    inner_ended: bool,
    /// Decoded bytes, of which those up to `taken` were used.
    text: Vec<u8>,
    filled: usize,
    taken: usize,
    ended: bool,
    /// How many bytes were used since the last token began.
    token: usize,
    /// How many bytes stand before the text, if it is stored as UTF-8.
    utf8_mark: Option<usize>,
}

impl<R: Read> Decoded<R> {
    /// Looks at the first bytes for the encoding.
    pub(crate) fn new(mut inner: R, part: &str) -> Result<Self> {
        let mut raw = Vec::new();
        let read = (&mut inner).take(HEAD as u64).read_to_end(&mut raw);
        read.map_err(|error| super::from_io(&error, part))?;
        let inner_ended = raw.len() < HEAD;
        let (encoding, mark) = encoding_of(&raw, part)?;
        Ok(Decoded {
            inner,
            part: part.to_owned(),
            decoder: encoding.new_decoder_without_bom_handling(),
            raw,
            start: mark,
            inner_ended,
            text: Vec::new(),
            filled: 0,
            taken: 0,
            ended: false,
            token: 0,
            utf8_mark: (encoding == UTF_8).then_some(mark),
        })
    }

    /// A token ended: the next may again be as long as is allowed.
    pub(super) fn token_ended(&mut self) {
        self.token = 0;
    }

    /// How many bytes stand before the text, if it is stored as UTF-8.
    pub(super) fn utf8_mark(&self) -> Option<usize> {
        self.utf8_mark
    }

    fn decode(&mut self) -> Result<()> {
        self.text.resize(PIECE, 0);
        (self.filled, self.taken) = (0, 0);
        while self.filled == 0 && !self.ended {
            if self.start == self.raw.len() && !self.inner_ended {
                self.raw.resize(PIECE, 0);
                let read = self.inner.read(&mut self.raw);
                let count = read.map_err(|error| super::from_io(&error, &self.part))?;
                self.raw.truncate(count);
                self.start = 0;
                self.inner_ended = count == 0;
            }
            let input = self.raw.get(self.start..).unwrap_or_default();
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                input,
                &mut self.text,
                self.inner_ended,
            );
            self.start += read;
            self.filled = written;
            match result {
                DecoderResult::InputEmpty => self.ended = self.inner_ended,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Err(no_characters(&self.part)),
            }
        }
        check_controls(self.text.get(..self.filled).unwrap_or_default(), &self.part)
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(out.len());
        for (out, byte) in out.iter_mut().zip(available) {
            *out = *byte;
        }
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.token > MAX_TOKEN {
            let message = format!("a tag or text of more than {MAX_TOKEN} bytes");
            return Err(io::Error::other(Error::new(Code::Size, self.part.clone(), message)));
        }
        if self.taken == self.filled && !self.ended {
            self.decode().map_err(io::Error::other)?;
        }
        Ok(self.text.get(self.taken..self.filled).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.taken = self.taken.saturating_add(count).min(self.filled);
        self.token = self.token.saturating_add(count);
    }
}

/// Refuses what is not UTF-8, and control characters.
pub(super) fn check_characters(text: &[u8], part: &str) -> Result<()> {
    if Encoding::utf8_valid_up_to(text) < text.len() {
        return Err(no_characters(part));
    }
    check_controls(text, part)
}

fn check_controls(text: &[u8], part: &str) -> Result<()> {
    let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n');
    if text.iter().fold(false, |any, byte| any | control(byte)) {
        return Err(Error::new(Code::Xml, part.to_owned(), "a control character"));
    }
    Ok(())
}

fn no_characters(part: &str) -> Error {
    Error::new(Code::Text, part.to_owned(), "bytes that are no characters in its encoding")
}

/// The encoding by mark and declaration, and the length of the mark.
pub(super) fn encoding_of(bytes: &[u8], part: &str) -> Result<(&'static Encoding, usize)> {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let refuse = |code, message: &str| Err(Error::new(code, part.to_owned(), message.to_owned()));
    if head.starts_with(&[0xff, 0xfe, 0, 0]) || head.starts_with(&[0, 0, 0xfe, 0xff]) {
        return refuse(Code::Form, "UTF-32 is not read");
    }
    let marks: [(&[u8], &'static Encoding); 3] =
        [(&[0xff, 0xfe], UTF_16LE), (&[0xfe, 0xff], UTF_16BE), (&[0xef, 0xbb, 0xbf], UTF_8)];
    let marked = marks.into_iter().find(|(mark, _)| head.starts_with(mark));
    let (mark, by_mark) = marked.map_or((0, None), |(mark, found)| (mark.len(), Some(found)));
    let text = head.get(mark..).unwrap_or_default();
    let (declaration, ..) = by_mark.unwrap_or(UTF_8).decode_without_bom_handling(text);
    let name = match declared(&declaration) {
        Ok(name) => name,
        Err(message) => return refuse(Code::Xml, message),
    };
    let named = match name.map(str::to_ascii_uppercase).as_deref() {
        None => None,
        Some("UTF-8" | "UTF8") => Some(UTF_8),
        Some("GBK" | "GB2312") => Some(GBK),
        Some("GB18030") => Some(GB18030),
        Some("UTF-16") if by_mark.is_some_and(|found| found != UTF_8) => by_mark,
        Some("UTF-16LE") => Some(UTF_16LE),
        Some("UTF-16BE") => Some(UTF_16BE),
        Some(_) => return refuse(Code::Form, "an encoding that is not read"),
    };
    match (by_mark, named) {
        (Some(mark), Some(name)) if mark != name => {
            refuse(Code::Xml, "mark and declaration name different encodings")
        }
        (None, Some(name)) if name == UTF_16LE || name == UTF_16BE => {
            refuse(Code::Xml, "UTF-16 without its mark")
        }
        (mark_encoding, name) => Ok((mark_encoding.or(name).unwrap_or(UTF_8), mark)),
    }
}

/// The encoding that the declaration at the start names, if there is one.
fn declared(head: &str) -> std::result::Result<Option<&str>, &'static str> {
    let Some(rest) = head.strip_prefix("<?xml") else { return Ok(None) };
    if !rest.starts_with([' ', '\t', '\r', '\n']) {
        return Ok(None);
    }
    let Some((declaration, _)) = rest.split_once("?>") else {
        return Err("the XML declaration does not end");
    };
    let Some(parts) = super::attributes::split(declaration) else {
        return Err("the XML declaration is malformed");
    };
    let value = |name| parts.iter().find(|part| part.0 == name).map(|part| part.1);
    if value("version") != Some("1.0") {
        return Err("not XML 1.0");
    }
    Ok(value("encoding"))
}
