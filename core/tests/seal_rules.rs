//! What the checks of seals and stamps decide: time, revocation, membership, mixtures, mistakes.

mod seal_common;

use seal_common::party::{Party, certify, signing_time, soon, stamped, time};
use yinxin::asn1::{Oid, Profile, gbt38540, oid, writer};
use yinxin::authority;
use yinxin::cert::Certificate;
use yinxin::crypto::hazmat::{Sm2Digest, sm2_digest};
use yinxin::crypto::public_key::PublicKey;
use yinxin::crypto::sm2::UserId;
use yinxin::crypto::sm3;
use yinxin::key::{Signer, ToSign};
use yinxin::report::{CheckCode, NoteCode, Outcome, Report, Verdict};
use yinxin::seal::{
    Expected, Extension, Seal, Stamp, StampRequest, Version, check_seal, check_stamp, make, stamp,
};
use yinxin::trust::{Moment, Trust};

const HASH: [u8; 32] = [9; 32];

fn made(party: &Party, version: Version) -> Stamp {
    stamped(&party.seal(version), HASH, &party.signer)
}

fn check(stamp: &Stamp, trust: &Trust, moment: &Moment) -> Report {
    let expected = Expected { data_hash: Some(&HASH), property: Some("p") };
    check_stamp(stamp, &expected, trust, moment)
}

fn outcome(report: &Report, code: CheckCode) -> Outcome {
    report.find(code).unwrap_or_else(|| panic!("{} in {}", code.name(), report.to_text())).outcome
}

fn noted(report: &Report, code: NoteCode) -> bool {
    report.notes().iter().any(|note| note.code == code)
}

fn trust_after(party: &mut Party, revoked: &Certificate, at: &str) -> Trust {
    party.root.revoke(revoked, time(at), None).unwrap();
    party.trust()
}

#[test]
fn revoked_before_signing_fails_and_after_it_needs_proof() {
    for version in [Version::V1, Version::V4, Version::V5] {
        let mut party = Party::new();
        let stamp = made(&party, version);
        let signer = party.signer_certificate.clone();
        let trust = trust_after(&mut party, &signer, "2026-05-01T00:00:00Z");
        let report = check(&stamp, &trust, &soon());
        assert_eq!(outcome(&report, CheckCode::SignerRevocation), Outcome::Failed);
        assert_eq!(report.verdict(), Verdict::Invalid);

        let mut party = Party::new();
        let stamp = made(&party, version);
        let signer = party.signer_certificate.clone();
        let trust = trust_after(&mut party, &signer, "2026-06-01T12:00:00Z");
        let report = check(&stamp, &trust, &soon());
        // A stolen key could have dated the stamp back.
        assert_eq!(outcome(&report, CheckCode::SignerRevocation), Outcome::Passed);
        assert!(noted(&report, NoteCode::RevokedSince));
        assert_eq!(outcome(&report, CheckCode::TimeProof), Outcome::NotDetermined);
        assert_eq!(report.verdict(), Verdict::NotDetermined);
        let proven = Moment::received(soon().now, time("2026-06-01T09:00:00Z"));
        assert_eq!(check(&stamp, &trust, &proven).verdict(), Verdict::Valid);
        let too_late = Moment::received(soon().now, time("2026-06-01T13:00:00Z"));
        let report = check(&stamp, &trust, &too_late);
        assert_eq!(outcome(&report, CheckCode::SignerRevocation), Outcome::Failed);
    }
}

#[test]
fn a_maker_revoked_since_counts_by_version() {
    for version in [Version::V1, Version::V4, Version::V5] {
        let mut party = Party::new();
        let (seal, stamp) = (party.seal(version), made(&party, version));
        let maker = party.maker_certificate.clone();
        let trust = trust_after(&mut party, &maker, "2026-06-01T12:00:00Z");
        let (alone, stamped) = (check_seal(&seal, &trust, &soon()), check(&stamp, &trust, &soon()));
        assert!(noted(&stamped, NoteCode::RevokedSince));
        if version == Version::V5 {
            // GM/T 0031-2025: good when the seal was made, and that is told.
            assert!(noted(&alone, NoteCode::RevokedSince));
            assert_eq!(alone.verdict(), Verdict::Valid, "{}", alone.to_text());
            assert_eq!(stamped.verdict(), Verdict::Valid, "{}", stamped.to_text());
        } else {
            assert_eq!(outcome(&alone, CheckCode::SealMakerRevocation), Outcome::Failed);
            assert_eq!(alone.verdict(), Verdict::Invalid);
            assert_eq!(outcome(&stamped, CheckCode::TimeProof), Outcome::NotDetermined);
        }
        // Revoked before the seal was made: bad in every version.
        let mut party = Party::new();
        let (seal, stamp) = (party.seal(version), made(&party, version));
        let maker = party.maker_certificate.clone();
        let trust = trust_after(&mut party, &maker, "2026-01-02T00:00:00Z");
        assert_eq!(check_seal(&seal, &trust, &soon()).verdict(), Verdict::Invalid);
        let report = check(&stamp, &trust, &soon());
        assert_eq!(outcome(&report, CheckCode::SealMakerRevocation), Outcome::Failed);
    }
}

#[test]
fn what_expired_since_needs_proof() {
    let party = Party::new();
    let trust = party.trust();
    let stamp = made(&party, Version::V4);
    // 2028: the seal has expired (2027-12-31), and the certificates on 2028-01-01.
    for now in ["2027-12-31T23:59:59Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z"] {
        let report = check(&stamp, &trust, &Moment::claimed(time(now)));
        let expected =
            if now.starts_with("2027") { Verdict::Valid } else { Verdict::NotDetermined };
        assert_eq!(report.verdict(), expected, "{now}: {}", report.to_text());
        assert_eq!(noted(&report, NoteCode::ExpiredSince), !now.starts_with("2027"));
        let proven = Moment::received(time(now), signing_time());
        assert_eq!(check(&stamp, &trust, &proven).verdict(), Verdict::Valid, "{now}");
    }
    // The path above expired: nothing proves that the stamp is older.
    let report = check(&stamp, &trust, &Moment::claimed(time("2036-01-01T00:00:00Z")));
    assert_eq!(report.verdict(), Verdict::NotDetermined);
    // A proof from the future is no more than one of now.
    let future = Moment::received(soon().now, time("2030-01-01T00:00:00Z"));
    assert_eq!(check(&stamp, &trust, &future).verdict(), Verdict::Valid);
    // A signing time in the future is impossible.
    let report = check(&stamp, &trust, &Moment::claimed(time("2026-05-31T00:00:00Z")));
    assert_eq!(outcome(&report, CheckCode::TimeSigning), Outcome::Failed);
    assert_eq!(report.verdict(), Verdict::Invalid);
}

#[test]
fn trust_decides() {
    let party = Party::new();
    for version in [Version::V1, Version::V4, Version::V5] {
        let stamp = made(&party, version);
        let report = check(&stamp, &Trust::default(), &soon());
        for code in [CheckCode::SignerChain, CheckCode::SealMakerChain] {
            assert_eq!(outcome(&report, code), Outcome::Failed);
        }
        for code in [CheckCode::StampSignature, CheckCode::SealSignature, CheckCode::DocumentDigest]
        {
            assert_eq!(outcome(&report, code), Outcome::Passed);
        }
        assert_eq!(report.verdict(), Verdict::Invalid);
        // Another party's root trusts neither.
        let report = check(&stamp, &Party::new().trust(), &soon());
        assert_eq!(report.verdict(), Verdict::Invalid);
    }
}

/// What a signer of bad software or bad will puts together: signed, but not by the rules.
struct Forge<'a> {
    party: &'a Party,
    seal: Seal,
    number: i64,
    extensions: Vec<Vec<u8>>,
    certificate: Certificate,
    algorithm: Oid,
}

impl<'a> Forge<'a> {
    fn new(party: &'a Party, version: Version) -> Self {
        Forge {
            party,
            seal: party.seal(version),
            number: version.number(),
            extensions: Vec::new(),
            certificate: party.signer_certificate.clone(),
            algorithm: oid::SM2_WITH_SM3,
        }
    }

    fn to_sign(&self) -> Vec<u8> {
        let tail = gbt38540::write_to_sign_tail(signing_time(), &HASH, "p", &self.extensions);
        writer::sequence(&[&writer::integer(self.number), self.seal.as_bytes(), &tail])
    }

    fn with_digest(&self, digest: impl FnOnce(&[u8]) -> [u8; 32]) -> Vec<u8> {
        let to_sign = self.to_sign();
        let digest = Sm2Digest(digest(&to_sign));
        let signature = self.party.signer.sign(ToSign::Digest(&digest)).unwrap();
        let certificate = self.certificate.as_der();
        gbt38540::write_stamp(&[&to_sign], certificate, &self.algorithm, &signature, None)
    }

    fn bytes(&self) -> Vec<u8> {
        let PublicKey::Sm2(key) = self.party.signer.public_key() else { panic!() };
        self.with_digest(|message| sm2_digest(key, &UserId::default(), &[message]).0)
    }

    fn report(&self, profile: Profile) -> yinxin::Result<Report> {
        let stamp = Stamp::parse(&self.bytes(), profile)?;
        Ok(check(&stamp, &self.party.trust(), &soon()))
    }
}

#[test]
fn a_well_made_forgery_of_the_test_is_valid() {
    let party = Party::new();
    let report = Forge::new(&party, Version::V4).report(Profile::Conforming).unwrap();
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
}

#[test]
fn versions_do_not_mix() {
    let party = Party::new();
    for (version, number) in [(Version::V4, 5), (Version::V5, 4), (Version::V1, 4)] {
        let mut forge = Forge::new(&party, version);
        forge.number = number;
        assert!(forge.report(Profile::Conforming).is_err());
        let report = forge.report(Profile::AsFound).unwrap();
        assert_eq!(outcome(&report, CheckCode::StampVersion), Outcome::Failed);
        assert_eq!(outcome(&report, CheckCode::StampSignature), Outcome::Passed);
    }
}

#[test]
fn critical_and_double_extensions_fail() {
    let party = Party::new();
    let id = Oid::new("1.2.3.4");
    let extension = |critical| yinxin::asn1::ses::write::extension(&id, critical, b"x");
    let mut forge = Forge::new(&party, Version::V4);
    forge.extensions = vec![extension(false)];
    assert_eq!(forge.report(Profile::Conforming).unwrap().verdict(), Verdict::Valid);
    forge.extensions = vec![extension(true)];
    let report = forge.report(Profile::Conforming).unwrap();
    assert_eq!(outcome(&report, CheckCode::StampExtensions), Outcome::Failed);
    forge.extensions = vec![extension(false), extension(false)];
    assert!(forge.report(Profile::Conforming).is_err());
    let report = forge.report(Profile::AsFound).unwrap();
    assert_eq!(outcome(&report, CheckCode::StampExtensions), Outcome::Failed);
    forge.extensions = vec![extension(false); 65];
    let error = forge.report(Profile::AsFound).unwrap_err();
    assert_eq!(error.code(), yinxin::error::Code::Count);

    // What a caller may ask for reads back.
    let seal = party.seal(Version::V5);
    let extensions = [Extension { id, critical: false, value: b"x".to_vec() }];
    let request = StampRequest {
        seal: &seal,
        data_hash: HASH,
        property: "p",
        time: signing_time(),
        extensions: &extensions,
    };
    let made = stamp(&request, &party.signer).unwrap();
    assert_eq!(
        Stamp::parse(made.as_bytes(), Profile::Conforming).unwrap().extensions(),
        extensions
    );
}

#[test]
fn another_certificate_of_the_same_key_is_not_the_listed_one() {
    let party = Party::new();
    let mut forge = Forge::new(&party, Version::V4);
    forge.certificate = certify(&party.root, "Signer", authority::Profile::Signer, &party.signer);
    let report = forge.report(Profile::Conforming).unwrap();
    assert_eq!(outcome(&report, CheckCode::StampSignature), Outcome::Passed);
    let check = report.find(CheckCode::SignerMembership).unwrap();
    assert_eq!(check.outcome, Outcome::Failed);
    assert!(check.detail.contains("made anew"), "{}", check.detail);
    // The encryption certificate of the pair may not sign.
    forge.certificate =
        certify(&party.root, "Signer", authority::Profile::Encryption, &party.signer);
    let report = forge.report(Profile::Conforming).unwrap();
    assert_eq!(outcome(&report, CheckCode::SignerUsage), Outcome::Failed);
    assert_eq!(report.verdict(), Verdict::Invalid);
}

#[test]
fn the_algorithm_belongs_to_the_key() {
    let party = Party::new();
    let mut forge = Forge::new(&party, Version::V4);
    for other in [oid::RSA_SHA256, oid::ECDSA_SHA256, oid::SM3, oid::RSA_SHA1] {
        forge.algorithm = other;
        let report = forge.report(Profile::AsFound).unwrap();
        assert_eq!(outcome(&report, CheckCode::StampSignature), Outcome::Failed, "{other}");
    }
    for alias in [oid::SM2_WITH_SM3_TYPO, oid::SM2_SIGN, oid::CURVE_SM2] {
        forge.algorithm = alias;
        assert!(forge.report(Profile::Conforming).is_err());
        let report = forge.report(Profile::AsFound).unwrap();
        assert!(noted(&report, NoteCode::DeviationAlgorithm));
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    }
}

#[test]
fn known_mistakes_are_named_and_stay_failed() {
    let party = Party::new();
    let forge = Forge::new(&party, Version::V4);
    let PublicKey::Sm2(key) = party.signer.public_key().clone() else { panic!() };
    let e = |id: &[u8], message: &[u8]| sm2_digest(&key, &UserId::new(id).unwrap(), &[message]).0;
    type Mistake<'a> = (&'a str, NoteCode, Box<dyn Fn(&[u8]) -> [u8; 32] + 'a>);
    let mistakes: [Mistake<'_>; 4] = [
        ("Z was left out", NoteCode::DeviationSignatureInput, Box::new(sm3::digest)),
        ("e = dataHash", NoteCode::DeviationSignatureInput, Box::new(|_| HASH)),
        (
            "hashed once more",
            NoteCode::DeviationSignatureInput,
            Box::new(|m| e(b"1234567812345678", &sm3::digest(m))),
        ),
        ("empty user id", NoteCode::DeviationUserId, Box::new(|m| e(b"", m))),
    ];
    for (text, code, digest) in mistakes {
        let stamp = Stamp::parse(&forge.with_digest(digest), Profile::AsFound).unwrap();
        let report = check(&stamp, &party.trust(), &soon());
        assert_eq!(outcome(&report, CheckCode::StampSignature), Outcome::Failed, "{text}");
        let note = report.notes().iter().find(|note| note.code == code);
        assert!(note.is_some_and(|note| note.detail.contains(text)), "{}", report.to_text());
        assert_eq!(report.verdict(), Verdict::Invalid);
    }
    // dataHash made with Z.
    let with_z = e(b"1234567812345678", b"document");
    let seal = party.seal(Version::V4);
    let request = StampRequest {
        seal: &seal,
        data_hash: with_z,
        property: "p",
        time: signing_time(),
        extensions: &[],
    };
    let made = stamp(&request, &party.signer).unwrap();
    let (code, _) = made.explain_digest(b"document").unwrap();
    assert_eq!(code, NoteCode::DeviationDigest);
    assert_eq!(made.explain_digest(b"other"), None);
}

#[test]
fn a_seal_with_another_seals_signature_is_not_good() {
    let party = Party::new();
    let mut request = party.request(Version::V4);
    request.name = "另一枚章";
    let (one, other) = (party.seal(Version::V4), make(&request, &party.maker).unwrap());
    let info = other.to_be_signed().into_owned();
    let bytes = gbt38540::write_seal(
        &info,
        one.maker_certificate(),
        &oid::SM2_WITH_SM3,
        one.signature_value(),
        None,
    );
    let seal = Seal::parse(&bytes, Profile::Conforming).unwrap();
    let report = check_seal(&seal, &party.trust(), &soon());
    assert_eq!(outcome(&report, CheckCode::SealSignature), Outcome::Failed);
    // Signed by one who may not make seals for this verifier.
    let stranger = Party::new();
    let seal = make(&party.request(Version::V4), &stranger.maker).unwrap();
    let report = check_seal(&seal, &party.trust(), &soon());
    assert_eq!(outcome(&report, CheckCode::SealMakerChain), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::SealSignature), Outcome::Passed);
}
