//! An OCSP response, read once and kept as received.

mod read;
mod responder;

pub(super) use responder::Responder;

use super::certificate::Certificate;
use super::crl::Reason;
use super::frame::Frame;
use super::name::Name;
use super::pem;
use crate::asn1::Oid;
use crate::crypto::digest;
use crate::error::{Code, Error, Result};
use crate::time::Time;
use std::fmt;
use std::sync::Arc;

/// The largest OCSP response that is read, in bytes.
pub const MAX_OCSP_BYTES: usize = 1 << 20;
/// The most answers in one response. Source: ours; a responder answers what it was asked.
pub const MAX_OCSP_ANSWERS: usize = 1024;
/// The most certificates that a response brings along. Source: ours; one is usual.
pub const MAX_OCSP_CERTIFICATES: usize = 16;

const STRUCTURE: &str = "OCSPResponse";
const LABELS: &[&str] = &["OCSP RESPONSE"];

/// A successful OCSP response: the bytes as received, and what was read from them.
///
/// A clone shares the bytes.
///
/// # Source
///
/// RFC 6960:
///
/// ```text
/// OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED { successful(0), ... },
///   responseBytes [0] EXPLICIT SEQUENCE { responseType OID, response OCTET STRING } OPTIONAL }
/// BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature BIT STRING,
///   certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
/// ResponseData ::= SEQUENCE { version [0] EXPLICIT INTEGER DEFAULT v1(0),
///   responderID CHOICE { byName [1] Name, byKey [2] OCTET STRING }, producedAt GeneralizedTime,
///   responses SEQUENCE OF SingleResponse, responseExtensions [1] EXPLICIT Extensions OPTIONAL }
/// SingleResponse ::= SEQUENCE { certID, certStatus CHOICE { good [0] NULL,
///   revoked [1] SEQUENCE { revocationTime, revocationReason [0] EXPLICIT ENUMERATED OPTIONAL },
///   unknown [2] NULL }, thisUpdate, nextUpdate [0] EXPLICIT OPTIONAL,
///   singleExtensions [1] EXPLICIT Extensions OPTIONAL }
/// CertID ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, issuerNameHash OCTET STRING,
///   issuerKeyHash OCTET STRING, serialNumber INTEGER }
/// ```
#[derive(Clone)]
pub struct OcspResponse(Arc<Inner>);

struct Inner {
    frame: Frame,
    responder: ResponderId,
    produced_at: Time,
    answers: Vec<Answer>,
    certificates: Vec<Certificate>,
    problem: Option<String>,
}

enum ResponderId {
    Name(Name),
    /// SHA-1 of the key's BIT STRING contents; responders with SM2 keys use SM3 as well.
    Key(Vec<u8>),
}

/// What a response says about one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    id: CertificateId,
    pub(super) status: AnswerStatus,
    pub(super) this_update: Time,
    pub(super) next_update: Option<Time>,
}

/// The status in an [`Answer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerStatus {
    Good,
    Revoked { at: Time, reason: Option<Reason> },
    Unknown,
}

/// Which certificate an answer is about.
#[derive(Debug, Clone, PartialEq, Eq)]
struct CertificateId {
    algorithm: Oid,
    name_hash: Vec<u8>,
    key_hash: Vec<u8>,
    serial: Vec<u8>,
}

impl OcspResponse {
    /// Reads a response in DER, the whole input.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] for what is not DER of a response, [`Code::Form`] for one that is an error
    /// message (its responseStatus is not successful) or of another type than basic,
    /// [`Code::Version`] for another version than 1, [`Code::Size`] above [`MAX_OCSP_BYTES`],
    /// [`Code::Count`] above [`MAX_OCSP_ANSWERS`] or [`MAX_OCSP_CERTIFICATES`].
    pub fn from_der(der: &[u8]) -> Result<OcspResponse> {
        if der.len() > MAX_OCSP_BYTES {
            let message = format!("larger than {MAX_OCSP_BYTES} bytes");
            return Err(Error::new(Code::Size, STRUCTURE, message));
        }
        read::read(der).map(|inner| OcspResponse(Arc::new(inner)))
    }

    /// Reads one response, DER or PEM (`OCSP RESPONSE`).
    ///
    /// # Errors
    ///
    /// [`Code::Pem`], or as [`from_der`](Self::from_der).
    pub fn from_bytes(bytes: &[u8]) -> Result<OcspResponse> {
        if pem::is_meant(bytes) {
            OcspResponse::from_der(&pem::single(bytes, LABELS, STRUCTURE)?)
        } else {
            OcspResponse::from_der(bytes)
        }
    }

    /// The response as received.
    pub fn as_der(&self) -> &[u8] {
        self.0.frame.der()
    }

    /// When the response was signed, as it says.
    pub fn produced_at(&self) -> Time {
        self.0.produced_at
    }

    /// The earliest thisUpdate of the answers; `None` if there is no answer.
    pub fn this_update(&self) -> Option<Time> {
        self.0.answers.iter().map(|answer| answer.this_update).min()
    }

    /// Every moment at which it begins or ceases to be fresh.
    pub(crate) fn turning_points(&self) -> impl Iterator<Item = Time> {
        let fresh = |answer: &Answer| [Some(answer.this_update), answer.next_update];
        let answers = self.0.answers.iter().flat_map(fresh).flatten();
        std::iter::once(self.0.produced_at).chain(answers)
    }

    /// The number of certificates that are answered for.
    pub fn len(&self) -> usize {
        self.0.answers.len()
    }

    /// Whether no certificate is answered for.
    pub fn is_empty(&self) -> bool {
        self.0.answers.is_empty()
    }

    /// The certificates that came along; they bring no trust.
    pub fn certificates(&self) -> &[Certificate] {
        &self.0.certificates
    }

    /// Why the response cannot be relied on whoever signed it; `None` if it is understood in full.
    pub fn problem(&self) -> Option<&str> {
        self.0.problem.as_deref()
    }

    /// Whether this certificate of this issuer is answered for.
    pub(crate) fn is_about(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.0.answers.iter().any(|answer| answer.id.is_of(certificate, issuer))
    }

    /// The answers about this certificate of this issuer.
    pub(super) fn answers<'a>(
        &'a self,
        certificate: &'a Certificate,
        issuer: &'a Certificate,
    ) -> impl Iterator<Item = &'a Answer> {
        self.0.answers.iter().filter(move |answer| answer.id.is_of(certificate, issuer))
    }
}

impl CertificateId {
    fn is_of(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        // SHA-1, which is usual here, only finds the certificate: nobody gains from a collision.
        let is = |value: &[u8], hash: &[u8]| {
            digest::named(&self.algorithm, value).as_deref() == Some(hash)
        };
        self.serial == certificate.serial()
            && is(certificate.issuer_der(), &self.name_hash)
            && is(issuer.public_key_bits(), &self.key_hash)
    }
}

impl fmt::Debug for OcspResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OcspResponse({}, {} answers)", self.produced_at(), self.len())
    }
}
