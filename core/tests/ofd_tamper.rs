//! Signed documents verify, and whatever is done to them afterwards is found and named.

#![cfg(feature = "ofd")]

mod ofd_write_common;
mod seal_common;

use ofd_write_common::{document, part, path};
use proptest::prelude::*;
use seal_common::party::{Party, end, signing_time, soon};
use std::sync::LazyLock;
use yinxin::asn1::Profile;
use yinxin::authority::Profile as Use;
use yinxin::container::ofd::{
    Edge, Length, NewPackage, Package, SignatureDescription, SignatureFile, Straddle,
};
use yinxin::crypto::sm3;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::report::{Check, CheckCode, Outcome, Report};
use yinxin::seal::{Seal, SealRequest, StampRequest, Version, make, stamp};
use yinxin::signature::{OfdPosition, OfdRequest, Verifier, sign_ofd};

const LIST: &str = "/Doc_0/Signs/Signatures.xml";
const DESCRIPTION: &str = "/Doc_0/Signs/Sign_0/Signature.xml";
const VALUE: &str = "/Doc_0/Signs/Sign_0/SignedValue.dat";

/// Two offices, and what they signed.
struct World {
    party: Party,
    verifier: Verifier,
    seal: Seal,
    /// Stamped across the edges by the first office, open.
    open: Vec<u8>,
    /// The same, stamped by the second office too.
    two: Vec<u8>,
    /// The same, locked by a signature of the first.
    locked: Vec<u8>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let (other, certificate) = end(&party.root, "Other", Use::Signer);
    let others = SealRequest {
        id: "33000000000002",
        certificates: std::slice::from_ref(&certificate),
        ..party.request(Version::V5)
    };
    let others = make(&others, &party.maker).unwrap();
    let across = [OfdPosition::Straddle(Straddle::new(Edge::Right)).into()];
    let (x, y) = (Length::from_millimetres(20), Length::from_millimetres(30));
    let page = [OfdPosition::Page { page: 7, x, y }.into()];
    let open =
        sign(&document(7), &OfdRequest::stamp(&seal, &across, signing_time()), &party.signer);
    let two = sign(&open, &OfdRequest::stamp(&others, &page, signing_time()), &other);
    let locked = sign(&two, &OfdRequest::sign(signing_time()).locking(), &party.signer);
    let verifier = Verifier::new(party.trust());
    World { party, verifier, seal, open, two, locked }
});

fn sign(before: &[u8], request: &OfdRequest<'_>, signer: &SoftwareKey) -> Vec<u8> {
    let package = Package::open(&before, Profile::Conforming).unwrap();
    sign_ofd(&package, request, signer, 1).unwrap().to_bytes().unwrap()
}

fn verify(bytes: &[u8]) -> yinxin::Result<Report> {
    WORLD.verifier.verify_ofd(&bytes, &soon(), 1)
}

/// Every part with its bytes.
fn contents(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let package = Package::open(&bytes, Profile::Conforming).unwrap();
    let read = |entry| package.read(entry, 1 << 24).unwrap();
    package.parts().map(|entry| (entry.path().to_string(), read(entry))).collect()
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut package = NewPackage::new(signing_time());
    for (name, bytes) in parts {
        package.put(path(name), bytes.clone());
    }
    let mut bytes = Vec::new();
    package.write_to(&mut bytes).unwrap();
    bytes
}

/// Fails unless the document is refused with a failed check that names this, or stands in the report of
/// the signature of this name.
fn refused(bytes: &[u8], name: &str) {
    let Ok(report) = verify(bytes) else { return };
    assert!(!report.is_valid() && named(&report, name), "{name}:\n{}", report.to_text());
}

fn named(report: &Report, name: &str) -> bool {
    if report.subject().contains(name) {
        return !report.failures().is_empty();
    }
    let own = |check: &Check| {
        let failed = check.required && check.outcome == Outcome::Failed;
        failed && (check.subject.contains(name) || check.detail.contains(name))
    };
    report.checks().iter().any(own) || report.reports().iter().any(|inner| named(inner, name))
}

#[test]
fn what_is_signed_verifies() {
    for (bytes, signatures) in [(&WORLD.open, 1), (&WORLD.two, 2), (&WORLD.locked, 3)] {
        let report = verify(bytes).unwrap();
        assert!(report.is_valid(), "{}", report.to_text());
        assert_eq!(report.reports().len(), signatures);
    }
}

#[test]
fn each_kind_of_seal_and_of_division_verifies() {
    use yinxin::container::ofd::Division;
    let straddle = Straddle::new(Edge::Top);
    for version in [Version::V1, Version::V4, Version::V5] {
        let seal = WORLD.party.seal(version);
        for division in [Division::Whole, Division::Groups(3), Division::Gaps(333)] {
            let across = [OfdPosition::Straddle(Straddle { division, ..straddle }).into()];
            let request = OfdRequest::stamp(&seal, &across, signing_time()).locking();
            let bytes = sign(&document(7), &request, &WORLD.party.signer);
            let report = verify(&bytes).unwrap();
            assert!(report.is_valid(), "{division:?}\n{}", report.to_text());
        }
    }
}

#[test]
fn a_part_that_is_added_or_taken_away_is_named() {
    for bytes in [&WORLD.open, &WORLD.two, &WORLD.locked] {
        let parts = contents(bytes);
        for name in ["/Doc_0/Pages/Page_0/Annot.xml", "/x", "/Doc_0/Signs/Sign_0/x.dat"] {
            let mut more = parts.clone();
            more.push((name.to_owned(), b"<x/>".to_vec()));
            refused(&packed(&more), name);
        }
        for (index, (name, _)) in parts.iter().enumerate() {
            let mut fewer = parts.clone();
            fewer.remove(index);
            refused(&packed(&fewer), name);
        }
    }
}

/// Nothing signs some fields of a message, and they have to be right all the same.
#[test]
fn every_bit_of_a_message_counts() {
    let signed = sign(&document(1), &OfdRequest::sign(signing_time()), &WORLD.party.signer);
    assert!(verify(&signed).unwrap().is_valid());
    let parts = contents(&signed);
    let at = parts.iter().position(|(name, _)| name == VALUE).unwrap();
    for place in 0..parts[at].1.len() {
        for bit in 0..8 {
            let mut changed = parts.clone();
            changed[at].1[place] ^= 1 << bit;
            refused(&packed(&changed), "/Doc_0/Signs/Sign_0");
        }
    }
}

/// A signer who leaves a part out: everything else of the signature is good.
#[test]
fn a_reference_that_is_missing_is_named() {
    let parts = contents(&WORLD.open);
    let at = path(DESCRIPTION);
    let (file, _) =
        SignatureFile::parse(&part(&WORLD.open, DESCRIPTION), &at, Profile::Conforming).unwrap();
    for left_out in 0..file.references.len() {
        let references: Vec<(String, String)> = file
            .references
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != left_out)
            .map(|(_, reference)| (reference.path.to_string(), base64(&reference.check_value)))
            .collect();
        let seal = file.seal.as_ref().unwrap();
        let xml = SignatureDescription {
            provider: ("test", "1"),
            method: "1.2.156.10197.1.501",
            date_time: "20260601080000Z",
            check_method: "1.2.156.10197.1.401",
            references: &references,
            stamps: &[],
            seal: Some(seal.as_str()),
            signed_value: VALUE,
        };
        let xml = xml.to_xml().unwrap();
        let request = StampRequest {
            seal: &WORLD.seal,
            data_hash: sm3::digest(&xml),
            property: DESCRIPTION,
            time: signing_time(),
            extensions: &[],
        };
        let value = stamp(&request, &WORLD.party.signer as &dyn Signer).unwrap().into_bytes();
        let mut parts = parts.clone();
        for (name, bytes) in &mut parts {
            match name.as_str() {
                DESCRIPTION => *bytes = xml.clone(),
                VALUE => *bytes = value.clone(),
                _ => {}
            }
        }
        let name = file.references[left_out].path.as_str();
        let report = verify(&packed(&parts)).unwrap();
        let coverage = report.find(CheckCode::DocumentCoverage).unwrap();
        assert_eq!(coverage.outcome, Outcome::Failed, "{name}\n{}", report.to_text());
        refused(&packed(&parts), name);
    }
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// One byte of one part: of the open documents every part but the list, which is left open.
    #[test]
    fn a_changed_byte_is_named(
        which in 0usize..3,
        at in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        flip in 1u8..,
    ) {
        let bytes = [&WORLD.open, &WORLD.two, &WORLD.locked][which];
        let mut parts = contents(bytes);
        if which < 2 {
            parts.sort_by_key(|(name, _)| name == LIST);
        }
        let parts_that_count = parts.len() - usize::from(which < 2);
        let index = at.index(parts_that_count);
        let (name, held) = &mut parts[index];
        let place = place.index(held.len());
        held[place] ^= flip;
        // A value may be named by its signature, a list by the parts that it no longer lists.
        let name = match name.rsplit_once('/').unwrap() {
            (folder, "SignedValue.dat") => folder.to_owned(),
            (_, "Signatures.xml") => "/Doc_0/Signs/".to_owned(),
            // Where it names another list, nothing of the signatures is found any more.
            (_, "OFD.xml") => String::new(),
            _ => name.clone(),
        };
        refused(&packed(&parts), &name);
    }

    /// One byte of the package as stored: refused, or nothing of what it holds is another.
    #[test]
    fn a_changed_byte_of_the_package_changes_nothing_that_is_vouched_for(
        which in 0usize..3,
        place in any::<prop::sample::Index>(),
        flip in 1u8..,
    ) {
        let good = [&WORLD.open, &WORLD.two, &WORLD.locked][which];
        let mut bytes = good.clone();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        if verify(&bytes).is_ok_and(|report| report.is_valid()) {
            let held = |bytes: &[u8]| {
                let package = Package::open(&bytes, Profile::AsFound).unwrap();
                let read = |entry| package.read(entry, 1 << 24).unwrap();
                package
                    .parts()
                    .map(|entry| (entry.path().to_string(), read(entry)))
                    .filter(|(name, _)| which == 2 || name != LIST)
                    .collect::<Vec<_>>()
            };
            prop_assert_eq!(held(&bytes), held(good), "byte {}", place);
        }
    }
}
