//! Seals and stamps of our own making: they read back, they are valid, and nothing else is.

mod seal_common;

use seal_common::party::{Party, certify, end, signing_time, soon, time};
use yinxin::asn1::Profile;
use yinxin::authority;
use yinxin::crypto::public_key::SignatureAlgorithm;
use yinxin::crypto::sm3;
use yinxin::error::Code;
use yinxin::key::{CallbackSigner, Signer, SoftwareKey, ToSign};
use yinxin::report::Verdict;
use yinxin::seal::{
    CertList, Expected, Picture, PreparedStamp, Seal, SealCache, Stamp, StampRequest, Version,
    check_maker, check_seal, check_stamp, make, stamp, stamp_many,
};

const VERSIONS: [Version; 3] = [Version::V1, Version::V4, Version::V5];

fn request<'a>(seal: &'a Seal, data_hash: [u8; 32]) -> StampRequest<'a> {
    let property = "/Doc_0/Signs/Sign_0/Signature.xml";
    StampRequest { seal, data_hash, property, time: signing_time(), extensions: &[] }
}

#[test]
fn what_is_made_reads_back_and_is_valid() {
    let party = Party::new();
    let trust = party.trust();
    for version in VERSIONS {
        for by_digest in [false, true] {
            let mut asked = party.request(version);
            asked.by_digest = by_digest;
            if version == Version::V1 && by_digest {
                assert_eq!(make(&asked, &party.maker).unwrap_err().code(), Code::Form);
                continue;
            }
            let seal = make(&asked, &party.maker).unwrap();
            let again = Seal::parse(seal.as_bytes(), Profile::Conforming).unwrap();
            assert_eq!(again, seal);
            assert!(again.notes().is_empty());
            assert_eq!((again.id(), again.name(), again.kind()), (asked.id, asked.name, 1));
            assert_eq!(again.created(), asked.created);
            assert_eq!(
                (again.valid_from(), again.valid_until()),
                (asked.valid_from, asked.valid_until)
            );
            assert_eq!(again.picture(), asked.picture);
            assert_eq!(again.maker().unwrap(), party.maker_certificate);
            assert_eq!(again.digest(), sm3::digest(seal.as_bytes()));
            match again.certificates() {
                CertList::Certificates(list) => {
                    assert_eq!(list, [party.signer_certificate.as_der()])
                }
                CertList::Digests(list) => {
                    assert_eq!(
                        list,
                        [("SM3".to_owned(), party.signer_certificate.digest().to_vec())]
                    );
                }
                other => panic!("{other:?}"),
            }
            let report = check_seal(&again, &trust, &soon());
            assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());

            let digest = sm3::digest(b"document");
            let made = stamp(&request(&seal, digest), &party.signer).unwrap();
            let again = Stamp::parse(made.as_bytes(), Profile::Conforming).unwrap();
            assert_eq!(again, made);
            assert!(again.notes().is_empty());
            assert_eq!((again.version(), again.time()), (version, signing_time()));
            assert_eq!(again.data_hash(), digest);
            assert_eq!(again.seal(), &seal);
            let expected =
                Expected { data_hash: Some(&digest), property: Some(made.property_info()) };
            let report = check_stamp(&again, &expected, &trust, &soon());
            assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
        }
    }
}

#[test]
fn many_stamps_each_have_their_own_result() {
    let party = Party::new();
    let trust = party.trust();
    let (seal, other) = (party.seal(Version::V4), party.seal(Version::V5));
    let digests: Vec<[u8; 32]> = (0..40u8).map(|n| sm3::digest(&[n])).collect();
    let requests: Vec<StampRequest<'_>> = digests
        .iter()
        .enumerate()
        .map(|(at, digest)| {
            let mut request = request(if at % 3 == 0 { &other } else { &seal }, *digest);
            if at % 10 == 7 {
                request.time = time("2028-01-01T00:00:00Z");
            }
            if at % 10 == 9 {
                request.property = "属性";
            }
            request
        })
        .collect();
    let cache = SealCache::new(1);
    for threads in [1, 4] {
        let results = stamp_many(&requests, &party.signer, threads);
        assert_eq!(results.len(), requests.len());
        for (at, (result, digest)) in results.iter().zip(&digests).enumerate() {
            match (at % 10, result) {
                (7, Err(error)) => assert_eq!(error.code(), Code::SealUnusable),
                (9, Err(error)) => assert_eq!(error.code(), Code::Argument),
                (_, Ok(stamp)) => {
                    let stamp = cache.parse_stamp(stamp.as_bytes(), Profile::Conforming).unwrap();
                    let expected = Expected { data_hash: Some(digest), property: None };
                    let report = check_stamp(&stamp, &expected, &trust, &soon());
                    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
                }
                (_, Err(error)) => panic!("{at}: {error}"),
            }
        }
    }
    assert!(stamp_many(&[], &party.signer, 4).is_empty());
}

#[test]
fn a_signer_of_messages_and_one_elsewhere_do_as_well() {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let digest = sm3::digest(b"document");
    let Party { signer, signer_certificate, .. } = &party;
    let certificates = vec![signer_certificate.as_der().to_vec()];
    let key = SoftwareKey::from_pem(signer.to_pkcs8_pem(None).unwrap().as_bytes(), None).unwrap();
    let sign = move |inputs: &[ToSign<'_>]| {
        assert!(inputs.iter().all(|input| matches!(input, ToSign::Message(_))));
        key.sign_many(inputs, 1)
    };
    let device = CallbackSigner::new(
        SignatureAlgorithm::Sm2WithSm3,
        signer.public_key().clone(),
        certificates,
        false,
        sign,
    )
    .unwrap();
    let made = stamp(&request(&seal, digest), &device).unwrap();
    assert_eq!(made.signer_certificate(), signer_certificate.as_der());

    let id = signer.user_id();
    let prepared = PreparedStamp::new(&request(&seal, digest), signer_certificate, id).unwrap();
    let signature = signer.sign(ToSign::Digest(&prepared.digest())).unwrap();
    let by_digest = prepared.complete(&signature).unwrap();
    let raw = yinxin::crypto::sm2::Signature::from_der(&signature).unwrap().to_raw();
    assert_eq!(prepared.complete(&raw).unwrap(), by_digest);
    let message = signer.sign(ToSign::Message(prepared.to_be_signed())).unwrap();
    assert!(prepared.complete(&message).is_ok());
    let other = signer.sign(ToSign::Message(b"another")).unwrap();
    for bad in [&other[..], &[], &[0; 64]] {
        assert_eq!(prepared.complete(bad).unwrap_err().code(), Code::Signer);
    }
}

#[test]
fn stamping_is_refused_to_whom_it_is_not_given() {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let hash = [1; 32];
    let code = |request: &StampRequest<'_>, signer: &SoftwareKey| {
        stamp(request, signer).unwrap_err().code()
    };
    // Another signer, and the same key under a renewed certificate.
    let (stranger, _) = end(&party.root, "Stranger", authority::Profile::Signer);
    assert_eq!(code(&request(&seal, hash), &stranger), Code::NotListed);
    let renewed = certify(&party.root, "Signer", authority::Profile::Signer, &party.signer);
    let pem = party.signer.to_pkcs8_pem(None).unwrap();
    let again = || SoftwareKey::from_pem(pem.as_bytes(), None).unwrap();
    let renewed = again().with_certificates(vec![renewed.as_der().to_vec()]).unwrap();
    assert_eq!(code(&request(&seal, hash), &renewed), Code::NotListed);
    assert_eq!(code(&request(&seal, hash), &again()), Code::KeyMissing);
    // Out of the seal's time.
    for moment in ["2026-01-31T23:59:59Z", "2028-01-01T00:00:00Z"] {
        let asked = StampRequest { time: time(moment), ..request(&seal, hash) };
        assert_eq!(code(&asked, &party.signer), Code::SealUnusable);
    }
    // A seal whose signature is not the maker's.
    let mut bytes = seal.as_bytes().to_vec();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let bent = Seal::parse(&bytes, Profile::Conforming).unwrap();
    assert_eq!(code(&request(&bent, hash), &party.signer), Code::SealUnusable);
}

#[test]
fn seals_are_not_made_from_nonsense() {
    let party = Party::new();
    let code = |change: &dyn Fn(&mut yinxin::seal::SealRequest<'_>)| {
        let mut request = party.request(Version::V4);
        change(&mut request);
        make(&request, &party.maker).unwrap_err().code()
    };
    assert_eq!(code(&|r| r.id = "章"), Code::Argument);
    assert_eq!(code(&|r| r.vendor = ""), Code::Argument);
    assert_eq!(code(&|r| r.name = "a\nb"), Code::Argument);
    assert_eq!(code(&|r| r.certificates = &[]), Code::Argument);
    assert_eq!(code(&|r| r.valid_until = time("2026-01-01T00:00:00Z")), Code::Argument);
    assert_eq!(code(&|r| r.created = time("2020-01-01T00:00:00Z")), Code::Policy);
    assert_eq!(code(&|r| r.picture.kind = "PNG"), Code::Value);
    assert_eq!(code(&|r| r.picture.kind = "svg"), Code::Argument);
    assert_eq!(code(&|r| r.picture.width_mm = 0), Code::Argument);
    assert_eq!(code(&|r| r.picture.data = b"<svg onload='x'/>"), Code::Value);

    let encryption = end(&party.root, "Encryption", authority::Profile::Encryption);
    let mut request = party.request(Version::V4);
    request.certificates = std::slice::from_ref(&encryption.1);
    assert_eq!(make(&request, &party.maker).unwrap_err().code(), Code::Policy);
    let error = make(&party.request(Version::V4), &encryption.0).unwrap_err();
    assert_eq!(error.code(), Code::Policy);
    let mut request = party.request(Version::V1);
    request.kind = 3;
    assert_eq!(make(&request, &party.maker).unwrap_err().code(), Code::Argument);

    let report = check_maker(&party.maker_certificate, signing_time(), &party.trust(), soon().now);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
}

/// With any bit of a stamp or seal bent, it is not read or not valid. One byte of 29 is bent; with
/// YINXIN_SOAK set (make soak) every one, which takes minutes.
#[test]
fn no_bent_stamp_is_valid() {
    bend_every(if std::env::var_os("YINXIN_SOAK").is_some() { 1 } else { 29 });
}

fn bend_every(stride: usize) {
    let party = Party::new();
    let trust = party.trust();
    let digest = sm3::digest(b"document");
    let expected = Expected { data_hash: Some(&digest), property: None };
    for version in VERSIONS {
        let mut asked = party.request(version);
        asked.picture =
            Picture { kind: "SVG", data: b"<svg viewBox='0 0 9 9'/>", width_mm: 40, height_mm: 40 };
        let seal = make(&asked, &party.maker).unwrap();
        let made = stamp(&request(&seal, digest), &party.signer).unwrap();
        let cache = SealCache::new(4);
        let good = cache.parse_stamp(made.as_bytes(), Profile::Conforming).unwrap();
        assert!(check_stamp(&good, &expected, &trust, &soon()).is_valid());
        for at in (0..made.as_bytes().len()).step_by(stride) {
            let mut bytes = made.as_bytes().to_vec();
            bytes[at] ^= 1 << (at % 8);
            for profile in [Profile::Conforming, Profile::AsFound] {
                if let Ok(stamp) = cache.parse_stamp(&bytes, profile) {
                    let report = check_stamp(&stamp, &expected, &trust, &soon());
                    assert!(!report.is_valid(), "{version:?} at {at}: {}", report.to_text());
                }
            }
            assert!(Stamp::parse(&made.as_bytes()[..at], Profile::AsFound).is_err());
        }
        for at in (0..seal.as_bytes().len()).step_by(stride) {
            let mut bytes = seal.as_bytes().to_vec();
            bytes[at] ^= 0x80 >> (at % 8);
            if let Ok(seal) = Seal::parse(&bytes, Profile::AsFound) {
                assert!(!check_seal(&seal, &trust, &soon()).is_valid(), "{version:?} at {at}");
            }
        }
    }
}
