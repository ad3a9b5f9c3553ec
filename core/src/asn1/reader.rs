//! A cursor over DER that borrows its input and knows its place.
//!
//! Lengths must be definite and minimal, tags fit in one byte. Every error carries the offset from
//! the start of the whole input. Nothing here recurses or allocates, so neither nesting nor a
//! length field can exhaust anything.

use super::oid::Oid;
use crate::error::{Code, Error, Result};
use crate::time::Time;
use std::ops::Range;

/// Universal and context tags that the formats use.
pub mod tag {
    /// BOOLEAN.
    pub const BOOLEAN: u8 = 0x01;
    /// INTEGER.
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING.
    pub const BIT_STRING: u8 = 0x03;
    /// OCTET STRING.
    pub const OCTET_STRING: u8 = 0x04;
    /// NULL.
    pub const NULL: u8 = 0x05;
    /// OBJECT IDENTIFIER.
    pub const OID: u8 = 0x06;
    /// ENUMERATED.
    pub const ENUMERATED: u8 = 0x0a;
    /// UTF8String.
    pub const UTF8_STRING: u8 = 0x0c;
    /// PrintableString.
    pub const PRINTABLE_STRING: u8 = 0x13;
    /// IA5String.
    pub const IA5_STRING: u8 = 0x16;
    /// UTCTime.
    pub const UTC_TIME: u8 = 0x17;
    /// GeneralizedTime.
    pub const GENERALIZED_TIME: u8 = 0x18;
    /// SEQUENCE and SEQUENCE OF.
    pub const SEQUENCE: u8 = 0x30;
    /// SET and SET OF.
    pub const SET: u8 = 0x31;

    /// `[number]` around a constructed value (number 0 to 30).
    pub const fn context(number: u8) -> u8 {
        0xa0 | number
    }

    /// `[number]` in place of a primitive tag (number 0 to 30).
    pub const fn context_primitive(number: u8) -> u8 {
        0x80 | number
    }
}

/// A cursor over the contents of one structure.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    input: &'a [u8],
    position: usize,
    base: usize,
    structure: &'static str,
}

/// One tag, length and value, as received.
#[derive(Debug, Clone, Copy)]
pub struct Tlv<'a> {
    /// The tag byte.
    pub tag: u8,
    /// The whole of it: tag, length and value.
    pub raw: &'a [u8],
    /// The value alone.
    pub value: &'a [u8],
    /// Where `raw` starts in the whole input.
    pub offset: usize,
    structure: &'static str,
}

impl<'a> Reader<'a> {
    /// A cursor at the start of `input`; errors name `structure`.
    pub fn new(input: &'a [u8], structure: &'static str) -> Self {
        Reader { input, position: 0, base: 0, structure }
    }

    /// A cursor over the contents of the SEQUENCE that is the whole of `input`.
    pub fn whole(input: &'a [u8], structure: &'static str) -> Result<Self> {
        Reader::new(input, structure).only_sequence()
    }

    /// Enters the SEQUENCE that is all that is left.
    pub fn only_sequence(mut self) -> Result<Self> {
        let contents = self.sequence()?;
        self.finish()?;
        Ok(contents)
    }

    /// The same cursor for input that starts `base` bytes into a larger one.
    #[must_use]
    pub fn based(mut self, base: usize) -> Self {
        self.base = base;
        self
    }

    /// The same cursor, errors naming another structure.
    #[must_use]
    pub fn named(mut self, structure: &'static str) -> Self {
        self.structure = structure;
        self
    }

    /// Where the cursor stands in the whole input, in bytes.
    pub fn offset(&self) -> usize {
        self.base + self.position
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.position >= self.input.len()
    }

    /// What is left, unread.
    pub fn rest(&self) -> &'a [u8] {
        &self.input[self.position..]
    }

    /// The tag of the next element.
    pub fn peek(&self) -> Option<u8> {
        self.input.get(self.position).copied()
    }

    /// An error at the cursor.
    pub fn error(&self, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        Error::new(Code::Der, self.structure, message).at(self.offset())
    }

    /// Reads the next element whatever its tag.
    pub fn read(&mut self) -> Result<Tlv<'a>> {
        let rest = self.rest();
        let (header, length) = header(rest).map_err(|message| self.error(message))?;
        let Some(raw) = header.checked_add(length).and_then(|end| rest.get(..end)) else {
            return Err(self.error("length runs past the end"));
        };
        let offset = self.offset();
        self.position += raw.len();
        let tlv =
            Tlv { tag: raw[0], raw, value: &raw[header..], offset, structure: self.structure };
        Ok(tlv)
    }

    /// Reads the next element, which must have this tag.
    pub fn expect(&mut self, tag: u8) -> Result<Tlv<'a>> {
        match self.peek() {
            Some(found) if found == tag => self.read(),
            Some(found) => Err(self.error(format!("expected tag {tag:#04x}, found {found:#04x}"))),
            None => Err(self.error(format!("expected tag {tag:#04x}, found the end"))),
        }
    }

    /// Reads the next element if it has this tag.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Tlv<'a>>> {
        if self.peek() == Some(tag) { self.read().map(Some) } else { Ok(None) }
    }

    /// Enters a SEQUENCE and gives a cursor over its contents.
    pub fn sequence(&mut self) -> Result<Reader<'a>> {
        Ok(self.expect(tag::SEQUENCE)?.contents())
    }

    /// Nothing, if nothing is left.
    pub fn finish(&self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(self.error("unexpected bytes follow")) }
    }
}

/// The lengths of header and value of the element at the start of `input`.
fn header(input: &[u8]) -> std::result::Result<(usize, usize), &'static str> {
    let [tag, first, rest @ ..] = input else { return Err("the element is cut off") };
    if tag & 0x1f == 0x1f {
        return Err("tag numbers above 30 are not used here");
    }
    if *first < 0x80 {
        return Ok((2, usize::from(*first)));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 {
        return Err("length is indefinite");
    }
    if count > 4 {
        return Err("length has more than four bytes");
    }
    let Some(bytes) = rest.get(..count) else { return Err("the length is cut off") };
    let length = bytes.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
    if length < 0x80 || bytes[0] == 0 {
        return Err("length is not minimal");
    }
    usize::try_from(length).map(|length| (2 + count, length)).map_err(|_| "length is too large")
}

impl<'a> Tlv<'a> {
    /// A cursor over the contents.
    pub fn contents(&self) -> Reader<'a> {
        Reader::new(self.value, self.structure).based(self.value_offset())
    }

    /// Where the whole element stands in the whole input.
    pub fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.raw.len()
    }

    /// Where the value stands in the whole input.
    pub fn value_range(&self) -> Range<usize> {
        self.value_offset()..self.offset + self.raw.len()
    }

    /// Where the value starts in the whole input.
    pub fn value_offset(&self) -> usize {
        self.offset + (self.raw.len() - self.value.len())
    }

    /// An error at the start of this element.
    pub fn error(&self, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        Error::new(Code::Der, self.structure, message).at(self.offset)
    }

    /// The value of a BOOLEAN.
    pub fn boolean(&self) -> Result<bool> {
        match self.value {
            [0x00] => Ok(false),
            [0xff] => Ok(true),
            _ => Err(self.error("a BOOLEAN is one byte, 00 or FF")),
        }
    }

    /// The contents of an INTEGER, two's complement, checked for the shortest form.
    pub fn integer(&self) -> Result<&'a [u8]> {
        match self.value {
            [] => Err(self.error("an INTEGER has at least one byte")),
            [0x00, second, ..] if second & 0x80 == 0 => {
                Err(self.error("an INTEGER is in its shortest form"))
            }
            [0xff, second, ..] if second & 0x80 != 0 => {
                Err(self.error("an INTEGER is in its shortest form"))
            }
            value => Ok(value),
        }
    }

    /// The value of an INTEGER that fits in 64 bits.
    pub fn integer_i64(&self) -> Result<i64> {
        let bytes = self.integer()?;
        if bytes.len() > 8 {
            return Err(self.error("the INTEGER does not fit in 64 bits"));
        }
        let sign = if bytes[0] & 0x80 == 0 { 0i64 } else { -1i64 };
        Ok(bytes.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte)))
    }

    /// The magnitude of an INTEGER that is not negative, without a leading zero byte.
    pub fn integer_unsigned(&self) -> Result<&'a [u8]> {
        match self.integer()? {
            [0x00, rest @ ..] if !rest.is_empty() => Ok(rest),
            bytes if bytes[0] & 0x80 != 0 => Err(self.error("the INTEGER is negative")),
            bytes => Ok(bytes),
        }
    }

    /// The value of an OBJECT IDENTIFIER.
    pub fn oid(&self) -> Result<Oid> {
        Oid::from_contents(self.value).ok_or_else(|| self.error("not an OBJECT IDENTIFIER"))
    }

    /// The octets of a BIT STRING of whole octets.
    pub fn bit_string(&self) -> Result<&'a [u8]> {
        match self.value {
            [0, rest @ ..] => Ok(rest),
            [] => Err(self.error("a BIT STRING has at least one byte")),
            _ => Err(self.error("the BIT STRING is not of whole octets")),
        }
    }

    /// The characters of a UTF8String.
    pub fn utf8(&self) -> Result<&'a str> {
        std::str::from_utf8(self.value).map_err(|error| {
            self.error("not UTF-8").shifted(self.header_len() + error.valid_up_to())
        })
    }

    /// The characters of an IA5String: ASCII.
    pub fn ia5(&self) -> Result<&'a str> {
        if !self.value.is_ascii() {
            return Err(self.error("an IA5String holds ASCII only"));
        }
        self.utf8()
    }

    /// The characters of a PrintableString.
    pub fn printable(&self) -> Result<&'a str> {
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(byte);
        if !self.value.iter().all(allowed) {
            return Err(self.error("a PrintableString holds letters, digits and '()+,-./:=? only"));
        }
        self.utf8()
    }

    /// The moment of a UTCTime or GeneralizedTime in DER form.
    pub fn time(&self) -> Result<Time> {
        let time = match self.tag {
            tag::UTC_TIME => Time::parse_utc_time(self.value),
            tag::GENERALIZED_TIME => Time::parse_generalized(self.value),
            _ => None,
        };
        time.ok_or_else(|| self.error("not a time in DER form"))
    }

    /// The same in whole seconds, as certificates, lists and our own structures have it.
    pub fn whole_second(&self) -> Result<Time> {
        let time = self.time()?;
        if time.nanos() != 0 {
            return Err(self.error("the time has a fraction of a second"));
        }
        Ok(time)
    }

    fn header_len(&self) -> usize {
        self.raw.len() - self.value.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_places_errors() {
        let input = [0x30, 0x06, 0x02, 0x01, 0x05, 0x01, 0x01, 0x01];
        let mut reader = Reader::new(&input, "Test").based(100);
        let mut inner = reader.sequence().unwrap();
        assert_eq!(inner.expect(tag::INTEGER).unwrap().integer_i64().unwrap(), 5);
        let error = inner.expect(tag::BOOLEAN).unwrap().boolean().unwrap_err();
        assert_eq!(error.offset(), Some(105));
        assert!(inner.is_empty() && reader.finish().is_ok());
        assert_eq!(Reader::whole(&input, "Test").unwrap().rest(), &input[2..]);
        let error = Reader::whole(&[0x30, 0x00, 0x05, 0x00], "Test").unwrap_err();
        assert_eq!((error.code(), error.offset()), (Code::Der, Some(2)));
    }

    #[test]
    fn refuses_what_is_not_der() {
        for input in [
            &[][..],
            &[0x30],
            &[0x30, 0x80, 0x00, 0x00],
            &[0x30, 0x81, 0x01, 0x00],
            &[0x30, 0x82, 0x00, 0x80],
            &[0x30, 0x85, 1, 0, 0, 0, 0],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x1f, 0x81, 0x01, 0x00],
            &[0x04, 0x02, 0x00],
        ] {
            assert!(Reader::new(input, "Test").read().is_err(), "{input:02x?}");
        }
        for value in [&[0x02, 0x00][..], &[0x02, 0x02, 0x00, 0x01], &[0x02, 0x02, 0xff, 0x80]] {
            assert!(Reader::new(value, "Test").read().unwrap().integer().is_err());
        }
    }

    #[test]
    fn integers_have_signs() {
        let read = |bytes: &'static [u8]| Reader::new(bytes, "Test").read().unwrap();
        assert_eq!(read(&[2, 1, 0xff]).integer_i64().unwrap(), -1);
        assert_eq!(read(&[2, 2, 0x00, 0xff]).integer_i64().unwrap(), 255);
        assert_eq!(read(&[2, 2, 0x00, 0xff]).integer_unsigned().unwrap(), [0xff]);
        assert_eq!(read(&[2, 1, 0x00]).integer_unsigned().unwrap(), [0x00]);
        assert!(read(&[2, 1, 0x80]).integer_unsigned().is_err());
    }
}
