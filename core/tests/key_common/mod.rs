//! Keys with certificates, and OpenSSL to read and write them. Without OpenSSL these tests fail:
//! `.ci/run` installs it.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use yinxin::Time;
use yinxin::asn1::pem;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::error::{Code, Result};
use yinxin::key::{KeyBundle, Signer, SoftwareKey};

/// The user id of the standard, without which OpenSSL takes the empty one.
pub const SM2_ID: &str = "distid:1234567812345678";

/// Runs OpenSSL in `folder`, which has to be content.
pub fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let (done, out, error) = openssl_says(folder, arguments);
    assert!(done, "openssl {arguments:?}: {error}");
    out
}

/// Whether OpenSSL is content, its output and what it complains about.
pub fn openssl_says(folder: &Path, arguments: &[&str]) -> (bool, Vec<u8>, String) {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output();
    let output = output.expect("these tests need the command openssl");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), output.stdout, error)
}

/// The code of what had to be refused.
#[track_caller]
pub fn code<T>(result: Result<T>) -> Code {
    match result {
        Ok(_) => panic!("it was taken"),
        Err(error) => error.code(),
    }
}

/// A root with two holders of keys, and a folder.
pub struct World {
    folder: tempfile::TempDir,
    pub maker: SoftwareKey,
    pub signer: SoftwareKey,
}

impl World {
    pub fn new() -> World {
        let (from, until) = validity();
        let subject = Subject::parse("CN=Root,C=CN").unwrap();
        let key = SoftwareKey::generate_sm2().unwrap();
        let root = Authority::root(key, subject, from, until).unwrap();
        let holder = |name: &str| {
            let key = SoftwareKey::generate_sm2().unwrap();
            let public = Signer::public_key(&key).clone();
            let subject = Subject::parse(name).unwrap();
            let request = CertificateRequest::new(subject, public, Profile::Signer, from, until);
            let own = root.issue(&request).unwrap().as_der().to_vec();
            key.with_certificates(vec![root.certificate().as_der().to_vec(), own]).unwrap()
        };
        World {
            folder: tempfile::tempdir().unwrap(),
            maker: holder("CN=Maker,C=CN"),
            signer: holder("CN=签名人,C=CN"),
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The signer's key once more, with its own certificate alone.
    pub fn take_signer(&self) -> SoftwareKey {
        let key = again(&self.signer);
        key.with_certificates(self.signer.certificates()[..1].to_vec()).unwrap()
    }

    /// Both keys, under their names.
    pub fn bundle(&self) -> KeyBundle {
        let mut bundle = KeyBundle::new();
        for (key, name) in [(&self.maker, "制章人"), (&self.signer, "signer")] {
            let whole = again(key).with_certificates(key.certificates().to_vec()).unwrap();
            bundle.add(whole, Some(name)).unwrap();
        }
        bundle
    }

    /// The signer as files for OpenSSL: `key.pem`, `cert.pem`, `root.pem`.
    pub fn write_files(&self) {
        fs::write(self.path("key.pem"), self.signer.to_pkcs8_pem(None).unwrap().as_bytes())
            .unwrap();
        for (name, der) in ["cert.pem", "root.pem"].iter().zip(self.signer.certificates()) {
            fs::write(self.path(name), pem::encode("CERTIFICATE", der)).unwrap();
        }
    }

    /// OpenSSL's PKCS#12 of those files, the key under the name 出纳.
    pub fn export(&self, name: &str, options: &[&str], password: &str) -> Vec<u8> {
        let file = format!("{name}.p12");
        let export = ["pkcs12", "-export", "-inkey", "key.pem", "-in", "cert.pem", "-name", "出纳"];
        let out = ["-passout", password, "-out", &file];
        openssl(self.folder(), &[&export[..], options, &out].concat());
        fs::read(self.path(&file)).unwrap()
    }
}

pub fn validity() -> (Time, Time) {
    let at = |year| Time::from_civil(year, 1, 1, 0, 0, 0).unwrap();
    (at(2026), at(2036))
}

fn again(key: &SoftwareKey) -> SoftwareKey {
    SoftwareKey::from_pem(key.to_pkcs8_pem(None).unwrap().as_bytes(), None).unwrap()
}
