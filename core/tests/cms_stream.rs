//! Messages whose content passes through mean the same as when they are read whole, and give nothing
//! out before it is proven.

mod cms_common;
mod cms_stream_common;
mod seal_common;

use cms_common::{open_everything, open_lengths, refusal};
use cms_stream_common::{KEY, Sink, Trickle, World, refused};
use seal_common::party::{certify, end, signing_time, soon};
use std::io::Cursor;
use yinxin::Report;
use yinxin::asn1::{Oid, Profile, oid, writer};
use yinxin::authority::Profile as Use;
use yinxin::cms::{
    AuthEnvelopedData, ContentCipher, EncryptedData, EncryptedStream, EnvelopedData, Form, Opened,
    SignedAndEnvelopedData, SignedData, SignedStream, SigningTerms, assemble_detached,
    sign_attached, sign_detached, sign_stream, sign_stream_once, sign_together,
};
use yinxin::crypto::ecdsa::{Curve, EcdsaPrivateKey};
use yinxin::crypto::sm4::Sm4Key;
use yinxin::error::{Code, Error};
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::report::{CheckCode, Outcome};
use yinxin::timestamp::{check_message, check_once, check_stream};

const MIB: usize = 1 << 20;
const SIZES: [usize; 18] = [
    0,
    1,
    15,
    16,
    17,
    127,
    128,
    255,
    4096,
    65_535,
    65_536,
    65_537,
    MIB - 1,
    MIB,
    MIB + 1,
    MIB + 16,
    2 * MIB,
    2 * MIB + 77,
];
const CIPHERS: [ContentCipher; 3] =
    [ContentCipher::Sm4Gcm, ContentCipher::Aes128Gcm, ContentCipher::Aes256Gcm];
const FORMS: [Form; 2] = [Form::Gm, Form::Rfc];

fn content(length: usize) -> Vec<u8> {
    (0..length as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn terms(form: Form, detached: bool) -> SigningTerms<'static> {
    let gm = form == Form::Gm;
    SigningTerms {
        content_type: if gm { oid::GM_DATA } else { oid::CMS_DATA },
        gm,
        signing_time: Some(signing_time()),
        certificates: true,
        detached,
        crls: &[],
    }
}

fn signed(world: &World, content: &[u8], form: Form) -> Vec<u8> {
    let mut made = Vec::new();
    let signers: [&dyn Signer; 1] = [&world.party.signer];
    sign_stream(&signers, &terms(form, false), &mut Cursor::new(content), &mut made).unwrap();
    made
}

/// One message of each kind and form, with this content.
fn one_of_each(world: &World, content: &[u8]) -> Vec<Vec<u8>> {
    let mut made = vec![
        signed(world, content, Form::Gm),
        signed(world, content, Form::Rfc),
        sign_attached(&world.party.signer, content).unwrap(),
        SignedAndEnvelopedData::make(&world.party.signer, content, &world.recipients()).unwrap(),
    ];
    for form in FORMS {
        made.push(EnvelopedData::make(content, &world.recipients(), form).unwrap());
        made.push(EncryptedData::make(content, &KEY, form).unwrap());
    }
    for cipher in CIPHERS {
        made.push(AuthEnvelopedData::make(content, &world.recipients(), cipher).unwrap());
    }
    made
}

#[test]
fn what_is_made_whole_passes_through_and_the_other_way_round() {
    let world = World::new();
    for size in SIZES {
        let content = content(size);
        for made in one_of_each(&world, &content) {
            let (found, report) = world.agree(&made, Profile::Conforming).unwrap();
            assert!(found == content && report.is_none_or(|report| report.is_valid()));
        }
        for declared in [Some(size as u64), None] {
            let mut made = Vec::new();
            let written = |made: Vec<u8>, length: Result<u64, Error>| {
                assert_eq!(length.unwrap(), size as u64);
                made
            };
            for cipher in CIPHERS {
                let (mut source, mut sink, to) = (&content[..], Vec::new(), world.recipients());
                let length =
                    AuthEnvelopedData::write(&mut source, declared, &to, cipher, &mut sink);
                made.push(written(sink, length));
            }
            for form in FORMS {
                let (mut source, mut sink, to) = (&content[..], Vec::new(), world.recipients());
                let length = EnvelopedData::write(&mut source, declared, &to, form, &mut sink);
                made.push(written(sink, length));
                let (mut source, mut sink) = (&content[..], Vec::new());
                let length = EncryptedData::write(&mut source, declared, &KEY, form, &mut sink);
                made.push(written(sink, length));
            }
            for made in made {
                assert_eq!(made[1] == 0x80, declared.is_none());
                assert!(world.agree(&made, Profile::Conforming).unwrap().0 == content);
            }
        }
    }
}

#[test]
fn what_is_signed_passing_through_is_good() {
    let world = World::new();
    let (second, _) = end(&world.party.root, "Second", Use::Signer);
    let (trust, signers) = (world.party.trust(), [&world.party.signer as &dyn Signer, &second]);
    for size in SIZES {
        let content = content(size);
        for form in FORMS {
            let once = |detached| {
                let mut made = Vec::new();
                let terms = terms(form, detached);
                let length = sign_stream_once(&signers, &terms, &mut &content[..], &mut made);
                assert_eq!(length.unwrap(), size as u64);
                made
            };
            let twice = |detached| {
                let mut made = Vec::new();
                let terms = terms(form, detached);
                // From where the source stands.
                let mut source = Cursor::new([b"before", &content[..]].concat());
                source.set_position(6);
                let length = sign_stream(&signers, &terms, &mut source, &mut made);
                assert_eq!(length.unwrap(), size as u64);
                made
            };
            for (made, der) in [(once(false), false), (twice(false), true)] {
                let read = SignedData::parse(&made, Profile::Conforming).unwrap();
                assert_eq!(read.notes().is_empty(), der, "{:?}", read.notes());
                assert_eq!((read.content().unwrap(), read.signers().len()), (&content[..], 2));
                let (found, report) = world.agree(&made, Profile::Conforming).unwrap();
                assert!(found == content && report.unwrap().is_valid());
                let stream = SignedStream::open(Cursor::new(&made), Profile::Conforming).unwrap();
                assert_eq!(stream.content_length(), Some(size as u64));
            }
            for made in [once(true), twice(true)] {
                let read = SignedData::parse(&made, Profile::Conforming).unwrap();
                assert!(read.notes().is_empty() && read.content().is_none());
                let mut stream =
                    SignedStream::open(Cursor::new(&made), Profile::Conforming).unwrap();
                assert_eq!(stream.content_length(), None);
                let report = check_stream(&mut stream, Some(&mut &content[..]), &trust, &soon());
                let whole = check_message(&read, &content, &trust, &soon());
                assert!(whole.is_valid());
                assert_eq!(report.unwrap().to_json(), whole.to_json());
                let mut false_content = content.clone();
                false_content.push(0);
                let report =
                    check_stream(&mut stream, Some(&mut &false_content[..]), &trust, &soon());
                assert!(!report.unwrap().is_valid());
                refusal(check_stream(&mut stream, None, &trust, &soon()), Code::Argument);
            }
        }
    }
    // Inside and beside at once.
    let made = signed(&world, b"content", Form::Gm);
    let mut stream = SignedStream::open(Cursor::new(&made), Profile::Conforming).unwrap();
    let beside = check_stream(&mut stream, Some(&mut &b"content"[..]), &trust, &soon());
    refusal(beside, Code::Structure);
    let nobody = sign_stream_once(&[], &terms(Form::Gm, false), &mut &[][..], &mut Vec::new());
    refusal(nobody, Code::Argument);
}

#[test]
fn open_lengths_and_pieces_pass_through() {
    let world = World::new();
    for size in [0, 1, 40, 600] {
        let content = content(size);
        for made in one_of_each(&world, &content) {
            for piece in [1, 7, 100] {
                for open in [open_lengths(&made, piece), open_everything(&made, piece)] {
                    let _ = world.agree(&open, Profile::AsFound);
                    let found = world.agree(&open, Profile::Conforming);
                    if open == open_lengths(&made, piece) {
                        assert!(found.unwrap().0 == content);
                    }
                }
            }
        }
    }
}

#[test]
fn every_cut_and_every_bent_byte_reads_as_in_one_piece() {
    let world = World::new();
    for made in one_of_each(&world, b"pay 100.00 to the school") {
        for (message, bits) in [(made.clone(), &[0, 5, 7][..]), (open_lengths(&made, 9), &[7])] {
            for end in 0..message.len() {
                let found = world.agree(&message[..end], Profile::AsFound);
                assert!(found.is_err(), "cut at {end}");
            }
            for at in 0..message.len() {
                for bit in bits {
                    let mut bent = message.clone();
                    bent[at] ^= 1 << bit;
                    let _ = world.agree(&bent, Profile::AsFound);
                }
            }
            for trailing in [&[0][..], &[0, 0], &[4, 0], b"more"] {
                let longer = [&message[..], trailing].concat();
                refused(world.agree(&longer, Profile::Conforming), Code::Der);
                let _ = world.agree(&longer, Profile::AsFound);
            }
        }
    }
}

#[test]
fn errors_name_the_place_in_the_source() {
    let world = World::new();
    let made = AuthEnvelopedData::make(&content(300), &world.recipients(), CIPHERS[0]).unwrap();
    // The tag of the tag, behind the content; the version, before it.
    for at in [made.len() - 18, made.iter().position(|byte| *byte == 0xa0).unwrap() + 10] {
        let mut bent = made.clone();
        bent[at] ^= 1;
        let whole = world.whole(&bent, Profile::Conforming).unwrap_err();
        let streamed = world.streamed(&bent, Profile::Conforming).unwrap_err();
        assert_eq!(whole.code(), streamed.code());
        assert_eq!(whole.offset(), streamed.offset(), "{whole}; {streamed}");
        assert!(whole.offset().is_some());
    }
}

#[test]
fn nothing_comes_out_before_it_is_proven() {
    let world = World::new();
    let content = content(MIB + 5);
    let mut auth = AuthEnvelopedData::make(&content, &world.recipients(), CIPHERS[0]).unwrap();
    let both =
        SignedAndEnvelopedData::make(&world.party.signer, &content, &world.recipients()).unwrap();
    let mut signed = signed(&world, &content, Form::Rfc);
    // The last byte of each is of the tag or of a signature.
    for message in [&mut auth, &mut signed, &mut both.clone()] {
        *message.last_mut().unwrap() ^= 1;
        let (sink, dropped) = Sink::new(usize::MAX);
        let found = world.streamed_from(Cursor::new(&*message), sink, Profile::Conforming);
        match found {
            Err(error) => assert_eq!(error.code(), Code::Decryption),
            Ok((sink, report)) => assert!(sink.is_none() && !report.unwrap().is_valid()),
        }
        assert!(dropped.get());
    }
    let (sink, dropped) = Sink::new(usize::MAX);
    let (sink, report) =
        world.streamed_from(Cursor::new(&both), sink, Profile::Conforming).unwrap();
    assert!(report.unwrap().is_valid() && !dropped.get());
    assert!(*sink.unwrap().inside.get_ref() == content);
}

#[test]
fn what_has_no_tag_stays_marked() {
    let world = World::new();
    for (made, by_key) in [
        (EnvelopedData::make(b"text", &world.recipients(), Form::Gm).unwrap(), false),
        (EncryptedData::make(b"text", &KEY, Form::Rfc).unwrap(), true),
    ] {
        let open = || EncryptedStream::open(&made[..], Profile::Conforming).unwrap();
        let sink = || Cursor::new(Vec::new());
        let opened = match by_key {
            true => open().decrypt_with_key(&KEY, sink()),
            false => open().decrypt(&world.key, &world.certificate, sink()),
        };
        let Ok(Opened::Unauthenticated(content)) = opened else { panic!("no tag, no proof") };
        assert_eq!(content.into_unauthenticated().into_inner(), b"text");
        // The other kind of key.
        let opened = match by_key {
            false => open().decrypt_with_key(&KEY, sink()),
            true => open().decrypt(&world.key, &world.certificate, sink()),
        };
        refusal(opened.map(|_| ()), Code::Argument);
    }
    let made = EncryptedData::make(b"text", &KEY, Form::Gm).unwrap();
    for length in [0, 15, 17] {
        let stream = EncryptedStream::open(&made[..], Profile::Conforming).unwrap();
        let opened = stream.decrypt_with_key(&vec![0; length], Cursor::new(Vec::new()));
        refusal(opened.map(|_| ()), Code::Argument);
    }
    let (other, certificate) = end(&world.party.root, "Other", Use::Encryption);
    let made = AuthEnvelopedData::make(b"text", &world.recipients(), CIPHERS[0]).unwrap();
    let stream = EncryptedStream::open(&made[..], Profile::Conforming).unwrap();
    let opened = stream.decrypt(&other, &certificate, Cursor::new(Vec::new()));
    refusal(opened.map(|_| ()), Code::NotRecipient);
    let made = signed(&world, b"text", Form::Gm);
    refusal(EncryptedStream::open(&made[..], Profile::Conforming).map(|_| ()), Code::Form);
    let made = EncryptedData::make(b"text", &KEY, Form::Gm).unwrap();
    refusal(SignedStream::open(Cursor::new(&made), Profile::Conforming), Code::Form);
}

#[test]
fn broken_sources_and_sinks_are_errors_of_theirs() {
    let world = World::new();
    let content = content(50);
    for made in one_of_each(&world, &content) {
        let length = made.len() as u64;
        let slow = world.streamed_from(
            Trickle::new(&made, u64::MAX),
            Cursor::new(Vec::new()),
            Profile::Conforming,
        );
        assert_eq!(slow.unwrap().0.unwrap().into_inner(), content);
        for breaks in [64, 70, length / 2, length - 1] {
            let (sink, dropped) = Sink::new(usize::MAX);
            let source = Trickle::new(&made, breaks);
            let found = world.streamed_from(source, sink, Profile::Conforming);
            refusal(found.map(|_| ()), Code::Read);
            assert!(dropped.get());
        }
        for room in [0, 1, 31, 49] {
            let (sink, dropped) = Sink::new(room);
            let found = world.streamed_from(Cursor::new(&made), sink, Profile::Conforming);
            refusal(found.map(|_| ()), Code::Write);
            assert!(dropped.get());
        }
    }
    let signers: [&dyn Signer; 1] = [&world.party.signer];
    for room in [0, 10, 100, 400] {
        let (mut sink, _) = Sink::new(room);
        let terms = terms(Form::Rfc, false);
        let made = sign_stream_once(&signers, &terms, &mut &content[..], &mut sink);
        refusal(made, Code::Write);
        let (mut sink, _) = Sink::new(room);
        let made = sign_stream(&signers, &terms, &mut Cursor::new(&content), &mut sink);
        refusal(made, Code::Write);
        let (mut sink, _) = Sink::new(room.min(100));
        let to = world.recipients();
        let made = AuthEnvelopedData::write(&mut &content[..], None, &to, CIPHERS[0], &mut sink);
        refusal(made, Code::Write);
    }
    let mut source = Trickle::new(&content, 20);
    let made = EncryptedData::write(&mut source, Some(50), &KEY, Form::Gm, &mut Vec::new());
    refusal(made, Code::Read);
}

#[test]
fn contents_are_as_long_as_was_declared() {
    for size in [0, 1, 50, MIB - 1, MIB, MIB + 1] {
        let content = content(size);
        let write = |declared: u64| {
            let declared = Some(declared);
            EncryptedData::write(&mut &content[..], declared, &KEY, Form::Gm, &mut Vec::new())
        };
        assert_eq!(write(size as u64).unwrap(), size as u64);
        for wrong in
            [size as u64 + 1, size as u64 + 16, u64::MAX / 4, (size as u64).wrapping_sub(1)]
        {
            let error = write(wrong).unwrap_err();
            let long = wrong == u64::MAX && error.code() == Code::Size;
            assert!(long || error.code() == Code::ContentLength, "{error}");
        }
    }
    let world = World::new();
    let too_long = Some(1 << 36);
    let to = world.recipients();
    let made = AuthEnvelopedData::write(&mut &[][..], too_long, &to, CIPHERS[0], &mut Vec::new());
    refusal(made, Code::Size);
}

#[test]
fn bombs_take_no_memory_and_no_stack() {
    let world = World::new();
    let start = |kind: Oid, fields: &[u8]| {
        [&[0x30, 0x80][..], &writer::oid(&kind), &[0xa0, 0x80, 0x30, 0x80], fields].concat()
    };
    let stream = |bytes: &[u8]| world.streamed(bytes, Profile::AsFound);
    let version = writer::integer(1);
    let in_set = [&version[..], &[0x31, 0x80], &[0x30, 0x80].repeat(100_000)].concat();
    refused(stream(&start(oid::GM_SIGNED_DATA, &in_set)), Code::Depth);
    // Strings within strings; strings without anything in them.
    let opened = [
        &version[..],
        &writer::set_of(vec![]),
        &[0x30, 0x80],
        &writer::oid(&oid::GM_DATA),
        &[0xa0, 0x80],
    ]
    .concat();
    let deep = [&opened[..], &[0x24, 0x80].repeat(100_000)].concat();
    refused(stream(&start(oid::GM_SIGNED_DATA, &deep)), Code::Depth);
    let empty = [&opened[..], &[0x24, 0x80], &[0x04, 0x00].repeat(100_000)].concat();
    refused(stream(&start(oid::GM_SIGNED_DATA, &empty)), Code::Der);
    // Lengths beyond all bounds: of a field, of the content, of the message.
    for bytes in [4usize, 5, 7, 8, 9, 127] {
        for first in [0x01, 0x7f, 0x80, 0xff] {
            let mut length = vec![0xff; bytes];
            length[0] = first;
            let length = [&[0x80 | bytes as u8][..], &length].concat();
            let field = [&version[..], &[0x31], &length, b"few"].concat();
            let error = stream(&start(oid::GM_SIGNED_DATA, &field)).unwrap_err();
            assert!([Code::Der, Code::Size].contains(&error.code()), "{error}");
            let content = [&opened[..], &[0x04], &length, b"few"].concat();
            refused(stream(&start(oid::GM_SIGNED_DATA, &content)), Code::Der);
            let piece = [&opened[..], &[0x24, 0x80, 0x04], &length, b"few"].concat();
            refused(stream(&start(oid::GM_SIGNED_DATA, &piece)), Code::Der);
            let whole = [&[0x30][..], &length, &writer::oid(&oid::GM_SIGNED_DATA)].concat();
            assert!(stream(&whole).is_err());
        }
    }
    // What is kept is counted, wherever it stands.
    let recipients = std::io::Read::chain(
        Cursor::new(start(oid::CMS_ENVELOPED_DATA, &[&version[..], &[0x31, 0x80]].concat())),
        std::io::Read::take(Elements(0), 80 << 20),
    );
    refusal(EncryptedStream::open(recipients, Profile::AsFound).map(|_| ()), Code::Size);
}

/// OCTET STRINGs of 1000 bytes without end.
struct Elements(usize);

impl std::io::Read for Elements {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        for byte in out.iter_mut() {
            *byte = *[0x04, 0x82, 0x03, 0xe8].get(self.0 % 1004).unwrap_or(&0);
            self.0 += 1;
        }
        Ok(out.len())
    }
}

#[test]
fn attributes_under_the_tag_may_stand_behind_the_content() {
    let world = World::new();
    let recipient = {
        let made = AuthEnvelopedData::make(b"", &world.recipients(), CIPHERS[0]).unwrap();
        assert_eq!(world.agree(&made, Profile::Conforming).unwrap().0, b"");
        let yinxin::crypto::public_key::PublicKey::Sm2(key) = world.certificate.public_key() else {
            panic!("SM2 is SM2")
        };
        let serial = writer::tlv(0x02, &[world.certificate.serial()]);
        writer::sequence(&[
            &writer::integer(0),
            &writer::sequence(&[world.certificate.issuer_der(), &serial]),
            &writer::sequence(&[&writer::oid(&oid::SM2_ENCRYPT)]),
            &writer::octet_string(&key.encrypt_der(&KEY).unwrap()),
        ])
    };
    let kind = Oid::new("1.2.3.4.5");
    let attribute = |kind, value| writer::sequence(&[&writer::oid(&kind), &writer::set_of(value)]);
    for more in [0, 1, 5, 300] {
        let attributes = writer::set_of(vec![
            attribute(oid::ATTRIBUTE_CONTENT_TYPE, vec![writer::oid(&kind)]),
            attribute(Oid::new("1.2.3.4.6"), vec![writer::octet_string(&vec![3; more])]),
        ]);
        for size in [0, 1, 15, 16, 17, 1000, MIB - 1, MIB, MIB + 33] {
            let content = content(size);
            let key = Sm4Key::new(&KEY).unwrap();
            let (text, tag) = key.gcm_encrypt(&[5; 12], &attributes, &content).unwrap();
            let parameters =
                writer::sequence(&[&writer::octet_string(&[5; 12]), &writer::integer(16)]);
            let algorithm = writer::sequence(&[&writer::oid(&oid::SM4_GCM), &parameters]);
            let message = writer::sequence(&[
                &writer::integer(0),
                &writer::set_of(vec![recipient.clone()]),
                &writer::sequence(&[&writer::oid(&kind), &algorithm, &writer::tlv(0x80, &[&text])]),
                &[&[0xa1], &attributes[1..]].concat(),
                &writer::octet_string(&tag),
            ]);
            let made = writer::sequence(&[
                &writer::oid(&oid::CMS_AUTH_ENVELOPED_DATA),
                &writer::explicit(0, &message),
            ]);
            assert!(world.agree(&made, Profile::Conforming).unwrap().0 == content);
            // One bit of an attribute counts.
            let at = made.len() - 20;
            let mut bent = made.clone();
            bent[at] ^= if more == 0 { 0 } else { 1 };
            assert_eq!(world.agree(&bent, Profile::Conforming).is_ok(), more == 0);
        }
    }
}

#[test]
fn signatures_over_the_content_itself() {
    let world = World::new();
    let (trust, content) = (world.party.trust(), content(MIB + 3));
    let made = sign_attached(&world.party.signer, &content).unwrap();
    assert!(world.agree(&made, Profile::Conforming).unwrap().1.unwrap().is_valid());
    // Read once, the signer has to be known before.
    let sink = || Cursor::new(Vec::new());
    let own = std::slice::from_ref(&world.party.signer_certificate);
    let (report, out) = check_once(&made[..], own, sink(), &trust, &soon()).unwrap();
    assert!(report.is_valid() && out.unwrap().into_inner() == content);
    refusal(check_once(&made[..], &[], sink(), &trust, &soon()), Code::ReadOnce);
    let other = std::slice::from_ref(&world.party.maker_certificate);
    refusal(check_once(&made[..], other, sink(), &trust, &soon()), Code::ReadOnce);
    // With attributes it is enough that the digest is announced.
    let with = signed(&world, &content, Form::Gm);
    let (report, out) = check_once(&with[..], &[], sink(), &trust, &soon()).unwrap();
    assert!(report.is_valid() && out.unwrap().into_inner() == content);
    let mut bent = with.clone();
    *bent.last_mut().unwrap() ^= 1;
    let (report, out) = check_once(&bent[..], &[], sink(), &trust, &soon()).unwrap();
    assert!(!report.is_valid() && out.is_none());
    let detached = sign_detached(&world.party.signer, b"beside").unwrap();
    refusal(check_once(&detached[..], &[], sink(), &trust, &soon()), Code::Argument);

    // Content that could be attributes.
    let attribute = writer::sequence(&[&writer::oid(&oid::ATTRIBUTE_CONTENT_TYPE)]);
    let shaped = writer::set_of(vec![attribute]);
    let (key, own) = (&world.party.signer, world.party.signer.certificates());
    let value = key.sign(ToSign::Message(&shaped)).unwrap();
    let made = assemble_detached(key.algorithm(), own, &value).unwrap();
    let mut stream = SignedStream::open(Cursor::new(&made), Profile::Conforming).unwrap();
    for (content, good) in [(&shaped[..], false), (&shaped[..shaped.len() - 1], false)] {
        let report = check_stream(&mut stream, Some(&mut &content[..]), &trust, &soon()).unwrap();
        let read = SignedData::parse(&made, Profile::Conforming).unwrap();
        let whole = check_message(&read, content, &trust, &soon());
        assert_eq!(report.to_json(), whole.to_json());
        assert_eq!(report.is_valid(), good);
    }
}

#[test]
fn signatures_that_need_the_whole_content_get_it_up_to_the_limit() {
    let world = World::new();
    let der = EcdsaPrivateKey::generate_pkcs8(Curve::P256).unwrap();
    let key = SoftwareKey::from_pkcs8_der(der.as_bytes(), None).unwrap();
    let certificate = certify(&world.party.root, "P-256", Use::Signer, &key);
    let made = |content: &[u8], inside: bool| {
        let serial = writer::tlv(0x02, &[certificate.serial()]);
        let sha256 = writer::sequence(&[&writer::oid(&oid::SHA256)]);
        let signer = writer::sequence(&[
            &writer::integer(1),
            &writer::sequence(&[certificate.issuer_der(), &serial]),
            &sha256,
            &writer::sequence(&[&writer::oid(&oid::ECDSA_SHA256)]),
            &writer::octet_string(&key.sign(ToSign::Message(content)).unwrap()),
        ]);
        let explicit = writer::explicit(0, &writer::octet_string(content));
        let content = if inside { &explicit[..] } else { &[] };
        let message = writer::sequence(&[
            &writer::integer(1),
            &writer::set_of(vec![sha256]),
            &writer::sequence(&[&writer::oid(&oid::CMS_DATA), content]),
            &writer::tlv(0xa0, &[certificate.as_der()]),
            &writer::set_of(vec![signer]),
        ]);
        let message = writer::explicit(0, &message);
        writer::sequence(&[&writer::oid(&oid::CMS_SIGNED_DATA), &message])
    };
    let small = content(MIB + 9);
    let (found, report) = world.agree(&made(&small, true), Profile::Conforming).unwrap();
    assert!(found == small && report.unwrap().is_valid());
    // Beyond it, the check fails and says why.
    let large = vec![1; (64 << 20) + 1];
    let message = made(&large, false);
    let mut stream = SignedStream::open(Cursor::new(&message), Profile::Conforming).unwrap();
    let trust = world.party.trust();
    let report: Report = check_stream(&mut stream, Some(&mut &large[..]), &trust, &soon()).unwrap();
    let check = report.reports()[0].find(CheckCode::SignatureValue).unwrap();
    assert_eq!(check.outcome, Outcome::Failed);
    assert!(check.detail.contains("64 MiB"), "{}", check.detail);
    let mut stream = SignedStream::open(Cursor::new(&message), Profile::Conforming).unwrap();
    let report = check_stream(&mut stream, Some(&mut &large[..64 << 20]), &trust, &soon()).unwrap();
    assert!(!report.is_valid());
}

#[test]
fn several_sign_as_they_do_whole() {
    // RSA and ECDSA are signed with attributes as SM2 is.
    let world = World::new();
    let der = EcdsaPrivateKey::generate_pkcs8(Curve::P384).unwrap();
    let p384 = SoftwareKey::from_pkcs8_der(der.as_bytes(), None).unwrap();
    let certificate = certify(&world.party.root, "P-384", Use::Signer, &p384);
    let p384 = p384.with_certificates(vec![certificate.as_der().to_vec()]).unwrap();
    let signers: [&dyn Signer; 2] = [&world.party.signer, &p384];
    let mut made = Vec::new();
    let terms = terms(Form::Rfc, false);
    sign_stream(&signers, &terms, &mut Cursor::new(b"content"), &mut made).unwrap();
    let (found, report) = world.agree(&made, Profile::Conforming).unwrap();
    assert!(found == b"content" && report.unwrap().is_valid());
    let whole = yinxin::cms::Attributed {
        content_type: oid::CMS_DATA,
        content: b"content",
        gm: false,
        signing_time: Some(signing_time()),
        certificates: true,
    };
    let whole = sign_together(&signers, &whole, &yinxin::cms::Extras::default()).unwrap();
    // All but the signature values is the same.
    let read = |message: &[u8]| SignedData::parse(message, Profile::Conforming).unwrap();
    let (made, whole) = (read(&made), read(&whole));
    assert_eq!(made.digest_algorithms(), whole.digest_algorithms());
    assert_eq!(made.certificates(), whole.certificates());
    let said = |message: &SignedData| {
        let mut said: Vec<Vec<u8>> = message
            .signers()
            .iter()
            .map(|signer| signer.attributes.as_ref().unwrap().signed.clone())
            .collect();
        said.sort();
        said
    };
    assert_eq!(said(&made), said(&whole));
}
