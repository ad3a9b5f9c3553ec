//! Key files in every form that the command takes, and requests for certificates.

mod common;

use common::{FROM, Office};
use std::fs;
use std::process::Command;

fn openssl(office: &Office, arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).current_dir(office.at()).output();
    let output = output.expect("these tests need the command openssl");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The office, with a password in a file and the signer's key in PKCS#12.
fn office() -> Office {
    let office = Office::new();
    fs::write(office.path("password"), "secret\n").unwrap();
    fs::write(office.path("wrong"), "guess\n").unwrap();
    let export = ["key", "export", "signer.key", "--cert", "signer.pem", "--cert", "root.pem"];
    let form = ["--name", "出纳", "--new-password", "file:password", "--protection", "aes"];
    let out = ["--iterations", "1000", "--out", "signer.p12"];
    office.ok(&[&export[..], &form, &out].concat());
    office
}

#[test]
fn a_key_goes_to_pkcs12_and_back() {
    let office = office();
    let text =
        openssl(&office, &["pkcs12", "-in", "signer.p12", "-passin", "pass:secret", "-nodes"]);
    assert!(text.contains("PRIVATE KEY") && text.matches("BEGIN CERTIFICATE").count() == 2);
    let inspect = ["key", "inspect", "signer.p12", "--password"];
    let shown = office.json(&[&inspect[..], &["file:password"]].concat(), 0);
    assert_eq!(shown["keys"][0]["name"], "出纳");
    assert_eq!(shown["keys"][0]["algorithm"], "SM2");
    assert_eq!(shown["keys"][0]["certificates"][0]["subject"], "CN=Test signer,C=CN");
    assert!(shown["protection"][0].as_str().unwrap().contains("SHA-256"), "{shown}");
    assert_eq!(office.json(&[&inspect[..], &["file:wrong"]].concat(), 5)["error"]["code"], 402);
    assert_eq!(office.json(&["key", "inspect", "signer.p12"], 5)["error"]["code"], 407);
    let import = ["key", "import", "signer.p12", "--password", "file:password"];
    office.ok(&[&import[..], &["--name", "出纳", "--out", "back.pem"]].concat());
    let back = fs::read_to_string(office.path("back.pem")).unwrap();
    assert!(back.starts_with(&fs::read_to_string(office.path("signer.key")).unwrap()));
    let absent = [&import[..], &["--name", "x", "--out", "x.pem"]].concat();
    assert_eq!(office.json(&absent, 5)["error"]["code"], 410);
}

#[test]
fn a_pkcs12_file_signs() {
    let office = office();
    let request = ["cert", "request", "--key", "signer.p12", "--password", "file:password"];
    let what = ["--profile", "signer", "--subject", "CN=New signer,C=CN", "--out", "new.csr"];
    office.ok(&[&request[..], &what].concat());
    let shown = office.json(&["inspect", "new.csr"], 0);
    assert_eq!(shown["kind"], "certificateRequest");
    assert_eq!(shown["signedWithItsKey"], true);
    let verify = ["req", "-in", "new.csr", "-verify", "-noout"];
    openssl(&office, &[&verify[..], &["-vfyopt", "distid:1234567812345678"]].concat());
    let issue = ["ca", "issue", "ca", "--from", FROM];
    let what = ["--request", "new.csr", "--profile", "signer", "--out", "new.pem"];
    office.ok(&[&issue[..], &what].concat());
    let shown = office.json(&["inspect", "new.pem"], 0);
    assert_eq!(shown["subject"], "CN=New signer,C=CN");
    // The new certificate is for the key in the file.
    let export =
        ["key", "export", "signer.p12", "--password", "file:password", "--cert", "new.pem"];
    let out = ["--new-password", "file:password", "--iterations", "1000", "--out", "new.p12"];
    office.ok(&[&export[..], &out].concat());
}

#[test]
fn old_files_are_read_by_leave() {
    let office = office();
    let export = ["pkcs12", "-export", "-legacy", "-inkey", "signer.key", "-in", "signer.pem"];
    let out = ["-passout", "pass:secret", "-out", "old.p12"];
    openssl(&office, &[&export[..], &out].concat());
    let inspect = ["key", "inspect", "old.p12", "--password", "file:password"];
    assert_eq!(office.json(&inspect, 8)["error"]["code"], 609);
    let shown = office.json(&[&inspect[..], &["--legacy"]].concat(), 0);
    assert!(shown["protection"].to_string().contains("legacy"), "{shown}");
}

#[test]
fn a_delivered_key_is_opened() {
    let office = office();
    let encryption = yinxin::key::SoftwareKey::generate_sm2().unwrap();
    let signer = fs::read(office.path("signer.key")).unwrap();
    let signer = yinxin::key::SoftwareKey::from_bytes(&signer, None).unwrap();
    let holder = yinxin::key::Signer::public_key(&signer);
    fs::write(office.path("delivered"), encryption.to_enveloped(holder).unwrap()).unwrap();
    let receive = ["key", "receive", "delivered", "--key"];
    office.ok(&[&receive[..], &["signer.key", "--out", "encryption.pem"]].concat());
    let opened = fs::read(office.path("encryption.pem")).unwrap();
    assert_eq!(opened, encryption.to_pkcs8_pem(None).unwrap().as_bytes());
    let other = [&receive[..], &["maker.key", "--out", "x.pem"]].concat();
    assert_eq!(office.json(&other, 5)["error"]["code"], 406);
}
