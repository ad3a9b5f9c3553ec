//! Seals and stamps of peers and of real files: what checking them finds.

mod seal_common;

use seal_common::{document_of, sample, stamp_of};
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::cert::Certificate;
use yinxin::crypto::sm3;
use yinxin::report::{CheckCode, NoteCode, Outcome, Report, Verdict};
use yinxin::seal::{Expected, Seal, Stamp, check_seal, check_stamp};
use yinxin::trust::{Moment, Policy, Revocation, Trust};

fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

fn now() -> Moment {
    Moment::claimed(time("2027-01-01T00:00:00Z"))
}

/// The peer's root as anchor; revocation as given.
fn trust(revocation: Revocation, profile: Profile) -> Option<Trust> {
    let mut policy = Policy::default();
    policy.revocation = revocation;
    policy.profile = profile;
    let mut trust = Trust::new(policy);
    trust.add_anchor(Certificate::from_bytes(&sample("peerpki/root.cer")?).unwrap());
    Some(trust)
}

fn outcome(report: &Report, code: CheckCode) -> Outcome {
    report.find(code).unwrap_or_else(|| panic!("{} in {}", code.name(), report.to_text())).outcome
}

#[test]
fn a_peers_seals_are_valid() {
    let Some(known) = trust(Revocation::NotChecked, Profile::Conforming) else { return };
    let strict = trust(Revocation::Required, Profile::Conforming).unwrap();
    for name in ["v1.esl", "v4.esl", "v4_certdigest.esl", "v5_ts.esl"] {
        let bytes = sample(&format!("peerpki/{name}")).unwrap();
        let seal = Seal::parse(&bytes, Profile::Conforming).unwrap();
        let report = check_seal(&seal, &known, &now());
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
        let has_token = name == "v5_ts.esl";
        assert_eq!(report.find(CheckCode::SealTimestamp).is_some(), has_token);
        // Without a revocation list nothing is known, and nothing is claimed.
        let report = check_seal(&seal, &strict, &now());
        assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
        // Out of its own time a good seal is not valid.
        let late = Moment::claimed(time("2050-01-01T00:00:00Z"));
        let report = check_seal(&seal, &known, &late);
        assert_eq!(outcome(&report, CheckCode::SealValidity), Outcome::Failed);
        assert_eq!(outcome(&report, CheckCode::SealSignature), Outcome::Passed);
        assert_eq!(report.verdict(), Verdict::Invalid);
    }
}

#[test]
fn a_peers_stamps_are_valid() {
    let Some(known) = trust(Revocation::NotChecked, Profile::Conforming) else { return };
    for package in ["peerpki/signed_v1.ofd", "peerpki/signed_v4.ofd"] {
        // OFDRW writes the time of V1 as text.
        let bytes = stamp_of(package, "Sign_0").unwrap();
        let stamp = Stamp::parse(&bytes, Profile::AsFound).unwrap();
        let document = document_of(package, "Sign_0").unwrap();
        let digest = sm3::digest(&document);
        let property = "/Doc_0/Signs/Sign_0/Signature.xml";
        let expected = Expected { data_hash: Some(&digest), property: Some(property) };
        let report = check_stamp(&stamp, &expected, &known, &now());
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
        // Replayed for another document or in another place it is not.
        let other = Expected { data_hash: Some(&[7; 32]), property: Some(property) };
        let report = check_stamp(&stamp, &other, &known, &now());
        assert_eq!(report.failures().len(), 1);
        assert_eq!(outcome(&report, CheckCode::DocumentDigest), Outcome::Failed);
        let other = Expected { data_hash: Some(&digest), property: Some("/Doc_1/x") };
        let report = check_stamp(&stamp, &other, &known, &now());
        assert_eq!(outcome(&report, CheckCode::StampProperty), Outcome::Failed);
        assert_eq!(report.verdict(), Verdict::Invalid);
        // Without the document it is not determined.
        let report = check_stamp(&stamp, &Expected::default(), &known, &now());
        assert_eq!(report.verdict(), Verdict::NotDetermined);
    }
}

#[test]
fn a_time_stamp_proves_the_time() {
    let Some(known) = trust(Revocation::NotChecked, Profile::Conforming) else { return };
    let bytes = sample("peerpki/v4_ts_hello.dat").unwrap();
    let stamp = Stamp::parse(&bytes, Profile::Conforming).unwrap();
    let digest = sm3::digest(b"hello");
    let expected = Expected { data_hash: Some(&digest), property: None };
    let report = check_stamp(&stamp, &expected, &known, &now());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::Passed);
    assert!(report.notes().iter().all(|note| note.code != NoteCode::TimeClaimed));

    // Nothing proves the time of the same stamp without it, once certificates have expired.
    let at = bytes.len() - 1394;
    assert_eq!(bytes[at], 0xa0);
    let members = &bytes[4..at];
    let bare = yinxin::asn1::writer::sequence(&[members]);
    let bare = Stamp::parse(&bare, Profile::Conforming).unwrap();
    assert_eq!(bare.signature_value(), stamp.signature_value());
    let report = check_stamp(&bare, &expected, &known, &now());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    let late = Moment::claimed(time("2040-01-01T00:00:00Z"));
    let report = check_stamp(&bare, &expected, &known, &late);
    assert_eq!(outcome(&report, CheckCode::TimeProof), Outcome::NotDetermined);
    assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
    // A verifier that received it in time knows better.
    let received = time("2027-01-01T00:00:00Z");
    let report = check_stamp(&bare, &expected, &known, &Moment::received(late.now, received));
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    // Received before it was signed: impossible.
    let before = time("2026-01-01T00:00:00Z");
    let report = check_stamp(&bare, &expected, &known, &Moment::received(late.now, before));
    assert_eq!(outcome(&report, CheckCode::TimeSigning), Outcome::Failed);

    // The token of another stamp proves nothing.
    let token = sample("peerpki/token_over_hello.tst").unwrap();
    let other = bare.with_unchecked_time_stamp(&token).unwrap();
    let report = check_stamp(&other, &expected, &known, &now());
    assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::Failed);
    assert_eq!(report.verdict(), Verdict::Invalid);
    assert_eq!(bare.with_unchecked_time_stamp(stamp.timestamp_token().unwrap()).unwrap(), stamp);
}

#[test]
fn signatures_of_old_samples_are_good_and_their_certificates_are_not() {
    let Some(known) = trust(Revocation::NotChecked, Profile::AsFound) else { return };
    for name in ["UserV1.esl", "UserV4.esl", "UserV5.esl", "UserV5_ts.esl"] {
        let seal =
            Seal::parse(&sample(&format!("seals/{name}")).unwrap(), Profile::AsFound).unwrap();
        let report = check_seal(&seal, &known, &now());
        assert_eq!(outcome(&report, CheckCode::SealSignature), Outcome::Passed, "{name}");
        assert_eq!(outcome(&report, CheckCode::SealPicture), Outcome::Passed, "{name}");
        assert_eq!(outcome(&report, CheckCode::SealMakerValidity), Outcome::Failed, "{name}");
        assert_eq!(outcome(&report, CheckCode::SealMakerChain), Outcome::Failed, "{name}");
        if name == "UserV5_ts.esl" {
            assert_eq!(outcome(&report, CheckCode::SealTimestamp), Outcome::Failed);
        }
    }
    for name in ["seals/SignedValueV4.dat", "seals/SignedValueV5.dat"] {
        let stamp = Stamp::parse(&sample(name).unwrap(), Profile::AsFound).unwrap();
        let digest = sm3::digest(b"any document");
        let expected = Expected { data_hash: Some(&digest), property: None };
        let report = check_stamp(&stamp, &expected, &known, &now());
        assert_eq!(outcome(&report, CheckCode::StampSignature), Outcome::Passed, "{name}");
        assert_eq!(outcome(&report, CheckCode::SealSignature), Outcome::Passed, "{name}");
        assert_eq!(outcome(&report, CheckCode::SignerMembership), Outcome::Passed, "{name}");
        assert_eq!(outcome(&report, CheckCode::DocumentDigest), Outcome::Failed, "{name}");
    }
}

#[test]
fn integrity_of_peers_and_real_packages() {
    let Some(known) = trust(Revocation::NotChecked, Profile::AsFound) else { return };
    for (package, sign) in [
        ("ofd-generated/peer_v1.ofd", "Sign_0"),
        ("ofd-generated/peer_v4.ofd", "Sign_0"),
        ("ofd-generated/peer_v5.ofd", "Sign_0"),
        ("ofd-generated/peer_v4_continue.ofd", "Sign_0"),
        ("ofd-generated/peer_v4_then_v1.ofd", "Sign_0"),
        ("ofd-generated/peer_v4_then_v1.ofd", "Sign_1"),
        ("ofd-generated/peer_v4_riding7.ofd", "Sign_0"),
        ("ofd-real/SESV4SignDoc.ofd", "Sign_0"),
        ("ofd-real/allprotected.ofd", "Sign_0"),
        ("ofd-real/1.ofd", "Sign_0"),
        ("ofd-real/999.ofd", "Sign_0"),
        ("ofd-real/keyword.ofd", "Sign_1"),
    ] {
        let stamp = Stamp::parse(&stamp_of(package, sign).unwrap(), Profile::AsFound).unwrap();
        let digest = sm3::digest(&document_of(package, sign).unwrap());
        let expected = Expected { data_hash: Some(&digest), property: None };
        let report = check_stamp(&stamp, &expected, &known, &now());
        for code in [
            CheckCode::StampSignature,
            CheckCode::SealSignature,
            CheckCode::SignerMembership,
            CheckCode::DocumentDigest,
            CheckCode::StampVersion,
        ] {
            assert_eq!(outcome(&report, code), Outcome::Passed, "{package}: {}", report.to_text());
        }
        assert_eq!(outcome(&report, CheckCode::SignerChain), Outcome::Failed, "{package}");
        assert_eq!(report.verdict(), Verdict::Invalid);
    }
}

#[test]
fn a_deviating_file_is_named_and_not_accepted() {
    let Some(known) = trust(Revocation::NotChecked, Profile::AsFound) else { return };
    let bytes = stamp_of("ofd-real/n.ofd", "Sign_0").unwrap();
    let stamp = Stamp::parse(&bytes, Profile::AsFound).unwrap();
    let digest = sm3::digest(b"re-formatted since");
    let expected = Expected { data_hash: Some(&digest), property: None };
    let report = check_stamp(&stamp, &expected, &known, &now());
    assert_eq!(outcome(&report, CheckCode::SealSignature), Outcome::Passed);
    assert_eq!(outcome(&report, CheckCode::StampSignature), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::SignerMembership), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::SealExtensions), Outcome::Failed);
    assert!(report.notes().iter().any(|note| {
        note.code == NoteCode::DeviationSignatureInput && note.detail.contains("dataHash")
    }));
    assert_eq!(report.verdict(), Verdict::Invalid);
}
