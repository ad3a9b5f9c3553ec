//! The fields of a certificate that decide to which key it belongs and who issued it.
//!
//! `cert` is of this module's own row, so the few fields that are needed are read here.

use crate::asn1::Reader;
use crate::asn1::reader::tag;
use crate::error::Result;

/// Names and key of a certificate as received, in DER.
pub(super) struct Fields<'a> {
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
    pub(super) spki: &'a [u8],
}

pub(super) fn fields(certificate: &[u8]) -> Result<Fields<'_>> {
    let mut outer = Reader::new(certificate, "Certificate");
    let mut tbs = outer.sequence()?.sequence()?;
    outer.finish()?;
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

/// The certificate at `own` and, by their names, those above it; each certificate once.
pub(super) fn chain_from(own: &[u8], others: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut chain = vec![own.to_vec()];
    while let Some(last) = chain.last()
        && let Ok(last) = fields(last)
        && last.issuer != last.subject
    {
        let above = others.iter().find(|other| {
            fields(other).is_ok_and(|found| found.subject == last.issuer)
                && chain.iter().all(|known| known != *other)
        });
        let Some(above) = above else { break };
        chain.push(above.to_vec());
    }
    chain
}
