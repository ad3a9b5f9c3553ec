//! What revocation lists say about the certificates of a chain.

use super::certificate::Certificate;
use super::chain::VerifiedChain;
use super::crl::{Crl, CrlEntry, Reason};
use crate::time::Time;

/// What is known about the revocation of one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// A list that may be relied on does not name it.
    Good,
    /// A list names it. Whether that matters for a signature made before, the caller decides.
    Revoked {
        /// When it was revoked, as the list says.
        at: Time,
        /// Why, if the list says so.
        reason: Option<Reason>,
    },
    /// Nothing that may be relied on was given. This is never the same as `Good`.
    Unknown {
        /// Why: what is missing, or what is wrong with the lists that were given.
        why: String,
    },
}

/// The status of every certificate of a chain but the anchor, the leaf first, by the lists given.
///
/// `at` is the clock: a list is fresh if `thisUpdate <= at <= nextUpdate`. For a chain judged at a
/// moment in the past it is still the clock that belongs here; the moment of revocation is in
/// the answer, to be compared with the moment that is judged.
///
/// A list may be relied on if it is complete, names the certificate's issuer, is signed with the
/// key of that issuer's certificate in the chain (which holds cRLSign, if it has keyUsage), is
/// fresh, and has no critical extension that is not understood. Lists without nextUpdate, delta
/// lists, indirect lists and lists of some reasons are not relied on; of lists limited in scope
/// ([`Crl::scope_problem`]) only those about the certificate. If any list that is good in
/// all but freshness names the certificate, that counts too (but not one from the future, and
/// not a hold): what was revoked once stays revoked. Of several answers the earliest revocation counts.
pub fn check(chain: &VerifiedChain, crls: &[Crl], at: Time) -> Vec<(Certificate, Status)> {
    let certificates = chain.certificates();
    let pairs = certificates.iter().zip(certificates.iter().skip(1));
    pairs
        .map(|(certificate, issuer)| {
            (certificate.clone(), check_one(certificate, issuer, crls, at))
        })
        .collect()
}

/// The status of one certificate by the lists of its issuer; see [`check`].
pub fn check_one(
    certificate: &Certificate,
    issuer: &Certificate,
    crls: &[Crl],
    at: Time,
) -> Status {
    let mut good = false;
    let mut revoked: Option<CrlEntry> = None;
    let mut why: Option<String> = None;
    for crl in crls.iter().filter(|crl| crl.names_issuer(issuer)) {
        match answer(crl, certificate, issuer, at) {
            Ok(None) => good = true,
            Ok(Some(entry)) => {
                if revoked.is_none_or(|earlier| entry.revoked < earlier.revoked) {
                    revoked = Some(entry);
                }
            }
            Err(problem) => {
                why.get_or_insert(problem);
            }
        }
    }
    match (revoked, good) {
        (Some(entry), _) => Status::Revoked { at: entry.revoked, reason: entry.reason },
        (None, true) => Status::Good,
        (None, false) => {
            let none = || format!("no revocation list of {} was given", issuer.subject());
            Status::Unknown { why: why.unwrap_or_else(none) }
        }
    }
}

/// What one list says: not named, or revoked, or why it may not be relied on.
fn answer(
    crl: &Crl,
    certificate: &Certificate,
    issuer: &Certificate,
    at: Time,
) -> Result<Option<CrlEntry>, String> {
    let unusable = |why: &str| format!("the list of {} is of no use: {why}", crl.issuer());
    if let Some(problem) = crl.problem() {
        return Err(unusable(problem));
    }
    if let Some(problem) = crl.issuer_problem(issuer) {
        return Err(unusable(problem));
    }
    if let Some(problem) = crl.scope_problem(certificate) {
        return Err(unusable(problem));
    }
    let entry = crl.entry(certificate.serial());
    if entry.is_some_and(|entry| entry.reason == Some(Reason::RemoveFromCrl)) {
        return Err(unusable("its entry says removeFromCRL, which a complete list cannot"));
    }
    let stale = match crl.next_update() {
        _ if at < crl.this_update() => {
            return Err(unusable(&format!("it is from the future ({})", crl.this_update())));
        }
        None => "it does not say until when it holds (no nextUpdate)".to_owned(),
        Some(next) if next < at => format!("it is out of date since {next}"),
        Some(_) => return Ok(entry),
    };
    match entry {
        Some(entry) if entry.reason != Some(Reason::CertificateHold) => Ok(Some(entry)),
        _ => Err(unusable(&stale)),
    }
}
