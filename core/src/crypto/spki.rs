//! SubjectPublicKeyInfo: an algorithm and the bytes of a key.

use crate::asn1::oid::{self, Oid};
use crate::asn1::reader::tag;
use crate::asn1::{Reader, Tlv, writer};
use crate::error::{Code, Error, Result};

/// What errors name.
pub(crate) const NAME: &str = "SubjectPublicKeyInfo";

/// A SubjectPublicKeyInfo as received.
///
/// ```text
/// SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
/// AlgorithmIdentifier  ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
/// ```
///
/// # Source
///
/// RFC 5280.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spki<'a> {
    pub(crate) algorithm: Oid,
    pub(crate) parameters: Option<Tlv<'a>>,
    pub(crate) key: &'a [u8],
    pub(crate) key_offset: usize,
}

/// Reads a SubjectPublicKeyInfo, the whole input, as strict DER.
pub(crate) fn read(der: &[u8]) -> Result<Spki<'_>> {
    let mut inner = Reader::whole(der, NAME)?;
    let mut identifier = inner.sequence()?;
    let algorithm = identifier.expect(tag::OID)?.oid()?;
    let parameters = if identifier.is_empty() { None } else { Some(identifier.read()?) };
    identifier.finish()?;
    let bits = inner.expect(tag::BIT_STRING)?;
    inner.finish()?;
    let key = bits.bit_string()?;
    Ok(Spki { algorithm, parameters, key, key_offset: bits.value_offset() + 1 })
}

impl Spki<'_> {
    /// The curve of an id-ecPublicKey, which has to be given by name.
    pub(crate) fn named_curve(&self) -> Result<Oid> {
        match &self.parameters {
            Some(parameters) if parameters.tag == tag::OID => parameters.oid(),
            Some(parameters) => Err(Error::new(Code::Form, NAME, "the curve is not given by name")
                .at(parameters.offset)),
            None => Err(Error::new(Code::Form, NAME, "the curve is not given")),
        }
    }
}

/// The DER of an elliptic-curve key on a named curve.
pub(crate) fn write_ec(curve: &Oid, point: &[u8]) -> Vec<u8> {
    let identifier = writer::sequence(&[&writer::oid(&oid::EC_PUBLIC_KEY), &writer::oid(curve)]);
    writer::sequence(&[&identifier, &writer::bit_string(point)])
}
