//! The small certificate authority for tests and small installations.
//!
//! An [`Authority`] is a key and its certificate. It issues certificates by [`Profile`] and signs
//! revocation lists and OCSP responses. It keeps what it revoked in memory and nothing else: serial
//! numbers are random, the number of a list is its date, and the moments come in as arguments.
//!
//! Every certificate carries a comment that says that it is for testing, until
//! [`Authority::with_comment`] says otherwise.
//!
//! ```
//! use yinxin::authority::{Authority, Profile, Subject};
//! use yinxin::key::SoftwareKey;
//! use yinxin::time::Time;
//!
//! let from = Time::from_civil(2026, 1, 1, 0, 0, 0).unwrap();
//! let until = Time::from_civil(2036, 1, 1, 0, 0, 0).unwrap();
//! let subject = Subject::parse("CN=Test Root,O=Treasury,C=CN")?;
//! let root = Authority::root(SoftwareKey::generate_sm2()?, subject, from, until)?;
//! let subject = Subject::parse("CN=Signer,C=CN")?;
//! let (key, certificate) = root.issue_new_key(subject, Profile::Signer, from, until)?;
//! assert!(certificate.may_sign());
//! # Ok::<(), yinxin::Error>(())
//! ```

mod list;
mod ocsp;
mod pkcs10;
mod request;
mod subject;
mod write;

pub use pkcs10::{Pkcs10, RequestedExtension};
pub use request::{CertificateRequest, Profile};
pub use subject::Subject;

use crate::cert::{Certificate, Crl, Reason};
use crate::crypto::sm2::UserId;
use crate::error::{Code, Error, Result};
use crate::key::{Signer, SoftwareKey, ToSign};
use crate::time::Time;
use std::fmt;
use std::sync::Arc;

/// The comment of an authority that was given no other.
pub const TEST_COMMENT: &str = "yinxin test certificate: not for use in production";

/// A key that issues certificates and revocation lists, and its own certificate.
#[derive(Clone)]
pub struct Authority {
    key: Arc<dyn Signer>,
    certificate: Certificate,
    above: Vec<Certificate>,
    revoked: list::Revoked,
    comment: Option<String>,
}

impl Authority {
    /// A new root: a certificate signed with its own key, any number of authorities below it.
    ///
    /// # Errors
    ///
    /// A Key error if the key does not sign, [`Code::Argument`] for an SM2 key with another user id
    /// than the default one or a period that ends before it starts.
    pub fn root(
        key: impl Signer + 'static,
        subject: Subject,
        not_before: Time,
        not_after: Time,
    ) -> Result<Authority> {
        let profile = Profile::Ca { path_len: None };
        let public_key = key.public_key().clone();
        let request = CertificateRequest::new(subject, public_key, profile, not_before, not_after);
        let key_id = write::key_identifier(key.public_key());
        let comment = Some(TEST_COMMENT.to_owned());
        let issuer = request.subject.clone();
        let certificate = sign_certificate(&key, &issuer, Some(&key_id), &request, &comment)?;
        let key = Arc::new(key);
        Ok(Authority {
            key,
            certificate,
            above: Vec::new(),
            revoked: list::Revoked::default(),
            comment,
        })
    }

    /// The authority with this key and this certificate, made elsewhere or earlier.
    ///
    /// # Errors
    ///
    /// [`Code::KeyMismatch`] if they do not belong together, [`Code::Policy`] if the certificate
    /// is not that of an authority.
    pub fn existing(key: impl Signer + 'static, certificate: Certificate) -> Result<Authority> {
        if key.public_key() != certificate.public_key() {
            let message = "the certificate is for another key";
            return Err(Error::new(Code::KeyMismatch, "Authority", message));
        }
        if !certificate.is_ca() {
            let message = "the certificate is not that of an authority (CA:TRUE)";
            return Err(Error::new(Code::Policy, "Authority", message));
        }
        Ok(Authority {
            key: Arc::new(key),
            certificate,
            above: Vec::new(),
            revoked: list::Revoked::default(),
            comment: Some(TEST_COMMENT.to_owned()),
        })
    }

    /// The same authority with another comment (ASCII) in the certificates it issues, or with none.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for characters outside ASCII.
    pub fn with_comment(mut self, comment: Option<&str>) -> Result<Authority> {
        if comment.is_some_and(|comment| !comment.is_ascii()) {
            return Err(Error::new(Code::Argument, "comment", "a comment is in ASCII"));
        }
        self.comment = comment.map(str::to_owned);
        Ok(self)
    }

    /// A new authority below this one; `path_len` is how many authorities may follow below it.
    ///
    /// # Errors
    ///
    /// As [`issue`](Self::issue).
    pub fn intermediate(
        &self,
        key: impl Signer + 'static,
        subject: Subject,
        not_before: Time,
        not_after: Time,
        path_len: Option<u32>,
    ) -> Result<Authority> {
        let profile = Profile::Ca { path_len };
        let public_key = key.public_key().clone();
        let certificate = self
            .issue(&CertificateRequest::new(subject, public_key, profile, not_before, not_after))?;
        let mut above = vec![self.certificate.clone()];
        above.extend(self.above.iter().cloned());
        Ok(Authority {
            key: Arc::new(key),
            certificate,
            above,
            revoked: list::Revoked::default(),
            comment: self.comment.clone(),
        })
    }

    /// Issues a certificate.
    ///
    /// # Errors
    ///
    /// A Key error if the key does not sign, [`Code::Random`] if no serial number could be drawn,
    /// [`Code::Argument`] for a serial number out of range, a period that ends before it starts or
    /// a time that a certificate cannot hold.
    pub fn issue(&self, request: &CertificateRequest) -> Result<Certificate> {
        let key_id = self.certificate.subject_key_identifier();
        sign_certificate(&*self.key, self.certificate.subject_der(), key_id, request, &self.comment)
    }

    /// Makes an SM2 key and issues a certificate for it: the key with its certificate and, where this
    /// authority is no root, those up to the root, which is left out.
    ///
    /// # Errors
    ///
    /// As [`issue`](Self::issue).
    pub fn issue_new_key(
        &self,
        subject: Subject,
        profile: Profile,
        not_before: Time,
        not_after: Time,
    ) -> Result<(SoftwareKey, Certificate)> {
        let key = SoftwareKey::generate_sm2()?;
        let public_key = key.public_key().clone();
        let request = CertificateRequest::new(subject, public_key, profile, not_before, not_after);
        let certificate = self.issue(&request)?;
        let chain = self.chain();
        let between = chain.iter().filter(|authority| !authority.is_self_issued());
        let certificates = std::iter::once(&certificate).chain(between);
        let ders = certificates.map(|certificate| certificate.as_der().to_vec()).collect();
        Ok((key.with_certificates(ders)?, certificate))
    }

    /// Puts a certificate of this authority on its lists from now on; if it is there, the earlier
    /// moment stays.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if this authority did not issue the certificate, for a moment that a
    /// list cannot hold, or for the reason removeFromCRL.
    pub fn revoke(
        &mut self,
        certificate: &Certificate,
        at: Time,
        reason: Option<Reason>,
    ) -> Result<()> {
        self.is_mine(certificate)?;
        self.revoked.add(certificate.serial(), at, reason)
    }

    /// Takes over what an earlier list of this authority says, for an authority that was started
    /// again ([`existing`](Self::existing)).
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if this authority did not issue the list.
    pub fn revoke_as_in(&mut self, earlier: &Crl) -> Result<()> {
        if !earlier.is_issued_by(&self.certificate) {
            let message = "the list is another authority's";
            return Err(Error::new(Code::Argument, "list", message));
        }
        for (serial, entry) in earlier.entries() {
            self.revoked.add(serial, entry.revoked, entry.reason)?;
        }
        Ok(())
    }

    /// A complete list of what was revoked, in force from `this_update` to `next_update`.
    ///
    /// # Errors
    ///
    /// A Key error if the key does not sign, [`Code::Argument`] for a time that a list cannot hold
    /// or a period that ends before it starts.
    pub fn crl(&self, this_update: Time, next_update: Time) -> Result<Crl> {
        let tbs = self.revoked.to_tbs(&self.certificate, &*self.key, this_update, next_update)?;
        let crl = Crl::from_der(&sign(&*self.key, &tbs)?)?;
        if !crl.is_issued_by(&self.certificate) {
            return Err(bad_signer("CertificateList"));
        }
        Ok(crl)
    }

    fn is_mine(&self, certificate: &Certificate) -> Result<()> {
        if certificate.issuer_der() != self.certificate.subject_der() {
            let message = "the certificate is another authority's";
            return Err(Error::new(Code::Argument, "certificate", message));
        }
        Ok(())
    }

    /// The authority's own certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The authority's certificate and those above it, the root last.
    pub fn chain(&self) -> Vec<Certificate> {
        std::iter::once(&self.certificate).chain(&self.above).cloned().collect()
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authority({})", self.certificate.subject())
    }
}

/// A certificate for `request`, signed with `key`, whose holder has the name `issuer`.
fn sign_certificate(
    key: &dyn Signer,
    issuer: &[u8],
    issuer_key_id: Option<&[u8]>,
    request: &CertificateRequest,
    comment: &Option<String>,
) -> Result<Certificate> {
    let tbs = request.to_tbs(key.algorithm(), issuer, issuer_key_id, comment.as_deref())?;
    let certificate = Certificate::from_der(&sign(key, &tbs)?)?;
    let (tbs, value) = (certificate.tbs(), certificate.signature_value());
    key.public_key()
        .verify(key.algorithm(), &UserId::default(), tbs, value)
        .map_err(|_| bad_signer("Certificate"))?;
    Ok(certificate)
}

/// `SEQUENCE { tbs, algorithm, signature }`: the frame of certificates and lists.
fn sign(key: &dyn Signer, tbs: &[u8]) -> Result<Vec<u8>> {
    let (algorithm, signature) = sign_raw(key, tbs)?;
    Ok(write::signed(tbs, &algorithm, &signature))
}

/// The key's AlgorithmIdentifier and its signature.
fn sign_raw(key: &dyn Signer, tbs: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    if *key.user_id() != UserId::default() {
        let message = "certificates, lists and responses are signed under the default user id";
        return Err(Error::new(Code::Argument, "key", message));
    }
    let signature = key.sign(ToSign::Message(tbs))?;
    Ok((key.algorithm().algorithm_identifier(), signature.to_vec()))
}

fn bad_signer(structure: &'static str) -> Error {
    Error::new(Code::Signer, structure, "the key's signature does not verify")
}
