//! Is a signed message good, and whose is it?

use super::check::check_existing;
use super::token::Token;
use crate::asn1::{Oid, Profile};
use crate::cert::Certificate;
use crate::cert::chain::Purpose;
use crate::cms::{self, Over, SignedData, SignerInfo};
use crate::report::{CheckCode, NoteCode, Outcome, Report, Verdict};
use crate::time::Time;
use crate::trust::{Codes, Moment, Proof, Question, Trust, assess};

/// The codes of a signer's certificate.
pub const SIGNER_CODES: Codes = Codes {
    usage: CheckCode::SignerUsage,
    validity: CheckCode::SignerValidity,
    chain: CheckCode::SignerChain,
    revocation: CheckCode::SignerRevocation,
    algorithm: CheckCode::SignerAlgorithm,
};

/// Checks every signer of a message over `content`; at least one signer is needed.
///
/// Certificates are judged at the moment of the proof or that of a good time stamp over the
/// signature value, whichever is earlier; with nothing proven, now.
pub fn check_message(
    signed: &SignedData,
    content: &[u8],
    trust: &Trust,
    moment: &Moment,
) -> Report {
    judge(signed, content.into(), trust, moment).0
}

/// [`check_message`], and the moment at which it is proven that all its signatures existed.
pub(crate) fn judge_message(
    signed: &SignedData,
    content: &[u8],
    trust: &Trust,
    moment: &Moment,
) -> (Report, Option<Time>) {
    judge(signed, content.into(), trust, moment)
}

/// The same over a content, or what was kept of it.
pub(super) fn judge(
    signed: &SignedData,
    content: Over<'_>,
    trust: &Trust,
    moment: &Moment,
) -> (Report, Option<Time>) {
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
    let mut proven = Vec::new();
    for signer in signed.signers() {
        let (mut inner, time) =
            check_signer(signed, signer, Some(signed.content_type()), content, trust, moment);
        countersignatures(&mut inner, signed, signer, trust, moment);
        report.add_report(inner);
        proven.push(time);
    }
    let proven: Option<Vec<Time>> = proven.into_iter().collect();
    (report, proven.and_then(|times| times.into_iter().max()))
}

fn check_signer(
    signed: &SignedData,
    signer: &SignerInfo,
    content_type: Option<Oid>,
    content: Over<'_>,
    trust: &Trust,
    moment: &Moment,
) -> (Report, Option<Time>) {
    use CheckCode::SignatureValue;
    let codes = SIGNER_CODES;
    let of_certificate = [codes.usage, codes.validity, codes.chain, codes.revocation];
    let mandatory = [&[SignatureValue, codes.algorithm], &of_certificate[..]].concat();
    let Some(certificate) = find_certificate(signed, signer, trust) else {
        let mut report = Report::new("signer", &mandatory);
        report.check(SignatureValue, false, "", "the signer's certificate was not found");
        return (report, None);
    };
    let mut report = Report::new(certificate.subject(), &mandatory);
    let policy = trust.policy();
    let value = cms::verify_value_with(
        signer,
        content_type,
        content,
        &certificate,
        &policy.user_id,
        policy.profile,
        trust.keys(),
    );
    if policy.profile == Profile::AsFound && signer.is_raw() {
        let detail = format!("r and s stand side by side in {} bytes", signer.signature.len());
        report.note(NoteCode::DeviationRawSignature, detail);
    }
    let detail = value.as_ref().err().map(ToString::to_string).unwrap_or_default();
    report.check(SignatureValue, value.is_ok(), certificate.subject(), detail);
    let extra: Vec<Certificate> =
        signed.certificates().iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    let token = tokens(&mut report, signer, trust, moment);
    let proven = [moment.proof.time(), token].into_iter().flatten().min();
    // Nothing is judged for a moment that has not come.
    let proven = proven.map(|time| time.min(moment.now));
    let question = Question {
        certificate: &certificate,
        extra: &extra,
        purpose: Purpose::Sign,
        hashes: &[signer.digest_algorithm],
        existed: proven.unwrap_or(moment.now),
        at: proven.unwrap_or(moment.now),
        now: moment.now,
    };
    assess(&mut report, &SIGNER_CODES, &question, trust);
    order(&mut report, signer, token, moment);
    prove(&mut report, moment, token);
    (report, proven)
}

/// The countersignatures over the signature value, each of which must be good: one that is not was
/// put there by somebody who had no right to.
fn countersignatures(
    report: &mut Report,
    signed: &SignedData,
    signer: &SignerInfo,
    trust: &Trust,
    moment: &Moment,
) {
    let code = CheckCode::SignatureCountersignature;
    let found = match signer.countersignatures() {
        Ok(found) => found,
        Err(error) => return report.check(code, false, "", error.to_string()),
    };
    for countersigner in found {
        let (inner, _) = check_signer(
            signed,
            &countersigner,
            None,
            Over::Bytes(&signer.signature),
            trust,
            moment,
        );
        let outcome = outcome_of(&inner);
        report.check(code, outcome, inner.subject(), "");
        report.add_report(inner);
    }
}

fn outcome_of(report: &Report) -> Outcome {
    match report.verdict() {
        Verdict::Valid => Outcome::Passed,
        Verdict::Invalid => Outcome::Failed,
        Verdict::NotDetermined => Outcome::NotDetermined,
    }
}

/// The time stamps over the signature value, each of which must be good; the earliest time.
fn tokens(
    report: &mut Report,
    signer: &SignerInfo,
    trust: &Trust,
    moment: &Moment,
) -> Option<Time> {
    let code = CheckCode::TimeToken;
    let tokens = match signer.time_stamps() {
        Ok(tokens) => tokens,
        Err(error) => {
            report.check(code, false, "time stamp", error.to_string());
            return None;
        }
    };
    if tokens.is_empty() {
        report.inform(code, Outcome::NotDetermined, "", "there is no time stamp");
    }
    let mut earliest: Option<Time> = None;
    for token in tokens {
        let token = match Token::parse(&token, trust.policy().profile) {
            Ok(token) => token,
            Err(error) => {
                report.check(code, false, "time stamp", error.to_string());
                continue;
            }
        };
        let existed = moment.proof.of_time_stamps();
        let inner = check_existing(&token, &signer.signature, trust, moment.now, existed);
        let outcome = outcome_of(&inner);
        report.add_report(inner);
        report.check(code, outcome, format!("time stamp of {}", token.gen_time()), "");
        if outcome == Outcome::Passed {
            let time = token.latest();
            earliest = Some(earliest.map_or(time, |earliest| earliest.min(time)));
        }
    }
    earliest
}

/// The stated signing time, if there is one, is not after whatever proves the signature.
fn order(report: &mut Report, signer: &SignerInfo, token: Option<Time>, moment: &Moment) {
    let stated = signer.attributes.as_ref().and_then(|attributes| attributes.signing_time);
    let latest = [token, moment.proof.time(), Some(moment.now)].into_iter().flatten().min();
    let latest = latest.unwrap_or(moment.now);
    let (holds, detail) = match stated {
        Some(stated) => (stated <= latest, format!("{stated}, not after {latest}")),
        None => (true, "the signer states no time".to_owned()),
    };
    report.check(CheckCode::TimeOrder, holds, "", detail);
}

/// The proof of existence of a signature.
fn prove(report: &mut Report, moment: &Moment, token: Option<Time>) {
    let (holds, detail) = match (moment.proof, token) {
        (Proof::Claimed, None) => (true, "judged now".to_owned()),
        (Proof::Claimed, Some(time)) => (true, format!("stamped at {time}")),
        (Proof::Received(time), _) => (time <= moment.now, format!("received at {time}")),
        (Proof::Token(time), _) => (time <= moment.now, format!("stamped at {time}")),
        (Proof::Evidence(time), _) => (time <= moment.now, format!("evidence of {time}")),
    };
    report.check(CheckCode::TimeProof, holds, "", detail);
}

pub(super) fn find_certificate(
    signed: &SignedData,
    signer: &SignerInfo,
    trust: &Trust,
) -> Option<Certificate> {
    signed.certificate_of(signer).or_else(|| {
        let known = trust.intermediates().iter().chain(trust.anchors());
        known.into_iter().find(|certificate| signer.id.names(certificate)).cloned()
    })
}
