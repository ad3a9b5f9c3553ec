//! An X.509 certificate, read once and kept as received.

use super::algorithm;
use super::extension::{Extensions, KeyUsage};
use super::frame::{Frame, same_algorithm};
use super::issuers::{Issuers, Signed, SignedBy};
use super::name::Name;
use super::pem;
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader};
use crate::crypto::memo::Memo;
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::hex;
use crate::time::Time;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The largest certificate that is read, in bytes. Path building reads no more either.
pub const MAX_CERTIFICATE_BYTES: usize = 65_535;

/// The most bytes in a serial number, without a leading zero (RFC 5280 §4.1.2.2).
const MAX_SERIAL_BYTES: usize = 20;

const STRUCTURE: &str = "Certificate";
const LABELS: &[&str] = &["CERTIFICATE", "X509 CERTIFICATE"];

/// An X.509 version 3 certificate: the bytes as received, and what was read from them.
///
/// A clone shares the bytes. Two certificates are equal if their DER is.
///
/// # Source
///
/// RFC 5280, GB/T 20518:
///
/// ```text
/// Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature BIT STRING }
/// TBSCertificate ::= SEQUENCE {
///   version [0] EXPLICIT INTEGER { v3(2) }, serialNumber INTEGER, signature AlgorithmIdentifier,
///   issuer Name, validity SEQUENCE { notBefore Time, notAfter Time }, subject Name,
///   subjectPublicKeyInfo, issuerUniqueID [1] OPTIONAL, subjectUniqueID [2] OPTIONAL,
///   extensions [3] EXPLICIT Extensions OPTIONAL }
/// ```
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    frame: Frame,
    serial: Range<usize>,
    spki: Range<usize>,
    key_algorithm: Range<usize>,
    key_bits: Range<usize>,
    issuer: Name,
    subject: Name,
    not_before: Time,
    not_after: Time,
    public_key: PublicKey,
    extensions: Extensions,
    has_unique_ids: bool,
    digest: Memo<[u8; 32]>,
}

impl Certificate {
    /// Reads a certificate in DER, the whole input.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] for what is not DER of a certificate, [`Code::Version`] for another version
    /// than 3, [`Code::Structure`] for inner and outer signature algorithms that differ or a period
    /// that ends before it starts, [`Code::Algorithm`] or [`Code::Point`] for a public key that is
    /// not offered or is none, [`Code::Size`] above [`MAX_CERTIFICATE_BYTES`].
    ///
    /// A signature algorithm that is not offered is no error here: the signature of an anchor is
    /// never looked at. An extension that stands twice is.
    pub fn from_der(der: &[u8]) -> Result<Certificate> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            let message = format!("larger than {MAX_CERTIFICATE_BYTES} bytes");
            return Err(Error::new(Code::Size, STRUCTURE, message));
        }
        read(der).map(|inner| Certificate(Arc::new(inner)))
    }

    /// Reads PEM that holds exactly one certificate; other blocks are passed over.
    ///
    /// # Errors
    ///
    /// [`Code::Pem`], or as [`from_der`](Self::from_der).
    pub fn from_pem(text: &[u8]) -> Result<Certificate> {
        Certificate::from_der(&pem::single(text, LABELS, STRUCTURE)?)
    }

    /// Reads every certificate of a PEM file, at least one; other blocks are passed over.
    ///
    /// # Errors
    ///
    /// [`Code::Pem`], or as [`from_der`](Self::from_der).
    pub fn many_from_pem(text: &[u8]) -> Result<Vec<Certificate>> {
        let blocks = pem::many(text, LABELS, STRUCTURE)?;
        blocks.iter().map(|der| Certificate::from_der(der)).collect()
    }

    /// Reads one certificate, DER or PEM.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der) and [`from_pem`](Self::from_pem).
    pub fn from_bytes(bytes: &[u8]) -> Result<Certificate> {
        if pem::is_meant(bytes) {
            Certificate::from_pem(bytes)
        } else {
            Certificate::from_der(bytes)
        }
    }

    /// Reads one certificate in DER, or every one of a PEM file.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der) and [`many_from_pem`](Self::many_from_pem).
    pub fn many_from_bytes(bytes: &[u8]) -> Result<Vec<Certificate>> {
        if pem::is_meant(bytes) {
            Certificate::many_from_pem(bytes)
        } else {
            Ok(vec![Certificate::from_der(bytes)?])
        }
    }

    /// The certificate as received.
    pub fn as_der(&self) -> &[u8] {
        self.0.frame.der()
    }

    /// SM3 of the certificate as received, 32 bytes.
    pub fn digest(&self) -> [u8; 32] {
        self.0.digest.get_or(|| sm3::digest(self.as_der()))
    }

    /// The subject in the manner of RFC 4514: the last component first, what could deceive escaped.
    pub fn subject(&self) -> &str {
        self.0.subject.text()
    }

    /// The issuer in the same form as [`subject`](Self::subject).
    pub fn issuer(&self) -> &str {
        self.0.issuer.text()
    }

    /// The subject as received: DER of a Name.
    pub fn subject_der(&self) -> &[u8] {
        self.0.subject.der()
    }

    /// The issuer as received: DER of a Name.
    pub fn issuer_der(&self) -> &[u8] {
        self.0.issuer.der()
    }

    /// The last commonName of the subject, as it stands, nothing escaped.
    pub fn common_name(&self) -> Option<&str> {
        self.0.subject.common_name()
    }

    /// The contents of the serial number's INTEGER: big-endian, two's complement, 1 to 21 bytes.
    pub fn serial(&self) -> &[u8] {
        self.part(&self.0.serial)
    }

    /// [`serial`](Self::serial) in lower-case hexadecimal.
    pub fn serial_hex(&self) -> String {
        hex::encode(self.serial())
    }

    /// The first moment of validity.
    pub fn not_before(&self) -> Time {
        self.0.not_before
    }

    /// The last moment of validity.
    pub fn not_after(&self) -> Time {
        self.0.not_after
    }

    /// Whether a moment lies within the validity, both ends included.
    pub fn is_valid_at(&self, at: Time) -> bool {
        (self.not_before()..=self.not_after()).contains(&at)
    }

    /// The moment within the validity that is nearest to `at`.
    pub fn nearest_valid(&self, at: Time) -> Time {
        at.clamp(self.not_before(), self.not_after())
    }

    /// The subject's public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.0.public_key
    }

    /// The subject's public key as received: DER of a SubjectPublicKeyInfo.
    pub fn public_key_der(&self) -> &[u8] {
        self.part(&self.0.spki)
    }

    /// The contents of the public key's BIT STRING.
    pub(crate) fn public_key_bits(&self) -> &[u8] {
        self.part(&self.0.key_bits)
    }

    /// The algorithm that the issuer signed with; `None` if it is not offered here.
    ///
    /// For ECDSA the identifier does not name the curve; this names P-256.
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        algorithm::named(self.signed().algorithm)
    }

    /// What the issuer signed: DER of the TBSCertificate.
    pub fn tbs(&self) -> &[u8] {
        self.signed().message
    }

    /// The issuer's signature.
    pub fn signature_value(&self) -> &[u8] {
        self.signed().signature
    }

    /// What the key may be used for; `None` if the certificate does not say.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.0.extensions.key_usage
    }

    /// Whether basicConstraints says that the subject is a certificate authority.
    pub fn is_ca(&self) -> bool {
        self.0.extensions.basic_constraints.is_some_and(|constraints| constraints.ca)
    }

    /// How many authorities may follow below this one; `None` for any number.
    pub fn path_len(&self) -> Option<u32> {
        self.0.extensions.basic_constraints.and_then(|constraints| constraints.path_len)
    }

    /// The purposes of extKeyUsage; `None` without the extension.
    pub fn extended_key_usage(&self) -> Option<&[Oid]> {
        self.0.extensions.extended_key_usage.as_ref().map(|(purposes, _)| purposes.as_slice())
    }

    /// Whether extKeyUsage is there and critical.
    pub fn extended_key_usage_is_critical(&self) -> bool {
        self.0.extensions.extended_key_usage.as_ref().is_some_and(|(_, critical)| *critical)
    }

    /// The subjectKeyIdentifier.
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.0.extensions.subject_key_identifier.as_deref()
    }

    /// The key identifier of the authorityKeyIdentifier.
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.0.extensions.authority_key_identifier.as_deref()
    }

    /// Critical extensions that are not understood here; a chain with one is refused.
    pub fn unknown_critical_extensions(&self) -> &[Oid] {
        &self.0.extensions.unknown_critical
    }

    /// Whether subject and issuer are the same name, as in a root or a key rollover.
    pub fn is_self_issued(&self) -> bool {
        self.0.subject.matches(&self.0.issuer)
    }

    /// Whether the certificate names this one's subject as its issuer.
    pub(crate) fn names_issuer(&self, issuer: &Certificate) -> bool {
        issuer.subject_name().matches(self.issuer_name())
    }

    pub(in crate::cert) fn subject_name(&self) -> &Name {
        &self.0.subject
    }

    pub(in crate::cert) fn issuer_name(&self) -> &Name {
        &self.0.issuer
    }

    pub(in crate::cert) fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    /// Whether issuerUniqueID or subjectUniqueID is there.
    pub(in crate::cert) fn has_unique_ids(&self) -> bool {
        self.0.has_unique_ids
    }

    /// The contents of the key's AlgorithmIdentifier.
    pub(in crate::cert) fn key_algorithm(&self) -> &[u8] {
        self.part(&self.0.key_algorithm)
    }

    /// What its issuer signed.
    pub(in crate::cert) fn signed(&self) -> Signed<'_> {
        self.0.frame.signed()
    }

    /// Under whose key the signature was found good before.
    pub(in crate::cert) fn signed_by(&self) -> &SignedBy {
        self.0.frame.signed_by()
    }

    /// Whether `issuer`'s key signed this certificate; `None` if the algorithm is not offered.
    pub(in crate::cert) fn is_signed_by(
        &self,
        issuer: &Certificate,
        issuers: Issuers<'_>,
    ) -> Option<bool> {
        issuers.verify(issuer, self.signed())
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.0.frame.part(range)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Certificate) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.as_der() == other.as_der()
    }
}

impl Eq for Certificate {}

impl std::hash::Hash for Certificate {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_der().hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, serial {})", self.subject(), self.serial_hex())
    }
}

fn read(der: &[u8]) -> Result<Inner> {
    let mut certificate = Reader::whole(der, STRUCTURE)?;
    let (frame, tbs, algorithm) = Frame::read(der, &mut certificate)?;
    certificate.finish()?;

    let mut fields = tbs.contents().named("TBSCertificate");
    match fields.optional(tag::context(0))? {
        Some(version) => {
            let mut contents = version.contents();
            let number = contents.expect(tag::INTEGER)?.integer_i64()?;
            contents.finish()?;
            if number != 2 {
                return Err(wrong_version(version.offset));
            }
        }
        None => return Err(wrong_version(fields.offset())),
    }
    let serial = fields.expect(tag::INTEGER)?;
    let magnitude = serial.integer()?.strip_prefix(&[0]).unwrap_or(serial.value);
    if magnitude.len() > MAX_SERIAL_BYTES {
        return Err(serial.error(format!("a serial number has at most {MAX_SERIAL_BYTES} bytes")));
    }
    same_algorithm(&mut fields, &algorithm, STRUCTURE)?;
    let issuer = Name::read(fields.expect(tag::SEQUENCE)?)?;
    let validity = fields.expect(tag::SEQUENCE)?;
    let mut period = validity.contents();
    let not_before = read_time(&mut period)?;
    let not_after = read_time(&mut period)?;
    period.finish()?;
    if not_before > not_after {
        return Err(Error::new(Code::Structure, STRUCTURE, "the validity ends before it starts")
            .at(validity.offset));
    }
    let subject = Name::read(fields.expect(tag::SEQUENCE)?)?;
    let spki = fields.expect(tag::SEQUENCE)?;
    let mut key = spki.contents();
    let key_algorithm = key.expect(tag::SEQUENCE)?;
    let key_bits = key.expect(tag::BIT_STRING)?;
    let public_key =
        PublicKey::from_spki_der(spki.raw).map_err(|error| error.within(spki.offset))?;
    let issuer_id = fields.optional(tag::context_primitive(1))?;
    let subject_id = fields.optional(tag::context_primitive(2))?;
    let extensions = match fields.optional(tag::context(3))? {
        Some(list) => Extensions::read(&mut list.contents())?,
        None => Extensions::default(),
    };
    fields.finish()?;

    // Behind the number of unused bits, which reading the key has found to be 0.
    let key_bits = key_bits.value_offset() + 1..key_bits.range().end;
    Ok(Inner {
        frame,
        serial: serial.value_range(),
        spki: spki.range(),
        key_algorithm: key_algorithm.value_range(),
        key_bits,
        issuer,
        subject,
        not_before,
        not_after,
        public_key,
        extensions,
        has_unique_ids: issuer_id.is_some() || subject_id.is_some(),
        digest: Memo::default(),
    })
}

fn wrong_version(offset: usize) -> Error {
    Error::new(Code::Version, STRUCTURE, "only version 3 is offered").at(offset)
}

/// `Time ::= CHOICE { UTCTime, GeneralizedTime }` in whole seconds of UTC.
pub(in crate::cert) fn read_time(fields: &mut Reader<'_>) -> Result<Time> {
    fields.read()?.whole_second()
}
