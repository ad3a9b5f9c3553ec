//! Time stamps asked for, issued, put into stamps, seals, messages and acts; and those that must not
//! count.

mod seal_common;

use seal_common::party::{Party, certify, end, signing_time, soon, time};
use yinxin::Time;
use yinxin::asn1::{Oid, Profile, oid};
use yinxin::authority::{CertificateRequest, Profile as Use, Subject};
use yinxin::cert::{Certificate, Reason};
use yinxin::cms::{self, Attributed, SignedData, sign_with_attributes};
use yinxin::crypto::ecdsa::{Curve, EcdsaPrivateKey};
use yinxin::crypto::sm3;
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::report::{CheckCode, NoteCode, Outcome, Report, Verdict};
use yinxin::seal::{Expected, Seal, Stamp, StampRequest, Version, check_seal, check_stamp, stamp};
use yinxin::timestamp::{
    Accuracy, Failure, Imprint, Status, TimeStampRequest, TimeStampResponse, TimestampAuthority,
    Token, check, check_message,
};
use yinxin::trust::seal_states::{SealName, SealState, SealStatesBuilder, StateChange};
use yinxin::trust::{AnchorPurpose, AnchorTerms, Moment, Proof, Trust};

const POLICY: Oid = Oid::new("1.2.3.4.1");
const DOCUMENT: &[u8] = b"pay 100.00 to the school";

struct World {
    party: Party,
    authority: TimestampAuthority,
}

impl World {
    fn new() -> World {
        let party = Party::new();
        let authority = World::authority(&party, "2034-01-01T00:00:00Z");
        World { party, authority }
    }

    /// An authority until then.
    fn authority(party: &Party, until: &str) -> TimestampAuthority {
        let key = SoftwareKey::generate_sm2().unwrap();
        let subject = Subject::parse("CN=Time,C=CN").unwrap();
        let (from, until) = (time("2026-01-01T00:00:00Z"), time(until));
        let (public, profile) = (key.public_key().clone(), Use::TimeStamp);
        let request = CertificateRequest::new(subject, public, profile, from, until);
        let certificate = party.root.issue(&request).unwrap().as_der().to_vec();
        let key = key.with_certificates(vec![certificate]).unwrap();
        TimestampAuthority::new(key, POLICY).unwrap()
    }

    fn seal(&self, version: Version) -> Seal {
        self.party.seal(version)
    }

    /// The party's trust, with a list that says that this seal is in use.
    fn trust_with_state_of(&self, seal: &Seal) -> Trust {
        let (office, certificate) = end(&self.party.root, "Office", Use::Signer);
        let mut list = SealStatesBuilder::new("Office", soon().now, later(30)).unwrap();
        let name = SealName { digest: seal.digest(), id: seal.id(), maker: "Maker" };
        let (effective_from, recorded_at) = (seal.created(), seal.created());
        let (state, reason) = (SealState::Active, String::new());
        list.record(&name, StateChange { state, effective_from, recorded_at, reason }).unwrap();
        let mut trust = self.party.trust();
        trust.add_seal_states(list.sign(&office).unwrap());
        let terms = AnchorTerms::new(&[AnchorPurpose::SealState]);
        trust.add_anchor_for(certificate, terms).unwrap();
        trust
    }

    /// A stamp that states this time.
    fn stamp(&self, seal: &Seal, stated: Time) -> Stamp {
        let data_hash = sm3::digest(DOCUMENT);
        let request =
            StampRequest { seal, data_hash, property: "a", time: stated, extensions: &[] };
        stamp(&request, &self.party.signer).unwrap()
    }

    /// A token for a request, by way of the authority's answer.
    fn token(&self, request: &TimeStampRequest, at: Time) -> Token {
        let answer = self.authority.respond(request.as_der(), at);
        let answer = TimeStampResponse::from_der(answer.as_der()).unwrap();
        answer.token_for(request, Profile::Conforming).unwrap()
    }

    fn stamped(&self, stamp: &Stamp, at: Time) -> Stamp {
        stamp.with_time_stamp(&self.token(&stamp.time_stamp_request().unwrap(), at)).unwrap()
    }
}

fn check_it(stamp: &Stamp, trust: &Trust, moment: &Moment) -> Report {
    let stamp = Stamp::parse(stamp.as_bytes(), Profile::Conforming).unwrap();
    let digest = sm3::digest(DOCUMENT);
    let expected = Expected { data_hash: Some(&digest), property: Some("a") };
    check_stamp(&stamp, &expected, trust, moment)
}

fn outcome(report: &Report, code: CheckCode) -> Outcome {
    report.find(code).unwrap_or_else(|| panic!("{} in {}", code.name(), report.to_text())).outcome
}

/// Whether every check of a report and its parts was decided.
fn decided(report: &Report) -> bool {
    report.checks().iter().all(|check| check.outcome != Outcome::NotDetermined)
        && report.missing().is_empty()
        && report.reports().iter().all(decided)
}

fn later(days: i64) -> Time {
    signing_time().plus_days(days).unwrap()
}

#[test]
fn a_stamped_stamp_leaves_nothing_open() {
    let world = World::new();
    let trust = world.party.trust();
    for version in [Version::V4, Version::V5] {
        let mut seal = world.seal(version);
        if version == Version::V5 {
            let request = seal.time_stamp_request().unwrap();
            let at = time("2026-02-01T00:00:05Z");
            seal = seal.with_time_stamp(&world.token(&request, at)).unwrap();
            let report = check_seal(&seal, &trust, &soon());
            assert_eq!(outcome(&report, CheckCode::SealTimestamp), Outcome::Passed);
        } else {
            assert_eq!(seal.time_stamp_request().unwrap_err().code(), Code::Form);
        }
        let trust = world.trust_with_state_of(&seal);
        let bare = world.stamp(&seal, signing_time());
        let stamped = world.stamped(&bare, signing_time().plus_seconds(2).unwrap());
        let report = check_it(&stamped, &trust, &soon());
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
        assert!(decided(&report), "{}", report.to_text());
        for code in [CheckCode::TimeToken, CheckCode::TimeOrder, CheckCode::TimeProof] {
            assert_eq!(outcome(&report, code), Outcome::Passed);
        }
        assert!(report.notes().iter().all(|note| note.code != NoteCode::TimeClaimed));
        // Without it the check is named, and open.
        let report = check_it(&bare, &trust, &soon());
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
        assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::NotDetermined);
        // A second time stamp takes the place of the first.
        let again = world.stamped(&stamped, later(1));
        assert!(check_it(&again, &trust, &Moment::claimed(later(2))).is_valid());
        let token = Token::parse(again.timestamp_token().unwrap(), Profile::Conforming).unwrap();
        assert_eq!(token.gen_time(), later(1));
    }
    let old = world.stamp(&world.seal(Version::V1), signing_time());
    assert_eq!(old.time_stamp_request().unwrap_err().code(), Code::Form);
}

#[test]
fn a_stolen_key_does_not_date_itself_back() {
    let mut world = World::new();
    let seal = world.seal(Version::V4);
    let genuine = world.stamped(&world.stamp(&seal, signing_time()), signing_time());
    // The thief signs in August and states June; the key was revoked in July.
    let backdated = world.stamp(&seal, signing_time());
    let stolen = world.stamped(&backdated, later(60));
    let revoked = later(30);
    let certificate = world.party.signer_certificate.clone();
    world.party.root.revoke(&certificate, revoked, Some(Reason::KeyCompromise)).unwrap();
    let mut trust = Trust::default();
    trust.add_anchor(world.party.root.certificate().clone());
    trust.add_crl(world.party.root.crl(later(31), later(3000)).unwrap());
    let now = Moment::claimed(later(61));

    let report = check_it(&genuine, &trust, &now);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    let report = check_it(&backdated, &trust, &now);
    assert_eq!(outcome(&report, CheckCode::TimeProof), Outcome::NotDetermined);
    assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
    let report = check_it(&stolen, &trust, &now);
    assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::Passed);
    assert_eq!(outcome(&report, CheckCode::SignerRevocation), Outcome::Failed);
    assert_eq!(report.verdict(), Verdict::Invalid);
    // The token of the genuine stamp helps the thief no further.
    let token = genuine.timestamp_token().unwrap();
    let token = Token::parse(token, Profile::Conforming).unwrap();
    let error = backdated.with_time_stamp(&token).unwrap_err();
    assert_eq!(error.code(), Code::TimeStampMismatch);
    let copied = backdated.with_unchecked_time_stamp(token.as_der()).unwrap();
    let report = check_it(&copied, &trust, &now);
    assert_eq!(outcome(&report, CheckCode::TokenImprint), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::TimeProof), Outcome::NotDetermined);
}

#[test]
fn an_expired_certificate_needs_a_proof() {
    let world = World::new();
    let trust = world.party.trust();
    let bare = world.stamp(&world.seal(Version::V5), signing_time());
    let stamped = world.stamped(&bare, signing_time());
    let years_later = Moment::claimed(time("2029-01-01T00:00:00Z"));
    let report = check_it(&bare, &trust, &years_later);
    assert_eq!(outcome(&report, CheckCode::TimeProof), Outcome::NotDetermined);
    let report = check_it(&stamped, &trust, &years_later);
    assert_eq!(outcome(&report, CheckCode::TimeProof), Outcome::Passed);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
}

#[test]
fn a_token_of_an_expired_authority_proves_nothing_by_itself() {
    let mut world = World::new();
    world.authority = World::authority(&world.party, "2028-06-01T00:00:00Z");
    let trust = world.party.trust();
    let stamped = world.stamped(&world.stamp(&world.seal(Version::V4), signing_time()), later(1));
    let check_at = |moment: Moment| check_it(&stamped, &trust, &moment);
    let report = check_at(Moment::claimed(time("2028-05-01T00:00:00Z")));
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    let now = time("2028-07-01T00:00:00Z");
    for moment in [Moment::claimed(now), Moment::received(now, later(2))] {
        let report = check_at(moment);
        assert_eq!(outcome(&report, CheckCode::TokenProof), Outcome::NotDetermined);
        assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::NotDetermined);
        assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
    }
    // Somebody who checked evidence over the whole stamp knows when the token was there.
    let proven = |days| Moment { now, proof: Proof::Evidence(later(days)) };
    let report = check_at(proven(2));
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    let report = check_at(proven(740));
    assert_eq!(outcome(&report, CheckCode::TokenProof), Outcome::Failed);
}

#[test]
fn times_follow_one_another() {
    let world = World::new();
    let trust = world.party.trust();
    let stamp = world.stamp(&world.seal(Version::V4), signing_time());
    let request = stamp.time_stamp_request().unwrap();
    // From the future.
    let token = world.token(&request, later(10));
    let report = check_it(&stamp.with_time_stamp(&token).unwrap(), &trust, &soon());
    assert_eq!(outcome(&report, CheckCode::TokenTime), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::TimeOrder), Outcome::Failed);
    // Before the signing time that the stamp states.
    let early = signing_time().plus_seconds(-2).unwrap();
    let token = world.token(&request, early);
    assert_eq!(stamp.with_time_stamp(&token).unwrap_err().code(), Code::TimeStampMismatch);
    let early_stamp = stamp.with_unchecked_time_stamp(token.as_der()).unwrap();
    let report = check_it(&early_stamp, &trust, &soon());
    assert_eq!(outcome(&report, CheckCode::TimeOrder), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::Failed);
    assert_eq!(report.verdict(), Verdict::Invalid);
    // Unless the authority says that its clock may be so far off.
    let exact = world.authority.clone();
    let world =
        World { authority: exact.with_accuracy(Accuracy::new(1, 500, 0).unwrap()), ..world };
    let report = check_it(&world.stamped(&stamp, early), &trust, &soon());
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    // A seal that was stamped after the stamp which holds it.
    let seal = world.seal(Version::V5);
    let token = world.token(&seal.time_stamp_request().unwrap(), later(1));
    let seal = seal.with_time_stamp(&token).unwrap();
    let stamp = world.stamped(&world.stamp(&seal, signing_time()), signing_time());
    let report = check_it(&stamp, &trust, &Moment::claimed(later(2)));
    assert_eq!(outcome(&report, CheckCode::TimeOrder), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::Passed);
}

#[test]
fn only_a_time_stamp_authority_signs_tokens() {
    let world = World::new();
    let trust = world.party.trust();
    let stamp = world.stamp(&world.seal(Version::V4), signing_time());
    let good = world.token(&stamp.time_stamp_request().unwrap(), signing_time());
    let by = |key: &SoftwareKey| {
        let content = good.signed_data().content().unwrap();
        let message = Attributed {
            content_type: oid::TST_INFO,
            content,
            gm: false,
            signing_time: None,
            certificates: true,
        };
        let token = sign_with_attributes(key, &message).unwrap();
        let token = Token::parse(&token, Profile::Conforming).unwrap();
        check_it(&stamp.with_time_stamp(&token).unwrap(), &trust, &soon())
    };
    // A signer's certificate, one whose extKeyUsage is not critical, one that has more purposes.
    let purposes = |more: &[Oid]| {
        use yinxin::asn1::writer;
        let all = [&[oid::EKU_TIME_STAMPING], more].concat();
        writer::sequence_of(&all.iter().map(writer::oid).collect::<Vec<_>>())
    };
    let with = |critical, value: Vec<u8>| {
        use yinxin::authority::{CertificateRequest, Subject};
        let key = SoftwareKey::generate_sm2().unwrap();
        let (from, until) = (time("2026-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"));
        let subject = Subject::parse("CN=Time,C=CN").unwrap();
        let public = key.public_key().clone();
        let request = CertificateRequest::new(subject, public, Use::TimeStamp, from, until)
            .with_extension(oid::EXTENDED_KEY_USAGE, critical, &value);
        let certificate = world.party.root.issue(&request).unwrap();
        key.with_certificates(vec![certificate.as_der().to_vec()]).unwrap()
    };
    let strangers = [
        end(&world.party.root, "Signer too", Use::Signer).0,
        with(false, purposes(&[])),
        with(true, purposes(&[oid::EKU_EMAIL_PROTECTION])),
    ];
    for key in strangers {
        let report = by(&key);
        assert_eq!(outcome(&report, CheckCode::TokenUsage), Outcome::Failed);
        assert_eq!(outcome(&report, CheckCode::TokenSignature), Outcome::Passed);
        assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::Failed);
        assert_eq!(TimestampAuthority::new(key, POLICY).unwrap_err().code(), Code::Policy);
    }
    let good_key = with(true, purposes(&[]));
    assert!(by(&good_key).is_valid());
    // An authority of somebody else.
    let other = Party::new();
    let report = by(&end(&other.root, "Time", Use::TimeStamp).0);
    assert_eq!(outcome(&report, CheckCode::TokenChain), Outcome::Failed);
    let bare = SoftwareKey::generate_sm2().unwrap();
    assert_eq!(TimestampAuthority::new(bare, POLICY).unwrap_err().code(), Code::KeyMissing);
}

#[test]
fn a_stolen_authority_takes_its_earlier_tokens_along() {
    for (reason, verdict) in [
        (Some(Reason::KeyCompromise), Verdict::Invalid),
        (None, Verdict::Invalid),
        (Some(Reason::Superseded), Verdict::Valid),
        (Some(Reason::CessationOfOperation), Verdict::Valid),
    ] {
        let mut world = World::new();
        let stamp = world.stamp(&world.seal(Version::V4), signing_time());
        let stamp = world.stamped(&stamp, signing_time());
        let certificate = world.authority.certificate().clone();
        world.party.root.revoke(&certificate, later(30), reason).unwrap();
        let mut trust = Trust::default();
        trust.add_anchor(world.party.root.certificate().clone());
        trust.add_crl(world.party.root.crl(later(31), later(3000)).unwrap());
        let report = check_it(&stamp, &trust, &Moment::claimed(later(61)));
        assert_eq!(report.verdict(), verdict, "{reason:?}: {}", report.to_text());
        let revocation = outcome(&report, CheckCode::TokenRevocation);
        assert_eq!(revocation == Outcome::Failed, verdict == Verdict::Invalid, "{reason:?}");
    }
}

#[test]
fn an_answer_is_held_against_its_request() {
    let world = World::new();
    let ask = |value: &[u8]| TimeStampRequest::new(Imprint::sm3(value)).unwrap();
    let (first, second, other) = (ask(b"value"), ask(b"value"), ask(b"another"));
    let answer = world.authority.respond(first.as_der(), signing_time());
    assert_eq!(answer.status(), Status::Granted);
    let token_for = |request: &TimeStampRequest| {
        let answer = TimeStampResponse::from_der(answer.as_der()).unwrap();
        answer.token_for(request, Profile::Conforming).map_err(|error| error.code())
    };
    let token = token_for(&first).unwrap();
    assert_eq!(token.nonce(), first.nonce());
    assert_eq!((token.policy(), token.gen_time()), (POLICY, signing_time()));
    for request in [
        &second,
        &other,
        &first.clone().with_policy(Oid::new("1.2.3.4.2")),
        &TimeStampRequest::new(Imprint::of(oid::SHA256, b"value").unwrap()).unwrap(),
    ] {
        assert_eq!(token_for(request).unwrap_err(), Code::TimeStampMismatch);
    }
    assert!(token_for(&second.clone().without_nonce()).is_ok());
    assert!(token_for(&first.clone().with_policy(POLICY)).is_ok());
    // A token without certificates is checked with the certificate that the verifier has.
    let lean = first.without_certificates();
    let lean =
        Token::parse(&world.authority.issue(&lean, signing_time()).unwrap(), Profile::Conforming);
    let lean = lean.unwrap();
    assert!(lean.signed_data().certificates().is_empty());
    let mut trust = world.party.trust();
    let report = check(&lean, b"value", &trust, soon().now);
    assert_eq!(outcome(&report, CheckCode::TokenSignature), Outcome::Failed);
    trust.add_intermediate(world.authority.certificate().clone());
    assert!(check(&lean, b"value", &trust, soon().now).is_valid());
}

#[test]
fn what_is_not_stamped_is_refused_with_its_reason() {
    let world = World::new();
    let ask = || TimeStampRequest::new(Imprint::sm3(b"value")).unwrap();
    let refusal = |request: &[u8], at: Time| {
        let answer = world.authority.respond(request, at);
        assert_eq!((answer.status(), answer.token()), (Status::Rejection, None));
        let read = TimeStampResponse::from_der(answer.as_der()).unwrap();
        let error = read.token_for(&ask(), Profile::Conforming).unwrap_err();
        assert_eq!(error.code(), Code::TimeStampRefused);
        assert!(error.message().contains(read.failures()[0].name()), "{error}");
        read.failures()[0]
    };
    assert_eq!(refusal(b"nonsense", signing_time()), Failure::BadDataFormat);
    let other = ask().with_policy(Oid::new("1.2.3.4.2"));
    assert_eq!(refusal(other.as_der(), signing_time()), Failure::UnacceptedPolicy);
    let late = time("2034-02-01T00:00:00Z");
    assert_eq!(refusal(ask().as_der(), late), Failure::TimeNotAvailable);
    let sha1 = TimeStampRequest::new(Imprint::from_digest(oid::SHA1, &[1; 20]).unwrap());
    assert_eq!(refusal(sha1.unwrap().as_der(), signing_time()), Failure::BadAlgorithm);
    use yinxin::asn1::writer;
    let extended = ask();
    let fields = &extended.as_der()[2..];
    let extended = writer::sequence(&[fields, &writer::explicit(0, &writer::sequence(&[]))]);
    assert_eq!(refusal(&extended, signing_time()), Failure::UnacceptedExtension);
}

#[test]
fn every_kind_of_key_stamps() {
    let world = World::new();
    let stamp = world.stamp(&world.seal(Version::V4), signing_time());
    let request = stamp.time_stamp_request().unwrap();
    let trust = world.party.trust();
    let gm = world.authority.clone().in_gm_form().unwrap();
    let token = Token::parse(&gm.issue(&request, signing_time()).unwrap(), Profile::Conforming);
    let token = token.unwrap();
    assert!(token.signed_data().is_gm());
    assert!(check_it(&stamp.with_time_stamp(&token).unwrap(), &trust, &soon()).is_valid());
    for curve in [Curve::P256, Curve::P384] {
        let der = EcdsaPrivateKey::generate_pkcs8(curve).unwrap();
        let key = SoftwareKey::from_pkcs8_der(der.as_bytes(), None).unwrap();
        let certificate: Certificate = certify(&world.party.root, "EC", Use::TimeStamp, &key);
        let key = key.with_certificates(vec![certificate.as_der().to_vec()]).unwrap();
        let authority = TimestampAuthority::new(key, POLICY).unwrap();
        let token = authority.issue(&request, signing_time()).unwrap();
        let token = Token::parse(&token, Profile::Conforming).unwrap();
        let report = check_it(&stamp.with_time_stamp(&token).unwrap(), &trust, &soon());
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
        assert_eq!(authority.in_gm_form().unwrap_err().code(), Code::SignerForm);
    }
}

#[test]
fn a_changed_token_is_never_another_good_one() {
    let world = World::new();
    let trust = world.party.trust();
    let request = TimeStampRequest::new(Imprint::sm3(b"value")).unwrap();
    let genuine = world.token(&request, signing_time());
    let answer = TimeStampResponse::granted(genuine.as_der());
    let bytes = answer.as_der();
    for at in 0..bytes.len() {
        assert!(TimeStampResponse::from_der(&bytes[..at]).is_err());
        let mut changed = bytes.to_vec();
        changed[at] ^= 0x04;
        let Ok(changed) = TimeStampResponse::from_der(&changed) else { continue };
        let Ok(token) = changed.token_for(&request, Profile::Conforming) else { continue };
        if check(&token, b"value", &trust, soon().now).is_valid() {
            let same = |token: &Token| {
                (token.gen_time(), token.latest(), token.policy(), token.serial().to_vec())
            };
            assert_eq!(same(&token), same(&genuine), "byte {at}");
        }
    }
}

#[test]
fn what_follows_a_token_does_not_go_into_a_stamp() {
    let world = World::new();
    let stamp = world.stamp(&world.seal(Version::V5), signing_time());
    let genuine = world.token(&stamp.time_stamp_request().unwrap(), signing_time());
    let padded = [genuine.as_der(), &[0; 8]].concat();
    assert!(Token::parse(&padded, Profile::Conforming).is_err());
    let token = Token::parse(&padded, Profile::AsFound).unwrap();
    assert_eq!(token.as_der(), genuine.as_der());
    let stamped = |token| stamp.with_time_stamp(token).unwrap();
    assert_eq!(stamped(&token).as_bytes(), stamped(&genuine).as_bytes());
}

#[test]
fn a_signed_message_carries_its_time_stamp() {
    let world = World::new();
    let trust = world.party.trust();
    let message = cms::sign_detached(&world.party.signer, DOCUMENT).unwrap();
    let parsed = |message: &[u8]| SignedData::parse(message, Profile::Conforming).unwrap();
    let value = parsed(&message).signers()[0].signature.clone();
    let request = TimeStampRequest::new(Imprint::sm3(&value)).unwrap();
    let token = world.token(&request, signing_time());
    let stamped = SignedData::with_unchecked_time_stamp(&message, token.as_der()).unwrap();
    let again = SignedData::with_unchecked_time_stamp(&stamped, token.as_der()).unwrap();
    assert_eq!(again, stamped);
    let verify =
        |message: &[u8], moment: &Moment| check_message(&parsed(message), DOCUMENT, &trust, moment);
    let years_later = Moment::claimed(time("2029-01-01T00:00:00Z"));
    let report = verify(&stamped, &years_later);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    assert!(decided(&report), "{}", report.to_text());
    let report = verify(&message, &years_later);
    assert_eq!(outcome(&report, CheckCode::SignerValidity), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::TimeToken), Outcome::NotDetermined);
    // A token over another value.
    let other = TimeStampRequest::new(Imprint::sm3(b"another")).unwrap();
    let other = world.token(&other, signing_time());
    let wrong = SignedData::with_unchecked_time_stamp(&message, other.as_der()).unwrap();
    let report = verify(&wrong, &soon());
    assert_eq!(outcome(&report, CheckCode::TokenImprint), Outcome::Failed);
    assert_eq!(report.verdict(), Verdict::Invalid);
    // What is no token at all.
    let nonsense = yinxin::asn1::writer::sequence(&[]);
    let wrong = SignedData::with_unchecked_time_stamp(&message, &nonsense).unwrap();
    assert_eq!(outcome(&verify(&wrong, &soon()), CheckCode::TimeToken), Outcome::Failed);
}
