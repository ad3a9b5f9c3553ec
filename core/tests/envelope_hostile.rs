//! Packets and receipts of people who should not be believed: each kind is refused for its own
//! reason, and whatever could tell something about a key is refused for one.

mod envelope_common;

use envelope_common::world::{Member, World, authority, letter, now, time};
use std::collections::BTreeSet;
use yinxin::asn1::{Oid, Profile, oid, writer};
use yinxin::authority::Profile as Use;
use yinxin::cert::{Certificate, Reason};
use yinxin::cms::{
    Attributed, AuthEnvelopedData, ContentCipher, EnvelopedData, Extras, Form, Recipient,
    SignedData, sign_attached, sign_detached, sign_together,
};
use yinxin::crypto::sm3;
use yinxin::envelope::{
    Header, Letter, PACKET_CONTENT, PACKET_FORMAT, Packet, PacketId, Party, Receipt, Receiving,
    Sealed, SignedReceipt, open, seal,
};
use yinxin::error::{Code, Error, Family};
use yinxin::key::Signer;
use yinxin::report::CheckCode;
use yinxin::trust::{Moment, Trust};

const SALT: [u8; 32] = [7; 32];

/// A packet put together by hand: outside header, what is inside, for whom.
fn assemble(outside: &Header, content: &[u8], to: &Certificate) -> Vec<u8> {
    let attributes = [(PACKET_FORMAT, outside.to_der())];
    let recipient = [Recipient::new(to).unwrap()];
    let cipher = ContentCipher::Sm4Gcm;
    AuthEnvelopedData::make_with_attributes(
        content,
        PACKET_CONTENT,
        &attributes,
        &recipient,
        cipher,
    )
    .unwrap()
}

fn content(signed: &[u8], body: &[u8]) -> Vec<u8> {
    writer::sequence(&[&writer::octet_string(&SALT), signed, &writer::octet_string(body)])
}

/// The header of a packet from the finance bureau to the bank with this body under the salt.
fn header(world: &World, body: &[u8]) -> Header {
    let mut header = world.seal(1, body).id.header;
    header.body = sm3::digest(&[&SALT[..], body].concat());
    header
}

/// The checks that failed when the bank opened the packet.
fn failed(world: &World, packet: &[u8]) -> Vec<CheckCode> {
    let opened = world.open(packet).unwrap();
    let failed = opened.report().failures().iter().map(|check| check.code).collect();
    assert_eq!(opened.into_message().unwrap_err().code(), Code::NotValid);
    failed
}

fn refused(world: &World, packet: &[u8]) -> Error {
    let Err(error) = world.open(packet) else { panic!("it should not open") };
    error
}

#[test]
fn what_is_put_together_by_hand_is_good_if_it_is_right() {
    let world = World::new();
    let header = header(&world, b"body");
    let signed = sign_attached(&world.finance.signer, &header.to_der()).unwrap();
    let packet = assemble(&header, &content(&signed, b"body"), &world.bank.receives);
    let message = world.open(&packet).unwrap().into_message().unwrap();
    assert_eq!(message.body(), b"body");
}

#[test]
fn a_packet_is_not_passed_on() {
    let world = World::new();
    // The bank has opened a packet, and sends what is in it to the other bank as the bureau's.
    let ours = header(&world, b"body");
    let signed = sign_attached(&world.finance.signer, &ours.to_der()).unwrap();
    let inside = content(&signed, b"body");
    let check = |packet: &[u8]| {
        let opened = world.open_as(&world.other, packet).unwrap();
        opened.report().failures().iter().map(|check| check.code).collect::<Vec<_>>()
    };
    let as_it_was = assemble(&ours, &inside, &world.other.receives);
    assert_eq!(check(&as_it_was), [CheckCode::EnvelopeReceiver]);
    let mut theirs = ours.clone();
    theirs.receiver = world.other.receives.digest();
    let with_another_header = assemble(&theirs, &inside, &world.other.receives);
    let both = [CheckCode::EnvelopeHeader, CheckCode::EnvelopeReceiver];
    assert_eq!(check(&with_another_header), both);
}

#[test]
fn nobody_puts_his_signature_on_anothers_packet() {
    let world = World::new();
    let by_finance = header(&world, b"body");
    let by_other = sign_attached(&world.other.signer, &by_finance.to_der()).unwrap();
    // The header names the bureau, and another signed it.
    let packet = assemble(&by_finance, &content(&by_other, b"body"), &world.bank.receives);
    assert_eq!(failed(&world, &packet), [CheckCode::EnvelopeSender, CheckCode::EnvelopeParty]);
    // The header names the one who signed: nobody whom the bank knows.
    let mut own = by_finance.clone();
    own.sender = world.other.signs.digest();
    let signed = sign_attached(&world.other.signer, &own.to_der()).unwrap();
    let packet = assemble(&own, &content(&signed, b"body"), &world.bank.receives);
    assert_eq!(failed(&world, &packet), [CheckCode::EnvelopeParty]);
    // The bureau's own signature stays, but the header inside is another.
    let mut other = by_finance.clone();
    other.sequence = 2;
    let good = sign_attached(&world.finance.signer, &by_finance.to_der()).unwrap();
    let moved = replaced(&good, &by_finance.to_der(), &other.to_der());
    let packet = assemble(&other, &content(&moved, b"body"), &world.bank.receives);
    assert_eq!(failed(&world, &packet), [CheckCode::SignatureValue]);
    let packet = assemble(&other, &content(&good, b"body"), &world.bank.receives);
    assert_eq!(failed(&world, &packet), [CheckCode::EnvelopeHeader]);
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|part| part == from).unwrap();
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

#[test]
fn another_body_or_none_is_not_the_one_that_was_signed() {
    let world = World::new();
    let header = header(&world, b"pay 100");
    let signed = sign_attached(&world.finance.signer, &header.to_der()).unwrap();
    for body in [&b"pay 900"[..], b"", b"pay 1000"] {
        let packet = assemble(&header, &content(&signed, body), &world.bank.receives);
        assert_eq!(failed(&world, &packet), [CheckCode::EnvelopeBody]);
    }
}

#[test]
fn what_is_inside_has_one_form() {
    let world = World::new();
    let header = header(&world, b"body");
    let der = header.to_der();
    let finance = &world.finance.signer;
    let good = sign_attached(finance, &der).unwrap();
    let attributed = |gm, signers: &[&dyn Signer], detached| {
        let content_type = if gm { oid::GM_DATA } else { oid::CMS_DATA };
        let message =
            Attributed { content_type, content: &der, gm, signing_time: None, certificates: true };
        sign_together(signers, &message, &Extras { detached, crls: &[] }).unwrap()
    };
    let two: [&dyn Signer; 2] = [finance, &world.other.signer];
    let mut other = header.clone();
    other.sequence = 9;
    let inside: [(&str, Vec<u8>); 10] = [
        ("nothing", vec![]),
        ("a body alone", writer::octet_string(b"body")),
        ("signed attributes", content(&attributed(true, &[finance], false), b"body")),
        ("the form of RFC 5652", content(&attributed(false, &[finance], false), b"body")),
        ("two signers", content(&attributed(true, &two, false), b"body")),
        ("detached", content(&sign_detached(finance, &der).unwrap(), b"body")),
        ("something else signed", content(&sign_attached(finance, b"hello").unwrap(), b"body")),
        ("more behind", [&content(&good, b"body")[..], &[0]].concat()),
        ("a short salt", {
            let salt = writer::octet_string(&SALT[1..]);
            writer::sequence(&[&salt, &good, &writer::octet_string(b"body")])
        }),
        ("another version signed", {
            let version = [&[0x02, 0x01, 0x01, 0x04, 0x20][..], &header.sender].concat();
            let next = [&[0x02, 0x01, 0x02, 0x04, 0x20][..], &header.sender].concat();
            let signed = sign_attached(finance, &replaced(&der, &version, &next)).unwrap();
            content(&signed, b"body")
        }),
    ];
    for (what, inside) in &inside {
        let packet = assemble(&header, inside, &world.bank.receives);
        assert_eq!(failed(&world, &packet), [CheckCode::EnvelopeContent], "{what}");
    }
    // One of two signers is bad, whichever: still two.
    let bad = attributed(true, &two, false);
    let at = bad.len() - 1;
    let bad = [&bad[..at], &[bad[at] ^ 1]].concat();
    let packet = assemble(&header, &content(&bad, b"body"), &world.bank.receives);
    assert_eq!(failed(&world, &packet), [CheckCode::EnvelopeContent]);
}

#[test]
fn the_certificate_of_the_sender_is_judged() {
    let mut world = World::new();
    let sealed = world.seal(1, b"body");
    let mailbox = world.bank.mailbox();
    let parties = [world.finance.party()];
    let failed_at = |trust: &Trust, at: &str| {
        let moment = Moment::claimed(time(at));
        let by = Receiving { mailbox: &mailbox, parties: &parties, trust, moment };
        let opened = open(&sealed.bytes, &by).unwrap();
        opened.report().failures().iter().map(|check| check.code).collect::<Vec<_>>()
    };
    let at = "2026-06-01T08:00:00Z";
    assert_eq!(failed_at(&world.trust, at), []);
    let expired = failed_at(&world.trust, "2028-06-01T08:00:00Z");
    assert!(expired.contains(&CheckCode::SignerValidity), "{expired:?}");
    // Received and kept then, looked at again later.
    let kept = Moment::received(time("2028-06-01T08:00:00Z"), now());
    let by = Receiving { mailbox: &mailbox, parties: &parties, trust: &world.trust, moment: kept };
    assert!(open(&sealed.bytes, &by).unwrap().report().is_valid());
    let nobody = failed_at(&Trust::default(), at);
    assert!(nobody.contains(&CheckCode::SignerChain), "{nobody:?}");
    let elsewhere = envelope_common::world::trust(&authority("Elsewhere"));
    assert!(failed_at(&elsewhere, at).contains(&CheckCode::SignerChain));
    let early = "2026-05-01T00:00:00Z";
    world.root.revoke(&world.finance.signs, time(early), Some(Reason::KeyCompromise)).unwrap();
    let revoked = envelope_common::world::trust(&world.root);
    assert_eq!(failed_at(&revoked, at), [CheckCode::SignerRevocation]);
    // No list at all: not known, so no body.
    let mut unknown = Trust::default();
    unknown.add_anchor(world.root.certificate().clone());
    let moment = Moment::claimed(now());
    let by = Receiving { mailbox: &mailbox, parties: &parties, trust: &unknown, moment };
    let opened = open(&sealed.bytes, &by).unwrap();
    assert!(opened.report().failures().is_empty());
    assert_eq!(opened.into_message().unwrap_err().code(), Code::NotValid);
    // A key that is there to decrypt does not sign.
    let (key, certificate) = envelope_common::world::end(&world.root, "finance", Use::Encryption);
    let mut header = header(&world, b"body");
    header.sender = certificate.digest();
    let signed = sign_attached(&key, &header.to_der()).unwrap();
    let packet = assemble(&header, &content(&signed, b"body"), &world.bank.receives);
    let parties = [Party::new("finance").with_certificate(&certificate)];
    let by = Receiving { mailbox: &mailbox, parties: &parties, trust: &world.trust, moment };
    let opened = open(&packet, &by).unwrap();
    let failed: Vec<CheckCode> = opened.report().failures().iter().map(|one| one.code).collect();
    assert_eq!(failed, [CheckCode::SignerUsage]);
}

#[test]
fn a_time_that_has_not_come_is_not_believed() {
    let world = World::new();
    let at = |text: &str| {
        let letter = Letter { time: time(text), ..letter(1, b"body") };
        seal(&letter, &world.finance.signer, &world.bank.receives).unwrap().bytes
    };
    // Clocks differ, by five minutes at most.
    assert!(world.open(&at("2026-06-01T08:05:00Z")).unwrap().report().is_valid());
    assert_eq!(failed(&world, &at("2026-06-01T08:05:01Z")), [CheckCode::EnvelopeTime]);
    assert!(world.open(&at("2026-05-01T08:00:00Z")).unwrap().report().is_valid());
}

#[test]
fn a_packet_for_others_is_not_opened() {
    let world = World::new();
    let to_other = seal(&letter(1, b"body"), &world.finance.signer, &world.other.receives).unwrap();
    assert_eq!(refused(&world, &to_other.bytes).code(), Code::NotRecipient);
    // The same name by another authority with the same serial number: another certificate.
    let stranger = Member::new(&authority("Root"), "bank");
    let to_stranger = seal(&letter(1, b"body"), &world.finance.signer, &stranger.receives).unwrap();
    let code = refused(&world, &to_stranger.bytes).code();
    assert!(matches!(code, Code::NotRecipient | Code::Decryption), "{code:?}");
}

#[test]
fn other_formats_and_versions_are_named() {
    let world = World::new();
    let header = header(&world, b"body");
    let recipient = [Recipient::new(&world.bank.receives).unwrap()];
    let gcm = ContentCipher::Sm4Gcm;
    let make = |content_type: Oid, attributes: &[(Oid, Vec<u8>)]| {
        let kind = content_type;
        AuthEnvelopedData::make_with_attributes(b"x", kind, attributes, &recipient, gcm).unwrap()
    };
    let der = header.to_der();
    let version = [&[0x02, 0x01, 0x01, 0x04, 0x20][..], &header.sender].concat();
    let next = [&[0x02, 0x01, 0x02, 0x04, 0x20][..], &header.sender].concat();
    let newer = replaced(&der, &version, &next);
    let another = writer::sequence(&[&writer::oid(&PACKET_CONTENT), &writer::integer(1)]);
    let cases = [
        ("no header", make(PACKET_CONTENT, &[]), Code::Form),
        ("another format", make(PACKET_CONTENT, &[(PACKET_FORMAT, another)]), Code::Form),
        ("a newer version", make(PACKET_CONTENT, &[(PACKET_FORMAT, newer)]), Code::Version),
        ("another content", make(oid::CMS_DATA, &[(PACKET_FORMAT, der.clone())]), Code::Form),
        ("no tag", EnvelopedData::make(b"x", &recipient, Form::Rfc).unwrap(), Code::Form),
        ("only signed", sign_attached(&world.finance.signer, &der).unwrap(), Code::Form),
        (
            "AES",
            {
                let (kind, header) = (PACKET_CONTENT, [(PACKET_FORMAT, der.clone())]);
                let aes = ContentCipher::Aes128Gcm;
                AuthEnvelopedData::make_with_attributes(b"x", kind, &header, &recipient, aes)
                    .unwrap()
            },
            Code::Structure,
        ),
        (
            "two receivers",
            {
                let both = [recipient[0].clone(), Recipient::new(&world.other.receives).unwrap()];
                let (kind, header) = (PACKET_CONTENT, [(PACKET_FORMAT, der.clone())]);
                AuthEnvelopedData::make_with_attributes(b"x", kind, &header, &both, gcm).unwrap()
            },
            Code::Structure,
        ),
        (
            "a receiver by key identifier",
            {
                let by_key = [recipient[0].clone().by_key_identifier().unwrap()];
                let (kind, header) = (PACKET_CONTENT, [(PACKET_FORMAT, der.clone())]);
                AuthEnvelopedData::make_with_attributes(b"x", kind, &header, &by_key, gcm).unwrap()
            },
            Code::Structure,
        ),
    ];
    for (what, packet, code) in cases {
        assert_eq!(refused(&world, &packet).code(), code, "{what}");
    }
    for kind in ["", "two words", "凭证"] {
        let mut header = header.clone();
        header.kind = kind.to_owned();
        let packet = make(PACKET_CONTENT, &[(PACKET_FORMAT, header.to_der())]);
        assert_eq!(refused(&world, &packet).code(), Code::Value);
    }
    for sequence in [0, 1 << 63, u64::MAX] {
        let mut header = header.clone();
        header.sequence = sequence;
        let packet = make(PACKET_CONTENT, &[(PACKET_FORMAT, header.to_der())]);
        assert_eq!(refused(&world, &packet).family(), Family::Malformed, "{sequence}");
    }
}

/// Where the contents of an element that holds these bytes alone start, and end.
fn place(packet: &[u8], part: &[u8]) -> std::ops::Range<usize> {
    let at = packet.windows(part.len()).position(|window| window == part).unwrap();
    at..at + part.len()
}

#[test]
fn what_a_key_could_tell_has_one_answer() {
    let world = World::new();
    let sealed = world.seal(1, &[5; 100]);
    let packet = &sealed.bytes;
    let length = packet.len();
    let mut places = vec![("the tag", length - 16..length)];
    places.push(("the header", place(packet, b"2026/5201")));
    places.push(("the digest of the body", place(packet, &sealed.id.header.body)));
    // Behind the parameters of SM4-GCM: 16 for the tag, then the ciphertext.
    let parameters = place(packet, &[0x02, 0x01, 0x10]);
    places.push(("the nonce", parameters.start - 12..parameters.start));
    places.push(("the ciphertext", parameters.end + 4..parameters.end + 60));
    let key = yinxin::cms::AuthEnvelopedData::parse(packet, Profile::Conforming).unwrap();
    let yinxin::cms::RecipientInfo::KeyTransport { encrypted_key, .. } = &key.recipients()[0]
    else {
        panic!("a key is transported")
    };
    // C3 and C2 of the encrypted content key: 32 and 16 bytes at its end.
    let end = place(packet, encrypted_key).end;
    places.push(("the check value of the content key", end - 50..end - 18));
    places.push(("the content key", end - 16..end));
    let due = world.open(&{
        let mut bent = packet.clone();
        bent[length - 1] ^= 1;
        bent
    });
    let due = due.unwrap_err();
    assert_eq!(due.code(), Code::Decryption);
    for (what, range) in places {
        for at in [range.start, range.end - 1] {
            let mut bent = packet.clone();
            bent[at] ^= 1;
            assert_eq!(refused(&world, &bent), due, "{what}");
        }
    }
    // Another content key, well encrypted: the tag decides, with the same answer.
    let other = world.seal(1, &[5; 100]);
    let theirs = AuthEnvelopedData::parse(&other.bytes, Profile::Conforming).unwrap();
    let yinxin::cms::RecipientInfo::KeyTransport { encrypted_key: other_key, .. } =
        &theirs.recipients()[0]
    else {
        panic!("a key is transported")
    };
    if other_key.len() == encrypted_key.len() {
        assert_eq!(refused(&world, &replaced(packet, encrypted_key, other_key)), due);
    }
}

#[test]
fn cut_or_bent_anywhere_nothing_comes_out() {
    let world = World::new();
    let packet = world.seal(1, b"body").bytes;
    for cut in 0..packet.len() {
        let error = refused(&world, &packet[..cut]);
        assert_eq!(error.family(), Family::Malformed, "{cut}: {error}");
    }
    assert!(world.open(&[&packet[..], &[0]].concat()).is_err());
    let mut codes = BTreeSet::new();
    for at in 0..packet.len() {
        for bit in [0, 3, 7] {
            let mut bent = packet.clone();
            bent[at] ^= 1 << bit;
            codes.insert(refused(&world, &bent).code().number());
        }
    }
    // Nothing about the content: only what everybody sees, and the one answer.
    let seen = [101, 107, 108, 109, 110, 201, 202, 203, 302, 303, 406, 412];
    assert!(codes.iter().all(|code| seen.contains(code)), "{codes:?}");
    assert!(codes.contains(&406) && codes.contains(&412) && codes.contains(&101));
}

#[test]
fn another_spelling_is_another_packet() {
    let world = World::new();
    let packet = world.seal(1, b"body").bytes;
    // BER: the outermost length left open.
    let header = if packet[1] & 0x80 == 0 { 2 } else { 2 + usize::from(packet[1] & 0x7f) };
    let open_length = [&[0x30, 0x80], &packet[header..], &[0, 0]].concat();
    assert_eq!(refused(&world, &open_length).code(), Code::Structure);
    // Unauthenticated attributes behind the tag.
    let mut info = yinxin::asn1::Reader::whole(&packet, "packet").unwrap();
    let kind = info.expect(0x06).unwrap();
    let mut wrapper = info.expect(0xa0).unwrap().contents();
    let enveloped = wrapper.expect(0x30).unwrap();
    let stuffed = writer::sequence(&[enveloped.value, &[0xa2, 0x00]]);
    let stuffed = writer::sequence(&[kind.raw, &writer::explicit(0, &stuffed)]);
    assert_eq!(refused(&world, &stuffed).code(), Code::Structure);
}

fn receipt_failures(
    world: &World,
    message: &[u8],
    sent: &PacketId,
    party: &Party,
) -> Vec<CheckCode> {
    let receipt = SignedReceipt::parse(message).unwrap();
    let checked = receipt.check(sent, party, &world.trust, &Moment::claimed(now()));
    let failed = checked.report().failures().iter().map(|check| check.code).collect();
    assert_eq!(checked.into_receipt().unwrap_err().code(), Code::NotValid);
    failed
}

#[test]
fn a_receipt_of_another_packet_or_by_another_party_counts_for_nothing() {
    let world = World::new();
    let sealed = world.seal(1, b"body");
    let bank = world.bank.party();
    let receipt = Receipt::received(&sealed.id, &[], now()).unwrap();
    let signed = receipt.sign(&world.bank.signer).unwrap();
    // Of another packet, even of the same letter.
    let again: Sealed = world.seal(1, b"body");
    assert_eq!(receipt_failures(&world, &signed, &again.id, &bank), [CheckCode::ReceiptPacket]);
    // The digest is right, but it names another number, conversation or certificate.
    for change in 0..4 {
        let mut other = receipt.clone();
        match change {
            0 => other.sequence = 2,
            1 => other.conversation = "2026/5202".to_owned(),
            2 => other.sender = [0; 32],
            _ => other.receiver = [0; 32],
        }
        let other = other.sign(&world.bank.signer).unwrap();
        let failed = receipt_failures(&world, &other, &sealed.id, &bank);
        assert_eq!(failed, [CheckCode::ReceiptPacket], "{change}");
    }
    // By another party, or by the sender himself.
    for signer in [&world.other.signer, &world.finance.signer] {
        let by_another = receipt.sign(signer).unwrap();
        let failed = receipt_failures(&world, &by_another, &sealed.id, &bank);
        assert_eq!(failed, [CheckCode::ReceiptParty]);
    }
    // From the future.
    let later = Receipt::received(&sealed.id, &[], time("2026-06-01T08:06:00Z")).unwrap();
    let later = later.sign(&world.bank.signer).unwrap();
    assert_eq!(receipt_failures(&world, &later, &sealed.id, &bank), [CheckCode::ReceiptTime]);
    // With the signature of something else.
    let mut refused = Receipt::refused(&sealed.id, 1, "no", now()).unwrap();
    let no = refused.sign(&world.bank.signer).unwrap();
    let der = refused.to_der();
    refused.answer = yinxin::envelope::Answer::Refused { code: 2, reason: "no".to_owned() };
    let changed = replaced(&no, &der, &refused.to_der());
    let failed = receipt_failures(&world, &changed, &sealed.id, &bank);
    assert_eq!(failed, [CheckCode::SignatureValue]);
    // A packet is no receipt, and a receipt no packet.
    assert_eq!(SignedReceipt::parse(&sealed.bytes).unwrap_err().code(), Code::Form);
    assert_eq!(Packet::parse(&signed).unwrap_err().code(), Code::Form);
    let header = sign_attached(&world.bank.signer, &sealed.id.header.to_der()).unwrap();
    assert_eq!(SignedReceipt::parse(&header).unwrap_err().code(), Code::Form);
}

#[test]
fn a_bent_receipt_is_never_valid() {
    let world = World::new();
    let sealed = world.seal(3, b"body");
    let receipt = Receipt::received(&sealed.id, &[1..=2], now()).unwrap();
    let signed = receipt.sign(&world.bank.signer).unwrap();
    assert!(SignedData::parse(&signed, Profile::Conforming).is_ok(), "any tool reads it");
    let moment = Moment::claimed(now());
    for cut in 0..signed.len() {
        assert!(SignedReceipt::parse(&signed[..cut]).is_err(), "{cut}");
    }
    for at in 0..signed.len() {
        for bit in [0, 4, 7] {
            let mut bent = signed.clone();
            bent[at] ^= 1 << bit;
            let Ok(bent) = SignedReceipt::parse(&bent) else { continue };
            let checked = bent.check(&sealed.id, &world.bank.party(), &world.trust, &moment);
            assert!(!checked.report().is_valid(), "{at} {bit}");
        }
    }
    let mut unsorted = receipt.clone();
    unsorted.missing = vec![5..=6, 1..=2];
    let unsorted = unsorted.sign(&world.bank.signer).unwrap();
    assert_eq!(SignedReceipt::parse(&unsorted).unwrap_err().code(), Code::Der);
    let mut many = receipt;
    many.missing = (0..65).map(|at| 3 * at + 1..=3 * at + 1).collect();
    let many = many.sign(&world.bank.signer).unwrap();
    assert_eq!(SignedReceipt::parse(&many).unwrap_err().code(), Code::Count);
}
