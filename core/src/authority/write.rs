//! The parts that certificates and lists have in common, in DER.

use crate::asn1::reader::tag;
use crate::asn1::{Oid, writer};
use crate::crypto::public_key::PublicKey;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// `SEQUENCE { tbs, algorithm, signature BIT STRING }`.
pub(super) fn signed(tbs: &[u8], algorithm: &[u8], signature: &[u8]) -> Vec<u8> {
    writer::sequence(&[tbs, algorithm, &writer::bit_string(signature)])
}

/// UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5), in whole seconds.
pub(super) fn time(time: Time) -> Result<Vec<u8>> {
    let year = time.civil().year;
    match writer::utc_time(time) {
        Some(utc) => Ok(utc),
        None if year > 2049 && time.nanos() == 0 => Ok(writer::generalized_time(time)),
        None => {
            let message = format!("{time} is before 1950 or not a whole second");
            Err(Error::new(Code::Argument, "time", message))
        }
    }
}

/// One extension.
pub(super) fn extension(oid: &Oid, critical: bool, value: &[u8]) -> Vec<u8> {
    let (oid, value) = (writer::oid(oid), writer::octet_string(value));
    if critical {
        writer::sequence(&[&oid, &writer::boolean(true), &value])
    } else {
        writer::sequence(&[&oid, &value])
    }
}

/// The identifier of a key: the first 20 bytes of SM3 over its SubjectPublicKeyInfo.
pub(super) fn key_identifier(key: &PublicKey) -> Vec<u8> {
    let mut digest = sm3::digest(&key.to_spki_der()).to_vec();
    digest.truncate(20);
    digest
}

/// The value of authorityKeyIdentifier with a key identifier alone.
pub(super) fn authority_key(identifier: &[u8]) -> Vec<u8> {
    writer::sequence(&[&writer::tlv(tag::context_primitive(0), &[identifier])])
}

/// KeyUsage with these bits, the first of nine the highest of sixteen; no trailing zero bits.
pub(super) fn key_usage(bits: u16) -> Vec<u8> {
    let unused = bits.trailing_zeros().min(16);
    let bytes = bits.to_be_bytes();
    let length = (16 - unused as usize).div_ceil(8);
    writer::tlv(tag::BIT_STRING, &[&[(unused % 8) as u8], &bytes[..length]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_bits_end_with_a_one() {
        assert_eq!(key_usage(0xc000), [3, 2, 6, 0xc0]);
        assert_eq!(key_usage(0x0600), [3, 2, 1, 0x06]);
        assert_eq!(key_usage(0x0080), [3, 3, 7, 0, 0x80]);
        assert_eq!(key_usage(0xff00), [3, 2, 0, 0xff]);
        assert_eq!(key_usage(0), [3, 1, 0]);
    }

    #[test]
    fn times_change_their_type_in_2050() {
        let at = |text: &str| time(Time::parse_rfc3339(text).unwrap());
        assert_eq!(at("2049-12-31T23:59:59Z").unwrap()[..2], [tag::UTC_TIME, 13]);
        assert_eq!(at("2050-01-01T00:00:00Z").unwrap()[..2], [tag::GENERALIZED_TIME, 15]);
        assert!(at("1949-12-31T23:59:59Z").is_err());
        assert!(at("2026-01-01T00:00:00.5Z").is_err());
        assert!(at("2050-01-01T00:00:00.5Z").is_err());
    }
}
