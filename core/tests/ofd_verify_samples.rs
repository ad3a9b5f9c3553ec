//! The documents of the samples, each with the findings that it deserves.

#![cfg(feature = "ofd")]

mod ofd_common;

use ofd_common::samples;
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::cert::Certificate;
use yinxin::report::{CheckCode, NoteCode, Outcome, Report, Verdict};
use yinxin::signature::Verifier;
use yinxin::trust::{Moment, Policy, Revocation, Trust};

fn verifier(profile: Profile) -> Option<Verifier> {
    let folder = samples()?;
    let mut policy = Policy::default();
    policy.profile = profile;
    policy.revocation = Revocation::IfAvailable;
    let mut trust = Trust::new(policy);
    let root = std::fs::read(folder.join("peerpki/root.cer")).unwrap();
    trust.add_anchor(Certificate::from_bytes(&root).unwrap());
    Some(Verifier::new(trust))
}

fn report(file: &str) -> Option<Report> {
    let bytes = std::fs::read(samples()?.join(file)).unwrap();
    let now = Time::from_civil(2026, 11, 22, 0, 0, 0).unwrap();
    Some(verifier(Profile::AsFound)?.verify_ofd(&bytes, &Moment::claimed(now), 2).unwrap())
}

fn outcome(report: &Report, code: CheckCode) -> Option<Outcome> {
    report.find(code).map(|check| check.outcome)
}

fn detail(report: &Report, code: CheckCode) -> String {
    report.find(code).map(|check| check.detail.clone()).unwrap_or_default()
}

fn has_note(report: &Report, code: NoteCode) -> bool {
    report.notes().iter().any(|note| note.code == code)
        || report.reports().iter().any(|inner| has_note(inner, code))
}

/// What a signature says of the bytes, whatever its certificates are worth.
const INTEGRITY: [CheckCode; 6] = [
    CheckCode::DocumentSignatures,
    CheckCode::DocumentReadable,
    CheckCode::DocumentStructure,
    CheckCode::DocumentDigest,
    CheckCode::DocumentReferences,
    CheckCode::DocumentPages,
];

fn assert_whole(file: &str, report: &Report) {
    for code in INTEGRITY {
        assert_eq!(outcome(report, code), Some(Outcome::Passed), "{file}: {}", code.name());
    }
    let value = report.find(CheckCode::StampSignature).or(report.find(CheckCode::SignatureValue));
    assert_eq!(value.map(|check| check.outcome), Some(Outcome::Passed), "{file}");
}

#[test]
fn documents_under_a_known_root_are_valid() {
    for file in ["signed_v1.ofd", "signed_v4.ofd", "signed_gbt35275.ofd"] {
        let Some(report) = report(&format!("peerpki/{file}")) else { return };
        assert_eq!(report.verdict(), Verdict::Valid, "{file}: {}", report.to_text());
        assert_whole(file, &report);
        assert_eq!(report.reports().len(), 1);
    }
}

#[test]
fn documents_of_a_peer_are_whole_though_its_certificates_have_expired() {
    for (file, signatures, locked) in [
        ("ofd-generated/peer_v1.ofd", 1, true),
        ("ofd-generated/peer_v4.ofd", 1, true),
        ("ofd-generated/peer_v5.ofd", 1, true),
        ("ofd-generated/peer_v4_continue.ofd", 1, false),
        ("ofd-generated/peer_v4_then_v1.ofd", 2, false),
        ("ofd-generated/peer_v4_riding7.ofd", 1, true),
        ("ofd-generated/peer_35275.ofd", 1, true),
        ("ofd-generated/peer_pkcs9.ofd", 1, true),
        ("ofd-real/allprotected.ofd", 1, true),
        ("ofd-real/SESV4SignDoc.ofd", 1, false),
        ("ofd-real/1.ofd", 1, false),
    ] {
        let Some(report) = report(file) else { return };
        assert_whole(file, &report);
        let coverage = outcome(&report, CheckCode::DocumentCoverage);
        assert_eq!(coverage, Some(Outcome::Passed), "{file}");
        assert_eq!(report.reports().len(), signatures, "{file}");
        assert_eq!(has_note(&report, NoteCode::DocumentOpen), !locked, "{file}");
        assert_eq!(report.verdict(), Verdict::Invalid, "{file}: its chain leads nowhere");
        let seal = outcome(&report, CheckCode::SealSignature);
        assert!(seal.is_none_or(|outcome| outcome == Outcome::Passed), "{file}");
    }
    if let Some(report) = report("ofd-generated/peer_v4_riding7.ofd") {
        assert!(detail(&report, CheckCode::DocumentPages).starts_with("5 stamps"));
    }
}

#[test]
fn an_invoice_that_leaves_its_first_part_open_is_told_so() {
    let Some(report) = report("ofd-real/999.ofd") else { return };
    assert_whole("999.ofd", &report);
    assert_eq!(outcome(&report, CheckCode::DocumentCoverage), Some(Outcome::Failed));
    assert!(detail(&report, CheckCode::DocumentCoverage).ends_with(": /OFD.xml"));
}

#[test]
fn a_document_changed_after_signing_has_good_values_and_bad_references() {
    let Some(report) = report("ofd-real/keyword.ofd") else { return };
    assert_eq!(report.reports().len(), 2);
    for inner in report.reports() {
        assert_eq!(outcome(inner, CheckCode::DocumentDigest), Some(Outcome::Passed));
        assert_eq!(outcome(inner, CheckCode::DocumentReferences), Some(Outcome::Failed));
        let value = inner.find(CheckCode::StampSignature);
        let value = value.or(inner.find(CheckCode::SignatureValue)).unwrap();
        assert_eq!(value.outcome, Outcome::Passed, "{}", inner.to_text());
        assert!(has_note(inner, NoteCode::DeviationRawSignature));
        let changed = detail(inner, CheckCode::DocumentReferences);
        assert!(changed.contains("/Doc_0/Pages/Page_0/Content.xml is changed"), "{changed}");
        assert!(!changed.contains("image_1_5.png"), "{changed}");
    }
    let bytes = std::fs::read(samples().unwrap().join("ofd-real/keyword.ofd")).unwrap();
    let conforming = verifier(Profile::Conforming).unwrap();
    let now = Time::from_civil(2026, 11, 22, 0, 0, 0).unwrap();
    assert!(conforming.verify_ofd(&bytes, &Moment::claimed(now), 1).is_err(), "old namespace");
}

#[test]
fn deviations_of_an_old_vendor_are_named_and_not_accepted() {
    let Some(report) = report("ofd-real/n.ofd") else { return };
    assert_eq!(report.verdict(), Verdict::Invalid);
    for code in
        [CheckCode::DocumentReferences, CheckCode::DocumentDigest, CheckCode::StampSignature]
    {
        assert_eq!(outcome(&report, code), Some(Outcome::Failed), "{}", code.name());
    }
    for code in [
        NoteCode::DeviationSignatureInput,
        NoteCode::DeviationElement,
        NoteCode::DeviationCertList,
        NoteCode::DeviationDigest,
    ] {
        assert!(has_note(&report, code), "{}\n{}", code.name(), report.to_text());
    }
}

#[test]
fn unsigned_documents_are_not_determined() {
    for file in ["ofd-real/helloworld.ofd", "ofd-real/VPage7.ofd"] {
        let Some(report) = report(file) else { return };
        assert_eq!(report.verdict(), Verdict::NotDetermined, "{file}");
        let signatures = outcome(&report, CheckCode::DocumentSignatures);
        assert_eq!(signatures, Some(Outcome::NotDetermined), "{file}");
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let Some(folder) = samples() else { return };
    let bytes = std::fs::read(folder.join("ofd-real/999.ofd")).unwrap();
    let verifier = verifier(Profile::AsFound).unwrap();
    let now = Time::from_civil(2026, 11, 22, 0, 0, 0).unwrap();
    let with = |threads| verifier.verify_ofd(&bytes, &Moment::claimed(now), threads).unwrap();
    for threads in [2, 3, 64] {
        assert_eq!(with(threads), with(1));
    }
}
