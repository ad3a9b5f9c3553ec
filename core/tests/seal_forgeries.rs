//! Stamps and time stamps that are signed well by somebody who may not.

mod seal_common;

use seal_common::party::{Party, end, signing_time, soon, time};
use yinxin::asn1::{Oid, Profile, gbt38540, oid, writer};
use yinxin::authority::{Authority, CertificateRequest, Profile as Use, Subject};
use yinxin::cert::Certificate;
use yinxin::cms::{self, Attributed, SignedData, sign_with_attributes};
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::report::{CheckCode, Outcome, Report, Verdict};
use yinxin::seal::{
    Expected, Seal, Stamp, StampRequest, Version, check_seal, check_stamp, make, stamp,
};
use yinxin::timestamp::{self, Imprint, TimeStampRequest, TimestampAuthority, Token};
use yinxin::trust::Trust;

const HASH: [u8; 32] = [9; 32];

fn outcome(report: &Report, code: CheckCode) -> Outcome {
    report.find(code).unwrap_or_else(|| panic!("{} in {}", code.name(), report.to_text())).outcome
}

/// A stamp over this seal, put together and signed with this key without asking anybody.
fn stamped(seal: &[u8], key: &SoftwareKey) -> Stamp {
    let tail = gbt38540::write_to_sign_tail(signing_time(), &HASH, "p", &[]);
    let to_sign = writer::sequence(&[&writer::integer(4), seal, &tail]);
    let signature = key.sign(ToSign::Message(&to_sign)).unwrap();
    let certificate = &key.certificates()[0];
    let bytes =
        gbt38540::write_stamp(&[&to_sign], certificate, &oid::SM2_WITH_SM3, &signature, None);
    Stamp::parse(&bytes, Profile::Conforming).unwrap()
}

fn check(stamp: &Stamp, trust: &Trust) -> Report {
    let expected = Expected { data_hash: Some(&HASH), property: Some("p") };
    check_stamp(stamp, &expected, trust, &soon())
}

#[test]
fn a_seal_in_another_hand_is_not_the_holders() {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let report = check(&stamped(seal.as_bytes(), &party.signer), &party.trust());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    // A colleague below the same root, one of the same name, and one from elsewhere of that name.
    let stranger = Party::new();
    let hands = [
        end(&party.root, "Colleague", Use::Signer).0,
        end(&party.root, "Signer", Use::Signer).0,
        end(&stranger.root, "Signer", Use::Signer).0,
    ];
    for hand in hands {
        let report = check(&stamped(seal.as_bytes(), &hand), &party.trust());
        assert_eq!(outcome(&report, CheckCode::StampSignature), Outcome::Passed);
        assert_eq!(outcome(&report, CheckCode::SignerMembership), Outcome::Failed);
        assert_eq!(report.verdict(), Verdict::Invalid);
        // The library does not lend its own hand to it.
        let request = StampRequest {
            seal: &seal,
            data_hash: HASH,
            property: "p",
            time: signing_time(),
            extensions: &[],
        };
        assert!(stamp(&request, &hand).is_err());
    }
}

#[test]
fn a_good_signature_does_not_mend_a_broken_seal() {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let mut request = party.request(Version::V4);
    request.name = "另一枚章";
    let other = make(&request, &party.maker).unwrap();
    let put_together = gbt38540::write_seal(
        &other.to_be_signed(),
        seal.maker_certificate(),
        &oid::SM2_WITH_SM3,
        seal.signature_value(),
        None,
    );
    // One that nobody signed, and one by a maker whom nobody trusts.
    let stranger = Party::new();
    let foreign = make(&party.request(Version::V4), &stranger.maker).unwrap();
    for (bytes, code) in [
        (put_together.as_slice(), CheckCode::SealSignature),
        (foreign.as_bytes(), CheckCode::SealMakerChain),
    ] {
        let report = check(&stamped(bytes, &party.signer), &party.trust());
        assert_eq!(outcome(&report, CheckCode::StampSignature), Outcome::Passed);
        assert_eq!(outcome(&report, CheckCode::SignerMembership), Outcome::Passed);
        assert_eq!(outcome(&report, code), Outcome::Failed);
        assert_eq!(report.verdict(), Verdict::Invalid);
    }
}

/// A seal by a key with this certificate, made without asking whether it may.
fn seal_by(party: &Party, key: &SoftwareKey, certificate: &Certificate) -> Seal {
    let info = party.seal(Version::V4).to_be_signed().into_owned();
    let signature = key.sign(ToSign::Message(&info)).unwrap();
    let bytes =
        gbt38540::write_seal(&info, certificate.as_der(), &oid::SM2_WITH_SM3, &signature, None);
    Seal::parse(&bytes, Profile::Conforming).unwrap()
}

#[test]
fn not_everybody_below_the_root_makes_seals() {
    let party = Party::new();
    let trust = party.trust();
    let (maker, certificate) = end(&party.root, "Other maker", Use::SealMaker);
    let report = check_seal(&seal_by(&party, &maker, &certificate), &trust, &soon());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    // The certificates of a pair for encryption, and of a time stamp authority.
    for profile in [Use::Encryption, Use::TimeStamp] {
        let (key, certificate) = end(&party.root, "Somebody", profile);
        let report = check_seal(&seal_by(&party, &key, &certificate), &trust, &soon());
        assert_eq!(outcome(&report, CheckCode::SealSignature), Outcome::Passed);
        assert_eq!(outcome(&report, CheckCode::SealMakerUsage), Outcome::Failed, "{profile:?}");
        assert_eq!(report.verdict(), Verdict::Invalid);
    }
    // A maker whose certificate an end entity issued.
    let signer = &party.signer;
    let pem = signer.to_pkcs8_pem(None).unwrap();
    let copy = SoftwareKey::from_pem(pem.as_bytes(), None).unwrap();
    let (from, until) = (time("2025-01-01T00:00:00Z"), time("2035-01-01T00:00:00Z"));
    let name = Subject::parse("CN=Signer,C=CN").unwrap();
    let usurper = Authority::root(copy, name, from, until).unwrap();
    let (key, certificate) = end(&usurper, "Maker", Use::SealMaker);
    let mut trust = party.trust();
    trust.add_intermediate(party.signer_certificate.clone());
    let report = check_seal(&seal_by(&party, &key, &certificate), &trust, &soon());
    assert_eq!(outcome(&report, CheckCode::SealMakerChain), Outcome::Failed);
    assert_eq!(report.verdict(), Verdict::Invalid);
}

#[test]
fn a_time_stamp_from_beyond_its_authoritys_life_does_not_count() {
    let party = Party::new();
    let (key, _) = end(&party.root, "Time", Use::TimeStamp);
    let pem = key.to_pkcs8_pem(None).unwrap();
    let authority = TimestampAuthority::new(key, Oid::new("1.2.3.4.1")).unwrap();
    let request = TimeStampRequest::new(Imprint::sm3(b"value")).unwrap();
    let token = authority.issue(&request, time("2027-06-01T00:00:00Z")).unwrap();
    let token = Token::parse(&token, Profile::Conforming).unwrap();
    let (trust, now) = (party.trust(), time("2027-07-01T00:00:00Z"));
    let report = timestamp::check(&token, b"value", &trust, now);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    // The same key, certified for one year less.
    let key = SoftwareKey::from_pem(pem.as_bytes(), None).unwrap();
    let (from, until) = (time("2026-01-01T00:00:00Z"), time("2027-01-01T00:00:00Z"));
    let subject = Subject::parse("CN=Time,C=CN").unwrap();
    let public = Signer::public_key(&key).clone();
    let short = CertificateRequest::new(subject, public, Use::TimeStamp, from, until);
    let short = party.root.issue(&short).unwrap();
    let key = key.with_certificates(vec![short.as_der().to_vec()]).unwrap();
    let sign = |content_type: Oid| {
        let content = token.signed_data().content().unwrap();
        let message =
            Attributed { content_type, content, gm: false, signing_time: None, certificates: true };
        sign_with_attributes(&key, &message).unwrap()
    };
    let late = Token::parse(&sign(oid::TST_INFO), Profile::Conforming).unwrap();
    let report = timestamp::check(&late, b"value", &trust, now);
    assert_eq!(outcome(&report, CheckCode::TokenSignature), Outcome::Passed);
    assert_eq!(outcome(&report, CheckCode::TokenValidity), Outcome::Failed);
    assert_eq!(report.verdict(), Verdict::Invalid);
    // The same content as plain data is no time stamp.
    let data = Token::parse(&sign(oid::CMS_DATA), Profile::AsFound).unwrap_err();
    assert_eq!(data.code(), Code::Form);
}

#[test]
fn time_stamps_stuffed_beside_a_signature_fail() {
    let party = Party::new();
    let (key, _) = end(&party.root, "Time", Use::TimeStamp);
    let authority = TimestampAuthority::new(key, Oid::new("1.2.3.4.1")).unwrap();
    let message = cms::sign_detached(&party.signer, b"document").unwrap();
    let value =
        SignedData::parse(&message, Profile::Conforming).unwrap().signers()[0].signature.clone();
    let token = |value: &[u8]| {
        let request = TimeStampRequest::new(Imprint::sm3(value)).unwrap();
        authority.issue(&request, signing_time()).unwrap()
    };
    let (good, other) = (token(&value), token(b"another value"));
    let stuffed = |tokens: &[&[u8]]| {
        let stuffed = SignedData::with_unchecked_time_stamp(&message, &tokens.concat()).unwrap();
        let stuffed = SignedData::parse(&stuffed, Profile::Conforming).unwrap();
        timestamp::check_message(&stuffed, b"document", &party.trust(), &soon())
    };
    assert_eq!(stuffed(&[&good]).verdict(), Verdict::Valid);
    for tokens in [vec![good.as_slice(), &other], vec![good.as_slice(); 9]] {
        let report = stuffed(&tokens);
        assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::Failed, "{}", tokens.len());
        assert_eq!(report.verdict(), Verdict::Invalid);
    }
}
