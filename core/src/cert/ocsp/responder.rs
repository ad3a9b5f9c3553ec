//! Who may answer for an issuer, and whether the response is theirs.

use super::{OcspResponse, ResponderId};
use crate::asn1::oid;
use crate::cert::certificate::Certificate;
use crate::cert::issuers::Issuers;
use crate::crypto::digest;
use crate::time::Time;

/// Who signed a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cert) enum Responder<'a> {
    /// The issuer itself, with the key of its certificate in the chain.
    Issuer,
    /// Somebody with a certificate by the issuer for this purpose, whose own revocation has to be
    /// known unless the certificate says that it need not be (id-pkix-ocsp-nocheck).
    Delegate(&'a Certificate),
}

impl OcspResponse {
    /// Who of those that may answer for the issuer signed the response, or why nobody did.
    ///
    /// That is the issuer with the key of this certificate, or a delegate: a certificate in the
    /// response that the issuer's key signed, valid at the clock, with extKeyUsage OCSPSigning, a
    /// keyUsage (if any) with digitalSignature, and no critical extension that is not understood.
    ///
    /// # Source
    ///
    /// RFC 6960 §4.2.2.2.
    pub(in crate::cert) fn responder<'a>(
        &'a self,
        issuer: &Certificate,
        at: Time,
        issuers: Issuers<'_>,
    ) -> Result<Responder<'a>, String> {
        if self.is_by(issuer) {
            return self.signature_problem(issuer, issuers).map_or(Ok(Responder::Issuer), Err);
        }
        let Some(delegate) = self.certificates().iter().find(|delegate| self.is_by(delegate))
        else {
            return Err("its responder is neither the issuer nor among its certificates".to_owned());
        };
        let may =
            delegate.extended_key_usage().is_some_and(|uses| uses.contains(&oid::EKU_OCSP_SIGNING))
                && delegate.key_usage().is_none_or(|usage| usage.digital_signature());
        let problem = if !may {
            Some("its responder's certificate is not for OCSP answers")
        } else if !delegate.unknown_critical_extensions().is_empty() {
            Some("its responder's certificate has a critical extension that is not understood")
        } else if !delegate.is_valid_at(at) {
            Some("its responder's certificate is not valid now")
        } else if !delegate.issuer_name().matches(issuer.subject_name())
            || delegate.is_signed_by(issuer, issuers) != Some(true)
        {
            Some("its responder's certificate is not by the issuer")
        } else {
            None
        };
        match problem {
            Some(problem) => Err(problem.to_owned()),
            None => self
                .signature_problem(delegate, issuers)
                .map_or(Ok(Responder::Delegate(delegate)), Err),
        }
    }

    /// Whether this certificate's key signed the response, which names it, SM2 under the default
    /// user id. Says nothing about the certificate itself.
    pub fn is_signed_by(&self, responder: &Certificate) -> bool {
        self.is_by(responder)
            && Issuers::usual(|issuers| self.signature_problem(responder, issuers).is_none())
    }

    /// Whether the response names this certificate's subject or key as its responder.
    fn is_by(&self, certificate: &Certificate) -> bool {
        match &self.0.responder {
            ResponderId::Name(name) => name.matches(certificate.subject_name()),
            ResponderId::Key(hash) => [oid::SHA1, oid::SM3, oid::SHA256].iter().any(|algorithm| {
                digest::named(algorithm, certificate.public_key_bits()).as_ref() == Some(hash)
            }),
        }
    }

    fn signature_problem(&self, signer: &Certificate, issuers: Issuers<'_>) -> Option<String> {
        match self.0.frame.is_by(signer, issuers) {
            Some(true) => None,
            Some(false) => {
                let remark = issuers.remark(signer, self.0.frame.signed());
                Some(format!("its signature is not the responder's{remark}"))
            }
            None => {
                Some("its signature algorithm is not offered for the responder's key".to_owned())
            }
        }
    }
}
