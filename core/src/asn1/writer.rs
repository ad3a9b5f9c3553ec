//! DER, written from the inside out: each function gives one whole element.

use super::oid::Oid;
use super::reader::tag;
use crate::time::Time;

/// An element with this tag around the parts, one after another.
pub fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    push_length(&mut out, length);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// Tag and length of an element whose value, `length` bytes, is elsewhere.
pub fn header(tag: u8, length: usize) -> Vec<u8> {
    let mut out = vec![tag];
    push_length(&mut out, length);
    out
}

fn push_length(out: &mut Vec<u8>, length: usize) {
    if length < 0x80 {
        out.push(length as u8);
        return;
    }
    let bytes = length.to_be_bytes();
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
    out.push(0x80 | (bytes.len() - start) as u8);
    out.extend_from_slice(&bytes[start..]);
}

/// SEQUENCE of the elements given.
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(tag::SEQUENCE, parts)
}

/// SEQUENCE OF the elements given.
pub fn sequence_of(parts: &[Vec<u8>]) -> Vec<u8> {
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    sequence(&parts)
}

/// SET OF the elements given, in DER order.
pub fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    tlv(tag::SET, &parts)
}

/// `[number] EXPLICIT` around one element.
pub fn explicit(number: u8, element: &[u8]) -> Vec<u8> {
    tlv(tag::context(number), &[element])
}

/// BOOLEAN.
pub fn boolean(value: bool) -> Vec<u8> {
    tlv(tag::BOOLEAN, &[&[if value { 0xff } else { 0x00 }]])
}

/// INTEGER.
pub fn integer(value: i64) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let redundant = |at: usize| {
        (bytes[at] == 0x00 && bytes[at + 1] & 0x80 == 0)
            || (bytes[at] == 0xff && bytes[at + 1] & 0x80 != 0)
    };
    let start = (0..7).find(|at| !redundant(*at)).unwrap_or(7);
    tlv(tag::INTEGER, &[&bytes[start..]])
}

/// INTEGER from a magnitude in big-endian bytes, leading zeros allowed.
pub fn integer_unsigned(magnitude: &[u8]) -> Vec<u8> {
    let start = magnitude.iter().position(|byte| *byte != 0).unwrap_or(magnitude.len());
    match &magnitude[start..] {
        [] => tlv(tag::INTEGER, &[&[0]]),
        bytes if bytes[0] & 0x80 != 0 => tlv(tag::INTEGER, &[&[0], bytes]),
        bytes => tlv(tag::INTEGER, &[bytes]),
    }
}

/// ENUMERATED, 0 to 127.
pub fn enumerated(value: u8) -> Vec<u8> {
    tlv(tag::ENUMERATED, &[&[value & 0x7f]])
}

/// BIT STRING of whole octets.
pub fn bit_string(octets: &[u8]) -> Vec<u8> {
    tlv(tag::BIT_STRING, &[&[0], octets])
}

/// OCTET STRING.
pub fn octet_string(octets: &[u8]) -> Vec<u8> {
    tlv(tag::OCTET_STRING, &[octets])
}

/// NULL.
pub fn null() -> Vec<u8> {
    tlv(tag::NULL, &[])
}

/// OBJECT IDENTIFIER.
pub fn oid(value: &Oid) -> Vec<u8> {
    tlv(tag::OID, &[value.contents()])
}

/// UTF8String.
pub fn utf8(text: &str) -> Vec<u8> {
    tlv(tag::UTF8_STRING, &[text.as_bytes()])
}

/// IA5String; the caller has checked that `text` is ASCII.
pub fn ia5(text: &str) -> Vec<u8> {
    tlv(tag::IA5_STRING, &[text.as_bytes()])
}

/// PrintableString; the caller has checked the characters.
pub fn printable(text: &str) -> Vec<u8> {
    tlv(tag::PRINTABLE_STRING, &[text.as_bytes()])
}

/// GeneralizedTime.
pub fn generalized_time(time: Time) -> Vec<u8> {
    tlv(tag::GENERALIZED_TIME, &[time.to_generalized().as_bytes()])
}

/// UTCTime; `None` outside the years 1950 to 2049 or with a fraction of a second.
pub fn utc_time(time: Time) -> Option<Vec<u8>> {
    time.to_utc_time().map(|text| tlv(tag::UTC_TIME, &[text.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::super::reader::Reader;
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for value in [0, 1, -1, 127, 128, -128, -129, 255, 256, i64::MAX, i64::MIN] {
            let bytes = integer(value);
            assert_eq!(Reader::new(&bytes, "Test").read().unwrap().integer_i64().unwrap(), value);
        }
        for length in [0, 127, 128, 255, 256, 65_535, 65_536] {
            let bytes = octet_string(&vec![7; length]);
            let mut reader = Reader::new(&bytes, "Test");
            assert_eq!(reader.read().unwrap().value.len(), length);
            assert!(reader.is_empty());
        }
        assert_eq!([header(tag::SEQUENCE, 300), vec![0; 300]].concat(), sequence(&[&[0; 300]]));
        assert_eq!(integer_unsigned(&[0, 0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer_unsigned(&[0, 0]), [2, 1, 0]);
        assert_eq!(set_of(vec![vec![4, 1, 2], vec![4, 1, 1]]), [0x31, 6, 4, 1, 1, 4, 1, 2]);
    }
}
