//! What lists and OCSP responses say about the certificates of a chain.

mod lists;
mod responses;

use super::certificate::Certificate;
use super::chain::VerifiedChain;
use super::crl::{Crl, CrlEntry, Reason, Reasons};
use super::issuers::Issuers;
use super::ocsp::OcspResponse;
use crate::time::Time;
use std::cell::Cell;

/// The most signatures of lists that are verified with keys beside the chain, in one check.
pub const MAX_OTHER_SIGNERS: usize = 1024;

/// What is known about the revocation of one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// An answer that may be relied on says that it is not revoked.
    Good,
    /// An answer says that it is. Whether that matters for a signature made before, the caller
    /// decides.
    Revoked {
        /// When it was revoked, as the answer says.
        at: Time,
        /// Why, if the answer says so.
        reason: Option<Reason>,
    },
    /// Nothing that may be relied on was given. This is never the same as `Good`.
    Unknown {
        /// Why: what is missing, or what is wrong with the answers that were given.
        why: String,
    },
}

/// The answers about revocation that were given.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answers<'a> {
    /// Revocation lists.
    pub crls: &'a [Crl],
    /// OCSP responses.
    pub ocsp: &'a [OcspResponse],
}

impl<'a> From<&'a [Crl]> for Answers<'a> {
    fn from(crls: &'a [Crl]) -> Self {
        Answers { crls, ocsp: &[] }
    }
}

impl<'a> From<&'a Vec<Crl>> for Answers<'a> {
    fn from(crls: &'a Vec<Crl>) -> Self {
        Answers { crls, ocsp: &[] }
    }
}

impl<'a, const N: usize> From<&'a [Crl; N]> for Answers<'a> {
    fn from(crls: &'a [Crl; N]) -> Self {
        Answers { crls, ocsp: &[] }
    }
}

/// The status of every certificate of a chain but the anchor, the leaf first, by the answers given;
/// signatures of SM2 are verified under the default user id.
///
/// `at` is the clock: an answer is fresh if `thisUpdate <= at <= nextUpdate`. For a chain judged at
/// a moment in the past it is still the clock that belongs here; the moment of revocation is in
/// the answer, to be compared with the moment that is judged.
///
/// A list may be relied on if it is complete, names the certificate's issuer, is signed with the
/// key of that issuer's certificate in the chain (which holds cRLSign, if it has keyUsage) or with
/// another key of the same issuer (below), is fresh, and has no critical extension that is not
/// understood. Lists without nextUpdate are not relied on, and of a delta list only what it revokes is
/// believed; of lists limited in scope ([`Crl::scope_problem`]) only those about the certificate; and lists of some reasons only if
/// together they are about all of them. An indirect list by another than the certificate's issuer
/// counts if the certificate's cRLDistributionPoints name its issuer, and if that is somebody with
/// cRLSign whose certificate was among those given for the chain, is valid at the clock, was issued
/// by an authority of the chain and is not revoked by that authority's lists.
///
/// A response may be relied on if it is about the certificate (the digests of the issuer's name and
/// key and the serial number), is signed by the issuer or by a delegate of its (RFC 6960
/// §4.2.2.2) that is itself not revoked or says that it need not be asked about, is fresh, and has no
/// critical extension that is not understood. One without nextUpdate is not relied on.
///
/// An answer from after a certificate's end does not clear it: it need not name it any more
/// (RFC 5280 §3.3), unless a list says that it does (expiredCertsOnCRL).
///
/// If an answer that is good in all but freshness says revoked, that counts too (but not one from
/// the future, and not a hold): what was revoked once stays revoked. Of several answers the
/// earliest revocation counts.
///
/// Another key of the same issuer, as after a change of keys, is one in a certificate that was
/// among those given for the chain, bears the issuer's name, holds cRLSign, is valid at the clock,
/// has no critical extension that is not understood, and was issued either by the issuer's own
/// issuer (and is not revoked, by a list that may be relied on) or with the issuer's key in the
/// chain (and is not named by the list in question). A name alone makes nobody an issuer. Of such
/// certificates at most [`MAX_OTHER_SIGNERS`] are tried.
pub fn check<'a>(
    chain: &VerifiedChain,
    answers: impl Into<Answers<'a>>,
    at: Time,
) -> Vec<(Certificate, Status)> {
    Issuers::usual(|issuers| check_with(chain, answers.into(), at, None, issuers))
}

/// [`check`], signatures of SM2 under this user id and with the keys prepared among these. Of a
/// certificate that has ended by the clock, an answer that was given since the moment judged counts
/// however old it is.
pub(crate) fn check_with(
    chain: &VerifiedChain,
    answers: Answers<'_>,
    at: Time,
    judged: Option<Time>,
    issuers: Issuers<'_>,
) -> Vec<(Certificate, Status)> {
    let tries = Cell::new(MAX_OTHER_SIGNERS);
    let inquiry = Inquiry { answers, at, judged, issuers, tries: &tries };
    let certificates = chain.certificates();
    let links = certificates.iter().zip(certificates.iter().skip(1)).enumerate();
    links
        .map(|(index, (certificate, issuer))| {
            let above = certificates.get(index + 2);
            let signer_problem =
                |crl: &Crl| lists::signer_problem(crl, issuer, above, chain, &inquiry);
            (certificate.clone(), inquiry.status(certificate, issuer, signer_problem))
        })
        .collect()
}

/// The status of one certificate by the answers that its issuer signed with the key of `issuer`, or
/// for which it made a delegate; see [`check`].
pub fn check_one<'a>(
    certificate: &Certificate,
    issuer: &Certificate,
    answers: impl Into<Answers<'a>>,
    at: Time,
) -> Status {
    let answers = answers.into();
    let tries = Cell::new(MAX_OTHER_SIGNERS);
    Issuers::usual(|issuers| {
        let inquiry = Inquiry { answers, at, judged: None, issuers, tries: &tries };
        inquiry.check_one(certificate, issuer)
    })
}

/// The answers given, the clock, and how signatures are verified.
#[derive(Clone, Copy)]
struct Inquiry<'a> {
    answers: Answers<'a>,
    at: Time,
    /// The moment that the certificates are judged for, if another than the clock.
    judged: Option<Time>,
    issuers: Issuers<'a>,
    /// How many signatures may still be verified with keys beside the chain.
    tries: &'a Cell<usize>,
}

impl Inquiry<'_> {
    /// Whether this certificate's key signed the list, within the budget.
    fn is_signed_by_other(&self, crl: &Crl, signer: &Certificate) -> bool {
        if !crl.names_issuer(signer) || self.tries.get() == 0 {
            return false;
        }
        self.tries.set(self.tries.get() - 1);
        crl.issuer_problem(signer, self.issuers).is_none()
    }

    /// What is to be added to a problem when the budget is spent.
    fn end_of_budget(&self) -> &'static str {
        let spent = self.tries.get() == 0;
        if spent { ", and too many other certificates would have to be tried" } else { "" }
    }

    fn check_one(&self, certificate: &Certificate, issuer: &Certificate) -> Status {
        self.status(certificate, issuer, |crl| {
            let problem = crl.issuer_problem(issuer, self.issuers)?;
            Some(crl.explain(problem, issuer, self.issuers))
        })
    }

    /// The status by the answers about the certificate; `signer_problem` says why the issuer did
    /// not sign a list.
    fn status(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        signer_problem: impl Fn(&Crl) -> Option<String>,
    ) -> Status {
        let mut found = Findings::new();
        lists::ask(&mut found, certificate, issuer, self, signer_problem);
        responses::ask(&mut found, certificate, issuer, self);
        found.status(issuer)
    }
}

/// What several answers say together.
struct Findings {
    /// The reasons for which it is known not to be revoked.
    cleared: Reasons,
    revoked: Option<CrlEntry>,
    why: Option<String>,
}

impl Findings {
    fn new() -> Findings {
        Findings { cleared: Reasons::NONE, revoked: None, why: None }
    }

    /// Takes what one answer says about some reasons: not revoked, revoked, or why it says nothing.
    fn take(&mut self, answer: Result<(Reasons, Option<CrlEntry>), String>) {
        match answer {
            Ok((reasons, None)) => self.cleared = self.cleared.or(reasons),
            Ok((_, Some(entry))) => {
                if self.revoked.is_none_or(|earlier| entry.revoked < earlier.revoked) {
                    self.revoked = Some(entry);
                }
            }
            Err(problem) => {
                self.why.get_or_insert(problem);
            }
        }
    }

    fn status(self, issuer: &Certificate) -> Status {
        match (self.revoked, self.cleared) {
            (Some(entry), _) => Status::Revoked { at: entry.revoked, reason: entry.reason },
            (None, Reasons::ALL) => Status::Good,
            (None, Reasons::NONE) => {
                let none = || format!("no revocation list of {} was given", issuer.subject());
                Status::Unknown { why: self.why.unwrap_or_else(none) }
            }
            (None, _) => {
                let why = "the lists given are about some reasons only";
                Status::Unknown { why: self.why.unwrap_or_else(|| why.to_owned()) }
            }
        }
    }
}

/// When an answer was given, and what it would say.
struct Given {
    this_update: Time,
    /// Until when it holds.
    next_update: Option<Time>,
    /// Whether it would name the certificate, were it revoked.
    still_names: bool,
}

impl Given {
    /// What the answer says: not revoked, revoked, or why nothing. A revocation outlives the answer
    /// that tells of it.
    fn weigh(
        &self,
        entry: Option<CrlEntry>,
        certificate: &Certificate,
        inquiry: &Inquiry<'_>,
    ) -> Result<Option<CrlEntry>, String> {
        if inquiry.at < self.this_update {
            return Err(format!("it is from the future ({})", self.this_update));
        }
        let stale = self.staleness(inquiry.at);
        let (end, hold) = (certificate.not_after(), Some(Reason::CertificateHold));
        match (entry, stale) {
            (Some(entry), Some(why)) if entry.reason == hold => Err(why),
            (Some(_), _) => Ok(entry),
            (None, _) if !self.still_names => Err(format!(
                "it is from after the certificate's end ({end}), and may name it no more"
            )),
            (None, Some(why)) => {
                // Of a certificate that has ended no answer of today speaks any more.
                let of_the_time = inquiry.judged.is_some_and(|judged| judged <= self.this_update);
                if end < inquiry.at && of_the_time { Ok(None) } else { Err(why) }
            }
            (None, None) => Ok(None),
        }
    }

    /// Why the answer is out of date, if it is.
    fn staleness(&self, at: Time) -> Option<String> {
        match self.next_update {
            None => Some("it does not say until when it holds (no nextUpdate)".to_owned()),
            Some(next) if next < at => Some(format!("it is out of date since {next}")),
            Some(_) => None,
        }
    }
}
