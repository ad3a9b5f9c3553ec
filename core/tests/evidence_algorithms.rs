//! Algorithms come to their end: before the stamp, after it, before a renewal, and in time for one.

mod evidence_common;
mod seal_common;

use evidence_common::{DOCUMENT, MADE, RENEWED, STAMPED, World, day, decided, outcome};
use std::process::Command;
use yinxin::asn1::{Oid, oid};
use yinxin::authority::{CertificateRequest, Profile as Use, Subject};
use yinxin::cms::{Attributed, sign_with_attributes};
use yinxin::crypto::ecdsa::{Curve, EcdsaPrivateKey};
use yinxin::error::Code;
use yinxin::evidence::Evidence;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::report::{Check, CheckCode, Outcome, Report, Verdict};
use yinxin::seal::{Version, check_seal};
use yinxin::signature::Verifier;
use yinxin::time::Time;
use yinxin::timestamp::TimestampAuthority;
use yinxin::trust::{Algorithm, AlgorithmTerms, Algorithms, Moment, Trust};

fn ending(world: &World, now: Time, algorithm: Algorithm, date: &str) -> Trust {
    let mut trust = world.trust(now);
    trust.policy_mut().algorithms.add(AlgorithmTerms::new(algorithm, Some(day(date)))).unwrap();
    trust
}

#[test]
fn an_algorithm_that_ended_before_the_stamp_does_not_count() {
    let world = World::new(Version::V5);
    let now = day(MADE);
    let verify = |trust: Trust| {
        let moment = Moment::claimed(now);
        Verifier::new(trust).verify_stamp(world.stamp.as_bytes(), DOCUMENT, None, &moment).unwrap()
    };
    let good = verify(world.trust(now));
    assert!(good.is_valid() && decided(&good), "{}", good.to_text());
    for code in [CheckCode::SignerAlgorithm, CheckCode::SealMakerAlgorithm] {
        assert_eq!(outcome(&good, code), Outcome::Passed);
    }
    for algorithm in [Algorithm::Sm2, Algorithm::Sm3] {
        let report = verify(ending(&world, now, algorithm, "2026-05-01"));
        assert_eq!(report.verdict(), Verdict::Invalid, "{}", report.to_text());
        let check = report.find(CheckCode::SignerAlgorithm).unwrap();
        assert_eq!(check.outcome, Outcome::Failed);
        assert!(check.detail.contains("2026-05-01"), "{}", check.detail);
        // The seal was made in time, but nothing proves it: neither its own time stamp nor the stamp's
        // counts any more by then.
        assert_eq!(outcome(&report, CheckCode::TokenAlgorithm), Outcome::Failed);
    }
    // An algorithm that nothing here is made with.
    assert!(verify(ending(&world, now, Algorithm::Sha256, "2020-01-01")).is_valid());
}

#[test]
fn an_algorithm_that_ended_since_needs_a_proof() {
    let world = World::new(Version::V4);
    let trust = ending(&world, day(MADE), Algorithm::Sm2, "2026-06-02");
    let verify = |moment: Moment| {
        let report = Verifier::new(trust.clone());
        report.verify_stamp(world.stamp.as_bytes(), DOCUMENT, None, &moment).unwrap()
    };
    // The time stamp is made with the same algorithm, and may be from today.
    let report = verify(Moment::claimed(day(MADE)));
    assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
    for code in [CheckCode::TokenAlgorithm, CheckCode::SignerAlgorithm, CheckCode::TimeToken] {
        assert_eq!(outcome(&report, code), Outcome::NotDetermined);
    }
    let report = verify(Moment::received(day(MADE), day(STAMPED)));
    assert_eq!(outcome(&report, CheckCode::SignerAlgorithm), Outcome::Passed);
    assert_eq!(outcome(&report, CheckCode::SealMakerAlgorithm), Outcome::Passed);
    // A seal by itself.
    let seal = |moment: Moment| {
        outcome(&check_seal(&world.seal, &trust, &moment), CheckCode::SealMakerAlgorithm)
    };
    assert_eq!(seal(Moment::claimed(day(MADE))), Outcome::Failed);
    assert_eq!(seal(Moment::received(day(MADE), day(STAMPED))), Outcome::Passed);
}

/// Whether a check with this code was not determined, here or in a part.
fn is_open(report: &Report, code: CheckCode) -> bool {
    let open = |check: &Check| check.code == code && check.outcome == Outcome::NotDetermined;
    report.checks().iter().any(open) || report.reports().iter().any(|part| is_open(part, code))
}

/// The world's evidence by SHA-256, renewed on this day.
fn renewed(world: &World, date: &str, hash: Option<Oid>) -> Evidence {
    let made = world.evidence(oid::SHA256);
    world.renewed(&made, &world.eras[0].tsa, hash, day(date)).unwrap()
}

fn verify(world: &World, evidence: &Evidence, trust: Trust, now: Time) -> Report {
    Verifier::new(trust).verify_with_evidence(evidence, &world.covered(), None, now).unwrap()
}

#[test]
fn a_hash_function_is_renewed_in_time_or_too_late() {
    let world = World::new(Version::V4);
    let now = day("2035-01-01");
    let sha256 = || ending(&world, now, Algorithm::Sha256, "2030-01-01");
    let open = |evidence: &Evidence| {
        let report = verify(&world, evidence, sha256(), now);
        assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
        assert!(is_open(&report, CheckCode::EvidenceAlgorithm), "{}", report.to_text());
    };
    // Never renewed; renewed in time, but by the same hash function; renewed too late.
    open(&world.evidence(oid::SHA256));
    open(&renewed(&world, "2029-06-01", None));
    open(&renewed(&world, "2031-06-01", Some(oid::SM3)));
    // Renewed in time.
    let report = verify(&world, &renewed(&world, "2029-06-01", Some(oid::SM3)), sha256(), now);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    // What ended before it was used.
    let early = ending(&world, now, Algorithm::Sha256, "2026-01-01");
    let report = verify(&world, &renewed(&world, "2029-06-01", Some(oid::SM3)), early, now);
    assert_eq!(outcome(&report, CheckCode::EvidenceAlgorithm), Outcome::Failed);
    assert_eq!(report.verdict(), Verdict::Invalid);
}

#[test]
fn a_signature_algorithm_is_renewed_in_time_or_too_late() {
    let mut world = World::new(Version::V5);
    // The first archive time stamp is signed with ECDSA.
    let der = EcdsaPrivateKey::generate_pkcs8(Curve::P256).unwrap();
    let key = SoftwareKey::from_pkcs8_der(der.as_bytes(), None).unwrap();
    let public = key.public_key().clone();
    let subject = Subject::parse("CN=Curve Time,C=CN").unwrap();
    let (from, until) = (day("2026-01-01"), day("2036-01-01"));
    let request = CertificateRequest::new(subject, public, Use::TimeStamp, from, until);
    let certificate = world.eras[0].root.issue(&request).unwrap().as_der().to_vec();
    let key = key.with_certificates(vec![certificate]).unwrap();
    let curve = TimestampAuthority::new(key, Oid::new("1.2.3.4.1")).unwrap();
    let sm2 = std::mem::replace(&mut world.eras[0].tsa, curve);
    let made = world.evidence(oid::SM3);
    let (late, early) = (day(RENEWED), day("2029-06-01"));
    let now = day("2035-01-01");
    let trust = || ending(&world, now, Algorithm::EcdsaP256, "2030-01-01");
    for (at, verdict) in [(late, Verdict::NotDetermined), (early, Verdict::Valid)] {
        let renewed = world.renewed(&made, &sm2, None, at).unwrap();
        let report = verify(&world, &renewed, trust(), now);
        assert_eq!(report.verdict(), verdict, "{}", report.to_text());
        let expected = match verdict {
            Verdict::Valid => Outcome::Passed,
            _ => Outcome::NotDetermined,
        };
        let inner: Vec<_> = report.reports().iter().flat_map(|part| part.reports()).collect();
        let first = inner.iter().find(|part| part.subject().contains("1 of 2")).unwrap();
        assert_eq!(outcome(first, CheckCode::TokenAlgorithm), expected);
    }
    // Nor is it renewed once it has ended.
    let verifier = Verifier::new(ending(&world, late, Algorithm::EcdsaP256, "2030-01-01"));
    let error = verifier.prepare_renewal(&made, &world.covered(), None, late).unwrap_err();
    assert!(error.message().contains("token.algorithm NotDetermined"), "{error}");
}

/// A key of 2048 bits by OpenSSL, since this library makes none; `None`, said in one line, without it.
fn rsa_key() -> Option<Vec<u8>> {
    let arguments = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
    let Ok(made) = Command::new("openssl").args(arguments).output() else {
        eprintln!("skipped: openssl is not installed");
        return None;
    };
    assert!(made.status.success());
    Some(made.stdout)
}

#[test]
fn rsa_keys_end_by_their_size() {
    let world = World::new(Version::V4);
    let now = day(MADE);
    let Some(key) = rsa_key() else { return };
    let key = SoftwareKey::from_bytes(&key, None).unwrap();
    let subject = Subject::parse("CN=Clerk,C=CN").unwrap();
    let (from, until) = (day("2026-01-01"), day("2029-01-01"));
    let public = key.public_key().clone();
    let request = CertificateRequest::new(subject, public, Use::Signer, from, until);
    let certificate = world.eras[0].root.issue(&request).unwrap().as_der().to_vec();
    let key = key.with_certificates(vec![certificate]).unwrap();
    let message = Attributed {
        content_type: oid::CMS_DATA,
        content: DOCUMENT,
        gm: false,
        signing_time: None,
        certificates: true,
    };
    let message = sign_with_attributes(&key, &message).unwrap();
    let verify = |bits: usize| {
        let mut trust = world.trust(now);
        let terms = AlgorithmTerms::rsa_below(bits, Some(day("2026-05-01")));
        trust.policy_mut().algorithms.add(terms).unwrap();
        let moment = Moment::claimed(now);
        Verifier::new(trust).verify_signature(&message, DOCUMENT, &moment).unwrap()
    };
    assert_eq!(verify(2048).verdict(), Verdict::Valid, "{}", verify(2048).to_text());
    let report = verify(2049);
    assert_eq!(report.verdict(), Verdict::Invalid);
    let check = report.find(CheckCode::SignerAlgorithm).unwrap();
    assert!(check.detail.contains("RSA with 2048 bits"), "{}", check.detail);
}

#[test]
fn the_defaults_are_those_of_the_documentation() {
    let lines: Vec<_> = Algorithms::default()
        .lines()
        .iter()
        .map(|line| (line.algorithm.name(), line.below, line.until))
        .collect();
    assert_eq!(lines, [("MD5", None, None), ("SHA-1", None, None), ("RSA", Some(2048), None)]);
    for algorithm in Algorithm::ALL {
        assert_eq!(Algorithm::from_name(algorithm.name()), Some(algorithm));
    }
    let hash = |name| Algorithm::from_name(name).and_then(Algorithm::hash_identifier);
    assert_eq!([hash("SHA-512"), hash("SHA-1"), hash("SM2")], [Some(oid::SHA512), None, None]);
    let page = br#"[{"algorithm":"RSA","below":3072,"until":"2030-01-01T00:00:00Z"}]"#;
    let read = Algorithms::from_json(page).unwrap();
    assert_eq!(read.lines().len(), 4);
    assert_eq!(read.lines()[3].below, Some(3072));
    let page = br#"[{"algorithm":"RSA","below":3072}]"#;
    assert_eq!(Algorithms::from_json(page).unwrap_err().code(), Code::Json);
    let mut algorithms = Algorithms::default();
    let mut terms = AlgorithmTerms::new(Algorithm::Sm3, None);
    terms.below = Some(256);
    assert_eq!(algorithms.add(terms).unwrap_err().code(), Code::Argument);
    let line = AlgorithmTerms::new(Algorithm::Sm3, Some(day(MADE)));
    let full = std::iter::repeat_with(|| algorithms.add(line)).find_map(Result::err);
    assert_eq!(full.unwrap().code(), Code::Count);
}
