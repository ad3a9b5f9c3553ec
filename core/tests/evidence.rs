//! The whole story: stamped in 2026, evidence made, renewed in 2034 and 2044, verified in 2056.

mod evidence_common;
mod seal_common;

use evidence_common::{DOCUMENT, MADE, RENEWED, RENEWED_AGAIN, VERIFIED, World, answer};
use evidence_common::{day, decided, outcome};
use yinxin::asn1::{Oid, Profile, oid};
use yinxin::evidence::{Covered, Draft, Evidence};
use yinxin::report::{CheckCode, NoteCode, Outcome, Verdict};
use yinxin::seal::Version;
use yinxin::signature::Verifier;
use yinxin::trust::{Moment, SealStatePolicy};

/// Made with one hash function, renewed twice, the second time perhaps with another.
fn story(version: Version, first: Oid, second: Option<Oid>) {
    let world = World::new(version);
    // Now: Valid, and nothing left open.
    let now = day(MADE);
    let verifier = world.verifier(now);
    let moment = Moment::claimed(now);
    let bytes = world.stamp.as_bytes();
    let report = verifier.verify_stamp(bytes, DOCUMENT, Some("a"), &moment).unwrap();
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    assert!(decided(&report), "{}", report.to_text());

    let made = world.evidence(first);
    let report = world.verify(&made, now);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    let renewed = world.renewed(&made, &world.eras[1].tsa, None, day(RENEWED)).unwrap();
    let again = world.renewed(&renewed, &world.eras[2].tsa, second, day(RENEWED_AGAIN)).unwrap();
    assert_eq!(again.time_stamps().count(), 3);
    assert_eq!(again.hash_renewals(), usize::from(second.is_some()));

    // Thirty years later: everything of then has expired.
    let later = day(VERIFIED);
    for certificate in
        [&world.signer, &world.maker, &world.office, world.eras[0].root.certificate()]
    {
        assert!(!certificate.is_valid_at(later));
    }
    let read = Evidence::from_der(again.as_der()).unwrap();
    let report = world.verify(&read, later);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    assert!(decided(&report), "{}", report.to_text());
    assert_eq!(outcome(&report, CheckCode::TimeProof), Outcome::Passed);
    assert_eq!(outcome(&report, CheckCode::SealState), Outcome::Passed);
    assert!(report.notes().iter().any(|note| note.code == NoteCode::ExpiredSince));

    // The same without the evidence, and with what is not renewed.
    let mut trust = world.trust(later);
    trust.policy_mut().seal_state = SealStatePolicy::IfAvailable;
    let report =
        Verifier::new(trust).verify_stamp(bytes, DOCUMENT, None, &Moment::claimed(later)).unwrap();
    assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
    assert_eq!(outcome(&report, CheckCode::TokenProof), Outcome::NotDetermined);
    for old in [&made, &renewed] {
        let report = world.verify(old, later);
        assert_ne!(report.verdict(), Verdict::Valid, "{}", report.to_text());
        assert_eq!(outcome(&report, CheckCode::EvidenceToken), Outcome::NotDetermined);
    }
}

#[test]
fn a_stamp_of_2026_verifies_in_2056() {
    story(Version::V4, oid::SM3, None);
    story(Version::V5, oid::SM3, None);
}

#[test]
fn the_hash_function_is_renewed_on_the_way() {
    story(Version::V5, oid::SHA256, Some(oid::SM3));
    story(Version::V4, oid::SM3, Some(oid::SHA512));
}

#[test]
fn a_draft_may_travel_as_a_file() {
    let world = World::new(Version::V4);
    let now = day(MADE);
    let verifier = world.verifier(now);
    let draft = verifier.prepare_evidence(&world.covered(), oid::SM3, now).unwrap();
    let kept = Draft::from_der(&draft.to_der()).unwrap();
    assert_eq!(kept.to_der(), draft.to_der());
    assert_eq!(kept.request(), draft.request());
    let token = answer(&world.eras[0].tsa, kept.request(), now);
    let evidence = verifier.complete_evidence(&kept, &token, &world.covered(), now).unwrap();
    assert!(world.verify(&evidence, now).is_valid());
    // Nor does a draft change its kind.
    assert!(Draft::from_der(evidence.as_der()).is_err());
    assert!(Evidence::from_der(&draft.to_der()).is_err());
    for end in 0..draft.to_der().len() {
        assert!(Draft::from_der(&draft.to_der()[..end]).is_err());
    }
}

#[test]
fn a_manifest_brings_its_files_along() {
    let world = World::new(Version::V4);
    let now = day(MADE);
    let files: [&[u8]; 3] = [DOCUMENT, b"page one", b"page two"];
    let covered = Covered { documents: &files, ..world.covered() };
    let verifier = world.verifier(now);
    let draft = verifier.prepare_evidence(&covered, oid::SM3, now).unwrap();
    let token = answer(&world.eras[0].tsa, draft.request(), now);
    let evidence = verifier.complete_evidence(&draft, &token, &covered, now).unwrap();
    let verdict = |documents: &[&[u8]]| {
        let covered = Covered { documents, ..world.covered() };
        let report = verifier.verify_with_evidence(&evidence, &covered, None, now).unwrap();
        (report.verdict(), outcome(&report, CheckCode::EvidenceDigests))
    };
    assert_eq!(verdict(&files), (Verdict::Valid, Outcome::Passed));
    assert_eq!(verdict(&[DOCUMENT, files[2], files[1]]), (Verdict::Valid, Outcome::Passed));
    let failed = (Verdict::Invalid, Outcome::Failed);
    assert_eq!(verdict(&files[..2]), failed);
    assert_eq!(verdict(&[DOCUMENT, b"page one", b"page 2"]), failed);
    assert_eq!(verdict(&[DOCUMENT, b"page one", b"page two", b"page three"]), failed);
}

#[test]
fn a_signed_message_has_evidence_too() {
    use yinxin::authority::Profile as Use;
    use yinxin::cms::{self, SignedData};
    use yinxin::timestamp::{Imprint, TimeStampRequest};
    let world = World::new(Version::V4);
    let (key, _) = evidence_common::end(&world.eras[0].root, "Clerk", Use::Signer, [2026, 2029]);
    let message = cms::sign_detached(&key, DOCUMENT).unwrap();
    let signed = SignedData::parse(&message, Profile::Conforming).unwrap();
    let request = TimeStampRequest::new(Imprint::sm3(&signed.signers()[0].signature)).unwrap();
    let token = answer(&world.eras[0].tsa, &request, day("2026-06-01"));
    let message = SignedData::with_unchecked_time_stamp(&message, token.as_der()).unwrap();
    let covered = Covered { signature: &message, documents: &[DOCUMENT] };
    let mut evidence = None::<Evidence>;
    for (number, date) in [MADE, RENEWED, RENEWED_AGAIN].into_iter().enumerate() {
        let (now, verifier) = (day(date), world.verifier(day(date)));
        let draft = match &evidence {
            None => verifier.prepare_evidence(&covered, oid::SM3, now).unwrap(),
            Some(earlier) => verifier.prepare_renewal(earlier, &covered, None, now).unwrap(),
        };
        let token = answer(&world.eras[number].tsa, draft.request(), now);
        evidence = Some(verifier.complete_evidence(&draft, &token, &covered, now).unwrap());
    }
    let (evidence, later) = (evidence.unwrap(), day(VERIFIED));
    let verifier = world.verifier(later);
    let report = verifier.verify_with_evidence(&evidence, &covered, None, later).unwrap();
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    let report = verifier.verify_signature(&message, DOCUMENT, &Moment::claimed(later)).unwrap();
    assert_ne!(report.verdict(), Verdict::Valid);
}
