//! Every question about one certificate, answered together.

use super::{Revocation, Trust, algorithms, record};
use crate::asn1::Oid;
use crate::cert::chain::{self, ChainError, Purpose, VerifiedChain};
use crate::cert::revocation::Status;
use crate::cert::{Certificate, IssuerDeviation, Reason};
use crate::report::{CheckCode, NoteCode, Outcome, Report};
use crate::time::Time;

/// The codes under which the answers stand in the report.
#[derive(Debug, Clone, Copy)]
pub struct Codes {
    /// May the certificate do this?
    pub usage: CheckCode,
    /// Does the judged moment lie in its validity?
    pub validity: CheckCode,
    /// Does it lead to an anchor?
    pub chain: CheckCode,
    /// Are it and those above it not revoked?
    pub revocation: CheckCode,
    /// Did the algorithms of its signature and of those above it count?
    pub algorithm: CheckCode,
}

/// What changed between the judged moment and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Assessment {
    /// Good at the judged moment, expired by now.
    pub expired_since: bool,
    /// Not revoked at the judged moment, revoked by now.
    pub revoked_since: bool,
    /// When it was revoked by now, for a reason (or for none that is given) that casts doubt on what
    /// was signed before: anything but unspecified, affiliationChanged, superseded and
    /// cessationOfOperation.
    pub compromised_since: Option<Time>,
    /// Whether usage, validity, chain, revocation and algorithms all passed (or were not required).
    pub good: bool,
}

/// What is asked about a certificate.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The certificate.
    pub certificate: &'a Certificate,
    /// Certificates that came with the document; they bring no trust.
    pub extra: &'a [Certificate],
    /// What it was used for.
    pub purpose: Purpose,
    /// The hash functions of what it signed.
    pub hashes: &'a [Oid],
    /// The moment it is judged for.
    pub at: Time,
    /// When what it signed is proven to have existed; the clock, if nothing is proven.
    pub existed: Time,
    /// The clock.
    pub now: Time,
}

/// Judges a certificate and adds the five answers to `report`.
pub fn assess(
    report: &mut Report,
    codes: &Codes,
    question: &Question<'_>,
    trust: &Trust,
) -> Assessment {
    let Question { certificate, extra, purpose, at, now, .. } = *question;
    let subject = certificate.subject().to_owned();
    let usage = usage(report, codes, certificate, purpose);
    let (valid, expired_since) = validity(report, codes, certificate, at, now);
    let intermediates: Vec<Certificate> =
        extra.iter().chain(trust.intermediates()).cloned().collect();
    let keys = trust.keys();
    let anchors = trust.anchors_at(purpose, at);
    let built =
        chain::path_with(certificate, &intermediates, &anchors, at, purpose, trust.issuers());
    let (chained, revoked) = match &built {
        Ok(chain) => {
            keys.vouch_for(chain.certificates().iter().map(Certificate::public_key));
            let anchor = chain.anchor().subject().to_owned();
            report.check(codes.chain, true, subject, format!("leads to {anchor}"));
            (true, revocation_of(report, codes, chain, trust, at, now))
        }
        Err(error) => {
            let left_out = trust.anchors.left_out(purpose, at);
            let left_out = left_out.map(|why| format!("; {why}")).unwrap_or_default();
            report.check(codes.chain, false, subject.clone(), format!("{error}{left_out}"));
            note_deviation(report, error);
            let required = trust.policy().revocation == Revocation::Required;
            let detail = "without a chain no revocation answer can be checked".to_owned();
            report.push(codes.revocation, Outcome::NotDetermined, required, subject, detail);
            (false, Revoked { good: false, since: false, compromised: None })
        }
    };
    let alone = std::slice::from_ref(certificate);
    let path = built.as_ref().map_or(alone, VerifiedChain::certificates);
    let algorithms = algorithms::check(report, codes, question, path, trust);
    Assessment {
        expired_since,
        revoked_since: revoked.since,
        compromised_since: revoked.compromised,
        good: usage && valid && chained && revoked.good && algorithms,
    }
}

fn note_deviation(report: &mut Report, error: &ChainError) {
    let Some(deviation) = error.deviation() else { return };
    let code = match deviation {
        IssuerDeviation::WithoutZ => NoteCode::DeviationSignatureInput,
        _ => NoteCode::DeviationUserId,
    };
    report.note(code, error.detail());
}

fn usage(report: &mut Report, codes: &Codes, certificate: &Certificate, purpose: Purpose) -> bool {
    let problem = certificate.usage_problem(purpose);
    let good = problem.is_none();
    let names = || certificate.key_usage().map(|usage| usage.names().join(", "));
    let detail = problem.or_else(names).unwrap_or_default();
    report.check(codes.usage, good, certificate.subject(), detail);
    if let Some(remark) = certificate.usage_remark() {
        report.note(NoteCode::CertificateUsage, format!("{}: {remark}", certificate.subject()));
    }
    good
}

fn validity(
    report: &mut Report,
    codes: &Codes,
    certificate: &Certificate,
    at: Time,
    now: Time,
) -> (bool, bool) {
    let (from, until) = (certificate.not_before(), certificate.not_after());
    let valid = from <= at && at <= until;
    let detail = format!("{at} against {from} to {until}");
    report.check(codes.validity, valid, certificate.subject(), detail);
    let expired_since = valid && now > until;
    if expired_since {
        let detail = format!("{} expired at {until}", certificate.subject());
        report.note(NoteCode::ExpiredSince, detail);
    }
    (valid, expired_since)
}

struct Revoked {
    good: bool,
    since: bool,
    compromised: Option<Time>,
}

fn revocation_of(
    report: &mut Report,
    codes: &Codes,
    chain: &VerifiedChain,
    trust: &Trust,
    at: Time,
    now: Time,
) -> Revoked {
    let policy = trust.policy().revocation;
    if policy == Revocation::NotChecked {
        let subject = chain.leaf().subject().to_owned();
        report.inform(
            codes.revocation,
            Outcome::NotDetermined,
            subject,
            "not looked at, by policy",
        );
        report.note(NoteCode::RevocationPolicy, "revocation is not looked at");
        return Revoked { good: true, since: false, compromised: None };
    }
    let mut result = Revoked { good: true, since: false, compromised: None };
    for (certificate, status) in record::statuses(chain, at, now, trust) {
        let subject = certificate.subject().to_owned();
        match status {
            Status::Good => report.check(codes.revocation, true, subject, "not revoked"),
            Status::Revoked { at: revoked, reason } => {
                let name = reason.map(|reason| format!(", {}", reason.name()));
                let detail = format!("revoked at {revoked}{}", name.unwrap_or_default());
                let later = revoked > at;
                if later {
                    result.since = true;
                    if !reason.is_some_and(Reason::spares_the_past) {
                        let earlier = result.compromised.unwrap_or(revoked);
                        result.compromised = Some(earlier.min(revoked));
                    }
                    report.note(NoteCode::RevokedSince, format!("{subject}: {detail}"));
                } else {
                    result.good = false;
                }
                let detail = if later { format!("{detail}, after {at}") } else { detail };
                report.check(codes.revocation, later, subject, detail);
            }
            Status::Unknown { why } => {
                let required = policy == Revocation::Required;
                result.good &= !required;
                report.push(codes.revocation, Outcome::NotDetermined, required, subject, why);
                if !required {
                    report.note(NoteCode::RevocationPolicy, "revocation need not be known");
                }
            }
        }
    }
    result
}
