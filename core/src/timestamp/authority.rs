//! A small time stamp authority for tests and small installations.

use super::request::TimeStampRequest;
use super::response::{Failure, TimeStampResponse};
use super::token::Accuracy;
use crate::asn1::reader::tag;
use crate::asn1::{Oid, oid, writer};
use crate::cert::{Certificate, Purpose};
use crate::cms::{Attributed, own_certificate, sign_with_attributes};
use crate::crypto::rng;
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::time::Time;
use std::fmt;
use std::sync::Arc;

/// A key with its certificate that signs time stamps. It reads no clock: whoever calls says what
/// time it is, and answers for it.
///
/// Serial numbers are 16 random bytes, so nothing has to be remembered.
#[derive(Clone)]
pub struct TimestampAuthority {
    key: Arc<dyn Signer>,
    certificate: Certificate,
    policy: Oid,
    accuracy: Option<Accuracy>,
    gm: bool,
}

impl TimestampAuthority {
    /// The authority with this key, whose first certificate is its own, and this policy.
    ///
    /// Tokens are SM2 with SM3, RSA or ECDSA as the key is, in the form of RFC 5652.
    ///
    /// # Errors
    ///
    /// [`Code::KeyMissing`] if the key has no certificate; [`Code::KeyMismatch`] if that is another
    /// key's; [`Code::Policy`] if it may not sign time stamps: extKeyUsage timeStamping, critical
    /// and alone, is due.
    pub fn new(key: impl Signer + 'static, policy: Oid) -> Result<TimestampAuthority> {
        let certificate = own_certificate(&key)?;
        if let Some(problem) = certificate.usage_problem(Purpose::TimeStamp) {
            let message = format!("{} may not sign time stamps: {problem}", certificate.subject());
            return Err(Error::new(Code::Policy, STRUCTURE, message));
        }
        let key = Arc::new(key);
        Ok(TimestampAuthority { key, certificate, policy, accuracy: None, gm: false })
    }

    /// The same authority, its tokens saying how far its time may be off.
    #[must_use]
    pub fn with_accuracy(self, accuracy: Accuracy) -> TimestampAuthority {
        TimestampAuthority { accuracy: Some(accuracy), ..self }
    }

    /// The same authority, its tokens in the form of GB/T 35275 (SM2 keys only).
    ///
    /// # Errors
    ///
    /// [`Code::SignerForm`] for another key.
    pub fn in_gm_form(self) -> Result<TimestampAuthority> {
        if self.key.algorithm().oid() != oid::SM2_WITH_SM3 {
            let message = "tokens in the form of GB/T 35275 are signed with SM2";
            return Err(Error::new(Code::SignerForm, STRUCTURE, message));
        }
        Ok(TimestampAuthority { gm: true, ..self })
    }

    /// The authority's certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The policy of its tokens.
    pub fn policy(&self) -> Oid {
        self.policy
    }

    /// The answer to a request in DER, the clock saying `time`: a token, or why there is none.
    pub fn respond(&self, request: &[u8], time: Time) -> TimeStampResponse {
        let request = match TimeStampRequest::from_der(request) {
            Ok(request) => request,
            Err(error) => {
                return TimeStampResponse::rejection(Failure::BadDataFormat, error.message());
            }
        };
        match self.refusal(&request, time) {
            Some((failure, text)) => TimeStampResponse::rejection(failure, text),
            None => match self.token(&request, time) {
                Ok(token) => TimeStampResponse::granted(&token),
                // What is wrong with the key is nothing for strangers.
                Err(_) => TimeStampResponse::rejection(Failure::SystemFailure, "the key failed"),
            },
        }
    }

    /// A token for a request, the clock saying `time`.
    ///
    /// # Errors
    ///
    /// [`Code::TimeStampRefused`] for a hash function, policy or extensions that are not offered
    /// and for a time outside of the certificate's validity; what the signer says.
    pub fn issue(&self, request: &TimeStampRequest, time: Time) -> Result<Vec<u8>> {
        match self.refusal(request, time) {
            Some((failure, text)) => {
                let message = format!("{}: {text}", failure.name());
                Err(Error::new(Code::TimeStampRefused, STRUCTURE, message))
            }
            None => self.token(request, time),
        }
    }

    fn refusal(&self, request: &TimeStampRequest, time: Time) -> Option<(Failure, &'static str)> {
        if !request.imprint().is_known() {
            Some((Failure::BadAlgorithm, "SM3, SHA-256, SHA-384 and SHA-512 are stamped"))
        } else if request.policy().is_some_and(|policy| policy != self.policy) {
            Some((Failure::UnacceptedPolicy, "another policy than the authority's"))
        } else if request.has_extensions() {
            Some((Failure::UnacceptedExtension, "no extension is known"))
        } else if !self.certificate.is_valid_at(time) {
            let text = "the clock is out of the validity of the authority's certificate";
            Some((Failure::TimeNotAvailable, text))
        } else {
            None
        }
    }

    fn token(&self, request: &TimeStampRequest, time: Time) -> Result<Vec<u8>> {
        let mut serial = [0; 16];
        rng::fill(&mut serial)?;
        // Positive, and always as long.
        serial[0] = serial[0] & 0x7f | 0x40;
        let accuracy = self.accuracy.map(Accuracy::to_der).unwrap_or_default();
        let nonce = request.nonce().map(|nonce| writer::tlv(tag::INTEGER, &[nonce]));
        let info = writer::sequence(&[
            &writer::integer(1),
            &writer::oid(&self.policy),
            &request.imprint().to_der(),
            &writer::integer_unsigned(&serial),
            &writer::generalized_time(time),
            &accuracy,
            &nonce.unwrap_or_default(),
        ]);
        let message = Attributed {
            content_type: oid::TST_INFO,
            content: &info,
            gm: self.gm,
            // genTime says it, and is all that counts.
            signing_time: None,
            certificates: request.wants_certificates(),
        };
        sign_with_attributes(&*self.key, &message)
    }
}

const STRUCTURE: &str = "time stamp authority";

impl fmt::Debug for TimestampAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TimestampAuthority({})", self.certificate.subject())
    }
}
