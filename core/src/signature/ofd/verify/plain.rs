//! A signature without a seal, in the forms that are in use.
//!
//! | form | what is signed |
//! |---|---|
//! | message with content | SM3 of Signature.xml, 32 bytes or in base64; or Signature.xml itself |
//! | message without content, with attributes | attributes that give SM3 of Signature.xml |
//! | message without content or attributes | Signature.xml, or its SM3 |
//! | bare SM2 signature | Signature.xml; the certificate is not in the document |
//!
//! # Source
//!
//! GM/T 0099-2020 as other software has it; not compared with its text.

use crate::asn1::oid;
use crate::asn1::ses::signature_value;
use crate::cert::Purpose;
use crate::cms::{SignedData, SignerInfo};
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm3;
use crate::report::{CheckCode, NoteCode, Outcome, Report};
use crate::signature::Verifier;
use crate::timestamp::{self, SIGNER_CODES};
use crate::trust::{Moment, Question, assess};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Checks a signature value over a description as stored.
pub(super) fn check(
    report: &mut Report,
    verifier: &Verifier,
    description: &[u8],
    value: &[u8],
    moment: &Moment,
) {
    let trust = verifier.trust();
    let signed = match SignedData::parse(value, trust.policy().profile) {
        Ok(signed) => signed,
        Err(_) if signature_value::form(value) != signature_value::Form::Unknown => {
            return bare(report, verifier, description, value, moment);
        }
        Err(error) => {
            report.check(CheckCode::SignatureStructure, false, "", error.to_string());
            return;
        }
    };
    // Nothing signs what a message announces, and it has to be what it is all the same.
    if let Some(problem) = misannounced(&signed) {
        report.check(CheckCode::SignatureStructure, false, "", problem);
    }
    let digest = sm3::digest(description);
    let judge = |content: &[u8]| timestamp::check_message(&signed, content, trust, moment);
    let code = CheckCode::DocumentDigest;
    if let Some(content) = signed.content() {
        let form = if content == digest {
            Some("its SM3 is signed")
        } else if STANDARD.decode(content).is_ok_and(|content| content == digest) {
            Some("its SM3 in base64 is signed")
        } else if content == description {
            Some("it is signed itself")
        } else {
            None
        };
        let detail = form.unwrap_or("the message is about another document");
        report.check(code, form.is_some(), "Signature.xml", detail);
        report.absorb(judge(content));
        return;
    }
    let whole = judge(description);
    let over_digest = (!has_good_value(&whole)).then(|| judge(&digest)).filter(has_good_value);
    let detail = if over_digest.is_some() { "its SM3 is signed" } else { "it is signed itself" };
    let judged = over_digest.unwrap_or(whole);
    let good = has_good_value(&judged);
    let detail = if good { detail } else { "the signature is not good over it" };
    report.check(code, good, "Signature.xml", detail);
    report.absorb(judged);
}

/// What a message announces otherwise than it is, if anything.
fn misannounced(signed: &SignedData) -> Option<String> {
    let kind = signed.content_type();
    if ![oid::GM_DATA, oid::CMS_DATA].contains(&kind) {
        return Some(format!("the content is of the type {kind}, not data"));
    }
    let announced = signed.digest_algorithms();
    let of = |signer: &SignerInfo| signer.digest_algorithm;
    let missing = signed.signers().iter().map(of).find(|used| !announced.contains(used))?;
    Some(format!("the digest algorithm {missing} of a signer is not announced"))
}

/// Whether every signature value in a report is good.
fn has_good_value(report: &Report) -> bool {
    let found = report.find(CheckCode::SignatureValue);
    found.is_some_and(|check| check.outcome == Outcome::Passed)
}

/// A bare signature value: one of the certificates at hand must be its signer's.
fn bare(
    report: &mut Report,
    verifier: &Verifier,
    description: &[u8],
    value: &[u8],
    moment: &Moment,
) {
    let trust = verifier.trust();
    let policy = trust.policy();
    report.check(CheckCode::SignatureStructure, true, "", "a bare SM2 signature");
    let detail = "the value stands alone, without its certificate";
    report.note(NoteCode::DeviationElement, detail);
    let at_hand = trust.intermediates().iter().chain(trust.anchors());
    let signer = at_hand.into_iter().find(|certificate| {
        let key = certificate.public_key();
        let algorithm = SignatureAlgorithm::Sm2WithSm3;
        matches!(key, PublicKey::Sm2(_))
            && key.verify(algorithm, &policy.user_id, description, value).is_ok()
    });
    let Some(certificate) = signer else {
        let detail = "none of the certificates at hand made it";
        report.check(CheckCode::SignatureValue, Outcome::NotDetermined, "", detail);
        let code = CheckCode::DocumentDigest;
        report.check(code, Outcome::NotDetermined, "Signature.xml", detail);
        return;
    };
    report.check(CheckCode::SignatureValue, true, certificate.subject(), "");
    report.check(CheckCode::DocumentDigest, true, "Signature.xml", "it is signed itself");
    let at = moment.proof.time().unwrap_or(moment.now).min(moment.now);
    let question = Question {
        certificate,
        extra: &[],
        purpose: Purpose::Sign,
        hashes: &[oid::SM3],
        at,
        existed: at,
        now: moment.now,
    };
    assess(report, &SIGNER_CODES, &question, trust);
}
