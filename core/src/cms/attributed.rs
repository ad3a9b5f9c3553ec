//! Making messages with signed attributes, by one signer or several.

use super::make::{implicit_set, must_be_sm2, own_certificate, signer_id};
use super::signed_data::MAX_SIGNERS;
use crate::asn1::{Oid, oid, writer};
use crate::crypto::digest;
use crate::crypto::public_key::SignatureAlgorithm;
use crate::error::{Code, Error, Result};
use crate::key::{Signer, ToSign, checked};
use crate::time::Time;

/// What a message with its content inside is made from.
#[derive(Debug, Clone, Copy)]
pub struct Attributed<'a> {
    /// What the content is.
    pub content_type: Oid,
    /// The content.
    pub content: &'a [u8],
    /// Whether the message has the form of GB/T 35275 (SM2 only), else that of RFC 5652.
    pub gm: bool,
    /// The signing time that the signer states, if any, in whole seconds.
    pub signing_time: Option<Time>,
    /// Whether the signer's certificates go into the message.
    pub certificates: bool,
}

/// What else a message holds, and what it leaves out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extras<'a> {
    /// Whether the content stays outside.
    pub detached: bool,
    /// Revocation lists in DER that go into the message, for whoever has none.
    pub crls: &'a [Vec<u8>],
}

/// Signs a message with its content inside; the signed attributes are contentType, messageDigest,
/// signingTime (if one is stated) and signingCertificateV2.
///
/// # Errors
///
/// [`Code::KeyMissing`] if the signer has no certificate, [`Code::KeyMismatch`] if its first one is
/// that of another key; [`Code::SignerForm`] for RSASSA-PSS, and for other signers than SM2 in the
/// form of GB/T 35275; [`Code::Argument`] for a signing time that cannot be written; what the
/// signer says, [`Code::Signer`] if its signature does not verify.
///
/// # Source
///
/// RFC 5652, RFC 5035, GB/T 35275-2017.
pub fn sign_with_attributes(signer: &dyn Signer, message: &Attributed<'_>) -> Result<Vec<u8>> {
    sign_together(&[signer], message, &Extras::default())
}

/// As [`sign_with_attributes`], by several signers, each with attributes of its own.
///
/// # Errors
///
/// As there; [`Code::Argument`] for no signer, [`Code::Count`] for too many.
pub fn sign_together(
    signers: &[&dyn Signer],
    message: &Attributed<'_>,
    extras: &Extras<'_>,
) -> Result<Vec<u8>> {
    if signers.is_empty() {
        return Err(Error::new(Code::Argument, "signers", "there is nobody to sign"));
    }
    if signers.len() > MAX_SIGNERS {
        return Err(Error::new(Code::Count, "signers", "more than MAX_SIGNERS"));
    }
    let (mut digests, mut infos, mut certificates) = (Vec::new(), Vec::new(), Vec::new());
    for signer in signers {
        let signed = Signed::by(*signer, Some(message.content_type), message)?;
        add_new(&mut digests, signed.digest_identifier);
        infos.push(signed.signer_info);
        if message.certificates {
            signer.certificates().iter().for_each(|der| add_new(&mut certificates, der.clone()));
        }
    }
    let optional = |number, members: Vec<Vec<u8>>| match members.is_empty() {
        true => Vec::new(),
        false => implicit_set(number, members),
    };
    let content = match extras.detached {
        true => Vec::new(),
        false => writer::explicit(0, &writer::octet_string(message.content)),
    };
    let signed_data = writer::sequence(&[
        // RFC 5652: 3 for content that is not plain data.
        &writer::integer(if message.gm || message.content_type == oid::CMS_DATA { 1 } else { 3 }),
        &writer::set_of(digests),
        &writer::sequence(&[&writer::oid(&message.content_type), &content]),
        &optional(0, certificates),
        &optional(1, extras.crls.to_vec()),
        &writer::set_of(infos),
    ]);
    let outer = if message.gm { oid::GM_SIGNED_DATA } else { oid::CMS_SIGNED_DATA };
    Ok(writer::sequence(&[&writer::oid(&outer), &writer::explicit(0, &signed_data)]))
}

/// Adds a member that is not there yet.
pub(super) fn add_new(members: &mut Vec<Vec<u8>>, member: Vec<u8>) {
    if !members.contains(&member) {
        members.push(member);
    }
}

/// What one signer adds to a message.
pub(super) struct Signed {
    /// AlgorithmIdentifier of the digest.
    pub(super) digest_identifier: Vec<u8>,
    pub(super) signer_info: Vec<u8>,
}

impl Signed {
    /// The signature over `message.content`; a countersignature names no type of content.
    pub(super) fn by(
        signer: &dyn Signer,
        content_type: Option<Oid>,
        message: &Attributed<'_>,
    ) -> Result<Signed> {
        let algorithms = Algorithms::of(signer.algorithm(), message.gm)?;
        let certificate = own_certificate(signer)?;
        let digest = |content| {
            digest::named(&algorithms.digest, content)
                .ok_or_else(|| Error::new(Code::Algorithm, "signer", "its digest is not offered"))
        };
        let attribute =
            |kind, value| writer::sequence(&[&writer::oid(&kind), &writer::set_of(vec![value])]);
        let imprint = writer::octet_string(&digest(message.content)?);
        let mut attributes = vec![
            attribute(oid::ATTRIBUTE_MESSAGE_DIGEST, imprint),
            attribute(
                oid::ATTRIBUTE_SIGNING_CERTIFICATE_V2,
                signing_certificate(&algorithms.digest, &digest(certificate.as_der())?),
            ),
        ];
        if let Some(kind) = content_type {
            attributes.push(attribute(oid::ATTRIBUTE_CONTENT_TYPE, writer::oid(&kind)));
        }
        if let Some(time) = message.signing_time {
            attributes.push(attribute(oid::ATTRIBUTE_SIGNING_TIME, signing_time(time)?));
        }
        let to_sign = writer::set_of(attributes.clone());
        let signature = checked::sign(signer, ToSign::Message(&to_sign))?;
        let digest_identifier = writer::sequence(&[&writer::oid(&algorithms.digest)]);
        let signer_info = writer::sequence(&[
            &writer::integer(1),
            &signer_id(&certificate),
            &digest_identifier,
            &implicit_set(0, attributes),
            &algorithms.signature,
            &writer::octet_string(&signature),
        ]);
        Ok(Signed { digest_identifier, signer_info })
    }
}

/// The names that a message gives to what a key signs with.
struct Algorithms {
    digest: Oid,
    /// AlgorithmIdentifier of the signature.
    signature: Vec<u8>,
}

impl Algorithms {
    fn of(algorithm: SignatureAlgorithm, gm: bool) -> Result<Algorithms> {
        use SignatureAlgorithm as A;
        let digest = match algorithm {
            A::Sm2WithSm3 => oid::SM3,
            A::RsaPkcs1Sha256 | A::EcdsaP256Sha256 | A::EcdsaP384Sha256 => oid::SHA256,
            A::RsaPkcs1Sha384 | A::EcdsaP256Sha384 | A::EcdsaP384Sha384 => oid::SHA384,
            A::RsaPkcs1Sha512 => oid::SHA512,
            A::RsaPssSha256 | A::RsaPssSha384 | A::RsaPssSha512 => {
                let message = "messages are not signed with RSASSA-PSS here";
                return Err(Error::new(Code::SignerForm, "signer", message));
            }
        };
        if !gm {
            return Ok(Algorithms { digest, signature: algorithm.algorithm_identifier() });
        }
        must_be_sm2(algorithm)?;
        Ok(Algorithms { digest, signature: writer::sequence(&[&writer::oid(&oid::SM2_SIGN)]) })
    }
}

/// SigningCertificateV2 with one ESSCertIDv2; DER leaves out the default digest, SHA-256.
fn signing_certificate(algorithm: &Oid, digest: &[u8]) -> Vec<u8> {
    let algorithm = match *algorithm {
        oid::SHA256 => Vec::new(),
        other => writer::sequence(&[&writer::oid(&other)]),
    };
    let id = writer::sequence(&[&algorithm, &writer::octet_string(digest)]);
    writer::sequence(&[&writer::sequence(&[&id])])
}

/// UTCTime through 2049, GeneralizedTime from 2050 (RFC 5652 §11.3).
fn signing_time(time: Time) -> Result<Vec<u8>> {
    match writer::utc_time(time) {
        Some(utc) => Ok(utc),
        None if time.civil().year > 2049 && time.nanos() == 0 => Ok(writer::generalized_time(time)),
        None => {
            let message = format!("{time} is before 1950 or not a whole second");
            Err(Error::new(Code::Argument, "signing_time", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Reader;
    use crate::asn1::reader::tag;

    #[test]
    fn the_default_digest_is_left_out() {
        let read = |algorithm| {
            let der = signing_certificate(algorithm, &[7; 32]);
            let mut id = Reader::new(&der, "Test").sequence().unwrap();
            let mut id = id.sequence().unwrap().sequence().unwrap();
            id.read().unwrap().tag
        };
        assert_eq!(read(&oid::SHA256), tag::OCTET_STRING);
        assert_eq!(read(&oid::SM3), tag::SEQUENCE);
    }

    #[test]
    fn the_signing_time_changes_its_type_in_2050() {
        let at = |text: &str| signing_time(Time::parse_rfc3339(text).unwrap());
        assert_eq!(at("2049-12-31T23:59:59Z").unwrap()[0], tag::UTC_TIME);
        assert_eq!(at("2050-01-01T00:00:00Z").unwrap()[0], tag::GENERALIZED_TIME);
        assert_eq!(at("2026-01-01T00:00:00.5Z").unwrap_err().code(), Code::Argument);
    }
}
