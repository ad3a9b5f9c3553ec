//! SignedData as received.

use super::attributes::{Attributes, Role};
use super::message::{self, Form, MessageKind};
use crate::asn1::reader::tag;
use crate::asn1::{Deviations, Oid, Profile, Reader, Tlv, oid};
use crate::crypto::public_key::SignatureAlgorithm;
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;

/// The most certificates in one SignedData.
pub const MAX_CERTIFICATES: usize = 256;
/// The most signers of one SignedData.
pub const MAX_SIGNERS: usize = 64;

/// A signed message: its content, if it is inside, its certificates and its signers.
///
/// ```text
/// ContentInfo ::= SEQUENCE { contentType, content [0] EXPLICIT SignedData }
/// SignedData ::= SEQUENCE { version, digestAlgorithms SET OF AlgorithmIdentifier,
///   contentInfo SEQUENCE { contentType, content [0] EXPLICIT OCTET STRING OPTIONAL },
///   certificates [0] IMPLICIT SET OF Certificate OPTIONAL,
///   crls [1] IMPLICIT SET OF CertificateList OPTIONAL,
///   signerInfos SET OF SignerInfo }
/// ```
///
/// # Source
///
/// GB/T 35275-2017 (GM/T 0010-2012), RFC 5652. BER is read as the same in DER, with a note; what is
/// signed as it stands (attributes, certificates, lists) has to be DER.
#[derive(Debug, Clone)]
pub struct SignedData {
    form: Form,
    digest_algorithms: Vec<Oid>,
    content_type: Oid,
    content: Option<Vec<u8>>,
    certificates: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
    signers: Vec<SignerInfo>,
    notes: Vec<(NoteCode, String)>,
}

/// One signer of a message.
///
/// ```text
/// SignerInfo ::= SEQUENCE { version, issuerAndSerialNumber, digestAlgorithm,
///   authenticatedAttributes [0] IMPLICIT SET OF Attribute OPTIONAL,
///   digestEncryptionAlgorithm, encryptedDigest OCTET STRING,
///   unauthenticatedAttributes [1] IMPLICIT SET OF Attribute OPTIONAL }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SignerInfo {
    /// The signer's name for itself.
    pub id: CertificateId,
    /// The digest algorithm.
    pub digest_algorithm: Oid,
    /// The signed attributes, if there are any.
    pub attributes: Option<Attributes>,
    /// The signature algorithm.
    pub signature_algorithm: Oid,
    /// RSASSA-PSS with its parameters, if it is that and they are offered.
    pub(super) pss: Option<SignatureAlgorithm>,
    /// The signature value.
    pub signature: Vec<u8>,
    /// The unsigned attributes as received (`[1]` with its tag), if any.
    pub unsigned_attributes: Option<Vec<u8>>,
}

/// How a signer or a recipient is named: by its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateId {
    /// By the issuer's name (DER) and the serial number (contents of the INTEGER).
    IssuerAndSerial(Vec<u8>, Vec<u8>),
    /// By the subject key identifier; RFC 5652 only.
    KeyIdentifier(Vec<u8>),
}

impl SignedData {
    /// Reads a ContentInfo that holds SignedData.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] with an offset; [`Code::Form`] for another content type; [`Code::Size`] and
    /// [`Code::Count`] above the limits of this module.
    pub fn parse(message: &[u8], profile: Profile) -> Result<Self> {
        Self::read(message, &mut Deviations::new(profile))
    }

    pub(super) fn read(message: &[u8], deviations: &mut Deviations) -> Result<Self> {
        let der = message::to_der(message, MessageKind::SignedData, deviations)?;
        let (fields, form) = message::fields(&der, MessageKind::SignedData, deviations)?;
        let mut signed = signed_data(fields, form, deviations)?;
        signed.notes = deviations.notes().to_vec();
        Ok(signed)
    }

    /// A message of these parts.
    pub(super) fn of(
        form: Form,
        content_type: Oid,
        content: Option<Vec<u8>>,
        signers: Signers,
    ) -> SignedData {
        let Signers { certificates, crls, signers } = signers;
        let notes = Vec::new();
        let digest_algorithms = Vec::new();
        SignedData {
            form,
            digest_algorithms,
            content_type,
            content,
            certificates,
            crls,
            signers,
            notes,
        }
    }

    /// The same, its content forgotten.
    pub(super) fn without_content(mut self) -> SignedData {
        self.content = None;
        self
    }

    /// Whether the message is in the form of GB/T 35275 (else of RFC 5652).
    pub fn is_gm(&self) -> bool {
        self.form == Form::Gm
    }

    /// The digest algorithms that the message announces, as far as they can be read. Nothing signs
    /// them.
    pub fn digest_algorithms(&self) -> &[Oid] {
        &self.digest_algorithms
    }

    /// The version that a message of these parts has: 1 in GB/T 35275, in RFC 5652 that of its 5.1.
    fn version(&self) -> i64 {
        const OLD_ATTRIBUTES: u8 = tag::context(1);
        const ATTRIBUTES: u8 = tag::context(2);
        const OTHER_CERTIFICATE: u8 = tag::context(3);
        const OTHER_LIST: u8 = tag::context(1);
        let has = |members: &[Vec<u8>], tag| members.iter().any(|raw| raw.first() == Some(&tag));
        let by_key = |signer: &SignerInfo| matches!(signer.id, CertificateId::KeyIdentifier(_));
        if self.form == Form::Gm {
            1
        } else if has(&self.certificates, OTHER_CERTIFICATE) || has(&self.crls, OTHER_LIST) {
            5
        } else if has(&self.certificates, ATTRIBUTES) {
            4
        } else if has(&self.certificates, OLD_ATTRIBUTES)
            || self.signers.iter().any(by_key)
            || self.content_type != oid::CMS_DATA
        {
            3
        } else {
            1
        }
    }

    /// The type of the content.
    pub fn content_type(&self) -> Oid {
        self.content_type
    }

    /// The content, if it is inside the message.
    pub fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// The content that was signed: that inside the message, or that beside it, of which there must
    /// be one.
    ///
    /// # Errors
    ///
    /// [`Code::Structure`] for content inside and beside, even if it is the same: whoever reads one
    /// and checks the other is deceived when it is not. [`Code::Argument`] for neither.
    pub fn content_or<'a>(&'a self, beside: Option<&'a [u8]>) -> Result<&'a [u8]> {
        match (self.content(), beside) {
            (Some(content), None) | (None, Some(content)) => Ok(content),
            (Some(_), Some(_)) => {
                let message = "content stands inside the message and beside it";
                Err(Error::new(Code::Structure, "SignedData", message))
            }
            (None, None) => {
                let message = "the content is not inside the message and has to be given";
                Err(Error::new(Code::Argument, "content", message))
            }
        }
    }

    /// The certificates inside, in DER.
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    /// The revocation lists inside, in DER. They are data: whoever made the message chose them, and
    /// they count only for a caller who adds them to the [`Trust`](crate::trust::Trust), where they
    /// are judged as any other list.
    pub fn crls(&self) -> &[Vec<u8>] {
        &self.crls
    }

    /// The signers.
    pub fn signers(&self) -> &[SignerInfo] {
        &self.signers
    }

    /// The deviations met while reading.
    pub fn notes(&self) -> &[(NoteCode, String)] {
        &self.notes
    }
}

fn signed_data(
    mut fields: Reader<'_>,
    form: Form,
    deviations: &mut Deviations,
) -> Result<SignedData> {
    let version = fields.expect(tag::INTEGER)?;
    let digest_algorithms = announced(fields.expect(tag::SET)?);
    let mut inner = fields.sequence()?;
    let content_type = inner.expect(tag::OID)?.oid()?;
    let content = match inner.optional(tag::context(0))? {
        Some(wrapper) => {
            let mut contents = wrapper.contents();
            let octets = contents.expect(tag::OCTET_STRING)?.value.to_vec();
            contents.finish()?;
            Some(octets)
        }
        None => None,
    };
    inner.finish()?;
    let signers = Signers::read(fields)?;
    let signed = SignedData::of(form, content_type, content, signers);
    judge_version(&version, signed.version(), deviations)?;
    Ok(SignedData { digest_algorithms, ..signed })
}

/// The digest algorithms that a message announces, of which only the start may be there.
pub(super) fn announced_by(message: &[u8], deviations: &mut Deviations) -> Result<Vec<Oid>> {
    let der = message::to_der(message, MessageKind::SignedData, deviations)?;
    let (mut fields, _) = message::fields(&der, MessageKind::SignedData, deviations)?;
    fields.expect(tag::INTEGER)?;
    Ok(announced(fields.expect(tag::SET)?))
}

/// Nothing signs the version, so it has to be the one that follows from what is signed.
fn judge_version(version: &Tlv<'_>, due: i64, deviations: &mut Deviations) -> Result<()> {
    match version.integer_i64()? {
        found if found == due => Ok(()),
        found @ 1..=5 => {
            let detail = format!("version {found} in place of {due}");
            let at = version.offset;
            deviations.tolerate(NoteCode::DeviationVersion, "SignedData", at, detail)
        }
        _ => Err(version.error("the version is not 1 to 5")),
    }
}

/// The algorithms of a set of identifiers, up to what is none.
fn announced(set: Tlv<'_>) -> Vec<Oid> {
    let mut set = set.contents();
    let next = || set.sequence().ok()?.expect(tag::OID).ok()?.oid().ok();
    std::iter::from_fn(next).take(MAX_SIGNERS).collect()
}

/// What a signed message holds about those who signed it.
pub(super) struct Signers {
    certificates: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
    signers: Vec<SignerInfo>,
}

impl Signers {
    /// Certificates, lists and signers, the last fields of a message.
    pub(super) fn read(mut fields: Reader<'_>) -> Result<Signers> {
        let certificates = members(fields.optional(tag::context(0))?, MAX_CERTIFICATES)?;
        let crls = members(fields.optional(tag::context(1))?, MAX_CERTIFICATES)?;
        let mut set = fields.expect(tag::SET)?.contents();
        fields.finish()?;
        let mut signers = Vec::new();
        while !set.is_empty() {
            if signers.len() == MAX_SIGNERS {
                let message = "more signers than MAX_SIGNERS";
                return Err(Error::new(Code::Count, "SignedData", message).at(set.offset()));
            }
            let fields = set.sequence()?.named("SignerInfo");
            signers.push(signer_info(fields, Role::Signer)?);
        }
        Ok(Signers { certificates, crls, signers })
    }
}

fn members(set: Option<Tlv<'_>>, most: usize) -> Result<Vec<Vec<u8>>> {
    let mut members = Vec::new();
    let Some(set) = set else { return Ok(members) };
    let mut contents = set.contents();
    while !contents.is_empty() {
        if members.len() == most {
            let error = Error::new(Code::Count, "SignedData", "more members than the limit");
            return Err(error.at(contents.offset()));
        }
        members.push(contents.read()?.raw.to_vec());
    }
    Ok(members)
}

/// `issuerAndSerialNumber`, or `[0] IMPLICIT` the subject key identifier.
pub(super) fn certificate_id(fields: &mut Reader<'_>) -> Result<CertificateId> {
    if let Some(key) = fields.optional(tag::context_primitive(0))? {
        return Ok(CertificateId::KeyIdentifier(key.value.to_vec()));
    }
    let mut name = fields.sequence()?;
    let issuer = name.expect(tag::SEQUENCE)?.raw.to_vec();
    let serial = name.expect(tag::INTEGER)?.integer()?.to_vec();
    name.finish()?;
    Ok(CertificateId::IssuerAndSerial(issuer, serial))
}

pub(super) fn signer_info(mut fields: Reader<'_>, role: Role) -> Result<SignerInfo> {
    let version = fields.expect(tag::INTEGER)?.integer_i64()?;
    let id = certificate_id(&mut fields)?;
    match (version, &id) {
        (3, CertificateId::KeyIdentifier(_)) | (1, CertificateId::IssuerAndSerial(..)) => {}
        _ => return Err(fields.error("version and signer identifier do not agree")),
    }
    let digest_algorithm = fields.sequence()?.expect(tag::OID)?.oid()?;
    let attributes = match fields.optional(tag::context(0))? {
        Some(attributes) => Some(Attributes::parse(&attributes, role)?),
        None => None,
    };
    let identifier = fields.expect(tag::SEQUENCE)?;
    let signature_algorithm = identifier.contents().expect(tag::OID)?.oid()?;
    let pss = (signature_algorithm == oid::RSA_PSS)
        .then(|| SignatureAlgorithm::from_algorithm_identifier(identifier.raw).ok())
        .flatten();
    let signature = fields.expect(tag::OCTET_STRING)?.value.to_vec();
    let unsigned_attributes = fields.optional(tag::context(1))?.map(|tlv| tlv.raw.to_vec());
    fields.finish()?;
    Ok(SignerInfo {
        id,
        digest_algorithm,
        attributes,
        signature_algorithm,
        pss,
        signature,
        unsigned_attributes,
    })
}
