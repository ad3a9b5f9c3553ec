//! Evidence that must not count: foreign trust, answers from before the stamp, renewals that come too
//! late, and every kind of change.

mod evidence_common;
mod seal_common;

use evidence_common::{DOCUMENT, MADE, RENEWED, RENEWED_AGAIN, VERIFIED, World};
use evidence_common::{answer, authority, day, outcome};
use yinxin::asn1::reader::tag;
use yinxin::asn1::{Oid, Reader, oid, writer};
use yinxin::cert::Reason;
use yinxin::error::Code;
use yinxin::evidence::{Covered, Draft, Evidence};
use yinxin::report::{CheckCode, Outcome, Report, Verdict};
use yinxin::seal::Version;
use yinxin::signature::Verifier;
use yinxin::timestamp::Token;
use yinxin::trust::{Revocation, Trust};

/// Evidence with three archive time stamps, the last by another hash function if one is named.
fn told(world: &World, hash: Option<Oid>) -> Evidence {
    let made = world.evidence(oid::SHA256);
    let renewed = world.renewed(&made, &world.eras[1].tsa, None, day(RENEWED)).unwrap();
    world.renewed(&renewed, &world.eras[2].tsa, hash, day(RENEWED_AGAIN)).unwrap()
}

/// The members of a SEQUENCE, each with its header.
fn members(der: &[u8]) -> Vec<Vec<u8>> {
    let mut outer = Reader::new(der, "test");
    let mut inner = outer.read().unwrap().contents();
    let mut found = Vec::new();
    while !inner.is_empty() {
        found.push(inner.read().unwrap().raw.to_vec());
    }
    found
}

/// A draft and a token put together by somebody who checks nothing.
fn assemble(draft: &Draft, token: &Token) -> Evidence {
    let [_, materials, archive, new_chain, hash, digests, _] = &members(&draft.to_der())[..] else {
        panic!("a draft has seven members")
    };
    let hash = writer::tlv(tag::context(0), &[&members(hash)[0]]);
    let added =
        writer::sequence(&[&hash, &writer::tlv(tag::context(2), &[digests]), token.as_der()]);
    let mut chains = members(archive);
    match new_chain[2] {
        0 => {
            let mut last = members(&chains.pop().unwrap());
            last.push(added);
            chains.push(writer::sequence_of(&last));
        }
        _ => chains.push(writer::sequence_of(&[added])),
    }
    let format = writer::utf8("yinxin:evidence:1");
    let bytes = writer::sequence(&[&format, materials, &writer::sequence_of(&chains)]);
    Evidence::from_der(&bytes).unwrap()
}

/// The same evidence, its members changed.
fn changed(evidence: &Evidence, change: impl FnOnce(&mut [Vec<u8>])) -> Evidence {
    let mut parts = members(evidence.as_der());
    change(&mut parts);
    Evidence::from_der(&writer::sequence_of(&parts)).unwrap()
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from).expect("it is there");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

#[test]
fn a_root_inside_brings_no_trust() {
    let world = World::new(Version::V5);
    let evidence = told(&world, None);
    let root = world.eras[0].root.certificate();
    assert!(evidence.materials()[0].certificates().contains(root));
    let now = day(VERIFIED);
    // A verifier that no longer keeps the first root.
    let mut trust = Trust::new(world.anchors().policy().clone());
    for anchor in world.anchors().anchors().iter().filter(|anchor| *anchor != root) {
        trust.add_anchor(anchor.clone());
    }
    trust.add_crl(world.eras[2].crl(day("2056-06-02")));
    let verifier = Verifier::new(trust);
    let report = verifier.verify_with_evidence(&evidence, &world.covered(), None, now).unwrap();
    assert_eq!(report.verdict(), Verdict::Invalid, "{}", report.to_text());
    assert_eq!(outcome(&report, CheckCode::SignerChain), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::EvidenceToken), Outcome::Failed);
    // All of it by strangers with authorities of their own.
    let strangers = World::new(Version::V5);
    let theirs = told(&strangers, None);
    assert!(strangers.verify(&theirs, now).is_valid());
    let report =
        world.verifier(now).verify_with_evidence(&theirs, &strangers.covered(), None, now).unwrap();
    assert_eq!(report.verdict(), Verdict::Invalid);
    assert_eq!(outcome(&report, CheckCode::TokenChain), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::SignerChain), Outcome::Failed);
}

#[test]
fn an_answer_from_before_the_stamp_does_not_count() {
    let world = World::new(Version::V4);
    let now = day(MADE);
    let with_list_of = |date: &str, revocation: Revocation| {
        let mut trust = world.anchors();
        trust.policy_mut().revocation = revocation;
        trust.add_seal_states(world.states.clone());
        trust.add_crl(world.eras[0].crl(day(date)));
        Verifier::new(trust)
    };
    // In force when the evidence is made, but issued the day before the stamp.
    let verifier = with_list_of("2026-05-31", Revocation::Required);
    let error = verifier.prepare_evidence(&world.covered(), oid::SM3, now).unwrap_err();
    assert_eq!(error.code(), Code::NotValid);
    assert!(error.message().contains("signer.revocation NotDetermined"), "{error}");
    // Those who did not care made evidence of it all the same, and renewed it. The second list was
    // out of date even when it was put in.
    for date in ["2026-05-31", "2026-05-20"] {
        let careless = with_list_of(date, Revocation::IfAvailable);
        let draft = careless.prepare_evidence(&world.covered(), oid::SM3, now).unwrap();
        let mut evidence = assemble(&draft, &answer(&world.eras[0].tsa, draft.request(), now));
        for (era, date) in [(1, RENEWED), (2, RENEWED_AGAIN)] {
            let now = day(date);
            let mut trust = world.trust(now);
            trust.policy_mut().revocation = Revocation::IfAvailable;
            let careless = Verifier::new(trust);
            let draft = careless.prepare_renewal(&evidence, &world.covered(), None, now).unwrap();
            let token = answer(&world.eras[era].tsa, draft.request(), now);
            evidence = careless.complete_evidence(&draft, &token, &world.covered(), now).unwrap();
        }
        let report = world.verify(&evidence, day(VERIFIED));
        assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
        for code in [CheckCode::SignerRevocation, CheckCode::SealMakerRevocation] {
            assert_eq!(outcome(&report, code), Outcome::NotDetermined);
        }
        assert_eq!(outcome(&report, CheckCode::EvidenceToken), Outcome::Passed);
    }
    // From the day of the stamp on.
    let verifier = with_list_of("2026-06-01", Revocation::Required);
    assert!(verifier.prepare_evidence(&world.covered(), oid::SM3, now).is_ok());
}

fn renewal_error(world: &World, evidence: &Evidence, now: yinxin::Time) -> yinxin::Error {
    world.renewed(evidence, &world.eras[1].tsa, None, now).unwrap_err()
}

#[test]
fn what_is_recorded_says_revoked_and_so_does_what_came_later() {
    let mut world = World::new(Version::V4);
    let evidence = told(&world, None);
    let now = day(VERIFIED);
    assert!(world.verify(&evidence, now).is_valid());
    // Found out in 2027: the key was stolen before the stamp was made.
    let signer = world.signer.clone();
    world.eras[0].root.revoke(&signer, day("2026-05-01"), Some(Reason::KeyCompromise)).unwrap();
    let mut trust = world.trust(now);
    trust.add_crl(world.eras[0].crl(day("2027-06-01")));
    let verifier = Verifier::new(trust);
    let report = verifier.verify_with_evidence(&evidence, &world.covered(), None, now).unwrap();
    assert_eq!(report.verdict(), Verdict::Invalid, "{}", report.to_text());
    assert_eq!(outcome(&report, CheckCode::SignerRevocation), Outcome::Failed);
    // Nor is evidence made of it from then on.
    let error = world
        .verifier(day(MADE))
        .prepare_evidence(&world.covered(), oid::SM3, day(MADE))
        .unwrap_err();
    assert!(error.message().contains("signer.revocation Failed"), "{error}");
}

#[test]
fn a_revocation_that_is_not_collected_counts_too() {
    let mut world = World::new(Version::V5);
    let now = day(MADE);
    let clean = world.eras[0].crl(day("2026-06-02"));
    let signer = world.signer.clone();
    world.eras[0].root.revoke(&signer, day("2026-05-01"), Some(Reason::KeyCompromise)).unwrap();
    let mut trust = world.anchors();
    trust.add_seal_states(world.states.clone());
    trust.add_crl(clean);
    let good = Verifier::new(trust.clone());
    let draft = good.prepare_evidence(&world.covered(), oid::SM3, now).unwrap();
    // Out of date, so not worth keeping; but what it says still holds.
    trust.add_crl(world.eras[0].crl(day("2026-05-20")));
    let warned = Verifier::new(trust);
    let error = warned.prepare_evidence(&world.covered(), oid::SM3, now).unwrap_err();
    assert!(error.message().contains("signer.revocation Failed"), "{error}");
    let token = answer(&world.eras[0].tsa, draft.request(), now);
    let error = warned.complete_evidence(&draft, &token, &world.covered(), now).unwrap_err();
    assert!(error.message().contains("signer.revocation Failed"), "{error}");
    assert!(good.complete_evidence(&draft, &token, &world.covered(), now).is_ok());
}

#[test]
fn a_stamp_without_a_time_stamp_has_to_get_one_first() {
    let world = World::new(Version::V4);
    let now = day(MADE);
    let bare = yinxin::asn1::gbt38540::write_stamp(
        &[world.stamp.to_be_signed()],
        world.stamp.signer_certificate(),
        &world.stamp.algorithm(),
        world.stamp.signature_value(),
        None,
    );
    let covered = Covered { signature: &bare, documents: &[DOCUMENT] };
    let error = world.verifier(now).prepare_evidence(&covered, oid::SM3, now).unwrap_err();
    assert_eq!(error.code(), Code::NotValid);
    assert!(error.message().contains("time stamp of its own"), "{error}");
    let none = Covered { documents: &[], ..world.covered() };
    let error = world.verifier(now).prepare_evidence(&none, oid::SM3, now).unwrap_err();
    assert_eq!(error.code(), Code::NotValid, "{error}");
    let error = world.verifier(now).prepare_evidence(&world.covered(), oid::SHA1, now).unwrap_err();
    assert_eq!(error.code(), Code::Algorithm);
}

#[test]
fn a_renewal_that_comes_too_late_is_refused() {
    let world = World::new(Version::V5);
    let made = world.evidence(oid::SM3);
    // The first authority's certificate ends with 2035.
    let (in_time, too_late) = (day("2035-12-01"), day("2036-02-01"));
    let error = renewal_error(&world, &made, too_late);
    assert_eq!(error.code(), Code::NotValid);
    assert!(error.message().contains("token.proof NotDetermined"), "{error}");
    assert!(world.renewed(&made, &world.eras[1].tsa, None, in_time).is_ok());
    // Prepared in time, stamped too late.
    let verifier = world.verifier(in_time);
    let draft = verifier.prepare_renewal(&made, &world.covered(), None, in_time).unwrap();
    let token = answer(&world.eras[1].tsa, draft.request(), too_late);
    let verifier = world.verifier(too_late);
    let refused = verifier.complete_evidence(&draft, &token, &world.covered(), too_late);
    assert_eq!(refused.unwrap_err().code(), Code::NotValid);
    let report = world.verify(&assemble(&draft, &token), too_late);
    assert_eq!(report.verdict(), Verdict::Invalid, "{}", report.to_text());
    assert_eq!(outcome(&report, CheckCode::EvidenceToken), Outcome::Failed);
    assert_eq!(outcome(&report, CheckCode::TokenProof), Outcome::Failed);
}

#[test]
fn an_authority_that_is_compromised_takes_only_along_what_was_not_renewed() {
    let mut world = World::new(Version::V4);
    let made = world.evidence(oid::SM3);
    let renewed = world.renewed(&made, &world.eras[1].tsa, None, day(RENEWED)).unwrap();
    let tsa = world.eras[0].tsa.certificate().clone();
    let reason = Some(Reason::KeyCompromise);
    world.eras[0].root.revoke(&tsa, day("2035-06-01"), reason).unwrap();
    let now = day("2035-07-01");
    let report = world.verify(&made, now);
    assert_eq!(report.verdict(), Verdict::Invalid, "{}", report.to_text());
    assert_eq!(outcome(&report, CheckCode::TokenRevocation), Outcome::Failed);
    assert_eq!(renewal_error(&world, &made, now).code(), Code::NotValid);
    let report = world.verify(&renewed, now);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
}

#[test]
fn nothing_covered_may_change() {
    let world = World::new(Version::V4);
    let other = World::new(Version::V4);
    let now = day(VERIFIED);
    for hash in [None, Some(oid::SM3)] {
        let evidence = told(&world, hash);
        let verify = |evidence: &Evidence, covered: &Covered<'_>| {
            world.verifier(now).verify_with_evidence(evidence, covered, None, now).unwrap()
        };
        let fails = |report: Report, code: CheckCode| {
            assert_eq!(report.verdict(), Verdict::Invalid, "{}", report.to_text());
            assert_eq!(outcome(&report, code), Outcome::Failed, "{}", report.to_text());
        };
        let digests = CheckCode::EvidenceDigests;
        assert!(verify(&evidence, &world.covered()).is_valid());
        // Another document, another stamp, and the stamp without its time stamp.
        let document = Covered { documents: &[b"pay 900.00 to the school"], ..world.covered() };
        let report = verify(&evidence, &document);
        assert_eq!(outcome(&report, CheckCode::DocumentDigest), Outcome::Failed);
        fails(report, digests);
        fails(verify(&evidence, &other.covered()), digests);
        let again = world.stamp.time_stamp_request().unwrap();
        let token = answer(&world.eras[0].tsa, &again, day("2026-06-02"));
        let again = world.stamp.with_time_stamp(&token).unwrap();
        let again = Covered { signature: again.as_bytes(), documents: &[DOCUMENT] };
        fails(verify(&evidence, &again), digests);
        // A list in the material, replaced by another good one of that time, in each material.
        for place in 0..3 {
            let old = evidence.materials()[place].crls()[0].as_der().to_vec();
            let era = &world.eras[place.saturating_sub(1)];
            let new =
                era.crl(evidence.materials()[place].crls()[0].this_update().plus_days(1).unwrap());
            let replaced = changed(&evidence, |parts| {
                let mut materials = members(&parts[1]);
                let list = writer::tlv(tag::context(1), &[new.as_der()]);
                let mut fields = members(&materials[place]);
                assert_eq!(fields[1], writer::tlv(tag::context(1), &[&old]));
                fields[1] = list;
                materials[place] = writer::sequence_of(&fields);
                parts[1] = writer::sequence_of(&materials);
            });
            fails(verify(&replaced, &world.covered()), digests);
        }
        // Materials in another order.
        let swapped = changed(&evidence, |parts| {
            let mut materials = members(&parts[1]);
            materials.swap(0, 1);
            parts[1] = writer::sequence_of(&materials);
        });
        fails(verify(&swapped, &world.covered()), digests);
        // An archive time stamp left out, with its material.
        let cut = changed(&evidence, |parts| {
            let mut materials = members(&parts[1]);
            materials.remove(1);
            parts[1] = writer::sequence_of(&materials);
            let mut chains = members(&parts[2]);
            let mut first = members(&chains[0]);
            first.remove(1);
            chains[0] = writer::sequence_of(&first);
            parts[2] = writer::sequence_of(&chains);
        });
        fails(verify(&cut, &world.covered()), digests);
        // A digest: the token is over others.
        let digest = evidence.time_stamps().next().unwrap().digests()[0].clone();
        let mut wrong = digest.clone();
        wrong[31] ^= 1;
        let bytes = replaced(evidence.as_der(), &digest, &wrong);
        let report = verify(&Evidence::from_der(&bytes).unwrap(), &world.covered());
        assert_eq!(outcome(&report, CheckCode::TokenImprint), Outcome::Failed);
        fails(report, digests);
        // A token of the same authority over something else.
        let old = evidence.time_stamps().next().unwrap().token().as_der().to_vec();
        let elsewhere = other.evidence(oid::SHA256);
        let new = elsewhere.time_stamps().next().unwrap().token().as_der().to_vec();
        let moved = changed(&evidence, |parts| {
            let mut chains = members(&parts[2]);
            let mut first = members(&chains[0]);
            let mut fields = members(&first[0]);
            assert_eq!(fields[2], old);
            fields[2] = new;
            first[0] = writer::sequence_of(&fields);
            chains[0] = writer::sequence_of(&first);
            parts[2] = writer::sequence_of(&chains);
        });
        let report = verify(&moved, &world.covered());
        assert_eq!(outcome(&report, CheckCode::TokenImprint), Outcome::Failed);
        fails(report, CheckCode::EvidenceToken);
    }
}

#[test]
fn time_does_not_go_back() {
    let world = World::new(Version::V4);
    let made = world.evidence(oid::SM3);
    let now = day(RENEWED);
    let draft = world.verifier(now).prepare_renewal(&made, &world.covered(), None, now).unwrap();
    // An authority whose clock stands before the first archive time stamp.
    let early = authority(&world.eras[0].root, "Early", [2026, 2036]);
    let evidence = assemble(&draft, &answer(&early, draft.request(), day("2026-06-02")));
    let report = world.verify(&evidence, now);
    assert_eq!(outcome(&report, CheckCode::EvidenceOrder), Outcome::Failed);
    assert_eq!(report.verdict(), Verdict::Invalid);
    // From the future.
    let evidence =
        assemble(&draft, &answer(&world.eras[1].tsa, draft.request(), day("2040-06-02")));
    let report = world.verify(&evidence, now);
    assert_eq!(outcome(&report, CheckCode::TokenTime), Outcome::Failed);
}

#[test]
fn a_changed_byte_is_never_another_good_evidence() {
    let world = World::new(Version::V4);
    let evidence = told(&world, Some(oid::SM3));
    let bytes = evidence.as_der();
    let now = day(VERIFIED);
    let verifier = world.verifier(now);
    // What no signature covers in a message is free in the newest token; all else is fixed.
    let newest = evidence.time_stamps().next_back().unwrap().token().as_der();
    let end = bytes.len() - newest.len();
    let mut read = 0;
    for at in (0..end).step_by(61) {
        let mut changed = bytes.to_vec();
        changed[at] ^= 1 << (at % 8);
        let Ok(evidence) = Evidence::from_der(&changed) else { continue };
        read += 1;
        let report = verifier.verify_with_evidence(&evidence, &world.covered(), None, now).unwrap();
        assert_eq!(report.verdict(), Verdict::Invalid, "{at}: {}", report.to_text());
    }
    assert!(read > 20, "{read} changes were read");
    for end in (0..bytes.len()).step_by(97) {
        assert!(Evidence::from_der(&bytes[..end]).is_err());
    }
}

#[test]
fn what_is_no_evidence_is_refused_with_its_reason() {
    let world = World::new(Version::V4);
    let evidence = world.evidence(oid::SM3);
    let parts = members(evidence.as_der());
    let code =
        |parts: &[Vec<u8>]| Evidence::from_der(&writer::sequence_of(parts)).unwrap_err().code();
    let with = |place: usize, part: Vec<u8>| {
        let mut parts = parts.clone();
        parts[place] = part;
        code(&parts)
    };
    assert_eq!(with(0, writer::utf8("yinxin:evidence:2")), Code::Version);
    assert_eq!(with(1, writer::sequence(&[])), Code::Structure);
    assert_eq!(with(2, writer::sequence(&[])), Code::Structure);
    assert_eq!(with(2, writer::sequence(&[&writer::sequence(&[])])), Code::Der);
    assert_eq!(code(&parts[..2]), Code::Der);
    assert_eq!(code(&[&parts[..], &[writer::null()]].concat()), Code::Der);
    let (sm3, sha1) = (writer::oid(&oid::SM3), writer::oid(&oid::SHA1));
    let chain = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut fields = members(&members(&members(&parts[2])[0])[0]);
        change(&mut fields);
        with(2, writer::sequence(&[&writer::sequence(&[&writer::sequence_of(&fields)])]))
    };
    assert_eq!(
        chain(&|fields| fields[0] = writer::tlv(tag::context(0), &[&sha1])),
        Code::Algorithm
    );
    let digests = |list: &[Vec<u8>]| writer::tlv(tag::context(2), &[&writer::sequence_of(list)]);
    let digest = |byte: u8| writer::octet_string(&[byte; 32]);
    assert_eq!(chain(&|fields| fields[1] = digests(&[digest(1)])), Code::Der);
    assert_eq!(chain(&|fields| fields[1] = digests(&[digest(2), digest(1)])), Code::Der);
    assert_eq!(chain(&|fields| fields[1] = digests(&[digest(1), digest(1)])), Code::Der);
    let short = writer::octet_string(&[1; 31]);
    assert_eq!(chain(&|fields| fields[1] = digests(&[short.clone(), digest(2)])), Code::Der);
    assert_eq!(chain(&|fields| drop(fields.pop())), Code::Der);
    assert_ne!(sm3, sha1);
    // More than is read, in one list and in all together.
    let root = world.eras[0].root.certificate().as_der();
    let material = |count: usize| {
        let list = |number| writer::tlv(tag::context(number), &[]);
        let certificates = writer::tlv(tag::context(0), &vec![root; count]);
        writer::sequence(&[&certificates, &list(1), &list(2), &list(3)])
    };
    assert_eq!(with(1, writer::sequence(&[&material(257)])), Code::Count);
    assert_eq!(with(1, writer::sequence_of(&vec![material(256); 16])), Code::Structure);
    assert_eq!(with(1, writer::sequence_of(&vec![material(256); 17])), Code::Count);
}
