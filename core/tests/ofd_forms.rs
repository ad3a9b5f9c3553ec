//! Signatures without a seal, in every form that is in use: which form it is, and that each is bound
//! to its description, its signer and every bit of its value.

#![cfg(feature = "ofd")]

mod ofd_write_common;
mod seal_common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ofd_write_common::{document, part, path};
use seal_common::party::{Party, end, signing_time, soon, time};
use yinxin::asn1::{Oid, Profile};
use yinxin::authority::Profile as Use;
use yinxin::cms::{Attributed, Extras, sign_attached, sign_detached, sign_together};
use yinxin::container::ofd::{NewPackage, Package};
use yinxin::crypto::sm3;
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::report::{CheckCode, NoteCode, Outcome, Report, Verdict};
use yinxin::signature::{OfdRequest, Verifier, sign_ofd};

const DESCRIPTION: &str = "/Doc_0/Signs/Sign_0/Signature.xml";
const VALUE: &str = "/Doc_0/Signs/Sign_0/SignedValue.dat";

/// How a value is made over a description, and what is said of it.
type Form = (&'static str, fn(&SoftwareKey, &[u8]) -> Vec<u8>, &'static str);

const MESSAGES: [Form; 6] = [
    ("digest", |key, xml| sign_attached(key, &sm3::digest(xml)).unwrap(), "its SM3 is signed"),
    (
        "base64",
        |key, xml| sign_attached(key, STANDARD.encode(sm3::digest(xml)).as_bytes()).unwrap(),
        "its SM3 in base64 is signed",
    ),
    ("whole", |key, xml| sign_attached(key, xml).unwrap(), "it is signed itself"),
    ("attributes", with_attributes, "it is signed itself"),
    ("detached", |key, xml| sign_detached(key, xml).unwrap(), "it is signed itself"),
    (
        "detached digest",
        |key, xml| sign_detached(key, &sm3::digest(xml)).unwrap(),
        "its SM3 is signed",
    ),
];
const BARE: Form = ("bare", bare, "it is signed itself");

fn with_attributes(key: &SoftwareKey, xml: &[u8]) -> Vec<u8> {
    let message = Attributed {
        content_type: Oid::new("1.2.156.10197.6.1.4.2.1"),
        content: xml,
        gm: true,
        signing_time: Some(signing_time()),
        certificates: true,
    };
    sign_together(&[key], &message, &Extras { detached: true, crls: &[] }).unwrap()
}

fn bare(key: &SoftwareKey, xml: &[u8]) -> Vec<u8> {
    key.sign(ToSign::Message(xml)).unwrap()
}

struct World {
    party: Party,
    /// Somebody else below the same root.
    other: SoftwareKey,
    verifier: Verifier,
    /// Knows the signer's certificate.
    knowing: Verifier,
    signed: Vec<u8>,
    description: Vec<u8>,
}

impl World {
    /// What a form takes: only the bare value comes without its certificate. With that at hand, those in
    /// a message would not count.
    fn verifier(&self, form: &str) -> &Verifier {
        if form == BARE.0 { &self.knowing } else { &self.verifier }
    }
}

fn world() -> World {
    let party = Party::new();
    let (other, _) = end(&party.root, "Other", Use::Signer);
    let plain = document(2);
    let package = Package::open(&plain, Profile::Conforming).unwrap();
    let request = OfdRequest::sign(signing_time()).locking();
    let signed = sign_ofd(&package, &request, &party.signer, 1).unwrap().to_bytes().unwrap();
    let description = part(&signed, DESCRIPTION);
    let mut trust = party.trust();
    trust.add_intermediate(party.signer_certificate.clone());
    let (verifier, knowing) = (Verifier::new(party.trust()), Verifier::new(trust));
    World { party, other, verifier, knowing, signed, description }
}

/// The document with another part in the place of one.
fn with(signed: &[u8], name: &str, bytes: &[u8]) -> Vec<u8> {
    let package = Package::open(&signed, Profile::Conforming).unwrap();
    let mut new = NewPackage::new(signing_time());
    for entry in package.parts() {
        let same = package.read(entry, 1 << 24).unwrap();
        let exchanged = *entry.path() == path(name);
        new.put(entry.path().clone(), if exchanged { bytes.to_vec() } else { same });
    }
    let mut bytes = Vec::new();
    new.write_to(&mut bytes).unwrap();
    bytes
}

fn verify(verifier: &Verifier, bytes: Vec<u8>) -> Report {
    verifier.verify_ofd(&bytes, &soon(), 1).unwrap()
}

fn outcome(report: &Report, code: CheckCode) -> Option<Outcome> {
    report.find(code).map(|check| check.outcome)
}

#[test]
fn every_form_verifies_and_is_named() {
    let world = world();
    for (name, make, detail) in MESSAGES.into_iter().chain([BARE]) {
        let value = make(&world.party.signer, &world.description);
        let report = verify(world.verifier(name), with(&world.signed, VALUE, &value));
        assert_eq!(report.verdict(), Verdict::Valid, "{name}: {}", report.to_text());
        assert_eq!(report.find(CheckCode::DocumentDigest).unwrap().detail, detail, "{name}");
    }
}

#[test]
fn every_form_is_bound_to_its_description() {
    let world = world();
    let another = [world.description.as_slice(), b" "].concat();
    for (name, make, _) in MESSAGES.into_iter().chain([BARE]) {
        let value = make(&world.party.signer, &another);
        let report = verify(world.verifier(name), with(&world.signed, VALUE, &value));
        assert_ne!(report.verdict(), Verdict::Valid, "{name}");
        let found = outcome(&report, CheckCode::DocumentDigest);
        let due = if name == BARE.0 { Outcome::NotDetermined } else { Outcome::Failed };
        assert_eq!(found, Some(due), "{name}: {}", report.to_text());
    }
}

#[test]
fn every_part_of_every_value_counts() {
    let world = world();
    for (name, make, _) in MESSAGES.into_iter().chain([BARE]) {
        let value = make(&world.party.signer, &world.description);
        // Every byte of the signature itself, which stands last, and many before it.
        let last = value.len().saturating_sub(72);
        for at in (0..last).step_by(3).chain(last..value.len()) {
            let mut bent = value.clone();
            bent[at] ^= 1 << (at % 8);
            let Ok(report) =
                world.verifier(name).verify_ofd(&with(&world.signed, VALUE, &bent), &soon(), 1)
            else {
                continue;
            };
            assert_ne!(report.verdict(), Verdict::Valid, "{name}, byte {at}");
        }
        let report =
            verify(world.verifier(name), with(&world.signed, VALUE, &value[..value.len() - 1]));
        assert_ne!(report.verdict(), Verdict::Valid, "{name}, cut");
        let longer = [value.as_slice(), b"\0"].concat();
        let report = verify(world.verifier(name), with(&world.signed, VALUE, &longer));
        assert_ne!(report.verdict(), Verdict::Valid, "{name}, a byte more");
    }
}

#[test]
fn a_page_changed_under_any_form_is_found() {
    let world = world();
    let page = "/Doc_0/Pages/Page_1/Content.xml";
    let changed = [part(&world.signed, page).as_slice(), b" "].concat();
    for (name, make, _) in MESSAGES.into_iter().chain([BARE]) {
        let value = make(&world.party.signer, &world.description);
        let bytes = with(&with(&world.signed, VALUE, &value), page, &changed);
        let report = verify(world.verifier(name), bytes);
        assert_eq!(report.verdict(), Verdict::Invalid, "{name}");
        assert_eq!(outcome(&report, CheckCode::DocumentReferences), Some(Outcome::Failed));
        assert_eq!(outcome(&report, CheckCode::DocumentDigest), Some(Outcome::Passed), "{name}");
    }
}

/// The bare value says nothing of who made it.
#[test]
fn a_bare_value_is_worth_what_the_certificates_at_hand_say() {
    let world = world();
    let of = |key: &SoftwareKey| with(&world.signed, VALUE, &bare(key, &world.description));
    let own = of(&world.party.signer);
    let report = verify(&world.knowing, own.clone());
    let bare_note = |report: &Report| {
        report.reports().iter().flat_map(Report::notes).any(|note| {
            note.code == NoteCode::DeviationElement && note.detail.contains("stands alone")
        })
    };
    assert!(report.is_valid() && bare_note(&report), "{}", report.to_text());
    for (verifier, bytes) in [(&world.verifier, own), (&world.knowing, of(&world.other))] {
        let report = verify(verifier, bytes);
        assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
        assert_eq!(outcome(&report, CheckCode::SignatureValue), Some(Outcome::NotDetermined));
    }
    // Neither over the digest nor with its numbers side by side is it a form.
    let value = bare(&world.party.signer, &sm3::digest(&world.description));
    let report = verify(&world.knowing, with(&world.signed, VALUE, &value));
    assert_eq!(report.verdict(), Verdict::NotDetermined);
    let report = verify(&world.knowing, with(&world.signed, VALUE, &[7; 64]));
    assert_ne!(report.verdict(), Verdict::Valid);
}

#[test]
fn a_revoked_signer_is_refused_in_any_form() {
    let mut world = world();
    let signer = world.party.signer_certificate.clone();
    world.party.root.revoke(&signer, time("2026-05-01T00:00:00Z"), None).unwrap();
    let mut trust = world.party.trust();
    trust.add_intermediate(signer);
    let verifier = Verifier::new(trust);
    for (name, make, _) in MESSAGES.into_iter().chain([BARE]) {
        let value = make(&world.party.signer, &world.description);
        let report = verify(&verifier, with(&world.signed, VALUE, &value));
        assert_eq!(report.verdict(), Verdict::Invalid, "{name}: {}", report.to_text());
    }
}
