//! What revocation lists say about the certificates of a chain.

use super::certificate::Certificate;
use super::chain::VerifiedChain;
use super::crl::{Crl, CrlEntry, Reason};
use crate::crypto::public_key::PreparedKeys;
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
/// key of that issuer's certificate in the chain (which holds cRLSign, if it has keyUsage) or with
/// another key of the same issuer (below), is fresh, and has no critical extension that is not
/// understood. Lists without nextUpdate, delta lists, indirect lists and lists of some reasons are
/// not relied on; of lists limited in scope ([`Crl::scope_problem`]) only those about the
/// certificate. If a list that is good in all but freshness names the certificate, that counts too
/// (but not one from the future, and not a hold): what was revoked once stays revoked. Of several
/// answers the earliest revocation counts.
///
/// Another key of the same issuer, as after a change of keys, is one in a certificate that was
/// among those given for the chain, bears the issuer's name, holds cRLSign, is valid at the clock,
/// has no critical extension that is not understood, and was issued either by the issuer's own
/// issuer (and is not revoked, by a list that may be relied on) or with the issuer's key in the
/// chain (and is not named by the list in question). A name alone makes nobody an issuer.
pub fn check(chain: &VerifiedChain, crls: &[Crl], at: Time) -> Vec<(Certificate, Status)> {
    check_with(chain, crls, at, &PreparedKeys::default())
}

/// [`check`], signatures verified with the keys prepared among these.
pub(crate) fn check_with(
    chain: &VerifiedChain,
    crls: &[Crl],
    at: Time,
    keys: &PreparedKeys,
) -> Vec<(Certificate, Status)> {
    let lists = Lists { crls, at, keys };
    let certificates = chain.certificates();
    let links = certificates.iter().zip(certificates.iter().skip(1)).enumerate();
    links
        .map(|(index, (certificate, issuer))| {
            let above = certificates.get(index + 2);
            let is_signed = |crl: &Crl| signer_problem(crl, issuer, above, chain, &lists);
            (certificate.clone(), status(certificate, issuer, &lists, is_signed))
        })
        .collect()
}

/// The status of one certificate by the lists that its issuer signed with the key of `issuer`; see
/// [`check`].
pub fn check_one(
    certificate: &Certificate,
    issuer: &Certificate,
    crls: &[Crl],
    at: Time,
) -> Status {
    Lists { crls, at, keys: &PreparedKeys::default() }.check_one(certificate, issuer)
}

/// The lists given, the clock, and the keys that are prepared.
struct Lists<'a> {
    crls: &'a [Crl],
    at: Time,
    keys: &'a PreparedKeys,
}

impl Lists<'_> {
    fn check_one(&self, certificate: &Certificate, issuer: &Certificate) -> Status {
        status(certificate, issuer, self, |crl| {
            crl.issuer_problem(issuer, self.keys).map(str::to_owned)
        })
    }
}

/// The status by the lists that name the issuer; `signer_problem` says why one is not signed.
fn status(
    certificate: &Certificate,
    issuer: &Certificate,
    lists: &Lists<'_>,
    signer_problem: impl Fn(&Crl) -> Option<String>,
) -> Status {
    let mut good = false;
    let mut revoked: Option<CrlEntry> = None;
    let mut why: Option<String> = None;
    for crl in lists.crls.iter().filter(|crl| crl.names_issuer(issuer)) {
        let problem = crl.problem().map(str::to_owned).or_else(|| signer_problem(crl));
        let answer = problem.map_or_else(|| answer(crl, certificate, lists.at), Err);
        match answer {
            Ok(None) => good = true,
            Ok(Some(entry)) => {
                if revoked.is_none_or(|earlier| entry.revoked < earlier.revoked) {
                    revoked = Some(entry);
                }
            }
            Err(problem) => {
                let about = format!("the list of {} is of no use: {problem}", crl.issuer());
                why.get_or_insert(about);
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

/// What a list that its issuer signed says: not named, or revoked, or why it cannot say.
fn answer(crl: &Crl, certificate: &Certificate, at: Time) -> Result<Option<CrlEntry>, String> {
    if let Some(problem) = crl.scope_problem(certificate) {
        return Err(problem.to_owned());
    }
    let entry = crl.entry(certificate.serial());
    if entry.is_some_and(|entry| entry.reason == Some(Reason::RemoveFromCrl)) {
        return Err("its entry says removeFromCRL, which a complete list cannot".to_owned());
    }
    let stale = match crl.next_update() {
        _ if at < crl.this_update() => {
            return Err(format!("it is from the future ({})", crl.this_update()));
        }
        None => "it does not say until when it holds (no nextUpdate)".to_owned(),
        Some(next) if next < at => format!("it is out of date since {next}"),
        Some(_) => return Ok(entry),
    };
    match entry {
        Some(entry) if entry.reason != Some(Reason::CertificateHold) => Ok(Some(entry)),
        _ => Err(stale),
    }
}

/// Why a list is signed neither with the issuer's key in the chain nor with another key of it.
fn signer_problem(
    crl: &Crl,
    issuer: &Certificate,
    above: Option<&Certificate>,
    chain: &VerifiedChain,
    lists: &Lists<'_>,
) -> Option<String> {
    let problem = crl.issuer_problem(issuer, lists.keys)?;
    let other_key = chain.namesakes_of(issuer).any(|namesake| {
        namesake.key_usage().is_some_and(|usage| usage.crl_sign())
            && namesake.unknown_critical_extensions().is_empty()
            && namesake.is_valid_at(lists.at)
            && crl.issuer_problem(namesake, lists.keys).is_none()
            && (belongs_to_issuer(namesake, issuer, crl, lists.keys)
                || belongs_above(namesake, above, lists))
    });
    (!other_key).then(|| problem.to_owned())
}

/// Whether the issuer's key in the chain issued the certificate and the list does not name it.
fn belongs_to_issuer(
    namesake: &Certificate,
    issuer: &Certificate,
    crl: &Crl,
    keys: &PreparedKeys,
) -> bool {
    namesake.is_self_issued()
        && namesake.is_signed_by(issuer, keys) == Some(true)
        && crl.entry(namesake.serial()).is_none()
}

/// Whether the issuer's own issuer issued the certificate and did not revoke it.
fn belongs_above(namesake: &Certificate, above: Option<&Certificate>, lists: &Lists<'_>) -> bool {
    above.is_some_and(|above| {
        namesake.issuer_name().matches(above.subject_name())
            && namesake.is_signed_by(above, lists.keys) == Some(true)
            && lists.check_one(namesake, above) == Status::Good
    })
}
