//! Writing PKCS#12: DER, one key derivation for all parts, always a MAC.

use super::{BMP_STRING, mac};
use crate::asn1::reader::tag;
use crate::asn1::{Oid, oid, writer};
use crate::error::Result;
use crate::key::pbes2::{Protection, Sealer};
use zeroize::Zeroizing;

/// A key (as PKCS#8) or a certificate to be written, with what is to stand beside it.
pub(in crate::key) struct Part<'a> {
    pub(in crate::key) der: &'a [u8],
    pub(in crate::key) name: Option<&'a str>,
    pub(in crate::key) id: Option<&'a [u8]>,
}

/// The file: each key encrypted by itself, all certificates together.
pub(in crate::key) fn write(
    keys: &[Part<'_>],
    certificates: &[Part<'_>],
    password: &[u8],
    protection: Protection,
) -> Result<Vec<u8>> {
    let sealer = Sealer::new(protection, password)?;
    let mut bags = Vec::new();
    for key in keys {
        bags.push(bag(&oid::BAG_SHROUDED_KEY, &sealer.seal_key(key.der)?, key));
    }
    let data = writer::octet_string(&writer::sequence_of(&bags));
    let mut safes = vec![content_info(&oid::CMS_DATA, &data)];
    if !certificates.is_empty() {
        let bags: Vec<Vec<u8>> = certificates.iter().map(certificate_bag).collect();
        let plain = Zeroizing::new(writer::sequence_of(&bags));
        let (algorithm, ciphertext) = sealer.seal(&plain)?;
        let content = writer::tlv(tag::context_primitive(0), &[&ciphertext]);
        let info = writer::sequence(&[&writer::oid(&oid::CMS_DATA), &algorithm, &content]);
        let encrypted = writer::sequence(&[&writer::integer(0), &info]);
        safes.push(content_info(&oid::CMS_ENCRYPTED_DATA, &encrypted));
    }
    let content = writer::sequence_of(&safes);
    let mac = mac::write(protection, password, &content)?;
    let safe = content_info(&oid::CMS_DATA, &writer::octet_string(&content));
    Ok(writer::sequence(&[&writer::integer(3), &safe, &mac]))
}

fn content_info(kind: &Oid, content: &[u8]) -> Vec<u8> {
    writer::sequence(&[&writer::oid(kind), &writer::explicit(0, content)])
}

fn certificate_bag(certificate: &Part<'_>) -> Vec<u8> {
    let value = writer::explicit(0, &writer::octet_string(certificate.der));
    let value = writer::sequence(&[&writer::oid(&oid::X509_CERTIFICATE), &value]);
    bag(&oid::BAG_CERTIFICATE, &value, certificate)
}

fn bag(kind: &Oid, value: &[u8], part: &Part<'_>) -> Vec<u8> {
    let attribute = |kind: &Oid, value: Vec<u8>| {
        writer::sequence(&[&writer::oid(kind), &writer::set_of(vec![value])])
    };
    let name = part.name.map(|name| {
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
        attribute(&oid::ATTRIBUTE_FRIENDLY_NAME, writer::tlv(BMP_STRING, &[&units]))
    });
    let id = part.id.map(|id| attribute(&oid::ATTRIBUTE_LOCAL_KEY_ID, writer::octet_string(id)));
    let attributes: Vec<Vec<u8>> = name.into_iter().chain(id).collect();
    let attributes = if attributes.is_empty() { Vec::new() } else { writer::set_of(attributes) };
    writer::sequence(&[&writer::oid(kind), &writer::explicit(0, value), &attributes])
}
