//! Packets and receipts as they should be: made, opened, answered, one or many, old keys and new.

mod envelope_common;

use envelope_common::world::{Member, World, end, letter, now, time};
use std::sync::Arc;
use yinxin::asn1::Profile;
use yinxin::authority::Profile as Use;
use yinxin::cms::SignedData;
use yinxin::crypto::sm3;
use yinxin::envelope::{
    Admission, Answer, Header, Letter, MAX_BODY, MAX_SEQUENCE, Mailbox, MemoryReplay, Packet,
    Party, Receipt, Receiving, SignedReceipt, open, open_many, seal, seal_many,
};
use yinxin::error::Code;
use yinxin::report::{CheckCode, NoteCode};
use yinxin::timestamp::check_message;
use yinxin::trust::Moment;

#[test]
fn what_is_sealed_comes_out_and_is_whose_it_is() {
    let world = World::new();
    for body in [&b""[..], b"pay 100.00 to the school", &[7; 100_000]] {
        let sealed = world.seal(7, body);
        assert_eq!(sealed.id.digest, sm3::digest(&sealed.bytes));
        assert!(!sealed.bytes.windows(8).any(|part| part == b"100.00 t"), "it is encrypted");
        assert_eq!(Packet::parse(&sealed.bytes).unwrap().id(), &sealed.id);
        let opened = world.open(&sealed.bytes).unwrap();
        assert!(opened.report().is_valid(), "{}", opened.report().to_text());
        let message = opened.into_message().unwrap();
        assert_eq!((message.sender(), message.receiver()), ("finance", "bank"));
        assert_eq!(message.certificate(), &world.finance.signs);
        assert_eq!((message.body(), message.id()), (body, &sealed.id));
        let header = message.header();
        assert_eq!((&header.kind[..], &header.conversation[..]), ("voucher", "2026/5201"));
        assert_eq!((header.sequence, header.time), (7, now()));
        assert_eq!(header.sender, world.finance.signs.digest());
        assert_eq!(header.receiver, world.bank.receives.digest());
        assert_eq!(Header::from_der(&header.to_der()).unwrap(), *header);
    }
}

#[test]
fn two_packets_of_one_letter_have_nothing_in_common() {
    let world = World::new();
    let (one, two) = (world.seal(1, b"yes"), world.seal(1, b"yes"));
    assert_ne!(one.id.digest, two.id.digest);
    // The digest stands outside: nobody finds the body by trying.
    assert_ne!(one.id.header.body, two.id.header.body);
    assert_ne!(one.id.header.body, sm3::digest(b"yes"));
}

#[test]
fn a_third_party_sees_who_sent_what_to_whom() {
    let world = World::new();
    let sealed = world.seal(1, b"a voucher");
    let message = world.open(&sealed.bytes).unwrap().into_message().unwrap();
    let (signed, salt) = message.proof();
    let signed = SignedData::parse(signed, Profile::Conforming).unwrap();
    let header = signed.content().unwrap();
    assert!(check_message(&signed, header, &world.trust, &Moment::claimed(now())).is_valid());
    let header = Header::from_der(header).unwrap();
    assert_eq!(header.body, sm3::digest(&[&salt[..], message.body()].concat()));
    assert_eq!(header.receiver, world.bank.receives.digest());
}

#[test]
fn letters_out_of_their_range_are_refused() {
    let world = World::new();
    let good = letter(1, b"body");
    let refused = |letter: Letter<'_>| {
        seal(&letter, &world.finance.signer, &world.bank.receives).unwrap_err().code()
    };
    let long = "a".repeat(65);
    for text in ["", "two words", "凭证", "a\0", &long] {
        assert_eq!(refused(Letter { kind: text, ..good }), Code::Argument, "{text}");
        assert_eq!(refused(Letter { conversation: text, ..good }), Code::Argument, "{text}");
    }
    for sequence in [0, MAX_SEQUENCE + 1, u64::MAX] {
        assert_eq!(refused(Letter { sequence, ..good }), Code::Argument);
    }
    let odd = time("2026-06-01T08:00:00.5Z");
    assert_eq!(refused(Letter { time: odd, ..good }), Code::Argument);
    let large = vec![0; MAX_BODY + 1];
    assert_eq!(refused(Letter { body: &large, ..good }), Code::Size);
    let to = |receiver| seal(&good, &world.finance.signer, receiver).unwrap_err().code();
    assert_eq!(to(&world.bank.signs), Code::Policy, "a signing certificate does not encrypt");
    let bare = yinxin::key::SoftwareKey::generate_sm2().unwrap();
    assert_eq!(seal(&good, &bare, &world.bank.receives).unwrap_err().code(), Code::KeyMissing);
    let last = Letter { sequence: MAX_SEQUENCE, kind: &long[..64], ..good };
    let sealed = seal(&last, &world.finance.signer, &world.bank.receives).unwrap();
    assert!(world.open(&sealed.bytes).unwrap().report().is_valid());
}

#[test]
fn the_largest_body_fits_into_a_message() {
    let world = World::new();
    let sealed = world.seal(1, &vec![1; MAX_BODY]);
    let message = world.open(&sealed.bytes).unwrap().into_message().unwrap();
    assert_eq!(message.body().len(), MAX_BODY);
}

#[test]
fn many_are_as_one_by_one() {
    let world = World::new();
    let bodies: Vec<Vec<u8>> =
        (0..40).map(|number| vec![number; usize::from(number) * 37]).collect();
    let mut letters: Vec<Letter<'_>> =
        bodies.iter().zip(1..).map(|(body, sequence)| letter(sequence, body)).collect();
    letters[5].kind = "two words";
    letters[17].sequence = 0;
    for threads in [1, 3] {
        let sealed = seal_many(&letters, &world.finance.signer, &world.bank.receives, threads);
        let failed: Vec<usize> = (0..40).filter(|at| sealed[*at].is_err()).collect();
        assert_eq!(failed, [5, 17]);
        let mut packets: Vec<Vec<u8>> =
            sealed.into_iter().map(|one| one.map(|one| one.bytes).unwrap_or_default()).collect();
        packets[3] = world.seal(99, b"of another time").bytes;
        let end = packets[9].len() - 1;
        packets[9][end] ^= 1;
        let foreign = seal(&letters[1], &world.other.signer, &world.bank.receives).unwrap().bytes;
        packets[20] = foreign;
        let packets: Vec<&[u8]> = packets.iter().map(Vec::as_slice).collect();
        let (mailbox, parties) = (world.bank.mailbox(), [world.finance.party()]);
        let by = Receiving {
            mailbox: &mailbox,
            parties: &parties,
            trust: &world.trust,
            moment: Moment::claimed(now()),
        };
        let opened = open_many(&packets, &by, threads);
        assert_eq!(opened.len(), 40);
        for (at, (many, packet)) in opened.into_iter().zip(&packets).enumerate() {
            match (many, open(packet, &by)) {
                (Ok(many), Ok(one)) => {
                    assert_eq!(many.report(), one.report(), "{at}");
                    assert_eq!(many.report().is_valid(), at != 20, "{at}");
                    if at != 20 && at != 3 {
                        assert_eq!(many.into_message().unwrap().body(), bodies[at]);
                    }
                }
                (Err(many), Err(one)) => {
                    assert!([5, 9, 17].contains(&at));
                    assert_eq!(many, one);
                }
                _ => panic!("{at}: many and one differ"),
            }
        }
    }
    assert!(open_many(&[], &receiving(&world.bank.mailbox(), &[], &world), 1).is_empty());
}

fn receiving<'a>(mailbox: &'a Mailbox, parties: &'a [Party], world: &'a World) -> Receiving<'a> {
    Receiving { mailbox, parties, trust: &world.trust, moment: Moment::claimed(now()) }
}

#[test]
fn old_and_new_certificates_count_side_by_side() {
    let world = World::new();
    // The bank has a new key to receive with, and keeps the old one.
    let (key, receives) = end(&world.root, "bank", Use::Encryption);
    let mailbox = world.bank.mailbox().with_key(receives.clone(), Arc::new(key)).unwrap();
    // The bureau signs with a new key; the bank lists both certificates, or takes any like the old.
    let (signer, signs) = end(&world.root, "finance", Use::Signer);
    let listed = [world.finance.party().with_certificate(&signs)];
    let alike = [Party::new("finance").with_any_like(&world.finance.signs)];
    let mut replay = MemoryReplay::default();
    for parties in [&listed, &alike] {
        let mut sequence = 0;
        for signer in [&world.finance.signer, &signer] {
            for receiver in [&world.bank.receives, &receives] {
                sequence += 1;
                let sealed = seal(&letter(sequence, b"body"), signer, receiver).unwrap();
                let opened = open(&sealed.bytes, &receiving(&mailbox, parties, &world)).unwrap();
                let message = opened.into_message().unwrap();
                assert_eq!(message.sender(), "finance");
                // The numbers go on over the change of keys.
                let mut transaction = replay.begin();
                let admission = message.admit(&mut transaction).unwrap();
                assert_eq!(admission.is_accepted(), parties == &listed, "{admission:?}");
                transaction.commit();
            }
        }
    }
    // Another subject, or the same one by another authority, is not like it.
    assert!(!alike[0].signs_with(&world.other.signs));
    let elsewhere = Member::new(&envelope_common::world::authority("Elsewhere"), "finance");
    assert!(!alike[0].signs_with(&elsewhere.signs));
    let wrong = world.bank.mailbox().with_key(receives.clone(), world.bank.key.clone());
    assert_eq!(wrong.unwrap_err().code(), Code::KeyMismatch);
    let signing = Mailbox::new("bank").with_key(signs, signer);
    assert_eq!(signing.unwrap_err().code(), Code::Policy);
}

#[test]
fn a_receipt_says_what_became_of_the_packet() {
    let world = World::new();
    let sealed = world.seal(4, b"body");
    let moment = Moment::claimed(now());
    let check = |message: &[u8]| {
        let receipt = SignedReceipt::parse(message).unwrap();
        assert_eq!(receipt.packet(), &sealed.id.digest);
        receipt.check(&sealed.id, &world.bank.party(), &world.trust, &moment)
    };
    let received = Receipt::received(&sealed.id, &[1..=1, 3..=3], now()).unwrap();
    let checked = check(&received.sign(&world.bank.signer).unwrap());
    assert!(checked.report().is_valid(), "{}", checked.report().to_text());
    let came = checked.into_receipt().unwrap();
    assert_eq!(came, received);
    assert_eq!((&came.answer, &came.missing[..]), (&Answer::Received, &[1..=1, 3..=3][..]));
    let refused = Receipt::refused(&sealed.id, 607, "额度不足", now()).unwrap();
    let came = check(&refused.sign(&world.bank.signer).unwrap()).into_receipt().unwrap();
    assert_eq!(came.answer, Answer::Refused { code: 607, reason: "额度不足".to_owned() });
    for (code, reason) in [(0, "x"), (1, "two\nlines"), (1, &"x".repeat(201)[..])] {
        let bad = Receipt::refused(&sealed.id, code, reason, now());
        assert_eq!(bad.unwrap_err().code(), Code::Argument);
    }
    // Many ranges: the lowest are named.
    let ranges: Vec<_> = (0..100).map(|at| 3 * at + 1..=3 * at + 2).collect();
    let long = Receipt::received(&sealed.id, &ranges, now()).unwrap();
    assert_eq!(
        check(&long.sign(&world.bank.signer).unwrap()).into_receipt().unwrap().missing.len(),
        64
    );
}

#[test]
fn the_report_tells_the_order() {
    let world = World::new();
    let mut replay = MemoryReplay::default();
    let mut arrive = |sealed: &yinxin::envelope::Sealed| {
        let opened = world.open(&sealed.bytes).unwrap();
        let mut report = opened.report().clone();
        let mut transaction = replay.begin();
        let admission = opened.into_message().unwrap().admit(&mut transaction).unwrap();
        transaction.commit();
        admission.add_to(&mut report);
        (admission, report)
    };
    let packets: Vec<_> = (1..=4).map(|sequence| world.seal(sequence, b"body")).collect();
    let noted = |report: &yinxin::Report, code| report.notes().iter().any(|note| note.code == code);
    let (admission, report) = arrive(&packets[0]);
    assert!(admission == Admission::New && report.is_valid());
    let (admission, report) = arrive(&packets[3]);
    assert_eq!(admission, Admission::Ahead { missing: 2..=3 });
    assert!(report.is_valid() && noted(&report, NoteCode::EnvelopeGap));
    let (admission, report) = arrive(&packets[1]);
    assert!(admission == Admission::Late && noted(&report, NoteCode::EnvelopeLate));
    for (sealed, due) in [
        (packets[1].clone(), Admission::Repeated),
        (world.seal(2, b"body"), Admission::Conflict),
        (world.seal(1 << 40, b"body"), Admission::Beyond { last: 1026 }),
    ] {
        let (admission, report) = arrive(&sealed);
        assert_eq!(admission, due);
        let failed: Vec<_> = report.failures().iter().map(|check| check.code).collect();
        assert_eq!(failed, [CheckCode::EnvelopeSequence]);
    }
}
