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
/// [`Code::SignerForm`] for a signer that is not SM2; [`Code::KeyMissing`] if it has no certificate,
/// [`Code::KeyMismatch`] if its first one is that of another key; [`Code::Argument`] for content that
/// has the shape of signed attributes; what the signer says, [`Code::Signer`] if its signature does
/// not verify.
pub fn sign_detached(signer: &dyn Signer, content: &[u8]) -> Result<Vec<u8>> {
    let signer_info = bare_signer_info(signer, content)?;
    Ok(assemble(signer.certificates(), signer_info, None))
}

/// As [`sign_detached`], the content inside the message.
///
/// # Errors
///
/// As for [`sign_detached`].
pub fn sign_attached(signer: &dyn Signer, content: &[u8]) -> Result<Vec<u8>> {
    let signer_info = bare_signer_info(signer, content)?;
    Ok(assemble(signer.certificates(), signer_info, Some(content)))
}

/// The message around a signature value that was made elsewhere over the detached content; it is
/// not verified here.
///
/// # Errors
///
/// [`Code::SignerForm`] for another algorithm than SM2; [`Code::KeyMissing`] without a certificate.
pub fn assemble_detached(
    algorithm: SignatureAlgorithm,
    certificates: &[Vec<u8>],
    signature: &[u8],
) -> Result<Vec<u8>> {
    must_be_sm2(algorithm)?;
    let own = Certificate::from_der(certificates.first().ok_or_else(no_certificate)?)?;
    Ok(assemble(certificates, signer_info(&own, signature), None))
}

/// As [`assemble_detached`], the content inside the message.
///
/// # Errors
///
/// As for [`sign_attached`].
pub fn assemble_attached(
    algorithm: SignatureAlgorithm,
    certificates: &[Vec<u8>],
    content: &[u8],
    signature: &[u8],
) -> Result<Vec<u8>> {
    if shaped_like_attributes(content) {
        let message = "content with the shape of signed attributes is not signed bare";
        return Err(Error::new(Code::Argument, "content", message));
    }
    must_be_sm2(algorithm)?;
    let own = Certificate::from_der(certificates.first().ok_or_else(no_certificate)?)?;
    Ok(assemble(certificates, signer_info(&own, signature), Some(content)))
}

fn assemble(certificates: &[Vec<u8>], signer_info: Vec<u8>, content: Option<&[u8]>) -> Vec<u8> {
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
    writer::sequence(&[&writer::oid(&oid::GM_SIGNED_DATA), &writer::explicit(0, &signed_data)])
}

/// SignerInfo over `content`, without attributes, in the form of GB/T 35275.
pub(super) fn bare_signer_info(signer: &dyn Signer, content: &[u8]) -> Result<Vec<u8>> {
    if shaped_like_attributes(content) {
        let message = "content with the shape of signed attributes is not signed bare";
        return Err(Error::new(Code::Argument, "content", message));
    }
    must_be_sm2(signer.algorithm())?;
    let own = own_certificate(signer)?;
    let signature = checked::sign(signer, ToSign::Message(content))?;
    Ok(signer_info(&own, &signature))
}

/// SignerInfo without attributes, in the form of GB/T 35275.
fn signer_info(own: &Certificate, signature: &[u8]) -> Vec<u8> {
    writer::sequence(&[
        &writer::integer(1),
        &signer_id(own),
        &writer::sequence(&[&writer::oid(&oid::SM3)]),
        &writer::sequence(&[&writer::oid(&oid::SM2_SIGN)]),
        &writer::octet_string(signature),
    ])
}

/// Nothing, for the one algorithm of messages after GB/T 35275.
pub(super) fn must_be_sm2(algorithm: SignatureAlgorithm) -> Result<()> {
    if algorithm != SignatureAlgorithm::Sm2WithSm3 {
        let message = "GB/T 35275 messages are signed with SM2 here";
        return Err(Error::new(Code::SignerForm, "signer", message));
    }
    Ok(())
}

/// The first certificate of a signer, which has to be that of its key.
pub(crate) fn own_certificate(signer: &dyn Signer) -> Result<Certificate> {
    let own = signer.certificates().first().ok_or_else(no_certificate)?;
    let certificate = Certificate::from_der(own)?;
    if certificate.public_key() != signer.public_key() {
        let message = "the signer's first certificate is that of another key";
        return Err(Error::new(Code::KeyMismatch, "signer", message));
    }
    Ok(certificate)
}

fn no_certificate() -> Error {
    Error::new(Code::KeyMissing, "signer", "the signer has no certificate")
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
