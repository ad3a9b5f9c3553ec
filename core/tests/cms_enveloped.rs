//! Encrypted messages: made and opened in both forms; and those that must not open, with the one
//! answer that they get.

mod cms_common;
mod seal_common;

use cms_common::{open_lengths, refusal};
use seal_common::party::{Party, certify, end, soon};
use yinxin::asn1::{Oid, Profile, oid, writer};
use yinxin::authority::Profile as Use;
use yinxin::cert::Certificate;
use yinxin::cms::{
    AuthEnvelopedData, ContentCipher, EncryptedData, EnvelopedData, Form, MessageKind, Recipient,
    SignedAndEnvelopedData,
};
use yinxin::crypto::ecdsa::{Curve, EcdsaPrivateKey};
use yinxin::crypto::public_key::PublicKey;
use yinxin::crypto::sm4::Sm4Key;
use yinxin::error::{Code, Error};
use yinxin::key::SoftwareKey;
use yinxin::report::NoteCode;
use yinxin::timestamp::check_message;

const CONTENT: &[u8] = b"pay 100.00 to the school";
const KEY: [u8; 16] = [7; 16];
const CIPHERS: [ContentCipher; 3] =
    [ContentCipher::Sm4Gcm, ContentCipher::Aes128Gcm, ContentCipher::Aes256Gcm];

struct World {
    party: Party,
    key: SoftwareKey,
    certificate: Certificate,
}

impl World {
    fn new() -> World {
        let party = Party::new();
        let (key, certificate) = end(&party.root, "Bank", Use::Encryption);
        World { party, key, certificate }
    }

    fn recipient(&self) -> Recipient {
        Recipient::new(&self.certificate).unwrap()
    }

    fn public(&self) -> &yinxin::crypto::sm2::PublicKey {
        let PublicKey::Sm2(key) = self.certificate.public_key() else { panic!("SM2 is SM2") };
        key
    }

    /// issuerAndSerialNumber.
    fn name(&self) -> Vec<u8> {
        let serial = writer::tlv(0x02, &[self.certificate.serial()]);
        writer::sequence(&[self.certificate.issuer_der(), &serial])
    }

    fn transport(&self, version: i64, algorithm: Oid, key: &[u8]) -> Vec<u8> {
        info(version, &self.name(), algorithm, key)
    }

    fn open(&self, message: &[u8], profile: Profile) -> Result<Vec<u8>, Error> {
        let message = EnvelopedData::parse(message, profile)?;
        message.open(&self.key, &self.certificate).map(|content| content.into_unauthenticated())
    }

    fn open_auth(&self, message: &[u8], profile: Profile) -> Result<Vec<u8>, Error> {
        AuthEnvelopedData::parse(message, profile)?.open(&self.key, &self.certificate)
    }
}

fn info(version: i64, id: &[u8], algorithm: Oid, key: &[u8]) -> Vec<u8> {
    writer::sequence(&[
        &writer::integer(version),
        id,
        &writer::sequence(&[&writer::oid(&algorithm), &writer::null()]),
        &writer::octet_string(key),
    ])
}

fn message(kind: Oid, fields: &[&[u8]]) -> Vec<u8> {
    writer::sequence(&[&writer::oid(&kind), &writer::explicit(0, &writer::sequence(fields))])
}

fn content(kind: Oid, algorithm: Oid, parameters: &[u8], text: &[u8]) -> Vec<u8> {
    writer::sequence(&[
        &writer::oid(&kind),
        &writer::sequence(&[&writer::oid(&algorithm), parameters]),
        &writer::tlv(0x80, &[text]),
    ])
}

fn cbc(kind: Oid, algorithm: Oid) -> Vec<u8> {
    let text = Sm4Key::new(&KEY).unwrap().cbc_encrypt(&[9; 16], CONTENT);
    content(kind, algorithm, &writer::octet_string(&[9; 16]), &text)
}

/// EnvelopedData of GB/T 35275 with these recipients.
fn gm(version: i64, recipients: Vec<Vec<u8>>, algorithm: Oid) -> Vec<u8> {
    let (version, recipients) = (writer::integer(version), writer::set_of(recipients));
    message(oid::GM_ENVELOPED_DATA, &[&version, &recipients, &cbc(oid::GM_DATA, algorithm)])
}

/// AuthEnvelopedData with these parameters, attributes (or nothing) and tag.
fn auth(
    recipients: Vec<Vec<u8>>,
    kind: Oid,
    algorithm: Oid,
    parameters: &[u8],
    attributes: &[u8],
    cut: usize,
) -> Vec<u8> {
    let set = attributes.split_first().map(|(_, rest)| [&[0x31], rest].concat());
    let key = Sm4Key::new(&KEY).unwrap();
    let (text, tag) = key.gcm_encrypt(&[5; 12], &set.unwrap_or_default(), CONTENT).unwrap();
    message(
        oid::CMS_AUTH_ENVELOPED_DATA,
        &[
            &writer::integer(0),
            &writer::set_of(recipients),
            &content(kind, algorithm, parameters, &text),
            attributes,
            &writer::octet_string(&tag[..16 - cut]),
        ],
    )
}

fn gcm(tag: i64) -> Vec<u8> {
    writer::sequence(&[&writer::octet_string(&[5; 12]), &writer::integer(tag)])
}

#[test]
fn what_is_encrypted_opens() {
    let world = World::new();
    let (other, other_certificate) = end(&world.party.root, "Other", Use::Encryption);
    let both = [world.recipient(), Recipient::new(&other_certificate).unwrap()];
    for length in [0, 1, 15, 16, 17, 1000, 70_000] {
        let content = vec![0x5a; length];
        for form in [Form::Gm, Form::Rfc] {
            let made = EnvelopedData::make(&content, &both, form).unwrap();
            assert_eq!(MessageKind::of(&made).unwrap(), (MessageKind::EnvelopedData, form));
            let read = EnvelopedData::parse(&made, Profile::Conforming).unwrap();
            assert!(read.notes().is_empty() && read.form() == form);
            assert_eq!(world.open(&made, Profile::Conforming).unwrap(), content);
            let opened = read.open(&other, &other_certificate).unwrap();
            assert_eq!(format!("{opened:?}"), "Unauthenticated");
            assert_eq!(opened.into_unauthenticated(), content);
            let made = EncryptedData::make(&content, &KEY, form).unwrap();
            assert_eq!(MessageKind::of(&made).unwrap(), (MessageKind::EncryptedData, form));
            let read = EncryptedData::parse(&made, Profile::Conforming).unwrap();
            assert_eq!(read.open(&KEY).unwrap().into_unauthenticated(), content);
        }
        for cipher in CIPHERS {
            let made = AuthEnvelopedData::make(&content, &both, cipher).unwrap();
            let kind = (MessageKind::AuthEnvelopedData, Form::Rfc);
            assert_eq!(MessageKind::of(&made).unwrap(), kind);
            let read = AuthEnvelopedData::parse(&made, Profile::Conforming).unwrap();
            assert_eq!((read.cipher(), read.content_type()), (cipher, oid::CMS_DATA));
            assert_eq!(read.open(&world.key, &world.certificate).unwrap(), content);
            assert_eq!(read.open(&other, &other_certificate).unwrap(), content);
        }
    }
}

#[test]
fn recipients_are_named_by_key_where_the_form_has_it() {
    let world = World::new();
    let by_key = || vec![world.recipient().by_key_identifier().unwrap()];
    let made = EnvelopedData::make(CONTENT, &by_key(), Form::Rfc).unwrap();
    assert_eq!(world.open(&made, Profile::Conforming).unwrap(), CONTENT);
    let made = AuthEnvelopedData::make(CONTENT, &by_key(), ContentCipher::Sm4Gcm).unwrap();
    assert_eq!(world.open_auth(&made, Profile::Conforming).unwrap(), CONTENT);
    refusal(EnvelopedData::make(CONTENT, &by_key(), Form::Gm), Code::Argument);
}

#[test]
fn nothing_is_made_for_whom_it_is_not_meant() {
    let world = World::new();
    refusal(Recipient::new(&world.party.signer_certificate), Code::Policy);
    let der = EcdsaPrivateKey::generate_pkcs8(Curve::P256).unwrap();
    let key = SoftwareKey::from_pkcs8_der(der.as_bytes(), None).unwrap();
    let certificate = certify(&world.party.root, "P-256", Use::Encryption, &key);
    refusal(Recipient::new(&certificate), Code::Algorithm);
    refusal(EnvelopedData::make(CONTENT, &[], Form::Gm), Code::Argument);
    let many = vec![world.recipient(); 257];
    refusal(EnvelopedData::make(CONTENT, &many, Form::Gm), Code::Count);
    let one = [world.recipient()];
    refusal(AuthEnvelopedData::make(CONTENT, &one, ContentCipher::Sm4Cbc), Code::Argument);
    for length in [0, 15, 17, 32] {
        let made = EncryptedData::make(CONTENT, &vec![0; length], Form::Gm);
        refusal(made, Code::Argument);
    }
}

#[test]
fn others_learn_only_that_it_is_not_for_them() {
    let world = World::new();
    let (other, certificate) = end(&world.party.root, "Other", Use::Encryption);
    let made = EnvelopedData::make(CONTENT, &[world.recipient()], Form::Gm).unwrap();
    let read = EnvelopedData::parse(&made, Profile::Conforming).unwrap();
    refusal(read.open(&other, &certificate), Code::NotRecipient);
    refusal(read.open(&other, &world.certificate), Code::KeyMismatch);
    refusal(read.open(&world.key, &certificate), Code::KeyMismatch);
}

#[test]
fn ways_that_are_not_offered_are_named() {
    let world = World::new();
    for algorithm in [oid::RSA, Oid::new("1.2.840.113549.1.1.7"), oid::EC_PUBLIC_KEY] {
        let made = gm(1, vec![world.transport(1, algorithm, &[1; 256])], oid::SM4_CBC);
        refusal(world.open(&made, Profile::AsFound), Code::Algorithm);
    }
    let agreement = writer::tlv(0xa1, &[&writer::integer(3)]);
    let made = message(
        oid::CMS_ENVELOPED_DATA,
        &[
            &writer::integer(2),
            &writer::set_of(vec![agreement.clone()]),
            &cbc(oid::CMS_DATA, oid::SM4_CBC),
        ],
    );
    refusal(world.open(&made, Profile::Conforming), Code::Form);
    // Beside a recipient that is offered, it is passed over.
    let key = world.public().encrypt_der(&KEY).unwrap();
    let transport = world.transport(0, oid::SM2_ENCRYPT, &key);
    let made = message(
        oid::CMS_ENVELOPED_DATA,
        &[
            &writer::integer(2),
            &writer::set_of(vec![agreement.clone(), transport]),
            &cbc(oid::CMS_DATA, oid::SM4_CBC),
        ],
    );
    assert_eq!(world.open(&made, Profile::Conforming).unwrap(), CONTENT);
    // GB/T 35275 has one way only.
    refusal(
        EnvelopedData::parse(&gm(1, vec![agreement], oid::SM4_CBC), Profile::AsFound),
        Code::Der,
    );
    let recipient = || vec![world.transport(1, oid::SM2_ENCRYPT, &key)];
    for algorithm in [oid::AES_256_CBC, oid::SM4_ECB, oid::PBES2] {
        refusal(world.open(&gm(1, recipient(), algorithm), Profile::AsFound), Code::Algorithm);
    }
    // A cipher with a tag in a message that has no place for it.
    let text = content(oid::GM_DATA, oid::SM4_GCM, &gcm(16), &[0; 16]);
    let made = message(
        oid::GM_ENVELOPED_DATA,
        &[&writer::integer(1), &writer::set_of(recipient()), &text],
    );
    refusal(world.open(&made, Profile::AsFound), Code::Form);
}

#[test]
fn vendors_deviations_are_read_as_found_and_named() {
    let world = World::new();
    let key = world.public().encrypt_der(&KEY).unwrap();
    let raw = world.public().encrypt_raw(&KEY).unwrap();
    let (c1, rest) = raw[1..].split_at(64);
    let (c3, c2) = rest.split_at(32);
    let old_cfca = [c1, c2, c3].concat();
    let identifier = world.certificate.subject_key_identifier().unwrap();
    let by_key = writer::tlv(0x80, &[identifier]);
    let usual = |key: &[u8]| vec![world.transport(1, oid::SM2_ENCRYPT, key)];
    let cases = [
        (gm(1, usual(&key), oid::SM4), vec![NoteCode::DeviationAlgorithm]),
        (
            gm(1, vec![world.transport(1, oid::SM2_EXCHANGE, &key)], oid::SM4_CBC),
            vec![NoteCode::DeviationAlgorithm],
        ),
        (gm(1, usual(&old_cfca), oid::SM4_CBC), vec![NoteCode::DeviationCiphertext]),
        (
            gm(2, vec![info(2, &by_key, oid::SM2_ENCRYPT, &key)], oid::SM4_CBC),
            vec![NoteCode::DeviationVersion, NoteCode::DeviationRecipient],
        ),
        (gm(0, usual(&key), oid::SM4_CBC), vec![NoteCode::DeviationVersion]),
        (
            [&gm(1, usual(&key), oid::SM4_CBC)[..], &[0, 0]].concat(),
            vec![NoteCode::DeviationTrailingBytes],
        ),
    ];
    for (made, notes) in cases {
        refusal(EnvelopedData::parse(&made, Profile::Conforming), Code::Der);
        let read = EnvelopedData::parse(&made, Profile::AsFound).unwrap();
        let found: Vec<NoteCode> = read.notes().iter().map(|(code, _)| *code).collect();
        assert_eq!(found, notes);
        assert_eq!(world.open(&made, Profile::AsFound).unwrap(), CONTENT);
    }
    let good = gm(1, usual(&key), oid::SM4_CBC);
    assert!(EnvelopedData::parse(&good, Profile::AsFound).unwrap().notes().is_empty());
    // Not a known order: no guessing.
    let c1c3c2 = [c1, c3, c2].concat();
    let error = refusal(
        world.open(&gm(1, usual(&c1c3c2), oid::SM4_CBC), Profile::AsFound),
        Code::Decryption,
    );
    let with_04 =
        refusal(world.open(&gm(1, usual(&raw), oid::SM4_CBC), Profile::AsFound), Code::Decryption);
    assert_eq!(error, with_04);
    refusal(
        EnvelopedData::parse(&gm(5, usual(&key), oid::SM4_CBC), Profile::AsFound),
        Code::Version,
    );
}

#[test]
fn a_recipient_by_key_is_found_without_the_extension() {
    // What the identifier would be, had the authority put one in: SHA-1 of the key's bits.
    let world = World::new();
    let der = world.certificate.as_der();
    let identifier = world.certificate.subject_key_identifier().unwrap();
    assert!(der.windows(identifier.len()).any(|window| window == identifier));
    let sha1 = yinxin::crypto::sha2::sha1_legacy(&world.public().to_sec1());
    let key = world.public().encrypt_der(&KEY).unwrap();
    let id = writer::tlv(0x80, &[&sha1]);
    let made = gm(2, vec![info(2, &id, oid::SM2_ENCRYPT, &key)], oid::SM4_CBC);
    let expected = if identifier == sha1 { Ok(CONTENT.to_vec()) } else { Err(Code::NotRecipient) };
    assert_eq!(world.open(&made, Profile::AsFound).map_err(|error| error.code()), expected);
}

#[test]
fn whatever_depends_on_the_key_gets_one_answer() {
    let world = World::new();
    let good = world.public().encrypt_der(&KEY).unwrap();
    let mut answers = Vec::new();
    let keys = [
        // Another content key; keys of other lengths; SM2Ciphertexts that are bent or none.
        world.public().encrypt_der(&[8; 16]).unwrap(),
        world.public().encrypt_der(&[7; 15]).unwrap(),
        world.public().encrypt_der(&[7; 32]).unwrap(),
        bent(&good, good.len() - 1),
        bent(&good, good.len() - 20),
        bent(&good, 8),
        vec![],
        vec![0x30, 0],
        vec![1; 300],
    ];
    for key in &keys {
        let made = gm(1, vec![world.transport(1, oid::SM2_ENCRYPT, key)], oid::SM4_CBC);
        match world.open(&made, Profile::AsFound) {
            Err(error) => answers.push(error),
            // The other content key gives good padding once in 256 times, and other content.
            Ok(content) => assert!(key == &keys[0] && content != CONTENT),
        }
    }
    // Padding: the last block of the content bent, cut, or nothing.
    let right = || vec![world.transport(1, oid::SM2_ENCRYPT, &good)];
    let text = Sm4Key::new(&KEY).unwrap().cbc_encrypt(&[9; 16], CONTENT);
    let padding = |padding: u8| {
        // The block that decrypts to this padding byte throughout, of a length that is no padding.
        Sm4Key::new(&KEY).unwrap().ecb_encrypt(&[padding ^ 9; 16]).unwrap()
    };
    for text in [&text[..31], &text[..1], &[], &padding(0)[..], &padding(17), &padding(255)] {
        let iv = writer::octet_string(&[9; 16]);
        let text = content(oid::GM_DATA, oid::SM4_CBC, &iv, text);
        let fields = [&writer::integer(1)[..], &writer::set_of(right()), &text];
        let made = message(oid::GM_ENVELOPED_DATA, &fields);
        answers.push(world.open(&made, Profile::Conforming).unwrap_err());
    }
    assert!(answers.len() >= keys.len() - 1 + 6);
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
        assert_eq!(answer.code(), Code::Decryption);
    }
    // The same with a tag: another key, no key, another tag, another text.
    let mut answers = Vec::new();
    for key in &keys {
        let recipient = vec![world.transport(0, oid::SM2_ENCRYPT, key)];
        let made = auth(recipient, oid::CMS_DATA, oid::SM4_GCM, &gcm(16), &[], 0);
        answers.push(world.open_auth(&made, Profile::Conforming).unwrap_err());
    }
    let right = vec![world.transport(0, oid::SM2_ENCRYPT, &good)];
    let made = auth(right, oid::CMS_DATA, oid::SM4_GCM, &gcm(16), &[], 0);
    assert_eq!(world.open_auth(&made, Profile::Conforming).unwrap(), CONTENT);
    for from_end in 1..=16 + 2 + CONTENT.len() {
        if (17..19).contains(&from_end) {
            continue; // tag and length of the tag's OCTET STRING
        }
        let made = bent(&made, made.len() - from_end);
        answers.push(world.open_auth(&made, Profile::Conforming).unwrap_err());
    }
    assert_eq!(answers.len(), keys.len() + 16 + CONTENT.len());
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
        assert_eq!(answer.code(), Code::Decryption);
    }
}

fn bent(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

#[test]
fn a_tag_is_whole_or_refused() {
    let world = World::new();
    let key = world.public().encrypt_der(&KEY).unwrap();
    let to = || vec![world.transport(0, oid::SM2_ENCRYPT, &key)];
    let make =
        |parameters: &[u8], cut| auth(to(), oid::CMS_DATA, oid::SM4_GCM, parameters, &[], cut);
    assert_eq!(world.open_auth(&make(&gcm(16), 0), Profile::Conforming).unwrap(), CONTENT);
    for cut in 1..=16 {
        refusal(world.open_auth(&make(&gcm(16), cut), Profile::AsFound), Code::Value);
        refusal(world.open_auth(&make(&gcm(16 - cut as i64), cut), Profile::AsFound), Code::Form);
    }
    let by_default = writer::sequence(&[&writer::octet_string(&[5; 12])]);
    refusal(world.open_auth(&make(&by_default, 4), Profile::AsFound), Code::Form);
    refusal(world.open_auth(&make(&by_default, 0), Profile::AsFound), Code::Form);
    for nonce in [0, 8, 13, 16] {
        let nonce = writer::octet_string(&vec![5; nonce]);
        let parameters = writer::sequence(&[&nonce, &writer::integer(16)]);
        refusal(world.open_auth(&make(&parameters, 0), Profile::AsFound), Code::Value);
    }
    let cbc = cbc(oid::CMS_DATA, oid::SM4_CBC);
    let tag = writer::octet_string(&[0; 16]);
    let fields = [&writer::integer(0)[..], &writer::set_of(to()), &cbc, &tag];
    let made = message(oid::CMS_AUTH_ENVELOPED_DATA, &fields);
    refusal(world.open_auth(&made, Profile::AsFound), Code::Form);
}

#[test]
fn attributes_under_the_tag_count() {
    let world = World::new();
    let key = world.public().encrypt_der(&KEY).unwrap();
    let to = || vec![world.transport(0, oid::SM2_ENCRYPT, &key)];
    let attribute = |kind: Oid, value: Vec<u8>| {
        writer::sequence(&[&writer::oid(&kind), &writer::set_of(vec![value])])
    };
    let kind = |kind: Oid| attribute(oid::ATTRIBUTE_CONTENT_TYPE, writer::oid(&kind));
    let make = |content: Oid, attributes: &[Vec<u8>]| {
        let set = match attributes {
            [] => vec![],
            some => writer::tlv(0xa1, &[&some.concat()]),
        };
        auth(to(), content, oid::SM4_GCM, &gcm(16), &set, 0)
    };
    let other = attribute(Oid::new("1.2.3.4.5"), writer::null());
    for (content, attributes) in [
        (oid::CMS_DATA, vec![]),
        (oid::CMS_DATA, vec![kind(oid::CMS_DATA)]),
        (oid::CMS_DATA, vec![kind(oid::CMS_DATA), other.clone()]),
        (oid::CMS_SIGNED_DATA, vec![kind(oid::CMS_SIGNED_DATA)]),
    ] {
        let made = make(content, &attributes);
        assert_eq!(world.open_auth(&made, Profile::Conforming).unwrap(), CONTENT);
    }
    let digest = attribute(oid::ATTRIBUTE_MESSAGE_DIGEST, writer::octet_string(&[0; 32]));
    for (content, attributes) in [
        (oid::CMS_SIGNED_DATA, vec![]),
        (oid::CMS_SIGNED_DATA, vec![other.clone()]),
        (oid::CMS_SIGNED_DATA, vec![kind(oid::CMS_DATA)]),
        (oid::CMS_DATA, vec![kind(oid::CMS_SIGNED_DATA)]),
        (oid::CMS_DATA, vec![kind(oid::CMS_DATA), kind(oid::CMS_DATA)]),
        (oid::CMS_DATA, vec![kind(oid::CMS_DATA), digest]),
    ] {
        let made = make(content, &attributes);
        refusal(AuthEnvelopedData::parse(&made, Profile::AsFound), Code::Structure);
    }
    // An attribute that was changed on the way.
    let made = make(oid::CMS_DATA, &[kind(oid::CMS_DATA), other]);
    let at = made.windows(4).position(|window| window == [0x2a, 3, 4, 5]).unwrap();
    refusal(world.open_auth(&bent(&made, at + 3), Profile::Conforming), Code::Decryption);
}

#[test]
fn the_other_number_of_gcm_is_taken_by_name_only() {
    let world = World::new();
    let key = world.public().encrypt_der(&KEY).unwrap();
    let to = vec![world.transport(0, oid::SM2_ENCRYPT, &key)];
    let made = auth(to, oid::CMS_DATA, oid::SM4_GCM_OTHER_LIST, &gcm(16), &[], 0);
    refusal(AuthEnvelopedData::parse(&made, Profile::Conforming), Code::Algorithm);
    refusal(AuthEnvelopedData::parse(&made, Profile::AsFound), Code::Algorithm);
    let read = AuthEnvelopedData::parse_with_104_10_as_gcm(&made, Profile::Conforming).unwrap();
    assert_eq!(read.open(&world.key, &world.certificate).unwrap(), CONTENT);
    assert_eq!(read.notes()[0].0, NoteCode::DeviationAlgorithm);
}

#[test]
fn a_signed_and_encrypted_message_is_judged_after_opening() {
    let world = World::new();
    let to = [world.recipient()];
    let made = SignedAndEnvelopedData::make(&world.party.signer, CONTENT, &to).unwrap();
    let read = SignedAndEnvelopedData::parse(&made, Profile::Conforming).unwrap();
    let signed = read.open(&world.key, &world.certificate).unwrap();
    assert_eq!(signed.content(), Some(CONTENT));
    let trust = world.party.trust();
    let report = check_message(&signed, signed.content().unwrap(), &trust, &soon());
    assert!(report.is_valid(), "{}", report.to_text());
    // The IV bent: the first block of the content is another one, and nobody signed that.
    let iv = read_iv(&made);
    let read = SignedAndEnvelopedData::parse(&bent(&made, iv), Profile::Conforming).unwrap();
    let signed = read.open(&world.key, &world.certificate).unwrap();
    assert_ne!(signed.content(), Some(CONTENT));
    let report = check_message(&signed, signed.content().unwrap(), &trust, &soon());
    assert!(!report.is_valid());
    let (other, certificate) = end(&world.party.root, "Other", Use::Encryption);
    refusal(read.open(&other, &certificate), Code::NotRecipient);
    let attributes = writer::set_of(vec![writer::sequence(&[&writer::oid(&oid::CMS_DATA)])]);
    let shaped = SignedAndEnvelopedData::make(&world.party.signer, &attributes, &to);
    refusal(shaped, Code::Argument);
}

/// Where the IV of an SM4-CBC message starts.
fn read_iv(message: &[u8]) -> usize {
    let algorithm = writer::oid(&oid::SM4_CBC);
    let at = message.windows(algorithm.len()).position(|window| window == algorithm).unwrap();
    at + algorithm.len() + 2
}

#[test]
fn open_lengths_and_pieces_are_read() {
    let world = World::new();
    let to = [world.recipient()];
    let made = AuthEnvelopedData::make(CONTENT, &to, ContentCipher::Sm4Gcm).unwrap();
    let ber = open_lengths(&made, 5);
    assert_ne!(ber, made);
    assert_eq!(MessageKind::of(&ber).unwrap().0, MessageKind::AuthEnvelopedData);
    let read = AuthEnvelopedData::parse(&ber, Profile::Conforming).unwrap();
    assert_eq!(read.open(&world.key, &world.certificate).unwrap(), CONTENT);
    assert!(read.notes().iter().any(|(code, _)| *code == NoteCode::MessageBer));
    for form in [Form::Gm, Form::Rfc] {
        let made = EnvelopedData::make(CONTENT, &to, form).unwrap();
        assert_eq!(world.open(&open_lengths(&made, 1), Profile::Conforming).unwrap(), CONTENT);
        let made = EncryptedData::make(CONTENT, &KEY, form).unwrap();
        let read = EncryptedData::parse(&open_lengths(&made, 3), Profile::Conforming).unwrap();
        assert_eq!(read.open(&KEY).unwrap().into_unauthenticated(), CONTENT);
    }
    let made = SignedAndEnvelopedData::make(&world.party.signer, CONTENT, &to).unwrap();
    let read = SignedAndEnvelopedData::parse(&open_lengths(&made, 7), Profile::Conforming).unwrap();
    assert_eq!(read.open(&world.key, &world.certificate).unwrap().content(), Some(CONTENT));
}

#[test]
fn bombs_are_counted() {
    let world = World::new();
    let deep = [&[0x30, 0x80, 0x06, 1, 1][..], &[0xa0, 0x80].repeat(1000)].concat();
    refusal(AuthEnvelopedData::parse(&deep, Profile::AsFound), Code::Depth);
    refusal(EnvelopedData::parse(&[0x30, 0x80].repeat(5000), Profile::AsFound), Code::Depth);
    let key = world.public().encrypt_der(&KEY).unwrap();
    let one = world.transport(1, oid::SM2_ENCRYPT, &key);
    let made = gm(1, vec![one.clone(), one], oid::SM4_CBC);
    refusal(EnvelopedData::parse(&made, Profile::AsFound), Code::Structure);
    refusal(EnvelopedData::parse(&gm(1, vec![], oid::SM4_CBC), Profile::AsFound), Code::Structure);
    let many = (0..257u32).map(|number| {
        let id = writer::sequence(&[&writer::sequence(&[]), &writer::integer(i64::from(number))]);
        info(1, &id, oid::SM2_ENCRYPT, &[])
    });
    let made = gm(1, many.collect(), oid::SM4_CBC);
    refusal(EnvelopedData::parse(&made, Profile::AsFound), Code::Count);
    let large = vec![0; yinxin::cms::MAX_MESSAGE + 1];
    refusal(EnvelopedData::parse(&large, Profile::AsFound), Code::Size);
    // Content that stands elsewhere.
    let algorithm =
        writer::sequence(&[&writer::oid(&oid::SM4_CBC), &writer::octet_string(&[9; 16])]);
    let outside = writer::sequence(&[&writer::oid(&oid::GM_DATA), &algorithm]);
    let to = writer::set_of(vec![world.transport(1, oid::SM2_ENCRYPT, &key)]);
    let made = message(oid::GM_ENVELOPED_DATA, &[&writer::integer(1), &to, &outside]);
    refusal(EnvelopedData::parse(&made, Profile::AsFound), Code::Structure);
}

#[test]
fn damage_is_an_error_or_another_meaning_and_never_a_panic() {
    let world = World::new();
    let to = [world.recipient()];
    let auth = AuthEnvelopedData::make(CONTENT, &to, ContentCipher::Sm4Gcm).unwrap();
    let enveloped = EnvelopedData::make(CONTENT, &to, Form::Gm).unwrap();
    let encrypted = EncryptedData::make(CONTENT, &KEY, Form::Rfc).unwrap();
    let both = SignedAndEnvelopedData::make(&world.party.signer, CONTENT, &to).unwrap();
    for end in 0..auth.len() {
        assert!(AuthEnvelopedData::parse(&auth[..end], Profile::AsFound).is_err());
    }
    for end in 0..enveloped.len() {
        assert!(EnvelopedData::parse(&enveloped[..end], Profile::AsFound).is_err());
    }
    for end in 0..encrypted.len() {
        assert!(EncryptedData::parse(&encrypted[..end], Profile::AsFound).is_err());
    }
    for end in 0..both.len() {
        assert!(SignedAndEnvelopedData::parse(&both[..end], Profile::AsFound).is_err());
    }
    for at in 0..auth.len() {
        for bit in [0x01, 0x80] {
            let mut changed = auth.clone();
            changed[at] ^= bit;
            // As found, another version of a recipient is only a note.
            let found = world.open_auth(&changed, Profile::AsFound);
            assert!(found.is_err() || found.is_ok_and(|content| content == CONTENT), "{at}");
            assert!(world.open_auth(&changed, Profile::Conforming).is_err(), "{at}");
        }
    }
    for at in 0..enveloped.len() {
        let _ = world.open(&bent(&enveloped, at), Profile::AsFound);
    }
    for at in 0..encrypted.len() {
        if let Ok(read) = EncryptedData::parse(&bent(&encrypted, at), Profile::AsFound) {
            let _ = read.open(&KEY);
        }
    }
    for at in 0..both.len() {
        let _ = SignedAndEnvelopedData::parse(&bent(&both, at), Profile::AsFound);
    }
}

#[test]
fn other_messages_are_named() {
    let world = World::new();
    let made = EnvelopedData::make(CONTENT, &[world.recipient()], Form::Gm).unwrap();
    refusal(AuthEnvelopedData::parse(&made, Profile::AsFound), Code::Form);
    refusal(EncryptedData::parse(&made, Profile::AsFound), Code::Form);
    refusal(SignedAndEnvelopedData::parse(&made, Profile::AsFound), Code::Form);
    refusal(yinxin::cms::SignedData::parse(&made, Profile::AsFound), Code::Form);
    refusal(MessageKind::of(&message(oid::GM_DATA, &[])), Code::Form);
    refusal(MessageKind::of(b""), Code::Der);
    refusal(MessageKind::of(b"text"), Code::Der);
    refusal(MessageKind::of(&[0x30]), Code::Der);
    refusal(MessageKind::of(&[0x30, 0xff, 6]), Code::Der);
}

#[test]
fn attributes_under_the_tag_are_read_by_all_and_changed_by_nobody() {
    let world = World::new();
    let (kind, other) = (Oid::new("1.2.3.4"), Oid::new("1.2.3.5"));
    let attributes = [(kind, writer::utf8("to be seen")), (other, writer::integer(7))];
    let make = |attributes: &[(Oid, Vec<u8>)]| {
        AuthEnvelopedData::make_with_attributes(
            CONTENT,
            kind,
            attributes,
            &[world.recipient()],
            ContentCipher::Sm4Gcm,
        )
    };
    let made = make(&attributes).unwrap();
    let message = AuthEnvelopedData::parse(&made, Profile::Conforming).unwrap();
    assert_eq!(message.content_type(), kind);
    assert_eq!(message.attribute(&kind), Some(&attributes[0].1[..]));
    assert_eq!(message.attribute(&other), Some(&attributes[1].1[..]));
    assert_eq!(message.attribute(&oid::SM3), None);
    assert_eq!(message.open(&world.key, &world.certificate).unwrap(), CONTENT);
    let at = made.windows(4).position(|part| part == b"seen").unwrap();
    let mut bent = made.clone();
    bent[at..at + 4].copy_from_slice(b"felt");
    refusal(world.open_auth(&bent, Profile::Conforming), Code::Decryption);
    for twice in [kind, oid::ATTRIBUTE_CONTENT_TYPE, oid::ATTRIBUTE_MESSAGE_DIGEST] {
        let attributes = [&attributes[..], &[(twice, writer::null())]].concat();
        refusal(make(&attributes), Code::Argument);
    }
}
