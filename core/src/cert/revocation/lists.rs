//! What revocation lists say about one certificate.

use super::{Findings, Given, Inquiry, Status};
use crate::cert::certificate::Certificate;
use crate::cert::chain::VerifiedChain;
use crate::cert::crl::{Crl, CrlEntry, DELTA, Reason};
use crate::cert::issuers::Issuers;

/// Takes what the lists say that name the issuer; `signer_problem` says why one is not signed.
pub(super) fn ask(
    found: &mut Findings,
    certificate: &Certificate,
    issuer: &Certificate,
    inquiry: &Inquiry<'_>,
    signer_problem: impl Fn(&Crl) -> Option<String>,
) {
    let concerns = |crl: &&Crl| crl.names_issuer(issuer) || crl.is_indirect();
    for crl in inquiry.answers.crls.iter().filter(concerns) {
        let reasons = crl.reasons_for(certificate);
        if reasons.is_err() && !crl.names_issuer(issuer) {
            continue; // an indirect list for others
        }
        let problem = crl.fault().map(str::to_owned).or_else(|| signer_problem(crl));
        let said = match (problem, reasons) {
            (Some(problem), _) => Err(problem),
            (None, Err(problem)) => Err(problem.to_owned()),
            (None, Ok(reasons)) => answer(crl, certificate, inquiry).map(|entry| (reasons, entry)),
        };
        let problem = |problem| format!("the list of {} is of no use: {problem}", crl.issuer());
        found.take(said.map_err(problem));
    }
}

/// What a list that its issuer signed says: not named, or revoked, or why it cannot say.
fn answer(
    crl: &Crl,
    certificate: &Certificate,
    inquiry: &Inquiry<'_>,
) -> Result<Option<CrlEntry>, String> {
    let entry = crl.entry_of(certificate);
    if entry.is_some_and(|entry| entry.reason == Some(Reason::RemoveFromCrl)) {
        return Err("its entry says removeFromCRL, which a complete list cannot".to_owned());
    }
    let given = Given {
        this_update: crl.this_update(),
        next_update: crl.next_update(),
        still_names: crl.still_names(certificate),
    };
    match given.weigh(entry, certificate, inquiry)? {
        // Who is not on a delta may stand on the list that it is a delta of.
        None if crl.is_delta() => Err(DELTA.to_owned()),
        said => Ok(said),
    }
}

/// Why a list is signed neither with the issuer's key in the chain nor with another key of it, nor,
/// if it is indirect, by a signer of lists below an authority of the chain.
pub(super) fn signer_problem(
    crl: &Crl,
    issuer: &Certificate,
    above: Option<&Certificate>,
    chain: &VerifiedChain,
    inquiry: &Inquiry<'_>,
) -> Option<String> {
    if !crl.names_issuer(issuer) {
        let signed = chain.list_signers().any(|signer| {
            signer.unknown_critical_extensions().is_empty()
                && signer.is_valid_at(inquiry.at)
                && inquiry.is_signed_by_other(crl, signer)
                && is_below(signer, chain, inquiry)
        });
        let problem = "it is indirect, and signed by nobody whom an authority of the chain let";
        return (!signed).then(|| format!("{problem}{}", inquiry.end_of_budget()));
    }
    let problem = crl.issuer_problem(issuer, inquiry.issuers)?;
    let other_key = chain.namesakes_of(issuer).any(|namesake| {
        namesake.key_usage().is_some_and(|usage| usage.crl_sign())
            && namesake.unknown_critical_extensions().is_empty()
            && namesake.is_valid_at(inquiry.at)
            && inquiry.is_signed_by_other(crl, namesake)
            && (belongs_to_issuer(namesake, issuer, crl, inquiry.issuers)
                || belongs_above(namesake, above, inquiry))
    });
    (!other_key).then(|| {
        let problem = crl.explain(problem, issuer, inquiry.issuers);
        format!("{problem}{}", inquiry.end_of_budget())
    })
}

/// Whether the issuer's key in the chain issued the certificate and the list does not name it.
fn belongs_to_issuer(
    namesake: &Certificate,
    issuer: &Certificate,
    crl: &Crl,
    issuers: Issuers<'_>,
) -> bool {
    namesake.is_self_issued()
        && namesake.is_signed_by(issuer, issuers) == Some(true)
        && crl.entry(namesake.serial()).is_none()
}

/// Whether an authority of the chain issued the certificate and did not revoke it.
fn is_below(signer: &Certificate, chain: &VerifiedChain, inquiry: &Inquiry<'_>) -> bool {
    let mut authorities = chain.certificates().iter().skip(1);
    authorities.any(|authority| belongs_above(signer, Some(authority), inquiry))
}

/// Whether the issuer's own issuer issued the certificate and did not revoke it.
fn belongs_above(
    namesake: &Certificate,
    above: Option<&Certificate>,
    inquiry: &Inquiry<'_>,
) -> bool {
    above.is_some_and(|above| {
        namesake.issuer_name().matches(above.subject_name())
            && namesake.is_signed_by(above, inquiry.issuers) == Some(true)
            && inquiry.check_one(namesake, above) == Status::Good
    })
}
