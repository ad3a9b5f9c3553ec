//! Every named deviation: refused where the standard is asked for, one note where files are read
//! as they are found.

mod seal_common;

use seal_common::party::{Party, signing_time, time};
use yinxin::Time;
use yinxin::asn1::reader::tag;
use yinxin::asn1::{Oid, Profile, Reader, oid, writer};
use yinxin::error::{Code, Family};
use yinxin::report::NoteCode::{self, *};
use yinxin::seal::{Seal, Stamp, StampRequest, Version, stamp};

/// The same structure with the element at this path (child numbers from the top) replaced.
fn edit(bytes: &[u8], path: &[usize], change: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let Some((first, rest)) = path.split_first() else { return change(bytes) };
    let element = Reader::new(bytes, "test").read().unwrap();
    let mut children = element.contents();
    let mut parts = Vec::new();
    while !children.is_empty() {
        let child = children.read().unwrap().raw;
        let chosen = parts.len() == *first;
        parts.push(if chosen { edit(child, rest, change) } else { child.to_vec() });
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    writer::tlv(element.tag, &parts)
}

fn replaced(bytes: &[u8], path: &[usize], with: Vec<u8>) -> Vec<u8> {
    edit(bytes, path, &|_| with.clone())
}

fn value(element: &[u8]) -> Vec<u8> {
    Reader::new(element, "test").read().unwrap().value.to_vec()
}

fn retagged(element: &[u8], tag: u8) -> Vec<u8> {
    writer::tlv(tag, &[&value(element)])
}

/// The same structure with one more member at the end of the element at this path.
fn appended(bytes: &[u8], path: &[usize], more: &[u8]) -> Vec<u8> {
    edit(bytes, path, &|element| writer::tlv(element[0], &[&value(element), more]))
}

fn seal_of(version: Version) -> Vec<u8> {
    Party::new().seal(version).as_bytes().to_vec()
}

fn stamp_of(version: Version) -> Vec<u8> {
    let party = Party::new();
    let seal = party.seal(version);
    let request = StampRequest {
        seal: &seal,
        data_hash: [1; 32],
        property: "p",
        time: signing_time(),
        extensions: &[],
    };
    stamp(&request, &party.signer).unwrap().into_bytes()
}

fn seal_deviates(bytes: &[u8], expected: &[NoteCode]) -> Seal {
    let error = Seal::parse(bytes, Profile::Conforming).unwrap_err();
    assert_eq!(error.code(), Code::Der, "{error}");
    assert!(error.offset().is_some_and(|offset| offset <= bytes.len()), "{error}");
    let seal = Seal::parse(bytes, Profile::AsFound).unwrap();
    let notes: Vec<NoteCode> = seal.notes().iter().map(|(code, _)| *code).collect();
    assert_eq!(notes, expected, "{:?}", seal.notes());
    seal
}

fn stamp_deviates(bytes: &[u8], expected: &[NoteCode]) -> Stamp {
    let error = Stamp::parse(bytes, Profile::Conforming).unwrap_err();
    assert_eq!(error.code(), Code::Der, "{error}");
    let stamp = Stamp::parse(bytes, Profile::AsFound).unwrap();
    let notes: Vec<NoteCode> = stamp.notes().iter().map(|(code, _)| *code).collect();
    assert_eq!(notes, expected, "{:?}", stamp.notes());
    stamp
}

fn seal_refused(bytes: &[u8]) {
    for profile in [Profile::Conforming, Profile::AsFound] {
        let error = Seal::parse(bytes, profile).unwrap_err();
        assert!(matches!(error.family(), Family::Malformed | Family::Unsupported), "{error}");
    }
}

#[test]
fn header_and_version() {
    let seal = seal_of(Version::V4);
    seal_refused(&replaced(&seal, &[0, 0, 0], writer::ia5("EX")));
    let other = replaced(&seal, &[0, 0, 1], writer::integer(3));
    assert_eq!(seal_deviates(&other, &[DeviationVersion]).version(), Version::V4);
    let padded = replaced(&seal, &[0, 0, 1], vec![2, 3, 0, 0, 4]);
    assert_eq!(seal_deviates(&padded, &[DeviationEncoding]).version_number(), 4);
    let vendor = replaced(&seal, &[0, 0, 2], writer::utf8("厂商"));
    assert_eq!(seal_deviates(&vendor, &[DeviationStringType]).vendor(), "厂商");
    let id = edit(&seal, &[0, 1], &|_| writer::tlv(tag::IA5_STRING, &["号".as_bytes()]));
    assert_eq!(seal_deviates(&id, &[DeviationCharacters]).id(), "号");
    let name = edit(&seal, &[0, 2, 1], &|_| writer::tlv(tag::UTF8_STRING, &[&[0xd5, 0xc2]]));
    assert_eq!(seal_deviates(&name, &[DeviationCharacters]).name(), "章");

    // GM/T 0031-2014 fixes no number: another one is noted and not refused, but 4 and 5 are.
    let old = seal_of(Version::V1);
    for number in [2, 11] {
        let bytes = replaced(&old, &[0, 0, 1], writer::integer(number));
        let seal = Seal::parse(&bytes, Profile::Conforming).unwrap();
        assert_eq!(seal.notes()[0].0, DeviationVersion);
        assert_eq!((seal.version(), seal.version_number()), (Version::V1, number));
    }
    let mixed = replaced(&old, &[0, 0, 1], writer::integer(4));
    assert_eq!(seal_deviates(&mixed, &[DeviationVersion]).version(), Version::V1);
}

#[test]
fn shapes_of_no_version() {
    let seal = seal_of(Version::V4);
    seal_refused(&writer::sequence(&[]));
    seal_refused(&writer::sequence(&[&value(&seal), &writer::null(), &writer::null()]));
    seal_refused(&appended(&seal, &[0], &writer::null()));
    seal_refused(&appended(&seal, &[0, 2], &writer::null()));
    seal_refused(&[]);
    seal_refused(&[0x30]);
    seal_refused(&vec![0x30; 10_000]);
    let huge = vec![0u8; yinxin::asn1::ses::MAX_SIZE + 1];
    assert_eq!(Seal::parse(&huge, Profile::AsFound).unwrap_err().code(), Code::Size);
    assert_eq!(Stamp::parse(&huge, Profile::AsFound).unwrap_err().code(), Code::Size);
}

#[test]
fn certificate_lists() {
    let seal = seal_of(Version::V4);
    const LIST: &[usize] = &[0, 2, 3];
    seal_refused(&replaced(&seal, &[0, 2, 2], writer::integer(3)));
    seal_refused(&replaced(&seal, &[0, 2, 2], writer::integer(2)));
    seal_deviates(&replaced(&seal, LIST, writer::sequence(&[])), &[DeviationCertList]);
    seal_deviates(&edit(&seal, &[0, 2, 3, 0], &|e| value(e)), &[DeviationBareCertificate]);
    seal_deviates(&edit(&seal, &[1], &|e| value(e)), &[DeviationBareCertificate]);
    let many = |count| writer::sequence_of(&vec![writer::octet_string(b"x"); count]);
    assert!(Seal::parse(&replaced(&seal, LIST, many(1000)), Profile::Conforming).is_ok());
    let error = Seal::parse(&replaced(&seal, LIST, many(1001)), Profile::AsFound).unwrap_err();
    assert_eq!(error.code(), Code::Count);

    let old = seal_of(Version::V1);
    let text = writer::sequence(&[&writer::ia5("1")]);
    let seal = seal_deviates(&replaced(&old, &[0, 2, 2], text), &[DeviationCertList]);
    assert!(!seal.lists(&Party::new().signer_certificate));

    let digest = |name: Vec<u8>| {
        writer::sequence(&[&writer::sequence(&[&name, &writer::octet_string(&[7; 32])])])
    };
    let seal = seal_of(Version::V5);
    let by_digest = replaced(&seal, &[0, 2, 2], writer::integer(2));
    let printable = replaced(&by_digest, LIST, digest(writer::printable("SM3")));
    assert!(Seal::parse(&printable, Profile::Conforming).is_ok());
    let utf8 = replaced(&by_digest, LIST, digest(writer::utf8("SM3")));
    seal_deviates(&utf8, &[DeviationStringType]);
}

#[test]
fn pictures() {
    let seal = seal_of(Version::V4);
    for kind in ["svg", "ofd", "JPEG"] {
        let bytes = replaced(&seal, &[0, 3, 0], writer::ia5(kind));
        assert_eq!(seal_deviates(&bytes, &[DeviationPictureType]).picture().kind, kind);
    }
    for size in [0, -1, 1001] {
        for member in [2, 3] {
            let bytes = replaced(&seal, &[0, 3, member], writer::integer(size));
            let error = Seal::parse(&bytes, Profile::Conforming).unwrap_err();
            assert_eq!(error.code(), Code::Value);
            // As found it is read, and the check of the picture fails.
            assert!(Seal::parse(&bytes, Profile::AsFound).is_ok());
        }
    }
    seal_refused(&replaced(&seal, &[0, 3, 2], vec![2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]));
}

#[test]
fn times_of_seals() {
    let at = time("2026-02-01T00:00:00Z");
    let generalized = |text: &str| writer::tlv(tag::GENERALIZED_TIME, &[text.as_bytes()]);
    let utc = |text: &str| writer::tlv(tag::UTC_TIME, &[text.as_bytes()]);
    for (version, element) in [
        (Version::V4, utc("260201000000Z")),
        (Version::V4, generalized("20260201080000")),
        (Version::V4, generalized("20260201080000+0800")),
        (Version::V4, generalized("20260201000000.0Z")),
        (Version::V4, writer::ia5("2026-02-01 08:00:00")),
        (Version::V1, generalized("20260201000000Z")),
        (Version::V1, utc("2602010000Z")),
        (Version::V1, utc("260201080000+0800")),
    ] {
        let seal = seal_of(version);
        let member = if version == Version::V1 { 3 } else { 4 };
        let bytes = replaced(&seal, &[0, 2, member], element);
        assert_eq!(seal_deviates(&bytes, &[DeviationTime]).created(), at);
    }
    let seal = seal_of(Version::V4);
    for text in ["20261301000000Z", "20260230000000Z", "x", ""] {
        seal_refused(&replaced(&seal, &[0, 2, 4], generalized(text)));
    }
    let ends = replaced(&seal, &[0, 2, 6], generalized("20250101000000Z"));
    assert!(!seal_deviates(&ends, &[DeviationTime]).is_valid_at(at));
}

#[test]
fn extensions() {
    let id = writer::oid(&Oid::new("1.2.3"));
    let value = writer::octet_string(b"x");
    let plain = writer::sequence(&[&id, &value]);
    let explicit = writer::sequence(&[&id, &writer::boolean(false), &value]);
    let lax = writer::sequence(&[&id, &[1, 1, 1], &value]);
    let list = |extension: &[u8]| writer::sequence(&[extension]);
    for version in [Version::V1, Version::V4, Version::V5] {
        let seal = seal_of(version);
        let with = |list: &[u8]| appended(&seal, &[0], list);
        let good = Seal::parse(&with(&list(&plain)), Profile::Conforming).unwrap();
        assert_eq!(good.extensions()[0].value, b"x");
        assert!(Seal::parse(&with(&list(&[])), Profile::Conforming).is_ok());
        seal_deviates(&with(&list(&explicit)), &[DeviationExplicitDefault]);
        assert!(seal_deviates(&with(&list(&lax)), &[DeviationEncoding]).extensions()[0].critical);
        seal_deviates(&with(&writer::explicit(0, &list(&plain))), &[DeviationTag]);
        let twice = with(&writer::sequence(&[&plain, &plain]));
        let error = Seal::parse(&twice, Profile::Conforming).unwrap_err();
        assert_eq!(error.code(), Code::Structure);
        assert_eq!(Seal::parse(&twice, Profile::AsFound).unwrap().extensions().len(), 2);
    }
    let stamp = stamp_of(Version::V4);
    let with = |list: &[u8]| appended(&stamp, &[0], list);
    let good = with(&writer::explicit(0, &list(&plain)));
    assert_eq!(Stamp::parse(&good, Profile::Conforming).unwrap().extensions().len(), 1);
    for bytes in [with(&list(&plain)), with(&writer::tlv(tag::context(0), &[&plain]))] {
        assert_eq!(stamp_deviates(&bytes, &[DeviationTag]).extensions().len(), 1);
    }
}

#[test]
fn signature_values_and_algorithms() {
    let raw =
        |element: &[u8]| yinxin::asn1::ses::signature_value::to_raw(&value(element)[1..]).unwrap();
    let blob = |element: &[u8]| {
        let raw = raw(element);
        [&[0; 32], &raw[..32], &[0; 32], &raw[32..]].concat()
    };
    for version in [Version::V1, Version::V4, Version::V5] {
        let seal = seal_of(version);
        let (certificate, algorithm, signature): (&[usize], &[usize], &[usize]) = match version {
            Version::V1 => (&[1, 0], &[1, 1], &[1, 2]),
            _ => (&[1], &[2], &[3]),
        };
        let side_by_side = edit(&seal, signature, &|e| writer::bit_string(&raw(e)));
        seal_deviates(&side_by_side, &[DeviationRawSignature]);
        let device = edit(&seal, signature, &|e| writer::bit_string(&blob(e)));
        seal_deviates(&device, &[DeviationRawSignature]);
        let loose = edit(&seal, signature, &|e| {
            let raw = raw(e);
            let integer = |part: &[u8]| writer::tlv(tag::INTEGER, &[&[0, 0], part]);
            let both = [integer(&raw[..32]), integer(&raw[32..])];
            writer::bit_string(&writer::sequence_of(&both))
        });
        seal_deviates(&loose, &[DeviationEncoding]);
        let octets = edit(&seal, signature, &|e| writer::octet_string(&value(e)[1..]));
        seal_deviates(&octets, &[DeviationStringType]);
        // A value in no form at all is read: its check fails.
        let nonsense = replaced(&seal, signature, writer::bit_string(b"nonsense"));
        assert!(Seal::parse(&nonsense, Profile::Conforming).is_ok());
        // Seven unused bits.
        seal_refused(&edit(&seal, signature, &|e| {
            let mut bits = value(e);
            bits[0] = 7;
            writer::tlv(tag::BIT_STRING, &[&bits])
        }));
        for other in [oid::SM2_WITH_SM3_TYPO, oid::SM2_SIGN, oid::CURVE_SM2] {
            let bytes = replaced(&seal, algorithm, writer::oid(&other));
            let seal = seal_deviates(&bytes, &[DeviationAlgorithm]);
            assert_eq!(seal.algorithm(), oid::SM2_WITH_SM3);
        }
        for parameters in [vec![], writer::null()] {
            let whole = writer::sequence(&[&writer::oid(&oid::SM2_WITH_SM3), &parameters]);
            seal_deviates(&replaced(&seal, algorithm, whole), &[DeviationAlgorithm]);
        }
        seal_deviates(&edit(&seal, certificate, &|e| value(e)), &[DeviationBareCertificate]);
    }
}

#[test]
fn members_of_stamps() {
    let stamp = stamp_of(Version::V4);
    let bytes = edit(&stamp, &[0, 3], &|e| writer::octet_string(&value(e)[1..]));
    assert_eq!(stamp_deviates(&bytes, &[DeviationStringType]).data_hash(), [1; 32]);
    let property = edit(&stamp, &[0, 4], &|e| retagged(e, tag::UTF8_STRING));
    assert_eq!(stamp_deviates(&property, &[DeviationStringType]).property_info(), "p");
    stamp_deviates(&edit(&stamp, &[1], &|e| value(e)), &[DeviationBareCertificate]);
    let trailing = [&stamp[..], &[0, 0]].concat();
    let read = stamp_deviates(&trailing, &[DeviationTrailingBytes]);
    assert_eq!(read.as_bytes(), stamp);
}

#[test]
fn time_stamps_beside_signatures() {
    let token = writer::sequence(&[&writer::null()]);
    let bits = writer::bit_string(&token);
    let implicit = writer::tlv(tag::context_primitive(0), &[&[0], &token]);
    let forms = [
        (writer::explicit(0, &bits), None),
        (implicit, Some(DeviationTag)),
        (bits.clone(), Some(DeviationTag)),
        (writer::explicit(0, &token), Some(DeviationStringType)),
        (writer::explicit(0, &writer::octet_string(&token)), Some(DeviationStringType)),
    ];
    for (element, note) in forms {
        let seal = appended(&seal_of(Version::V5), &[], &element);
        let stamp = appended(&stamp_of(Version::V5), &[], &element);
        let (seal, stamp) = match note {
            Some(note) => (seal_deviates(&seal, &[note]), stamp_deviates(&stamp, &[note])),
            None => (
                Seal::parse(&seal, Profile::Conforming).unwrap(),
                Stamp::parse(&stamp, Profile::Conforming).unwrap(),
            ),
        };
        assert_eq!(seal.timestamp_token(), Some(&token[..]));
        assert_eq!(stamp.timestamp_token(), Some(&token[..]));
    }
    // Only version 5 has a time stamp in the seal.
    let seal = appended(&seal_of(Version::V4), &[], &writer::explicit(0, &bits));
    assert_eq!(seal_deviates(&seal, &[DeviationVersion]).version(), Version::V5);
}

#[test]
fn signing_times() {
    let at = signing_time();
    let bits = |content: &[u8]| writer::bit_string(content);
    let element = |tag, text: &str| writer::tlv(tag, &[text.as_bytes()]);
    let old = stamp_of(Version::V1);
    assert_eq!(Stamp::parse(&old, Profile::Conforming).unwrap().time(), at);
    for form in [
        bits(b"2026-06-01 16:00:00"),
        bits(b"2026-06-01T08:00:00Z"),
        bits(b"2026-06-01T16:00:00+08:00"),
        bits(b"20260601080000Z"),
        bits(b"260601080000Z"),
        bits(&element(tag::GENERALIZED_TIME, "20260601080000Z")),
        bits(&element(tag::UTC_TIME, "260601160000+0800")),
        element(tag::UTC_TIME, "260601080000Z"),
        element(tag::GENERALIZED_TIME, "20260601080000Z"),
    ] {
        let bytes = replaced(&old, &[0, 2], form);
        assert_eq!(stamp_deviates(&bytes, &[DeviationTime]).time(), at);
    }
    let octets = writer::octet_string(&element(tag::UTC_TIME, "260601080000Z"));
    let bytes = replaced(&old, &[0, 2], octets);
    assert_eq!(stamp_deviates(&bytes, &[DeviationStringType]).time(), at);
    // A local time that is within the seal's validity only as UTC.
    let bytes = replaced(&old, &[0, 2], bits(b"2026-02-01 07:00:00"));
    let early = stamp_deviates(&bytes, &[DeviationTime, DeviationTime]);
    assert_eq!(early.time(), time("2026-02-01T07:00:00Z"));

    let new = stamp_of(Version::V4);
    for form in [
        element(tag::UTC_TIME, "260601080000Z"),
        element(tag::GENERALIZED_TIME, "20260601160000"),
        element(tag::IA5_STRING, "2026-06-01 16:00:00"),
    ] {
        let bytes = replaced(&new, &[0, 2], form);
        assert_eq!(stamp_deviates(&bytes, &[DeviationTime]).time(), at);
    }
    let bytes = replaced(&new, &[0, 2], bits(&element(tag::UTC_TIME, "260601080000Z")));
    assert_eq!(stamp_deviates(&bytes, &[DeviationTime]).time(), at);
    for bytes in [
        replaced(&old, &[0, 2], bits(b"yesterday")),
        replaced(&old, &[0, 2], bits(&writer::sequence(&[]))),
        replaced(&old, &[0, 2], writer::null()),
        replaced(&new, &[0, 2], writer::null()),
    ] {
        let refused: Result<Time, _> =
            Stamp::parse(&bytes, Profile::AsFound).map(|stamp| stamp.time());
        assert_eq!(refused.unwrap_err().family(), Family::Malformed);
    }
}
