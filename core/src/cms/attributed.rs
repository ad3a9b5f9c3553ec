//! Making messages with signed attributes, by one signer or several.

use super::make::{implicit_set, must_be_sm2, own_certificate, signer_id};
use super::message::{self, Form, MessageKind};
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
    let front = front_fields(signers, message.gm, message.content_type)?;
    let digest = |algorithm: &Oid| digest::named(algorithm, message.content);
    let parts = SignedParts::by(signers, &Terms::of(message), message.certificates, &digest)?;
    let content = match extras.detached {
        true => Vec::new(),
        false => writer::explicit(0, &writer::octet_string(message.content)),
    };
    let signed_data = writer::sequence(&[
        &front,
        &writer::sequence(&[&writer::oid(&message.content_type), &content]),
        &parts.tail(extras.crls),
    ]);
    let form = if message.gm { Form::Gm } else { Form::Rfc };
    message::content_info(MessageKind::SignedData, form, &signed_data)
}

/// The fields of a message before its content: the version and what its signers digest with. Whoever
/// cannot sign is refused here, before anything is read.
pub(super) fn front_fields(
    signers: &[&dyn Signer],
    gm: bool,
    content_type: Oid,
) -> Result<Vec<u8>> {
    if signers.is_empty() {
        return Err(Error::new(Code::Argument, "signers", "there is nobody to sign"));
    }
    if signers.len() > MAX_SIGNERS {
        return Err(Error::new(Code::Count, "signers", "more than MAX_SIGNERS"));
    }
    let mut digests = Vec::new();
    for signer in signers {
        own_certificate(*signer)?;
        add_new(&mut digests, Algorithms::of(signer.algorithm(), gm)?.digest_identifier());
    }
    // RFC 5652: 3 for content that is not plain data.
    let version = if gm || content_type == oid::CMS_DATA { 1 } else { 3 };
    Ok([writer::integer(version), writer::set_of(digests)].concat())
}

/// What stands behind the content.
pub(super) struct SignedParts {
    certificates: Vec<Vec<u8>>,
    signer_infos: Vec<Vec<u8>>,
}

impl SignedParts {
    /// What these signers add, each with attributes of its own, over the content whose digests these
    /// are.
    pub(super) fn by(
        signers: &[&dyn Signer],
        terms: &Terms,
        with_certificates: bool,
        digest: &dyn Fn(&Oid) -> Option<Vec<u8>>,
    ) -> Result<SignedParts> {
        let (mut signer_infos, mut certificates) = (Vec::new(), Vec::new());
        for signer in signers {
            signer_infos.push(Signed::by(*signer, terms, digest)?.signer_info);
            if with_certificates {
                signer
                    .certificates()
                    .iter()
                    .for_each(|der| add_new(&mut certificates, der.clone()));
            }
        }
        Ok(SignedParts { certificates, signer_infos })
    }

    /// Certificates, these lists, and signers.
    pub(super) fn tail(self, crls: &[Vec<u8>]) -> Vec<u8> {
        let optional = |number, members: Vec<Vec<u8>>| match members.is_empty() {
            true => Vec::new(),
            false => implicit_set(number, members),
        };
        let signers = writer::set_of(self.signer_infos);
        [optional(0, self.certificates), optional(1, crls.to_vec()), signers].concat()
    }
}

/// Adds a member that is not there yet.
pub(super) fn add_new(members: &mut Vec<Vec<u8>>, member: Vec<u8>) {
    if !members.contains(&member) {
        members.push(member);
    }
}

/// What a signer's attributes say beside the digests.
pub(super) struct Terms {
    /// A countersignature names no type of content.
    pub(super) content_type: Option<Oid>,
    pub(super) gm: bool,
    pub(super) signing_time: Option<Time>,
}

impl Terms {
    pub(super) fn of(message: &Attributed<'_>) -> Terms {
        let content_type = Some(message.content_type);
        Terms { content_type, gm: message.gm, signing_time: message.signing_time }
    }
}

/// What one signer adds to a message.
pub(super) struct Signed {
    /// AlgorithmIdentifier of the digest.
    pub(super) digest_identifier: Vec<u8>,
    pub(super) signer_info: Vec<u8>,
}

impl Signed {
    /// The signature over the content whose digests these are.
    pub(super) fn by(
        signer: &dyn Signer,
        terms: &Terms,
        digest_of_content: &dyn Fn(&Oid) -> Option<Vec<u8>>,
    ) -> Result<Signed> {
        let algorithms = Algorithms::of(signer.algorithm(), terms.gm)?;
        let certificate = own_certificate(signer)?;
        let offered = |digest: Option<Vec<u8>>| {
            digest.ok_or_else(|| Error::new(Code::Algorithm, "signer", "its digest is not offered"))
        };
        let of_certificate = offered(digest::named(&algorithms.digest, certificate.as_der()))?;
        let attribute =
            |kind, value| writer::sequence(&[&writer::oid(&kind), &writer::set_of(vec![value])]);
        let imprint = writer::octet_string(&offered(digest_of_content(&algorithms.digest))?);
        let mut attributes = vec![
            attribute(oid::ATTRIBUTE_MESSAGE_DIGEST, imprint),
            attribute(
                oid::ATTRIBUTE_SIGNING_CERTIFICATE_V2,
                signing_certificate(&algorithms.digest, &of_certificate),
            ),
        ];
        if let Some(kind) = terms.content_type {
            attributes.push(attribute(oid::ATTRIBUTE_CONTENT_TYPE, writer::oid(&kind)));
        }
        if let Some(time) = terms.signing_time {
            attributes.push(attribute(oid::ATTRIBUTE_SIGNING_TIME, signing_time(time)?));
        }
        let to_sign = writer::set_of(attributes.clone());
        let signature = checked::sign(signer, ToSign::Message(&to_sign))?;
        let digest_identifier = algorithms.digest_identifier();
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
pub(super) struct Algorithms {
    pub(super) digest: Oid,
    /// AlgorithmIdentifier of the signature.
    signature: Vec<u8>,
}

impl Algorithms {
    pub(super) fn of(algorithm: SignatureAlgorithm, gm: bool) -> Result<Algorithms> {
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

impl Algorithms {
    /// AlgorithmIdentifier of the digest.
    fn digest_identifier(&self) -> Vec<u8> {
        writer::sequence(&[&writer::oid(&self.digest)])
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
