//! The authority's certificates and lists are accepted here and by OpenSSL.

use std::fs;
use std::path::Path;
use std::process::Command;
use yinxin::Time;
use yinxin::asn1::{Reader, pem};
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::chain::{self, ChainErrorKind, Purpose};
use yinxin::cert::revocation::{self, Status};
use yinxin::cert::{Certificate, Crl, Reason};
use yinxin::crypto::ecdsa::{Curve, EcdsaPrivateKey};
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey};

fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

fn from() -> Time {
    time("2026-01-01T00:00:00Z")
}

fn until() -> Time {
    time("2055-01-01T00:00:00Z")
}

fn subject(name: &str) -> Subject {
    Subject::new(&[("C", "CN"), ("O", "国库"), ("CN", name)]).unwrap()
}

fn key() -> SoftwareKey {
    SoftwareKey::generate_sm2().unwrap()
}

fn issue(authority: &Authority, name: &str, profile: Profile) -> Certificate {
    let public_key = key().public_key().clone();
    let request = CertificateRequest::new(subject(name), public_key, profile, from(), until());
    authority.issue(&request).unwrap()
}

struct World {
    root: Authority,
    middle: Authority,
    signer: Certificate,
    encryption: Certificate,
}

fn world() -> World {
    let root = Authority::root(key(), subject("Root"), from(), until()).unwrap();
    let middle = root.intermediate(key(), subject("Issuing CA"), from(), until(), Some(0)).unwrap();
    let signer = issue(&middle, "Signer", Profile::Signer);
    let encryption = issue(&middle, "Signer", Profile::Encryption);
    World { root, middle, signer, encryption }
}

fn openssl(folder: &Path, arguments: &[&str]) -> Option<(bool, String)> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

fn write_pem(path: &Path, label: &str, ders: &[&[u8]]) {
    let text: String = ders.iter().map(|der| pem::encode(label, der)).collect();
    fs::write(path, text).unwrap();
}

/// `openssl verify`: whether it accepts, and what it says.
///
/// OpenSSL 3.0 takes the user id of SM2 for the first certificate alone, neither for those above
/// it nor for lists; so SM2 chains are shown to it link by link, and lists not at all.
fn verify(folder: &Path, sm2: bool, purpose: &str, name: &str) -> Option<(bool, String)> {
    let mut arguments = vec!["verify", "-x509_strict", "-attime", "1830000000"];
    arguments.extend(["-purpose", purpose]);
    if sm2 {
        let issuer = if name == "middle.pem" { "root.pem" } else { "middle.pem" };
        arguments.extend(["-vfyopt", "distid:1234567812345678"]);
        arguments.extend(["-partial_chain", "-trusted", issuer]);
    } else {
        arguments.extend(["-CAfile", "root.pem", "-untrusted", "middle.pem"]);
        arguments.extend(["-crl_check_all", "-CRLfile", "lists.pem"]);
    }
    arguments.push(name);
    openssl(folder, &arguments)
}

fn openssl_agrees(root: Authority, mut middle: Authority) {
    let sm2 = middle.certificate().public_key().name() == "SM2";
    let signer = issue(&middle, "Signer", Profile::Signer);
    let encryption = issue(&middle, "Signer", Profile::Encryption);
    let tsa = issue(&middle, "TSA", Profile::TimeStamp);
    let at = time("2027-01-01T00:00:00Z");
    middle.revoke(&encryption, at, Some(Reason::KeyCompromise)).unwrap();
    let next = time("2054-01-01T00:00:00Z");
    let lists = [root.crl(from(), next).unwrap(), middle.crl(from(), next).unwrap()];
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    write_pem(&path("root.pem"), "CERTIFICATE", &[root.certificate().as_der()]);
    write_pem(&path("middle.pem"), "CERTIFICATE", &[middle.certificate().as_der()]);
    write_pem(&path("lists.pem"), "X509 CRL", &[lists[0].as_der(), lists[1].as_der()]);
    for (name, certificate, purpose) in [
        ("middle.pem", middle.certificate(), "any"),
        ("signer.pem", &signer, "any"),
        ("tsa.pem", &tsa, "timestampsign"),
        ("encryption.pem", &encryption, "any"),
    ] {
        write_pem(&path(name), "CERTIFICATE", &[certificate.as_der()]);
        let Some((accepted, text)) = verify(folder.path(), sm2, purpose, name) else {
            eprintln!("skipped: openssl is not installed");
            return;
        };
        let good = sm2 || name != "encryption.pem";
        assert_eq!(accepted, good, "{name}: {text}");
        assert!(good || text.contains("certificate revoked"), "{text}");
    }
    // The list alone: its signed part under the issuer's key.
    let crl = lists[1].as_der();
    let mut fields = Reader::new(crl, "list").sequence().unwrap();
    fs::write(path("tbs"), fields.read().unwrap().raw).unwrap();
    fields.read().unwrap();
    fs::write(path("value"), fields.read().unwrap().bit_string().unwrap()).unwrap();
    write_pem(&path("key.pem"), "PUBLIC KEY", &[middle.certificate().public_key_der()]);
    let mut arguments = vec!["dgst", "-verify", "key.pem", "-signature", "value"];
    if sm2 {
        arguments.extend(["-sm3", "-sigopt", "distid:1234567812345678"]);
    } else {
        arguments.push("-sha256");
    }
    arguments.push("tbs");
    let (accepted, text) = openssl(folder.path(), &arguments).unwrap();
    assert!(accepted, "{text}");
}

#[test]
fn openssl_accepts_sm2_certificates_and_lists() {
    let World { root, middle, .. } = world();
    openssl_agrees(root, middle);
}

#[test]
fn openssl_accepts_ecdsa_certificates_and_lists() {
    let ecdsa = || {
        let pkcs8 = EcdsaPrivateKey::generate_pkcs8(Curve::P256).unwrap();
        SoftwareKey::from_pkcs8_der(pkcs8.as_bytes(), None).unwrap()
    };
    let root = Authority::root(ecdsa(), subject("Root"), from(), until()).unwrap();
    let middle = root.intermediate(ecdsa(), subject("Middle"), from(), until(), Some(0)).unwrap();
    openssl_agrees(root, middle);
}

#[test]
fn chains_and_lists_say_what_was_made() {
    let World { root, mut middle, signer, encryption } = world();
    let at = time("2028-01-01T00:00:00Z");
    let anchors = [root.certificate().clone()];
    let pool = [middle.certificate().clone()];
    let chain = chain::build(&signer, &pool, &anchors, at, Purpose::Sign).unwrap();
    let expected = [signer.clone(), middle.certificate().clone(), root.certificate().clone()];
    assert_eq!(chain.certificates(), expected);
    assert_eq!(middle.chain(), expected[1..]);
    let error = chain::build(&encryption, &pool, &anchors, at, Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::Usage);
    assert!(chain::build(&encryption, &pool, &anchors, at, Purpose::Encrypt).is_ok());
    let error = chain::build(&signer, &pool, &anchors, at, Purpose::TimeStamp).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::Usage);

    let revoked_at = time("2027-06-01T00:00:00Z");
    let next = time("2029-01-01T00:00:00Z");
    let before = [root.crl(from(), next).unwrap(), middle.crl(from(), next).unwrap()];
    let good = revocation::check(&chain, &before, at);
    assert_eq!(good.iter().map(|(_, status)| status).collect::<Vec<_>>(), [&Status::Good; 2]);
    middle.revoke(&signer, revoked_at, Some(Reason::Superseded)).unwrap();
    middle.revoke(&signer, time("2027-07-01T00:00:00Z"), None).unwrap();
    let after = [root.crl(from(), next).unwrap(), middle.crl(revoked_at, next).unwrap()];
    let status = &revocation::check(&chain, &after, at)[0].1;
    assert_eq!(*status, Status::Revoked { at: revoked_at, reason: Some(Reason::Superseded) });

    let cases: [(&[Crl], Time, &str); 4] = [
        (&before[..1], at, "no revocation list"),
        (&before, time("2029-01-01T00:00:01Z"), "out of date"),
        (&before, time("2025-12-31T23:59:59Z"), "future"),
        (&[], at, "no revocation list"),
    ];
    for (lists, clock, why) in cases {
        match &revocation::check(&chain, lists, clock)[0].1 {
            Status::Unknown { why: found } => assert!(found.contains(why), "{found}"),
            other => panic!("{why}: {other:?}"),
        }
    }
    // What was revoked stays revoked when the list is out of date.
    let late = revocation::check(&chain, &after, time("2030-01-01T00:00:00Z"));
    assert!(matches!(late[0].1, Status::Revoked { .. }));
}

#[test]
fn another_authority_of_the_same_name_is_not_believed() {
    let World { root, middle, signer, .. } = world();
    let at = time("2028-01-01T00:00:00Z");
    let other_root = Authority::root(key(), subject("Root"), from(), until()).unwrap();
    let mut other_middle =
        other_root.intermediate(key(), subject("Issuing CA"), from(), until(), Some(0)).unwrap();
    let anchors = [root.certificate().clone()];
    let look_alike = [other_middle.certificate().clone()];
    let error = chain::build(&signer, &look_alike, &anchors, at, Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::BadSignature);
    // The right one is found beside it, in whichever order.
    let real = middle.certificate().clone();
    for pool in [[look_alike[0].clone(), real.clone()], [real, look_alike[0].clone()]] {
        assert!(chain::build(&signer, &pool, &anchors, at, Purpose::Sign).is_ok());
    }
    // A list of the other one is of no use, even if it names the serial number.
    let public_key = key().public_key().clone();
    let request =
        CertificateRequest::new(subject("x"), public_key, Profile::Signer, from(), until())
            .with_serial(signer.serial());
    let twin = other_middle.issue(&request).unwrap();
    other_middle.revoke(&twin, from(), None).unwrap();
    let crl = other_middle.crl(from(), until()).unwrap();
    let chain = chain::build(&signer, &[middle.certificate().clone()], &anchors, at, Purpose::Sign)
        .unwrap();
    let status = &revocation::check(&chain, &[crl], at)[0].1;
    assert!(matches!(status, Status::Unknown { why } if why.contains("signature")), "{status:?}");
}

#[test]
fn a_list_signed_with_another_key_of_the_issuer_counts() {
    let World { mut root, middle, signer, .. } = world();
    let at = time("2028-01-01T00:00:00Z");
    let next = time("2029-01-01T00:00:00Z");
    let anchors = [root.certificate().clone()];
    let renewed = root.intermediate(key(), subject("Issuing CA"), from(), until(), None).unwrap();
    let other_root = Authority::root(key(), subject("Root"), from(), until()).unwrap();
    let stranger = other_root.intermediate(key(), subject("Issuing CA"), from(), until(), None);
    let stranger = stranger.unwrap();
    let status = |new: &Authority, root_list: Option<Crl>| {
        let pool = [middle.certificate().clone(), new.certificate().clone()];
        let chain = chain::build(&signer, &pool, &anchors, at, Purpose::Sign).unwrap();
        let mut lists = vec![new.crl(from(), next).unwrap()];
        lists.extend(root_list);
        revocation::check(&chain, &lists, at)[0].1.clone()
    };
    let root_list = root.crl(from(), next).unwrap();
    assert_eq!(status(&renewed, Some(root_list.clone())), Status::Good);
    // Only if the new certificate itself is known not to be revoked, and the root's.
    assert!(matches!(status(&renewed, None), Status::Unknown { .. }));
    assert!(matches!(status(&stranger, Some(root_list)), Status::Unknown { .. }));
    root.revoke(renewed.certificate(), from(), None).unwrap();
    let after = root.crl(from(), next).unwrap();
    assert!(matches!(status(&renewed, Some(after)), Status::Unknown { .. }));
}

#[test]
fn an_authority_that_is_started_again_knows_what_it_revoked() {
    let pem = key().to_pkcs8_pem(None).unwrap();
    let load = || SoftwareKey::from_pem(pem.as_bytes(), None).unwrap();
    let mut root = Authority::root(load(), subject("Root"), from(), until()).unwrap();
    let leaf = issue(&root, "S", Profile::Signer);
    root.revoke(&leaf, from(), Some(Reason::CertificateHold)).unwrap();
    let list = root.crl(from(), until()).unwrap();
    let mut again = Authority::existing(load(), root.certificate().clone()).unwrap();
    again.revoke_as_in(&list).unwrap();
    let entry = again.crl(from(), until()).unwrap().entry(leaf.serial()).unwrap();
    assert_eq!((entry.revoked, entry.reason), (from(), Some(Reason::CertificateHold)));
    let mut other = Authority::root(key(), subject("Root"), from(), until()).unwrap();
    assert_eq!(other.revoke_as_in(&list).unwrap_err().code(), Code::Argument);
}

#[test]
fn an_end_entity_issues_nothing() {
    let World { root, middle, .. } = world();
    let at = time("2028-01-01T00:00:00Z");
    let end_key = key();
    let end_request = CertificateRequest::new(
        subject("End"),
        end_key.public_key().clone(),
        Profile::Signer,
        from(),
        until(),
    );
    let end = middle.issue(&end_request).unwrap();
    let error = Authority::existing(end_key, end.clone()).unwrap_err();
    assert_eq!(error.code(), Code::Policy);
    // The path length of the middle one is 0: an authority below it may not issue.
    let below = middle.intermediate(key(), subject("Below"), from(), until(), None).unwrap();
    let leaf = issue(&below, "Leaf", Profile::Signer);
    let pool = [middle.certificate().clone(), below.certificate().clone(), end];
    let anchors = [root.certificate().clone()];
    let error = chain::build(&leaf, &pool, &anchors, at, Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::Constraint);
    assert!(error.detail().contains("path length"), "{error}");
}

#[test]
fn expiry_is_a_question_of_its_own() {
    let root = Authority::root(key(), subject("Root"), from(), until()).unwrap();
    let public_key = key().public_key().clone();
    let short = time("2027-01-01T00:00:00Z");
    let request = CertificateRequest::new(subject("S"), public_key, Profile::Signer, from(), short);
    let leaf = root.issue(&request).unwrap();
    let anchors = [root.certificate().clone()];
    let late = time("2050-01-01T00:00:00Z");
    let error = chain::build(&leaf, &[], &anchors, late, Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::Expired);
    assert!(!leaf.is_valid_at(late) && leaf.is_valid_at(short));
    assert!(chain::path(&leaf, &[], &anchors, late, Purpose::Sign).is_ok());
    let early = time("2020-01-01T00:00:00Z");
    assert!(chain::path(&leaf, &[], &anchors, early, Purpose::Sign).is_ok());
    let error = chain::build(&leaf, &[], &anchors, early, Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::NotYetValid);
    // The anchor's own dates count.
    let old = Authority::root(key(), subject("Old"), from(), short).unwrap();
    let leaf = issue(&old, "S", Profile::Signer);
    let error =
        chain::build(&leaf, &[], &[old.certificate().clone()], late, Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::Expired);
}

#[test]
fn requests_out_of_range_are_refused() {
    let root = Authority::root(key(), subject("Root"), from(), until()).unwrap();
    let public_key = key().public_key().clone();
    let request = |from, until| {
        CertificateRequest::new(subject("S"), public_key.clone(), Profile::Signer, from, until)
    };
    let refused = |request: CertificateRequest| root.issue(&request).unwrap_err().code();
    assert_eq!(refused(request(until(), from())), Code::Argument);
    assert_eq!(refused(request(from(), until()).with_serial(&[0, 0])), Code::Argument);
    assert_eq!(refused(request(from(), until()).with_serial(&[0xff; 20])), Code::Argument);
    let longest = request(from(), until()).with_serial(&[0x7f; 20]);
    assert_eq!(root.issue(&longest).unwrap().serial(), [0x7f; 20]);
    let mut other = Authority::root(key(), subject("Other"), from(), until()).unwrap();
    let foreign = root.issue(&request(from(), until())).unwrap();
    assert_eq!(other.revoke(&foreign, from(), None).unwrap_err().code(), Code::Argument);
    assert!(other.crl(until(), from()).is_err());
    assert_eq!(
        Authority::existing(key(), root.certificate().clone()).unwrap_err().code(),
        Code::KeyMismatch
    );
}
