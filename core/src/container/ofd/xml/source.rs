//! Where the events of a part come from: the part in pieces, or all of it at hand.

use super::Decoded;
use super::decoded::{check_characters, encoding_of};
use crate::container::ofd::limits::MAX_TOKEN;
use crate::error::{Code, Error, Result};
use encoding_rs::UTF_8;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use std::io::{self, Read};

/// What gives events, of which no token is longer than is allowed.
pub(crate) trait Source {
    /// The next event; `buffer` is there to be used.
    fn event<'b>(&'b mut self, buffer: &'b mut Vec<u8>) -> quick_xml::Result<Event<'b>>;

    /// How many bytes of text were read.
    fn position(&self) -> u64;

    /// A token ended: the next may again be as long as is allowed.
    fn token_ended(&mut self);

    /// How many bytes stand before the text, if it is stored as UTF-8.
    fn utf8_mark(&mut self) -> Option<usize>;
}

/// What both ways of reading have to be told.
pub(super) fn configure<R>(reader: &mut Reader<R>) {
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_comments = true;
}

impl<R: Read> Source for Reader<Decoded<R>> {
    fn event<'b>(&'b mut self, buffer: &'b mut Vec<u8>) -> quick_xml::Result<Event<'b>> {
        self.read_event_into(buffer)
    }

    fn position(&self) -> u64 {
        self.buffer_position()
    }

    fn token_ended(&mut self) {
        self.get_mut().token_ended();
    }

    fn utf8_mark(&mut self) -> Option<usize> {
        self.get_mut().utf8_mark()
    }
}

/// A part that is at hand and stored as UTF-8: nothing of it is copied.
pub(crate) struct Whole<'a> {
    reader: Reader<&'a [u8]>,
    part: &'a str,
    mark: usize,
}

impl<'a> Whole<'a> {
    /// Looks at the encoding and at every character; none for another encoding.
    pub(super) fn new(bytes: &'a [u8], part: &'a str) -> Result<Option<Self>> {
        let (encoding, mark) = encoding_of(bytes, part)?;
        if encoding != UTF_8 {
            return Ok(None);
        }
        let text = bytes.get(mark..).unwrap_or_default();
        check_characters(text, part)?;
        let mut reader = Reader::from_reader(text);
        configure(&mut reader);
        Ok(Some(Whole { reader, part, mark }))
    }
}

impl Source for Whole<'_> {
    fn event<'b>(&'b mut self, _: &'b mut Vec<u8>) -> quick_xml::Result<Event<'b>> {
        let before = self.reader.buffer_position();
        let event = self.reader.read_event()?;
        if self.reader.buffer_position() - before > MAX_TOKEN as u64 {
            let message = format!("a tag or text of more than {MAX_TOKEN} bytes");
            let error = Error::new(Code::Size, self.part.to_owned(), message);
            return Err(io::Error::other(error).into());
        }
        Ok(event)
    }

    fn position(&self) -> u64 {
        self.reader.buffer_position()
    }

    fn token_ended(&mut self) {}

    fn utf8_mark(&mut self) -> Option<usize> {
        Some(self.mark)
    }
}
