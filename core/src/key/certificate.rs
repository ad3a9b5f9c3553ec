//! The certificates of a key file: which belong to a key, and which stand above those.
//!
//! `cert` is of this module's own row, so the few fields that are needed are read here.

use crate::asn1::Reader;
use crate::asn1::reader::tag;
use crate::error::Result;

/// The most certificates above that of a key. Source: ours; public roots need four.
const MAX_ABOVE: usize = 16;

/// Names and key of a certificate as received, in DER.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    issuer: &'a [u8],
    subject: &'a [u8],
    pub(super) spki: &'a [u8],
}

pub(super) fn fields(certificate: &[u8]) -> Result<Fields<'_>> {
    let mut tbs = Reader::whole(certificate, "Certificate")?.sequence()?;
    tbs.optional(tag::context(0))?;
    tbs.expect(tag::INTEGER)?;
    tbs.expect(tag::SEQUENCE)?;
    let issuer = tbs.expect(tag::SEQUENCE)?.raw;
    tbs.expect(tag::SEQUENCE)?;
    let subject = tbs.expect(tag::SEQUENCE)?.raw;
    let spki = tbs.expect(tag::SEQUENCE)?.raw;
    Ok(Fields { issuer, subject, spki })
}

/// Whether a DER certificate is for the key with this SubjectPublicKeyInfo.
pub(super) fn is_for(certificate: &[u8], spki: &[u8]) -> bool {
    fields(certificate).is_ok_and(|found| found.spki == spki)
}

/// A certificate in DER, its fields read once; none of what is no certificate.
#[derive(Clone, Copy)]
pub(super) struct Read<'a> {
    pub(super) der: &'a [u8],
    fields: Option<Fields<'a>>,
}

impl<'a> Read<'a> {
    pub(super) fn new(der: &'a [u8]) -> Read<'a> {
        Read { der, fields: fields(der).ok() }
    }

    /// Whether it is for the key with this SubjectPublicKeyInfo.
    pub(super) fn is_for(&self, spki: &[u8]) -> bool {
        self.fields.is_some_and(|fields| fields.spki == spki)
    }

    /// This certificate and, by their names, those above it; each certificate once.
    pub(super) fn chain(self, others: &[Read<'_>]) -> Vec<Vec<u8>> {
        let mut chain = vec![self.der.to_vec()];
        let mut last = self.fields;
        while let Some(below) = last.filter(|last| last.issuer != last.subject)
            && chain.len() <= MAX_ABOVE
        {
            let above = others.iter().find(|other| {
                other.fields.is_some_and(|found| found.subject == below.issuer)
                    && chain.iter().all(|known| known != other.der)
            });
            let Some(above) = above else { break };
            chain.push(above.der.to_vec());
            last = above.fields;
        }
        chain
    }
}
