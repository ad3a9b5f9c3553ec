//! What a seal is and who may stamp with it.

use super::super::profile::Deviations;
use super::super::reader::{Reader, tag};
use super::leaf::{certificate, integer, sequence, text, time};
use super::{CertificateFields, MAX_CERTIFICATES, Span};
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use crate::time::Time;

/// The members of a SES_ESPropertyInfo.
pub(in crate::asn1) struct Property {
    pub kind: i64,
    pub name: String,
    pub certificates: CertificateFields,
    pub created: Time,
    pub valid_from: Time,
    pub valid_until: Time,
}

/// Reads the property of a seal of GM/T 0031-2014.
pub(in crate::asn1) fn of_2014(
    reader: &mut Reader<'_>,
    deviations: &mut Deviations,
) -> Result<Property> {
    let mut inner = sequence(reader, "SES_ESPropertyInfo")?;
    let kind = integer(&mut inner, "SES_ESPropertyInfo.type", deviations)?;
    let name = text(&mut inner, tag::UTF8_STRING, "SES_ESPropertyInfo.name", deviations)?;
    let list = sequence(&mut inner, "certList")?;
    let certificates = CertificateFields::Certificates(certificate_list(list, true, deviations)?);
    finish(inner, kind, name, certificates, tag::UTC_TIME, deviations)
}

/// Reads the property of a seal of GB/T 38540-2020 or GM/T 0031-2025.
pub(in crate::asn1) fn of_2020(
    reader: &mut Reader<'_>,
    deviations: &mut Deviations,
) -> Result<Property> {
    let mut inner = sequence(reader, "SES_ESPropertyInfo")?;
    let kind = integer(&mut inner, "SES_ESPropertyInfo.type", deviations)?;
    let name = text(&mut inner, tag::UTF8_STRING, "SES_ESPropertyInfo.name", deviations)?;
    let offset = inner.offset();
    let list_type = integer(&mut inner, "SES_ESPropertyInfo.certListType", deviations)?;
    let list = sequence(&mut inner, "SES_CertList")?;
    let certificates = match list_type {
        1 => CertificateFields::Certificates(certificate_list(list, false, deviations)?),
        2 => CertificateFields::Digests(digest_list(list, deviations)?),
        other => {
            let message = format!("{other} is neither 1 (certificates) nor 2 (digests)");
            let field = "SES_ESPropertyInfo.certListType";
            return Err(Error::new(Code::Structure, field, message).at(offset));
        }
    };
    finish(inner, kind, name, certificates, tag::GENERALIZED_TIME, deviations)
}

/// The three times at the end.
fn finish(
    mut inner: Reader<'_>,
    kind: i64,
    name: String,
    certificates: CertificateFields,
    time_tag: u8,
    deviations: &mut Deviations,
) -> Result<Property> {
    let created = time(&mut inner, time_tag, "SES_ESPropertyInfo.createDate", deviations)?;
    let valid_from = time(&mut inner, time_tag, "SES_ESPropertyInfo.validStart", deviations)?;
    let valid_until = time(&mut inner, time_tag, "SES_ESPropertyInfo.validEnd", deviations)?;
    inner.finish()?;
    Ok(Property { kind, name, certificates, created, valid_from, valid_until })
}

fn certificate_list(
    mut list: Reader<'_>,
    of_2014: bool,
    deviations: &mut Deviations,
) -> Result<Vec<Span>> {
    not_empty(&list, deviations)?;
    let mut found = Vec::new();
    let mut members = 0;
    while !list.is_empty() {
        members += 1;
        room(&list, members)?;
        if of_2014 && list.peek() == Some(tag::IA5_STRING) {
            // A stray line of the 2014 text says certID ::= IA5String: it names no certificate.
            let tlv = list.read()?;
            let detail = "a text stands where a certificate is due";
            deviations.tolerate(NoteCode::DeviationCertList, "certList", tlv.offset, detail)?;
            continue;
        }
        found.push(certificate(&mut list, "certList", deviations)?.1);
    }
    Ok(found)
}

fn digest_list(mut list: Reader<'_>, deviations: &mut Deviations) -> Result<Vec<(String, Span)>> {
    not_empty(&list, deviations)?;
    let mut found = Vec::new();
    while !list.is_empty() {
        room(&list, found.len() + 1)?;
        let mut object = sequence(&mut list, "CertDigestObj")?;
        let name = text(&mut object, tag::PRINTABLE_STRING, "CertDigestObj.type", deviations)?;
        let digest = object.expect(tag::OCTET_STRING)?;
        object.finish()?;
        found.push((name, Span::tail(&digest, digest.value.len())));
    }
    Ok(found)
}

fn not_empty(list: &Reader<'_>, deviations: &mut Deviations) -> Result<()> {
    if list.is_empty() {
        let detail = "the list of certificates is empty";
        deviations.tolerate(NoteCode::DeviationCertList, "certList", list.offset(), detail)?;
    }
    Ok(())
}

fn room(list: &Reader<'_>, members: usize) -> Result<()> {
    if members > MAX_CERTIFICATES {
        let message = format!("more than {MAX_CERTIFICATES} certificates");
        return Err(Error::new(Code::Count, "certList", message).at(list.offset()));
    }
    Ok(())
}
