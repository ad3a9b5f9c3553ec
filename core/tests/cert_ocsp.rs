//! OCSP responses: ours, by the issuer and by a delegate, and OpenSSL's; and those that must not count.

mod cert_common;

use cert_common::{from, key, root, time, until};
use std::path::Path;
use std::process::Command;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::chain::{self, VerifiedChain};
use yinxin::cert::revocation::{self, Answers, Status};
use yinxin::cert::{Certificate, Crl, OcspResponse, Purpose, Reason};
use yinxin::error::Code;
use yinxin::key::SoftwareKey;
use yinxin::time::Time;

/// The clock, within the period of the answers.
fn now() -> Time {
    time("2026-06-01T12:00:00Z")
}

fn day(number: u8) -> Time {
    time(&format!("2026-06-{number:02}T00:00:00Z"))
}

struct Office {
    root: Authority,
    leaf: Certificate,
    chain: VerifiedChain,
}

fn issued(by: &Authority, key: &SoftwareKey, name: &str, profile: Profile) -> Certificate {
    use yinxin::key::Signer;
    let subject = Subject::parse(name).unwrap();
    let public = key.public_key().clone();
    by.issue(&CertificateRequest::new(subject, public, profile, from(), until())).unwrap()
}

impl Office {
    fn new() -> Office {
        let root = root();
        let leaf = issued(&root, &key(), "CN=Signer,C=CN", Profile::Signer);
        let anchors = [root.certificate().clone()];
        let chain = chain::build(&leaf, &[], &anchors, now(), Purpose::Sign).unwrap();
        Office { root, leaf, chain }
    }

    fn fresh(&self) -> OcspResponse {
        self.root.ocsp(std::slice::from_ref(&self.leaf), day(1), day(2)).unwrap()
    }

    fn status(&self, responses: &[OcspResponse], at: Time) -> Status {
        let answers = Answers { crls: &[], ocsp: responses };
        revocation::check(&self.chain, answers, at)[0].1.clone()
    }

    fn why(&self, response: OcspResponse, at: Time) -> String {
        match self.status(&[response], at) {
            Status::Unknown { why } => why,
            other => panic!("relied on: {other:?}"),
        }
    }
}

#[test]
fn good_and_revoked() {
    let mut office = Office::new();
    let good = office.fresh();
    assert_eq!(office.status(std::slice::from_ref(&good), now()), Status::Good);
    assert_eq!(good.this_update(), Some(day(1)));
    let leaf = office.leaf.clone();
    office.root.revoke(&leaf, from(), Some(Reason::KeyCompromise)).unwrap();
    let revoked = office.fresh();
    let expected = Status::Revoked { at: from(), reason: Some(Reason::KeyCompromise) };
    assert_eq!(office.status(std::slice::from_ref(&revoked), now()), expected);
    // A revocation outlives its answer; of two answers it is the one that counts.
    assert_eq!(office.status(std::slice::from_ref(&revoked), day(20)), expected);
    assert_eq!(office.status(&[good.clone(), revoked], now()), expected);
    assert!(office.why(good.clone(), day(20)).contains("out of date"));
    assert!(office.why(good, from()).contains("future"));
}

#[test]
fn a_hold_ends_with_its_answer() {
    let mut office = Office::new();
    let leaf = office.leaf.clone();
    office.root.revoke(&leaf, from(), Some(Reason::CertificateHold)).unwrap();
    let held = office.fresh();
    let expected = Status::Revoked { at: from(), reason: Some(Reason::CertificateHold) };
    assert_eq!(office.status(std::slice::from_ref(&held), now()), expected);
    assert!(office.why(held, day(20)).contains("out of date"));
}

#[test]
fn delegates() {
    let office = Office::new();
    let leaf = std::slice::from_ref(&office.leaf);
    let delegated = |profile: Profile, by: &Authority| {
        let key = key();
        let certificate = issued(by, &key, "CN=Responder,C=CN", profile);
        office.root.ocsp_by(&key, &certificate, leaf, day(1), day(2)).unwrap()
    };
    let good = delegated(Profile::OcspResponder, &office.root);
    assert_eq!(good.certificates().len(), 1);
    assert_eq!(office.status(&[good], now()), Status::Good);
    // Any certificate of the issuer is not enough, and neither is a delegate of somebody else.
    let why = office.why(delegated(Profile::Signer, &office.root), now());
    assert!(why.contains("not for OCSP answers"), "{why}");
    let name = Subject::parse("CN=Root,C=CN").unwrap();
    let namesake = Authority::root(key(), name, from(), until()).unwrap();
    let why = office.why(delegated(Profile::OcspResponder, &namesake), now());
    assert!(why.contains("not by the issuer"), "{why}");
}

#[test]
fn a_delegate_that_may_be_revoked_is_asked_about() {
    use yinxin::asn1::oid;
    use yinxin::key::Signer;
    let office = Office::new();
    let delegate_key = key();
    let name = Subject::parse("CN=Responder,C=CN").unwrap();
    let public = delegate_key.public_key().clone();
    // extKeyUsage OCSPSigning without ocsp-nocheck.
    let purposes = [0x30, 0x0a, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 3, 9];
    let request = CertificateRequest::new(name, public, Profile::Signer, from(), until())
        .with_extension(oid::EXTENDED_KEY_USAGE, false, &purposes);
    let delegate = office.root.issue(&request).unwrap();
    // The delegate says that the leaf is revoked, the lists do not: so one sees who is heard.
    let mut knowing = office.root.clone();
    knowing.revoke(&office.leaf, from(), None).unwrap();
    let leaf = std::slice::from_ref(&office.leaf);
    let response = knowing.ocsp_by(&delegate_key, &delegate, leaf, day(1), day(2)).unwrap();
    let why = office.why(response.clone(), now());
    assert!(why.contains("not known"), "{why}");
    let with = |crl: Crl| {
        let answers = Answers { crls: &[crl], ocsp: std::slice::from_ref(&response) };
        revocation::check(&office.chain, answers, now())[0].1.clone()
    };
    let list = office.root.crl(day(1), day(2)).unwrap();
    assert_eq!(with(list), Status::Revoked { at: from(), reason: None });
    let mut warned = office.root.clone();
    warned.revoke(&delegate, from(), None).unwrap();
    assert_eq!(with(warned.crl(day(1), day(2)).unwrap()), Status::Good);
}

#[test]
fn another_certificate_says_nothing() {
    let office = Office::new();
    let other = issued(&office.root, &key(), "CN=Signer,C=CN", Profile::Signer);
    let response = office.root.ocsp(&[other], day(1), day(2)).unwrap();
    assert!(office.why(response, now()).contains("no revocation"));
    let name = Subject::parse("CN=Root,C=CN").unwrap();
    let namesake = Authority::root(key(), name, from(), until()).unwrap();
    let leaf = std::slice::from_ref(&office.leaf);
    let foreign = namesake.ocsp(leaf, day(1), day(2)).unwrap();
    assert!(office.why(foreign, now()).contains("no revocation"));
}

#[test]
fn damage_is_refused_or_noticed() {
    let office = Office::new();
    let der = office.fresh().as_der().to_vec();
    for length in 0..der.len() {
        assert!(OcspResponse::from_der(&der[..length]).is_err(), "{length}");
    }
    for at in 0..der.len() {
        let mut bad = der.clone();
        bad[at] ^= 0x01;
        if let Ok(response) = OcspResponse::from_der(&bad) {
            assert!(matches!(office.status(&[response], now()), Status::Unknown { .. }), "{at}");
        }
    }
    let refused = OcspResponse::from_der(&[0x30, 3, 0x0a, 1, 6]).unwrap_err();
    assert_eq!((refused.code(), refused.offset()), (Code::Form, Some(2)));
    assert!(refused.message().contains("unauthorized"));
    let large = vec![0x30; yinxin::cert::MAX_OCSP_BYTES + 1];
    assert_eq!(OcspResponse::from_der(&large).unwrap_err().code(), Code::Size);
}

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .expect("openssl is installed");
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// OpenSSL's responder, RSA and ECDSA, answers about a good and a revoked certificate.
#[test]
fn openssl_answers() {
    for kind in ["rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-256"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let run = |arguments: &str| openssl(path, arguments);
        run(&format!(
            "req -x509 -newkey {kind} -nodes -keyout ca.key -out ca.pem -subj /CN=CA -days 3650 \
             -addext keyUsage=critical,keyCertSign,cRLSign"
        ));
        let mut index = String::new();
        std::fs::write(path.join("v3"), "keyUsage = digitalSignature").unwrap();
        for (serial, name) in [(17, "good"), (18, "bad")] {
            run(&format!(
                "req -newkey {kind} -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}"
            ));
            run(&format!(
                "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -set_serial {serial} \
                 -days 365 -extfile v3 -out {name}.pem"
            ));
            let (flag, revoked) =
                if name == "good" { ("V", "") } else { ("R", "250101000000Z,keyCompromise") };
            index +=
                &format!("{flag}\t491231235959Z\t{revoked}\t{serial:X}\tunknown\t/CN={name}\n");
        }
        std::fs::write(path.join("index.txt"), index).unwrap();
        for name in ["good", "bad"] {
            run(&format!("ocsp -issuer ca.pem -cert {name}.pem -reqout {name}.req -no_nonce"));
            run(&format!(
                "ocsp -index index.txt -rsigner ca.pem -rkey ca.key -CA ca.pem \
                 -reqin {name}.req -respout {name}.resp -ndays 1"
            ));
        }
        let read = |file: &str| std::fs::read(path.join(file)).unwrap();
        let ca = Certificate::from_pem(&read("ca.pem")).unwrap();
        let status = |name: &str, response: &str| {
            let leaf = Certificate::from_pem(&read(&format!("{name}.pem"))).unwrap();
            let response = OcspResponse::from_der(&read(&format!("{response}.resp"))).unwrap();
            let at = response.produced_at();
            let answers = Answers { crls: &[], ocsp: std::slice::from_ref(&response) };
            revocation::check_one(&leaf, &ca, answers, at)
        };
        assert_eq!(status("good", "good"), Status::Good);
        let at = time("2025-01-01T00:00:00Z");
        let revoked = Status::Revoked { at, reason: Some(Reason::KeyCompromise) };
        assert_eq!(status("bad", "bad"), revoked);
        assert!(matches!(status("bad", "good"), Status::Unknown { .. }));
    }
}

/// OpenSSL verifies our response by an ECDSA authority.
#[test]
fn openssl_reads_ours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    openssl(path, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key");
    let pem = std::fs::read(path.join("ca.key")).unwrap();
    let ca_key = SoftwareKey::from_pem(&pem, None).unwrap();
    let name = Subject::parse("CN=Root,C=CN").unwrap();
    let root = Authority::root(ca_key, name, from(), until()).unwrap();
    let leaf = issued(&root, &key(), "CN=Signer,C=CN", Profile::Signer);
    let response = root.ocsp(std::slice::from_ref(&leaf), day(1), until()).unwrap();
    std::fs::write(path.join("ca.der"), root.certificate().as_der()).unwrap();
    std::fs::write(path.join("leaf.der"), leaf.as_der()).unwrap();
    std::fs::write(path.join("ours.resp"), response.as_der()).unwrap();
    openssl(path, "x509 -inform DER -in ca.der -out ca.pem");
    openssl(path, "x509 -inform DER -in leaf.der -out leaf.pem");
    let output = Command::new("openssl")
        .args(
            "ocsp -respin ours.resp -issuer ca.pem -cert leaf.pem -CAfile ca.pem -no_nonce"
                .split(' '),
        )
        .current_dir(path)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("Response verify OK") && said.contains("leaf.pem: good"), "{said}");
}
