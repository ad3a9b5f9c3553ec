//! `yinxin cms`: messages signed, encrypted, and taken apart again.

mod common;

use common::{AT, Office, outcome};
use std::fs;

const CONTENT: &str = "pay 100.00 to the school";

/// The office, a second signer, a bank with a key to encrypt for, and a file.
fn office() -> Office {
    let office = Office::new();
    fs::write(office.path("note.txt"), CONTENT).unwrap();
    for (name, profile) in [("second", "signer"), ("bank", "encryption"), ("other", "encryption")] {
        office.certify(name, profile, &[]);
    }
    office
}

fn verify<'a>(message: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let trust = ["cms", "verify", message, "--trust", "root.pem", "--crl", "crl.pem", "--at", AT];
    [&trust[..], more].concat()
}

fn decrypt<'a>(message: &'a str, who: (&'a str, &'a str), more: &[&'a str]) -> Vec<&'a str> {
    let start = ["cms", "decrypt", message, "--key", who.0, "--cert", who.1, "--out", "-"];
    [&start[..], more].concat()
}

const BANK: (&str, &str) = ("bank.key", "bank.pem");

#[test]
fn messages_are_signed_by_several_and_verified() {
    let office = office();
    let signer = ["--key", "signer.key", "--cert", "signer.pem"];
    let second = ["--key", "second.key", "--cert", "second.pem"];
    for form in ["gm", "rfc"] {
        let start = ["cms", "sign", "note.txt", "--form", form, "--at", AT, "--force"];
        let made = office.json(&[&start[..], &signer, &["--out", "one.p7s"]].concat(), 0);
        assert_eq!(made["signers"][0]["certificate"]["subject"], "CN=Test signer,C=CN");
        let out = ["--out", "two.p7s", "--at", AT, "--force"];
        office.ok(&[&["cms", "cosign", "one.p7s"][..], &second, &out].concat());
        let out = ["--out", "three.p7s", "--at", AT, "--force", "--number", "1"];
        office.ok(&[&["cms", "countersign", "two.p7s"][..], &signer, &out].concat());
        let out = ["--out", "again.txt", "--force"];
        let report = office.json(&verify("three.p7s", &out), 0);
        assert_eq!(report["reports"].as_array().unwrap().len(), 2);
        assert_eq!(outcome(&report, "signature.countersignature"), Some("Passed"));
        assert_eq!(fs::read_to_string(office.path("again.txt")).unwrap(), CONTENT);
        let shown = office.json(&["inspect", "three.p7s"], 0);
        assert_eq!(shown["signers"][1]["countersignatures"].as_array().unwrap().len(), 1);
        // The content inside and beside; another content; nothing written then.
        let beside = office.json(&verify("three.p7s", &["--content", "note.txt"]), 4);
        assert_eq!(beside["error"]["code"], 108);
    }
    let start = ["cms", "sign", "note.txt", "--detached", "--at", AT, "--out", "d.p7s"];
    office.ok(&[&start[..], &signer].concat());
    office.json(&verify("d.p7s", &["--content", "note.txt"]), 0);
    fs::write(office.path("false.txt"), "pay 900.00 to the school").unwrap();
    let changed = ["--content", "false.txt", "--out", "false.out"];
    assert_eq!(office.json(&verify("d.p7s", &changed), 1)["verdict"], "Invalid");
    assert!(!office.path("false.out").exists());
    assert_eq!(office.json(&verify("d.p7s", &[]), 2)["error"]["code"], 701);
}

#[test]
fn messages_are_encrypted_for_a_bank() {
    let office = office();
    let to = ["--for", "bank.pem", "--for", "other.pem"];
    for more in [&[][..], &["--cipher", "aes-256-gcm"], &["--by-key-id"]] {
        let start = ["cms", "encrypt", "note.txt", "--out", "m.p7m", "--force"];
        let made = office.json(&[&start[..], &to, more].concat(), 0);
        assert_eq!(made["structure"], "AuthEnvelopedData");
        for who in [BANK, ("other.key", "other.pem")] {
            let output = office.run(&decrypt("m.p7m", who, &[])).success();
            assert_eq!(output.get_output().stdout, CONTENT.as_bytes());
        }
        let shown = office.json(&["inspect", "m.p7m"], 0);
        assert_eq!(shown["recipients"].as_array().unwrap().len(), 2);
    }
    // Not the recipient; not the key of the certificate; not one to encrypt for.
    let third = decrypt("m.p7m", ("signer.key", "signer.pem"), &[]);
    assert_eq!(office.json(&third, 5)["error"]["code"], 412);
    let wrong = decrypt("m.p7m", ("other.key", "bank.pem"), &[]);
    assert_eq!(office.json(&wrong, 5)["error"]["code"], 403);
    let start = ["cms", "encrypt", "note.txt", "--out", "x.p7m", "--for", "signer.pem"];
    assert_eq!(office.json(&start, 8)["error"]["code"], 601);
    // One bit on the way.
    let mut bytes = fs::read(office.path("m.p7m")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(office.path("bent.p7m"), bytes).unwrap();
    let bent = ["cms", "decrypt", "bent.p7m", "--key", BANK.0, "--cert", BANK.1, "--out", "no.txt"];
    assert_eq!(office.json(&bent, 5)["error"]["code"], 406);
    assert!(!office.path("no.txt").exists());
}

#[test]
fn what_has_no_tag_comes_out_by_name_only() {
    let office = office();
    let start = ["cms", "encrypt", "note.txt", "--for", "bank.pem", "--form", "gm"];
    let made = office.json(&[&start[..], &["--out", "m.p7m"]].concat(), 0);
    assert_eq!((&made["structure"], &made["cipher"]), (&"EnvelopedData".into(), &"SM4-CBC".into()));
    let plain = ["cms", "decrypt", "m.p7m", "--key", BANK.0, "--cert", BANK.1, "--out", "no.txt"];
    assert_eq!(office.json(&plain, 8)["error"]["code"], 601);
    assert!(!office.path("no.txt").exists());
    let output = office.run(&decrypt("m.p7m", BANK, &["--unauthenticated"])).success();
    assert_eq!(output.get_output().stdout, CONTENT.as_bytes());
    let gcm = [&start[..], &["--cipher", "sm4-gcm", "--out", "x.p7m"]].concat();
    assert_eq!(office.json(&gcm, 2)["error"]["code"], 701);
}
