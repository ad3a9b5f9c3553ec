//! Requests for certificates: OpenSSL reads ours and we read its, and the signature counts.

mod key_common;

use key_common::{SM2_ID, code, openssl, openssl_says, validity};
use std::fs;
use yinxin::asn1::oid;
use yinxin::authority::{Authority, CertificateRequest, Pkcs10, Profile, Subject};
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey};

fn subject() -> Subject {
    Subject::parse("CN=出纳,O=Finance Bureau,C=CN").unwrap()
}

fn root() -> Authority {
    let (from, until) = validity();
    let key = SoftwareKey::generate_sm2().unwrap();
    Authority::root(key, Subject::parse("CN=Root,C=CN").unwrap(), from, until).unwrap()
}

#[test]
fn a_request_becomes_a_certificate() {
    let (from, until) = validity();
    let key = SoftwareKey::generate_sm2().unwrap();
    let request = Pkcs10::make(&key, &subject(), Profile::TimeStamp).unwrap();
    let received = Pkcs10::from_bytes(request.to_pem().as_bytes()).unwrap();
    assert_eq!(received, Pkcs10::from_bytes(request.as_der()).unwrap());
    let asked: Vec<_> = received.extensions().iter().map(|one| (one.oid, one.critical)).collect();
    let expected = [oid::BASIC_CONSTRAINTS, oid::KEY_USAGE, oid::EXTENDED_KEY_USAGE];
    assert_eq!(asked, expected.map(|oid| (oid, true)));
    // The profile is the authority's choice, subject and key are the request's.
    let made = CertificateRequest::of(&received, Profile::Signer, from, until).unwrap();
    let certificate = root().issue(&made).unwrap();
    assert_eq!(certificate.subject_der(), received.subject_der());
    assert_eq!(certificate.subject(), "CN=出纳,O=Finance Bureau,C=CN");
    assert_eq!(certificate.public_key(), Signer::public_key(&key));
    assert!(certificate.may_sign() && certificate.extended_key_usage().is_none());
    assert!(key.with_certificates(vec![certificate.as_der().to_vec()]).is_ok());
}

#[test]
fn a_request_for_anothers_key_is_refused() {
    let (from, until) = validity();
    let (own, other) = (SoftwareKey::generate_sm2().unwrap(), SoftwareKey::generate_sm2().unwrap());
    let request = Pkcs10::make(&own, &subject(), Profile::Signer).unwrap();
    let (mut der, point) = (request.as_der().to_vec(), Signer::public_key(&own).to_spki_der());
    let at = der.windows(point.len()).position(|window| window == point).unwrap();
    der[at..at + point.len()].copy_from_slice(&Signer::public_key(&other).to_spki_der());
    let stolen = Pkcs10::from_der(&der).unwrap();
    assert!(stolen.verify().is_err());
    let made = CertificateRequest::of(&stolen, Profile::Signer, from, until);
    assert_eq!(code(made), Code::Policy);
}

#[test]
fn every_cut_is_an_error_and_every_changed_byte_fails() {
    let key = SoftwareKey::generate_sm2().unwrap();
    let request = Pkcs10::make(&key, &subject(), Profile::Signer).unwrap();
    let der = request.as_der();
    for end in 0..der.len() {
        assert!(Pkcs10::from_der(&der[..end]).is_err(), "cut at {end}");
    }
    for at in 0..der.len() {
        let mut changed = der.to_vec();
        changed[at] ^= 1 << (at % 8);
        let good = Pkcs10::from_der(&changed).is_ok_and(|read| read.verify().is_ok());
        assert!(!good, "byte {at}");
    }
    assert_eq!(code(Pkcs10::from_bytes(&[0x30; 70_000])), Code::Size);
    assert_eq!(code(Pkcs10::from_bytes(b"no request")), Code::Pem);
    let twice = request.to_pem().repeat(2);
    assert_eq!(code(Pkcs10::from_bytes(twice.as_bytes())), Code::Pem);
}

#[test]
fn openssl_checks_what_is_made_here() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for kind in ["SM2", "RSA", "EC"] {
        let key = key_of(at, kind);
        let request = Pkcs10::make(&key, &subject(), Profile::Encryption).unwrap();
        fs::write(at.join("ours.csr"), request.to_pem()).unwrap();
        let id: &[&str] = if kind == "SM2" { &["-vfyopt", SM2_ID] } else { &[] };
        let verify = ["req", "-in", "ours.csr", "-verify", "-noout", "-text", "-nameopt", "utf8"];
        let (done, text, error) = openssl_says(at, &[&verify[..], id].concat());
        let text = String::from_utf8_lossy(&text);
        assert!(done && !error.contains("failure"), "{kind}: {error}");
        assert!(text.contains("Key Encipherment, Data Encipherment, Key Agreement"), "{text}");
    }
}

#[test]
fn what_openssl_makes_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for kind in ["SM2", "RSA", "EC"] {
        let key = key_of(at, kind);
        let options: &[&str] =
            if kind == "SM2" { &["-sm3", "-sigopt", SM2_ID] } else { &["-sha256"] };
        let new = ["req", "-new", "-key", "key.pem", "-subj", "/C=CN/CN=x", "-out", "theirs.csr"];
        let wanted = ["-addext", "keyUsage=critical,digitalSignature"];
        openssl(at, &[&new[..], &wanted, options].concat());
        let request = Pkcs10::from_bytes(&fs::read(at.join("theirs.csr")).unwrap()).unwrap();
        assert!(request.verify().is_ok(), "{kind}");
        assert_eq!(request.subject(), "CN=x,C=CN");
        assert_eq!(request.public_key(), Signer::public_key(&key));
        let asked = request.extensions();
        assert!(asked.len() == 1 && asked[0].oid == oid::KEY_USAGE && asked[0].critical);
        assert_eq!(asked[0].value, [3, 2, 7, 0x80]);
        if kind == "SM2" {
            // Under the empty user id, OpenSSL's default, it is not good.
            openssl(at, &[&new[..], &["-sm3"]].concat());
            let request = Pkcs10::from_bytes(&fs::read(at.join("theirs.csr")).unwrap()).unwrap();
            assert!(request.verify().is_err());
            assert!(request.extensions().is_empty());
        }
    }
}

/// A new key of this kind, also in the file `key.pem`.
fn key_of(at: &std::path::Path, kind: &str) -> SoftwareKey {
    let options: &[&str] = match kind {
        "RSA" => &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        "EC" => &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        _ => &["-algorithm", "SM2"],
    };
    openssl(at, &[&["genpkey", "-out", "key.pem"], options].concat());
    SoftwareKey::from_pem(&fs::read(at.join("key.pem")).unwrap(), None).unwrap()
}
