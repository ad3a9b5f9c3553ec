//! Signed messages: several signers, countersignatures, lists inside, BER; and those that must not
//! pass.

mod cms_common;
mod seal_common;

use cms_common::{open_everything, open_lengths, refusal};
use seal_common::party::{Party, end, signing_time, soon};
use yinxin::asn1::reader::tag;
use yinxin::asn1::{Oid, Profile, Reader, oid, writer};
use yinxin::authority::Profile as Use;
use yinxin::cert::Crl;
use yinxin::cms::{
    Attributed, Extras, SignedData, assemble_detached, sign_attached, sign_detached, sign_together,
};
use yinxin::error::{Code, Error};
use yinxin::key::{Signer, SoftwareKey};
use yinxin::report::{CheckCode, NoteCode, Outcome, Report, Verdict};
use yinxin::timestamp::check_message;
use yinxin::trust::{Policy, Trust};

const CONTENT: &[u8] = b"pay 100.00 to the school";

struct World {
    party: Party,
    second: SoftwareKey,
}

impl World {
    fn new() -> World {
        let party = Party::new();
        let (second, _) = end(&party.root, "Second", Use::Signer);
        World { party, second }
    }

    fn signers(&self) -> [&dyn Signer; 2] {
        [&self.party.signer, &self.second]
    }

    fn report(&self, message: &[u8], beside: Option<&[u8]>) -> Report {
        judged(message, beside, &self.party.trust())
    }
}

fn judged(message: &[u8], beside: Option<&[u8]>, trust: &Trust) -> Report {
    let signed = SignedData::parse(message, Profile::Conforming).unwrap();
    check_message(&signed, signed.content_or(beside).unwrap(), trust, &soon())
}

fn to_sign(gm: bool) -> Attributed<'static> {
    Attributed {
        content_type: if gm { oid::GM_DATA } else { oid::CMS_DATA },
        content: CONTENT,
        gm,
        signing_time: Some(signing_time()),
        certificates: true,
    }
}

fn parsed(message: &[u8]) -> SignedData {
    SignedData::parse(message, Profile::Conforming).unwrap()
}

/// The message with one byte changed where this part stands.
fn with_part_bent(message: &[u8], part: &[u8]) -> Vec<u8> {
    let at = message.windows(part.len()).position(|window| window == part).unwrap();
    let mut bent = message.to_vec();
    bent[at + part.len() - 1] ^= 1;
    bent
}

#[test]
fn every_signer_is_judged_and_one_bad_one_fails_the_message() {
    let world = World::new();
    for gm in [true, false] {
        for detached in [true, false] {
            let extras = Extras { detached, crls: &[] };
            let made = sign_together(&world.signers(), &to_sign(gm), &extras).unwrap();
            let beside = detached.then_some(CONTENT);
            let signed = parsed(&made);
            assert_eq!((signed.is_gm(), signed.signers().len()), (gm, 2));
            let report = world.report(&made, beside);
            assert!(report.is_valid(), "{}", report.to_text());
            assert_eq!(report.reports().len(), 2);
            for bad in 0..2 {
                let bent = with_part_bent(&made, &signed.signers()[bad].signature);
                let report = world.report(&bent, beside);
                assert_eq!(report.verdict(), Verdict::Invalid);
                let verdicts: Vec<Verdict> = report.reports().iter().map(Report::verdict).collect();
                assert_eq!(verdicts[bad], Verdict::Invalid);
                assert_eq!(verdicts[1 - bad], Verdict::Valid);
            }
        }
        // A good signature of somebody under another root.
        let stranger = Party::new().signer;
        let signers: [&dyn Signer; 2] = [&world.party.signer, &stranger];
        let made = sign_together(&signers, &to_sign(gm), &Extras::default()).unwrap();
        let report = world.report(&made, None);
        assert!(!report.is_valid());
        let valid = report.reports().iter().filter(|report| report.is_valid());
        assert_eq!((valid.count(), report.reports().len()), (1, 2));
    }
    refusal(sign_together(&[], &to_sign(true), &Extras::default()), Code::Argument);
    let many: Vec<&dyn Signer> = vec![&world.second; 65];
    refusal(sign_together(&many, &to_sign(true), &Extras::default()), Code::Count);
}

#[test]
fn signers_sign_in_turn() {
    let world = World::new();
    let first = sign_attached(&world.party.signer, CONTENT).unwrap();
    let both = SignedData::with_signer(&first, &world.second, None, Some(signing_time())).unwrap();
    assert!(world.report(&both, None).is_valid());
    let signed = parsed(&both);
    assert_eq!((signed.signers().len(), signed.certificates().len()), (2, 2));
    // The first signature is the same, without attributes.
    let bare = signed.signers().iter().find(|signer| signer.attributes.is_none()).unwrap();
    assert_eq!(bare.signature, parsed(&first).signers()[0].signature);
    let detached = sign_detached(&world.party.signer, CONTENT).unwrap();
    let add = |beside| SignedData::with_signer(&detached, &world.second, beside, None);
    assert!(world.report(&add(Some(CONTENT)).unwrap(), Some(CONTENT)).is_valid());
    refusal(add(None), Code::Argument);
    let other = add(Some(b"pay 900.00")).unwrap();
    assert_eq!(world.report(&other, Some(CONTENT)).verdict(), Verdict::Invalid);
    assert_eq!(world.report(&other, Some(b"pay 900.00")).verdict(), Verdict::Invalid);
}

#[test]
fn content_inside_and_beside_is_refused() {
    let world = World::new();
    let attached = parsed(&sign_attached(&world.party.signer, CONTENT).unwrap());
    assert_eq!(attached.content_or(None).unwrap(), CONTENT);
    refusal(attached.content_or(Some(CONTENT)), Code::Structure);
    refusal(attached.content_or(Some(b"pay 900.00")), Code::Structure);
    let detached = parsed(&sign_detached(&world.party.signer, CONTENT).unwrap());
    assert_eq!(detached.content_or(Some(CONTENT)).unwrap(), CONTENT);
    refusal(detached.content_or(None), Code::Argument);
    let made = sign_attached(&world.party.signer, CONTENT).unwrap();
    let twice = SignedData::with_signer(&made, &world.second, Some(CONTENT), None);
    refusal(twice, Code::Structure);
}

#[test]
fn attributes_shown_as_content_do_not_pass() {
    let world = World::new();
    let made = sign_together(&[&world.second], &to_sign(true), &Extras::default()).unwrap();
    let signed = parsed(&made);
    let signer = &signed.signers()[0];
    let attributes = signer.attributes.as_ref().unwrap().signed.clone();
    let (algorithm, certificates) = (world.second.algorithm(), world.second.certificates());
    let shown = assemble_detached(algorithm, certificates, &signer.signature).unwrap();
    let report = world.report(&shown, Some(&attributes));
    let value = report.reports()[0].find(CheckCode::SignatureValue).unwrap();
    assert_eq!(value.outcome, Outcome::Failed);
    assert!(value.detail.contains("shape"), "{}", value.detail);
    refusal(sign_attached(&world.second, &attributes), Code::Argument);
}

#[test]
fn a_countersignature_is_over_one_signature() {
    let world = World::new();
    for gm in [true, false] {
        let made = sign_together(&[&world.party.signer], &to_sign(gm), &Extras::default()).unwrap();
        let time = Some(signing_time());
        let over = SignedData::countersigned(&made, 0, &world.second, time).unwrap();
        let report = world.report(&over, None);
        assert!(report.is_valid(), "{}", report.to_text());
        let signer = &report.reports()[0];
        let check = signer.find(CheckCode::SignatureCountersignature).unwrap();
        assert_eq!((check.outcome, check.required), (Outcome::Passed, true));
        assert_eq!(signer.reports().len(), 1);
        // The value bent; over another signature; no countersignature but a signature.
        let signed = parsed(&over);
        let countersigner = &signed.signers()[0].countersignatures().unwrap()[0];
        assert_eq!(countersigner.attributes.as_ref().unwrap().content_type, None);
        let fails = |message: &[u8]| {
            let report = world.report(message, None);
            assert_eq!(report.verdict(), Verdict::Invalid);
            let found = report.reports()[0].find(CheckCode::SignatureCountersignature).unwrap();
            assert_eq!(found.outcome, Outcome::Failed, "{}", report.to_text());
        };
        fails(&with_part_bent(&over, &countersigner.signature));
        let again =
            sign_together(&[&world.party.signer], &to_sign(gm), &Extras::default()).unwrap();
        let unsigned = signed.signers()[0].unsigned_attributes.clone().unwrap();
        fails(&with_unsigned(&again, &unsigned));
        let signature = signer_infos(&made).remove(0);
        fails(&with_unsigned(&made, &unsigned_of(&[(oid::ATTRIBUTE_COUNTERSIGNATURE, signature)])));
        refusal(SignedData::countersigned(&made, 1, &world.second, None), Code::Argument);
    }
}

#[test]
fn what_is_put_beside_a_signature_is_counted() {
    let world = World::new();
    let made = sign_attached(&world.party.signer, CONTENT).unwrap();
    let mut over = made.clone();
    for _ in 0..8 {
        over = SignedData::countersigned(&over, 0, &world.second, None).unwrap();
    }
    assert!(world.report(&over, None).is_valid());
    refusal(SignedData::countersigned(&over, 0, &world.second, None), Code::Count);
    let unsigned = parsed(&over).signers()[0].unsigned_attributes.clone().unwrap();
    // Nine in two attributes.
    let mut reader = Reader::new(&unsigned, "Test");
    let eight = reader.read().unwrap().value.to_vec();
    let one = SignedData::countersigned(&made, 0, &world.second, None).unwrap();
    let one = parsed(&one).signers()[0].unsigned_attributes.clone().unwrap();
    let one = Reader::new(&one, "Test").read().unwrap().value.to_vec();
    let nine = with_unsigned(&made, &writer::tlv(tag::context(1), &[&eight, &one]));
    refusal(parsed(&nine).signers()[0].countersignatures(), Code::Count);
    assert_eq!(world.report(&nine, None).verdict(), Verdict::Invalid);
    // 65 attributes that nobody knows.
    let many: Vec<(Oid, Vec<u8>)> =
        (0..65).map(|number| (Oid::new("1.2.3.4"), writer::integer(number))).collect();
    let stuffed = with_unsigned(&made, &unsigned_of(&many));
    let report = world.report(&stuffed, None);
    assert_eq!(report.verdict(), Verdict::Invalid);
    for code in [CheckCode::TimeToken, CheckCode::SignatureCountersignature] {
        assert_eq!(report.reports()[0].find(code).unwrap().outcome, Outcome::Failed);
    }
    let fewer = with_unsigned(&made, &unsigned_of(&many[..64]));
    assert!(world.report(&fewer, None).is_valid());
}

#[test]
fn time_stamps_and_countersignatures_leave_each_other_alone() {
    let world = World::new();
    let made = sign_attached(&world.party.signer, CONTENT).unwrap();
    let token = writer::sequence(&[&writer::integer(1)]);
    let kinds = |message: &[u8]| {
        let signed = parsed(message);
        let signer = &signed.signers()[0];
        (signer.time_stamps().unwrap(), signer.countersignatures().unwrap().len())
    };
    let over = SignedData::countersigned(&made, 0, &world.second, None).unwrap();
    let stamped = SignedData::with_unchecked_time_stamp(&over, &token).unwrap();
    assert_eq!(kinds(&stamped), (vec![token.clone()], 1));
    let twice = SignedData::countersigned(&stamped, 0, &world.second, None).unwrap();
    assert_eq!(kinds(&twice), (vec![token.clone()], 2));
    let other = writer::sequence(&[&writer::integer(2)]);
    let again = SignedData::with_unchecked_time_stamp(&twice, &other).unwrap();
    assert_eq!(kinds(&again), (vec![other], 2));
}

#[test]
fn what_is_put_together_anew_can_be_read() {
    let world = World::new();
    let message = sign_attached(&world.party.signer, CONTENT).unwrap();
    let certificate = world.party.signer.certificates()[0].as_slice();
    // Two elements in its place. Sorted, the string in pieces comes before what is no element, and a
    // reader then takes the message for BER.
    let length = certificate.len() - 6;
    let mut none = vec![0x30, 0x82, (length >> 8) as u8, length as u8];
    none.resize(4 + length, 0x1f);
    none.extend([0x24, 0]);
    let at = message.windows(certificate.len()).position(|part| part == certificate).unwrap();
    let mut message = message.clone();
    message[at..at + certificate.len()].copy_from_slice(&none);
    assert!(SignedData::parse(&message, Profile::Conforming).is_ok());
    let stamped = SignedData::with_unchecked_time_stamp(&message, &[0x30, 0]);
    assert_eq!(stamped.unwrap_err().code(), Code::Der);
}

#[test]
fn lists_inside_are_data() {
    let world = World::new();
    let full = world.party.trust();
    let list = full.crls()[0].as_der().to_vec();
    let extras = Extras { detached: false, crls: &[list] };
    let made = sign_together(&world.signers(), &to_sign(false), &extras).unwrap();
    let mut trust = Trust::new(Policy::default());
    trust.add_anchor(world.party.root.certificate().clone());
    assert_eq!(judged(&made, None, &trust).verdict(), Verdict::NotDetermined);
    for der in parsed(&made).crls() {
        trust.add_crl(Crl::from_der(der).unwrap());
    }
    assert!(judged(&made, None, &trust).is_valid());
}

#[test]
fn ber_is_read_and_what_was_signed_stays_as_received() {
    let world = World::new();
    let list = world.party.trust().crls()[0].as_der().to_vec();
    let extras = Extras { detached: false, crls: &[list] };
    for gm in [true, false] {
        let made = sign_together(&world.signers(), &to_sign(gm), &extras).unwrap();
        let made = SignedData::countersigned(&made, 1, &world.second, None).unwrap();
        let der = parsed(&made);
        for piece in [1, 5, 100] {
            let open = open_lengths(&made, piece);
            let ber = parsed(&open);
            assert!(ber.notes().iter().any(|(code, _)| *code == NoteCode::MessageBer));
            assert_eq!(ber.content(), Some(CONTENT));
            assert_eq!(ber.certificates(), der.certificates());
            assert_eq!(ber.crls(), der.crls());
            for (one, other) in ber.signers().iter().zip(der.signers()) {
                let signed = |signer: &yinxin::cms::SignerInfo| {
                    signer.attributes.as_ref().unwrap().signed.clone()
                };
                assert_eq!(signed(one), signed(other));
                assert_eq!(one.unsigned_attributes, other.unsigned_attributes);
            }
            assert!(world.report(&open, None).is_valid());
            assert!(SignedData::parse(&open[..open.len() - 1], Profile::AsFound).is_err());
        }
        // Signed attributes in BER: what the signer hashed is a guess then.
        for profile in [Profile::Conforming, Profile::AsFound] {
            let refused = SignedData::parse(&open_everything(&made, 5), profile);
            refusal(refused, Code::Der);
        }
    }
}

/// The members of signerInfos.
fn signer_infos(message: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = parts(message).unwrap().1;
    let set = parts.pop().unwrap();
    let mut members = Reader::new(&set, "Test").read().unwrap().contents();
    let mut infos = Vec::new();
    while !members.is_empty() {
        infos.push(members.read().unwrap().raw.to_vec());
    }
    infos
}

/// The type of a message and the fields of SignedData.
fn parts(message: &[u8]) -> Result<(Vec<u8>, Vec<Vec<u8>>), Error> {
    let mut info = Reader::new(message, "Test").sequence()?;
    let kind = info.expect(tag::OID)?.raw.to_vec();
    let mut fields = info.expect(tag::context(0))?.contents().sequence()?;
    let mut parts = Vec::new();
    while !fields.is_empty() {
        parts.push(fields.read()?.raw.to_vec());
    }
    Ok((kind, parts))
}

/// A message of one signer with these unsigned attributes (`[1]` and its contents).
fn with_unsigned(message: &[u8], unsigned: &[u8]) -> Vec<u8> {
    let (kind, mut fields) = parts(message).unwrap();
    let signer = signer_infos(message).remove(0);
    let signer = Reader::new(&signer, "Test").read().unwrap().value.to_vec();
    let signer = writer::sequence(&[&signer, unsigned]);
    *fields.last_mut().unwrap() = writer::set_of(vec![signer]);
    let signed = writer::sequence_of(&fields);
    writer::sequence(&[&kind, &writer::explicit(0, &signed)])
}

/// `[1]` around attributes of one value each.
fn unsigned_of(attributes: &[(Oid, Vec<u8>)]) -> Vec<u8> {
    let attribute = |(kind, value): &(Oid, Vec<u8>)| {
        writer::sequence(&[&writer::oid(kind), &writer::set_of(vec![value.clone()])])
    };
    let attributes: Vec<Vec<u8>> = attributes.iter().map(attribute).collect();
    writer::tlv(tag::context(1), &[&attributes.concat()])
}
