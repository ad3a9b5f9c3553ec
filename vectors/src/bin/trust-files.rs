//! Makes time stamps, revocation lists, OCSP answers, requests and key files with the library, for
//! peers to judge: `interop/trust_files/make.py` keeps them as vectors.
//!
//! A line for each case: TYPE TAB RESULT TAB COMMENT TAB NAME=VALUE TAB ...

use std::process::ExitCode;

use yinxin::asn1::{Oid, oid};
use yinxin::authority::{Authority, CertificateRequest, Pkcs10, Profile, Subject};
use yinxin::cert::{Certificate, Reason};
use yinxin::crypto::ecdsa::{Curve, EcdsaPrivateKey};
use yinxin::error::{Code, Error, Result};
use yinxin::key::{KeyBundle, Protection, Signer, SoftwareKey};
use yinxin::time::Time;
use yinxin::timestamp::{Imprint, TimeStampRequest, TimestampAuthority};
use yinxin_vectors::hex;

const USAGE: &str = "usage: trust-files RSA-KEY.pem RSA-KEY.pem";
const POLICY: Oid = Oid::new("1.2.3.4.1");
const VALUE: &[u8] = b"the value that is stamped";
const PASSWORD: &[u8] = b"secret";

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let keys: std::io::Result<Vec<Vec<u8>>> = files.iter().map(std::fs::read).collect();
    let done = match keys {
        Ok(keys) if keys.len() == 2 => {
            let rsa = [Kind::Rsa(&keys[0]), Kind::Rsa(&keys[1])];
            [[Kind::Sm2; 2], rsa, [Kind::P256; 2]].iter().try_for_each(make_all)
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// A kind of key; RSA keys are not generated here.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Sm2,
    P256,
    Rsa(&'a [u8]),
}

impl Kind<'_> {
    fn name(self) -> &'static str {
        match self {
            Kind::Sm2 => "SM2",
            Kind::P256 => "P-256",
            Kind::Rsa(_) => "RSA",
        }
    }

    fn key(self) -> Result<SoftwareKey> {
        match self {
            Kind::Sm2 => SoftwareKey::generate_sm2(),
            Kind::P256 => {
                let der = EcdsaPrivateKey::generate_pkcs8(Curve::P256)?;
                SoftwareKey::from_pkcs8_der(der.as_bytes(), None)
            }
            Kind::Rsa(pem) => SoftwareKey::from_pem(pem, None),
        }
    }
}

/// Everything with keys of one kind; the second for who is not the root.
fn make_all(kinds: &[Kind; 2]) -> Result<()> {
    let name = |common: &str| Subject::new(&[("C", "CN"), ("O", "yinxin"), ("CN", common)]);
    let [first, second] = *kinds;
    let mut root = Authority::root(first.key()?, name("Root")?, from()?, until()?)?;
    let mut namesake = Authority::root(second.key()?, name("Root")?, from()?, until()?)?;
    let issue = |by: &Authority, common: &str, key: &SoftwareKey, profile: Profile| {
        let public = Signer::public_key(key).clone();
        by.issue(&CertificateRequest::new(name(common)?, public, profile, from()?, until()?))
    };
    let person_key = second.key()?;
    let person = issue(&root, "Person", &person_key, Profile::Signer)?;
    let other = issue(&root, "Other", &second.key()?, Profile::Signer)?;
    let delegate_key = second.key()?;
    let delegate = issue(&root, "Responder", &delegate_key, Profile::OcspResponder)?;
    let stamper = second.key()?;
    let certificate = issue(&root, "Time", &stamper, Profile::TimeStamp)?;
    let anchor = root.certificate().clone();
    let show = |kind: &str, status: &str, comment: &str, more: &[(&str, &[u8])]| {
        let result = if matches!(status, "good" | "") { "valid" } else { "invalid" };
        let mut line = format!("{kind}\t{result}\t{}, {comment}", first.name());
        for (field, value) in more {
            line += &format!("\t{field}={}", hex::encode(value));
        }
        line += &format!("\ttrustAnchors={}\tverifyTime={AT}", hex::encode(anchor.as_der()));
        if !status.is_empty() {
            line += &format!("\tstatus={status}");
        }
        println!("{line}");
    };
    let status = |status: &str, comment: &str, kind: &str, der: &[u8]| {
        show("CertificateStatus", status, comment, &[("cert", person.as_der()), (kind, der)]);
    };

    let (issued, next) = (time(ISSUED)?, time(NEXT)?);
    let about = std::slice::from_ref(&person);
    status("good", "list: nobody", "crls", root.crl(issued, next)?.as_der());
    status("unknown", "list: by a namesake", "crls", namesake.crl(issued, next)?.as_der());
    status("good", "answer: by the issuer", "ocsp", root.ocsp(about, issued, next)?.as_der());
    let by_delegate = root.ocsp_by(&delegate_key, &delegate, about, issued, next)?;
    status("good", "answer: by a delegate", "ocsp", by_delegate.as_der());
    let elsewhere = root.ocsp(std::slice::from_ref(&other), issued, next)?;
    status("unknown", "answer: about another certificate", "ocsp", elsewhere.as_der());
    let revoked = time("2026-03-01T00:00:00Z")?;
    root.revoke(&other, revoked, Some(Reason::CessationOfOperation))?;
    status("good", "list: another certificate", "crls", root.crl(issued, next)?.as_der());
    root.revoke(&person, revoked, Some(Reason::KeyCompromise))?;
    status("revoked", "list: keyCompromise", "crls", root.crl(issued, next)?.as_der());
    status("revoked", "answer: by the issuer", "ocsp", root.ocsp(about, issued, next)?.as_der());
    let by_delegate = root.ocsp_by(&delegate_key, &delegate, about, issued, next)?;
    status("revoked", "answer: by a delegate", "ocsp", by_delegate.as_der());
    // A certificate of the same number, revoked by somebody of the same name.
    let twin = CertificateRequest::new(
        name("Person")?,
        Signer::public_key(&person_key).clone(),
        Profile::Signer,
        from()?,
        until()?,
    );
    let twin = namesake.issue(&twin.with_serial(person.serial()))?;
    namesake.revoke(&twin, revoked, None)?;
    let foreign = namesake.crl(issued, next)?;
    status("unknown", "list: revoked by a namesake", "crls", foreign.as_der());

    let stamper = stamper.with_certificates(vec![certificate.as_der().to_vec()])?;
    let authority = TimestampAuthority::new(stamper, POLICY)?;
    for (hash, algorithm) in [("SM3", oid::SM3), ("SHA-256", oid::SHA256), ("SHA-512", oid::SHA512)]
    {
        let request = TimeStampRequest::new(Imprint::of(algorithm, VALUE)?)?;
        let token = authority.issue(&request, issued)?;
        let comment = format!("imprint {hash}");
        show("TimeStampToken", "", &comment, &[("der", &token), ("value", VALUE)]);
    }

    let key = Signer::public_key(&person_key).to_spki_der();
    let request = Pkcs10::make(&person_key, &name("Person")?, Profile::Signer)?;
    let (der, subject) = (hex::encode(request.as_der()), request.subject());
    println!(
        "Pkcs10\tvalid\t{} request\tder={der}\tsubject={subject}\tkey={}",
        first.name(),
        hex::encode(&key)
    );
    key_files(first.name(), &person_key, &person, &key)
}

fn key_files(
    name: &str,
    key: &SoftwareKey,
    certificate: &Certificate,
    public: &[u8],
) -> Result<()> {
    let pem = key.to_pkcs8_pem(None)?;
    let copy = SoftwareKey::from_pem(pem.as_bytes(), None)?;
    let mut bundle = KeyBundle::new();
    bundle.add(copy.with_certificates(vec![certificate.as_der().to_vec()])?, Some("出纳"))?;
    let few = |protection: Protection| protection.with_iterations(2048);
    let (sm, aes) = (few(Protection::sm())?, few(Protection::aes())?);
    for (comment, certificates, file) in [
        ("PKCS#12, AES", 1, bundle.to_pkcs12(PASSWORD, aes)?),
        ("PKCS#12, SM4 and SM3", 1, bundle.to_pkcs12(PASSWORD, sm)?),
        ("PKCS#8, AES", 0, key.to_pkcs8_pem_under(Some(PASSWORD), aes)?.as_bytes().to_vec()),
        ("PKCS#8, SM4", 0, key.to_pkcs8_pem_under(Some(PASSWORD), sm)?.as_bytes().to_vec()),
    ] {
        println!(
            "KeyFile\tvalid\t{name}, {comment}\tfile={}\tpassword={}\tcertificates={certificates}\tkey={}",
            hex::encode(&file),
            hex::encode(PASSWORD),
            hex::encode(public)
        );
    }
    Ok(())
}

const AT: &str = "2026-06-01T12:00:00Z";
const ISSUED: &str = "2026-06-01T00:00:00Z";
const NEXT: &str = "2026-06-08T00:00:00Z";

fn from() -> Result<Time> {
    time("2026-01-01T00:00:00Z")
}

fn until() -> Result<Time> {
    time("2036-01-01T00:00:00Z")
}

fn time(text: &str) -> Result<Time> {
    Time::parse_rfc3339(text).ok_or_else(|| Error::new(Code::Argument, "time", text.to_string()))
}
