//! The second judge of a path: webpki.

use super::{ChainError, ChainErrorKind, constraints, rules};
use crate::cert::algorithm::{KNOWN, Known};
use crate::cert::certificate::Certificate;
use crate::cert::issuers::Issuers;
use crate::time::Time;
use pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm, UnixTime,
};
use std::time::Duration;
use webpki::{EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter};

/// The most certificates between leaf and anchor that webpki takes.
const MAX_INTERMEDIATES: usize = 6;

/// Whether webpki can say anything about this path; see the head of [`super`].
pub(super) fn can_say(path: &[&Certificate]) -> bool {
    let [leaf, issuers @ ..] = path else { return false };
    let [intermediates @ .., _] = issuers else { return false };
    let same_bytes = |(certificate, issuer): (&&Certificate, &&Certificate)| {
        certificate.issuer_der() == issuer.subject_der()
    };
    intermediates.len() <= MAX_INTERMEDIATES
        && !leaf.is_ca()
        && path.iter().zip(issuers).all(same_bytes)
        && !intermediates.iter().any(|certificate| certificate.is_self_issued())
        && !path.iter().any(|certificate| certificate.has_unique_ids())
        && issuers.iter().all(|certificate| constraints::only_hosts(certificate))
}

/// Whether webpki finds the path good, signatures included.
pub(super) fn check(
    path: &[&Certificate],
    at: Time,
    issuers: Issuers<'_>,
) -> Result<(), ChainError> {
    let [leaf, intermediates @ .., anchor] = path else {
        return Err(ChainError::new(ChainErrorKind::UnknownIssuer, "no anchor"));
    };
    let (leaf_der, anchor_der) = (der_of(leaf), der_of(anchor));
    let intermediates: Vec<CertificateDer<'_>> =
        intermediates.iter().map(|certificate| der_of(certificate)).collect();
    let judged = || {
        let seconds = u64::try_from(at.unix()).map_err(|_| Error::BadDerTime)?;
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let anchors = [webpki::anchor_from_trusted_cert(&anchor_der)?];
        let remembering: Vec<Remembering<'_>> =
            KNOWN.iter().map(|known| Remembering { known, path, issuers }).collect();
        let algorithms: Vec<&dyn SignatureVerificationAlgorithm> =
            remembering.iter().map(|it| it as &dyn SignatureVerificationAlgorithm).collect();
        EndEntityCert::try_from(&leaf_der)?
            .verify_for_usage(&algorithms, &anchors, &intermediates, time, AnyPurpose, None, None)
            .map(|_| ())
    };
    judged().map_err(|error| explain(&error, path, issuers))
}

/// An algorithm that does not verify again what it found good before: a signature on this path
/// under the key of the next certificate.
#[derive(Debug)]
struct Remembering<'p> {
    known: &'static Known,
    path: &'p [&'p Certificate],
    issuers: Issuers<'p>,
}

impl SignatureVerificationAlgorithm for Remembering<'_> {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let pair = self.path.iter().zip(self.path.iter().skip(1)).find(|(certificate, issuer)| {
            certificate.tbs() == message
                && certificate.signature_value() == signature
                && issuer.public_key_der().ends_with(public_key)
        });
        let Some((certificate, issuer)) = pair else {
            let (known, user_id) = (self.known, self.issuers.user_id);
            return known.verify(public_key, user_id, message, signature);
        };
        if certificate.signed_by().is(issuer, self.issuers) {
            return Ok(());
        }
        let (key, algorithm) = (issuer.public_key(), self.known.algorithm);
        let Issuers { user_id, keys } = self.issuers;
        keys.verify(key, algorithm, user_id, message, signature).map_err(|_| InvalidSignature)?;
        certificate.signed_by().set(issuer, self.issuers);
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.known.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.known.signature
    }
}

fn der_of(certificate: &Certificate) -> CertificateDer<'_> {
    CertificateDer::from(certificate.as_der())
}

/// Purposes are judged by the rules.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        Ok(())
    }
}

/// The error in our terms; a bad signature is looked for again to say whose it is.
fn explain(error: &Error, path: &[&Certificate], issuers: Issuers<'_>) -> ChainError {
    let kind = match error {
        Error::InvalidSignatureForPublicKey => ChainErrorKind::BadSignature,
        Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => ChainErrorKind::Unsupported,
        Error::CertExpired { .. } => ChainErrorKind::Expired,
        Error::CertNotValidYet { .. } => ChainErrorKind::NotYetValid,
        Error::MaximumSignatureChecksExceeded
        | Error::MaximumPathBuildCallsExceeded
        | Error::MaximumPathDepthExceeded
        | Error::MaximumNameConstraintComparisonsExceeded => ChainErrorKind::Budget,
        Error::UnknownIssuer => ChainErrorKind::UnknownIssuer,
        _ => ChainErrorKind::Constraint,
    };
    match (kind, rules::signatures(path, issuers)) {
        (ChainErrorKind::BadSignature | ChainErrorKind::Unsupported, Err(found)) => found,
        _ => ChainError::new(kind, format!("webpki: {error}")),
    }
}
