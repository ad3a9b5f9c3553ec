//! A request for a time stamp.

use super::imprint::Imprint;
use super::token::Token;
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader, writer};
use crate::crypto::rng;
use crate::error::{Code, Error, Result};

/// The most bytes of a request that is read.
const MAX_REQUEST: usize = 64 * 1024;
/// The most bytes of a nonce that is read.
const MAX_NONCE: usize = 64;

/// A request for a time stamp over a digest.
///
/// ```text
/// TimeStampReq ::= SEQUENCE { version INTEGER { v1(1) }, messageImprint MessageImprint,
///   reqPolicy OBJECT IDENTIFIER OPTIONAL, nonce INTEGER OPTIONAL,
///   certReq BOOLEAN DEFAULT FALSE, extensions [0] IMPLICIT Extensions OPTIONAL }
/// ```
///
/// # Source
///
/// RFC 3161, GB/T 20520.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStampRequest {
    imprint: Imprint,
    policy: Option<Oid>,
    /// The contents of the INTEGER.
    nonce: Option<Vec<u8>>,
    wants_certificates: bool,
    has_extensions: bool,
    der: Vec<u8>,
}

impl TimeStampRequest {
    /// A request with a random nonce of 16 bytes that asks for the authority's certificates, of
    /// whatever policy the authority has.
    ///
    /// # Errors
    ///
    /// [`Code::Random`] if there are no random bytes.
    pub fn new(imprint: Imprint) -> Result<TimeStampRequest> {
        let mut nonce = [0; 16];
        rng::fill(&mut nonce)?;
        // Positive, and always as long.
        nonce[0] = nonce[0] & 0x7f | 0x40;
        let request = TimeStampRequest {
            imprint,
            policy: None,
            nonce: Some(nonce.to_vec()),
            wants_certificates: true,
            has_extensions: false,
            der: Vec::new(),
        };
        Ok(request.written())
    }

    /// The same request for a token under this policy.
    #[must_use]
    pub fn with_policy(self, policy: Oid) -> TimeStampRequest {
        TimeStampRequest { policy: Some(policy), ..self }.written()
    }

    /// The same request without a nonce: an old response to an equal request answers it too.
    #[must_use]
    pub fn without_nonce(self) -> TimeStampRequest {
        TimeStampRequest { nonce: None, ..self }.written()
    }

    /// The same request, the authority's certificates left out of the token: whoever checks it
    /// has to have them.
    #[must_use]
    pub fn without_certificates(self) -> TimeStampRequest {
        TimeStampRequest { wants_certificates: false, ..self }.written()
    }

    /// Reads a request.
    ///
    /// # Errors
    ///
    /// [`Code::Size`] above 64 KiB; [`Code::Der`] with an offset; [`Code::Version`] for another
    /// version than 1.
    pub fn from_der(der: &[u8]) -> Result<TimeStampRequest> {
        if der.len() > MAX_REQUEST {
            return Err(Error::new(Code::Size, STRUCTURE, "larger than 64 KiB"));
        }
        let mut fields = Reader::whole(der, STRUCTURE)?;
        let version = fields.expect(tag::INTEGER)?;
        let number = version.integer_i64()?;
        if number != 1 {
            let message = format!("version {number}, not 1");
            return Err(Error::new(Code::Version, STRUCTURE, message).at(version.offset));
        }
        let imprint = Imprint::read(&mut fields)?;
        let policy = fields.optional(tag::OID)?.map(|policy| policy.oid()).transpose()?;
        let nonce = match fields.optional(tag::INTEGER)? {
            Some(nonce) if nonce.value.len() > MAX_NONCE => {
                return Err(nonce.error("the nonce has more than 64 bytes"));
            }
            Some(nonce) => Some(nonce.integer()?.to_vec()),
            None => None,
        };
        let wants_certificates = match fields.optional(tag::BOOLEAN)? {
            Some(wants) => wants.boolean()?,
            None => false,
        };
        let has_extensions = fields.optional(tag::context(0))?.is_some();
        fields.finish()?;
        let der = der.to_vec();
        Ok(TimeStampRequest { imprint, policy, nonce, wants_certificates, has_extensions, der })
    }

    /// The request in DER.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The digest to be stamped.
    pub fn imprint(&self) -> &Imprint {
        &self.imprint
    }

    /// The policy that is asked for.
    pub fn policy(&self) -> Option<Oid> {
        self.policy
    }

    /// The nonce, contents of the INTEGER.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// Whether the authority's certificates are to be in the token.
    pub fn wants_certificates(&self) -> bool {
        self.wants_certificates
    }

    /// Whether there are extensions; none is known here.
    pub fn has_extensions(&self) -> bool {
        self.has_extensions
    }

    /// Nothing, if the token is the one asked for: the same imprint, nonce and policy. Whether it
    /// is good is a matter of [`check`](super::check()).
    ///
    /// # Errors
    ///
    /// [`Code::TimeStampMismatch`], saying which of them is another.
    pub fn require_answer(&self, token: &Token) -> Result<()> {
        let mismatch =
            |message: String| Err(Error::new(Code::TimeStampMismatch, "time stamp", message));
        if *token.message_imprint() != self.imprint {
            return mismatch("the token is over another value".to_owned());
        }
        if self.nonce.is_some() && token.nonce() != self.nonce() {
            return mismatch("the token has another nonce, or none".to_owned());
        }
        match self.policy {
            Some(policy) if policy != token.policy() => {
                mismatch(format!("the policy is {}, not {policy}", token.policy()))
            }
            _ => Ok(()),
        }
    }

    fn written(mut self) -> TimeStampRequest {
        let policy = self.policy.map(|policy| writer::oid(&policy)).unwrap_or_default();
        let nonce = self.nonce.as_ref().map(|nonce| writer::tlv(tag::INTEGER, &[nonce]));
        let wants = if self.wants_certificates { writer::boolean(true) } else { Vec::new() };
        self.der = writer::sequence(&[
            &writer::integer(1),
            &self.imprint.to_der(),
            &policy,
            &nonce.unwrap_or_default(),
            &wants,
        ]);
        self.has_extensions = false;
        self
    }
}

const STRUCTURE: &str = "TimeStampReq";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::oid;

    #[test]
    fn what_is_written_is_read() {
        let request = TimeStampRequest::new(Imprint::sm3(b"value")).unwrap();
        let policy = Oid::new("1.2.3.4.1");
        for request in [
            request.clone(),
            request.clone().with_policy(policy),
            request.clone().without_nonce(),
            request.without_certificates(),
            TimeStampRequest::new(Imprint::of(oid::SHA512, b"value").unwrap()).unwrap(),
        ] {
            assert_eq!(TimeStampRequest::from_der(request.as_der()).unwrap(), request);
            for end in 0..request.as_der().len() {
                assert!(TimeStampRequest::from_der(&request.as_der()[..end]).is_err());
            }
        }
    }

    #[test]
    fn nonces_differ() {
        let request = || TimeStampRequest::new(Imprint::sm3(b"value")).unwrap();
        assert_ne!(request().nonce(), request().nonce());
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        let request = TimeStampRequest::new(Imprint::sm3(b"value")).unwrap();
        let mut other = request.as_der().to_vec();
        assert_eq!(other[2..5], [2, 1, 1]);
        other[4] = 2;
        let error = TimeStampRequest::from_der(&other).unwrap_err();
        assert_eq!(error.code(), Code::Version);
        let large = [request.as_der(), &vec![0; MAX_REQUEST]].concat();
        assert_eq!(TimeStampRequest::from_der(&large).unwrap_err().code(), Code::Size);
        assert_eq!(Imprint::from_digest(oid::SM3, &[0; 31]).unwrap_err().code(), Code::Value);
        assert_eq!(Imprint::of(oid::SHA1, b"value").unwrap_err().code(), Code::Algorithm);
    }
}
