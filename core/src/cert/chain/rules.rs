//! The rules of RFC 5280 §6.1 over one path.

use super::{ChainError, ChainErrorKind, constraints};
use crate::cert::certificate::Certificate;
use crate::cert::issuers::Issuers;
use crate::cert::usage::Purpose;
use crate::time::Time;

/// Everything about a path, leaf first, anchor last, but the signatures and the leaf's own usage
/// and dates.
pub(super) fn check(path: &[&Certificate], at: Time, purpose: Purpose) -> Result<(), ChainError> {
    let Some((leaf, issuers)) = path.split_first() else { return Ok(()) };
    understood(leaf)?;
    if leaf.extensions().name_constraints.is_some() && !leaf.is_ca() {
        let detail = "nameConstraints stand in a certificate that is no authority's";
        return Err(ChainError::about(ChainErrorKind::Constraint, leaf, detail));
    }
    let mut below = 0u32; // authorities below, those that are not self-issued
    for authority in issuers {
        issuer(authority, at, purpose)?;
        if authority.path_len().is_some_and(|most| below > most) {
            let detail = format!("{below} authorities below it are more than its path length");
            return Err(ChainError::about(ChainErrorKind::Constraint, authority, detail));
        }
        if !authority.is_self_issued() {
            below += 1;
        }
    }
    constraints::check(path)
}

/// Whether a certificate may be that of an issuer at this moment.
///
/// It says CA:TRUE, and its keyUsage, if there, holds keyCertSign. A certificate of version 3
/// without basicConstraints is no authority's, be it an anchor.
pub(super) fn issuer(
    certificate: &Certificate,
    at: Time,
    purpose: Purpose,
) -> Result<(), ChainError> {
    understood(certificate)?;
    if !certificate.is_ca() {
        let detail = "it is not an authority (no basicConstraints CA:TRUE)";
        return Err(ChainError::about(ChainErrorKind::Constraint, certificate, detail));
    }
    if certificate.subject_name().is_empty() {
        let detail = "an authority has a name";
        return Err(ChainError::about(ChainErrorKind::Constraint, certificate, detail));
    }
    if certificate.key_usage().is_some_and(|usage| !usage.key_cert_sign()) {
        let detail = "its keyUsage has no keyCertSign";
        return Err(ChainError::about(ChainErrorKind::Constraint, certificate, detail));
    }
    if let Some(problem) = certificate.issuer_purpose_problem(purpose) {
        return Err(ChainError::about(ChainErrorKind::Usage, certificate, problem));
    }
    dates(certificate, at)
}

/// Whether a certificate is valid at this moment.
pub(super) fn dates(certificate: &Certificate, at: Time) -> Result<(), ChainError> {
    if at < certificate.not_before() {
        let detail = format!("not valid before {} (asked for {at})", certificate.not_before());
        return Err(ChainError::about(ChainErrorKind::NotYetValid, certificate, detail));
    }
    if at > certificate.not_after() {
        let detail = format!("not valid after {} (asked for {at})", certificate.not_after());
        return Err(ChainError::about(ChainErrorKind::Expired, certificate, detail));
    }
    Ok(())
}

/// The signature of every certificate but the anchor, by the key of the next.
pub(super) fn signatures(path: &[&Certificate], issuers: Issuers<'_>) -> Result<(), ChainError> {
    for (certificate, issuer) in path.iter().zip(path.iter().skip(1)) {
        match certificate.is_signed_by(issuer, issuers) {
            Some(true) => {}
            Some(false) => {
                let deviation = issuers.diagnose(issuer, certificate.signed());
                let remark = deviation.map(|it| format!("; {}", it.text())).unwrap_or_default();
                let detail = format!("its signature is not that of {}{remark}", issuer.subject());
                let error = ChainError::about(ChainErrorKind::BadSignature, certificate, detail);
                return Err(ChainError { deviation, ..error });
            }
            None => {
                let key = issuer.public_key().name();
                let detail = format!("its signature algorithm is not offered for a key of {key}");
                return Err(ChainError::about(ChainErrorKind::Unsupported, certificate, detail));
            }
        }
    }
    Ok(())
}

fn understood(certificate: &Certificate) -> Result<(), ChainError> {
    match certificate.unknown_critical_extensions().first() {
        None => Ok(()),
        Some(oid) => {
            let detail = format!("critical extension {oid} is not understood");
            Err(ChainError::about(ChainErrorKind::Constraint, certificate, detail))
        }
    }
}
