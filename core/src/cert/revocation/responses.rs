//! What OCSP responses say about one certificate.

use super::{Answers, Findings, Given, Inquiry, Status};
use crate::cert::certificate::Certificate;
use crate::cert::crl::{CrlEntry, Reasons};
use crate::cert::ocsp::{Answer, AnswerStatus, OcspResponse, Responder};
use std::cell::OnceCell;

/// Takes what the responses say that are about the certificate.
pub(super) fn ask(
    found: &mut Findings,
    certificate: &Certificate,
    issuer: &Certificate,
    inquiry: &Inquiry<'_>,
) {
    for response in inquiry.answers.ocsp {
        // Once for all its answers: it takes a verification or two.
        let problem = OnceCell::new();
        for answer in response.answers(certificate, issuer) {
            let problem = problem.get_or_init(|| problem_of(response, issuer, inquiry));
            let said =
                problem.clone().map_or_else(|| said(response, answer, certificate, inquiry), Err);
            found.take(said.map(|entry| (Reasons::ALL, entry)).map_err(|problem| {
                format!("the OCSP response of {} is of no use: {problem}", response.produced_at())
            }));
        }
    }
}

/// Why nobody may rely on the response, if so.
fn problem_of(
    response: &OcspResponse,
    issuer: &Certificate,
    inquiry: &Inquiry<'_>,
) -> Option<String> {
    if let Some(problem) = response.problem() {
        return Some(problem.to_owned());
    }
    let delegate = match response.responder(issuer, inquiry.at, inquiry.issuers) {
        Ok(Responder::Issuer) => return None,
        Ok(Responder::Delegate(delegate)) => delegate,
        Err(problem) => return Some(problem),
    };
    if delegate.extensions().ocsp_no_check {
        return None;
    }
    // By lists alone: a responder that answers about itself proves nothing.
    let lists = Answers { ocsp: &[], ..inquiry.answers };
    match (Inquiry { answers: lists, ..*inquiry }).check_one(delegate, issuer) {
        Status::Good => None,
        Status::Revoked { at, .. } => Some(format!("its responder was revoked at {at}")),
        Status::Unknown { why } => {
            Some(format!("whether its responder is revoked is not known: {why}"))
        }
    }
}

/// What an answer of a responder who may give it says.
fn said(
    response: &OcspResponse,
    answer: &Answer,
    certificate: &Certificate,
    inquiry: &Inquiry<'_>,
) -> Result<Option<CrlEntry>, String> {
    let entry = match answer.status {
        AnswerStatus::Good => None,
        AnswerStatus::Revoked { at, reason } => Some(CrlEntry { revoked: at, reason }),
        AnswerStatus::Unknown => return Err("it does not know the certificate".to_owned()),
    };
    if inquiry.at < response.produced_at() {
        return Err("it is signed in the future".to_owned());
    }
    let given = Given {
        this_update: answer.this_update,
        next_update: answer.next_update,
        still_names: answer.this_update <= certificate.not_after(),
    };
    given.weigh(entry, certificate, inquiry)
}
