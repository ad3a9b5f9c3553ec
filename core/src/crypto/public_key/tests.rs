//! Keys of every kind against signatures that OpenSSL made.

use super::SignatureAlgorithm as A;
use super::*;
use crate::asn1::writer;
use crate::crypto::ecdsa::{Curve, EcdsaPrivateKey};
use crate::crypto::rsa::RsaPrivateKey;

macro_rules! data {
    ($name:literal) => {
        include_bytes!(concat!("testdata/", $name))
    };
}

const RSA: &[u8] = data!("rsa2048.spki");
const P256: &[u8] = data!("p256.spki");
const P384: &[u8] = data!("p384.spki");

fn keys() -> Vec<PublicKey> {
    let sm2 = sm2::PrivateKey::from_bytes(&[7; 32]).unwrap();
    let others = [RSA, P256, P384].map(|der| PublicKey::from_spki_der(der).unwrap());
    [PublicKey::Sm2(*sm2.public_key())].into_iter().chain(others).collect()
}

fn check(key: &PublicKey, algorithm: A, signature: &[u8]) -> bool {
    key.verify(algorithm, &sm2::UserId::default(), b"message", signature).is_ok()
}

#[test]
fn signatures_of_a_peer_pass_under_their_own_algorithm_only() {
    let sm2 = sm2::PrivateKey::from_bytes(&[7; 32]).unwrap();
    let sm2_signature = sm2.sign(&sm2::UserId::default(), b"message").unwrap().to_der();
    let cases: [(usize, A, &[u8]); 9] = [
        (0, A::Sm2WithSm3, &sm2_signature),
        (1, A::RsaPkcs1Sha256, data!("rsa-pkcs1-sha256.sig")),
        (1, A::RsaPkcs1Sha512, data!("rsa-pkcs1-sha512.sig")),
        (1, A::RsaPssSha256, data!("rsa-pss-sha256.sig")),
        (1, A::RsaPssSha384, data!("rsa-pss-sha384.sig")),
        (2, A::EcdsaP256Sha256, data!("p256-sha256.sig")),
        (2, A::EcdsaP256Sha384, data!("p256-sha384.sig")),
        (3, A::EcdsaP384Sha256, data!("p384-sha256.sig")),
        (3, A::EcdsaP384Sha384, data!("p384-sha384.sig")),
    ];
    for (index, algorithm, signature) in cases {
        for (other_index, key) in keys().iter().enumerate() {
            for other in A::ALL {
                let fits = other_index == index && *other == algorithm;
                assert_eq!(check(key, *other, signature), fits, "{} {other:?}", key.name());
            }
        }
        let key = &keys()[index];
        let mut bad = signature.to_vec();
        for at in 0..bad.len() {
            bad[at] ^= 1;
            assert!(!check(key, algorithm, &bad));
            bad[at] ^= 1;
            assert!(!check(key, algorithm, &signature[..at]));
        }
        bad.push(0);
        assert!(!check(key, algorithm, &bad));
    }
}

#[test]
fn old_and_odd_rsa_signatures() {
    let PublicKey::Rsa(key) = PublicKey::from_spki_der(RSA).unwrap() else { panic!("RSA") };
    let sha1 = data!("rsa-pkcs1-sha1.sig");
    assert!(key.verify_pkcs1_sha1_legacy(b"message", sha1).is_ok());
    assert!(key.verify_pkcs1_sha1_legacy(b"massage", sha1).is_err());
    for algorithm in A::ALL {
        assert!(key.verify(*algorithm, b"message", sha1).is_err());
        let salt20 = data!("rsa-pss-sha256-salt20.sig");
        assert!(key.verify(*algorithm, b"message", salt20).is_err());
    }
}

#[test]
fn keys_come_back_and_damage_is_seen() {
    for (key, der) in keys()[1..].iter().zip([RSA, P256, P384]) {
        assert_eq!(key.to_spki_der(), der);
        for bit in 0..der.len() * 8 {
            let mut bad = der.to_vec();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(PublicKey::from_spki_der(&bad).ok().as_ref(), Some(key));
        }
        for end in 0..der.len() {
            assert!(PublicKey::from_spki_der(&der[..end]).is_err());
        }
        assert!(PublicKey::from_spki_der(&[der, &[0]].concat()).is_err());
    }
}

#[test]
fn refused_keys() {
    let code = |der: &[u8]| PublicKey::from_spki_der(der).unwrap_err().code();
    assert_eq!(code(data!("rsa1024.spki")), Code::Algorithm);
    assert_eq!(code(data!("p256-compressed.spki")), Code::Form);
    assert_eq!(code(data!("p256-explicit.spki")), Code::Form);
    let point = [4; 65];
    let secp256k1 = Oid::new("1.3.132.0.10");
    assert_eq!(code(&spki::write_ec(&secp256k1, &point)), Code::Algorithm);
    // A point of another curve under the name of this one.
    let sm2 = sm2::PrivateKey::from_bytes(&[7; 32]).unwrap().public_key().to_sec1();
    let PublicKey::EcdsaP256(p256) = PublicKey::from_spki_der(P256).unwrap() else { panic!() };
    assert_eq!(code(&spki::write_ec(&oid::CURVE_SM2, &p256.to_sec1())), Code::Point);
    let wrong = PublicKey::from_spki_der(&spki::write_ec(&oid::CURVE_P256, &sm2)).unwrap();
    assert!(!check(&wrong, A::EcdsaP256Sha256, data!("p256-sha256.sig")));
}

#[test]
fn refused_rsa_numbers() {
    let key = |n: &[u8], e: &[u8]| {
        let der = writer::sequence(&[&writer::integer_unsigned(n), &writer::integer_unsigned(e)]);
        RsaPublicKey::from_pkcs1_der(&der).map(|key| key.bits()).map_err(|error| error.code())
    };
    let odd = |length: usize| vec![0xff; length];
    assert_eq!(key(&odd(256), &[3]), Ok(2048));
    assert_eq!(key(&odd(1024), &[1, 0, 1]), Ok(8192));
    assert_eq!(key(&odd(255), &[3]), Err(Code::Algorithm));
    assert_eq!(key(&odd(1025), &[3]), Err(Code::Algorithm));
    assert_eq!(key(&[&odd(255)[..], &[0xfe]].concat(), &[3]), Err(Code::Value));
    for exponent in [&[0][..], &[1], &[2], &[1, 0, 0], &[3, 0, 0, 0, 1], &[1; 6]] {
        assert_eq!(key(&odd(256), exponent), Err(Code::Value), "{exponent:?}");
    }
    assert_eq!(key(&odd(256), &[1, 0, 0, 0, 1]), Ok(2048));
    assert_eq!(key(&[], &[3]), Err(Code::Algorithm));
}

#[test]
fn private_keys_sign_what_their_public_keys_verify() {
    let rsa = RsaPrivateKey::from_pkcs8_der(data!("rsa2048.pk8")).unwrap();
    assert_eq!(rsa.public_key().to_spki_der(), RSA);
    for algorithm in A::ALL {
        match rsa.sign(*algorithm, b"message") {
            Ok(signature) => assert!(check(rsa.public_key(), *algorithm, &signature)),
            Err(error) => assert!(!algorithm.is_rsa() && error.code() == Code::Argument),
        }
    }
    for (curve, own) in [(Curve::P256, A::EcdsaP256Sha256), (Curve::P384, A::EcdsaP384Sha384)] {
        let pkcs8 = EcdsaPrivateKey::generate_pkcs8(curve).unwrap();
        let key = EcdsaPrivateKey::from_pkcs8_der(pkcs8.as_bytes()).unwrap();
        assert_eq!(key.algorithm(), own);
        for algorithm in A::ALL {
            match key.sign(*algorithm, b"message") {
                Ok(signature) => assert!(check(key.public_key(), *algorithm, &signature)),
                Err(error) => assert!(*algorithm != own && error.code() == Code::Argument),
            }
        }
    }
    for bad in [&[][..], &[0x30, 0], RSA] {
        assert_eq!(RsaPrivateKey::from_pkcs8_der(bad).unwrap_err().code(), Code::PrivateKey);
        assert_eq!(EcdsaPrivateKey::from_pkcs8_der(bad).unwrap_err().code(), Code::PrivateKey);
    }
}

#[test]
fn p1363_is_the_two_numbers() {
    let key = PublicKey::from_spki_der(P256).unwrap();
    let PublicKey::EcdsaP256(key) = key else { panic!("P-256") };
    let (r, s) = crate::asn1::sm2::read_signature(data!("p256-sha256.sig")).unwrap();
    let raw = [r, s].concat();
    assert!(key.verify_p1363(b"message", &raw).is_ok());
    assert!(key.verify_p1363(b"massage", &raw).is_err());
    assert!(key.verify_p1363(b"message", &raw[..63]).is_err());
    assert!(key.verify_p1363(b"message", data!("p256-sha256.sig")).is_err());
}

#[test]
fn identifiers_come_back() {
    for algorithm in A::ALL {
        let der = algorithm.algorithm_identifier();
        let read = A::from_algorithm_identifier(&der).unwrap();
        assert_eq!((read.oid(), read.algorithm_identifier()), (algorithm.oid(), der.clone()));
        let under: Vec<A> = keys().iter().filter_map(|key| read.under_key(key)).collect();
        assert!(under.contains(algorithm), "{algorithm:?}");
        for end in 0..der.len() {
            assert!(A::from_algorithm_identifier(&der[..end]).is_err());
        }
        for at in 0..der.len() {
            let mut bad = der.clone();
            bad[at] ^= 0x01;
            let other = A::from_algorithm_identifier(&bad).ok();
            assert!(other.is_none_or(|other| other.oid() != algorithm.oid()), "{bad:02x?}");
        }
    }
    assert_eq!(A::from_oid(&oid::SM2_SIGN), Some(A::Sm2WithSm3));
    for none in [oid::SM2_WITH_SM3_TYPO, oid::RSA_PSS, oid::RSA_SHA1, oid::CURVE_SM2, oid::SM3] {
        assert_eq!(A::from_oid(&none), None);
    }
}

#[test]
fn parameters_have_their_form() {
    let identifier = |oid: &Oid, parameters: &[u8]| {
        let der = writer::sequence(&[&writer::oid(oid), parameters]);
        A::from_algorithm_identifier(&der).map_err(|error| error.code())
    };
    let null = writer::null();
    assert_eq!(identifier(&oid::SM2_WITH_SM3, &null), Ok(A::Sm2WithSm3));
    assert_eq!(identifier(&oid::SM2_WITH_SM3, &[]), Ok(A::Sm2WithSm3));
    assert_eq!(identifier(&oid::RSA_SHA256, &[]), Ok(A::RsaPkcs1Sha256));
    assert_eq!(identifier(&oid::ECDSA_SHA256, &null), Err(Code::Der));
    assert_eq!(identifier(&oid::SM2_WITH_SM3, &writer::integer(1)), Err(Code::Der));
    assert_eq!(identifier(&oid::RSA_SHA256, &[5, 1, 0]), Err(Code::Der));
    assert_eq!(identifier(&oid::RSA_PSS, &[]), Err(Code::Algorithm));
    assert_eq!(identifier(&oid::RSA_PSS, &writer::sequence(&[])), Err(Code::Algorithm));
    assert_eq!(identifier(&oid::RSA_SHA1, &null), Err(Code::Algorithm));
}
