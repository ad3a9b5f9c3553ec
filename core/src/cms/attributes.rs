//! The signed attributes of a signer, hashed as received.

use crate::asn1::reader::tag;
use crate::asn1::{Oid, Tlv, oid, writer};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// The most attributes of one signer.
pub const MAX_ATTRIBUTES: usize = 64;

/// Signed attributes: what was hashed, and the values that matter.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attributes {
    /// The bytes that are signed: the attributes as received, under the tag of a SET.
    pub signed: Vec<u8>,
    /// contentType; none in a countersignature, which is over no content.
    pub content_type: Option<Oid>,
    /// messageDigest.
    pub message_digest: Vec<u8>,
    /// signingTime, the signer's own statement.
    pub signing_time: Option<Time>,
    /// The digest of the signer's certificate: (digest algorithm, value), from signingCertificate
    /// (SHA-1) or signingCertificateV2.
    pub signing_certificate: Vec<(Oid, Vec<u8>)>,
}

/// What a SignerInfo is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The content of the message.
    Signer,
    /// The signature value of a signer.
    Countersigner,
}

impl Attributes {
    /// Reads `[0] IMPLICIT SET OF Attribute`. messageDigest must be there and contentType too, which
    /// in a countersignature must not; every attribute once and (those read here) with one value.
    pub(super) fn parse(set: &Tlv<'_>, role: Role) -> Result<Self> {
        let mut seen: Vec<Oid> = Vec::new();
        let mut content_type = None;
        let mut message_digest = None;
        let mut signing_time = None;
        let mut signing_certificate = Vec::new();
        let mut contents = set.contents();
        while !contents.is_empty() {
            let start = contents.offset();
            if seen.len() == MAX_ATTRIBUTES {
                let error = Error::new(Code::Count, "attributes", "more than MAX_ATTRIBUTES");
                return Err(error.at(start));
            }
            let mut attribute = contents.sequence()?.named("Attribute");
            let kind = attribute.expect(tag::OID)?.oid()?;
            if seen.contains(&kind) {
                let message = format!("attribute {kind} stands twice");
                return Err(Error::new(Code::Structure, "attributes", message).at(start));
            }
            seen.push(kind);
            let values = attribute.expect(tag::SET)?;
            attribute.finish()?;
            match kind {
                oid::ATTRIBUTE_CONTENT_TYPE => {
                    content_type = Some(single(&values, tag::OID)?.oid()?);
                }
                oid::ATTRIBUTE_MESSAGE_DIGEST => {
                    message_digest = Some(single(&values, tag::OCTET_STRING)?.value.to_vec());
                }
                oid::ATTRIBUTE_SIGNING_TIME => {
                    let time = values.contents().read()?;
                    signing_time = Some(single(&values, time.tag)?.time()?);
                }
                oid::ATTRIBUTE_SIGNING_CERTIFICATE => {
                    signing_certificate.push((oid::SHA1, certificate_digest(&values, false)?.1));
                }
                oid::ATTRIBUTE_SIGNING_CERTIFICATE_V2 => {
                    signing_certificate.push(certificate_digest(&values, true)?);
                }
                _ => {}
            }
        }
        let missing = |name| Error::new(Code::Structure, "attributes", name).at(set.offset);
        match (role, content_type) {
            (Role::Signer, None) => return Err(missing("contentType is missing")),
            (Role::Countersigner, Some(_)) => {
                return Err(missing("contentType has no place in a countersignature"));
            }
            _ => {}
        }
        Ok(Attributes {
            signed: writer::tlv(tag::SET, &[set.value]),
            content_type,
            message_digest: message_digest.ok_or_else(|| missing("messageDigest is missing"))?,
            signing_time,
            signing_certificate,
        })
    }
}

/// contentType among `[1] IMPLICIT SET OF Attribute` under the tag of a message, if it is there. No
/// attribute stands twice, and messageDigest not at all (RFC 5083 §2.1).
pub(super) fn authenticated_content_type(set: &Tlv<'_>) -> Result<Option<Oid>> {
    let refused = |message: String, at| Error::new(Code::Structure, "attributes", message).at(at);
    let mut seen: Vec<Oid> = Vec::new();
    let mut content_type = None;
    let mut contents = set.contents();
    while !contents.is_empty() {
        if seen.len() == MAX_ATTRIBUTES {
            return Err(Error::new(Code::Count, "attributes", "more than MAX_ATTRIBUTES"));
        }
        let start = contents.offset();
        let mut attribute = contents.sequence()?.named("Attribute");
        let kind = attribute.expect(tag::OID)?.oid()?;
        let values = attribute.expect(tag::SET)?;
        attribute.finish()?;
        if seen.contains(&kind) {
            return Err(refused(format!("attribute {kind} stands twice"), start));
        }
        seen.push(kind);
        match kind {
            oid::ATTRIBUTE_CONTENT_TYPE => content_type = Some(single(&values, tag::OID)?.oid()?),
            oid::ATTRIBUTE_MESSAGE_DIGEST => {
                return Err(refused("messageDigest has no place here".to_owned(), start));
            }
            _ => {}
        }
    }
    Ok(content_type)
}

fn single<'a>(values: &Tlv<'a>, tag: u8) -> Result<Tlv<'a>> {
    let mut contents = values.contents();
    let value = contents.expect(tag)?;
    contents.finish()?;
    Ok(value)
}

/// `SigningCertificate(V2) ::= SEQUENCE { certs SEQUENCE OF ESSCertID(v2), policies OPTIONAL }`: the
/// first ESSCertID is the signer's. In V2 the digest algorithm is SHA-256 unless it is named.
fn certificate_digest(values: &Tlv<'_>, v2: bool) -> Result<(Oid, Vec<u8>)> {
    let mut certificates = single(values, tag::SEQUENCE)?.contents().sequence()?;
    let mut first = certificates.sequence()?;
    let mut algorithm = oid::SHA256;
    if v2 && let Some(named) = first.optional(tag::SEQUENCE)? {
        algorithm = named.contents().expect(tag::OID)?.oid()?;
    }
    Ok((algorithm, first.expect(tag::OCTET_STRING)?.value.to_vec()))
}
