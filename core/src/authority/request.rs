//! What a certificate is to say.

use super::pkcs10::Pkcs10;
use super::subject::Subject;
use super::write;
use crate::asn1::{Oid, oid, writer};
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::rng;
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// What a certificate is for; decides its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// Signs documents and stamps: keyUsage digitalSignature and nonRepudiation, critical.
    Signer,
    /// Makes seals: the same extensions as `Signer`.
    SealMaker,
    /// Signs time stamps: as `Signer`, with extKeyUsage timeStamping alone, critical.
    TimeStamp,
    /// Answers about certificates: as `Signer`, with extKeyUsage OCSPSigning and ocsp-nocheck.
    OcspResponder,
    /// Receives what is encrypted: keyUsage keyEncipherment, dataEncipherment and keyAgreement.
    Encryption,
    /// Issues certificates and lists: keyUsage keyCertSign and cRLSign, CA:TRUE, critical.
    Ca {
        /// How many authorities may follow below; `None` for any number.
        path_len: Option<u32>,
    },
}

impl Profile {
    /// The extensions that follow from the purpose alone: identifier, criticality, value.
    pub(super) fn extensions(self) -> Vec<(Oid, bool, Vec<u8>)> {
        let (usage, constraints) = match self {
            Profile::Signer | Profile::SealMaker | Profile::TimeStamp | Profile::OcspResponder => {
                (DIGITAL_SIGNATURE | NON_REPUDIATION, writer::sequence(&[]))
            }
            Profile::Encryption => {
                (KEY_ENCIPHERMENT | DATA_ENCIPHERMENT | KEY_AGREEMENT, writer::sequence(&[]))
            }
            Profile::Ca { path_len } => {
                let path_len = path_len.map(|length| writer::integer(i64::from(length)));
                let parts = [writer::boolean(true), path_len.unwrap_or_default()].concat();
                (KEY_CERT_SIGN | CRL_SIGN, writer::sequence(&[&parts]))
            }
        };
        let mut all = vec![
            (oid::BASIC_CONSTRAINTS, true, constraints),
            (oid::KEY_USAGE, true, write::key_usage(usage)),
        ];
        if self == Profile::TimeStamp {
            let purposes = writer::sequence(&[&writer::oid(&oid::EKU_TIME_STAMPING)]);
            all.push((oid::EXTENDED_KEY_USAGE, true, purposes));
        }
        if self == Profile::OcspResponder {
            let purposes = writer::sequence(&[&writer::oid(&oid::EKU_OCSP_SIGNING)]);
            all.push((oid::EXTENDED_KEY_USAGE, false, purposes));
            all.push((oid::OCSP_NO_CHECK, false, writer::null()));
        }
        all
    }
}

/// What a certificate is to say: for whom, for which key, for what, and from when until when.
#[derive(Debug, Clone)]
pub struct CertificateRequest {
    /// DER of the Name.
    pub(super) subject: Vec<u8>,
    public_key: PublicKey,
    profile: Profile,
    not_before: Time,
    not_after: Time,
    serial: Option<Vec<u8>>,
    extensions: Vec<(Oid, bool, Vec<u8>)>,
}

const DIGITAL_SIGNATURE: u16 = 0x8000;
const NON_REPUDIATION: u16 = 0x4000;
const KEY_ENCIPHERMENT: u16 = 0x2000;
const DATA_ENCIPHERMENT: u16 = 0x1000;
const KEY_AGREEMENT: u16 = 0x0800;
const KEY_CERT_SIGN: u16 = 0x0400;
const CRL_SIGN: u16 = 0x0200;

/// Netscape's certificate comment, the one extension that says something to people.
const COMMENT: Oid = Oid::new("2.16.840.1.113730.1.13");

impl CertificateRequest {
    /// A request with a random serial number and the extensions of the profile.
    pub fn new(
        subject: Subject,
        public_key: PublicKey,
        profile: Profile,
        not_before: Time,
        not_after: Time,
    ) -> CertificateRequest {
        let (serial, extensions) = (None, Vec::new());
        CertificateRequest {
            subject: subject.to_der(),
            public_key,
            profile,
            not_before,
            not_after,
            serial,
            extensions,
        }
    }

    /// What a PKCS#10 request asks for, with subject and key as they stand there. The profile is the
    /// authority's own choice: extensions that the request wants are not taken over.
    ///
    /// # Errors
    ///
    /// [`Code::Policy`] if the request is not signed with the key that it names.
    pub fn of(
        request: &Pkcs10,
        profile: Profile,
        not_before: Time,
        not_after: Time,
    ) -> Result<CertificateRequest> {
        if request.verify().is_err() {
            let message = "the request is not signed with the key that it names";
            return Err(Error::new(Code::Policy, "PKCS#10", message));
        }
        let public_key = request.public_key().clone();
        let mut made = Self::new(Subject::default(), public_key, profile, not_before, not_after);
        made.subject = request.subject_der().to_vec();
        Ok(made)
    }

    /// The same request with this serial number: 1 to 20 bytes, a positive number.
    #[must_use]
    pub fn with_serial(mut self, serial: &[u8]) -> CertificateRequest {
        self.serial = Some(serial.to_vec());
        self
    }

    /// The same request for another key, as for the encryption key of somebody who asked for a
    /// certificate to sign.
    #[must_use]
    pub fn with_public_key(mut self, public_key: PublicKey) -> CertificateRequest {
        self.public_key = public_key;
        self
    }

    /// The same request with one more extension, in place of that of the profile if it has one of
    /// this kind; `value` is the DER inside the OCTET STRING.
    #[must_use]
    pub fn with_extension(mut self, oid: Oid, critical: bool, value: &[u8]) -> CertificateRequest {
        self.extensions.push((oid, critical, value.to_vec()));
        self
    }

    /// DER of the TBSCertificate.
    pub(super) fn to_tbs(
        &self,
        algorithm: SignatureAlgorithm,
        issuer: &[u8],
        issuer_key_id: Option<&[u8]>,
        comment: Option<&str>,
    ) -> Result<Vec<u8>> {
        if self.not_before > self.not_after {
            let message = "the validity ends before it starts";
            return Err(Error::new(Code::Argument, "CertificateRequest", message));
        }
        let serial = match &self.serial {
            Some(serial) => given_serial(serial)?,
            None => random_serial()?,
        };
        let validity =
            writer::sequence(&[&write::time(self.not_before)?, &write::time(self.not_after)?]);
        Ok(writer::sequence(&[
            &writer::explicit(0, &writer::integer(2)),
            &writer::integer_unsigned(&serial),
            &algorithm.algorithm_identifier(),
            issuer,
            &validity,
            &self.subject,
            &self.public_key.to_spki_der(),
            &writer::explicit(3, &self.extensions(issuer_key_id, comment)),
        ]))
    }

    fn extensions(&self, issuer_key_id: Option<&[u8]>, comment: Option<&str>) -> Vec<u8> {
        let key_id = writer::octet_string(&write::key_identifier(&self.public_key));
        let mut all = self.profile.extensions();
        all.push((oid::SUBJECT_KEY_IDENTIFIER, false, key_id));
        if let Some(identifier) = issuer_key_id {
            all.push((oid::AUTHORITY_KEY_IDENTIFIER, false, write::authority_key(identifier)));
        }
        if let Some(comment) = comment {
            all.push((COMMENT, false, writer::ia5(comment)));
        }
        all.retain(|(oid, ..)| !self.extensions.iter().any(|(other, ..)| other == oid));
        all.extend(self.extensions.iter().cloned());
        let written: Vec<Vec<u8>> = all
            .iter()
            .map(|(oid, critical, value)| write::extension(oid, *critical, value))
            .collect();
        writer::sequence_of(&written)
    }
}

/// Sixteen random bytes, the highest bit clear and the next one set: positive, always as long.
fn random_serial() -> Result<Vec<u8>> {
    let mut serial = [0; 16];
    rng::fill(&mut serial)?;
    serial[0] = serial[0] & 0x7f | 0x40;
    Ok(serial.to_vec())
}

fn given_serial(serial: &[u8]) -> Result<Vec<u8>> {
    let start = serial.iter().position(|byte| *byte != 0).unwrap_or(serial.len());
    let magnitude = &serial[start..];
    // A number of 20 bytes with the highest bit set would take 21.
    let too_long = magnitude.len() + usize::from(magnitude.first().is_some_and(|b| *b > 0x7f)) > 20;
    if magnitude.is_empty() || too_long {
        let message = "a serial number is positive and has at most 20 bytes";
        return Err(Error::new(Code::Argument, "serial", message));
    }
    Ok(magnitude.to_vec())
}
