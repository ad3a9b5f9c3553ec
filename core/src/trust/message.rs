//! Is a signed message good, and whose is it?

use super::{Codes, Moment, Proof, Question, Trust, assess};
use crate::cert::Certificate;
use crate::cert::chain::Purpose;
use crate::cms::{self, SignedData, SignerInfo};
use crate::report::{CheckCode, Report};

/// The codes of a signer's certificate.
pub const SIGNER_CODES: Codes = Codes {
    usage: CheckCode::SignerUsage,
    validity: CheckCode::SignerValidity,
    chain: CheckCode::SignerChain,
    revocation: CheckCode::SignerRevocation,
};

/// Checks every signer of a message over `content`; at least one signer is needed.
///
/// A message without a time stamp states no time that proves anything: its certificates are judged
/// at the moment of the proof or, with nothing proven, now.
pub fn check_message(
    signed: &SignedData,
    content: &[u8],
    trust: &Trust,
    moment: &Moment,
) -> Report {
    let mut report = Report::new("signed message", &[CheckCode::SignatureStructure]);
    let signers = signed.signers().len();
    report.check(
        CheckCode::SignatureStructure,
        signers > 0,
        "",
        format!("{signers} signers, {}", if signed.is_gm() { "GB/T 35275" } else { "RFC 5652" }),
    );
    for (code, detail) in signed.notes() {
        report.note(*code, detail.clone());
    }
    for signer in signed.signers() {
        report.add_report(check_signer(signed, signer, content, trust, moment));
    }
    report
}

fn check_signer(
    signed: &SignedData,
    signer: &SignerInfo,
    content: &[u8],
    trust: &Trust,
    moment: &Moment,
) -> Report {
    use CheckCode::{SignatureValue, SignerChain, SignerRevocation, SignerUsage, SignerValidity};
    let mandatory = [SignatureValue, SignerUsage, SignerValidity, SignerChain, SignerRevocation];
    let Some(certificate) = find_certificate(signed, signer, trust) else {
        let mut report = Report::new("signer", &mandatory);
        report.check(SignatureValue, false, "", "the signer's certificate was not found");
        return report;
    };
    let mut report = Report::new(certificate.subject(), &mandatory);
    let policy = trust.policy();
    let value = cms::verify_value_with(
        signer,
        signed.content_type(),
        content,
        &certificate,
        &policy.user_id,
        policy.profile,
        trust.keys(),
    );
    let detail = value.as_ref().err().map(ToString::to_string).unwrap_or_default();
    report.check(SignatureValue, value.is_ok(), certificate.subject(), detail);
    let extra: Vec<Certificate> =
        signed.certificates().iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    let question = Question {
        certificate: &certificate,
        extra: &extra,
        purpose: Purpose::Sign,
        at: moment.proof.time().unwrap_or(moment.now),
        now: moment.now,
    };
    assess(&mut report, &SIGNER_CODES, &question, trust);
    prove(&mut report, moment);
    report
}

/// The proof of existence of something that states no time of its own.
fn prove(report: &mut Report, moment: &Moment) {
    let (holds, detail) = match moment.proof {
        Proof::Claimed => (true, "judged now".to_owned()),
        Proof::Received(time) => (time <= moment.now, format!("received at {time}")),
        Proof::Token(time) => (time <= moment.now, format!("stamped at {time}")),
    };
    report.check(CheckCode::TimeProof, holds, "", detail);
}

fn find_certificate(
    signed: &SignedData,
    signer: &SignerInfo,
    trust: &Trust,
) -> Option<Certificate> {
    signed.certificate_of(signer).or_else(|| {
        let known = trust.intermediates().iter().chain(trust.anchors());
        known.into_iter().find(|certificate| signer.id.names(certificate)).cloned()
    })
}
