//! Making signed messages.

use super::verify::shaped_like_attributes;
use crate::asn1::reader::tag;
use crate::asn1::{oid, writer};
use crate::cert::Certificate;
use crate::crypto::public_key::SignatureAlgorithm;
use crate::error::{Code, Error, Result};
use crate::key::{Signer, ToSign, checked};

/// Signs `content` in the form of GB/T 35275, detached and without attributes, with the signer's
/// certificates inside.
///
/// # Errors
///
/// [`Code::SignerForm`] for a signer that is not SM2; [`Code::KeyMissing`] if it has no certificate;
/// [`Code::Argument`] for content that has the shape of signed attributes; what the signer says.
pub fn sign_detached(signer: &dyn Signer, content: &[u8]) -> Result<Vec<u8>> {
    let signature = sign_bare(signer, content)?;
    assemble_detached(signer.algorithm(), signer.certificates(), &signature)
}

/// As [`sign_detached`], the content inside the message.
///
/// # Errors
///
/// As for [`sign_detached`].
pub fn sign_attached(signer: &dyn Signer, content: &[u8]) -> Result<Vec<u8>> {
    let signature = sign_bare(signer, content)?;
    assemble(signer.algorithm(), signer.certificates(), &signature, Some(content))
}

/// The message around a signature value that was made elsewhere over the detached content.
///
/// # Errors
///
/// As for [`sign_detached`].
pub fn assemble_detached(
    algorithm: SignatureAlgorithm,
    certificates: &[Vec<u8>],
    signature: &[u8],
) -> Result<Vec<u8>> {
    assemble(algorithm, certificates, signature, None)
}

fn assemble(
    algorithm: SignatureAlgorithm,
    certificates: &[Vec<u8>],
    signature: &[u8],
    content: Option<&[u8]>,
) -> Result<Vec<u8>> {
    only_sm2(algorithm)?;
    let signer_info = signer_info(certificates, signature)?;
    let sm3 = writer::sequence(&[&writer::oid(&oid::SM3)]);
    let content = content
        .map(|content| writer::explicit(0, &writer::octet_string(content)))
        .unwrap_or_default();
    let signed_data = writer::sequence(&[
        &writer::integer(1),
        &writer::set_of(vec![sm3]),
        &writer::sequence(&[&writer::oid(&oid::GM_DATA), &content]),
        &implicit_set(0, certificates.to_vec()),
        &writer::set_of(vec![signer_info]),
    ]);
    Ok(writer::sequence(&[&writer::oid(&oid::GM_SIGNED_DATA), &writer::explicit(0, &signed_data)]))
}

/// SignerInfo over `content`, without attributes, in the form of GB/T 35275.
pub(super) fn bare_signer_info(signer: &dyn Signer, content: &[u8]) -> Result<Vec<u8>> {
    only_sm2(signer.algorithm())?;
    signer_info(signer.certificates(), &sign_bare(signer, content)?)
}

fn sign_bare(signer: &dyn Signer, content: &[u8]) -> Result<Vec<u8>> {
    if shaped_like_attributes(content) {
        let message = "content with the shape of signed attributes is not signed bare";
        return Err(Error::new(Code::Argument, "content", message));
    }
    checked::sign(signer, ToSign::Message(content))
}

fn only_sm2(algorithm: SignatureAlgorithm) -> Result<()> {
    if algorithm == SignatureAlgorithm::Sm2WithSm3 {
        return Ok(());
    }
    let message = "GB/T 35275 messages are signed with SM2 here";
    Err(Error::new(Code::SignerForm, "signer", message))
}

/// SignerInfo without attributes, in the form of GB/T 35275.
fn signer_info(certificates: &[Vec<u8>], signature: &[u8]) -> Result<Vec<u8>> {
    let own = certificates.first().ok_or_else(|| {
        Error::new(Code::KeyMissing, "signer", "it has no certificate to put into the message")
    })?;
    let certificate = Certificate::from_der(own)?;
    Ok(writer::sequence(&[
        &writer::integer(1),
        &signer_id(&certificate),
        &writer::sequence(&[&writer::oid(&oid::SM3)]),
        &writer::sequence(&[&writer::oid(&oid::SM2_SIGN)]),
        &writer::octet_string(signature),
    ]))
}

/// issuerAndSerialNumber.
pub(super) fn signer_id(certificate: &Certificate) -> Vec<u8> {
    let serial = writer::tlv(tag::INTEGER, &[certificate.serial()]);
    writer::sequence(&[certificate.issuer_der(), &serial])
}

/// `[number] IMPLICIT SET OF` the elements given, in DER order.
pub(super) fn implicit_set(number: u8, mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    let elements: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
    writer::tlv(tag::context(number), &elements)
}
