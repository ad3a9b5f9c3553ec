//! The DER forms of the two values of SM2: signature and ciphertext.

use super::reader::{Reader, Tlv, tag};
use super::writer;
use crate::error::{Code, Error, Result};

const SIGNATURE: &str = "SM2Signature";
const CIPHER: &str = "SM2Cipher";

/// Reads r and s, 32 bytes big endian each; their range is not checked here.
///
/// ```text
/// SM2Signature ::= SEQUENCE { R INTEGER, S INTEGER }
/// ```
///
/// # Errors
///
/// [`Code::Der`] if it is not strict DER, or bytes follow; [`Code::Value`] above 32 bytes.
///
/// # Source
///
/// GB/T 35276.
pub fn read_signature(der: &[u8]) -> Result<([u8; 32], [u8; 32])> {
    let mut inner = Reader::whole(der, SIGNATURE)?;
    let r = integer(&inner.expect(tag::INTEGER)?, SIGNATURE)?;
    let s = integer(&inner.expect(tag::INTEGER)?, SIGNATURE)?;
    inner.finish()?;
    Ok((r, s))
}

/// The DER of r and s, 32 bytes big endian each.
pub fn write_signature(r: &[u8; 32], s: &[u8; 32]) -> Vec<u8> {
    writer::sequence(&[&writer::integer_unsigned(r), &writer::integer_unsigned(s)])
}

/// An SM2 ciphertext as data; that C1 is on the curve is not checked here.
///
/// ```text
/// SM2Cipher ::= SEQUENCE {
///   XCoordinate INTEGER,
///   YCoordinate INTEGER,
///   HASH        OCTET STRING (SIZE(32)),
///   CipherText  OCTET STRING }
/// ```
///
/// # Source
///
/// GB/T 35276.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cipher<'a> {
    /// The x coordinate of C1, big endian.
    pub x: [u8; 32],
    /// The y coordinate of C1, big endian.
    pub y: [u8; 32],
    /// C3.
    pub hash: [u8; 32],
    /// C2, as long as the message.
    pub text: &'a [u8],
}

/// Reads an SM2Cipher, the whole input.
///
/// # Errors
///
/// [`Code::Der`] if it is not strict DER, or bytes follow; [`Code::Value`] for a coordinate above
/// 32 bytes or a hash of another length.
pub fn read_cipher(der: &[u8]) -> Result<Cipher<'_>> {
    let mut inner = Reader::whole(der, CIPHER)?;
    let x = integer(&inner.expect(tag::INTEGER)?, CIPHER)?;
    let y = integer(&inner.expect(tag::INTEGER)?, CIPHER)?;
    let hash = inner.expect(tag::OCTET_STRING)?;
    let text = inner.expect(tag::OCTET_STRING)?.value;
    inner.finish()?;
    let wrong = |_| Error::new(Code::Value, CIPHER, "HASH has 32 bytes").at(hash.offset);
    Ok(Cipher { x, y, hash: hash.value.try_into().map_err(wrong)?, text })
}

/// The DER of an SM2Cipher.
pub fn write_cipher(cipher: &Cipher<'_>) -> Vec<u8> {
    writer::sequence(&[
        &writer::integer_unsigned(&cipher.x),
        &writer::integer_unsigned(&cipher.y),
        &writer::octet_string(&cipher.hash),
        &writer::octet_string(cipher.text),
    ])
}

/// A non-negative INTEGER as 32 bytes, big endian.
fn integer(tlv: &Tlv<'_>, structure: &'static str) -> Result<[u8; 32]> {
    let magnitude = tlv.integer_unsigned()?;
    let mut out = [0; 32];
    let Some(start) = out.len().checked_sub(magnitude.len()) else {
        return Err(Error::new(Code::Value, structure, "more than 32 bytes").at(tlv.offset));
    };
    out[start..].copy_from_slice(magnitude);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_come_back() {
        for (r, s) in [([0x80; 32], [0x01; 32]), ([0; 32], [0xff; 32]), ([0x7f; 32], [0; 32])] {
            let der = write_signature(&r, &s);
            assert_eq!(read_signature(&der).unwrap(), (r, s));
            for end in 0..der.len() {
                assert!(read_signature(&der[..end]).is_err());
            }
            assert!(read_signature(&[&der[..], &[0]].concat()).is_err());
        }
        let mut small = [0; 32];
        small[31] = 5;
        assert_eq!(write_signature(&small, &small), [0x30, 6, 2, 1, 5, 2, 1, 5]);
    }

    #[test]
    fn only_one_form_of_a_signature_is_read() {
        for der in [
            &[0x30, 7, 2, 2, 0, 5, 2, 1, 5][..], // padded
            &[0x30, 0x81, 6, 2, 1, 5, 2, 1, 5],  // long length
            &[0x30, 6, 2, 1, 0x85, 2, 1, 5],     // negative
            &[0x30, 8, 2, 1, 5, 2, 1, 5, 5, 0],  // more inside
            &[0x30, 0x80, 2, 1, 5, 2, 1, 5, 0, 0],
            &[0x31, 6, 2, 1, 5, 2, 1, 5],
            &[0x30, 5, 2, 0, 2, 1, 5],
            &[0x30, 0],
        ] {
            assert!(read_signature(der).is_err(), "{der:02x?}");
        }
        let long = writer::integer_unsigned(&[1; 33]);
        let der = writer::sequence(&[&long, &long]);
        assert_eq!(read_signature(&der).unwrap_err().code(), Code::Value);
    }

    #[test]
    fn ciphertexts_come_back_and_damage_is_seen() {
        let cipher = Cipher { x: [0x90; 32], y: [1; 32], hash: [3; 32], text: b"text" };
        let der = write_cipher(&cipher);
        assert_eq!(read_cipher(&der).unwrap(), cipher);
        for end in 0..der.len() {
            assert!(read_cipher(&der[..end]).is_err());
        }
        for bit in 0..der.len() * 8 {
            let mut bad = der.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(read_cipher(&bad).ok(), Some(cipher));
        }
    }
}
