//! Seals and stamps of peers and of real files: what is read, and what is refused.

mod seal_common;

use seal_common::{sample, samples, stamp_of};
use yinxin::asn1::Profile;
use yinxin::error::{Code, Family};
use yinxin::report::NoteCode;
use yinxin::seal::{CertList, Seal, Stamp, Version};

const CONFORMING_SEALS: [(&str, Version); 8] = [
    ("seals/UserV1.esl", Version::V1),
    ("seals/UserV4.esl", Version::V4),
    ("seals/UserV5.esl", Version::V5),
    ("seals/UserV5_ts.esl", Version::V5),
    ("peerpki/v1.esl", Version::V1),
    ("peerpki/v4.esl", Version::V4),
    ("peerpki/v4_certdigest.esl", Version::V4),
    ("peerpki/v5_ts.esl", Version::V5),
];

const STAMPS: [(&str, &str); 12] = [
    ("ofd-generated/peer_v1.ofd", "Sign_0"),
    ("ofd-generated/peer_v4.ofd", "Sign_0"),
    ("ofd-generated/peer_v5.ofd", "Sign_0"),
    ("ofd-generated/peer_v4_continue.ofd", "Sign_0"),
    ("ofd-generated/peer_v4_then_v1.ofd", "Sign_0"),
    ("ofd-generated/peer_v4_then_v1.ofd", "Sign_1"),
    ("ofd-generated/peer_v4_riding7.ofd", "Sign_0"),
    ("peerpki/signed_v1.ofd", "Sign_0"),
    ("peerpki/signed_v4.ofd", "Sign_0"),
    ("ofd-real/SESV4SignDoc.ofd", "Sign_0"),
    ("ofd-real/allprotected.ofd", "Sign_0"),
    ("ofd-real/1.ofd", "Sign_0"),
];

fn codes(notes: &[(NoteCode, String)]) -> Vec<NoteCode> {
    notes.iter().map(|(code, _)| *code).collect()
}

#[test]
fn seals_of_every_version_are_read() {
    for (name, version) in CONFORMING_SEALS {
        let Some(bytes) = sample(name) else { return };
        let seal =
            Seal::parse(&bytes, Profile::Conforming).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(seal.version(), version, "{name}");
        assert_eq!(seal.as_bytes(), bytes);
        assert!(seal.notes().is_empty(), "{name}: {:?}", seal.notes());
        assert_eq!(seal.picture().kind, "PNG");
        assert!(seal.picture().data.starts_with(b"\x89PNG"));
        assert_eq!((seal.picture().width_mm, seal.picture().height_mm), (40, 40));
        assert_eq!(seal.timestamp_token().is_some(), name.ends_with("_ts.esl"));
        assert!(seal.maker_certificate().starts_with(&[0x30, 0x82]));
        match seal.certificates() {
            CertList::Certificates(list) => assert_eq!(list.len(), 1),
            CertList::Digests(list) => {
                assert_eq!((list[0].0.as_str(), list[0].1.len()), ("SM3", 32));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn stamps_of_peers_are_read() {
    for (package, sign) in STAMPS {
        let Some(bytes) = stamp_of(package, sign) else { return };
        let stamp =
            Stamp::parse(&bytes, Profile::AsFound).unwrap_or_else(|e| panic!("{package}: {e}"));
        assert_eq!(stamp.property_info(), format!("/Doc_0/Signs/{sign}/Signature.xml"));
        assert_eq!(stamp.data_hash().len(), 32);
        assert_eq!(stamp.seal().version(), stamp.version());
        let conforming = Stamp::parse(&bytes, Profile::Conforming);
        let clean = stamp.notes().is_empty() && stamp.seal().notes().is_empty();
        assert_eq!(conforming.is_ok(), clean, "{package}: {conforming:?}");
    }
}

#[test]
fn deviations_of_real_files_are_named() {
    for (package, sign, of_seal, of_stamp) in [
        (
            "ofd-real/1.ofd",
            "Sign_0",
            vec![NoteCode::DeviationPictureType, NoteCode::DeviationExplicitDefault],
            vec![],
        ),
        (
            "ofd-real/999.ofd",
            "Sign_0",
            vec![NoteCode::DeviationPictureType, NoteCode::DeviationExplicitDefault],
            vec![],
        ),
        ("ofd-real/keyword.ofd", "Sign_1", vec![], vec![NoteCode::DeviationRawSignature]),
        (
            "ofd-real/n.ofd",
            "Sign_0",
            vec![NoteCode::DeviationCertList],
            vec![NoteCode::DeviationTime],
        ),
    ] {
        let Some(bytes) = stamp_of(package, sign) else { return };
        let stamp =
            Stamp::parse(&bytes, Profile::AsFound).unwrap_or_else(|e| panic!("{package}: {e}"));
        assert_eq!(codes(stamp.seal().notes()), of_seal, "{package}");
        assert_eq!(codes(stamp.notes()), of_stamp, "{package}");
        let error = Stamp::parse(&bytes, Profile::Conforming).unwrap_err();
        assert_eq!(error.code(), Code::Der, "{package}");
        assert!(error.offset().is_some_and(|offset| offset < bytes.len()), "{package}");
    }
}

#[test]
fn bytes_after_the_end_are_a_deviation() {
    let Some(mut bytes) = sample("seals/UserV4.esl") else { return };
    let length = bytes.len();
    bytes.extend_from_slice(&[0; 5]);
    let error = Seal::parse(&bytes, Profile::Conforming).unwrap_err();
    assert_eq!((error.code(), error.offset()), (Code::Der, Some(length)));
    let seal = Seal::parse(&bytes, Profile::AsFound).unwrap();
    assert_eq!(codes(seal.notes()), [NoteCode::DeviationTrailingBytes]);
    assert_eq!(seal.as_bytes().len(), length);
}

/// Cut off anywhere it is an error; with any byte bent it is an error or says something else.
#[test]
fn hostile_bytes_never_panic() {
    if samples().is_none() {
        return;
    }
    for name in ["seals/UserV1.esl", "peerpki/v4_certdigest.esl", "seals/UserV5_ts.esl"] {
        let bytes = sample(name).unwrap();
        for end in 0..bytes.len() {
            for profile in [Profile::Conforming, Profile::AsFound] {
                let error = Seal::parse(&bytes[..end], profile).unwrap_err();
                assert_eq!(error.family(), Family::Malformed, "{name} cut at {end}");
            }
        }
        let seal = Seal::parse(&bytes, Profile::AsFound).unwrap();
        let picture = seal.picture().data.len();
        for at in 0..bytes.len() {
            // The inside of the picture is opaque: a few bytes of it are enough.
            if at > 2000 && at < picture && at % 997 != 0 {
                continue;
            }
            for bit in 0..8 {
                let mut bent = bytes.clone();
                bent[at] ^= 1 << bit;
                for profile in [Profile::Conforming, Profile::AsFound] {
                    if let Ok(bent) = Seal::parse(&bent, profile) {
                        assert!(differs(&seal, &bent), "{name} at {at} bit {bit}");
                    }
                }
            }
        }
    }
    let bytes = sample("peerpki/v4_ts_hello.dat").unwrap();
    for end in 0..bytes.len() {
        assert!(Stamp::parse(&bytes[..end], Profile::AsFound).is_err());
    }
    for at in (0..bytes.len()).filter(|at| *at < 1200 || *at > 16_700 || at % 997 == 0) {
        for bit in 0..8 {
            let mut bent = bytes.clone();
            bent[at] ^= 1 << bit;
            let _ = Stamp::parse(&bent, Profile::AsFound);
        }
    }
}

fn differs(one: &Seal, other: &Seal) -> bool {
    one.to_be_signed() != other.to_be_signed()
        || one.maker_certificate() != other.maker_certificate()
        || one.algorithm() != other.algorithm()
        || one.signature_value() != other.signature_value()
        || one.timestamp_token() != other.timestamp_token()
}
