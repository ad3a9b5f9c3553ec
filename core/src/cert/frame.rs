//! The frame of certificates, lists and OCSP responses: what is signed, how, and the signature.

use super::certificate::Certificate;
use super::issuers::{Issuers, Signed, SignedBy};
use crate::asn1::reader::tag;
use crate::asn1::{Reader, Tlv};
use crate::error::{Code, Error, Result};
use std::ops::Range;

/// The bytes as received, and where in them the parts of the frame stand.
///
/// # Source
///
/// X.509 `SIGNED ::= SEQUENCE { toBeSigned, algorithm AlgorithmIdentifier, signature BIT STRING }`.
#[derive(Debug)]
pub(in crate::cert) struct Frame {
    der: Vec<u8>,
    tbs: Range<usize>,
    algorithm: Range<usize>,
    signature: Range<usize>,
    signed_by: SignedBy,
}

impl Frame {
    /// Reads the three parts of a frame within `der`; what is signed and the algorithm come out for
    /// further reading.
    pub(in crate::cert) fn read<'a>(
        der: &[u8],
        fields: &mut Reader<'a>,
    ) -> Result<(Frame, Tlv<'a>, Tlv<'a>)> {
        let tbs = fields.expect(tag::SEQUENCE)?;
        let algorithm = fields.expect(tag::SEQUENCE)?;
        let signature = fields.expect(tag::BIT_STRING)?;
        let end = signature.range().end;
        let frame = Frame {
            der: der.to_vec(),
            tbs: tbs.range(),
            algorithm: algorithm.value_range(),
            signature: end - signature.bit_string()?.len()..end,
            signed_by: SignedBy::default(),
        };
        Ok((frame, tbs, algorithm))
    }

    /// The bytes as received.
    pub(in crate::cert) fn der(&self) -> &[u8] {
        &self.der
    }

    /// A part of the bytes as received.
    pub(in crate::cert) fn part(&self, range: &Range<usize>) -> &[u8] {
        self.der.get(range.clone()).unwrap_or_default()
    }

    /// What is signed, and the signature.
    pub(in crate::cert) fn signed(&self) -> Signed<'_> {
        let [algorithm, message, signature] =
            [&self.algorithm, &self.tbs, &self.signature].map(|range| self.part(range));
        Signed { algorithm, message, signature }
    }

    /// Under whose key the signature was found good before: it is asked about again and again.
    pub(in crate::cert) fn signed_by(&self) -> &SignedBy {
        &self.signed_by
    }

    /// Whether the issuer's key made the signature, or is known to have; `None` if its algorithm is
    /// not offered for the key.
    pub(in crate::cert) fn is_by(
        &self,
        issuer: &Certificate,
        issuers: Issuers<'_>,
    ) -> Option<bool> {
        if self.signed_by.is(issuer, issuers) {
            return Some(true);
        }
        let found = issuers.verify(issuer, self.signed());
        if found == Some(true) {
            self.signed_by.set(issuer, issuers);
        }
        found
    }
}

/// Reads the algorithm inside of what is signed, which repeats the one outside.
pub(in crate::cert) fn same_algorithm(
    fields: &mut Reader<'_>,
    outside: &Tlv<'_>,
    structure: &'static str,
) -> Result<()> {
    let inside = fields.expect(tag::SEQUENCE)?;
    if inside.value != outside.value {
        let message = "the signature algorithms inside and outside differ";
        return Err(Error::new(Code::Structure, structure, message).at(inside.offset));
    }
    Ok(())
}
