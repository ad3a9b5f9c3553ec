//! Is the signature of one signer good over this content?

use super::signed_data::{CertificateId, SignedData, SignerInfo};
use super::stream::digests::Digests;
use crate::asn1::ses::signature_value::{self, Form};
use crate::asn1::{Oid, Profile, Reader, oid};
use crate::cert::{self, Certificate};
use crate::crypto::digest;
use crate::crypto::public_key::{PreparedKeys, PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::{Signature, UserId};
use std::borrow::Cow;
use std::fmt;

/// Why the signature of a signer is not good.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignerProblem {
    /// The algorithms do not belong to the key, to one another, or are not offered.
    Algorithm(String),
    /// The signed attributes give the digest of another content.
    Digest,
    /// The signed attributes name another type of content.
    ContentType,
    /// The signed attributes name another certificate.
    Certificate,
    /// Content without signed attributes that could itself be signed attributes.
    Ambiguous,
    /// The signature value is not good.
    Value,
}

impl fmt::Display for SignerProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignerProblem::Algorithm(why) => f.write_str(why),
            SignerProblem::Digest => f.write_str("messageDigest is of another content"),
            SignerProblem::ContentType => f.write_str("contentType is of another content"),
            SignerProblem::Certificate => f.write_str("signingCertificate names another one"),
            SignerProblem::Ambiguous => {
                f.write_str("the content has the shape of signed attributes")
            }
            SignerProblem::Value => f.write_str("the signature value is not good"),
        }
    }
}

impl SignedData {
    /// The certificate inside the message that this signer names.
    pub fn certificate_of(&self, signer: &SignerInfo) -> Option<Certificate> {
        self.certificates()
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok())
            .find(|certificate| signer.id.names(certificate))
    }
}

impl SignerInfo {
    /// Whether the value is r and s side by side, as devices give it, where DER is due.
    pub fn is_raw(&self) -> bool {
        let form = signature_value::form(&self.signature);
        let two_integers = [oid::SM2_SIGN, oid::SM2_WITH_SM3, oid::CURVE_SM2, oid::EC_PUBLIC_KEY];
        matches!(form, Form::Raw64 | Form::Raw128)
            && two_integers.contains(&self.signature_algorithm)
    }

    /// The value in DER; as found, also where it stands raw.
    fn value(&self, profile: Profile) -> Cow<'_, [u8]> {
        let raw = (profile == Profile::AsFound && self.is_raw())
            .then(|| signature_value::to_raw(&self.signature))
            .flatten();
        match raw.and_then(|raw| Signature::from_raw(&raw).ok()) {
            Some(signature) => Cow::Owned(signature.to_der()),
            None => Cow::Borrowed(&self.signature),
        }
    }
}

impl CertificateId {
    /// The issuer's name in text, if that is how the certificate is named.
    pub fn issuer(&self) -> Option<String> {
        let CertificateId::IssuerAndSerial(issuer, _) = self else { return None };
        cert::text_of(Reader::new(issuer, "Name").read().ok()?).ok()
    }

    /// Whether this identifier names this certificate.
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self {
            CertificateId::IssuerAndSerial(issuer, serial) => {
                certificate.issuer_der() == issuer && certificate.serial() == serial
            }
            CertificateId::KeyIdentifier(key) => {
                certificate.subject_key_identifier() == Some(key.as_slice())
            }
        }
    }
}

/// What a signature is over.
#[derive(Clone, Copy)]
pub(crate) enum Over<'a> {
    /// A content.
    Bytes(&'a [u8]),
    /// A content that was read before.
    Digests(&'a Digests),
}

impl<'a> From<&'a [u8]> for Over<'a> {
    fn from(content: &'a [u8]) -> Self {
        Over::Bytes(content)
    }
}

impl<'a> From<&'a Digests> for Over<'a> {
    fn from(digests: &'a Digests) -> Self {
        Over::Digests(digests)
    }
}

impl Over<'_> {
    fn digest(self, algorithm: &Oid) -> Option<Vec<u8>> {
        match self {
            Over::Bytes(content) => digest::named(algorithm, content),
            Over::Digests(digests) => digests.digest(algorithm),
        }
    }

    fn is_shaped_like_attributes(self) -> bool {
        match self {
            Over::Bytes(content) => shaped_like_attributes(content),
            Over::Digests(digests) => digests.are_of_attributes(),
        }
    }
}

/// Nothing, if the signature of `signer` is good over `content` under the key of `certificate`.
///
/// Without signed attributes the signature is over the content itself (for SM2, over SM3(Z ‖
/// content)); with them it is over the attributes, which give the digest of the content (without Z).
///
/// # Errors
///
/// The first problem met.
///
/// # Source
///
/// GB/T 35275-2017, RFC 5652; the ambiguity of content and attributes is that of
/// draft-ietf-lamps-cms-euf-cma-signeddata.
pub fn verify_value(
    signer: &SignerInfo,
    content_type: Oid,
    content: &[u8],
    certificate: &Certificate,
    user_id: &UserId,
    profile: Profile,
) -> Result<(), SignerProblem> {
    let keys = PreparedKeys::default();
    verify_value_with(signer, content_type, content, certificate, user_id, profile, &keys)
}

/// [`verify_value`], the key prepared if it is among these; of a countersignature, for which there is
/// no type of content, over the signature value that it is about.
pub(crate) fn verify_value_with<'a>(
    signer: &SignerInfo,
    content_type: impl Into<Option<Oid>>,
    content: impl Into<Over<'a>>,
    certificate: &Certificate,
    user_id: &UserId,
    profile: Profile,
    keys: &PreparedKeys,
) -> Result<(), SignerProblem> {
    let (content_type, content) = (content_type.into(), content.into());
    let key = certificate.public_key();
    let algorithm = algorithm(signer, key, profile)?;
    let value = signer.value(profile);
    let verify = |message: &[u8]| {
        let found = keys.verify(key, algorithm, user_id, message, &value);
        found.map_err(|_| SignerProblem::Value)
    };
    let Some(attributes) = &signer.attributes else {
        return match content {
            _ if content.is_shaped_like_attributes() => Err(SignerProblem::Ambiguous),
            Over::Bytes(content) => verify(content),
            Over::Digests(digests) => digests.verify_bare(keys, key, algorithm, user_id, &value),
        };
    };
    let same_type = attributes.content_type == content_type
        // Vendors name the data type of the other standard.
        || [attributes.content_type, content_type]
            .iter()
            .all(|kind| kind.is_some_and(|kind| [oid::GM_DATA, oid::CMS_DATA].contains(&kind)));
    if !same_type {
        return Err(SignerProblem::ContentType);
    }
    for (algorithm, value) in &attributes.signing_certificate {
        if digest::named(algorithm, certificate.as_der()).as_ref() != Some(value) {
            return Err(SignerProblem::Certificate);
        }
    }
    if content.digest(&signer.digest_algorithm).as_ref() != Some(&attributes.message_digest) {
        return Err(SignerProblem::Digest);
    }
    verify(&attributes.signed)
}

fn algorithm(
    signer: &SignerInfo,
    key: &PublicKey,
    profile: Profile,
) -> Result<SignatureAlgorithm, SignerProblem> {
    let digest = signer.digest_algorithm;
    let named = signer.signature_algorithm;
    let found = match key {
        PublicKey::Sm2(_) => {
            let usual = [oid::SM2_SIGN, oid::SM2_WITH_SM3];
            let odd = [oid::CURVE_SM2, oid::EC_PUBLIC_KEY, oid::SM2_WITH_SM3_TYPO];
            let known =
                usual.contains(&named) || (profile == Profile::AsFound && odd.contains(&named));
            (known && digest == oid::SM3).then_some(SignatureAlgorithm::Sm2WithSm3)
        }
        // One hash for the content and for the signature.
        PublicKey::Rsa(_) if named == oid::RSA_PSS => signer.pss.filter(|pss| {
            let one_hash = match digest {
                oid::SHA256 => SignatureAlgorithm::RsaPssSha256,
                oid::SHA384 => SignatureAlgorithm::RsaPssSha384,
                oid::SHA512 => SignatureAlgorithm::RsaPssSha512,
                _ => return false,
            };
            *pss == one_hash
        }),
        _ => {
            let combined = match (named, digest) {
                (oid::RSA, oid::SHA256) => oid::RSA_SHA256,
                (oid::RSA, oid::SHA384) => oid::RSA_SHA384,
                (oid::RSA, oid::SHA512) => oid::RSA_SHA512,
                (oid::EC_PUBLIC_KEY, oid::SHA256) => oid::ECDSA_SHA256,
                (oid::EC_PUBLIC_KEY, oid::SHA384) => oid::ECDSA_SHA384,
                (other, _) => other,
            };
            SignatureAlgorithm::from_oid(&combined).and_then(|found| found.under_key(key))
        }
    };
    found.ok_or_else(|| {
        SignerProblem::Algorithm(format!(
            "{named} with {digest} does not belong to {} key",
            key.name()
        ))
    })
}

/// Whether content signed without attributes could be presented as attributes: a SET whose members
/// are SEQUENCEs that start with an OBJECT IDENTIFIER.
pub(super) fn shaped_like_attributes(content: &[u8]) -> bool {
    use crate::asn1::reader::tag;
    let read = || {
        let mut reader = Reader::new(content, "content");
        let mut members = reader.expect(tag::SET)?.contents();
        reader.finish()?;
        members.sequence()?.expect(tag::OID)
    };
    read().is_ok()
}
